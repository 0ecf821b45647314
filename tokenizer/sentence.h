#ifndef LODESTONE_TOKENIZER_SENTENCE_H
#define LODESTONE_TOKENIZER_SENTENCE_H

#include "tokenizer/kernel.h"
#include "tokenizer/tokenizer.h"

/* Fills out->sentences from out->text, out->sections and out->masks: contiguous, covering, at least
 * one, none across a section border.  LODE_NOMEM when the arena is full. */
int tok_find_sentences(const struct tok_bits *bits, struct arena *a, struct tok_doc *out);

#endif
