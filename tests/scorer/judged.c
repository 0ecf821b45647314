#include "judged.h"

#include <stdio.h>

int judged_set_up(void **state)
{
	static struct fixture f;
	struct err e;
	assert_int_equal(tok_create(&f.tokenizer, &e), 0);
	assert_int_equal(cue_engine_create(&f.engine, &e), 0);
	*state = &f;
	return 0;
}

int judged_tear_down(void **state)
{
	struct fixture *f = *state;
	tok_destroy(f->tokenizer);
	cue_engine_destroy(f->engine);
	return 0;
}

/* The text without its [[ ]], and where the mention stood. */
static size_t unmark(const char *marked, char *text, uint32_t *start, uint32_t *end)
{
	size_t n = 0;
	for (const char *p = marked; *p; p++) {
		if (p[0] == '[' && p[1] == '[') {
			*start = (uint32_t)n;
			p++;
		} else if (p[0] == ']' && p[1] == ']') {
			*end = (uint32_t)n;
			p++;
		} else {
			text[n++] = *p;
		}
	}
	text[n] = '\0';
	return n;
}

struct judged judge(void **state, const char *marked)
{
	struct fixture *f = *state;
	char text[2048];
	uint32_t start = 0, end = 0;
	assert_true(strlen(marked) < sizeof(text));
	size_t n = unmark(marked, text, &start, &end);
	assert_true(end > start);
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct tok_doc d;
	struct err e;
	assert_int_equal(tok_scan(f->tokenizer, slice_of(text, n), &arena, &d, &e), 0);
	struct mention_context m = {&d, start, end, {NULL, 0}};
	struct judged j;
	size_t used = arena.used;
	assert_int_equal(cue_judge(f->engine, &m, &arena, &j.a), 0);
	assert_int_equal(arena.used, used);
	assert_true(j.a.cue_end >= j.a.cue_start && j.a.cue_end <= n);
	snprintf(j.cue, sizeof(j.cue), "%.*s", (int)(j.a.cue_end - j.a.cue_start),
		text + j.a.cue_start);
	arena_release(&arena);
	return j;
}

void judged_all_are(void **state, enum assertion_class class, const char *const *sentences)
{
	for (; *sentences; sentences++) {
		enum assertion_class got = judge(state, *sentences).a.class;
		if (got != class)
			print_error("%s: %s\n", assertion_names[got], *sentences);
		assert_int_equal(got, class);
	}
}

void judged_all_times_are(void **state, enum temporality time, const char *const *sentences)
{
	for (; *sentences; sentences++) {
		enum temporality got = judge(state, *sentences).a.temporality;
		if (got != time)
			print_error("%s: %s\n", temporality_names[got], *sentences);
		assert_int_equal(got, time);
	}
}
