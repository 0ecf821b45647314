/* Calls every reader of a lexicon on every argument: for files whose digest is right and whose content
 * is anything.  Shared by the unit test and the fuzz target. */
#ifndef LODESTONE_TESTS_INDEX_LEXICON_EXERCISE_H
#define LODESTONE_TESTS_INDEX_LEXICON_EXERCISE_H

#include "base/bytes.h"
#include "index/lexicon.h"

enum { EXERCISE_MOST = 3000 };

/* Makes the digest fit, so that what follows is read at all. */
static inline void exercise_fix_digest(char *p, size_t n)
{
	if (n < LEXICON_HEADER)
		return;
	struct digest128 d = digest128(slice_of(p + LEXICON_SUMMED_AT, n - LEXICON_SUMMED_AT));
	store_le64(p + 16, d.hi);
	store_le64(p + 24, d.lo);
}

static inline uint64_t exercise_name(const struct lexicon_name *n)
{
	return digest64(n->text) + n->concept + n->relation * 31u + n->flags;
}

/* A sum over all that was read. */
static inline uint64_t exercise_lexicon(const struct lexicon *l)
{
	uint64_t sum = 0;
	struct lexicon_info info;
	struct lexicon_name n;
	struct lexicon_concept c;
	lexicon_info(l, &info);
	for (uint32_t i = 0; i < EXERCISE_MOST; i++) {
		if (lexicon_name(l, i, &n)) {
			sum += exercise_name(&n);
			sum += lexicon_step(l, i, lexicon_word(l, n.text));
		}
		if (lexicon_concept(l, i, &c)) {
			sum += digest64(c.id) + c.first_name + c.n_names;
			for (uint32_t k = 0; k < c.n_children && k < 8; k++)
				sum += lexicon_child(l, &c, k);
		}
		for (uint32_t k = 0; k < lexicon_node_names(l, i) && k < 8; k++)
			if (lexicon_node_name(l, i, k, &n))
				sum += exercise_name(&n);
		sum += lexicon_step(l, i, i % 7);
	}
	return sum;
}

#endif
