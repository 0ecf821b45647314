#include "index/intern.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <sys/random.h>

/* A word of up to sixteen bytes, as almost all are, is compared in the slot itself: one cache miss a
 * lookup and not three. */
struct intern_slot {
	uint64_t head, next; /* the first sixteen bytes, zero-filled */
	uint32_t hash_size;  /* upper 24 bits of the hash, then the length, 255 for longer */
	uint32_t number_1;   /* number + 1; 0: empty */
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

/* The first eight bytes, or all there are, little-endian; no byte behind s is read. */
static uint64_t head_of(struct slice s)
{
	const uint8_t *p = (const uint8_t *)s.p;
	if (s.n >= 8)
		return load_le64(p);
	if (s.n >= 4)
		return load_le32(p) | (uint64_t)load_le32(p + s.n - 4) << (8 * (s.n - 4));
	if (s.n == 0)
		return 0;
	return p[0] | (uint64_t)p[s.n / 2] << (8 * (s.n / 2)) |
	       (uint64_t)p[s.n - 1] << (8 * (s.n - 1));
}

/* Eight bytes a step, folded multiplication: words are short, a call into XXH3 costs more. */
static uint32_t hash_of(const struct intern *t, struct slice s, uint64_t head, uint64_t next)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t h = mix(t->seed ^ s.n * odd ^ head, ~t->seed ^ next);
	for (size_t at = 16; at < s.n; at += 8)
		h = mix(h ^ head_of(slice_of(s.p + at, s.n - at)), odd);
	uint32_t folded = (uint32_t)(h ^ h >> 32), size = s.n < 255 ? (uint32_t)s.n : 255;
	return (folded & ~UINT32_C(255)) | size;
}

static uint32_t place_of(const struct intern *t, uint32_t hash_size)
{
	return hash_size >> 8 & (t->n_slots - 1);
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
		uint32_t at = t->slots[i].hash_size >> 8 & (n - 1);
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

void intern_prepare(const struct intern *t, struct slice s, struct intern_key *out)
{
	uint64_t head = head_of(s), next = s.n > 8 ? head_of(slice_of(s.p + 8, s.n - 8)) : 0;
	*out = (struct intern_key){head, next, hash_of(t, s, head, next)};
	if (t->n_slots)
		__builtin_prefetch(&t->slots[place_of(t, out->hash_size)]);
}

uint32_t intern_prepared(struct intern *t, struct slice s, const struct intern_key *k)
{
	if (t->n >= t->n_slots / 3 * 2 && !widen(t))
		return INTERN_FAILED;
	uint32_t at = place_of(t, k->hash_size);
	for (; t->slots[at].number_1; at = (at + 1) & (t->n_slots - 1)) {
		const struct intern_slot *slot = &t->slots[at];
		if (slot->hash_size != k->hash_size || slot->head != k->head ||
			slot->next != k->next)
			continue;
		if (s.n <= 16 || slice_eq(t->at[slot->number_1 - 1], s))
			return slot->number_1 - 1;
	}
	uint32_t number = add(t, s);
	if (number != INTERN_FAILED)
		t->slots[at] = (struct intern_slot){k->head, k->next, k->hash_size, number + 1};
	return number;
}

uint32_t intern(struct intern *t, struct slice s)
{
	struct intern_key k;
	intern_prepare(t, s, &k);
	return intern_prepared(t, s, &k);
}
