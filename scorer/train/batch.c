#include "scorer/train/batch.h"

#include <stdlib.h>
#include <string.h>

int batch_init(struct batch *b, uint32_t windows_max, uint32_t tokens_max)
{
	*b = (struct batch){.windows_max = windows_max, .tokens_max = tokens_max};
	b->ids = calloc(tokens_max, sizeof(*b->ids));
	b->target = calloc(tokens_max, sizeof(*b->target));
	b->start = calloc((size_t)windows_max + 1, sizeof(*b->start));
	b->read = calloc(windows_max, sizeof(*b->read));
	b->label = calloc(windows_max, sizeof(*b->label));
	b->weight = calloc(windows_max, sizeof(*b->weight));
	if (b->ids && b->target && b->start && b->read && b->label && b->weight)
		return LODE_OK;
	batch_finish(b);
	return LODE_NOMEM;
}

void batch_finish(struct batch *b)
{
	free(b->ids);
	free(b->target);
	free(b->start);
	free(b->read);
	free(b->label);
	free(b->weight);
	*b = (struct batch){0};
}

void batch_clear(struct batch *b)
{
	b->windows = b->tokens = b->targets = 0;
	b->labelled_weight = 0;
}

int batch_add(struct batch *b, const uint16_t *ids, const uint16_t *target, uint32_t n,
	uint32_t read, const uint8_t *label, float weight)
{
	if (b->windows == b->windows_max || n > b->tokens_max - b->tokens)
		return LODE_FULL;
	uint32_t w = b->windows++, at = b->tokens;
	memcpy(b->ids + at, ids, n * sizeof(*ids));
	for (uint32_t i = 0; i < n; i++) {
		b->target[at + i] = target ? target[i] : TARGET_NONE;
		b->targets += b->target[at + i] != TARGET_NONE;
	}
	b->read[w] = at + read;
	b->weight[w] = weight;
	bool is_labelled = false;
	for (unsigned h = 0; h < HEAD_COUNT; h++) {
		b->label[w][h] = label ? label[h] : CLASS_UNKNOWN;
		is_labelled |= b->label[w][h] != CLASS_UNKNOWN;
	}
	b->labelled_weight += is_labelled ? (double)weight : 0;
	b->tokens = at + n;
	b->start[w + 1] = b->tokens;
	return LODE_OK;
}
