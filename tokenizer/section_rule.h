/* Whether a known or unknown heading opens a section where it stands. */
#ifndef LODESTONE_TOKENIZER_SECTION_RULE_H
#define LODESTONE_TOKENIZER_SECTION_RULE_H

#include "tokenizer/heading.h"
#include "tokenizer/tokenizer.h"

/* Where a candidate heading stands. */
struct tok_heading_site {
	const struct tok_label *label;
	uint8_t current;  /* class of the section it stands in */
	bool caps_text;   /* the whole note is in capitals, so capitals say nothing */
	bool numbered;    /* "2. PMH:" */
	bool in_series;   /* numbered, as the heading of the section it stands in is */
	bool after_blank; /* a blank line or the text's start comes before */
	bool alone;       /* nothing else stands on its line */
	bool has_colon;
	/* Within a line: how sure the place before it is.  0 for a heading at a line start. */
	uint8_t inside;
};

enum { INSIDE_SENTENCE_END = 1, INSIDE_COMMA, INSIDE_LOST_LINE, INSIDE_PLAIN };

/* The class to open, or -1. */
int tok_rule_known(const struct tok_heading_site *s, const struct tok_heading *h);
int tok_rule_unknown(const struct tok_heading_site *s);

#endif
