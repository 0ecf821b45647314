/* The heading phrases of clinical notes and how a label is looked up among them. */
#ifndef LODESTONE_TOKENIZER_HEADING_H
#define LODESTONE_TOKENIZER_HEADING_H

#include "base/buf.h"

/* What a known phrase may do. */
enum tok_heading_level {
	HEADING_STRONG, /* opens its section wherever it stands as a heading */
	HEADING_WEAK,   /* ordinary word: only at a line start, or in capitals after a sentence */
	HEADING_EXAM,   /* part of the body: opens an exam from where an exam usually follows */
	HEADING_SYSTEM, /* organ system or finding label: opens nothing, used within ROS, exam, plan */
	HEADING_DETAIL, /* detail of an operation: opens a procedure from where one usually follows */
	HEADING_STUDY, /* name of a study: opens imaging unless within a report or an assessment */
	HEADING_ADMIN, /* name, date, number: no heading */
};

struct tok_heading {
	uint8_t class; /* enum tok_section_class */
	uint8_t level; /* enum tok_heading_level */
};

enum { LABEL_MAX = 80, LABEL_WORDS_MAX = 9 };

/* A candidate heading: small letters, words parted by one blank, '&' '/' ',' as "and", without
 * "the", numbering, marks and text in parentheses. */
struct tok_label {
	char key[LABEL_MAX + 8];
	unsigned n, words;
	bool caps; /* no small letter outside parentheses */
	bool titled; /* every word but the small ones (of, and, at ...) begins with a capital or digit */
	bool first_capital;
};

/* False when the bytes hold what no heading holds, or too many words. */
bool tok_label_read(const char *p, size_t n, struct tok_label *out);

/* Before the first tok_heading_find, any number of times; from any thread. */
void tok_headings_load(void);
bool tok_heading_find(const struct tok_label *l, struct tok_heading *out);

/* The phrase list: phrases parted by '|', in the form of tok_label.key. */
struct tok_heading_group {
	uint8_t class, level;
	const char *phrases;
};
extern const struct tok_heading_group tok_heading_groups[];
extern const unsigned tok_heading_group_count;

#endif
