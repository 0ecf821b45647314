/* The network's shape: which tensors it has, by name and size.  One list, from which the loader checks a
 * file, the forward pass finds its weights and the trainer lays out parameters, gradients and moments.
 *
 * T5 v1.0's encoder (Raffel et al., "Exploring the Limits of Transfer Learning", JMLR 21, 2020; tensor
 * names as its public checkpoints have them) with heads on top. */
#ifndef LODESTONE_SCORER_SHAPE_H
#define LODESTONE_SCORER_SHAPE_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHAPE_HEAD_DIM = 64, SHAPE_LAYERS_MAX = 24, SHAPE_WINDOW_MAX = 512 };
enum { SHAPE_BUCKETS = 32, SHAPE_DISTANCE_MAX = 128 };
enum {
	SHAPE_VOCABULARY_MAX = 1 << 16,
	SHAPE_D_MAX = 1024,
	SHAPE_HEADS_MAX = 16,
	SHAPE_FF_MAX = 1 << 15
};

enum shape_mask { MASK_BIDIRECTIONAL, MASK_CAUSAL };
enum shape_position { POSITION_BUCKETS, POSITION_ROTARY };
enum shape_activation { ACTIVATION_RELU, ACTIVATION_RELU_SQUARED, ACTIVATION_DRELU };

/* As a model file writes them, by enum value. */
extern const char *const shape_mask_names[2];       /* "bidirectional", "causal" */
extern const char *const shape_position_names[2];   /* "buckets", "rotary" */
extern const char *const shape_activation_names[3]; /* "relu", "relu_squared", "drelu" */

struct shape {
	uint32_t vocabulary; /* ids */
	uint32_t d;          /* width of the residual stream, a multiple of 16 */
	uint32_t heads;      /* of SHAPE_HEAD_DIM each; heads * SHAPE_HEAD_DIM may differ from d */
	uint32_t layers;
	uint32_t d_ff
		[SHAPE_LAYERS_MAX]; /* hidden units by layer: pruning makes them differ; multiples of 16 */
	uint32_t window;            /* longest sequence, subwords */
	enum shape_mask mask;
	enum shape_position position;
	enum shape_activation activation;
	bool has_heads; /* the assertion and relevance heads are there */
};

/* Answers, in the order of the logits: four axes, then relevance. */
enum {
	HEAD_NEGATION,
	HEAD_CERTAINTY,
	HEAD_EXPERIENCER,
	HEAD_TEMPORALITY,
	HEAD_RELEVANCE,
	HEAD_COUNT
};
extern const uint8_t shape_head_classes[HEAD_COUNT]; /* 2, 3, 2, 3, 1 */
extern const char *const shape_head_names[HEAD_COUNT];
enum { SHAPE_LOGITS = 11 }; /* their sum */

enum tensor_role {
	TENSOR_EMBEDDING,      /* [vocabulary][d] */
	TENSOR_POSITION,       /* [SHAPE_BUCKETS][heads], buckets only */
	TENSOR_NORM_ATTENTION, /* [d] */
	TENSOR_Q,
	TENSOR_K,
	TENSOR_V,           /* [heads * 64][d] */
	TENSOR_O,           /* [d][heads * 64] */
	TENSOR_NORM_MLP,    /* [d] */
	TENSOR_WI,          /* [d_ff][d] */
	TENSOR_WG,          /* [d_ff][d], dReLU only: the second factor */
	TENSOR_WO,          /* [d][d_ff] */
	TENSOR_NORM_FINAL,  /* [d] */
	TENSOR_HEAD_WEIGHT, /* [classes][d]; `layer` is the head's number */
	TENSOR_HEAD_BIAS,   /* [classes] */
};

struct tensor_place {
	enum tensor_role role;
	uint32_t layer;      /* of the network, or the head's number */
	uint32_t rows, cols; /* a matrix [rows][cols], row-major, y = W x; a vector has rows 1 */
	size_t offset; /* floats before it when all tensors lie end to end, each on a multiple of 16 */
};

enum { SHAPE_TENSORS_MAX = 2 + 9 * SHAPE_LAYERS_MAX + 1 + 2 * HEAD_COUNT };

/* LODE_BADREQ with what is out of bounds.  The functions below want a shape that has passed. */
int shape_check(const struct shape *s, struct err *e);
/* All tensors in order of offset, the first n of them into out (SHAPE_TENSORS_MAX are always enough);
 * returns how many there are. */
unsigned shape_tensors(const struct shape *s, struct tensor_place *out, unsigned n);
size_t shape_floats(const struct shape *s); /* all tensors end to end, a multiple of 16 */
/* A weight matrix or the embedding: may be stored as bf16, and is what weight decay falls on.  Norms,
 * position biases and heads are not. */
bool tensor_is_matrix(const struct tensor_place *t);
/* Name in a model file, NUL-terminated. */
void tensor_name(const struct tensor_place *t, char room[96]);
/* T5's bucket of a relative position (key - query), Raffel et al. section 2.1 and their code:
 * bidirectional halves the buckets by sign, causal has none for the future. */
unsigned shape_bucket(int key_minus_query, enum shape_mask mask);

#endif
