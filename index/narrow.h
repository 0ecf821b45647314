/* Names of a matcher -> patients in whose notes they may stand, by the cohort index: never too few, now and
 * then too many.  It allows for what recall.c allows for: other forms of a word, two words written as one, one
 * split in two, a mask for one of several words.  Private to the room. */
#ifndef LODESTONE_INDEX_NARROW_H
#define LODESTONE_INDEX_NARROW_H

#include "index/match.h"
#include "index/run.h"

enum { NARROW_LOOKED_UP = 64 };

/* A term looked up before: forms of one word share their beginnings. */
struct narrow_term {
	uint64_t digest;
	struct cohort set;
};

struct narrow {
	struct arena *a;
	const struct search_stop *stop;
	struct run *runs;
	uint32_t n_runs, n_numbers, words; /* words: of a set */
	struct cohort left, right;         /* for halves of a word */
	struct cohort position, all, but_one;
	struct cohort masks; /* patients with a mask; bits NULL: not looked up yet */
	struct narrow_term looked_up[NARROW_LOOKED_UP];
};

/* Opens the runs of the snapshot; memory from a, which outlives it.  LODE_CORRUPT: part of the cohort index
 * is damaged, so that nobody may be left out (so with the others). */
int narrow_init(struct narrow *n, struct snapshot *s, const struct search_stop *stop,
	struct arena *a, struct err *e);
/* An empty set; bits NULL: no memory. */
struct cohort narrow_set(struct narrow *n);
int narrow_no_memory(struct err *e);
/* Adds the covered patients of one name of the matcher. */
int narrow_name(struct narrow *n, const struct matcher *m, uint32_t name, struct cohort *out,
	struct err *e);

void narrow_clear(const struct narrow *n, struct cohort *c);
void narrow_unite(const struct narrow *n, struct cohort *a, const struct cohort *b);
void narrow_intersect(const struct narrow *n, struct cohort *a, const struct cohort *b);

#endif
