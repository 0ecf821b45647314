/* Intervals by resampling, and one run against another: the same draws every time. */
#ifndef LODESTONE_CLIENT_EVAL_RESAMPLE_H
#define LODESTONE_CLIENT_EVAL_RESAMPLE_H

#include "client/eval_stat.h"

enum { EVAL_RESAMPLES = 2000 };

/* What is drawn together: unit u is the questions order[start[u]] .. order[start[u + 1] - 1]. */
struct eval_units {
	const uint32_t *start; /* [n + 1] */
	const uint32_t *order; /* [start[n]] */
	uint32_t n;
};

struct eval_interval {
	double low, high; /* 95 %, percentiles; NaN where no draw has the score */
};

/* cell: enum eval_cell by question.  LODE_NOMEM. */
int eval_bootstrap(
	const uint8_t *cell, const struct eval_units *u, struct eval_interval out[SCORES]);

/* this - other on the same draws (Efron, Tibshirani, An Introduction to the Bootstrap, 1993). */
struct eval_gain {
	double value, low, high;
	double p; /* two-sided: twice the smaller share of draws on one side of 0, at most 1 */
};
int eval_paired(const uint8_t *cell, const uint8_t *other, const struct eval_units *u,
	struct eval_gain out[SCORES]);

/* McNemar's exact test (Psychometrika 12, 1947): only_this questions are right in this run alone,
 * only_other in the other alone; two-sided p. */
double eval_mcnemar(uint64_t only_this, uint64_t only_other);

#endif
