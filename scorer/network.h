/* The forward pass: windows of subwords -> logits. */
#ifndef LODESTONE_SCORER_NETWORK_H
#define LODESTONE_SCORER_NETWORK_H

#include "scorer/shape.h"

/* Weights prepared for the kernels (packed), immutable, shared between threads. */
struct network;
/* weights: laid out by shape_tensors(), copied. */
int network_create(
	struct network **out, const struct shape *s, const float *weights, struct err *e);
void network_destroy(struct network *n);

/* Scratch for up to `windows` windows a call: one per thread, one block, no allocation afterwards. */
struct network_scratch;
int network_scratch_create(struct network_scratch **out, const struct network *n, uint32_t windows);
void network_scratch_destroy(struct network_scratch *s);

struct network_input {
	const uint16_t *ids; /* n ids below shape.vocabulary: LODE_BADREQ otherwise */
	uint32_t n;          /* 1..shape.window */
	uint32_t read;       /* the position whose state the heads read */
};

/* How many hidden units fired: [layer] sums over all tokens of the call. */
struct network_use {
	uint64_t fired[SHAPE_LAYERS_MAX], of[SHAPE_LAYERS_MAX];
};

/* logits: [n][SHAPE_LOGITS].  use may be NULL. */
int network_run(const struct network *n, struct network_scratch *scratch,
	const struct network_input *in, uint32_t count, float *logits, struct network_use *use);

/* The plain reference: one window, straight from the definition, slow; tests hold network_run to it.
 * states, if not NULL: [n][d], the final normed states. */
int network_reference(const struct shape *s, const float *weights, const struct network_input *in,
	float *logits, float *states);

#endif
