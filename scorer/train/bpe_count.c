/* Counts words by open addressing; texts live in an arena. */
#include "base/arena.h"
#include "base/digest.h"
#include "scorer/train/bpe.h"

#include <stdlib.h>

struct bpe_counter {
	struct arena texts;
	struct bpe_word *words;
	size_t n, cap;
	uint32_t *slots; /* index + 1 of a word; 0: empty; at most half full */
	size_t mask;
	uint32_t document;
};

enum { FIRST_SLOTS = 1 << 12 };

int bpe_counter_create(struct bpe_counter **out)
{
	struct bpe_counter *c = calloc(1, sizeof(*c));
	if (!c)
		return LODE_NOMEM;
	arena_init(&c->texts, SIZE_MAX / 2);
	c->mask = FIRST_SLOTS - 1;
	c->slots = calloc(FIRST_SLOTS, sizeof(*c->slots));
	if (!c->slots) {
		bpe_counter_destroy(c);
		return LODE_NOMEM;
	}
	*out = c;
	return LODE_OK;
}

void bpe_counter_destroy(struct bpe_counter *c)
{
	if (!c)
		return;
	arena_release(&c->texts);
	free(c->words);
	free(c->slots);
	free(c);
}

/* The slot of a text: the word's, or the empty one where it would go. */
static size_t slot_of(const struct bpe_counter *c, struct slice text)
{
	size_t i = digest64(text) & c->mask;
	while (c->slots[i] && !slice_eq(c->words[c->slots[i] - 1].text, text))
		i = (i + 1) & c->mask;
	return i;
}

static int widen(struct bpe_counter *c)
{
	size_t cap = (c->mask + 1) / 2;
	if (c->n < c->cap)
		return LODE_OK;
	if (c->n > INT32_MAX / 2)
		return LODE_TOOBIG;
	if (c->n == cap) {
		uint32_t *slots = calloc(4 * cap, sizeof(*slots));
		if (!slots)
			return LODE_NOMEM;
		free(c->slots);
		c->slots = slots;
		c->mask = 4 * cap - 1;
		cap *= 2;
		for (size_t i = 0; i < c->n; i++)
			c->slots[slot_of(c, c->words[i].text)] = (uint32_t)i + 1;
	}
	struct bpe_word *words = realloc(c->words, cap * sizeof(*words));
	if (!words)
		return LODE_NOMEM;
	c->words = words;
	c->cap = cap;
	return LODE_OK;
}

static void count_once(struct bpe_counter *c, struct bpe_word *w)
{
	w->count++;
	bool is_new = w->n_documents == 0 || w->documents[w->n_documents - 1] != c->document;
	if (is_new && w->n_documents < BPE_DOCUMENTS)
		w->documents[w->n_documents++] = c->document;
}

int bpe_count(struct bpe_counter *c, const struct tok_piece *pieces, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (pieces[i].text.n == 0)
			continue;
		int rc = widen(c);
		if (rc < 0)
			return rc;
		size_t slot = slot_of(c, pieces[i].text);
		if (!c->slots[slot]) {
			struct slice text = arena_slice(&c->texts, pieces[i].text);
			if (!text.p)
				return LODE_NOMEM;
			c->words[c->n++] = (struct bpe_word){.text = text};
			c->slots[slot] = (uint32_t)c->n;
		}
		count_once(c, &c->words[c->slots[slot] - 1]);
	}
	c->document++;
	return LODE_OK;
}

const struct bpe_word *bpe_words(const struct bpe_counter *c, size_t *n)
{
	*n = c->n;
	return c->words;
}
