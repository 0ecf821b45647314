/* Input: names parted by '|', a line feed, a text.  Hits lie on words of the text and do not overlap;
 * a name that stands in the text byte for byte is covered by one. */
#include "index/match.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAMES = 6 };

static uint32_t split_names(struct slice line, struct match_name *names)
{
	uint32_t n = 0;
	while (n < NAMES) {
		const char *bar = memchr(line.p, '|', line.n);
		size_t bytes = bar ? (size_t)(bar - line.p) : line.n;
		unsigned flags = n % 3 == 2 ? MATCH_EXACT_WORDS : MATCH_MASKS;
		names[n++] = (struct match_name){slice_of(line.p, bytes), VIA_EXACT, flags};
		if (!bar)
			break;
		line = slice_of(bar + 1, line.n - bytes - 1);
	}
	return n;
}

static struct slice between(const struct tok_doc *d, uint32_t word)
{
	uint32_t end = d->words[word].end;
	return slice_of(d->text.p + end, d->words[word + 1].start - end);
}

static bool stands_at(const struct tok_doc *name, const struct tok_doc *d, uint32_t first)
{
	for (uint32_t i = 0; i < name->n_words; i++) {
		if (first + i >= d->n_words || !slice_eq(tok_term(name, &name->words[i]),
						       tok_term(d, &d->words[first + i])))
			return false;
		if (i > 0 && !slice_eq(between(name, i - 1), between(d, first + i - 1)))
			return false;
	}
	return true;
}

static bool covered(uint32_t start, uint32_t end, const struct hit *hits, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (hits[i].start < end && start < hits[i].end)
			return true;
	return false;
}

static void check(
	const struct matcher *m, const struct tok_doc *d, const struct hit *hits, uint32_t n)
{
	for (uint32_t i = 0, word = 0; i < n; i++) {
		assert(hits[i].start < hits[i].end && hits[i].end <= d->text.n);
		assert(i == 0 || hits[i - 1].end <= hits[i].start);
		while (word < d->n_words && d->words[word].start < hits[i].start)
			word++;
		assert(word < d->n_words && d->words[word].start == hits[i].start);
	}
	/* What a glance rules out is not found. */
	for (uint32_t k = 0; k < m->n_names; k++) {
		struct glance g;
		bool out = glance_init(&g, &m->names[k]) && !glance_may_stand(&g, d->text);
		for (uint32_t i = 0; i < n && out; i++)
			assert(hits[i].name != k);
	}
	for (uint32_t k = 0; k < m->n_names; k++)
		for (uint32_t w = 0; w < d->n_words; w++)
			if (stands_at(&m->names[k].doc, d, w))
				assert(covered(d->words[w].start,
					d->words[w + m->names[k].doc.n_words - 1].end, hits, n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tokenizer *t;
	struct slice all = {(const char *)data, size};
	const char *line = size ? memchr(data, '\n', size) : NULL;
	struct match_name names[NAMES];
	struct matcher *m;
	struct tok_doc doc;
	struct hit *hits;
	struct arena a;
	uint32_t n;
	size_t bad;
	if (!line || tok_utf8_check(all, &bad) < 0 || (!t && tok_create(&t, NULL) < 0))
		return 0;
	struct slice text = {line + 1, size - (size_t)(line + 1 - all.p)};
	arena_init(&a, 256 << 20);
	uint32_t n_names = split_names(slice_of(all.p, (size_t)(line - all.p)), names);
	if (matcher_create(names, n_names, t, &a, &m, NULL) == 0) {
		assert(tok_scan(t, text, &a, &doc, NULL) == 0);
		assert(matcher_run(m, &doc, &a, &hits, &n) == 0);
		assert(matcher_resolve(hits, &n, &a) == 0);
		check(m, &doc, hits, n);
	}
	arena_release(&a);
	return 0;
}
