/* RMSNorm without mean or bias (Zhang, Sennrich: "Root Mean Square Layer Normalization", NeurIPS 2019). */
#include "scorer/network.h"
#include "scorer/train/pass.h"

#include <math.h>

void norm_forward(const struct pass *p, uint32_t n, const float *x, const struct norm_place *to)
{
	uint32_t d = p->layout->shape.d;
	for (uint32_t t = 0; t < n; t++) {
		const float *row = x + (size_t)t * d;
		float *out = to->normed + (size_t)t * d;
		float mean = p->kernel->dot(row, row, d) / (float)d;
		float scale = 1 / sqrtf(mean + NETWORK_EPSILON);
		to->scale[t] = scale;
		for (uint32_t j = 0; j < d; j++)
			out[j] = row[j] * scale * to->gain[j];
	}
}

void norm_backward(const struct pass *p, uint32_t n, const float *x, const float *scale,
	const float *gain, const float *dnormed, float *dx, float *dgain)
{
	uint32_t d = p->layout->shape.d;
	for (uint32_t t = 0; t < n; t++) {
		const float *row = x + (size_t)t * d, *dout = dnormed + (size_t)t * d;
		float *to = dx + (size_t)t * d;
		float s = scale[t], along = 0;
		for (uint32_t j = 0; j < d; j++) {
			float product = dout[j] * row[j];
			dgain[j] += product * s;
			along += product * gain[j];
		}
		float back = along * s * s * s / (float)d;
		for (uint32_t j = 0; j < d; j++)
			to[j] += dout[j] * gain[j] * s - row[j] * back;
	}
}
