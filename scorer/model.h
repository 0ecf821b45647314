/* A model file: safetensors with our configuration in its metadata (docs/model-format.md).
 *
 * Mapped, checked and copied; every offset, size, type, shape and both digests are checked before anything is
 * used, so that a damaged file is refused and never read wrong. */
#ifndef LODESTONE_SCORER_MODEL_H
#define LODESTONE_SCORER_MODEL_H

#include "base/digest.h"
#include "scorer/scorer.h"
#include "scorer/shape.h"

/* Logistic stack of one axis: logits[class] = bias + sum of weight * feature (scorer/stack.h says which). */
enum { STACK_FEATURES_MAX = 48 };
struct stack_axis {
	uint32_t classes,
		features; /* classes: as the head of that number has; features: at least 1 */
	float weight[3][STACK_FEATURES_MAX + 1]; /* [class][features + 1]: the last is the bias */
};
struct stack {
	uint32_t layout; /* which features these are weights of: STACK_LAYOUT of scorer/stack.h */
	struct stack_axis axis[4];
	/* P(present): weights of stack_present_features, then the constant; then the band of doubt */
	float present[5];
	float abstain_low, abstain_high;
};

/* Networks of one shape whose logits are averaged (Hansen, Salamon 1990). */
enum { MODEL_NETWORKS_MAX = 2 };

/* What a file holds beside its weights; slices are the writer's, or live as long as the model. */
struct model_parts {
	struct shape shape;
	uint32_t networks;       /* 1 to MODEL_NETWORKS_MAX; 0 is 1 */
	const float *weights;    /* of each network shape_floats(), laid out by shape_tensors() */
	struct slice vocabulary; /* tok_vocabulary_open's bytes */
	const float *
		firing; /* of each network [sum of d_ff]: share of tokens on which the unit fired, layer after layer; NULL: not measured */
	const struct stack *stack; /* NULL: none fitted yet */
	struct slice
		training; /* JSON object: recipe, seed, steps, texts, command; "" when unknown */
};

/* Writes a file (through a temporary one beside it, renamed when it is durable).  is_bf16: weight
 * matrices as bf16, rounded to nearest even; vectors, heads and firing stay f32.  LODE_BADREQ for what
 * model_open would refuse, LODE_NOMEM, LODE_FULL, LODE_IO. */
int model_write(const char *path, const struct model_parts *parts, bool is_bf16, struct err *e);
/* The same bytes, appended to out. */
int model_image(const struct model_parts *parts, bool is_bf16, struct buf *out, struct err *e);

/* Opens and checks; weights are f32 in memory whatever the file has.  Everything is copied: the file may
 * go away afterwards.  Without a network to run yet: scorer_open makes one.  Closed by scorer_close.
 * LODE_NOTFOUND, LODE_IO, LODE_NOMEM; LODE_CORRUPT and LODE_VERSION with the place and the reason. */
int model_open(struct scorer_model **out, const char *path, struct err *e);
/* The same from bytes, which may go away afterwards. */
int model_open_bytes(struct scorer_model **out, struct slice bytes, struct err *e);

const struct model_parts *model_parts(const struct scorer_model *m); /* valid until scorer_close */
const struct tok_vocabulary *model_vocabulary(const struct scorer_model *m);
struct digest128 model_digest(const struct scorer_model *m); /* of the file's data and header */
bool model_is_bf16(const struct scorer_model *m);
uint32_t model_networks(const struct model_parts *p); /* how many, at least 1 */
/* NULL before model_prepare, which packs the weights for the kernels.  which: below model_networks(). */
const struct network *model_network(const struct scorer_model *m, uint32_t which);
int model_prepare(struct scorer_model *m, struct err *e);
/* What it has answered is kept there; NULL: nothing is (scorer_keep). */
struct kept *model_kept(const struct scorer_model *m);
uint64_t model_number(const struct scorer_model *m); /* no two models of a process have the same */

#endif
