/* A chart's notes, fetched byte for byte after its questions: quotes checked, words counted. */
#ifndef LODESTONE_CLIENT_EVAL_CHART_H
#define LODESTONE_CLIENT_EVAL_CHART_H

#include "client/eval.h"

/* A quote that an answer gave and that is still to be compared with the note. */
struct eval_quote {
	struct eval_item *item;
	struct slice note, quote;
	uint64_t start, end, start_cp, end_cp;
	bool is_seen; /* its note was fetched */
};

struct eval_quotes {
	struct eval_quote *list;
	size_t n, cap;
};

/* Copies what is needed of a piece of evidence into the arena.  LODE_NOMEM. */
int eval_quote_keep(struct eval_quotes *q, struct arena *a, struct eval_item *item,
	const struct json *evidence);

/* Are the quote's bytes those of the note, and its code points the same span? */
bool eval_quote_is_exact(const struct eval_quote *q, struct slice note);

uint64_t eval_words(struct slice text); /* runs of bytes that are no white space */

/* Fetches every note of the chart that the n items are of.  Fills in bad_quotes, words and, where it is
 * not known, depth (the chart in the daemon's order, by bytes); complains about a needle that is not
 * there.  0 or the exit code. */
int eval_chart_check(struct call *c, const char *file, struct eval_quotes *q,
	struct eval_item *const *items, size_t n);

#endif
