#include "index/patient.h"

#include "index/bundle.h"

static int load_segments(struct txn *t, struct patient *p, struct err *e)
{
	for (uint32_t i = 0; i < p->rec.n_segments; i++) {
		const struct patient_segment *listed = &p->rec.segments[i];
		char room[KEY_SEGMENT_BYTES];
		struct slice key = key_segment(room, p->rec.number, listed->segno), blob;
		struct err why = {0};
		int rc = bundle_segment(t, p->rec.number, listed, &blob, &why);
		if (rc && rc != LODE_NOTFOUND && rc != LODE_CORRUPT)
			return err_set(e, rc, "%s", why.text);
		if (rc)
			return err_set(e, LODE_CORRUPT, "segment %u: %s", listed->segno, why.text);
		rc = segment_open_notes(key, blob, listed->digest, &p->segments[i], &why);
		if (rc == 0 && p->segments[i].n_notes != listed->n_notes)
			rc = err_set(&why, LODE_CORRUPT, "segment: another number of notes");
		if (rc)
			return err_set(e, rc, "segment %u: %s", listed->segno, why.text);
	}
	return 0;
}

int patient_read(
	struct txn *t, struct slice id, struct arena *a, struct patient *out, struct err *e)
{
	struct slice value;
	struct patient p = {.id = id};
	int rc = txn_get(t, DB_PATIENT, id, &value);
	if (rc == LODE_NOTFOUND)
		return rc;
	if (rc)
		return err_set(e, rc, "%s", t->err.text);
	rc = patient_decode(id, value, a, &p.rec, e);
	if (rc)
		return rc;
	p.checksum = record_checksum(value);
	*out = p;
	return 0;
}

int patient_read_notes(struct txn *t, struct arena *a, struct patient *p, struct err *e)
{
	p->segments = arena_array(a, struct segment, p->rec.n_segments);
	if (!p->segments)
		return err_set(e, LODE_NOMEM, "no memory for a patient's segments");
	return load_segments(t, p, e);
}

int patient_load(
	struct txn *t, struct slice id, struct arena *a, struct patient *out, struct err *e)
{
	int rc = patient_read(t, id, a, out, e);
	return rc ? rc : patient_read_notes(t, a, out, e);
}

int patient_find(
	const struct patient *p, struct slice note_id, struct note_view *out, struct err *e)
{
	/* Newest first: a note sent again is mostly one of the latest. */
	for (uint32_t i = p->rec.n_segments; i-- > 0;) {
		uint32_t ordinal;
		int rc = segment_find_note(&p->segments[i], note_id, &ordinal, e);
		if (rc == LODE_NOTFOUND)
			continue;
		if (rc)
			return rc;
		/* An id stands once in a segment, so a dead one here says nothing about older segments. */
		if (bitmap_get(p->rec.segments[i].dead, ordinal))
			continue;
		rc = segment_note(&p->segments[i], ordinal, out, e);
		out->segment = i;
		return rc;
	}
	return LODE_NOTFOUND;
}

int patient_kill(struct patient *p, const struct note_view *v, struct arena *a)
{
	struct patient_segment *s = &p->rec.segments[v->segment];
	if (!s->dead)
		s->dead = arena_array(a, uint64_t, bitmap_words(s->n_notes));
	if (!s->dead)
		return LODE_NOMEM;
	bitmap_set(s->dead, v->ordinal);
	s->n_dead++;
	p->rec.notes--;
	p->rec.chunks -= v->n_chunks;
	p->rec.raw_bytes -= v->text_bytes;
	return 0;
}
