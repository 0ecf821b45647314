/* Words that only qualify a condition, and what may stand between the words of one.  Private to the
 * wider looks. */
#ifndef LODESTONE_DAEMON_QUALIFIER_H
#define LODESTONE_DAEMON_QUALIFIER_H

#include "tokenizer/tokenizer.h"

/* Qualifiers of one group and different classes exclude each other ("left" and "right"). */
struct qualifier {
	const char *word;
	uint8_t group, class;
};

/* NULL: no qualifier.  word: folded. */
const struct qualifier *qualifier_of(struct slice word);
/* "Bilateral" is left as well as right. */
bool qualifier_covers(const struct qualifier *found, const struct qualifier *asked);
bool qualifier_opposes(const struct qualifier *found, const struct qualifier *asked);
/* Function words that carry nothing: of, the, with ... */
bool qualifier_is_small(struct slice word);
/* A qualifier, or another word that narrows a condition without making it another ("lower"). */
bool qualifier_may_stand_inside(struct slice word);
/* "of", "in": they turn a condition round ("carcinoma of the breast"). */
bool qualifier_turns(struct slice word);

/* The first word that starts at or after this byte. */
uint32_t qualifier_word_from(const struct tok_doc *d, uint32_t start);
/* May these words stand inside a condition: qualifiers, or another condition coordinated with it
 * ("left AND RIGHT atrial enlargement")? */
bool qualifier_may_part(const struct tok_doc *d, uint32_t from, uint32_t to);

#endif
