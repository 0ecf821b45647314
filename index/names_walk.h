/* A condition's words along the paths of a lexicon.  Private to the room. */
#ifndef LODESTONE_INDEX_NAMES_WALK_H
#define LODESTONE_INDEX_NAMES_WALK_H

#include "index/lexicon.h"
#include "index/match.h"

/* A name as words, each with its other forms. */
struct parsed {
	struct tok_doc doc;
	struct inflections *other;
};

/* In the arena. */
int parse_name(
	struct tokenizer *t, struct arena *a, struct slice text, struct parsed *p, struct err *e);

enum { WALK_MAX = 96 /* states of one walk: a path may fork at every inflection */ };

/* A node with names, and the word after those that lead to it. */
struct reached {
	uint32_t node, end;
};

struct walk {
	struct reached at[WALK_MAX];
	uint32_t n;
};

/* Every node with names that words of p from `first` on lead to; each word as it is, in another form,
 * or joined with the next ("post traumatic": "posttraumatic"). */
void walk_from(const struct lexicon *l, const struct parsed *p, uint32_t first, struct walk *out);

/* May these words of p, written as they are, be this name?  For an abbreviation the letters matter. */
bool walk_fits(const struct parsed *p, uint32_t first, uint32_t end, const struct lexicon_name *n);

#endif
