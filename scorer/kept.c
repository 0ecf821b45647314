#include "scorer/kept.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
	WORDS = SCORER_LOGITS * sizeof(float) / sizeof(uint64_t),
	WAYS = 4, /* slots that a key may be in */
};
_Static_assert(SCORER_LOGITS * sizeof(float) % sizeof(uint64_t) == 0, "logits are whole words");

/* Written by one thread at a time, which makes the turn odd meanwhile; who reads and finds it odd, or another one
 * afterwards, has read nothing.  Every load acquires and every store releases, so that no fence is needed. */
struct slot {
	_Atomic uint64_t turn; /* 0: free */
	_Atomic uint64_t hi, lo;
	_Atomic uint64_t logits[WORDS];
};

struct kept {
	_Atomic uint64_t asked, found, windows;
	size_t sets; /* a power of two */
	struct slot *slots;
};

int kept_create(struct kept **out, size_t bytes)
{
	size_t sets = 1, most = bytes / sizeof(struct slot) / WAYS;
	if (most == 0)
		return LODE_BADREQ;
	while (sets <= most / 2)
		sets *= 2;
	struct kept *k = calloc(1, sizeof(*k));
	if (!k)
		return LODE_NOMEM;
	k->sets = sets;
	k->slots = calloc(sets * WAYS, sizeof(*k->slots));
	if (!k->slots) {
		free(k);
		return LODE_NOMEM;
	}
	*out = k;
	return 0;
}

void kept_destroy(struct kept *k)
{
	if (k)
		free(k->slots);
	free(k);
}

struct digest128 kept_key(const struct network_input *in)
{
	uint16_t all[WINDOW_SUBWORDS + 1];
	uint32_t n = in->n < WINDOW_SUBWORDS ? in->n : WINDOW_SUBWORDS;
	memcpy(all, in->ids, n * sizeof(*all));
	all[n] = (uint16_t)in->read;
	return digest128(slice_of((const char *)all, (n + 1) * sizeof(*all)));
}

static struct slot *set_of(struct kept *k, struct digest128 key)
{
	return &k->slots[(key.lo & (k->sets - 1)) * WAYS];
}

static uint64_t get(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_acquire);
}

static void set(_Atomic uint64_t *to, uint64_t value)
{
	atomic_store_explicit(to, value, memory_order_release);
}

static void count(_Atomic uint64_t *n)
{
	atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}

static bool read_slot(const struct slot *s, struct digest128 key, uint64_t words[WORDS])
{
	uint64_t turn = get(&s->turn);
	if (turn == 0 || turn % 2 == 1 || get(&s->hi) != key.hi || get(&s->lo) != key.lo)
		return false;
	for (size_t i = 0; i < WORDS; i++)
		words[i] = get(&s->logits[i]);
	return get(&s->turn) == turn;
}

bool kept_find(struct kept *k, struct digest128 key, float logits[SCORER_LOGITS])
{
	const struct slot *at = set_of(k, key);
	uint64_t words[WORDS];
	count(&k->asked);
	for (size_t i = 0; i < WAYS; i++)
		if (read_slot(&at[i], key, words)) {
			memcpy(logits, words, sizeof(words));
			count(&k->found);
			return true;
		}
	return false;
}

/* The key's own slot or a free one of the set, else one that the key chooses: nothing is said of which was asked for last. */
static struct slot *place_for(struct kept *k, struct digest128 key)
{
	struct slot *at = set_of(k, key);
	for (size_t i = 0; i < WAYS; i++)
		if (get(&at[i].turn) == 0 || (get(&at[i].hi) == key.hi && get(&at[i].lo) == key.lo))
			return &at[i];
	return &at[key.hi % WAYS];
}

void kept_put(struct kept *k, struct digest128 key, const float logits[SCORER_LOGITS])
{
	struct slot *s = place_for(k, key);
	uint64_t words[WORDS], turn = get(&s->turn);
	memcpy(words, logits, sizeof(words));
	if (turn % 2 == 1 || !atomic_compare_exchange_strong(&s->turn, &turn, turn + 1))
		return;
	if (turn == 0)
		count(&k->windows);
	set(&s->hi, key.hi);
	set(&s->lo, key.lo);
	for (size_t i = 0; i < WORDS; i++)
		set(&s->logits[i], words[i]);
	set(&s->turn, turn + 2);
}

void kept_count(const struct kept *k, struct scorer_kept *out)
{
	*out = (struct scorer_kept){.bytes = k->sets * WAYS * sizeof(*k->slots),
		.windows = get(&k->windows),
		.asked = get(&k->asked),
		.found = get(&k->found)};
}
