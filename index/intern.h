/* Byte strings -> dense numbers, for one batch: terms, patients, note keys. */
#ifndef LODESTONE_INDEX_INTERN_H
#define LODESTONE_INDEX_INTERN_H

#include "base/arena.h"

struct intern_slot;

struct intern {
	struct slice *at; /* the strings, copied, by number */
	uint32_t n, cap;
	struct intern_slot *slots;
	uint32_t n_slots; /* a power of two, at least 3/2 n */
	uint64_t seed;    /* random: notes are written by strangers */
	struct arena bytes;
};

enum { INTERN_FAILED = 0xffffffff };

void intern_init(struct intern *t);
void intern_release(struct intern *t);
size_t intern_memory(const struct intern *t);
/* Number of s, given one if it is new (then it equals the former t->n); INTERN_FAILED: no memory. */
uint32_t intern(struct intern *t, struct slice s);

/* The same in two steps, for many words at a time: the look-ups of a group miss the cache side by side
 * and not one after the other.  No other call on t may come between. */
struct intern_key {
	uint64_t head, next;
	uint32_t hash_size;
};
void intern_prepare(const struct intern *t, struct slice s, struct intern_key *out);
uint32_t intern_prepared(struct intern *t, struct slice s, const struct intern_key *k);

#endif
