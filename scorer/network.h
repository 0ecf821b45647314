/* The forward pass: windows of subwords -> logits.
 *
 * x = embedding of the ids; per layer x += O attention(norm x), x += wo fire(wi norm x); logits = heads of
 * norm x at the read position.  norm x = gain * x / sqrt(mean of squares + NETWORK_EPSILON).  Attention
 * scores are q . k, unscaled (T5), plus the bias of the relative position's bucket and head, or, rotary,
 * of q and k turned (scorer/rotary.h).  fire: relu(up), its square, or relu(up) * relu(gate). */
#ifndef LODESTONE_SCORER_NETWORK_H
#define LODESTONE_SCORER_NETWORK_H

#include "scorer/shape.h"

#define NETWORK_EPSILON 1e-6f

/* Weights prepared for the kernels (packed), immutable, shared between threads. */
struct network;
/* weights: laid out by shape_tensors(), copied. */
int network_create(
	struct network **out, const struct shape *s, const float *weights, struct err *e);
void network_destroy(struct network *n);
size_t network_bytes(const struct network *n); /* memory it holds */

/* Scratch for up to `windows` windows a call: one per thread, one block, no allocation afterwards. */
struct network_scratch;
int network_scratch_create(struct network_scratch **out, const struct network *n, uint32_t windows);
void network_scratch_destroy(struct network_scratch *s);

struct network_input {
	const uint16_t *ids; /* n ids below shape.vocabulary: LODE_BADREQ otherwise */
	uint32_t n;          /* 1..shape.window */
	uint32_t read;       /* the position whose state the heads read */
};

/* How many hidden units fired: [layer] sums over the tokens that the call computed there, which in the
 * last layer are the read ones alone. */
struct network_use {
	uint64_t fired[SHAPE_LAYERS_MAX], of[SHAPE_LAYERS_MAX];
};

/* logits: [count][SHAPE_LOGITS], zeros when the shape has no heads.  use may be NULL; it is added to.
 * A window's logits depend on the window and the machine's kernel, not on what else is in the call.
 * LODE_BADREQ; LODE_TOOBIG when count is over the scratch's windows. */
int network_run(const struct network *n, struct network_scratch *scratch,
	const struct network_input *in, uint32_t count, float *logits, struct network_use *use);

/* What network_run and network_reference ask of an input. */
bool network_input_fits(const struct shape *s, const struct network_input *in);

/* The plain reference: one window, straight from the definition, slow; tests hold network_run to it.
 * states, if not NULL: [n][d], the final normed states.  logits: [SHAPE_LOGITS].  LODE_BADREQ, LODE_NOMEM. */
int network_reference(const struct shape *s, const float *weights, const struct network_input *in,
	float *logits, float *states);

#endif
