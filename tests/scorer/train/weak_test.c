/* Weak labels: texts in a file of the test's own -> windows whose labels are the rules'. */
#include "scorer/train/weak.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scorer/train/paraphrase.h"
#include "tests/tokenizer/small_vocabulary.h"

static const char *const lines =
	"{\"id\": \"a\", \"text\": \"PAST MEDICAL HISTORY: Gout.\\n\\nHPI: She denies pneumonia. She has "
	"asthma. The visit was long and nothing else of any note was said by anyone there at all.\"}\n"
	"{\"id\": \"b\", \"text\": \"FAMILY HISTORY: Lupus in her mother. Nobody there wanted to say anything "
	"more about any of these matters, so the visit came to its end rather early that day.\"}\n";

struct set {
	char path[64];
	struct tokenizer *tokenizer;
	struct cue_engine *cues;
	struct tok_vocabulary *vocabulary;
	struct slice list[4];
	struct names names;
	struct texts texts;
	struct weak_needs needs;
};

static int set_up(void **state)
{
	static struct set s;
	struct err e = {0, ""};
	strcpy(s.path, "/tmp/weak_test.XXXXXX.jsonl");
	int fd = mkstemps(s.path, 6);
	if (fd < 0 || write(fd, lines, strlen(lines)) != (ssize_t)strlen(lines) || close(fd) != 0)
		return 1;
	if (tok_create(&s.tokenizer, &e) || cue_engine_create(&s.cues, &e))
		return 1;
	s.vocabulary = small_open(" she| denies| has| pneumonia| asthma| gout| lupus| mother");
	s.list[0] = SLICE("asthma");
	s.list[1] = SLICE("pneumonia");
	s.list[2] = SLICE("gout");
	s.list[3] = SLICE("lupus");
	s.names = (struct names){.list = s.list, .n = 4, .abbreviations = 4};
	s.texts = (struct texts){.path = s.path, .fields = {"id", "text"}, .n_fields = 2};
	s.needs = (struct weak_needs){.tokenizer = s.tokenizer,
		.cues = s.cues,
		.vocabulary = s.vocabulary,
		.names = &s.names,
		.texts = &s.texts,
		.n_texts = 1,
		.seed = 5};
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct set *s = *state;
	unlink(s->path);
	tok_vocabulary_close(s->vocabulary);
	cue_engine_destroy(s->cues);
	tok_destroy(s->tokenizer);
	return 0;
}

static void test_labels_of_the_rules(void **state)
{
	struct set *s = *state;
	struct weak *w = NULL;
	struct err e = {0, ""};
	assert_int_equal(weak_build(&w, &s->needs, &e), 0);
	assert_true(weak_windows(w) >= 4);
	unsigned negated = 0, other = 0, past = 0;
	for (uint32_t i = 0; i < 400; i++) {
		struct random r = random_for(1, 2, 3, i), again = r;
		struct example x, y;
		assert_int_equal(weak_draw(w, &r, &x), 0);
		assert_int_equal(weak_draw(w, &again, &y), 0);
		assert_memory_equal(x.window.ids, y.window.ids, x.window.n * sizeof(uint16_t));
		assert_int_equal(x.source, EXAMPLE_WEAK);
		negated += x.label[0] == NEG_NEGATED;
		other += x.label[2] == EXP_OTHER;
		past += x.label[3] == TIME_HISTORICAL && x.label[2] == EXP_PATIENT;
	}
	assert_true(negated > 20 && other > 20 && past > 20);
	weak_destroy(w);
}

static void test_excluded_reports_are_not_there(void **state)
{
	struct set *s = *state;
	struct weak_needs needs = s->needs;
	struct slice excluded = SLICE("b");
	struct weak *w = NULL;
	struct err e = {0, ""};
	needs.excluded = &excluded;
	needs.n_excluded = 1;
	assert_int_equal(weak_build(&w, &needs, &e), 0);
	for (uint32_t i = 0; i < 400; i++) {
		struct random r = random_for(1, 2, 3, i);
		struct example x;
		assert_int_equal(weak_draw(w, &r, &x), 0);
		assert_int_not_equal(x.label[2], EXP_OTHER);
	}
	uint64_t of_one = weak_subwords(w);
	weak_destroy(w);
	assert_int_equal(weak_build(&w, &s->needs, &e), 0);
	assert_true(of_one < weak_subwords(w));
	weak_destroy(w);
}

static void test_texts_fill_up(void **state)
{
	struct set *s = *state;
	struct weak *w = NULL;
	struct err e = {0, ""};
	uint16_t ids[16], many[4096];
	assert_int_equal(weak_build(&w, &s->needs, &e), 0);
	struct random r = random_for(1, 1, 1, 1);
	weak_draw_text(w, &r, ids, 16);
	for (unsigned i = 0; i < 16; i++)
		assert_int_not_equal(ids[i], TOK_SUB_PAD);
	weak_draw_text(w, &r, many, 4096);
	assert_int_equal(many[4095], TOK_SUB_PAD);
	weak_destroy(w);
}

/* Other words for the cue: the mention stays, and the sentence changes. */
static void test_paraphrase(void **state)
{
	struct set *s = *state;
	const char *text = "HPI: She denies pneumonia but has asthma.";
	struct arena a;
	struct tok_doc d;
	struct err e = {0, ""};
	arena_init(&a, 1 << 20);
	assert_int_equal(tok_scan(s->tokenizer, slice_str(text), &a, &d, &e), 0);
	uint32_t at = (uint32_t)(strstr(text, "pneumonia") - text);
	struct mention_context m = {&d, at, at + 9, {NULL, 0}};
	struct cue_view view;
	struct cue_verdict v;
	cue_look(s->cues, &m, &view);
	cue_decide(&view, &v);
	unsigned changed = 0, headless = 0;
	struct buf out = {.p = NULL};
	for (uint64_t i = 0; i < 200; i++) {
		struct random r = random_for(i, 0, 0, 0);
		struct paraphrase how = {.other_words = true, .drop_heading = i % 2};
		uint32_t start, end;
		assert_int_equal(paraphrase(&m, &v, &how, &r, &out, &start, &end), 0);
		assert_int_equal(end - start, 9);
		assert_memory_equal(out.p + start, "pneumonia", 9);
		assert_non_null(memmem(out.p, out.n, " but has asthma.", 16));
		changed += !memmem(out.p, out.n, "She denies pneumonia", 20);
		headless += !memmem(out.p, out.n, "HPI", 3);
	}
	assert_true(changed > 150);
	assert_int_equal(headless, 100);
	buf_release(&out);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labels_of_the_rules),
		cmocka_unit_test(test_excluded_reports_are_not_there),
		cmocka_unit_test(test_texts_fill_up),
		cmocka_unit_test(test_paraphrase),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
