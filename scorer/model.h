/* A model file: safetensors with our configuration in its metadata (docs/model-format.md).
 *
 * Opened by mmap; every offset, size, type, shape and both digests are checked before anything is
 * used, so that a damaged file is refused and never read wrong. */
#ifndef LODESTONE_SCORER_MODEL_H
#define LODESTONE_SCORER_MODEL_H

#include "base/digest.h"
#include "scorer/scorer.h"
#include "scorer/shape.h"

/* Logistic stack of one axis: logits[class] = bias + sum of weight * feature (scorer/stack.h says which). */
enum { STACK_FEATURES_MAX = 48 };
struct stack_axis {
	uint32_t classes, features;
	float weight[3][STACK_FEATURES_MAX + 1]; /* the last is the bias */
};
struct stack {
	struct stack_axis axis[4];
	/* P(present) = sigmoid(slope * logit(product of the axes) + intercept), then the band of doubt */
	float present_slope, present_intercept;
	float abstain_low, abstain_high;
};

/* What a file holds beside its weights; slices live in the caller's arena or in the map. */
struct model_parts {
	struct shape shape;
	const float *weights;    /* shape_floats(), laid out by shape_tensors() */
	struct slice vocabulary; /* tok_vocabulary_open's bytes */
	const float *
		firing; /* [sum of d_ff]: share of tokens on which the unit fired, layer after layer; NULL: not measured */
	const struct stack *stack; /* NULL: none fitted yet */
	struct slice
		training; /* JSON object: recipe, seed, steps, texts, command; "" when unknown */
};

/* Writes a file (through a temporary one beside it, renamed when it is durable).  is_bf16: weight
 * matrices as bf16, rounded to nearest even; vectors, heads and firing stay f32. */
int model_write(const char *path, const struct model_parts *parts, bool is_bf16, struct err *e);

/* Opens and checks; weights are f32 in memory whatever the file has. */
int model_open(struct scorer_model **out, const char *path, struct err *e);
const struct model_parts *model_parts(const struct scorer_model *m);
const struct tok_vocabulary *model_vocabulary(const struct scorer_model *m);
struct digest128 model_digest(const struct scorer_model *m); /* of the file's data and header */

#endif
