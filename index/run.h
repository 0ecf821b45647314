/* Runs of the cohort index: term -> numbers of the patients in whose segments it stands.  A run is
 * written once, by the upkeep that covers some patients' segments; several are merged into one.
 * Stale pairs (a note was deleted since) are allowed, missing ones are not: who reads a patient
 * found here looks at the chart.  Layout: docs/index-format.md 8.  Private to the room. */
#ifndef LODESTONE_INDEX_RUN_H
#define LODESTONE_INDEX_RUN_H

#include "index/intern.h"
#include "index/write.h"

enum {
	RUN_BLOCK =
		2 * 4096 - 16, /* bytes: two pages; a longer list of patients has a block alone */
	RUN_VERSION = 1,
};

/* ---- building ---- */

struct run_pair {
	uint32_t term, patient;
};

enum { RUN_GROUP = 16 };

struct run_builder {
	struct intern terms;
	uint32_t *latest; /* by term: the patient it came with last */
	uint32_t latest_cap;
	struct run_pair *pairs; /* patients ascending */
	size_t n_pairs, pairs_cap;
	/* Terms of one patient that are looked up together (intern.h). */
	char waiting[RUN_GROUP][TOK_TERM_MAX];
	uint8_t sizes[RUN_GROUP];
	uint32_t n_waiting, patient;
	bool failed;
};
void run_builder_init(struct run_builder *b);
void run_builder_release(struct run_builder *b);
/* Patients must come in ascending order; the same pair twice in a row counts once.  Failure is
 * remembered: run_build says it. */
void run_add(struct run_builder *b, struct slice term, uint32_t patient);
size_t run_builder_memory(const struct run_builder *b);
bool run_builder_any(const struct run_builder *b);

/* A finished run: its blocks' values laid end to end, checksums still open. */
struct run_blob {
	struct buf bytes, ends /* u32 each: end of the block in bytes */, firsts /* str each */;
	struct buf block, before, list; /* rooms of the encoder */
	uint32_t n_blocks;
	uint64_t n_terms, n_pairs;
};
void run_blob_release(struct run_blob *r);
int run_build(struct run_builder *b, struct run_blob *out, struct err *e);
/* For merging: terms ascending, patients of each ascending and without repetition. */
int run_blob_term(struct run_blob *r, struct slice term, const uint32_t *patients, size_t n);
int run_blob_end(struct run_blob *r);

/* Puts it under the next run number; *listed is what the record `runs` will say of it. */
int run_put(struct write *w, struct run_blob *r, struct run_entry *listed, struct err *e);
void run_delete(struct write *w, const struct run_entry *listed);

/* ---- reading ---- */

/* A run opened in a transaction; its header is verified. */
struct run {
	struct txn *txn;
	struct run_entry listed;
	struct reader blocks; /* per block: str first term, u64 checksum */
	uint64_t n_terms, n_pairs;
	struct run_block *index; /* NULL: none */
};
/* A block of a run that many terms are looked up in: found by halving, verified once. */
struct run_block {
	struct slice first;
	uint64_t checksum;
	struct reader in;
	bool is_open;
};
/* Array in a: LODE_NOMEM; LODE_CORRUPT: the header does not parse. */
int run_index(struct run *r, struct arena *a, struct err *e);
int run_open(struct txn *t, const struct run_entry *listed, struct run *out, struct err *e);

/* All runs of a snapshot, opened; with_index: of use for many terms. */
int runs_open(struct snapshot *s, bool with_index, struct arena *a, struct run **out, uint32_t *n,
	struct err *e);
/* Adds the patients of a term. */
int runs_add_term(
	const struct run *runs, uint32_t n, struct slice term, struct cohort *c, struct err *e);

/* One term's patients. */
struct run_list {
	struct reader in;
	uint32_t left; /* gaps still to come, or bytes of the bitmap */
	bool is_bitmap, is_first;
	uint32_t base; /* the number before, or the first of the byte that comes next */
	uint8_t byte;  /* bits of it still to come */
};
/* LODE_NOTFOUND: the term is not in the run. */
int run_find(const struct run *r, struct slice term, struct run_list *out, struct err *e);
/* false: no more, or *bad. */
bool run_list_next(struct run_list *l, uint32_t *patient, bool *bad);

/* All terms in order. */
struct run_walk {
	const struct run *run;
	struct reader blocks, in;
	uint32_t block;
	char term[TOK_TERM_MAX];
	uint32_t n;
	struct run_list list; /* of the current term */
};
struct run_walk run_walk_of(const struct run *r);
int run_walk_next(struct run_walk *w, struct err *e); /* 1, 0 at the end, LODE_CORRUPT */
/* As run_walk_next, to the first term that is not below `from`. */
int run_walk_seek(struct run_walk *w, struct slice from, struct err *e);
static inline struct slice run_walk_term(const struct run_walk *w)
{
	return slice_of(w->term, w->n);
}

#endif
