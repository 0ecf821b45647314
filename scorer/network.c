#include "scorer/network_body.h"

#include "scorer/rotary.h"

#include <math.h>
#include <string.h>

/* Below this share of units the fired ones are multiplied alone (scorer/sparse.h): break-even is at 15 to 20 %
 * with d 128, d_ff 1024 (bench/scorer_bench). */
static const float sparse_below = 0.15f;

struct group {
	const struct network *n;
	struct network_scratch *s;
	struct network_span span[GROUP_WINDOWS];
	uint32_t windows, tokens;
	struct network_use *use;
};

bool network_input_fits(const struct shape *s, const struct network_input *in)
{
	if (in->n == 0 || in->n > s->window || in->read >= in->n)
		return false;
	for (uint32_t i = 0; i < in->n; i++)
		if (in->ids[i] >= s->vocabulary)
			return false;
	return true;
}

static void normalise(
	const struct network *n, const float *x, const float *gain, uint32_t rows, float *out)
{
	uint32_t d = n->s.d;
	for (uint32_t i = 0; i < rows; i++, x += d, out += d) {
		float scale = 1 / sqrtf(n->kernel->dot(x, x, d) / (float)d + NETWORK_EPSILON);
		for (uint32_t j = 0; j < d; j++)
			out[j] = x[j] * scale * gain[j];
	}
}

/* ---- attention ---- */

static void turn(const struct network *n, float *row, uint32_t position)
{
	for (uint32_t head = 0; head < n->s.heads && n->turns; head++)
		rotary_turn(row + (size_t)head * SHAPE_HEAD_DIM,
			n->turns + (size_t)position * 2 * ROTARY_PAIRS);
}

static void attention(const struct group *g, const struct network_layer *l)
{
	const struct network *n = g->n;
	struct network_scratch *s = g->s;
	uint32_t d = n->s.d, inner = n->inner, wide = 3 * inner;
	normalise(n, s->x, l->norm_attention, g->tokens, s->normed);
	kernel_product(n->kernel, g->tokens, wide, d, s->normed, d, l->qkv, s->qkv, wide, false);
	for (uint32_t w = 0; w < g->windows; w++) {
		const struct network_span *span = &g->span[w];
		float *rows = s->qkv + (size_t)span->first * wide;
		for (uint32_t i = 0; i < span->n; i++) {
			turn(n, rows + (size_t)i * wide, i);
			turn(n, rows + (size_t)i * wide + inner, i);
		}
		network_attend(n, s, rows, span->n,
			&(struct network_queries){rows, wide, 0, span->n,
				s->mixed + (size_t)span->first * inner, inner});
	}
	kernel_product(n->kernel, g->tokens, d, inner, s->mixed, inner, l->o, s->x, d, true);
}

/* Of the last layer only the read positions count: keys and values of all, the rest of those alone.
 * Leaves their residual streams in read_x. */
static void attention_of_read(const struct group *g, const struct network_layer *l)
{
	const struct network *n = g->n;
	struct network_scratch *s = g->s;
	uint32_t d = n->s.d, inner = n->inner, wide = 3 * inner;
	normalise(n, s->x, l->norm_attention, g->tokens, s->normed);
	kernel_product(n->kernel, g->tokens, 2 * inner, d, s->normed, d, l->qkv + (size_t)inner * d,
		s->qkv + inner, wide, false);
	for (uint32_t w = 0; w < g->windows; w++) {
		size_t row = g->span[w].first + g->span[w].read;
		memcpy(s->read_x + (size_t)w * d, s->x + row * d, d * sizeof(float));
		memcpy(s->read_normed + (size_t)w * d, s->normed + row * d, d * sizeof(float));
	}
	kernel_product(n->kernel, g->windows, inner, d, s->read_normed, d, l->qkv, s->read_q, inner,
		false);
	for (uint32_t w = 0; w < g->windows; w++) {
		const struct network_span *span = &g->span[w];
		float *rows = s->qkv + (size_t)span->first * wide,
		      *q = s->read_q + (size_t)w * inner;
		turn(n, q, span->read);
		for (uint32_t i = 0; i < span->n; i++)
			turn(n, rows + (size_t)i * wide + inner, i);
		network_attend(n, s, rows, span->n,
			&(struct network_queries){
				q, inner, span->read, 1, s->mixed + (size_t)w * inner, inner});
	}
	kernel_product(n->kernel, g->windows, d, inner, s->mixed, inner, l->o, s->read_x, d, true);
}

/* ---- MLP ---- */

static bool is_sparse(uint32_t fired, uint32_t d_ff)
{
	return (float)fired < sparse_below * (float)d_ff;
}

/* x += wo hidden.  Each row goes the way its own units say, so that it does not matter what it is computed
 * with; rows of the dense way that follow each other go together. */
static void down(const struct group *g, const struct network_layer *l, const uint32_t *fired,
	uint32_t rows, float *x)
{
	const struct network *n = g->n;
	struct network_scratch *s = g->s;
	uint32_t d = n->s.d, d_ff = l->d_ff, run = 0;
	for (uint32_t i = 0; i < rows; i += run) {
		const float *hidden = s->hidden + (size_t)i * d_ff;
		float *to = x + (size_t)i * d;
		if (is_sparse(fired[i], d_ff)) {
			uint32_t count = n->sparse->list(hidden, d_ff, s->unit, s->value);
			n->sparse->add(s->unit, s->value, count, l->wo, d_ff, d, to);
			run = 1;
			continue;
		}
		for (run = 1; i + run < rows && !is_sparse(fired[i + run], d_ff);)
			run++;
		kernel_product(n->kernel, run, d, d_ff, hidden, d_ff, l->wo, to, d, true);
	}
}

static uint64_t mlp_block(const struct group *g, const struct network_layer *l, const float *normed,
	uint32_t rows, float *x)
{
	const struct network *n = g->n;
	struct network_scratch *s = g->s;
	uint32_t d = n->s.d, d_ff = l->d_ff, fired[BLOCK_TOKENS];
	uint64_t total = 0;
	kernel_product(n->kernel, rows, d_ff, d, normed, d, l->wi, s->hidden, d_ff, false);
	if (l->wg)
		kernel_product(n->kernel, rows, d_ff, d, normed, d, l->wg, s->gate, d_ff, false);
	for (uint32_t i = 0; i < rows; i++) {
		const float *gate = l->wg ? s->gate + (size_t)i * d_ff : NULL;
		fired[i] =
			n->sparse->fire(n->s.activation, s->hidden + (size_t)i * d_ff, gate, d_ff);
		total += fired[i];
	}
	down(g, l, fired, rows, x);
	return total;
}

static void mlp(const struct group *g, uint32_t layer, float *x, float *normed, uint32_t rows)
{
	const struct network_layer *l = &g->n->layer[layer];
	uint32_t d = g->n->s.d;
	normalise(g->n, x, l->norm_mlp, rows, normed);
	for (uint32_t i = 0; i < rows; i += BLOCK_TOKENS) {
		uint32_t some = rows - i < BLOCK_TOKENS ? rows - i : BLOCK_TOKENS;
		uint64_t fired = mlp_block(g, l, normed + (size_t)i * d, some, x + (size_t)i * d);
		if (g->use) {
			g->use->fired[layer] += fired;
			g->use->of[layer] += (uint64_t)some * l->d_ff;
		}
	}
}

/* ---- the whole ---- */

static void answer(const struct group *g, float *logits)
{
	const struct network *n = g->n;
	struct network_scratch *s = g->s;
	uint32_t d = n->s.d;
	normalise(n, s->read_x, n->norm_final, g->windows, s->read_normed);
	memset(logits, 0, (size_t)g->windows * SHAPE_LOGITS * sizeof(*logits));
	for (uint32_t w = 0; w < g->windows; w++, logits += SHAPE_LOGITS) {
		const float *state = s->read_normed + (size_t)w * d;
		float *out = logits;
		for (unsigned head = 0; head < HEAD_COUNT && n->s.has_heads; head++)
			for (unsigned c = 0; c < shape_head_classes[head]; c++)
				*out++ = n->head_bias[head][c] +
					 n->kernel->dot(
						 n->head_weight[head] + (size_t)c * d, state, d);
	}
}

static void run_group(const struct group *g, const struct network_input *in, float *logits)
{
	const struct network *n = g->n;
	uint32_t d = n->s.d, last = n->s.layers - 1;
	float *x = g->s->x;
	for (uint32_t w = 0; w < g->windows; w++)
		for (uint32_t i = 0; i < in[w].n; i++, x += d)
			memcpy(x, n->embedding + (size_t)in[w].ids[i] * d, d * sizeof(float));
	for (uint32_t layer = 0; layer < last; layer++) {
		attention(g, &n->layer[layer]);
		mlp(g, layer, g->s->x, g->s->normed, g->tokens);
	}
	attention_of_read(g, &n->layer[last]);
	mlp(g, last, g->s->read_x, g->s->read_normed, g->windows);
	answer(g, logits);
}

int network_run(const struct network *n, struct network_scratch *scratch,
	const struct network_input *in, uint32_t count, float *logits, struct network_use *use)
{
	if (count > scratch->windows)
		return LODE_TOOBIG;
	for (uint32_t i = 0; i < count; i++)
		if (!network_input_fits(&n->s, &in[i]))
			return LODE_BADREQ;
	while (count > 0) {
		struct group g = {.n = n, .s = scratch, .use = use};
		while (g.windows < GROUP_WINDOWS && g.windows < count) {
			const struct network_input *w = &in[g.windows];
			g.span[g.windows++] = (struct network_span){g.tokens, w->n, w->read};
			g.tokens += w->n;
		}
		run_group(&g, in, logits);
		in += g.windows;
		logits += (size_t)g.windows * SHAPE_LOGITS;
		count -= g.windows;
	}
	return LODE_OK;
}
