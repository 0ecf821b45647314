#include "client/eval_resample.h"

#include "base/err.h"

#include <math.h>
#include <stdlib.h>

static const uint64_t seed = 20240418; /* the day of Med-Gemini's preprint; any number would do */

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014). */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0..n-1; the bias of multiplying is below n / 2^32. */
static uint32_t draw_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(((draw(state) >> 32) * n) >> 32);
}

static void add_unit(
	struct eval_cells *c, const uint8_t *cell, const struct eval_units *u, uint32_t unit)
{
	for (uint32_t k = u->start[unit]; k < u->start[unit + 1]; k++)
		if (cell[u->order[k]] < CELLS)
			c->n[cell[u->order[k]]]++;
}

static void score_all(const uint8_t *cell, const struct eval_units *u, double out[SCORES])
{
	struct eval_cells c = {0};
	for (uint32_t i = 0; i < u->n; i++)
		add_unit(&c, cell, u, i);
	eval_scores(&c, out);
}

/* Scores of every resample, one score after the other: [SCORES][EVAL_RESAMPLES].  other NULL: of cell
 * alone, else the difference. */
static void resample(
	const uint8_t *cell, const uint8_t *other, const struct eval_units *u, double *drawn)
{
	uint64_t state = seed;
	for (int r = 0; r < EVAL_RESAMPLES; r++) {
		struct eval_cells mine = {0}, theirs = {0};
		double score[SCORES], base[SCORES] = {0};
		for (uint32_t i = 0; i < u->n; i++) {
			uint32_t unit = draw_below(&state, u->n);
			add_unit(&mine, cell, u, unit);
			if (other)
				add_unit(&theirs, other, u, unit);
		}
		eval_scores(&mine, score);
		if (other)
			eval_scores(&theirs, base);
		for (int s = 0; s < SCORES; s++)
			drawn[s * EVAL_RESAMPLES + r] = score[s] - base[s];
	}
}

/* Moves what is a number to the front, sorted; returns how many. */
static size_t sort_numbers(double *v)
{
	size_t n = 0;
	for (int i = 0; i < EVAL_RESAMPLES; i++)
		if (!isnan(v[i]))
			v[n++] = v[i];
	qsort(v, n, sizeof(*v), eval_compare);
	return n;
}

static struct eval_interval interval_of(const double *sorted, size_t n)
{
	if (n == 0)
		return (struct eval_interval){NAN, NAN};
	return (struct eval_interval){sorted[n / 40], sorted[n - n / 40 - 1]};
}

int eval_bootstrap(
	const uint8_t *cell, const struct eval_units *u, struct eval_interval out[SCORES])
{
	double *drawn = calloc((size_t)SCORES * EVAL_RESAMPLES, sizeof(*drawn));
	if (!drawn)
		return LODE_NOMEM;
	resample(cell, NULL, u, drawn);
	for (int s = 0; s < SCORES; s++) {
		double *v = drawn + (size_t)s * EVAL_RESAMPLES;
		out[s] = interval_of(v, sort_numbers(v));
	}
	free(drawn);
	return 0;
}

int eval_paired(const uint8_t *cell, const uint8_t *other, const struct eval_units *u,
	struct eval_gain out[SCORES])
{
	double mine[SCORES], theirs[SCORES];
	double *drawn = calloc((size_t)SCORES * EVAL_RESAMPLES, sizeof(*drawn));
	if (!drawn)
		return LODE_NOMEM;
	score_all(cell, u, mine);
	score_all(other, u, theirs);
	resample(cell, other, u, drawn);
	for (int s = 0; s < SCORES; s++) {
		double *v = drawn + (size_t)s * EVAL_RESAMPLES;
		size_t n = sort_numbers(v), not_above = 0, not_below = 0;
		struct eval_interval i = interval_of(v, n);
		for (size_t k = 0; k < n; k++) {
			not_above += v[k] <= 0;
			not_below += v[k] >= 0;
		}
		size_t fewer = not_above < not_below ? not_above : not_below;
		double p = n ? fmin(2 * (double)fewer / (double)n, 1) : NAN;
		out[s] = (struct eval_gain){mine[s] - theirs[s], i.low, i.high, p};
	}
	free(drawn);
	return 0;
}

double eval_mcnemar(uint64_t only_this, uint64_t only_other)
{
	uint64_t n = only_this + only_other, few = only_this < only_other ? only_this : only_other;
	double p = 0;
	for (uint64_t k = 0; k <= few; k++)
		p += exp(lgamma((double)n + 1) - lgamma((double)k + 1) -
			 lgamma((double)(n - k) + 1) - (double)n * log(2));
	return fmin(2 * p, 1);
}
