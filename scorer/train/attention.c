/* Attention of each window on its own, head by head; no 1/sqrt(d): the first values of q carry it (T5). */
#include "scorer/rotary.h"
#include "scorer/train/pass.h"

#include <string.h>

/* One window and head. */
struct view {
	uint32_t n, stride; /* positions, floats between rows of q, k and v */
	const float *q, *k, *v;
	float *attention; /* [n][row]: rows in whole eights, as kernel_product_by_cols wants them */
	uint32_t row, head;
	size_t token; /* the first one */
};

static uint32_t eights(uint32_t n)
{
	return (n + 7) / 8 * 8;
}

/* ---- positions ---- */

/* Bias of a head by key - query, the middle of a row being 0. */
static float *by_distance(const struct pass *p, float *table, uint32_t head)
{
	uint32_t reach = p->layout->shape.window - 1;
	return table + (size_t)head * (2 * (size_t)reach + 1) + reach;
}

void positions_prepare(struct pass *p, const float *weights)
{
	const struct shape *s = &p->layout->shape;
	if (s->position == POSITION_ROTARY) {
		rotary_table(s->window, p->angles);
		return;
	}
	int reach = (int)s->window - 1;
	for (uint32_t head = 0; head < s->heads; head++) {
		float *bias = by_distance(p, p->distance_bias, head);
		float *gradient = by_distance(p, p->distance_gradient, head);
		for (int i = -reach; i <= reach; i++) {
			size_t bucket = shape_bucket(i, s->mask);
			bias[i] = weights[p->layout->position + bucket * s->heads + head];
			gradient[i] = 0;
		}
	}
}

void positions_backward(struct pass *p, float *gradient)
{
	const struct shape *s = &p->layout->shape;
	if (s->position == POSITION_ROTARY)
		return;
	int reach = (int)s->window - 1;
	for (uint32_t head = 0; head < s->heads; head++) {
		const float *from = by_distance(p, p->distance_gradient, head);
		for (int i = -reach; i <= reach; i++) {
			size_t bucket = shape_bucket(i, s->mask);
			gradient[p->layout->position + bucket * s->heads + head] += from[i];
		}
	}
}

/* Turns q and k of every position of a window, or turns their gradients back. */
static void turn_window(
	const struct pass *p, float *qkv, uint32_t n, void (*turn)(float *head, const float *row))
{
	uint32_t inner = p->layout->inner;
	for (uint32_t i = 0; i < n; i++, qkv += 3 * (size_t)inner)
		for (uint32_t j = 0; j < 2 * inner; j += SHAPE_HEAD_DIM)
			turn(qkv + j, p->angles + (size_t)i * SHAPE_HEAD_DIM);
}

static void turn_all(const struct pass *p, const struct batch *b, float *qkv,
	void (*turn)(float *head, const float *row))
{
	if (p->layout->shape.position != POSITION_ROTARY)
		return;
	for (uint32_t w = 0; w < b->windows; w++)
		turn_window(p, qkv + (size_t)b->start[w] * 3 * p->layout->inner,
			b->start[w + 1] - b->start[w], turn);
}

/* ---- forward ---- */

static void softmax_rows(const struct pass *p, const struct view *v)
{
	bool is_causal = p->layout->shape.mask == MASK_CAUSAL;
	bool has_bias = p->layout->shape.position == POSITION_BUCKETS;
	const float *bias = has_bias ? by_distance(p, p->distance_bias, v->head) : NULL;
	for (uint32_t i = 0; i < v->n; i++) {
		float *row = v->attention + (size_t)i * v->row;
		uint32_t seen = is_causal ? i + 1 : v->n;
		for (uint32_t j = 0; has_bias && j < seen; j++)
			row[j] += bias[(int)j - (int)i];
		float sum = p->kernel->exp_sum(row, seen, p->kernel->largest(row, seen));
		for (uint32_t j = 0; j < seen; j++)
			row[j] /= sum;
		memset(row + seen, 0, (v->row - seen) * sizeof(*row));
	}
}

static void mix(const struct pass *p, uint32_t layer, const struct view *v)
{
	const struct kernel *k = p->kernel;
	uint32_t inner = p->layout->inner;
	float *out = p->kept[layer].mixed + v->token * inner + (size_t)v->head * SHAPE_HEAD_DIM;
	kernel_pack_rows(SHAPE_HEAD_DIM, v->n, v->k, v->stride, p->packed_rows);
	kernel_product(k, v->n, v->n, SHAPE_HEAD_DIM, v->q, v->stride, p->packed_rows, v->attention,
		v->row, false);
	softmax_rows(p, v);
	kernel_pack_cols(v->n, SHAPE_HEAD_DIM, v->v, v->stride, p->packed_rows);
	kernel_product(k, v->n, SHAPE_HEAD_DIM, v->n, v->attention, v->row, p->packed_rows, out,
		inner, false);
}

static void each_view(struct pass *p, const struct batch *b, uint32_t layer,
	void (*visit)(const struct pass *p, uint32_t layer, const struct view *v))
{
	uint32_t inner = p->layout->inner;
	float *attention = p->kept[layer].attention;
	for (uint32_t w = 0; w < b->windows; w++) {
		struct view v = {
			.n = b->start[w + 1] - b->start[w],
			.stride = 3 * inner,
			.token = b->start[w],
		};
		v.row = eights(v.n);
		for (v.head = 0; v.head < p->layout->shape.heads; v.head++) {
			v.q = p->kept[layer].qkv + v.token * v.stride +
			      (size_t)v.head * SHAPE_HEAD_DIM;
			v.k = v.q + inner;
			v.v = v.k + inner;
			v.attention = attention;
			visit(p, layer, &v);
			attention += (size_t)v.n * v.row;
		}
	}
}

void attention_forward(struct pass *p, const struct batch *b, uint32_t layer)
{
	turn_all(p, b, p->kept[layer].qkv, rotary_turn);
	each_view(p, b, layer, mix);
}

/* ---- backward ---- */

/* From the gradient of the attention to that of the scores, in place; the bias takes its share. */
static void softmax_backward(const struct pass *p, const struct view *v, float *scores)
{
	bool has_bias = p->layout->shape.position == POSITION_BUCKETS;
	float *gradient = has_bias ? by_distance(p, p->distance_gradient, v->head) : NULL;
	for (uint32_t i = 0; i < v->n; i++) {
		const float *a = v->attention + (size_t)i * v->row;
		float *row = scores + (size_t)i * v->row;
		float mean = p->kernel->dot(a, row, v->n);
		for (uint32_t j = 0; j < v->n; j++)
			row[j] = a[j] * (row[j] - mean);
		for (uint32_t j = 0; has_bias && j < v->n; j++)
			gradient[(int)j - (int)i] += row[j];
		memset(row + v->n, 0, (v->row - v->n) * sizeof(*row));
	}
}

static void unmix(const struct pass *p, uint32_t layer, const struct view *v)
{
	const struct kernel *k = p->kernel;
	uint32_t inner = p->layout->inner, n = v->n, stride = v->stride, dim = SHAPE_HEAD_DIM;
	const float *dout = p->dmixed + v->token * inner + (size_t)v->head * dim;
	float *dq = p->dqkv + v->token * stride + (size_t)v->head * dim;
	float *dk = dq + inner, *dv = dk + inner;
	float *scores = p->scores, *packed = p->packed_rows;
	kernel_pack_cols(n, dim, dout, inner, packed);
	kernel_product_by_cols(k, n, dim, n, v->attention, v->row, packed, dv, stride, false);
	kernel_pack_rows(dim, n, v->v, stride, packed);
	kernel_product(k, n, n, dim, dout, inner, packed, scores, v->row, false);
	softmax_backward(p, v, scores);
	kernel_pack_cols(n, dim, v->k, stride, packed);
	kernel_product(k, n, dim, n, scores, v->row, packed, dq, stride, false);
	kernel_pack_cols(n, dim, v->q, stride, packed);
	kernel_product_by_cols(k, n, dim, n, scores, v->row, packed, dk, stride, false);
}

void attention_backward(struct pass *p, const struct batch *b, uint32_t layer)
{
	each_view(p, b, layer, unmix);
	turn_all(p, b, p->dqkv, rotary_turn_back);
}
