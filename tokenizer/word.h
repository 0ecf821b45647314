#ifndef LODESTONE_TOKENIZER_WORD_H
#define LODESTONE_TOKENIZER_WORD_H

#include "tokenizer/kernel.h"
#include "tokenizer/tokenizer.h"

/* Fills out->words and out->terms from out->text and out->masks; LODE_NOMEM when the arena is full. */
int tok_find_words(const struct tok_bits *bits, struct arena *a, struct tok_doc *out);

#endif
