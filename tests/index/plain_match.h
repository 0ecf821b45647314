/* How a name stands in a note: the rules told plainly, without any table, for the oracles.  ASCII is enough
 * for their texts. */
#ifndef LODESTONE_TESTS_PLAIN_MATCH_H
#define LODESTONE_TESTS_PLAIN_MATCH_H

#include "index/index.h"

enum { PLAIN_TEXT_MAX = 9000 };

enum plain_flags {
	PLAIN_INFLECT = 1, /* inflected, joined, split */
	PLAIN_MASKS = 2,
};

struct plain_way {
	int cost; /* 0 exact, 1 inflected, 2 and 3 masked; -1 none */
	uint32_t end;
};

/* The best way in which words i.. of the name stand at words j.. of the note. */
struct plain_way plain_follow(const struct tok_doc *name, uint32_t i, const struct tok_doc *d,
	uint32_t j, int cost, unsigned flags);
/* Takes the longest left, drops what overlaps it, until none is left: how many are in out. */
uint32_t plain_resolve(struct hit *hits, uint32_t n, struct hit *out);

#endif
