#include "tests/scorer/random_network.h"

#include <math.h>
#include <stdlib.h>

/* splitmix64 */
static uint64_t next(struct random *r)
{
	uint64_t z = r->state += 0x9E3779B97F4A7C15ull;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
	z = (z ^ z >> 27) * 0x94D049BB133111EBull;
	return z ^ z >> 31;
}

uint32_t random_below(struct random *r, uint32_t n)
{
	return (uint32_t)((next(r) >> 32) * n >> 32);
}

float random_normal(struct random *r)
{
	double u = ((double)(next(r) >> 11) + 1) * 0x1p-53, v = (double)(next(r) >> 11) * 0x1p-53;
	return (float)(sqrt(-2 * log(u)) * cos(6.283185307179586 * v));
}

struct shape random_shape(struct random *r)
{
	struct shape s = {.vocabulary = 5 + random_below(r, 60),
		.d = 16 * (1 + random_below(r, 10)),
		.heads = 1 + random_below(r, 3),
		.layers = 1 + random_below(r, 4),
		.window = 1 + random_below(r, 90),
		.mask = (enum shape_mask)random_below(r, 2),
		.position = (enum shape_position)random_below(r, 2),
		.activation = (enum shape_activation)random_below(r, 3),
		.has_heads = random_below(r, 8) > 0};
	for (uint32_t l = 0; l < s.layers; l++)
		s.d_ff[l] = 16 * (1 + random_below(r, 30));
	return s;
}

float *random_weights(struct random *r, const struct shape *s)
{
	struct tensor_place t[SHAPE_TENSORS_MAX];
	unsigned n = shape_tensors(s, t, SHAPE_TENSORS_MAX);
	float *w = calloc(shape_floats(s), sizeof(*w));
	for (unsigned i = 0; i < n && w; i++) {
		bool is_norm = t[i].role == TENSOR_NORM_ATTENTION || t[i].role == TENSOR_NORM_MLP ||
			       t[i].role == TENSOR_NORM_FINAL;
		float scale = 1 / sqrtf((float)t[i].cols);
		if (t[i].role == TENSOR_Q) /* scores of the order of one: T5 does not divide them */
			scale /= 8;
		if (is_norm || t[i].role == TENSOR_EMBEDDING || t[i].role == TENSOR_HEAD_BIAS ||
			t[i].role == TENSOR_POSITION)
			scale = 1;
		for (size_t k = 0; k < (size_t)t[i].rows * t[i].cols; k++)
			w[t[i].offset + k] =
				is_norm ? 1 + 0.2f * random_normal(r) : scale * random_normal(r);
	}
	return w;
}

struct network_input random_window(
	struct random *r, const struct shape *s, uint32_t n, uint16_t *ids)
{
	for (uint32_t i = 0; i < n; i++)
		ids[i] = (uint16_t)random_below(r, s->vocabulary);
	return (struct network_input){ids, n, random_below(r, n)};
}
