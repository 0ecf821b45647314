/* batch_commit: one transaction, of one batch or several. */
#include "index/batch.h"
#include "index/bundle.h"
#include "index/merge.h"
#include "index/note.h"
#include "index/patient.h"

#include <stdlib.h>

/* What one commit does, beside the records. */
struct commit {
	struct write w;
	struct batch_result result; /* of all batches so far */
	struct bundle bundle;
	bool is_group;
	struct intern
		written; /* of a group: patients that may have segments in the unfinished bundle */
};

/* ---- one patient's share of a batch ---- */

/* Decides for each note of a new segment whether it is new, a replacement or known; known ones are
 * dead on arrival.  fresh: the entry the record will get.  Of a patient without segments all are new. */
static int settle_notes(struct commit *c, struct patient *p, const struct segment *g,
	struct patient_segment *fresh, struct err *e)
{
	for (uint32_t i = 0; i < g->n_notes; i++) {
		struct note_view v, stored;
		int rc = segment_note(g, i, &v, e);
		if (rc)
			return rc;
		rc = p->segments ? patient_find(p, v.note_id, &stored, e) : LODE_NOTFOUND;
		if (rc && rc != LODE_NOTFOUND)
			return rc;
		if (rc == 0 && note_is_same(&stored, &v)) {
			bitmap_set(fresh->dead, i);
			fresh->n_dead++;
			c->result.unchanged++;
			continue;
		}
		if (rc == 0 && patient_kill(p, &stored, &c->w.arena) != 0)
			return err_set(e, LODE_NOMEM, "no memory for a patient's dead notes");
		if (rc == 0)
			c->result.replaced++;
		else
			c->result.added++;
		p->rec.notes++;
		p->rec.chunks += v.n_chunks;
		p->rec.raw_bytes += v.text_bytes;
	}
	return 0;
}

/* Settles segment g of the batch; fresh->n_dead == n_notes: nothing of it is needed. */
static int settle_segment(struct commit *c, struct patient *p, const struct batch_segment *g,
	struct patient_segment *fresh, struct err *e)
{
	char key[SEGMENT_KEY] = {0}; /* not known yet; the layout does not depend on it */
	struct segment s;
	int rc = segment_layout(slice_of(key, SEGMENT_KEY), buf_slice(&g->blob), &s, e);
	if (rc)
		return rc;
	*fresh = (struct patient_segment){.n_notes = s.n_notes, .n_chunks = s.n_chunks};
	fresh->dead = arena_array(&c->w.arena, uint64_t, bitmap_words(s.n_notes));
	if (!fresh->dead)
		return err_set(e, LODE_NOMEM, "no memory for a segment's dead notes");
	for (uint32_t i = 0; i < s.n_notes; i++) {
		struct note_view v;
		rc = segment_note(&s, i, &v, e);
		if (rc)
			return rc;
		fresh->raw_bytes += v.text_bytes;
	}
	return settle_notes(c, p, &s, fresh, e);
}

/* All reads come before the first put: a put may move what was read.  settled: one per segment. */
static int put_segments(struct commit *c, struct patient_record *r, struct batch_segment *g,
	struct patient_segment *settled, uint32_t n, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		struct patient_segment *f = &settled[i];
		struct slice blob = buf_slice(&g[i].blob);
		if (f->n_dead == f->n_notes)
			continue;
		char room[KEY_SEGMENT_BYTES];
		f->segno = r->next_segno++;
		struct slice key = key_segment(room, r->number, f->segno);
		f->digest = segment_seal(key, g[i].blob.p, blob.n);
		if (blob.n < c->w.txn.index->bundle_below || r->n_segments >= BUNDLE_SEGMENTS_MANY)
			rc = bundle_add(&c->bundle, &c->w, r->number, f, blob, e);
		else
			txn_put_new(&c->w.txn, DB_SEGMENT, key, blob);
		r->segments[r->n_segments++] = *f;
	}
	return rc;
}

static int widen_list(struct commit *c, struct patient_record *r, uint32_t more)
{
	struct patient_segment *wider =
		arena_array(&c->w.arena, struct patient_segment, (size_t)r->n_segments + more);
	if (!wider)
		return LODE_NOMEM;
	if (r->n_segments)
		memcpy(wider, r->segments, r->n_segments * sizeof(*wider));
	r->segments = wider;
	return 0;
}

/* *is_again: an earlier batch of the group has written the patient, whose segments may not be found yet. */
static int mark_written(struct commit *c, struct slice id, bool *is_again, struct err *e)
{
	*is_again = false;
	if (!c->is_group)
		return 0;
	uint32_t before = c->written.n, number = intern(&c->written, id);
	if (number == INTERN_FAILED)
		return err_set(e, LODE_NOMEM, "no memory for a list of patients");
	*is_again = number < before;
	return 0;
}

/* ---- which ids a patient has ---- */

/* Lays out a blob that has no key yet. */
static bool lay_out(const struct batch_segment *g, struct segment *out)
{
	char key[SEGMENT_KEY] = {0};
	return segment_layout(slice_of(key, SEGMENT_KEY), buf_slice(&g->blob), out, NULL) == 0;
}

static uint32_t hash_at(const struct segment *s, uint32_t i)
{
	return load_le32(s->id_hashes.p + SEGMENT_HASH_ENTRY * (size_t)i);
}

static bool are_new(const struct roster_notes *known, const struct batch_segment *g, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct segment s;
		if (!lay_out(&g[i], &s))
			return false;
		for (uint32_t k = 0; k < s.n_notes; k++)
			if (roster_may_have(known, hash_at(&s, k)))
				return false;
	}
	return true;
}

static void learn(struct commit *c, uint32_t number, const struct segment *s)
{
	for (uint32_t k = 0; k < s->n_notes; k++)
		roster_add(&c->w.txn.index->roster, number, hash_at(s, k));
}

/* The patient's record; his segments' note tables only where an id of g may be in one.  LODE_NOTFOUND. */
static int load_patient(struct commit *c, struct slice id, const struct batch_segment *g,
	uint32_t n, struct patient *p, struct err *e)
{
	struct index *x = c->w.txn.index;
	bool is_again;
	int rc = mark_written(c, id, &is_again, e);
	if (rc == 0)
		rc = patient_read(&c->w.txn, id, &c->w.arena, p, e);
	if (rc)
		return rc;
	const struct roster_notes *known = roster_find(&x->roster, p->rec.number, p->checksum);
	if (known && !x->options.trusts_nothing && are_new(known, g, n))
		return 0;
	if (is_again)
		rc = bundle_finish(&c->bundle, &c->w, e);
	if (rc == 0)
		rc = patient_read_notes(&c->w.txn, &c->w.arena, p, e);
	if (rc || known)
		return rc;
	roster_begin(&x->roster, p->rec.number, p->checksum);
	for (uint32_t i = 0; i < p->rec.n_segments; i++)
		learn(c, p->rec.number, &p->segments[i]);
	return 0;
}

/* write_patient has put the record, and told the roster if there was one before. */
static void remember(
	struct commit *c, const struct patient *p, bool is_new, struct batch_segment *g, uint32_t n)
{
	if (is_new)
		roster_begin(&c->w.txn.index->roster, p->rec.number,
			record_checksum(buf_slice(&c->w.record)));
	for (uint32_t i = 0; i < n; i++) {
		struct segment s;
		if (lay_out(&g[i], &s))
			learn(c, p->rec.number, &s);
	}
}

/* ---- one patient's share, stored ---- */

static int store_patient(
	struct commit *c, struct slice id, struct batch_segment *g, uint32_t n, struct err *e)
{
	struct patient p = {.id = id};
	int rc = load_patient(c, id, g, n, &p, e);
	bool is_new = rc == LODE_NOTFOUND;
	if (rc && !is_new)
		return rc;
	const struct patient_record before = p.rec;
	uint64_t stored = c->result.added + c->result.replaced;
	struct patient_segment *settled = arena_array(&c->w.arena, struct patient_segment, n);
	if (!settled || widen_list(c, &p.rec, n) != 0)
		return err_set(e, LODE_NOMEM, "no memory for a patient's segments");
	rc = 0;
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = settle_segment(c, &p, &g[i], &settled[i], e);
	if (rc || c->result.added + c->result.replaced == stored)
		return rc;
	if (p.rec.next_segno > UINT32_MAX - n || c->w.state.next_patient >= UINT32_MAX)
		return err_set(e, LODE_FULL, "no segment or patient numbers left");
	if (is_new)
		p.rec.number = (uint32_t)c->w.state.next_patient++;
	rc = put_segments(c, &p.rec, g, settled, n, e);
	if (rc == 0)
		rc = write_patient(&c->w, id, is_new ? NULL : &before, p.checksum, &p.rec, e);
	if (rc == 0)
		remember(c, &p, is_new, g, n);
	return rc;
}

static int store_segments(struct commit *c, struct batch *b, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0, end; rc == 0 && i < b->n_segments; i = end) {
		uint32_t patient = b->segments[i].patient;
		for (end = i + 1; end < b->n_segments && b->segments[end].patient == patient; end++)
			;
		rc = store_patient(c, b->patients.at[patient], &b->segments[i], end - i, e);
		arena_release(&c->w.arena);
	}
	return rc;
}

/* ---- notes that the batch took for known ---- */

/* Notes whose stored version was changed between batch_add and now; rare, so made here. */
struct late {
	struct batch *batch;
	struct tokenizer *tok;
};

static int add_late(
	struct late *l, const struct batch *b, const struct batch_note *n, struct err *e)
{
	if (!l->batch) {
		if (batch_create(b->index, &l->batch) != 0)
			return err_set(e, LODE_NOMEM, "no memory for a second look");
		l->batch->no_peek = true;
		int rc = tok_create(&l->tok, e);
		if (rc)
			return rc;
	}
	struct note_in in = batch_note_in(b, n);
	return batch_add(l->batch, l->tok, &in, e);
}

static int recheck_known(struct commit *c, struct batch *b, struct late *late, struct err *e)
{
	struct patient p = {0};
	int rc = 0, loaded = LODE_NOTFOUND;
	uint32_t patient =
		INTERN_FAILED; /* the one p holds; notes mostly come patient by patient */
	for (uint32_t i = 0; rc == 0 && i < b->n_notes; i++) {
		const struct batch_note *n = &b->note[i];
		struct note_view stored;
		if (n->fate != FATE_KNOWN)
			continue;
		if (n->patient != patient) {
			arena_release(&c->w.arena);
			patient = n->patient;
			loaded = patient_load(
				&c->w.txn, b->patients.at[patient], &c->w.arena, &p, e);
		}
		rc = loaded ? loaded : patient_find(&p, n->view.note_id, &stored, e);
		if (rc == 0 && note_is_same(&stored, &n->view))
			c->result.unchanged++;
		else if (rc == 0 || rc == LODE_NOTFOUND)
			rc = add_late(late, b, n, e);
	}
	arena_release(&c->w.arena);
	return rc || !late->batch ? rc : batch_seal(late->batch, e);
}

/* ---- a dictionary that is gone ---- */

/* A purge came between the sealing of the batch and now: its dictionary has left the index, since it
 * may hold pieces of deleted notes.  The frames are written anew. */
static int recode(struct batch *b, const struct dict *dict, struct err *e)
{
	const struct slice no_key = SLICE("\0\0\0\0\0\0\0\0"); /* none is given out yet */
	struct merger m;
	int rc = merger_init(&m);
	if (rc)
		return err_set(e, rc, "no memory for a second look");
	for (uint32_t i = 0; rc == 0 && i < b->n_segments; i++) {
		struct buf *blob = &b->segments[i].blob, fresh = {0};
		struct segment s;
		struct patient_segment listed;
		uint64_t digest = segment_seal(no_key, blob->p, blob->n);
		rc = segment_open(no_key, buf_slice(blob), digest, &s, e);
		if (rc == 0)
			rc = merge_segments(&m,
				&(struct merge_input){.seg = &s, .dict = b->dict->z}, 1, dict, NULL,
				NULL, &fresh, &listed, e);
		if (rc == 0) {
			buf_release(blob);
			*blob = fresh;
		} else {
			buf_release(&fresh);
		}
	}
	merger_release(&m);
	return rc;
}

static int settle_dict(struct commit *c, struct batch *b, struct err *e)
{
	char room[KEY_U32_BYTES];
	struct slice there;
	if (!b->dict || b->dict->record.n > 0)
		return 0;
	int rc = txn_get(&c->w.txn, DB_DICT, key_u32(room, b->dict->id), &there);
	if (rc == 0)
		return 0;
	if (rc != LODE_NOTFOUND)
		return err_set(e, rc, "%s", c->w.txn.err.text);
	struct dict *now = atomic_load_explicit(&b->index->current_dict, memory_order_acquire);
	rc = recode(b, now, e);
	if (rc == 0)
		b->dict = now;
	return rc;
}

/* ---- batch_commit ---- */

/* Pages: the blobs rounded up, a path of the trees per patient, the records themselves. */
static uint64_t room_wanted(const struct batch *b)
{
	const uint64_t page = 4096, path = 4 * page;
	uint64_t n = 64 * page;
	for (uint32_t i = 0; i < b->n_segments; i++)
		n += (b->segments[i].blob.n / page + 2) * page + path;
	return n + (b->dict ? b->dict->record.n + page : 0);
}

/* The batch's dictionary may not be stored yet: it was trained for it, or for one that comes later. */
static int put_dict(struct commit *c, struct batch *b, struct err *e)
{
	char room[KEY_U32_BYTES];
	struct slice there, key;
	if (!b->dict || b->n_segments == 0)
		return 0;
	key = key_u32(room, b->dict->id);
	int rc = txn_get(&c->w.txn, DB_DICT, key, &there);
	if (rc == LODE_NOTFOUND && b->dict->record.n == 0)
		return err_set(e, LODE_CORRUPT, "dict record: %u is missing", b->dict->id);
	if (rc == LODE_NOTFOUND)
		txn_put_new(&c->w.txn, DB_DICT, key, buf_slice(&b->dict->record));
	else if (rc)
		return err_set(e, rc, "%s", c->w.txn.err.text);
	if (c->w.state.dict_id == 0)
		c->w.state.dict_id = b->dict->id;
	return 0;
}

static bool has_known(const struct batch *b)
{
	for (uint32_t i = 0; i < b->n_notes; i++)
		if (b->note[i].fate == FATE_KNOWN)
			return true;
	return false;
}

static int commit_one(struct commit *c, struct batch *b, struct err *e)
{
	struct late late = {0};
	int rc = settle_dict(c, b, e);
	if (rc == 0 && c->is_group && has_known(b))
		rc = bundle_finish(&c->bundle, &c->w, e);
	bool was_changed = c->w.changed;
	c->w.changed = false;
	if (rc == 0)
		rc = recheck_known(c, b, &late, e);
	if (rc == 0)
		rc = store_segments(c, b, e);
	/* The late notes may be of the same patients, whose segments must be found. */
	if (rc == 0 && late.batch)
		rc = bundle_finish(&c->bundle, &c->w, e);
	if (rc == 0 && late.batch)
		rc = store_segments(c, late.batch, e);
	/* The dictionary goes with the segments that name it, and only with them. */
	if (rc == 0 && c->w.changed)
		rc = put_dict(c, b, e);
	if (rc == 0 && c->w.changed && late.batch)
		rc = put_dict(c, late.batch, e);
	c->w.changed |= was_changed;
	batch_destroy(late.batch);
	tok_destroy(late.tok);
	return rc;
}

/* out[i]: what batch i brought. */
static int commit_all(struct commit *c, struct batch *const *b, unsigned n,
	struct batch_result *out, struct err *e)
{
	int rc = 0;
	for (unsigned i = 0; rc == 0 && i < n; i++) {
		const struct batch_result before = c->result;
		rc = commit_one(c, b[i], e);
		out[i] = (struct batch_result){.added = c->result.added - before.added,
			.replaced = c->result.replaced - before.replaced,
			.unchanged = c->result.unchanged - before.unchanged};
	}
	return rc ? rc : bundle_finish(&c->bundle, &c->w, e);
}

int batches_commit(struct batch *const *b, unsigned n, struct batch_result *out, struct err *e)
{
	struct commit c = {.is_group = n > 1};
	uint64_t room = 0;
	int rc = 0;
	if (n == 0)
		return 0;
	struct index *x = b[0]->index;
	for (unsigned i = 0; rc == 0 && i < n; i++) {
		rc = batch_seal(b[i], e);
		room += room_wanted(b[i]);
	}
	if (rc == 0)
		rc = store_room(x, room, e);
	if (rc == 0)
		rc = write_begin(x, &c.w, e);
	if (rc)
		return rc;
	intern_init(&c.written);
	rc = commit_all(&c, b, n, out, e);
	bundle_release(&c.bundle);
	intern_release(&c.written);
	rc = write_end(&c.w, rc, e);
	if (rc)
		return rc;
	struct dict *current;
	if (c.w.state.dict_id && codec_find_dict(x, c.w.state.dict_id, &current))
		codec_stored(x, current);
	for (unsigned i = 0; i < n; i++) {
		batch_clear(b[i]);
		out[i].revision = c.w.state.revision;
	}
	return 0;
}

int batch_commit(struct batch *b, struct batch_result *out, struct err *e)
{
	struct batch_result result;
	int rc = batches_commit(&b, 1, &result, e);
	if (rc == 0)
		*out = result;
	return rc;
}
