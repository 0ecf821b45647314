#ifndef LODESTONE_TOKENIZER_ABBREVIATION_H
#define LODESTONE_TOKENIZER_ABBREVIATION_H

#include "base/buf.h"

enum tok_abbreviation {
	ABBR_NONE,
	ABBR_OPEN,   /* something always follows: "Dr.", "vs.", "e.g." */
	ABBR_DOTTED, /* ends a sentence only before a capital: "b.i.d.", "pt.", "mg." */
	ABBR_LETTER, /* one letter: "J. Smith", "hepatitis C. The" */
	ABBR_NUMBER, /* "No. 5": open before a digit, none before anything else */
};

/* word: the token before a full stop, without it. */
enum tok_abbreviation tok_abbreviation_of(struct slice word);

/* Words that begin a sentence far more often than they follow an initial. */
bool tok_begins_sentence(struct slice word);

#endif
