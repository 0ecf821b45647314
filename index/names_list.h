/* The list of names while it is made: shared by the files names*.c.  Private to the room. */
#ifndef LODESTONE_INDEX_NAMES_LIST_H
#define LODESTONE_INDEX_NAMES_LIST_H

#include "index/names_walk.h"

enum {
	NAMES_MAX = 64,     /* every name is searched for; past this they are rare combinations */
	NARROWER_MAX = 256, /* names of descendants on top */
	CONCEPTS_MAX = 48,  /* that the condition may be */
	QUEUE_MAX = 4096,   /* descendants looked at */
	PART_NAMES_MAX = 4, /* full names that one part is replaced by */
	UNLIKE_MAX = 48,    /* names of other things */
	INITIALS_MAX = 4,   /* names made of first letters */
	INITIALS_LEAST = 3, /* words; two letters stand for anything */
	INITIALS_MOST = 6,
};

/* A concept that the condition is, or is near. */
struct meant {
	uint8_t lexicon;
	bool by_brief;  /* it was asked by its abbreviation */
	bool is_listed; /* ... or by a full form of one */
	bool is_far;    /* it was found by another name of the condition */
	enum name_relation relation;
	uint32_t concept;
};

struct widening {
	const struct names_options *o;
	struct tokenizer *t;
	struct arena *a;
	struct name at[NAMES_MAX + NARROWER_MAX];
	struct slice keys[NAMES_MAX + NARROWER_MAX]; /* their folded words with blanks */
	uint32_t n, most;
	struct meant meant[CONCEPTS_MAX];
	uint32_t n_meant;
	bool is_cut;
	struct slice unlike[UNLIKE_MAX];
	uint32_t n_unlike;
};

#define NAMES_BIT(relation) (1U << LEXICON_##relation)
enum {
	NAMES_BRIEF = NAMES_BIT(ABBREVIATION),
	NAMES_FULL = NAMES_BIT(PREFERRED) | NAMES_BIT(EXACT),
	NAMES_ALIKE = NAMES_BIT(LAY) | NAMES_BIT(MISSPELT),
	NAMES_NEAR = NAMES_BIT(NARROW) | NAMES_BIT(BROAD) | NAMES_BIT(RELATED),
};

/* A name that is there, or does not fit, is left out.  name.text is borrowed from a lexicon or the
 * arena.  1: added. */
int names_add(struct widening *w, struct name name, struct err *e);
/* An abbreviation or a full form of one. */
bool names_is_listed(const struct lexicon_name *n);
/* A name of the concept m. */
struct name names_name_of(const struct lexicon_name *n, const struct meant *m, enum via via);
/* Concepts that have the whole of p, or the text, as a name become meant.  as: what the text is of the condition
 * (relation, is_far), and whether a listed name makes the concept listed. */
void names_mean_whole(struct widening *w, const struct parsed *p, const struct meant *as);
int names_mean_text(struct widening *w, struct slice text, const struct meant *as, struct err *e);
/* Names of one concept whose relation is within the bits of `which`. */
int names_add_of(struct widening *w, const struct meant *m, unsigned which, struct err *e);
/* All names of the concepts that are the condition, from meant number `first` on. */
int names_add_same(struct widening *w, uint32_t first, struct err *e);

/* Names of other things that hold one of its own, of every concept that it is. */
void names_add_unlike(struct widening *w);

/* ---- names_part.c ---- */

/* The condition, and `other` (the same in another order; may be empty), with parts replaced, in every
 * combination. */
int names_add_variants(struct widening *w, struct slice other, struct err *e);

/* ---- names_more.c ---- */

/* Names that say less, more, or something near. */
int names_add_near(struct widening *w, struct err *e);
int names_add_descendants(struct widening *w, const struct meant *of, struct err *e);
int names_add_initials(struct widening *w, struct err *e);
/* "Cyanosis" is also said as "she is cyanotic"; "cyanotic?" asks for cyanosis.  One of the two must be
 * a condition that a lexicon knows. */
int names_add_adjectives(struct widening *w, const struct parsed *p, struct err *e);

#endif
