/* Windows of one step (or of one worker's share of it), end to end without padding. */
#ifndef LODESTONE_TRAIN_BATCH_H
#define LODESTONE_TRAIN_BATCH_H

#include "scorer/shape.h"

enum { TARGET_NONE = 0xFFFF }; /* nothing is to be predicted here; ids are below TOK_SUBWORD_MAX */
enum { CLASS_UNKNOWN = 255 };  /* as LABEL_UNKNOWN */

struct batch {
	uint32_t windows, tokens;
	uint32_t windows_max, tokens_max;
	uint16_t *ids;    /* [tokens] */
	uint16_t *target; /* [tokens]: the id to predict from this place's state, or TARGET_NONE */
	uint32_t *start;  /* [windows + 1]: first token of each window */
	uint32_t *read;   /* [windows]: token, of the batch, whose state the heads read */
	uint8_t (*label)
		[HEAD_COUNT];   /* [windows]: class by head, relevance 0 or 1, or CLASS_UNKNOWN */
	float *weight;          /* [windows]: of the heads' losses */
	uint32_t targets;       /* how many targets are set */
	double labelled_weight; /* sum of weights of windows with any label */
};

int batch_init(struct batch *b, uint32_t windows_max, uint32_t tokens_max); /* LODE_NOMEM */
void batch_finish(struct batch *b);
void batch_clear(struct batch *b);
/* Adds a window of n >= 1 ids.  target: n of them or NULL; label: HEAD_COUNT or NULL; read: index in the window.
 * LODE_FULL. */
int batch_add(struct batch *b, const uint16_t *ids, const uint16_t *target, uint32_t n,
	uint32_t read, const uint8_t *label, float weight);

#endif
