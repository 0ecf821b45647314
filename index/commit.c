/* batch_commit and the deletes: the only writers after creation.  Each is one transaction. */
#include "index/batch.h"
#include "index/note.h"
#include "index/patient.h"
#include "index/watermark.h"

#include <stdlib.h>

enum { COMMIT_ARENA = 1 << 30 };

/* What one write changes, beside the records. */
struct commit {
	struct txn txn;
	struct state state;
	struct batch_result result;
	struct arena arena; /* of one patient */
	struct buf record;
	bool changed;
};

static int commit_begin(struct index *x, struct commit *c, struct err *e)
{
	*c = (struct commit){0};
	arena_init(&c->arena, COMMIT_ARENA);
	int rc = txn_begin(x, TXN_WRITE, &c->txn, e);
	if (rc)
		return rc;
	rc = store_state(&c->txn, &c->state, e);
	if (rc)
		txn_abort(&c->txn);
	return rc;
}

/* Commits when rc is 0 and something changed, else aborts. */
static int commit_end(struct commit *c, int rc, struct err *e)
{
	if (rc == 0 && c->changed) {
		c->state.revision++;
		c->state.txn_id = txn_id(&c->txn);
		state_encode(&c->state, &c->record);
		if (c->record.failed)
			rc = err_set(e, LODE_NOMEM, "no memory for the state record");
		else
			txn_put(&c->txn, DB_META, key_state, buf_slice(&c->record));
	}
	struct index *x = c->txn.index;
	if (rc == 0 && c->changed)
		rc = txn_commit(&c->txn, e);
	else
		txn_abort(&c->txn);
	if (rc == 0 && c->changed)
		watermark_write(x, c->state.revision);
	arena_release(&c->arena);
	buf_release(&c->record);
	c->result.revision = c->state.revision;
	return rc;
}

/* ---- the patient record and the totals ---- */

/* Takes a patient's record out of the totals / puts it in; segments and notes are counted by it. */
static void count_patient(
	struct state *s, const struct patient_record *r, uint64_t checksum, bool in)
{
	const uint64_t sign = in ? 1 : UINT64_MAX; /* modulo 2^64 */
	s->patients += sign;
	s->notes += sign * r->notes;
	s->segments += sign * r->n_segments;
	s->chunks += sign * r->chunks;
	s->raw_bytes += sign * r->raw_bytes;
	s->patient_sum += sign * checksum;
}

/* Segments without live notes leave the list and the database. */
static void drop_dead_segments(struct commit *c, struct patient_record *r)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < r->n_segments; i++) {
		struct patient_segment *s = &r->segments[i];
		char room[KEY_SEGMENT_BYTES];
		if (s->n_dead < s->n_notes)
			r->segments[kept++] = *s;
		else
			txn_del(&c->txn, DB_SEGMENT, key_segment(room, r->number, s->segno));
	}
	r->n_segments = kept;
}

/* Writes the record as it is now; a patient without segments has none. */
static int put_patient(struct commit *c, struct slice id, struct patient_record *r, struct err *e)
{
	drop_dead_segments(c, r);
	c->changed = true;
	if (r->n_segments == 0) {
		txn_del(&c->txn, DB_PATIENT, id);
		return 0;
	}
	patient_encode(id, r, &c->record);
	if (c->record.failed)
		return err_set(e, LODE_NOMEM, "no memory for a patient record");
	count_patient(&c->state, r, record_checksum(buf_slice(&c->record)), true);
	txn_put(&c->txn, DB_PATIENT, id, buf_slice(&c->record));
	return 0;
}

/* ---- one patient's share of a batch ---- */

/* Decides for each note of a new segment whether it is new, a replacement or known; known ones are
 * dead on arrival.  fresh: the entry the record will get. */
static int settle_notes(struct commit *c, struct patient *p, const struct segment *g,
	struct patient_segment *fresh, struct err *e)
{
	for (uint32_t i = 0; i < g->n_notes; i++) {
		struct note_view v, stored;
		int rc = segment_note(g, i, &v, e);
		if (rc)
			return rc;
		rc = patient_find(p, v.note_id, &stored, e);
		if (rc && rc != LODE_NOTFOUND)
			return rc;
		if (rc == 0 && note_is_same(&stored, &v)) {
			bitmap_set(fresh->dead, i);
			fresh->n_dead++;
			c->result.unchanged++;
			continue;
		}
		if (rc == 0 && patient_kill(p, &stored, &c->arena) != 0)
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
	fresh->dead = arena_array(&c->arena, uint64_t, bitmap_words(s.n_notes));
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
static void put_segments(struct commit *c, struct patient_record *r, struct batch_segment *g,
	struct patient_segment *settled, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct patient_segment *f = &settled[i];
		if (f->n_dead == f->n_notes)
			continue;
		char room[KEY_SEGMENT_BYTES];
		f->segno = r->next_segno++;
		struct slice key = key_segment(room, r->number, f->segno);
		f->digest = segment_seal(key, g[i].blob.p, g[i].blob.n);
		txn_put_new(&c->txn, DB_SEGMENT, key, buf_slice(&g[i].blob));
		r->segments[r->n_segments++] = *f;
	}
}

static int widen_list(struct commit *c, struct patient_record *r, uint32_t more)
{
	struct patient_segment *wider =
		arena_array(&c->arena, struct patient_segment, (size_t)r->n_segments + more);
	if (!wider)
		return LODE_NOMEM;
	if (r->n_segments)
		memcpy(wider, r->segments, r->n_segments * sizeof(*wider));
	r->segments = wider;
	return 0;
}

static int store_patient(
	struct commit *c, struct slice id, struct batch_segment *g, uint32_t n, struct err *e)
{
	struct patient p = {.id = id};
	int rc = patient_load(&c->txn, id, &c->arena, &p, e);
	bool is_new = rc == LODE_NOTFOUND;
	if (rc && !is_new)
		return rc;
	struct patient_record before = p.rec;
	uint64_t stored = c->result.added + c->result.replaced;
	struct patient_segment *settled = arena_array(&c->arena, struct patient_segment, n);
	if (!settled || widen_list(c, &p.rec, n) != 0)
		return err_set(e, LODE_NOMEM, "no memory for a patient's segments");
	rc = 0;
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = settle_segment(c, &p, &g[i], &settled[i], e);
	if (rc || c->result.added + c->result.replaced == stored)
		return rc;
	if (p.rec.next_segno > UINT32_MAX - n || c->state.next_patient >= UINT32_MAX)
		return err_set(e, LODE_FULL, "no segment or patient numbers left");
	if (is_new)
		p.rec.number = (uint32_t)c->state.next_patient++;
	else
		count_patient(&c->state, &before, p.checksum, false);
	put_segments(c, &p.rec, g, settled, n);
	return put_patient(c, id, &p.rec, e);
}

static int store_segments(struct commit *c, struct batch *b, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0, end; rc == 0 && i < b->n_segments; i = end) {
		uint32_t patient = b->segments[i].patient;
		for (end = i + 1; end < b->n_segments && b->segments[end].patient == patient; end++)
			;
		rc = store_patient(c, b->patients.at[patient], &b->segments[i], end - i, e);
		arena_release(&c->arena);
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
			arena_release(&c->arena);
			patient = n->patient;
			loaded = patient_load(&c->txn, b->patients.at[patient], &c->arena, &p, e);
		}
		rc = loaded ? loaded : patient_find(&p, n->view.note_id, &stored, e);
		if (rc == 0 && note_is_same(&stored, &n->view))
			c->result.unchanged++;
		else if (rc == 0 || rc == LODE_NOTFOUND)
			rc = add_late(late, b, n, e);
	}
	arena_release(&c->arena);
	return rc || !late->batch ? rc : batch_seal(late->batch, e);
}

/* ---- batch_commit ---- */

/* Pages: the blobs rounded up, a path of the trees per patient, the records themselves. */
static uint64_t room_wanted(const struct batch *b)
{
	const uint64_t page = 4096, path = 4 * page;
	uint64_t n = 64 * page;
	for (uint32_t i = 0; i < b->n_segments; i++)
		n += (b->segments[i].blob.n / page + 2) * page + path;
	return n + (b->own_dict ? b->own_dict->record.n + page : 0);
}

/* The batch's own dictionary, or one that an earlier failed commit left unstored. */
static int put_dict(struct commit *c, struct batch *b, struct err *e)
{
	char room[KEY_DICT_BYTES];
	struct slice there, key;
	struct dict *same;
	if (!b->dict || b->n_segments == 0)
		return 0;
	if (b->own_dict && codec_find_dict(b->index, b->own_dict->id, &same)) {
		codec_destroy(b->own_dict); /* another batch trained the same */
		b->own_dict = NULL;
		b->dict = same;
	} else if (b->own_dict) {
		codec_add(b->index, b->own_dict);
		b->own_dict = NULL;
	}
	key = key_dict(room, b->dict->id);
	int rc = txn_get(&c->txn, DB_DICT, key, &there);
	if (rc == LODE_NOTFOUND && b->dict->record.n == 0)
		return err_set(e, LODE_CORRUPT, "dict record: %u is missing", b->dict->id);
	if (rc == LODE_NOTFOUND)
		txn_put_new(&c->txn, DB_DICT, key, buf_slice(&b->dict->record));
	else if (rc)
		return err_set(e, rc, "%s", c->txn.err.text);
	if (c->state.dict_id == 0)
		c->state.dict_id = b->dict->id;
	return 0;
}

static int commit_batches(struct commit *c, struct batch *b, struct err *e)
{
	struct late late = {0};
	int rc = recheck_known(c, b, &late, e);
	if (rc == 0)
		rc = store_segments(c, b, e);
	if (rc == 0 && late.batch)
		rc = store_segments(c, late.batch, e);
	/* The dictionary goes with the segments that name it, and only with them. */
	if (rc == 0 && c->changed)
		rc = put_dict(c, b, e);
	if (rc == 0 && c->changed && late.batch)
		rc = put_dict(c, late.batch, e);
	batch_destroy(late.batch);
	tok_destroy(late.tok);
	return rc;
}

int batch_commit(struct batch *b, struct batch_result *out, struct err *e)
{
	struct commit c;
	struct index *x = b->index;
	int rc = batch_seal(b, e);
	if (rc == 0)
		rc = store_room(x, room_wanted(b), e);
	if (rc == 0)
		rc = commit_begin(x, &c, e);
	if (rc)
		return rc;
	rc = commit_end(&c, commit_batches(&c, b, e), e);
	if (rc)
		return rc;
	struct dict *current;
	if (c.state.dict_id && codec_find_dict(x, c.state.dict_id, &current))
		codec_stored(x, current);
	batch_clear(b);
	*out = c.result;
	return 0;
}

/* ---- deletes ---- */

static int delete_note(struct commit *c, struct slice id, struct slice note, struct err *e)
{
	struct patient p;
	struct note_view v;
	int rc = patient_load(&c->txn, id, &c->arena, &p, e);
	if (rc == 0)
		rc = patient_find(&p, note, &v, e);
	if (rc == LODE_NOTFOUND)
		return err_set(e, rc, "no such note");
	if (rc)
		return rc;
	count_patient(&c->state, &p.rec, p.checksum, false);
	if (patient_kill(&p, &v, &c->arena) != 0)
		return err_set(e, LODE_NOMEM, "no memory for a patient's dead notes");
	return put_patient(c, id, &p.rec, e);
}

static bool is_id(struct slice s)
{
	return s.n >= 1 && s.n <= INDEX_ID_MAX;
}

int index_delete_note(struct index *x, struct slice patient, struct slice note, struct err *e)
{
	struct commit c;
	if (!is_id(patient) || !is_id(note))
		return err_set(e, LODE_NOTFOUND, "no such note");
	int rc = commit_begin(x, &c, e);
	return rc ? rc : commit_end(&c, delete_note(&c, patient, note, e), e);
}

/* Works on damaged segments too: nothing of them is read. */
static int delete_patient(struct commit *c, struct slice id, uint64_t *notes, struct err *e)
{
	struct slice value;
	struct patient_record r;
	int rc = txn_get(&c->txn, DB_PATIENT, id, &value);
	if (rc == LODE_NOTFOUND)
		return err_set(e, rc, "no such patient");
	if (rc)
		return err_set(e, rc, "%s", c->txn.err.text);
	rc = patient_decode(id, value, &c->arena, &r, e);
	if (rc)
		return rc;
	count_patient(&c->state, &r, record_checksum(value), false);
	*notes = r.notes;
	for (uint32_t i = 0; i < r.n_segments; i++)
		r.segments[i].n_dead = r.segments[i].n_notes;
	return put_patient(c, id, &r, e);
}

int index_delete_patient(struct index *x, struct slice patient, uint64_t *notes_gone, struct err *e)
{
	struct commit c;
	uint64_t notes = 0;
	if (!is_id(patient))
		return err_set(e, LODE_NOTFOUND, "no such patient");
	int rc = commit_begin(x, &c, e);
	if (rc == 0)
		rc = commit_end(&c, delete_patient(&c, patient, &notes, e), e);
	if (rc == 0)
		*notes_gone = notes;
	return rc;
}
