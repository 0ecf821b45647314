/* Whether a model gives its training texts back: holes of eight words in stretches of text, filled by the model
 * itself, and how many come out word for word.
 *
 * Carlini et al.: "The Secret Sharer", USENIX Security 2019, and "Quantifying Memorization Across Neural
 * Language Models", ICLR 2023, measure the like: what is extractable when the text around is given. */
#ifndef LODESTONE_TRAIN_MEMORY_H
#define LODESTONE_TRAIN_MEMORY_H

#include "scorer/model.h"

enum { MEMORY_WORDS = 8 };

struct memory_report {
	uint32_t places;      /* holes tried */
	uint32_t whole;       /* filled word for word */
	uint32_t words_right; /* of places * MEMORY_WORDS */
	uint32_t longest;     /* words in a row that came out, from a hole's beginning */
};

/* One stretch of n <= shape.window ids of a text.  Blanks the first MEMORY_WORDS words that begin at or after
 * id `from` and lets the model fill them from left to right, each subword with those before it filled in, the likeliest
 * first; how many subwords the hole has is given away, so the check errs on the side of finding.  Adds to
 * *report; a stretch without so many words is passed over.  LODE_NOMEM. */
int memory_try(const struct model_parts *m, const struct tok_vocabulary *v, const uint16_t *ids,
	uint32_t n, uint32_t from, struct memory_report *report);

#endif
