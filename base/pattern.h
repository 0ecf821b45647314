/* One wrapper over PCRE2: compiled with JIT once, matched with limits, per-thread scratch.
 *
 * Subjects are valid UTF-8 (checked at ingest), so patterns run with NO_UTF_CHECK. */
#ifndef LODESTONE_BASE_PATTERN_H
#define LODESTONE_BASE_PATTERN_H

#include "base/buf.h"
#include "base/err.h"

struct pattern;         /* immutable, shared between threads */
struct pattern_scratch; /* one per thread */

enum pattern_flags {
	PATTERN_CASELESS = 1,
	PATTERN_MULTILINE = 2,
	PATTERN_ANCHORED = 4, /* match at the start offset only */
	PATTERN_EXTENDED = 8,
	PATTERN_UTF = 16,
	PATTERN_SLICED = 32, /* for pattern_find_within */
};

enum { PATTERN_GROUPS = 8 };

struct pattern_match {
	size_t start[PATTERN_GROUPS], end[PATTERN_GROUPS]; /* byte offsets; SIZE_MAX: unset group */
};

/* LODE_BADREQ with the offset in the pattern when it does not compile. */
int pattern_create(const char *regex, unsigned flags, struct pattern **out, struct err *e);
void pattern_destroy(struct pattern *p);
bool pattern_has_jit(const struct pattern *p);

int pattern_scratch_create(struct pattern_scratch **out);
void pattern_scratch_destroy(struct pattern_scratch *s);

/* Searches subject from `from`.  1: found, 0: not, LODE_TOOBIG: a match limit was reached. */
int pattern_find(const struct pattern *p, struct pattern_scratch *s, struct slice subject,
	size_t from, struct pattern_match *m);
/* The same for a match of at least one byte that begins in from..last (bytes, both included), though it
 * may look and reach beyond: so that a caller may pause between slices of a long text.  Compiled with
 * PATTERN_SLICED. */
int pattern_find_within(const struct pattern *p, struct pattern_scratch *s, struct slice subject,
	size_t from, size_t last, struct pattern_match *m);

#endif
