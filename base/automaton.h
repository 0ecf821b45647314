/* Aho-Corasick over token ids: many phrases found in one pass whose cost per token does not grow
 * with the number of phrases (Aho & Corasick, CACM 18(6), 1975).
 *
 * A phrase is a sequence of words; words are interned strings.  Build once, then share read-only. */
#ifndef LODESTONE_BASE_AUTOMATON_H
#define LODESTONE_BASE_AUTOMATON_H

#include "base/buf.h"
#include "base/err.h"

struct automaton;

struct automaton_builder;
int automaton_builder_create(struct automaton_builder **out);
void automaton_builder_destroy(struct automaton_builder *b);
/* words: n_words slices (at least one: LODE_BADREQ), copied; value: the caller's, reported with each hit.  The same phrase may
 * be added with several values. */
int automaton_add(
	struct automaton_builder *b, const struct slice *words, unsigned n_words, uint32_t value);
/* Leaves the builder empty, ready for other phrases.  LODE_NOMEM; LODE_TOOBIG over 2^30 words. */
int automaton_build(struct automaton_builder *b, struct automaton **out);
void automaton_destroy(struct automaton *a);

/* Word -> id; AUTOMATON_UNKNOWN for a word that stands in no phrase. */
enum { AUTOMATON_UNKNOWN = 0 };
uint32_t automaton_word(const struct automaton *a, struct slice word);

/* How many states, and the bytes all tables take: for tests and /v1/stats. */
uint32_t automaton_states(const struct automaton *a);
size_t automaton_bytes(const struct automaton *a);

/* Steps over one word and calls hit for every phrase that ends with it (longest first);
 * n_words is the phrase's length.  Start with state 0. */
uint32_t automaton_step(const struct automaton *a, uint32_t state, uint32_t word,
	void (*hit)(void *arg, uint32_t value, unsigned n_words), void *arg);

#endif
