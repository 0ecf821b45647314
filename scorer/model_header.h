/* The JSON header of a model file, written and read (private to scorer; docs/model-format.md).
 *
 * A header has one form: the one model_header_write gives.  What is read is written again and must come
 * out the same byte for byte, so that nothing in a header is without a meaning. */
#ifndef LODESTONE_SCORER_MODEL_HEADER_H
#define LODESTONE_SCORER_MODEL_HEADER_H

#include "scorer/model.h"

enum {
	MODEL_VERSION = 1,
	MODEL_ALIGN = 64,           /* the data begins on a multiple of it */
	MODEL_HEADER_MAX = 1 << 20, /* bytes */
	MODEL_VOCABULARY_MAX = 1 << 22,
	MODEL_TENSORS_MAX = MODEL_NETWORKS_MAX * SHAPE_TENSORS_MAX + 2,
};

enum model_dtype { DTYPE_F32, DTYPE_BF16, DTYPE_U8 };

/* One tensor of the data section; what is no part of the network has a name of its own. */
struct model_tensor {
	char name[96];
	enum model_dtype dtype;
	unsigned dims; /* 1 or 2 */
	uint32_t rows, cols;
	size_t begin, end;         /* bytes in the data section */
	struct tensor_place place; /* in its network; not for `firing` and `tokenizer` */
	uint32_t network;          /* which of them */
	bool is_network;
};

/* What of the parts the header depends on, and what it alone says. */
struct model_header {
	bool is_bf16, has_firing;
	size_t vocabulary_bytes;
	struct digest128 data, vocabulary;
	struct digest128 self; /* of the header as it stands with this field's digits as zeros */
};

/* The tensors of a file in their order; returns how many. */
unsigned model_tensors(const struct model_parts *p, const struct model_header *h,
	struct model_tensor out[MODEL_TENSORS_MAX]);
size_t model_firing_units(const struct shape *s); /* of one network */

/* Appends the header's text with its padding, h->self filled in.  LODE_BADREQ: the stack holds a number
 * that is none. */
int model_header_write(
	const struct model_parts *parts, struct model_header *h, struct buf *out, struct err *e);

/* Appends the JSON texts that the header holds as strings. */
void model_config_write(const struct model_parts *p, struct buf *out);
void model_stack_write(const struct stack *s, struct buf *out);

/* Reads and checks a header.  parts: shape, networks, stack (stored in *stack) and training (in the arena) are
 * set.  data_bytes: what the file has after the header.  LODE_CORRUPT, LODE_VERSION, LODE_NOMEM. */
int model_header_read(struct slice text, size_t data_bytes, struct arena *a, struct stack *stack,
	struct model_parts *parts, struct model_header *h, struct err *e);

#endif
