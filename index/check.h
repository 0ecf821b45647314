/* What the parts of index_check share.  Private to the room: check.c walks patients, segments and
 * totals, check_cohort.c numbers, bundles and runs. */
#ifndef LODESTONE_INDEX_CHECK_H
#define LODESTONE_INDEX_CHECK_H

#include "index/chart.h"
#include "index/run.h"

struct check {
	struct snapshot *snapshot;
	void (*say)(void *arg, const char *problem);
	void *arg;
	int64_t problems;
	struct state found; /* totals counted here */
	uint64_t n_numbers, n_pending;
	struct buf
		listed; /* u64 patient << 32 | segno, of every listed segment with its own value */
	struct buf numbers; /* u32 patient number */
	struct arena arena; /* of one patient */
	struct arena runs_arena;
	struct run *runs; /* those that open */
	uint32_t n_runs;
};

void check_problem(struct check *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Ids may be long; the first bytes are enough to find the patient. */
#define CHECK_ID(s) (int)((s).n < 80 ? (s).n : 80), (s).p

/* A negative return from each ends the walk. */
int check_walk(struct check *c, enum db db,
	int (*each)(struct check *c, struct slice key, struct slice value), struct err *e);

int check_open_runs(struct check *c, struct err *e);
/* The number leads back to the id, and a pending patient is marked so. */
void check_number(struct check *c, struct slice id, const struct patient_record *r);
/* The terms of a covered segment are in the runs: some 256 of them, evenly spread, are looked up. */
int check_covered(struct check *c, struct slice id, uint32_t number, const struct segment *s);
/* Numbers, marks, bundles and runs, each for itself. */
int check_tables(struct check *c, struct err *e);

#endif
