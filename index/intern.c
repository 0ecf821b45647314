#include "index/intern.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <sys/random.h>

struct intern_slot {
	uint32_t hash;
	uint32_t number_1; /* number + 1; 0: empty */
};

void intern_init(struct intern *t)
{
	*t = (struct intern){0};
	arena_init(&t->bytes, SIZE_MAX / 2);
	/* Without random bytes only the guard against chosen collisions is lost. */
	if (getrandom(&t->seed, sizeof(t->seed), GRND_NONBLOCK) != (ssize_t)sizeof(t->seed))
		t->seed = (uintptr_t)t;
}

void intern_release(struct intern *t)
{
	free(t->at);
	free(t->slots);
	arena_release(&t->bytes);
	uint64_t seed = t->seed;
	*t = (struct intern){.seed = seed};
	arena_init(&t->bytes, SIZE_MAX / 2);
}

size_t intern_memory(const struct intern *t)
{
	return t->bytes.used + t->cap * sizeof(*t->at) + t->n_slots * sizeof(*t->slots);
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;
	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Eight bytes a step, folded multiplication: words are short, a call into XXH3 costs more. */
static uint32_t hash_of(const struct intern *t, struct slice s)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15), odd2 = UINT64_C(0xd6e8feb86659fd93);
	uint64_t h = t->seed ^ s.n * odd, tail = 0;
	const char *p = s.p;
	size_t n = s.n;
	for (; n >= 8; n -= 8, p += 8)
		h = mix(h ^ load_le64(p), odd);
	for (size_t i = 0; i < n; i++)
		tail |= (uint64_t)(uint8_t)p[i] << (8 * i);
	h = mix(h ^ tail, odd2);
	return (uint32_t)(h ^ h >> 32);
}

static bool widen(struct intern *t)
{
	uint32_t n = t->n_slots ? t->n_slots * 2 : 64;
	struct intern_slot *slots = n > t->n_slots ? calloc(n, sizeof(*slots)) : NULL;
	if (!slots)
		return false;
	for (uint32_t i = 0; i < t->n_slots; i++) {
		if (!t->slots[i].number_1)
			continue;
		uint32_t at = t->slots[i].hash & (n - 1);
		while (slots[at].number_1)
			at = (at + 1) & (n - 1);
		slots[at] = t->slots[i];
	}
	free(t->slots);
	t->slots = slots;
	t->n_slots = n;
	return true;
}

static uint32_t add(struct intern *t, struct slice s)
{
	if (t->n == t->cap) {
		uint32_t cap = t->cap ? t->cap * 2 : 64;
		struct slice *p = realloc(t->at, cap * sizeof(*p));
		if (!p)
			return INTERN_FAILED;
		t->at = p;
		t->cap = cap;
	}
	struct slice copy = arena_slice(&t->bytes, s);
	if (!copy.p)
		return INTERN_FAILED;
	t->at[t->n] = copy;
	return t->n++;
}

uint32_t intern(struct intern *t, struct slice s)
{
	if (t->n >= t->n_slots / 3 * 2 && !widen(t))
		return INTERN_FAILED;
	uint32_t hash = hash_of(t, s), at = hash & (t->n_slots - 1);
	for (; t->slots[at].number_1; at = (at + 1) & (t->n_slots - 1)) {
		uint32_t number = t->slots[at].number_1 - 1;
		if (t->slots[at].hash == hash && slice_eq(t->at[number], s))
			return number;
	}
	uint32_t number = add(t, s);
	if (number != INTERN_FAILED)
		t->slots[at] = (struct intern_slot){hash, number + 1};
	return number;
}
