#include "scorer/train/phrases.h"

#include <stdlib.h>

static uint64_t hash_word(uint64_t h, struct slice term)
{
	for (size_t i = 0; i < term.n; i++)
		h = (h ^ (uint8_t)term.p[i]) * 1099511628211u;
	return (h ^ 0xff) * 1099511628211u;
}

enum { HASH_SEED = 1469598103 };

static int by_hash(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static struct slice singular(struct slice term)
{
	if (term.n > 4 && term.p[term.n - 1] == 's' && term.p[term.n - 2] != 's')
		term.n--;
	return term;
}

static uint64_t hash_words(const struct tok_doc *d, uint32_t first, uint32_t n)
{
	uint64_t h = HASH_SEED;
	for (uint32_t i = first; i < first + n; i++) {
		struct slice term = tok_term(d, &d->words[i]);
		h = hash_word(h, i + 1 == first + n ? singular(term) : term);
	}
	return h;
}

static int add(struct tokenizer *t, struct slice name, struct phrases *out, struct err *e)
{
	struct arena scratch;
	struct tok_doc d;
	arena_init(&scratch, 1 << 20);
	int rc = tok_words(t, name, &scratch, &d, e);
	if (rc == 0 && d.n_words && d.n_words <= PHRASE_WORDS_MAX)
		out->hashes[out->n++] = hash_words(&d, 0, d.n_words);
	arena_release(&scratch);
	return rc;
}

int phrases_make(struct tokenizer *t, const struct names *names, struct arena *a,
	struct phrases *out, struct err *e)
{
	*out = (struct phrases){.hashes = arena_array(a, uint64_t, names->n + names_finding_count)};
	int rc = out->hashes ? 0 : err_set(e, LODE_NOMEM, "names");
	for (unsigned i = 0; rc == 0 && i < names->abbreviations; i++)
		rc = add(t, names->list[i], out, e);
	/* short abbreviations are too often other words */
	for (unsigned i = names->abbreviations; rc == 0 && i < names->n; i++)
		if (names->list[i].n > 2)
			rc = add(t, names->list[i], out, e);
	for (unsigned i = 0; rc == 0 && i < names_finding_count; i++)
		rc = add(t, slice_str(names_findings[i]), out, e);
	if (rc == 0)
		qsort(out->hashes, out->n, sizeof(*out->hashes), by_hash);
	return rc;
}

unsigned phrases_at(const struct phrases *p, const struct tok_doc *d, uint32_t i, uint32_t last)
{
	for (unsigned n = PHRASE_WORDS_MAX; n > 0; n--) {
		if (i + n > last + 1)
			continue;
		uint64_t h = hash_words(d, i, n);
		if (bsearch(&h, p->hashes, p->n, sizeof(h), by_hash))
			return n;
	}
	return 0;
}
