/* The MLP of a layer, a block of tokens at a time so that the block's hidden states stay in cache. */
#include "scorer/train/pass.h"
#include "scorer/train/topk.h"

#include <string.h>

/* ---- forward ---- */

/* h of a block from what was kept; for ReLU it is what was kept. */
static const float *hidden_block(
	const struct pass *p, uint32_t layer, uint32_t token, uint32_t n, float *room)
{
	size_t stride = hidden_stride(p->layout, layer), at = token * stride;
	const float *up = p->kept[layer].hidden + at;
	if (p->layout->shape.activation == ACTIVATION_RELU)
		return up;
	bool is_gated = p->layout->shape.activation == ACTIVATION_DRELU;
	const float *other = is_gated ? p->kept[layer].gate + at : up;
	for (size_t i = 0; i < n * stride; i++)
		room[i] = up[i] * other[i];
	return room;
}

/* Counts what is above 0 already. */
static void count_hidden(
	const struct pass *p, uint32_t layer, uint32_t n, float *h, struct losses *sums)
{
	size_t stride = hidden_stride(p->layout, layer);
	for (uint32_t t = 0; t < n; t++, h += stride) {
		float sum = 0;
		sums->fired[layer] += p->kernel->relu(h, p->layout->shape.d_ff[layer], &sum);
		sums->hidden += (double)sum;
	}
}

/* w x for a block; the floats behind each row are set, so that whole strides may be worked on. */
static void up_block(const struct pass *p, uint32_t n, uint32_t d_ff, const float *normed,
	const float *packed, size_t stride, float *out)
{
	uint32_t d = p->layout->shape.d;
	kernel_product(p->kernel, n, d_ff, d, normed, d, packed, out, stride, false);
	for (uint32_t t = 0; t < n; t++, out += stride)
		memset(out + d_ff, 0, (stride - d_ff) * sizeof(*out));
}

/* The ReLUs of a block, and what follows them: h in `room`, or where ReLU alone left it. */
static const float *fire_forward(const struct pass *p, uint32_t layer, uint32_t token, uint32_t n,
	float *room, struct losses *sums)
{
	size_t stride = hidden_stride(p->layout, layer), at = token * stride;
	struct losses ignored = {0};
	float *up = p->kept[layer].hidden + at;
	if (p->layout->shape.activation == ACTIVATION_RELU) {
		uint32_t d_ff = p->layout->shape.d_ff[layer], k = p->layout->top_k;
		for (uint32_t t = 0; k && t < n; t++)
			keep_largest(up + t * stride, d_ff, k, p->block);
		count_hidden(p, layer, n, up, sums);
		return up;
	}
	count_hidden(p, layer, n, up, &ignored);
	if (p->layout->shape.activation == ACTIVATION_DRELU)
		count_hidden(p, layer, n, p->kept[layer].gate + at, &ignored);
	hidden_block(p, layer, token, n, room);
	count_hidden(p, layer, n, room, sums);
	return room;
}

void mlp_forward(struct pass *p, const float *weights, uint32_t tokens, uint32_t layer, float *out,
	struct losses *sums)
{
	const struct layer_layout *at = &p->layout->layer[layer];
	struct layer_kept *kept = &p->kept[layer];
	uint32_t d = p->layout->shape.d, d_ff = p->layout->shape.d_ff[layer];
	size_t stride = hidden_stride(p->layout, layer), wide = kernel_packed_floats(d, d_ff);
	bool is_gated = p->layout->shape.activation == ACTIVATION_DRELU;
	float *packed_up = p->packed, *packed_gate = p->packed + wide;
	kernel_pack_rows(d, d_ff, weights + at->wi, d, packed_up);
	if (is_gated)
		kernel_pack_rows(d, d_ff, weights + at->wg, d, packed_gate);
	kernel_pack_rows(d_ff, d, weights + at->wo, d_ff, p->packed_two);
	memcpy(out, kept->x_mlp, (size_t)tokens * d * sizeof(*out));
	for (uint32_t t = 0; t < tokens; t += MLP_BLOCK) {
		uint32_t n = tokens - t < MLP_BLOCK ? tokens - t : MLP_BLOCK;
		const float *normed = kept->normed_mlp + (size_t)t * d;
		up_block(p, n, d_ff, normed, packed_up, stride, kept->hidden + t * stride);
		if (is_gated)
			up_block(p, n, d_ff, normed, packed_gate, stride, kept->gate + t * stride);
		const float *h = fire_forward(p, layer, t, n, p->block, sums);
		kernel_product(p->kernel, n, d, d_ff, h, stride, p->packed_two, out + (size_t)t * d,
			d, true);
	}
}

/* ---- backward ---- */

/* From dh, in `up`, to the gradients before each ReLU: of wi x in `up`, of wg x in `gate`.  The l1 term adds
 * its constant slope wherever h > 0. */
static void fire_backward(const struct pass *p, uint32_t layer, uint32_t token, uint32_t n,
	float l1, float *up, float *gate)
{
	size_t stride = hidden_stride(p->layout, layer), all = n * stride;
	const float *a = p->kept[layer].hidden + token * stride;
	const float *b = p->kept[layer].gate ? p->kept[layer].gate + token * stride : NULL;
	p->kernel->relu_back(up, a, (uint32_t)all, l1);
	if (p->layout->shape.activation == ACTIVATION_RELU_SQUARED)
		for (size_t i = 0; i < all; i++)
			up[i] *= 2 * a[i];
	if (p->layout->shape.activation != ACTIVATION_DRELU)
		return;
	p->kernel->relu_back(up, b, (uint32_t)all, 0);
	for (size_t i = 0; i < all; i++) {
		gate[i] = up[i] * a[i];
		up[i] *= b[i];
	}
}

/* Gradient of one up-projection, and what it sends back to normed. */
static void up_backward(const struct pass *p, uint32_t n, uint32_t d_ff, const float *dup,
	size_t stride, const float *packed, float *dw, float *dnormed, bool add)
{
	uint32_t d = p->layout->shape.d;
	kernel_product_by_cols(p->kernel, d_ff, d, n, dup, stride, p->packed_rows, dw, d, true);
	kernel_product(p->kernel, n, d, d_ff, dup, stride, packed, dnormed, d, add);
}

void mlp_backward(struct pass *p, const float *weights, uint32_t tokens, uint32_t layer, float l1,
	float *gradient)
{
	const struct layer_layout *at = &p->layout->layer[layer];
	struct layer_kept *kept = &p->kept[layer];
	uint32_t d = p->layout->shape.d, d_ff = p->layout->shape.d_ff[layer];
	size_t stride = hidden_stride(p->layout, layer), wide = kernel_packed_floats(d_ff, d);
	bool is_gated = p->layout->shape.activation == ACTIVATION_DRELU;
	float *packed_up = p->packed, *packed_gate = p->packed + wide;
	kernel_pack_cols(d, d_ff, weights + at->wo, d_ff, p->packed_two);
	kernel_pack_cols(d_ff, d, weights + at->wi, d, packed_up);
	if (is_gated)
		kernel_pack_cols(d_ff, d, weights + at->wg, d, packed_gate);
	for (uint32_t t = 0; t < tokens; t += MLP_BLOCK) {
		uint32_t n = tokens - t < MLP_BLOCK ? tokens - t : MLP_BLOCK;
		const float *dout = p->dx + (size_t)t * d;
		float *dnormed = p->dnormed + (size_t)t * d, *dup = p->block, *dgate = p->block_two;
		const float *h = hidden_block(p, layer, t, n, p->block);
		kernel_pack_cols(n, d_ff, h, stride, p->packed_rows);
		kernel_product_by_cols(p->kernel, d, d_ff, n, dout, d, p->packed_rows,
			gradient + at->wo, d_ff, true);
		kernel_product(p->kernel, n, d_ff, d, dout, d, p->packed_two, dup, stride, false);
		for (uint32_t i = 0; i < n; i++)
			memset(dup + i * stride + d_ff, 0, (stride - d_ff) * sizeof(*dup));
		fire_backward(p, layer, t, n, l1, dup, dgate);
		kernel_pack_cols(n, d, kept->normed_mlp + (size_t)t * d, d, p->packed_rows);
		up_backward(p, n, d_ff, dup, stride, packed_up, gradient + at->wi, dnormed, false);
		if (is_gated)
			up_backward(p, n, d_ff, dgate, stride, packed_gate, gradient + at->wg,
				dnormed, true);
	}
}
