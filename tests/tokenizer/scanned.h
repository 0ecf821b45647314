/* One scanned text for a test, and shorthands to look at it. */
#ifndef LODESTONE_TESTS_TOKENIZER_SCANNED_H
#define LODESTONE_TESTS_TOKENIZER_SCANNED_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tokenizer/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>

struct scanned {
	struct tokenizer *t;
	struct arena arena;
	struct tok_doc doc;
};

static inline void scanned_init(struct scanned *s, struct slice text)
{
	struct err e = {0};
	size_t bad;
	assert_int_equal(tok_utf8_check(text, &bad), LODE_OK);
	assert_int_equal(tok_create(&s->t, &e), LODE_OK);
	arena_init(&s->arena, 256 << 20);
	assert_int_equal(tok_scan(s->t, text, &s->arena, &s->doc, &e), LODE_OK);
}

static inline void scanned_finish(struct scanned *s)
{
	arena_release(&s->arena);
	tok_destroy(s->t);
}

/* "crohn disease 12#": terms by blanks; # marks numbers, the mask term is written <m>. */
static inline void expect_terms(const char *text, const char *want)
{
	struct scanned s;
	struct buf got = {0};
	scanned_init(&s, slice_str(text));
	for (uint32_t i = 0; i < s.doc.n_words; i++) {
		const struct tok_word *w = &s.doc.words[i];
		struct slice term = tok_term(&s.doc, w);
		buf_put_str(&got, i ? " " : "");
		if (w->kind == TOK_WORD_MASK)
			buf_put_str(&got, "<m>");
		else
			buf_put_slice(&got, term);
		buf_put_str(&got, w->kind == TOK_WORD_NUMBER ? "#" : "");
	}
	buf_put_byte(&got, 0);
	assert_string_equal(got.p, want);
	buf_release(&got);
	scanned_finish(&s);
}

/* Sentences joined by '|', each as it stands in the text. */
static inline void expect_sentences(const char *text, const char *want)
{
	struct scanned s;
	struct buf got = {0};
	scanned_init(&s, slice_str(text));
	for (uint32_t i = 0; i < s.doc.n_sentences; i++) {
		const struct tok_sentence *x = &s.doc.sentences[i];
		buf_put_str(&got, i ? "|" : "");
		buf_put(&got, text + x->start, x->end - x->start);
	}
	buf_put_byte(&got, 0);
	assert_string_equal(got.p, want);
	buf_release(&got);
	scanned_finish(&s);
}

/* "class:body|class:body", blanks at the end of a body left out. */
static inline void expect_sections(const char *text, const char *want)
{
	struct scanned s;
	struct buf got = {0};
	scanned_init(&s, slice_str(text));
	for (uint32_t i = 0; i < s.doc.n_sections; i++) {
		const struct tok_section *x = &s.doc.sections[i];
		uint32_t end = x->end;
		while (end > x->body && strchr(" \n", text[end - 1]))
			end--;
		buf_printf(&got, "%s%s:%.*s", i ? "|" : "", tok_section_name(x->class),
			(int)(end - x->body), text + x->body);
	}
	buf_put_byte(&got, 0);
	assert_string_equal(got.p, want);
	buf_release(&got);
	scanned_finish(&s);
}

#endif
