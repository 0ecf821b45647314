#include "index/chart.h"

#include "index/bundle.h"
#include "index/codec.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- open ---- */

void chart_damage(struct chart *c, uint32_t segment, const char *why)
{
	struct chart_segment *s = &c->segments[segment];
	if (s->damaged)
		return;
	s->damaged = true;
	c->info.damaged_segments++;
	c->info.notes_readable -= s->n_live;
	if (!c->info.damage[0])
		snprintf(c->info.damage, sizeof(c->info.damage), "segment %u: %s", s->segno, why);
}

/* Where it lies is part of it: LMDB writes no page in place while a snapshot may see it. */
static uint64_t name_of(const struct txn *t, struct slice key, struct slice blob, uint64_t digest)
{
	char room[32];
	store_le64(room, (uintptr_t)blob.p);
	store_le64(room + 8, blob.n);
	store_le64(room + 16, digest);
	store_le64(room + 24, atomic_load(&t->index->generation));
	return digest64_keyed(key, slice_of(room, sizeof(room)));
}

/* *is_cold: it was not looked at lately, and may have to come from the disk. */
static int open_verified(struct txn *t, struct slice key, struct slice blob, uint64_t digest,
	struct segment *out, bool *is_cold, struct err *e)
{
	struct trust *trust = &t->index->trust;
	uint64_t name = name_of(t, key, blob, digest);
	*is_cold = t->index->options.trusts_nothing || !trust_has(trust, name);
	if (!*is_cold)
		return segment_open_trusted(key, blob, digest, out, e);
	/* Only its header says how much is to be read, but waiting for that page takes as long as reading too
	 * much: the frames are a little more than a half. */
	enum { SURELY = 512 << 10 };
	size_t half = blob.n / 2;
	env_read_ahead(t->env, slice_of(blob.p, half < SURELY ? half : SURELY));
	int rc = segment_layout(key, blob, out, e);
	if (rc)
		return rc;
	if (blob.n - out->frames.n > half || half > SURELY)
		env_read_ahead(t->env, slice_of(blob.p, blob.n - out->frames.n));
	rc = segment_open(key, blob, digest, out, e);
	if (rc == 0)
		trust_add(trust, name);
	return rc;
}

static int open_segment(
	struct chart *c, uint32_t i, const struct patient_segment *listed, struct err *e)
{
	struct chart_segment *s = &c->segments[i];
	struct txn *t = &c->snapshot->txn;
	char room[KEY_SEGMENT_BYTES];
	struct slice key = key_segment(room, c->number, s->segno), blob;
	struct err why = {0};
	int rc = bundle_segment(t, c->number, listed, &blob, &why);
	if (rc && rc != LODE_NOTFOUND && rc != LODE_CORRUPT)
		return err_set(e, rc, "%s", why.text);
	if (rc == 0)
		rc = open_verified(t, key, blob, listed->digest, &s->seg, &s->is_cold, &why);
	if (rc == 0 && (s->seg.n_notes != s->n_notes || s->seg.n_chunks != listed->n_chunks))
		rc = err_set(&why, LODE_CORRUPT, "counts differ from the patient record");
	if (rc == 0 && !codec_find(t->index, s->seg.dict_id, &s->dict))
		rc = err_set(&why, LODE_CORRUPT, "dictionary %u is missing", s->seg.dict_id);
	if (rc)
		chart_damage(c, i, why.text);
	return 0;
}

static int open_segments(
	struct chart *c, const struct patient_record *r, struct arena *a, struct err *e)
{
	c->segments = arena_array(a, struct chart_segment, r->n_segments);
	if (!c->segments)
		return err_set(e, LODE_NOMEM, "no memory for a chart");
	c->n_segments = r->n_segments;
	for (uint32_t i = 0; i < r->n_segments; i++) {
		const struct patient_segment *l = &r->segments[i];
		c->segments[i] = (struct chart_segment){.segno = l->segno,
			.n_notes = l->n_notes,
			.n_live = l->n_notes - l->n_dead,
			.digest = l->digest,
			.dead = l->dead};
		int rc = open_segment(c, i, l, e);
		if (rc)
			return rc;
	}
	return 0;
}

/* Above this many, the walk at open has to do: an answer must not take longer than this takes. */
enum { WALK_PATIENTS_MOST = 100000 };

/* "No such patient" is an answer only when the list is whole. */
static int not_found(struct snapshot *s, struct err *e)
{
	int rc = s->state.patients > WALK_PATIENTS_MOST
			 ? 0
			 : store_walk_patients(&s->txn, &s->state, NULL, NULL, e);
	return rc ? rc : err_set(e, LODE_NOTFOUND, "no such patient");
}

int chart_open(struct snapshot *s, struct slice patient, struct arena *a, struct chart **out,
	struct err *e)
{
	struct slice value;
	struct patient_record r;
	if (patient.n == 0 || patient.n > INDEX_ID_MAX)
		return err_set(e, LODE_NOTFOUND, "no such patient");
	int rc = txn_get(&s->txn, DB_PATIENT, patient, &value);
	if (rc == LODE_NOTFOUND)
		return not_found(s, e);
	if (rc)
		return err_set(e, rc, "%s", s->txn.err.text);
	rc = patient_decode(patient, value, a, &r, e);
	if (rc)
		return rc;
	struct chart *c = arena_new(a, struct chart);
	struct slice id = arena_slice(a, patient);
	if (!c || !id.p)
		return err_set(e, LODE_NOMEM, "no memory for a chart");
	*c = (struct chart){.snapshot = s, .patient = id, .number = r.number, .z = s->z};
	c->info.notes_total = c->info.notes_readable = r.notes;
	c->info.chunks_total = r.chunks;
	c->info.raw_bytes = r.raw_bytes;
	rc = open_segments(c, &r, a, e);
	if (rc == 0)
		*out = c;
	return rc;
}

void chart_recheck(struct chart *c)
{
	for (uint32_t i = 0; i < c->n_segments; i++) {
		const struct chart_segment *s = &c->segments[i];
		char room[KEY_SEGMENT_BYTES];
		struct segment again;
		struct err why = {0};
		if (!s->damaged && segment_open(key_segment(room, c->number, s->segno), s->seg.blob,
					   s->digest, &again, &why) != 0)
			chart_damage(c, i, why.text);
	}
}

void chart_info(const struct chart *c, struct chart_info *out)
{
	*out = c->info;
}

/* ---- notes ---- */

int chart_note(const struct chart *c, uint32_t segment, uint32_t ordinal, struct note_view *out,
	struct err *e)
{
	int rc = segment_note(&c->segments[segment].seg, ordinal, out, e);
	if (rc == 0)
		out->segment = segment;
	return rc;
}

static int by_date_and_id(const void *left, const void *right)
{
	const struct note_view *a = left, *b = right;
	int c = slice_cmp(a->date, b->date);
	return c ? c : slice_cmp(a->note_id, b->note_id);
}

int chart_notes(
	struct chart *c, struct arena *a, const struct note_view **out, uint32_t *n, struct err *e)
{
	uint32_t found = 0;
	if (c->info.notes_readable > UINT32_MAX)
		return err_set(e, LODE_TOOBIG, "too many notes in one chart");
	struct note_view *v = arena_array(a, struct note_view, c->info.notes_readable + 1);
	if (!v)
		return err_set(e, LODE_NOMEM, "no memory for a chart's notes");
	for (uint32_t i = 0; i < c->n_segments; i++) {
		struct chart_segment *s = &c->segments[i];
		uint32_t before = found;
		for (uint32_t o = 0; !s->damaged && o < s->n_notes; o++) {
			struct err why = {0};
			if (chart_note_is_dead(s, o))
				continue;
			if (chart_note(c, i, o, &v[found], &why) == 0)
				found++;
			else
				chart_damage(c, i, why.text);
		}
		if (s->damaged)
			found = before;
	}
	qsort(v, found, sizeof(*v), by_date_and_id);
	*out = v;
	*n = found;
	return 0;
}

int chart_find_note(struct chart *c, struct slice note_id, struct note_view *out, struct err *e)
{
	for (uint32_t i = c->n_segments; i-- > 0;) {
		const struct chart_segment *s = &c->segments[i];
		uint32_t ordinal;
		if (s->damaged)
			continue;
		int rc = segment_find_note(&s->seg, note_id, &ordinal, e);
		if (rc == LODE_NOTFOUND || (rc == 0 && chart_note_is_dead(s, ordinal)))
			continue;
		return rc ? rc : chart_note(c, i, ordinal, out, e);
	}
	/* It may stand in a segment that cannot be read. */
	if (c->info.damaged_segments)
		return err_set(e, LODE_CORRUPT, "%s", c->info.damage);
	return err_set(e, LODE_NOTFOUND, "no such note");
}

/* ---- text ---- */

/* Who reads a second text of a segment mostly reads several, here and there, and each would be waited for. */
static void fetch_texts(const struct chart *c, struct chart_segment *s)
{
	enum { TEXTS_MOST = 1 << 20 };
	if (!s->is_cold)
		return;
	s->texts_read++;
	if (s->texts_read == 2 && s->seg.frames.n <= TEXTS_MOST)
		env_read_ahead(c->snapshot->txn.env, s->seg.frames);
}

int chart_text(struct chart *c, const struct note_view *v, struct arena *a, struct slice *out,
	struct err *e)
{
	if (v->segment >= c->n_segments || c->segments[v->segment].damaged)
		return err_set(e, LODE_CORRUPT, "the note's segment is damaged");
	char *room = arena_alloc(a, (size_t)v->text_bytes + 1);
	if (!room)
		return err_set(e, LODE_NOMEM, "no memory for a note of %u bytes", v->text_bytes);
	struct chart_segment *s = &c->segments[v->segment];
	fetch_texts(c, s);
	int rc = segment_text(&s->seg, v, s->dict, c->z, room, e);
	if (rc)
		return rc;
	struct slice text = {room, v->text_bytes};
	if (!digest128_eq(digest128(text), v->digest))
		return err_set(e, LODE_CORRUPT, "a note's text does not match its digest");
	*out = text;
	return 0;
}
