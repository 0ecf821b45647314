#include "daemon/copies.h"

#include "base/digest.h"
#include "base/err.h"
#include "daemon/verdict.h"

/* ---- the runs of a mention ---- */

/* Any odd number with bits everywhere. */
static const uint64_t step = 0x9e3779b97f4a7c15U;

static uint64_t digest_run(const uint64_t *words, uint32_t n, uint32_t place)
{
	uint64_t h = n * (uint64_t)COPIES_RUN + place;
	for (uint32_t i = 0; i < n; i++) {
		h = (h ^ words[i]) * step;
		h ^= h >> 29;
	}
	return h;
}

/* Words [first, last] are the mention's; one run more than before. */
static void add_sentence(const struct tok_doc *d, uint32_t first, uint32_t last, struct runs *out)
{
	uint64_t words[COPIES_RUN] = {0};
	uint32_t n = 0;
	const struct tok_sentence *s = &d->sentences[tok_sentence_at(d, d->words[first].start)];
	uint32_t from = first;
	while (from > 0 && d->words[from - 1].start >= s->start && first - from < COPIES_RUN)
		from--;
	for (uint32_t i = from; i < d->n_words && d->words[i].start < s->end; i++) {
		if (n + 1 == COPIES_RUN)
			return;
		words[n++] = digest64(tok_term(d, &d->words[i]));
	}
	if (from + n > last)
		out->at[out->n++] = digest_run(words, n, first - from);
}

/* Of all runs of ten that hold the mention. */
static void add_tens(const struct tok_doc *d, uint32_t first, uint32_t last, struct runs *out)
{
	uint64_t words[2 * COPIES_RUN] = {0};
	if (d->n_words < COPIES_RUN || last - first >= COPIES_RUN)
		return;
	uint32_t from = last + 1 < COPIES_RUN ? 0 : last + 1 - COPIES_RUN;
	uint32_t to = first < d->n_words - COPIES_RUN ? first : d->n_words - COPIES_RUN;
	for (uint32_t i = from; i < to + COPIES_RUN; i++)
		words[i - from] = digest64(tok_term(d, &d->words[i]));
	for (uint32_t i = from; i <= to; i++)
		out->at[out->n++] = digest_run(words + (i - from), COPIES_RUN, first - i);
}

int copies_runs(
	const struct tok_doc *d, uint32_t start, uint32_t end, struct arena *a, struct runs *out)
{
	uint32_t first = tok_word_at(d, start), last = first;
	*out = (struct runs){0};
	if (first == d->n_words)
		return 0;
	while (last + 1 < d->n_words && d->words[last + 1].start < end)
		last++;
	out->at = arena_array(a, uint64_t, COPIES_RUN + 1);
	if (!out->at)
		return LODE_NOMEM;
	add_tens(d, first, last, out);
	add_sentence(d, first, last, out);
	return 0;
}

/* ---- the first that has a run ---- */

/* The first mention with this run, and the first in another note than that. */
struct seen {
	uint64_t run;
	uint32_t first, other; /* number + 1; 0: none */
};

static struct seen *slot_of(struct seen *slots, uint64_t mask, uint64_t run)
{
	uint64_t i = run & mask;
	while (slots[i].first && slots[i].run != run)
		i = (i + 1) & mask;
	return &slots[i];
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Number of the first mention in another note that has one of the runs of mention i, or UINT32_MAX;
 * i is entered. */
static uint32_t find_one(struct seen *slots, uint64_t mask, const struct evidence *at, uint32_t i)
{
	uint32_t found = UINT32_MAX;
	for (uint32_t k = 0; k < at[i].runs.n; k++) {
		struct seen *s = slot_of(slots, mask, at[i].runs.at[k]);
		if (!s->first) {
			*s = (struct seen){.run = at[i].runs.at[k], .first = i + 1};
			continue;
		}
		bool same = at[s->first - 1].note_order == at[i].note_order;
		if (!same)
			found = least(found, s->first - 1);
		else if (s->other)
			found = least(found, s->other - 1);
		if (!same && !s->other)
			s->other = i + 1;
	}
	return found;
}

int copies_find(struct evidence *at, uint32_t n, struct arena *a)
{
	uint64_t runs = 0, slots = 16;
	for (uint32_t i = 0; i < n; i++) {
		at[i].copy_of = COPY_NONE;
		runs += at[i].runs.n;
	}
	if (n < 2)
		return 0;
	while (slots < 2 * runs)
		slots *= 2;
	struct seen *seen = arena_calloc(a, slots, sizeof(*seen));
	if (!seen)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t found = find_one(seen, slots - 1, at, i);
		if (found != UINT32_MAX)
			at[i].copy_of = (int32_t)at[found].order;
	}
	return 0;
}
