#include "index/roster.h"

#include <stdlib.h>

void roster_release(struct roster *r)
{
	for (uint32_t i = 0; i < r->cap; i++)
		free(r->slots[i].hashes);
	free(r->slots);
	*r = (struct roster){0};
}

/* Fibonacci hashing: numbers come in a row, and hashes of ids may be chosen by who names the notes. */
static uint32_t place_of(uint32_t key, uint32_t cap)
{
	return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (cap - 1);
}

static struct roster_notes *slot_of(const struct roster *r, uint32_t number)
{
	uint32_t at = place_of(number, r->cap);
	while (r->slots[at].number && r->slots[at].number != number)
		at = (at + 1) & (r->cap - 1);
	return &r->slots[at];
}

const struct roster_notes *roster_find(const struct roster *r, uint32_t number, uint64_t checksum)
{
	const struct roster_notes *s = r->cap ? slot_of(r, number) : NULL;
	return s && s->number && s->checksum == checksum ? s : NULL;
}

static uint32_t *hash_slot(const struct roster_notes *notes, uint32_t hash)
{
	uint32_t at = place_of(hash, notes->cap);
	while (notes->hashes[at] && notes->hashes[at] != hash)
		at = (at + 1) & (notes->cap - 1);
	return &notes->hashes[at];
}

bool roster_may_have(const struct roster_notes *notes, uint32_t hash)
{
	return hash == 0 || (notes->cap && *hash_slot(notes, hash));
}

static bool widen(struct roster *r)
{
	struct roster wider = {.cap = r->cap ? 2 * r->cap : 64};
	wider.slots = wider.cap ? calloc(wider.cap, sizeof(*wider.slots)) : NULL;
	if (!wider.slots)
		return false;
	for (uint32_t i = 0; i < r->cap; i++)
		if (r->slots[i].number)
			*slot_of(&wider, r->slots[i].number) = r->slots[i];
	r->bytes += (wider.cap - r->cap) * sizeof(*r->slots);
	free(r->slots);
	r->slots = wider.slots;
	r->cap = wider.cap;
	return true;
}

void roster_begin(struct roster *r, uint32_t number, uint64_t checksum)
{
	if (number == 0)
		return;
	if (r->bytes > ROSTER_BYTES_MOST)
		roster_release(r);
	if (r->n >= r->cap / 2 && !widen(r)) {
		roster_release(r);
		return;
	}
	struct roster_notes *s = slot_of(r, number);
	r->n += s->number == 0;
	s->number = number;
	s->checksum = checksum;
	s->n = 0;
	if (s->hashes)
		memset(s->hashes, 0, s->cap * sizeof(*s->hashes));
}

static bool widen_notes(struct roster *r, struct roster_notes *s)
{
	struct roster_notes wider = {.cap = s->cap ? 2 * s->cap : 16};
	wider.hashes = wider.cap ? calloc(wider.cap, sizeof(*wider.hashes)) : NULL;
	if (!wider.hashes)
		return false;
	for (uint32_t i = 0; i < s->cap; i++)
		if (s->hashes[i])
			*hash_slot(&wider, s->hashes[i]) = s->hashes[i];
	r->bytes += (wider.cap - s->cap) * sizeof(*s->hashes);
	free(s->hashes);
	s->hashes = wider.hashes;
	s->cap = wider.cap;
	return true;
}

void roster_add(struct roster *r, uint32_t number, uint32_t hash)
{
	struct roster_notes *s = r->cap ? slot_of(r, number) : NULL;
	if (!s || s->number == 0 || hash == 0)
		return;
	/* An id that is not kept would be taken for new: then rather nothing at all. */
	if (s->n >= s->cap / 3 * 2 && !widen_notes(r, s)) {
		roster_release(r);
		return;
	}
	uint32_t *at = hash_slot(s, hash);
	s->n += *at == 0;
	*at = hash;
}

void roster_move(struct roster *r, uint32_t number, uint64_t from, uint64_t to)
{
	struct roster_notes *s = r->cap ? slot_of(r, number) : NULL;
	if (s && s->number && s->checksum == from)
		s->checksum = to;
}
