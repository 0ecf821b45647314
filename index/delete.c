/* The deletes: a note is marked dead in its patient's record, a patient's record goes.  The text
 * itself goes when its segment is rewritten or has no live note left. */
#include "index/patient.h"
#include "index/write.h"

static int delete_note(struct write *w, struct slice id, struct slice note, struct err *e)
{
	struct patient p;
	struct note_view v;
	int rc = patient_load(&w->txn, id, &w->arena, &p, e);
	if (rc == 0)
		rc = patient_find(&p, note, &v, e);
	if (rc == LODE_NOTFOUND)
		return err_set(e, rc, "no such note");
	if (rc)
		return rc;
	const struct patient_record before = p.rec;
	if (patient_kill(&p, &v, &w->arena) != 0)
		return err_set(e, LODE_NOMEM, "no memory for a patient's dead notes");
	return write_patient(w, id, &before, p.checksum, &p.rec, e);
}

static bool is_id(struct slice s)
{
	return s.n >= 1 && s.n <= INDEX_ID_MAX;
}

int index_delete_note(struct index *x, struct slice patient, struct slice note, struct err *e)
{
	struct write w;
	if (!is_id(patient) || !is_id(note))
		return err_set(e, LODE_NOTFOUND, "no such note");
	int rc = write_begin(x, &w, e);
	return rc ? rc : write_end(&w, delete_note(&w, patient, note, e), e);
}

/* Works on damaged segments too: nothing of them is read. */
static int delete_patient(struct write *w, struct slice id, uint64_t *notes, struct err *e)
{
	struct slice value;
	struct patient_record r;
	int rc = txn_get(&w->txn, DB_PATIENT, id, &value);
	if (rc == LODE_NOTFOUND)
		return err_set(e, rc, "no such patient");
	if (rc)
		return err_set(e, rc, "%s", w->txn.err.text);
	uint64_t checksum = record_checksum(value);
	rc = patient_decode(id, value, &w->arena, &r, e);
	if (rc)
		return rc;
	struct patient_record none = r;
	none.segments = arena_array(&w->arena, struct patient_segment, r.n_segments);
	if (!none.segments)
		return err_set(e, LODE_NOMEM, "no memory for a patient record");
	*notes = r.notes;
	memcpy(none.segments, r.segments, r.n_segments * sizeof(*r.segments));
	for (uint32_t i = 0; i < r.n_segments; i++)
		none.segments[i].n_dead = r.segments[i].n_notes;
	return write_patient(w, id, &r, checksum, &none, e);
}

int index_delete_patient(struct index *x, struct slice patient, uint64_t *notes_gone, struct err *e)
{
	struct write w;
	uint64_t notes = 0;
	if (!is_id(patient))
		return err_set(e, LODE_NOTFOUND, "no such patient");
	int rc = write_begin(x, &w, e);
	if (rc == 0)
		rc = write_end(&w, delete_patient(&w, patient, &notes, e), e);
	if (rc == 0)
		*notes_gone = notes;
	return rc;
}
