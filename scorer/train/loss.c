/* Losses on the final states: cross-entropy of the heads, and of the tied language model. */
#include "scorer/train/pass.h"

#include <math.h>
#include <string.h>

/* ---- heads ---- */

/* Probabilities of a head from its logits; relevance has one logit and its second class is implied 0. */
static unsigned head_probabilities(const float *logits, unsigned classes, double out[3])
{
	double in[3] = {0}, most, sum = 0;
	for (unsigned c = 0; c < classes; c++)
		in[c] = (double)logits[c];
	if (classes == 1) { /* class 1 is "relevant", against a logit of 0 */
		in[1] = in[0];
		in[0] = 0;
		classes = 2;
	}
	most = in[0];
	for (unsigned c = 1; c < classes; c++)
		most = in[c] > most ? in[c] : most;
	for (unsigned c = 0; c < classes; c++)
		sum += out[c] = exp(in[c] - most);
	for (unsigned c = 0; c < classes; c++)
		out[c] /= sum;
	return classes;
}

/* The loss of one head at one window; slope: of the loss by logit. */
static void head_loss(const float *logits, unsigned head, uint8_t label, float weight,
	float smoothing, double slope[3], struct losses *sums)
{
	double probability[3], loss = 0;
	unsigned classes = head_probabilities(logits, shape_head_classes[head], probability);
	unsigned best = 0;
	for (unsigned c = 0; c < classes; c++) {
		double want =
			(double)smoothing / classes + (c == label ? 1 - (double)smoothing : 0);
		loss -= want > 0 ? want * log(probability[c] + 1e-30) : 0;
		slope[c] = (double)weight * (probability[c] - want);
		best = probability[c] > probability[best] ? c : best;
	}
	if (shape_head_classes[head] == 1)
		slope[0] = slope[1];
	sums->heads[head] += (double)weight * loss;
	sums->right[head] += best == label;
	sums->labelled[head]++;
}

/* logits of one head and window -> loss, and backwards to the state and the head when there is a gradient. */
static void window_head(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, uint32_t window, unsigned head, float *logits,
	float *gradient, struct losses *sums)
{
	const struct layout *l = p->layout;
	uint32_t d = l->shape.d;
	const float *state = p->states + (size_t)b->read[window] * d;
	const float *w = weights + l->head_weight[head], *bias = weights + l->head_bias[head];
	for (unsigned c = 0; c < shape_head_classes[head]; c++)
		logits[c] = p->kernel->dot(w + (size_t)c * d, state, d) + bias[c];
	uint8_t label = b->label[window][head];
	if (label == CLASS_UNKNOWN)
		return;
	double slope[3];
	head_loss(logits, head, label, b->weight[window], scale->smoothing, slope, sums);
	if (!gradient)
		return;
	float *dstate = p->dnormed + (size_t)b->read[window] * d;
	for (unsigned c = 0; c < shape_head_classes[head]; c++) {
		float by = (float)slope[c] * scale->heads;
		float *dw = gradient + l->head_weight[head] + (size_t)c * d;
		gradient[l->head_bias[head] + c] += by;
		for (uint32_t j = 0; j < d; j++) {
			dw[j] += by * state[j];
			dstate[j] += by * w[(size_t)c * d + j];
		}
	}
}

void heads_loss(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, float *gradient, struct losses *sums)
{
	if (!p->layout->shape.has_heads)
		return;
	for (uint32_t w = 0; w < b->windows; w++) {
		float *logits = p->logits + (size_t)w * SHAPE_LOGITS;
		for (unsigned head = 0; head < HEAD_COUNT; head++) {
			window_head(p, weights, b, scale, w, head, logits, gradient, sums);
			logits += shape_head_classes[head];
		}
	}
}

/* ---- words ---- */

/* Rows of logits -> loss, and in place the slope of the scaled loss. */
static void word_rows(const struct pass *p, const uint16_t *targets, uint32_t n, float scale,
	float *logits, struct losses *sums)
{
	uint32_t words = p->layout->shape.vocabulary;
	size_t stride = word_stride(p->layout);
	for (uint32_t i = 0; i < n; i++, logits += stride) {
		float most = p->kernel->largest(logits, words);
		float wanted = logits[targets[i]];
		float sum = p->kernel->exp_sum(logits, words, most);
		sums->words += log((double)sum) + (double)(most - wanted);
		sums->words_right += wanted >= most;
		float by = scale / sum;
		for (uint32_t j = 0; j < words; j++)
			logits[j] *= by;
		logits[targets[i]] -= scale;
		memset(logits + words, 0, (stride - words) * sizeof(*logits));
	}
}

/* The states that predict something, close together; returns how many. */
static uint32_t gather_targets(
	struct pass *p, const struct batch *b, uint16_t *targets, uint32_t *token)
{
	uint32_t d = p->layout->shape.d, n = 0;
	for (uint32_t t = 0; t < b->tokens; t++) {
		if (b->target[t] == TARGET_NONE)
			continue;
		memcpy(p->rows + (size_t)n * d, p->states + (size_t)t * d, d * sizeof(float));
		targets[n] = b->target[t];
		token[n++] = t;
	}
	return n;
}

/* Logits are state . embedding: the language model is tied and unscaled. */
void words_loss(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, float *gradient, struct losses *sums)
{
	const struct layout *l = p->layout;
	uint32_t d = l->shape.d, words = l->shape.vocabulary;
	size_t stride = word_stride(l);
	const float *embedding = weights + l->embedding;
	if (!b->targets)
		return;
	uint32_t n = gather_targets(p, b, p->targets, p->target_token);
	kernel_pack_rows(d, words, embedding, d, p->packed);
	if (gradient)
		kernel_pack_cols(words, d, embedding, d, p->packed_two);
	for (uint32_t i = 0; i < n; i += WORD_BLOCK) {
		uint32_t some = n - i < WORD_BLOCK ? n - i : WORD_BLOCK;
		const float *rows = p->rows + (size_t)i * d;
		kernel_product(p->kernel, some, words, d, rows, d, p->packed, p->word_logits,
			stride, false);
		word_rows(p, p->targets + i, some, scale->words, p->word_logits, sums);
		if (!gradient)
			continue;
		kernel_product(p->kernel, some, d, words, p->word_logits, stride, p->packed_two,
			p->drows + (size_t)i * d, d, false);
		kernel_pack_cols(some, d, rows, d, p->packed_rows);
		kernel_product_by_cols(p->kernel, words, d, some, p->word_logits, stride,
			p->packed_rows, gradient + l->embedding, d, true);
	}
	for (uint32_t i = 0; gradient && i < n; i++)
		for (uint32_t j = 0; j < d; j++)
			p->dnormed[(size_t)p->target_token[i] * d + j] +=
				p->drows[(size_t)i * d + j];
}
