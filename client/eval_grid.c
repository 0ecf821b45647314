/* Needles by depth and chart length: one cell each, to see whether place or size matters. */
#include "client/eval_report.h"

#include <math.h>
#include <stdlib.h>

static bool is_placed(const struct eval_item *item)
{
	return item->has_needle && item->words && !isnan(item->depth);
}

static int compare_lengths(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Fifths of the questions in order of length; charts of one length stay together. */
static void make_columns(const uint64_t *sorted, size_t n, struct eval_grid *g)
{
	size_t fifth = SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		bool is_same = i && sorted[i] == sorted[i - 1];
		if (!is_same && i * EVAL_LENGTHS / n != fifth) {
			fifth = i * EVAL_LENGTHS / n;
			g->least[g->columns++] = sorted[i];
		}
		g->most[g->columns - 1] = sorted[i];
	}
}

static void best_and_worst(uint64_t hits, uint64_t n, double *best, double *worst)
{
	if (n == 0)
		return;
	double share = (double)hits / (double)n;
	*best = isnan(*best) || share > *best ? share : *best;
	*worst = isnan(*worst) || share < *worst ? share : *worst;
}

static void add(const struct eval_item *item, struct eval_grid *g)
{
	unsigned row = (unsigned)(item->depth * EVAL_DEPTHS), column = 0;
	row = row < EVAL_DEPTHS ? row : EVAL_DEPTHS - 1;
	while (column + 1 < g->columns && item->words > g->most[column])
		column++;
	g->n[row][column]++;
	g->found[row][column] += item->is_found;
	g->right[row][column] += eval_is_right(&item->outcome);
}

int eval_grid_fill(const struct eval_set *s, struct eval_grid *out)
{
	struct eval_grid g = {
		.found_best = NAN, .found_worst = NAN, .right_best = NAN, .right_worst = NAN};
	uint64_t *lengths = calloc(s->n + 1, sizeof(*lengths));
	size_t n = 0;
	if (!lengths)
		return LODE_NOMEM;
	for (size_t i = 0; i < s->n; i++)
		if (is_placed(&s->items[i]))
			lengths[n++] = s->items[i].words;
	qsort(lengths, n, sizeof(*lengths), compare_lengths);
	make_columns(lengths, n, &g);
	free(lengths);
	for (size_t i = 0; i < s->n; i++)
		if (is_placed(&s->items[i]))
			add(&s->items[i], &g);
	for (unsigned row = 0; row < EVAL_DEPTHS; row++)
		for (unsigned c = 0; c < g.columns; c++) {
			best_and_worst(g.found[row][c], g.n[row][c], &g.found_best, &g.found_worst);
			best_and_worst(g.right[row][c], g.n[row][c], &g.right_best, &g.right_worst);
		}
	*out = g;
	return 0;
}
