#include "scorer/network_body.h"

#include <string.h>

/* One row of scores -> weights that sum to the value returned; keys past `seen` weigh nothing. */
static float soften(
	const struct network *n, float *row, const float *bias, uint32_t seen, uint32_t all)
{
	for (uint32_t key = 0; key < seen && bias; key++)
		row[key] += bias[key];
	memset(row + seen, 0, (all - seen) * sizeof(*row));
	return n->kernel->exp_sum(row, seen, n->kernel->largest(row, seen));
}

static void attend_head(const struct network *n, struct network_scratch *s, const float *qkv_rows,
	uint32_t window, const struct network_queries *q, uint32_t head)
{
	const struct kernel *k = n->kernel;
	size_t ld = (size_t)3 * n->inner, at = (size_t)head * SHAPE_HEAD_DIM;
	const float *bias =
		n->distance ? n->distance + (size_t)head * (2 * n->s.window - 1) + n->s.window - 1
			    : NULL;
	float sums[SHAPE_WINDOW_MAX];
	kernel_pack_rows(SHAPE_HEAD_DIM, window, qkv_rows + n->inner + at, ld, s->keys);
	kernel_pack_cols(
		window, SHAPE_HEAD_DIM, qkv_rows + 2 * (size_t)n->inner + at, ld, s->values);
	kernel_product(k, q->n, window, SHAPE_HEAD_DIM, q->q + at, q->ldq, s->keys, s->scores,
		window, false);
	for (uint32_t i = 0; i < q->n; i++) {
		uint32_t query = q->first + i;
		uint32_t seen = n->s.mask == MASK_CAUSAL ? query + 1 : window;
		sums[i] = soften(n, s->scores + (size_t)i * window, bias ? bias - query : NULL,
			seen, window);
	}
	kernel_product(k, q->n, SHAPE_HEAD_DIM, window, s->scores, window, s->values, q->out + at,
		q->ldout, false);
	for (uint32_t i = 0; i < q->n; i++) {
		float *row = q->out + i * q->ldout + at, scale = 1 / sums[i];
		for (unsigned j = 0; j < SHAPE_HEAD_DIM; j++)
			row[j] *= scale;
	}
}

void network_attend(const struct network *n, struct network_scratch *s, const float *qkv_rows,
	uint32_t window, const struct network_queries *q)
{
	for (uint32_t head = 0; head < n->s.heads; head++)
		attend_head(n, s, qkv_rows, window, q, head);
}
