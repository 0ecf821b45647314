/* Votes and their entropy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/views.h"

#include <math.h>

static struct evidence sure(double p)
{
	struct evidence e = {.copy_of = COPY_NONE, .stance = STANCE_AFFIRMED};
	e.said.p_present = p;
	return e;
}

static void near(double a, double b)
{
	assert_true(fabs(a - b) < 1e-6);
}

static void a_sure_mention_has_little_entropy_and_an_even_one_that_of_two_classes(void **state)
{
	struct evidence e = sure(0.98);
	assert_true(views_entropy(&e) < 0.1);
	e.said.p_present = 0.5;
	near(views_entropy(&e), log(2) / log(3));
	e.said.experiencer = EXP_OTHER;
	near(views_entropy(&e), 0);
	/* In the band it may be the patient's after all. */
	struct scored in_doubt = {.has_stack = true, .is_unsure = true};
	e.scored = &in_doubt;
	e.stance = STANCE_OTHER_PERSON;
	near(views_entropy(&e), log(2) / log(3));
}

static void views_that_disagree_are_doubt(void **state)
{
	struct evidence e = sure(1);
	struct views v = {.has = {[VIEW_SENTENCE] = true, [VIEW_HEADING] = true}};
	e.views = &v;
	/* confirm, deny, neither: one view each */
	v.of[VIEW_SENTENCE].deny = 1;
	near(views_entropy(&e), 1);
	v.of[VIEW_HEADING].confirm = v.of[VIEW_SENTENCE].confirm = 1;
	v.of[VIEW_SENTENCE].deny = 0;
	near(views_entropy(&e), 0);
}

static void only_what_carries_the_answer_votes(void **state)
{
	struct evidence at[3] = {sure(1), sure(0), sure(0.5)};
	struct judgement j = {.verdict = VERDICT_PRESENT, .basis = BASIS_CONFIRMED};
	at[1].stance = STANCE_DENIED;
	at[2].is_beside = true;
	near(views_chart_entropy(at, 3, &j), 0);
	j = (struct judgement){.verdict = VERDICT_UNCERTAIN, .basis = BASIS_CONFLICTING};
	near(views_chart_entropy(at, 3, &j), log(2) / log(3));
	at[1].copy_of = 0;
	near(views_chart_entropy(at, 3, &j), 0);
	j.basis = BASIS_INCOMPLETE;
	near(views_chart_entropy(at, 3, &j), 0);
}

/* A denial, and a hypothetical in the band of doubt, which makes the answer uncertain. */
static void what_leaves_an_answer_in_doubt_votes(void **state)
{
	struct scored in_doubt = {.has_stack = true, .is_unsure = true};
	struct evidence at[2] = {sure(0), sure(0.4)};
	struct judgement j = {.verdict = VERDICT_UNCERTAIN, .basis = BASIS_DENIED};
	at[0].stance = STANCE_DENIED;
	at[1].stance = STANCE_HYPOTHETICAL;
	at[1].said.certainty = CERT_HYPOTHETICAL;
	near(views_chart_entropy(at, 2, &j), 0);
	at[1].scored = &in_doubt;
	double doubt = views_chart_entropy(at, 2, &j);
	assert_true(doubt > 0.6);
	at[1].stance = STANCE_OTHER_PERSON;
	near(views_chart_entropy(at, 2, &j), doubt);
	at[1].is_superseded = true;
	near(views_chart_entropy(at, 2, &j), 0);
}

/* What each view makes of the mention `name` in the text. */
static struct views view(const char *text, const char *name)
{
	struct tokenizer *t;
	struct cue_engine *cues;
	struct arena a, scratch;
	struct tok_doc d;
	struct views v;
	struct err e = {0};
	arena_init(&a, 1 << 20);
	arena_init(&scratch, 1 << 20);
	assert_int_equal(tok_create(&t, &e), 0);
	assert_int_equal(cue_engine_create(&cues, &e), 0);
	assert_int_equal(tok_scan(t, slice_str(text), &a, &d, &e), 0);
	uint32_t start = (uint32_t)(strstr(text, name) - text);
	struct mention_context m = {&d, start, start + (uint32_t)strlen(name), {0}};
	size_t used = scratch.used;
	assert_int_equal(views_take(cues, t, &m, &scratch, &v), 0);
	assert_int_equal(scratch.used, used);
	cue_engine_destroy(cues);
	tok_destroy(t);
	arena_release(&a);
	arena_release(&scratch);
	return v;
}

static void each_view_sees_its_own_text(void **state)
{
	struct views v = view("FAMILY HISTORY:\nGout.\n\nPLAN:\nNothing.\n", "Gout");
	assert_true(v.has[VIEW_SENTENCE] && v.has[VIEW_HEADING] && v.has[VIEW_NEIGHBOURS]);
	assert_true(v.of[VIEW_SENTENCE].confirm > 0.5);
	assert_true(v.of[VIEW_HEADING].confirm + v.of[VIEW_HEADING].deny < 0.5);
	v = view("She has no fever. No gout. She walks well.", "gout");
	assert_true(v.of[VIEW_SENTENCE].deny > 0.5 && v.of[VIEW_NEIGHBOURS].deny > 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_sure_mention_has_little_entropy_and_an_even_one_that_of_two_classes),
		cmocka_unit_test(views_that_disagree_are_doubt),
		cmocka_unit_test(only_what_carries_the_answer_votes),
		cmocka_unit_test(what_leaves_an_answer_in_doubt_votes),
		cmocka_unit_test(each_view_sees_its_own_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
