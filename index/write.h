/* What every write has in common: one transaction, the state record, patients and their totals.
 * Private to the room: batch_commit, the deletes and upkeep are made of it. */
#ifndef LODESTONE_INDEX_WRITE_H
#define LODESTONE_INDEX_WRITE_H

#include "index/store.h"

struct write {
	struct txn txn;
	struct state state;
	struct arena arena; /* of one patient */
	struct buf record;  /* room for the record that is being put */
	bool changed;
	bool keeps_revision; /* upkeep: what the index says is what it said before */
};

int write_begin(struct index *x, struct write *w, struct err *e);
/* Commits when rc is 0 and something changed, else aborts.  Returns rc or what the commit said. */
int write_end(struct write *w, int rc, struct err *e);

/* Puts a patient's record in place of `before` (NULL: the patient is new), with everything that hangs
 * on it: segments without live notes leave the list and the database, a patient without segments
 * loses the record, totals and the list of pending patients follow. */
int write_patient(struct write *w, struct slice id, const struct patient_record *before,
	uint64_t before_checksum, struct patient_record *now, struct err *e);

/* The list of runs: array in w->arena.  LODE_CORRUPT when it is not the one the state knows. */
int write_runs_read(struct write *w, struct run_entry **out, uint32_t *n, struct err *e);
int write_runs(struct write *w, const struct run_entry *runs, uint32_t n, struct err *e);

/* Has segments whose terms are in no run of the cohort index. */
static inline bool patient_is_pending(const struct patient_record *r)
{
	return r->n_segments > 0 && r->segments[r->n_segments - 1].segno >= r->covered;
}

#endif
