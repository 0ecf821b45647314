#include "plain.h"

#include "scorer/train/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct plain {
	const struct layout *l;
	const double *w;
	unsigned n;                             /* positions */
	double *x, *normed, *q, *k, *v, *mixed; /* [n][...] */
	double hidden;                          /* sum of hidden activations */
};

static double sum_of(const double *a, const double *b, unsigned n)
{
	double sum = 0;
	for (unsigned i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void normalise(struct plain *r, size_t gain)
{
	unsigned d = r->l->shape.d;
	for (unsigned t = 0; t < r->n; t++) {
		const double *x = r->x + (size_t)t * d;
		double scale = 1 / sqrt(sum_of(x, x, d) / d + 1e-6);
		for (unsigned j = 0; j < d; j++)
			r->normed[(size_t)t * d + j] = x[j] * scale * r->w[gain + j];
	}
}

static void turn(double *head, unsigned position)
{
	for (unsigned j = 0; j < 32; j++) {
		double angle = position * pow(10000, -(double)j / 32), a = head[j],
		       b = head[j + 32];
		head[j] = a * cos(angle) - b * sin(angle);
		head[j + 32] = b * cos(angle) + a * sin(angle);
	}
}

static void attend(struct plain *r, unsigned head, unsigned i)
{
	const struct shape *s = &r->l->shape;
	unsigned inner = r->l->inner, seen = s->mask == MASK_CAUSAL ? i + 1 : r->n;
	double score[64], sum = 0, *out = r->mixed + (size_t)i * inner + (size_t)head * 64;
	for (unsigned j = 0; j < seen; j++) {
		size_t bucket = shape_bucket((int)j - (int)i, s->mask);
		score[j] = sum_of(r->q + (size_t)i * inner + (size_t)head * 64,
			r->k + (size_t)j * inner + (size_t)head * 64, 64);
		if (s->position == POSITION_BUCKETS)
			score[j] += r->w[r->l->position + bucket * s->heads + head];
		sum += score[j] = exp(score[j]);
	}
	for (unsigned c = 0; c < 64; c++) {
		out[c] = 0;
		for (unsigned j = 0; j < seen; j++)
			out[c] += score[j] / sum * r->v[(size_t)j * inner + (size_t)head * 64 + c];
	}
}

static void attention(struct plain *r, const struct layer_layout *at)
{
	unsigned d = r->l->shape.d, inner = r->l->inner;
	normalise(r, at->norm_attention);
	for (unsigned t = 0; t < r->n; t++) {
		const double *x = r->normed + (size_t)t * d;
		for (unsigned j = 0; j < inner; j++) {
			r->q[(size_t)t * inner + j] = sum_of(r->w + at->q + (size_t)j * d, x, d);
			r->k[(size_t)t * inner + j] = sum_of(r->w + at->k + (size_t)j * d, x, d);
			r->v[(size_t)t * inner + j] = sum_of(r->w + at->v + (size_t)j * d, x, d);
		}
		for (unsigned j = 0; j < inner && r->l->shape.position == POSITION_ROTARY;
			j += 64) {
			turn(r->q + (size_t)t * inner + j, t);
			turn(r->k + (size_t)t * inner + j, t);
		}
	}
	for (unsigned t = 0; t < r->n; t++)
		for (unsigned head = 0; head < r->l->shape.heads; head++)
			attend(r, head, t);
	for (unsigned t = 0; t < r->n; t++)
		for (unsigned j = 0; j < d; j++)
			r->x[(size_t)t * d + j] += sum_of(r->w + at->o + (size_t)j * inner,
				r->mixed + (size_t)t * inner, inner);
}

static double positive(double v)
{
	return v > 0 ? v : 0;
}

static int falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

/* All but the k largest become 0. */
static void keep_top(double *h, unsigned n, unsigned k)
{
	double sorted[64];
	memcpy(sorted, h, n * sizeof(*h));
	qsort(sorted, n, sizeof(*sorted), falling);
	for (unsigned u = 0; k && k < n && u < n; u++)
		h[u] = h[u] >= sorted[k - 1] ? h[u] : 0;
}

static void mlp(struct plain *r, const struct layer_layout *at, unsigned d_ff)
{
	unsigned d = r->l->shape.d;
	double h[64];
	normalise(r, at->norm_mlp);
	for (unsigned t = 0; t < r->n; t++) {
		const double *x = r->normed + (size_t)t * d;
		for (unsigned u = 0; u < d_ff; u++) {
			h[u] = positive(sum_of(r->w + at->wi + (size_t)u * d, x, d));
			if (r->l->shape.activation == ACTIVATION_RELU_SQUARED)
				h[u] *= h[u];
			if (r->l->shape.activation == ACTIVATION_DRELU)
				h[u] *= positive(sum_of(r->w + at->wg + (size_t)u * d, x, d));
		}
		keep_top(h, d_ff, r->l->top_k);
		for (unsigned u = 0; u < d_ff; u++)
			r->hidden += h[u];
		for (unsigned j = 0; j < d; j++)
			r->x[(size_t)t * d + j] +=
				sum_of(r->w + at->wo + (size_t)j * d_ff, h, d_ff);
	}
}

static double cross_entropy(
	const double *logits, unsigned classes, unsigned label, double smoothing)
{
	double sum = 0, loss = 0;
	for (unsigned c = 0; c < classes; c++)
		sum += exp(logits[c]);
	for (unsigned c = 0; c < classes; c++) {
		double want = smoothing / classes + (c == label ? 1 - smoothing : 0);
		loss -= want * (logits[c] - log(sum));
	}
	return loss;
}

static double window_loss(
	struct plain *r, const struct batch *b, uint32_t w, const struct loss_scale *scale)
{
	const struct layout *l = r->l;
	unsigned d = l->shape.d, first = b->start[w];
	double loss = 0, logits[4096];
	for (unsigned head = 0; head < HEAD_COUNT; head++) {
		unsigned classes = shape_head_classes[head];
		const double *state = r->normed + (size_t)(b->read[w] - first) * d;
		for (unsigned c = 0; c < classes; c++)
			logits[c] = sum_of(r->w + l->head_weight[head] + (size_t)c * d, state, d) +
				    r->w[l->head_bias[head] + c];
		if (classes == 1) {
			logits[1] = logits[0];
			logits[0] = 0;
			classes = 2;
		}
		if (b->label[w][head] != CLASS_UNKNOWN)
			loss += (double)scale->heads * (double)b->weight[w] *
				cross_entropy(logits, classes, b->label[w][head],
					(double)scale->smoothing);
	}
	for (unsigned t = 0; t < r->n; t++) {
		if (b->target[first + t] == TARGET_NONE)
			continue;
		for (unsigned v = 0; v < l->shape.vocabulary; v++)
			logits[v] = sum_of(
				r->w + l->embedding + (size_t)v * d, r->normed + (size_t)t * d, d);
		loss += (double)scale->words *
			cross_entropy(logits, l->shape.vocabulary, b->target[first + t], 0);
	}
	return loss;
}

double plain_loss(const struct layout *l, const double *weights, const struct batch *b,
	const struct loss_scale *scale)
{
	struct plain r = {.l = l, .w = weights};
	size_t d = l->shape.d, inner = l->inner, n = l->shape.window;
	double loss = 0, *memory = calloc(n * (2 * d + 4 * inner), sizeof(double));
	r.x = memory;
	r.normed = r.x + n * d;
	r.q = r.normed + n * d;
	r.k = r.q + n * inner;
	r.v = r.k + n * inner;
	r.mixed = r.v + n * inner;
	for (uint32_t w = 0; w < b->windows; w++) {
		r.n = b->start[w + 1] - b->start[w];
		for (size_t t = 0; t < r.n; t++)
			for (size_t j = 0; j < d; j++)
				r.x[t * d + j] =
					weights[l->embedding + b->ids[b->start[w] + t] * d + j];
		for (uint32_t layer = 0; layer < l->shape.layers; layer++) {
			attention(&r, &l->layer[layer]);
			mlp(&r, &l->layer[layer], l->shape.d_ff[layer]);
		}
		normalise(&r, l->norm_final);
		loss += window_loss(&r, b, w, scale);
	}
	free(memory);
	return loss + (double)scale->l1 * r.hidden;
}

void random_batch(
	struct batch *b, const struct shape *s, uint32_t windows, uint32_t longest, uint64_t seed)
{
	uint16_t ids[SHAPE_WINDOW_MAX], target[SHAPE_WINDOW_MAX];
	for (uint32_t w = 0; w < windows; w++) {
		struct random r = random_for(seed, 1, 0, w);
		uint32_t n = 1 + random_below(&r, longest);
		uint8_t label[HEAD_COUNT];
		for (uint32_t i = 0; i < n; i++) {
			ids[i] = (uint16_t)random_below(&r, s->vocabulary);
			target[i] = random_below(&r, 3) ? TARGET_NONE
							: (uint16_t)random_below(&r, s->vocabulary);
		}
		for (unsigned h = 0; h < HEAD_COUNT; h++) {
			unsigned classes = shape_head_classes[h] == 1 ? 2 : shape_head_classes[h];
			label[h] = random_below(&r, 4) ? (uint8_t)random_below(&r, classes)
						       : CLASS_UNKNOWN;
		}
		batch_add(b, ids, target, n, random_below(&r, n), label, 0.5f + random_unit(&r));
	}
}
