#ifndef LODESTONE_TOKENIZER_SECTION_H
#define LODESTONE_TOKENIZER_SECTION_H

#include "tokenizer/kernel.h"
#include "tokenizer/tokenizer.h"

/* Fills out->sections from out->text: contiguous, covering, at least one.  LODE_NOMEM when the arena
 * is full. */
int tok_find_sections(const struct tok_bits *bits, struct arena *a, struct tok_doc *out);

#endif
