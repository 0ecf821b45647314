#include "tokenizer/tokenizer.h"

#include <assert.h>

struct cutter {
	const struct tok_doc *doc;
	uint32_t *ends;
	uint32_t n, start; /* start: of the chunk being filled */
	uint32_t word;     /* the first word that may begin after start; only moves forward */
};

static void cut_at(struct cutter *c, uint32_t end)
{
	c->ends[c->n++] = end;
	c->start = end;
}

/* A place inside an over-long sentence, at most TARGET and at least TARGET / 2 after the chunk's
 * start: before a word, else between code points. */
static uint32_t place_inside(struct cutter *c)
{
	const struct tok_doc *d = c->doc;
	uint32_t low = c->start + TOK_CHUNK_TARGET / 2, high = c->start + TOK_CHUNK_TARGET;
	while (c->word < d->n_words && d->words[c->word].start <= high)
		c->word++;
	if (c->word > 0 && d->words[c->word - 1].start >= low)
		return d->words[c->word - 1].start;
	if (c->word > 0 && d->words[c->word - 1].end >= low && d->words[c->word - 1].end <= high)
		return d->words[c->word - 1].end;
	while (((unsigned char)d->text.p[high] & 0xC0) == 0x80)
		high--;
	return high;
}

static void add_sentence(struct cutter *c, const struct tok_sentence *s, bool opens_section)
{
	uint32_t have = s->start - c->start, whole = s->end - c->start;
	if (have >= TOK_CHUNK_TARGET / 2 && (opens_section || whole > TOK_CHUNK_TARGET))
		cut_at(c, s->start);
	while (s->end - c->start > TOK_CHUNK_MAX)
		cut_at(c, place_inside(c));
	if (s->end - c->start >= TOK_CHUNK_TARGET)
		cut_at(c, s->end);
}

int tok_chunks(const struct tok_doc *d, struct arena *a, uint32_t **ends, uint32_t *n)
{
	struct cutter c = {.doc = d};
	size_t most = d->text.n / (TOK_CHUNK_TARGET / 2) + 2;
	c.ends = arena_alloc(a, most * sizeof(*c.ends));
	if (!c.ends)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < d->n_sentences; i++) {
		const struct tok_sentence *s = &d->sentences[i];
		add_sentence(&c, s, d->sections[s->section].start == s->start);
	}
	if (c.start < d->text.n || c.n == 0)
		cut_at(&c, (uint32_t)d->text.n);
	/* A short rest joins the chunk before it where there is room. */
	uint32_t before = c.n > 2 ? c.ends[c.n - 3] : 0;
	if (c.n > 1 && c.ends[c.n - 1] - c.ends[c.n - 2] < TOK_CHUNK_TARGET / 2 &&
		c.ends[c.n - 1] - before <= TOK_CHUNK_MAX) {
		c.ends[c.n - 2] = c.ends[c.n - 1];
		c.n--;
	}
	assert(c.n <= most);
	*ends = c.ends;
	*n = c.n;
	return LODE_OK;
}
