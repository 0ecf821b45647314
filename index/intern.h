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

#endif
