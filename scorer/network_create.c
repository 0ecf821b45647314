/* Weights packed for the kernels, and scratch. */
#include "scorer/network_body.h"

#include "scorer/rotary.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGN_BYTES = 64, ALIGN_FLOATS = ALIGN_BYTES / sizeof(float) };

/* Hands out pieces of one block; without one it only counts, so that the same code sizes it first. */
struct cutter {
	float *block;
	size_t used;
};

static float *cut(struct cutter *c, size_t floats)
{
	float *piece = c->block ? c->block + c->used : NULL;
	c->used += (floats + ALIGN_FLOATS - 1) / ALIGN_FLOATS * ALIGN_FLOATS;
	return piece;
}

static float *copy(struct cutter *c, const float *from, size_t floats)
{
	float *to = cut(c, floats);
	if (to)
		memcpy(to, from, floats * sizeof(*to));
	return to;
}

/* w: [n][depth] */
static float *pack(struct cutter *c, uint32_t depth, uint32_t n, const float *w)
{
	float *to = cut(c, kernel_packed_floats(depth, n));
	if (to)
		kernel_pack_rows(depth, n, w, depth, to);
	return to;
}

/* Bias by distance for each head, from T5's table by bucket. */
static float *spread(struct cutter *c, const struct shape *s, const float *table)
{
	uint32_t wide = 2 * s->window - 1;
	float *to = cut(c, (size_t)s->heads * wide);
	for (uint32_t head = 0; head < s->heads && to; head++)
		for (uint32_t i = 0; i < wide; i++) {
			unsigned bucket = shape_bucket((int)i - (int)s->window + 1, s->mask);
			to[(size_t)head * wide + i] = table[bucket * s->heads + head];
		}
	return to;
}

static void lay_out_one(
	struct network *n, struct cutter *c, const struct tensor_place *t, const float *w)
{
	struct network_layer *l = &n->layer[t->layer < SHAPE_LAYERS_MAX ? t->layer : 0];
	switch (t->role) {
	case TENSOR_EMBEDDING: n->embedding = copy(c, w, (size_t)t->rows * t->cols); break;
	case TENSOR_POSITION: n->distance = spread(c, &n->s, w); break;
	case TENSOR_NORM_ATTENTION: l->norm_attention = copy(c, w, t->cols); break;
	/* q, k and v lie end to end, so that one product makes all three. */
	case TENSOR_Q: l->qkv = pack(c, t->cols, 3 * t->rows, w); break;
	case TENSOR_K:
	case TENSOR_V: break;
	case TENSOR_O: l->o = pack(c, t->cols, t->rows, w); break;
	case TENSOR_NORM_MLP: l->norm_mlp = copy(c, w, t->cols); break;
	case TENSOR_WI: l->wi = pack(c, t->cols, t->rows, w); break;
	case TENSOR_WG: l->wg = pack(c, t->cols, t->rows, w); break;
	case TENSOR_WO: l->wo = pack(c, t->cols, t->rows, w); break;
	case TENSOR_NORM_FINAL: n->norm_final = copy(c, w, t->cols); break;
	case TENSOR_HEAD_WEIGHT:
		n->head_weight[t->layer] = copy(c, w, (size_t)t->rows * t->cols);
		break;
	case TENSOR_HEAD_BIAS: n->head_bias[t->layer] = copy(c, w, t->cols); break;
	}
}

static void lay_out(struct network *n, struct cutter *c, const float *weights)
{
	struct tensor_place places[SHAPE_TENSORS_MAX];
	unsigned count = shape_tensors(&n->s, places, SHAPE_TENSORS_MAX);
	for (unsigned i = 0; i < count; i++)
		lay_out_one(n, c, &places[i], weights + places[i].offset);
	if (n->s.position == POSITION_ROTARY) {
		float *turns = cut(c, (size_t)n->s.window * 2 * ROTARY_PAIRS);
		if (turns)
			rotary_table(n->s.window, turns);
		n->turns = turns;
	}
}

int network_create(struct network **out, const struct shape *s, const float *weights, struct err *e)
{
	int rc = shape_check(s, e);
	if (rc)
		return rc;
	struct network *n = calloc(1, sizeof(*n));
	struct cutter c = {0};
	if (!n)
		return err_set(e, LODE_NOMEM, "no memory for a network");
	n->s = *s;
	n->inner = s->heads * SHAPE_HEAD_DIM;
	n->kernel = kernel_best();
	n->sparse = sparse_of(n->kernel);
	for (uint32_t l = 0; l < s->layers; l++)
		n->layer[l].d_ff = s->d_ff[l];
	lay_out(n, &c, weights);
	n->block_floats = c.used;
	n->block = aligned_alloc(ALIGN_BYTES, c.used * sizeof(float));
	if (!n->block) {
		free(n);
		return err_set(e, LODE_NOMEM, "no memory for a network of %zu floats", c.used);
	}
	c = (struct cutter){.block = n->block};
	lay_out(n, &c, weights);
	*out = n;
	return LODE_OK;
}

void network_destroy(struct network *n)
{
	if (n)
		free(n->block);
	free(n);
}

size_t network_bytes(const struct network *n)
{
	return sizeof(*n) + n->block_floats * sizeof(float);
}

/* ---- scratch ---- */

static void cut_scratch(struct network_scratch *s, struct cutter *c, const struct network *n)
{
	const uint32_t slack = ALIGN_FLOATS;
	size_t tokens = s->tokens, d = n->s.d, inner = n->inner, widest = 0, window = n->s.window;
	for (uint32_t l = 0; l < n->s.layers; l++)
		widest = n->s.d_ff[l] > widest ? n->s.d_ff[l] : widest;
	s->x = cut(c, tokens * d + slack);
	s->normed = cut(c, tokens * d);
	s->qkv = cut(c, tokens * 3 * inner);
	s->mixed = cut(c, tokens * inner);
	s->read_x = cut(c, GROUP_WINDOWS * d + slack);
	s->read_normed = cut(c, GROUP_WINDOWS * d);
	s->read_q = cut(c, GROUP_WINDOWS * inner);
	s->hidden = cut(c, BLOCK_TOKENS * widest);
	s->gate = n->s.activation == ACTIVATION_DRELU ? cut(c, BLOCK_TOKENS * widest) : NULL;
	s->scores = cut(c, window * window);
	s->keys = cut(c, kernel_packed_floats(SHAPE_HEAD_DIM, n->s.window));
	s->values = cut(c, kernel_packed_floats(n->s.window, SHAPE_HEAD_DIM));
	s->value = cut(c, widest + slack);
	float *unit = cut(c, (widest + slack) / 2 + 1);
	s->unit = (uint16_t *)(void *)unit;
}

int network_scratch_create(struct network_scratch **out, const struct network *n, uint32_t windows)
{
	struct network_scratch *s = calloc(1, sizeof(*s));
	struct cutter c = {0};
	if (!s)
		return LODE_NOMEM;
	s->windows = windows;
	s->tokens = (windows < GROUP_WINDOWS ? windows : GROUP_WINDOWS) * n->s.window;
	cut_scratch(s, &c, n);
	s->block = aligned_alloc(ALIGN_BYTES, c.used * sizeof(float));
	if (!s->block) {
		free(s);
		return LODE_NOMEM;
	}
	c = (struct cutter){.block = s->block};
	cut_scratch(s, &c, n);
	*out = s;
	return LODE_OK;
}

void network_scratch_destroy(struct network_scratch *s)
{
	if (s)
		free(s->block);
	free(s);
}
