#include "scorer/train/pass.h"

#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

/* Cuts one block of memory into arrays: a first run with base NULL counts. */
struct cutter {
	float *base;
	size_t used;
};

static float *cut(struct cutter *c, size_t n)
{
	float *p = c->base ? c->base + c->used : NULL;
	c->used += (n + 15) / 16 * 16;
	return p;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static uint32_t widest(const struct shape *s)
{
	uint32_t most = 0;
	for (uint32_t l = 0; l < s->layers; l++)
		most = s->d_ff[l] > most ? s->d_ff[l] : most;
	return most;
}

static void cut_layer(struct pass *p, struct cutter *c, uint32_t layer)
{
	const struct layout *l = p->layout;
	struct layer_kept *k = &p->kept[layer];
	size_t t = p->tokens_max, wide = t * l->shape.d, inner = t * l->inner;
	size_t row = ((size_t)l->shape.window + 7) / 8 * 8;
	k->x = cut(c, wide);
	k->normed = cut(c, wide);
	k->scale = cut(c, t);
	k->qkv = cut(c, 3 * inner);
	k->attention = cut(c, t * row * l->shape.heads);
	k->mixed = cut(c, inner);
	k->x_mlp = cut(c, wide);
	k->normed_mlp = cut(c, wide);
	k->scale_mlp = cut(c, t);
	k->hidden = cut(c, t * hidden_stride(l, layer));
	k->gate = l->shape.activation == ACTIVATION_DRELU ? cut(c, t * hidden_stride(l, layer))
							  : NULL;
}

static void cut_packed(struct pass *p, struct cutter *c)
{
	const struct layout *l = p->layout;
	uint32_t d = l->shape.d, ff = widest(&l->shape), words = l->shape.vocabulary;
	uint32_t window = l->shape.window, wide = larger(d, l->inner);
	size_t up = larger(kernel_packed_floats(d, ff), kernel_packed_floats(ff, d));
	size_t word = larger(kernel_packed_floats(d, words), kernel_packed_floats(words, d));
	size_t attention = larger(
		kernel_packed_floats(d, 3 * l->inner), kernel_packed_floats(3 * l->inner, d));
	p->packed = cut(c, larger(larger(2 * up, word), attention));
	p->packed_two = cut(c, larger(up, word));
	size_t rows = larger(kernel_packed_floats(MLP_BLOCK, ff),
		kernel_packed_floats(larger(p->tokens_max, MLP_BLOCK), wide));
	rows = larger(rows, kernel_packed_floats(SHAPE_HEAD_DIM, window));
	p->packed_rows = cut(c, larger(rows, kernel_packed_floats(window, SHAPE_HEAD_DIM)));
}

static void cut_all(struct pass *p, struct cutter *c)
{
	const struct layout *l = p->layout;
	const struct shape *s = &l->shape;
	size_t t = p->tokens_max, wide = t * s->d, stride = (size_t)widest(s) + 16;
	for (uint32_t layer = 0; layer < s->layers; layer++)
		cut_layer(p, c, layer);
	p->x = cut(c, wide);
	p->states = cut(c, wide);
	p->scale_final = cut(c, t);
	p->logits = cut(c, (size_t)p->windows_max * SHAPE_LOGITS);
	p->dx = cut(c, wide);
	p->dnormed = cut(c, wide);
	p->dqkv = cut(c, t * 3 * l->inner);
	p->dmixed = cut(c, t * l->inner);
	cut_packed(p, c);
	p->block = cut(c, stride * MLP_BLOCK);
	p->block_two = cut(c, stride * MLP_BLOCK);
	p->scores = cut(c, (size_t)s->window * (((size_t)s->window + 7) / 8 * 8));
	p->rows = cut(c, wide);
	p->drows = cut(c, wide);
	p->word_logits = cut(c, WORD_BLOCK * word_stride(l));
	p->distance_bias = cut(c, (size_t)s->heads * 2 * s->window);
	p->distance_gradient = cut(c, (size_t)s->heads * 2 * s->window);
	p->angles = cut(c, (size_t)s->window * SHAPE_HEAD_DIM);
}

int pass_create(struct pass **out, const struct layout *l, uint32_t tokens_max,
	uint32_t windows_max, const struct kernel *k)
{
	struct pass *p = calloc(1, sizeof(*p));
	if (!p)
		return LODE_NOMEM;
	p->layout = l;
	p->kernel = k;
	p->tokens_max = tokens_max;
	p->windows_max = windows_max;
	struct cutter c = {0};
	cut_all(p, &c);
	c.base = p->memory = floats_new(c.used);
	p->targets = calloc(tokens_max, sizeof(*p->targets));
	p->target_token = calloc(tokens_max, sizeof(*p->target_token));
	if (!p->memory || !p->targets || !p->target_token) {
		pass_destroy(p);
		return LODE_NOMEM;
	}
	memset(p->memory, 0, c.used * sizeof(float));
	c.used = 0;
	cut_all(p, &c);
	*out = p;
	return LODE_OK;
}

void pass_destroy(struct pass *p)
{
	if (!p)
		return;
	free(p->memory);
	free(p->targets);
	free(p->target_token);
	free(p);
}

/* ---- forward ---- */

static void attention_block_forward(
	struct pass *p, const float *weights, const struct batch *b, uint32_t layer)
{
	const struct layout *l = p->layout;
	const struct layer_layout *at = &l->layer[layer];
	struct layer_kept *k = &p->kept[layer];
	uint32_t d = l->shape.d, n = b->tokens, inner = l->inner;
	size_t three = (size_t)3 * inner;
	norm_forward(p, n, k->x,
		&(struct norm_place){weights + at->norm_attention, k->normed, k->scale});
	kernel_pack_rows(d, 3 * inner, weights + at->q, d, p->packed);
	kernel_product(p->kernel, n, 3 * inner, d, k->normed, d, p->packed, k->qkv, three, false);
	attention_forward(p, b, layer);
	kernel_pack_rows(inner, d, weights + at->o, inner, p->packed);
	memcpy(k->x_mlp, k->x, (size_t)n * d * sizeof(float));
	kernel_product(p->kernel, n, d, inner, k->mixed, inner, p->packed, k->x_mlp, d, true);
	norm_forward(p, n, k->x_mlp,
		&(struct norm_place){weights + at->norm_mlp, k->normed_mlp, k->scale_mlp});
}

static void trunk_forward(
	struct pass *p, const float *weights, const struct batch *b, struct losses *sums)
{
	const struct layout *l = p->layout;
	uint32_t d = l->shape.d, layers = l->shape.layers;
	for (uint32_t t = 0; t < b->tokens; t++)
		memcpy(p->kept[0].x + (size_t)t * d, weights + l->embedding + (size_t)b->ids[t] * d,
			d * sizeof(float));
	positions_prepare(p, weights);
	for (uint32_t layer = 0; layer < layers; layer++) {
		attention_block_forward(p, weights, b, layer);
		float *out = layer + 1 < layers ? p->kept[layer + 1].x : p->x;
		mlp_forward(p, weights, b->tokens, layer, out, sums);
	}
	norm_forward(p, b->tokens, p->x,
		&(struct norm_place){weights + l->norm_final, p->states, p->scale_final});
}

void pass_forward(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, struct losses *sums)
{
	*sums = (struct losses){0};
	trunk_forward(p, weights, b, sums);
	heads_loss(p, weights, b, scale, NULL, sums);
	words_loss(p, weights, b, scale, NULL, sums);
}

/* ---- backward ---- */

static void attention_block_backward(struct pass *p, const float *weights, const struct batch *b,
	uint32_t layer, float *gradient)
{
	const struct layout *l = p->layout;
	const struct layer_layout *at = &l->layer[layer];
	const struct layer_kept *k = &p->kept[layer];
	uint32_t d = l->shape.d, n = b->tokens, inner = l->inner;
	size_t three = (size_t)3 * inner;
	kernel_pack_cols(n, inner, k->mixed, inner, p->packed_rows);
	kernel_product_by_cols(
		p->kernel, d, inner, n, p->dx, d, p->packed_rows, gradient + at->o, inner, true);
	kernel_pack_cols(d, inner, weights + at->o, inner, p->packed);
	kernel_product(p->kernel, n, inner, d, p->dx, d, p->packed, p->dmixed, inner, false);
	attention_backward(p, b, layer);
	kernel_pack_cols(n, d, k->normed, d, p->packed_rows);
	kernel_product_by_cols(p->kernel, 3 * inner, d, n, p->dqkv, three, p->packed_rows,
		gradient + at->q, d, true);
	kernel_pack_cols(3 * inner, d, weights + at->q, d, p->packed);
	kernel_product(p->kernel, n, d, 3 * inner, p->dqkv, three, p->packed, p->dnormed, d, false);
	norm_backward(p, n, k->x, k->scale, weights + at->norm_attention, p->dnormed, p->dx,
		gradient + at->norm_attention);
}

void pass_gradient(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, float *gradient, struct losses *sums)
{
	const struct layout *l = p->layout;
	uint32_t d = l->shape.d, n = b->tokens;
	size_t bytes = (size_t)n * d * sizeof(float);
	*sums = (struct losses){0};
	trunk_forward(p, weights, b, sums);
	memset(p->dnormed, 0, bytes);
	memset(p->dx, 0, bytes);
	heads_loss(p, weights, b, scale, gradient, sums);
	words_loss(p, weights, b, scale, gradient, sums);
	norm_backward(p, n, p->x, p->scale_final, weights + l->norm_final, p->dnormed, p->dx,
		gradient + l->norm_final);
	for (uint32_t layer = l->shape.layers; layer-- > 0;) {
		const struct layer_layout *at = &l->layer[layer];
		const struct layer_kept *k = &p->kept[layer];
		mlp_backward(p, weights, n, layer, scale->l1, gradient);
		norm_backward(p, n, k->x_mlp, k->scale_mlp, weights + at->norm_mlp, p->dnormed,
			p->dx, gradient + at->norm_mlp);
		attention_block_backward(p, weights, b, layer, gradient);
	}
	positions_backward(p, gradient);
	for (uint32_t t = 0; t < n; t++) {
		float *to = gradient + l->embedding + (size_t)b->ids[t] * d;
		const float *from = p->dx + (size_t)t * d;
		for (uint32_t j = 0; j < d; j++)
			to[j] += from[j];
	}
}
