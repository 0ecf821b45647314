/* What must hold of every scanned text; shared by the property test and the fuzz target. */
#ifndef LODESTONE_TESTS_TOKENIZER_COVERING_H
#define LODESTONE_TESTS_TOKENIZER_COVERING_H

#include "tokenizer/tokenizer.h"

/* NULL when all holds, else what does not. */
static inline const char *covering_sections(const struct tok_doc *d)
{
	uint32_t at = 0;
	for (uint32_t i = 0; i < d->n_sections; i++) {
		const struct tok_section *x = &d->sections[i];
		if (x->start != at || x->body < x->start || x->end < x->body)
			return "sections are not contiguous";
		if (x->class >= TOK_SEC_COUNT || (x->class == TOK_SEC_NONE && i > 0))
			return "a section has a wrong class";
		if (d->text.n && x->start == x->end)
			return "a section is empty";
		at = x->end;
	}
	return d->n_sections && at == d->text.n ? NULL : "sections do not cover the text";
}

static inline const char *covering_sentences(const struct tok_doc *d)
{
	uint32_t at = 0;
	for (uint32_t i = 0; i < d->n_sentences; i++) {
		const struct tok_sentence *x = &d->sentences[i];
		if (x->start != at || x->end < x->start || (d->text.n && x->end == x->start))
			return "sentences are not contiguous";
		if (x->section >= d->n_sections || x->start < d->sections[x->section].start ||
			x->end > d->sections[x->section].end)
			return "a sentence crosses its section";
		if (x->start && ((unsigned char)d->text.p[x->start] & 0xC0) == 0x80)
			return "a sentence begins inside a code point";
		at = x->end;
	}
	return d->n_sentences && at == d->text.n ? NULL : "sentences do not cover the text";
}

static inline const char *covering_words(const struct tok_doc *d)
{
	uint32_t at = 0, term = 0, mask = 0;
	for (uint32_t i = 0; i < d->n_words; i++) {
		const struct tok_word *w = &d->words[i];
		if (w->start < at || w->end <= w->start || w->end > d->text.n)
			return "words overlap";
		if (w->term != term || w->term_bytes == 0 || w->term_bytes > TOK_TERM_MAX)
			return "terms are not end to end";
		if (w->kind == TOK_WORD_MASK &&
			(mask >= d->n_masks || d->masks[mask].start != w->start ||
				d->masks[mask++].end != w->end))
			return "a mask word is no mask";
		at = w->end;
		term += w->term_bytes;
	}
	return mask == d->n_masks && term == d->terms_bytes ? NULL : "a mask has no word";
}

static inline const char *covering_chunks(const struct tok_doc *d, const uint32_t *ends, uint32_t n)
{
	uint32_t at = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (ends[i] < at || ends[i] - at > TOK_CHUNK_MAX)
			return "a chunk is too long";
		if (i + 1 < n && ends[i] - at < TOK_CHUNK_TARGET / 2)
			return "a chunk is too short";
		if (ends[i] < d->text.n && ((unsigned char)d->text.p[ends[i]] & 0xC0) == 0x80)
			return "a chunk begins inside a code point";
		at = ends[i];
	}
	return n && at == d->text.n ? NULL : "chunks do not cover the text";
}

static inline const char *covering(const struct tok_doc *d, struct arena *a)
{
	uint32_t *ends, n;
	const char *wrong = covering_sections(d);
	if (!wrong)
		wrong = covering_sentences(d);
	if (!wrong)
		wrong = covering_words(d);
	if (!wrong && tok_chunks(d, a, &ends, &n) == LODE_OK)
		wrong = covering_chunks(d, ends, n);
	return wrong;
}

#endif
