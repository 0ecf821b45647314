/* Is a note stored already, just so?  Asked for every note of a batch, most often for the same
 * patient as before, so from the second in a row on the patient's live notes are held as a set of
 * fingerprints: nothing stays open in the store between two calls. */
#include "index/batch.h"
#include "index/bundle.h"
#include "index/note.h"
#include "index/patient.h"

#include <stdlib.h>

/* Of a patient asked about once, in more segments than these a look costs as much as it may save. */
enum { PEEK_SEGMENTS = 16 };

void known_release(struct known *k)
{
	buf_release(&k->patient);
	buf_release(&k->room);
	free(k->prints);
	*k = (struct known){0};
}

size_t known_memory(const struct known *k)
{
	return k->patient.cap + k->room.cap + (k->prints ? k->mask + 1 : 0) * sizeof(*k->prints);
}

/* Everything note_is_same compares, and the id. */
static bool print_of(struct known *k, const struct note_view *v, struct digest128 *out)
{
	const struct slice parts[] = {
		v->note_id, v->date, v->type, v->encounter, v->author_role, v->meta};
	k->room.n = 0;
	buf_put(&k->room, &v->digest, sizeof(v->digest));
	buf_put(&k->room, &v->text_bytes, sizeof(v->text_bytes));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		buf_put(&k->room, &parts[i].n, sizeof(parts[i].n));
		buf_put_slice(&k->room, parts[i]);
	}
	bool failed = k->room.failed;
	k->room.failed = false;
	*out = digest128(buf_slice(&k->room));
	return !failed;
}

static struct digest128 *slot_of(const struct known *k, struct digest128 print)
{
	size_t i = print.lo & k->mask;
	while ((k->prints[i].hi | k->prints[i].lo) && !digest128_eq(k->prints[i], print))
		i = (i + 1) & k->mask;
	return &k->prints[i];
}

static bool add_segment(struct known *k, const struct patient *p, uint32_t segment)
{
	for (uint32_t i = 0; i < p->segments[segment].n_notes; i++) {
		struct note_view v;
		struct digest128 print;
		if (bitmap_get(p->rec.segments[segment].dead, i))
			continue;
		if (segment_note(&p->segments[segment], i, &v, NULL) != 0 ||
			!print_of(k, &v, &print))
			return false;
		*slot_of(k, print) = print;
	}
	return true;
}

/* A set of all live notes of p; false: damage or no memory, and no set. */
static bool fill(struct known *k, const struct patient *p)
{
	size_t notes = 0, slots = 16;
	for (uint32_t i = 0; i < p->rec.n_segments; i++)
		notes += p->segments[i].n_notes;
	while (slots < 2 * notes)
		slots *= 2;
	k->prints = calloc(slots, sizeof(*k->prints));
	k->mask = slots - 1;
	for (uint32_t i = 0; k->prints && i < p->rec.n_segments; i++)
		if (!add_segment(k, p, i)) {
			free(k->prints);
			k->prints = NULL;
		}
	return k->prints != NULL;
}

/* One note of a patient, without reading the others: the id is looked up in tables that were not
 * verified, and what is found counts only when its segment is whole. */
static bool peek(struct txn *t, struct slice patient, struct slice value,
	const struct note_view *fresh, struct arena *scratch)
{
	struct patient_record r;
	if (patient_decode(patient, value, scratch, &r, NULL) != 0 || r.n_segments > PEEK_SEGMENTS)
		return false;
	for (uint32_t i = r.n_segments; i-- > 0;) {
		const struct patient_segment *listed = &r.segments[i];
		char room[KEY_SEGMENT_BYTES];
		struct slice key = key_segment(room, r.number, listed->segno), blob;
		struct segment s;
		struct note_view stored;
		uint32_t ordinal;
		if (bundle_segment(t, r.number, listed, &blob, NULL) != 0 ||
			segment_layout(key, blob, &s, NULL) != 0 || s.n_notes != listed->n_notes)
			return false;
		if (segment_find_note(&s, fresh->note_id, &ordinal, NULL) != 0 ||
			bitmap_get(listed->dead, ordinal))
			continue;
		return segment_open_notes(key, blob, listed->digest, &s, NULL) == 0 &&
		       segment_note(&s, ordinal, &stored, NULL) == 0 &&
		       slice_eq(stored.note_id, fresh->note_id) && note_is_same(&stored, fresh);
	}
	return false;
}

/* Looks one note up in the store, or every note of its patient when that was asked before. */
static bool look(struct known *k, struct index *x, const struct note_view *fresh,
	struct slice patient, bool all, struct arena *scratch)
{
	struct txn t;
	struct patient p;
	struct slice value;
	bool known = false;
	if (txn_begin(x, TXN_READ, &t, NULL) != 0)
		return false;
	int rc = txn_get(&t, DB_PATIENT, patient, &value);
	k->is_absent = rc == LODE_NOTFOUND;
	if (rc == 0 && !(all && patient_load(&t, patient, scratch, &p, NULL) == 0 && fill(k, &p)))
		known = peek(&t, patient, value, fresh, scratch);
	txn_abort(&t);
	arena_reset(scratch);
	return known;
}

bool known_has(struct known *k, struct index *x, struct slice patient,
	const struct note_view *fresh, struct arena *scratch)
{
	struct digest128 print;
	bool again = k->patient.n > 0 && slice_eq(buf_slice(&k->patient), patient);
	if (!again) {
		known_release(k);
		if (buf_put_slice(&k->patient, patient) != 0)
			known_release(k);
	}
	if (again && k->is_absent)
		return false;
	if (!k->prints) {
		bool known = look(k, x, fresh, patient, again, scratch);
		if (!k->prints)
			return known;
	}
	return print_of(k, fresh, &print) && digest128_eq(*slot_of(k, print), print);
}
