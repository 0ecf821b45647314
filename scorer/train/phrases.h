/* Where names stand in a text: by hashes of their folded words, in any inflection of the last by -s. */
#ifndef LODESTONE_TRAIN_PHRASES_H
#define LODESTONE_TRAIN_PHRASES_H

#include "base/arena.h"
#include "scorer/train/names.h"
#include "tokenizer/tokenizer.h"

enum { PHRASE_WORDS_MAX = 6 };

struct phrases {
	uint64_t *hashes; /* sorted */
	size_t n;
};

/* All names and findings.  In the arena.  LODE_NOMEM. */
int phrases_make(struct tokenizer *t, const struct names *names, struct arena *a,
	struct phrases *out, struct err *e);

/* How many words the longest name has that begins at word i and ends within the sentence's last word; 0: none. */
unsigned phrases_at(const struct phrases *p, const struct tok_doc *d, uint32_t i, uint32_t last);

#endif
