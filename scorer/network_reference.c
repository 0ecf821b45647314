/* The network straight from its definition, one window, nothing shared with the fast path: what
 * network_run is held to.  Sums are in double so that the two differ by the fast path's rounding alone. */
#include "scorer/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct plain {
	const struct shape *s;
	const float *weights;
	struct tensor_place places[SHAPE_TENSORS_MAX];
	unsigned n_places, n; /* tensors, positions */
	float *x;             /* [n][d] residual stream */
	float *normed;        /* [n][d] */
	float *q, *k, *v;     /* [n][heads * 64] */
	float *mixed;         /* [n][heads * 64] */
	float *hidden;        /* [n][widest d_ff] */
	float *p;             /* [n] one row of attention */
};

static const float *tensor(const struct plain *r, enum tensor_role role, uint32_t layer)
{
	for (unsigned i = 0; i < r->n_places; i++)
		if (r->places[i].role == role && r->places[i].layer == layer)
			return r->weights + r->places[i].offset;
	return NULL;
}

/* y[row] = sum of w[row][col] x[col] */
static void apply(const float *w, unsigned rows, unsigned cols, const float *x, float *y)
{
	for (unsigned row = 0; row < rows; row++) {
		double sum = 0;
		for (unsigned col = 0; col < cols; col++)
			sum += (double)w[(size_t)row * cols + col] * x[col];
		y[row] = (float)sum;
	}
}

static void normalise(const struct plain *r, const float *gain)
{
	unsigned d = r->s->d;
	for (unsigned i = 0; i < r->n; i++) {
		const float *x = r->x + (size_t)i * d;
		double square = 0;
		for (unsigned j = 0; j < d; j++)
			square += (double)x[j] * x[j];
		double scale = 1 / sqrt(square / d + (double)NETWORK_EPSILON);
		for (unsigned j = 0; j < d; j++)
			r->normed[(size_t)i * d + j] = (float)(x[j] * scale) * gain[j];
	}
}

static void attend(const struct plain *r, unsigned head, unsigned query)
{
	unsigned inner = r->s->heads * SHAPE_HEAD_DIM;
	unsigned n = r->s->mask == MASK_CAUSAL ? query + 1 : r->n;
	const float *bias = tensor(r, TENSOR_POSITION, 0);
	const float *q = r->q + (size_t)query * inner + (size_t)head * SHAPE_HEAD_DIM;
	double most = -INFINITY, sum = 0;
	for (unsigned key = 0; key < n; key++) {
		const float *k = r->k + (size_t)key * inner + (size_t)head * SHAPE_HEAD_DIM;
		double score = 0;
		for (unsigned j = 0; j < SHAPE_HEAD_DIM; j++)
			score += (double)q[j] * k[j];
		if (bias)
			score +=
				bias[shape_bucket((int)key - (int)query, r->s->mask) * r->s->heads +
					head];
		r->p[key] = (float)score;
		most = score > most ? score : most;
	}
	for (unsigned key = 0; key < n; key++)
		sum += r->p[key] = (float)exp(r->p[key] - most);
	for (unsigned j = 0; j < SHAPE_HEAD_DIM; j++) {
		double mean = 0;
		for (unsigned key = 0; key < n; key++)
			mean += r->p[key] * (double)r->v[(size_t)key * inner +
							 (size_t)head * SHAPE_HEAD_DIM + j];
		r->mixed[(size_t)query * inner + (size_t)head * SHAPE_HEAD_DIM + j] =
			(float)(mean / sum);
	}
}

/* Su et al.: "RoFormer", Neurocomputing 568, 2024, eq. 34; halves paired as in GPT-NeoX. */
static void turn(float *head, unsigned position)
{
	for (unsigned j = 0; j < SHAPE_HEAD_DIM / 2; j++) {
		double angle = position * pow(10000, -2.0 * j / SHAPE_HEAD_DIM);
		double a = head[j], b = head[j + SHAPE_HEAD_DIM / 2];
		head[j] = (float)(a * cos(angle) - b * sin(angle));
		head[j + SHAPE_HEAD_DIM / 2] = (float)(b * cos(angle) + a * sin(angle));
	}
}

static void attention(const struct plain *r, uint32_t layer, float *room)
{
	unsigned d = r->s->d, inner = r->s->heads * SHAPE_HEAD_DIM;
	normalise(r, tensor(r, TENSOR_NORM_ATTENTION, layer));
	for (unsigned i = 0; i < r->n; i++) {
		const float *x = r->normed + (size_t)i * d;
		size_t at = (size_t)i * inner;
		apply(tensor(r, TENSOR_Q, layer), inner, d, x, r->q + at);
		apply(tensor(r, TENSOR_K, layer), inner, d, x, r->k + at);
		apply(tensor(r, TENSOR_V, layer), inner, d, x, r->v + at);
		for (unsigned head = 0; head < r->s->heads && r->s->position == POSITION_ROTARY;
			head++) {
			turn(r->q + at + (size_t)head * SHAPE_HEAD_DIM, i);
			turn(r->k + at + (size_t)head * SHAPE_HEAD_DIM, i);
		}
	}
	for (unsigned i = 0; i < r->n; i++)
		for (unsigned head = 0; head < r->s->heads; head++)
			attend(r, head, i);
	for (unsigned i = 0; i < r->n; i++) {
		apply(tensor(r, TENSOR_O, layer), d, inner, r->mixed + (size_t)i * inner, room);
		for (unsigned j = 0; j < d; j++)
			r->x[(size_t)i * d + j] += room[j];
	}
}

static float fire(enum shape_activation activation, float up, float gate)
{
	float h = up > 0 ? up : 0;
	if (activation == ACTIVATION_RELU_SQUARED)
		return h * h;
	return activation == ACTIVATION_DRELU ? h * (gate > 0 ? gate : 0) : h;
}

static void mlp(const struct plain *r, uint32_t layer, float *room)
{
	unsigned d = r->s->d, d_ff = r->s->d_ff[layer];
	const float *gate = tensor(r, TENSOR_WG, layer);
	float *up = r->hidden, *gated = r->hidden + d_ff;
	normalise(r, tensor(r, TENSOR_NORM_MLP, layer));
	for (unsigned i = 0; i < r->n; i++) {
		const float *x = r->normed + (size_t)i * d;
		apply(tensor(r, TENSOR_WI, layer), d_ff, d, x, up);
		if (gate)
			apply(gate, d_ff, d, x, gated);
		for (unsigned u = 0; u < d_ff; u++)
			up[u] = fire(r->s->activation, up[u], gate ? gated[u] : 0);
		apply(tensor(r, TENSOR_WO, layer), d, d_ff, up, room);
		for (unsigned j = 0; j < d; j++)
			r->x[(size_t)i * d + j] += room[j];
	}
}

static void run(const struct plain *r, const struct network_input *in, float *logits, float *states)
{
	unsigned d = r->s->d;
	float room[SHAPE_D_MAX];
	for (unsigned i = 0; i < r->n; i++)
		memcpy(r->x + (size_t)i * d,
			tensor(r, TENSOR_EMBEDDING, 0) + (size_t)in->ids[i] * d, d * sizeof(float));
	for (uint32_t layer = 0; layer < r->s->layers; layer++) {
		attention(r, layer, room);
		mlp(r, layer, room);
	}
	normalise(r, tensor(r, TENSOR_NORM_FINAL, 0));
	if (states)
		memcpy(states, r->normed, (size_t)r->n * d * sizeof(float));
	for (unsigned head = 0; head < HEAD_COUNT && r->s->has_heads; head++) {
		unsigned classes = shape_head_classes[head];
		const float *bias = tensor(r, TENSOR_HEAD_BIAS, head);
		apply(tensor(r, TENSOR_HEAD_WEIGHT, head), classes, d,
			r->normed + (size_t)in->read * d, logits);
		for (unsigned c = 0; c < classes; c++)
			*logits++ += bias[c];
	}
}

int network_reference(const struct shape *s, const float *weights, const struct network_input *in,
	float *logits, float *states)
{
	struct plain r = {.s = s, .weights = weights, .n = in->n};
	if (!network_input_fits(s, in))
		return LODE_BADREQ;
	r.n_places = shape_tensors(s, r.places, SHAPE_TENSORS_MAX);
	size_t wide = (size_t)in->n * s->d, inner = (size_t)in->n * s->heads * SHAPE_HEAD_DIM;
	float *block =
		calloc(2 * wide + 4 * inner + 2 * (size_t)SHAPE_FF_MAX + in->n, sizeof(float));
	if (!block)
		return LODE_NOMEM;
	r.x = block;
	r.normed = r.x + wide;
	r.q = r.normed + wide;
	r.k = r.q + inner;
	r.v = r.k + inner;
	r.mixed = r.v + inner;
	r.hidden = r.mixed + inner;
	r.p = r.hidden + 2 * (size_t)SHAPE_FF_MAX;
	run(&r, in, logits, states);
	free(block);
	return LODE_OK;
}
