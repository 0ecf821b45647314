/* One pass over a batch: forward with the activations kept, losses, and the gradient of their sum.
 *
 * A pass belongs to one thread.  All sums run in an order that depends on the batch alone. */
#ifndef LODESTONE_TRAIN_PASS_H
#define LODESTONE_TRAIN_PASS_H

#include "scorer/kernel.h"
#include "scorer/train/batch.h"
#include "scorer/train/layout.h"

/* Tokens whose hidden states are worked on at a time, so that they stay in the second-level cache. */
enum { MLP_BLOCK = 256 };
/* Targets whose logits over the vocabulary are worked on at a time. */
enum { WORD_BLOCK = 128 };

/* What each loss is multiplied with: all are sums over the batch, so that shares of a step add up. */
struct loss_scale {
	float heads; /* 1 / total weight of labelled windows */
	float words; /* weight of the language model / number of targets */
	float l1;    /* weight / number of tokens, on the sum of hidden activations of all layers */
	float smoothing; /* label smoothing of the heads: that share of the target is spread evenly */
};

/* Unscaled sums. */
struct losses {
	double heads[HEAD_COUNT]; /* weighted cross-entropy */
	double words;             /* cross-entropy of the targets, nats */
	double hidden;            /* sum of hidden activations */
	uint64_t right[HEAD_COUNT], labelled[HEAD_COUNT];
	uint64_t words_right;
	uint64_t fired[SHAPE_LAYERS_MAX]; /* hidden units above zero, summed over tokens */
};

/* Kept activations of one layer; T = tokens. */
struct layer_kept {
	float *x;         /* [T][d] what came in */
	float *normed;    /* [T][d] */
	float *scale;     /* [T] 1 / root mean square of x */
	float *qkv;       /* [T][3 inner], rotated if positions are rotary */
	float *attention; /* per window and head [n][row of 8s]: softmax of the scores */
	float *mixed;     /* [T][inner] */
	float *x_mlp;     /* [T][d] after attention */
	float *normed_mlp, *scale_mlp;
	float *hidden; /* [T][hidden_stride]: relu(wi x) */
	float *gate;   /* [T][hidden_stride]: relu(wg x), dReLU only */
};

struct pass {
	const struct layout *layout;
	const struct kernel *kernel;
	uint32_t tokens_max, windows_max;
	struct layer_kept kept[SHAPE_LAYERS_MAX];
	float *x;                    /* [T][d] what leaves the last layer */
	float *states, *scale_final; /* [T][d] normed, [T] */
	float *logits;               /* [windows][SHAPE_LOGITS] */
	float *dx, *dnormed;         /* [T][d] */
	float *dqkv, *dmixed;        /* [T][3 inner], [T][inner] */
	float *packed, *packed_two;  /* weights of one product */
	float *packed_rows;          /* activations as the right side of a product */
	float *block, *block_two;    /* [MLP_BLOCK][widest hidden stride] */
	float *scores;               /* [window][window in 8s] */
	float *rows, *drows;         /* [T][d]: states with targets, and their gradients */
	float *word_logits;          /* [WORD_BLOCK][word_stride()] */
	uint16_t *targets;           /* [T] of rows */
	uint32_t *target_token;      /* [T] where each of rows came from */
	float *distance_bias;        /* [heads][2 window - 1] bias by key - query */
	float *distance_gradient;    /* the same shape */
	float *angles;               /* [window][HEAD_DIM]: cosines, then sines, rotary only */
	float *memory;               /* all of the above */
};

/* tokens_max and windows_max bound every batch.  LODE_NOMEM. */
int pass_create(struct pass **out, const struct layout *l, uint32_t tokens_max,
	uint32_t windows_max, const struct kernel *k);
void pass_destroy(struct pass *p);

/* Forward only: hidden, states, logits and *sums (losses are unscaled). */
void pass_forward(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, struct losses *sums);
/* Forward and backward; the gradient is added to gradient[layout->floats]. */
void pass_gradient(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, float *gradient, struct losses *sums);

/* Floats between rows of hidden and gate: not a power of two, which would put all rows of a product into the
 * same few cache sets. */
static inline size_t hidden_stride(const struct layout *l, uint32_t layer)
{
	return (size_t)l->shape.d_ff[layer] + 16;
}

static inline size_t word_stride(const struct layout *l)
{
	return (size_t)l->shape.vocabulary + 16;
}

/* ---- the parts, private to the pass ---- */

struct norm_place {
	const float *gain;
	float *normed, *scale; /* [T][d], [T] */
};
void norm_forward(const struct pass *p, uint32_t n, const float *x, const struct norm_place *to);
/* Adds to dx the gradient that reached the normed values, and to dgain. */
void norm_backward(const struct pass *p, uint32_t n, const float *x, const float *scale,
	const float *gain, const float *dnormed, float *dx, float *dgain);

void positions_prepare(struct pass *p, const float *weights);
void attention_forward(struct pass *p, const struct batch *b, uint32_t layer);
void attention_backward(struct pass *p, const struct batch *b, uint32_t layer);
void positions_backward(struct pass *p, float *gradient); /* from distance_gradient */

/* x of the next layer from x_mlp; adds to sums->hidden and sums->fired. */
void mlp_forward(struct pass *p, const float *weights, uint32_t tokens, uint32_t layer, float *out,
	struct losses *sums);
/* dx: gradient of the layer's output; leaves that of normed_mlp in p->dnormed. */
void mlp_backward(struct pass *p, const float *weights, uint32_t tokens, uint32_t layer, float l1,
	float *gradient);

/* gradient NULL: losses only; else dstates (p->dnormed, zeroed by the caller) and the gradient are added to. */
void heads_loss(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, float *gradient, struct losses *sums);
void words_loss(struct pass *p, const float *weights, const struct batch *b,
	const struct loss_scale *scale, float *gradient, struct losses *sums);

#endif
