/* Where each tensor begins in one long array of floats: the same for weights, gradients and moments. */
#ifndef LODESTONE_TRAIN_LAYOUT_H
#define LODESTONE_TRAIN_LAYOUT_H

#include "scorer/shape.h"

struct layer_layout {
	size_t norm_attention, q, k, v, o, norm_mlp, wi, wg, wo; /* q, k and v touch each other */
};

struct layout {
	struct shape shape;
	uint32_t inner; /* heads * SHAPE_HEAD_DIM */
	/* Of each token's hidden units (ReLU only) the top_k largest count, the others are 0; 0: all.  A lever of
	 * the laboratory: no model file can say it. */
	uint32_t top_k;
	size_t floats;
	size_t embedding, position, norm_final;
	size_t head_weight[HEAD_COUNT], head_bias[HEAD_COUNT];
	struct layer_layout layer[SHAPE_LAYERS_MAX];
	struct tensor_place tensors[SHAPE_TENSORS_MAX];
	unsigned n_tensors;
};

/* LODE_BADREQ with what shape_check() finds. */
int layout_init(struct layout *l, const struct shape *s, struct err *e);
/* Fills weights[l->floats] as T5 does (Raffel et al., their code), the embedding smaller; padding is 0. */
void layout_randomise(const struct layout *l, uint64_t seed, float *weights);
/* Floats on a cache line, not set; NULL when there are none. */
float *floats_new(size_t n);

#endif
