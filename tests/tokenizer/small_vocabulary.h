/* A vocabulary made for a test from the texts it is to have as whole subwords. */
#ifndef LODESTONE_TESTS_TOKENIZER_SMALL_VOCABULARY_H
#define LODESTONE_TESTS_TOKENIZER_SMALL_VOCABULARY_H

#include "tokenizer/tokenizer.h"

#include <stdlib.h>

enum { SMALL_MERGES_MAX = 4096 };

struct small_vocabulary {
	struct tok_merge merges[SMALL_MERGES_MAX];
	uint32_t n;
};

static inline uint16_t small_merge(struct small_vocabulary *s, uint16_t left, uint16_t right)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->merges[i].left == left && s->merges[i].right == right)
			return (uint16_t)(TOK_SUBWORD_MERGES + i);
	if (s->n == SMALL_MERGES_MAX)
		abort();
	s->merges[s->n++] = (struct tok_merge){left, right};
	return (uint16_t)(TOK_SUBWORD_MERGES + s->n - 1);
}

/* Byte after byte from the left: "abc" adds "ab" and "abc" where they are not there yet. */
static inline uint16_t small_add(struct small_vocabulary *s, struct slice text)
{
	uint16_t id = (uint16_t)(TOK_SUBWORD_BYTES + (unsigned char)text.p[0]);
	for (size_t i = 1; i < text.n; i++)
		id = small_merge(s, id, (uint16_t)(TOK_SUBWORD_BYTES + (unsigned char)text.p[i]));
	return id;
}

/* words: parted by '|'.  Shorthand is whole too, with and without a blank. */
static inline struct tok_vocabulary *small_open(const char *words)
{
	struct small_vocabulary *s = calloc(1, sizeof(*s));
	struct tok_vocabulary *v = NULL;
	struct buf bytes = {0};
	struct err e = {0};
	if (!s)
		abort();
	for (unsigned i = 0; tok_shorthand(i).p; i++)
		small_merge(s, TOK_SUBWORD_BYTES + ' ', small_add(s, tok_shorthand(i)));
	while (*words) {
		size_t n = strcspn(words, "|");
		small_add(s, slice_of(words, n));
		words += n + (words[n] == '|');
	}
	if (tok_vocabulary_write(s->merges, s->n, &bytes) < 0 ||
		tok_vocabulary_open(&v, buf_slice(&bytes), &e) < 0)
		abort();
	buf_release(&bytes);
	free(s);
	return v;
}

static const char *const small_specials[TOK_SUB_UNHEADER + 1] = {"[PAD]", "[CLS]", "[SEP]", "[EOS]",
	"[M]", "[/M]", "[COND]", "[Q]", "[BLANK]", "[NL]", "[HDR]", "[/HDR]"};

/* A subword as tests write it: blanks as '_', specials in brackets, no byte that is not ASCII. */
static inline void small_say(const struct tok_vocabulary *v, uint16_t id, struct buf *to)
{
	static const char *const masks[] = {
		"", "NAME", "DATE", "AGE", "PLACE", "ID", "CONTACT", "OTHER"};
	struct slice t = tok_subword_text(v, id);
	if (to->n)
		buf_put_byte(to, ' ');
	if (id <= TOK_SUB_UNHEADER)
		buf_put_str(to, small_specials[id]);
	else if (id >= TOK_SUB_MASK && id < TOK_SUB_SECTION)
		buf_printf(
			to, "[MASK%s%s]", id > TOK_SUB_MASK ? ":" : "", masks[id - TOK_SUB_MASK]);
	else if (id >= TOK_SUB_SECTION && id < TOK_SUB_SECTION + TOK_SEC_COUNT)
		buf_printf(to, "[%s]",
			tok_section_name((enum tok_section_class)(id - TOK_SUB_SECTION)));
	for (size_t i = 0; i < t.n; i++)
		if ((signed char)t.p[i] < 0)
			buf_printf(to, "<%02x>", (unsigned char)t.p[i]);
		else
			buf_put_byte(to, t.p[i] == ' ' ? '_' : (uint8_t)t.p[i]);
}

#endif
