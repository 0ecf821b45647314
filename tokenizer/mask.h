/* De-identification placeholders in the dialects of tokenizer/mask.c. */
#ifndef LODESTONE_TOKENIZER_MASK_H
#define LODESTONE_TOKENIZER_MASK_H

#include "tokenizer/kernel.h"
#include "tokenizer/tokenizer.h"

/* Fills out->masks, in order and disjoint; LODE_NOMEM when the arena is full. */
int tok_find_masks(const struct tok_bits *bits, struct arena *a, struct tok_doc *out);

#endif
