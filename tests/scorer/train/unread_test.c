/* Rules as they would be without what one report alone has taught them. */
#include "scorer/train/unread.h"

#include "scorer/train/eval_data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { ROWS = 4 };

/* "No" governs in three reports, "never had" in one of those that may be read, and in the last. */
static const char *const texts[ROWS] = {
	"No gout.", "No gout. She never had asthma.", "No gout.", "She never had asthma."};
static const char *const asked[ROWS] = {"gout", "asthma", "gout", "asthma"};

struct world {
	struct tokenizer *tokenizer;
	struct cue_engine *cues;
	struct arena arena;
	struct tok_doc doc[ROWS];
	struct eval_item items[ROWS];
	struct eval_data data;
	struct unread *unread;
};

static void build(struct world *w, enum eval_half last)
{
	struct err e = {0};
	*w = (struct world){.tokenizer = NULL};
	arena_init(&w->arena, 1 << 20);
	assert_int_equal(tok_create(&w->tokenizer, &e), 0);
	assert_int_equal(cue_engine_create(&w->cues, &e), 0);
	for (unsigned i = 0; i < ROWS; i++) {
		struct slice text = slice_str(texts[i]);
		const char *at = strstr(texts[i], asked[i]);
		assert_int_equal(tok_scan(w->tokenizer, text, &w->arena, &w->doc[i], &e), 0);
		w->items[i] = (struct eval_item){.set = EVAL_MENTIONS,
			.half = i + 1 == ROWS ? last : EVAL_TUNE,
			.cluster = i,
			.doc = &w->doc[i],
			.start = (uint32_t)(at - texts[i]),
			.end = (uint32_t)(at - texts[i] + strlen(asked[i]))};
	}
	w->data.items = w->items;
	w->data.n = ROWS;
	assert_int_equal(unread_create(&w->unread, &w->data, w->cues, &e), 0);
}

static void finish(struct world *w)
{
	unread_destroy(w->unread);
	cue_engine_destroy(w->cues);
	tok_destroy(w->tokenizer);
	arena_release(&w->arena);
}

static void test_a_phrase_of_many_reports_stays(void **state)
{
	struct world w;
	struct assertion a;
	build(&w, EVAL_REPORT);
	assert_false(unread_judge(w.unread, &w.items[0], &a));
	assert_int_equal(a.negation, NEG_NEGATED);
	finish(&w);
}

/* The report half has the phrase as well, but nobody has read it there. */
static void test_a_phrase_of_one_report_is_gone(void **state)
{
	struct world w;
	struct assertion a;
	build(&w, EVAL_REPORT);
	assert_int_equal(cue_judge(w.cues,
				 &(struct mention_context){
					 &w.doc[1], w.items[1].start, w.items[1].end, {NULL, 0}},
				 NULL, &a),
		0);
	assert_int_equal(a.negation, NEG_NEGATED);
	assert_true(unread_judge(w.unread, &w.items[1], &a));
	assert_int_equal(a.negation, NEG_AFFIRMED);
	finish(&w);
}

static void test_two_reports_are_enough(void **state)
{
	struct world w;
	struct assertion a;
	build(&w, EVAL_TUNE);
	assert_false(unread_judge(w.unread, &w.items[1], &a));
	assert_int_equal(a.negation, NEG_NEGATED);
	finish(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_phrase_of_many_reports_stays),
		cmocka_unit_test(test_a_phrase_of_one_report_is_gone),
		cmocka_unit_test(test_two_reports_are_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
