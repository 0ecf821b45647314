/* Teachers: the mean of what their stacks say, and labels drawn by it. */
#include "scorer/train/teacher.h"
#include "scorer/train/weak.h"
#include "tests/scorer/model_fixture.h"
#include "tests/tokenizer/small_vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct set {
	char one[64], two[64], bare[64], both[160], texts[64];
	struct tok_vocabulary *vocabulary; /* of the bytes alone, as the models have it */
};

static int write_model(const char *path, uint64_t seed, float weight)
{
	struct model_fixture f;
	struct shape s = model_fixture_shape();
	struct err e = {0};
	model_fixture_init(&f, &s, seed, false);
	f.stack = model_fixture_rule_stack(weight);
	f.parts.stack = weight > 0 ? &f.stack : NULL;
	int rc = model_write(path, &f.parts, false, &e);
	model_fixture_finish(&f);
	return rc;
}

static int set_up(void **state)
{
	static struct set s;
	static const char line[] =
		"{\"id\": \"a\", \"text\": \"HPI: She denies gout. The visit was long and nothing else of any "
		"note was said by anyone there at all.\"}\n";
	struct buf bytes = {0};
	struct err e = {0};
	snprintf(s.one, sizeof(s.one), "/tmp/teacher_test.%d.one", getpid());
	snprintf(s.two, sizeof(s.two), "/tmp/teacher_test.%d.two", getpid());
	snprintf(s.bare, sizeof(s.bare), "/tmp/teacher_test.%d.bare", getpid());
	snprintf(s.texts, sizeof(s.texts), "/tmp/teacher_test.%d.jsonl", getpid());
	snprintf(s.both, sizeof(s.both), "%s,%s", s.one, s.two);
	FILE *f = fopen(s.texts, "wb");
	if (!f || fputs(line, f) < 0 || fclose(f) != 0)
		return 1;
	if (write_model(s.one, 1, 1) || write_model(s.two, 2, 3) || write_model(s.bare, 3, 0))
		return 1;
	if (tok_vocabulary_write(NULL, 0, &bytes) ||
		tok_vocabulary_open(&s.vocabulary, buf_slice(&bytes), &e))
		return 1;
	buf_release(&bytes);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct set *s = *state;
	unlink(s->one);
	unlink(s->two);
	unlink(s->bare);
	unlink(s->texts);
	tok_vocabulary_close(s->vocabulary);
	return 0;
}

/* What a stack of the rules alone, with that weight, gives the class that the rules say. */
static double surety(double weight, unsigned classes)
{
	return exp(weight) / (exp(weight) + classes - 1);
}

static void test_mean_of_the_stacks(void **state)
{
	struct set *s = *state;
	struct teacher *t = NULL;
	struct err e = {0};
	const struct window w = {
		.ids = {TOK_SUB_CLS, 100, TOK_SUB_MARK, TOK_SUB_COND, 101}, .n = 5, .mark = 2};
	const struct assertion rules = {.negation = NEG_NEGATED, .temporality = TIME_FUTURE};
	static const unsigned said[4] = {1, 0, 0, 2};
	double p[4][3], again[4][3];
	assert_int_equal(teacher_open(&t, s->both, s->vocabulary, &e), 0);
	assert_int_equal(teacher_judge(t, &w, &rules, p), 0);
	for (unsigned axis = 0; axis < 4; axis++) {
		unsigned n = scorer_axis_classes(axis);
		double sum = p[axis][0] + p[axis][1] + p[axis][2];
		assert_true(fabs(sum - 1) < 1e-6);
		assert_true(fabs(p[axis][said[axis]] - (surety(1, n) + surety(3, n)) / 2) < 1e-5);
	}
	assert_int_equal(teacher_judge(t, &w, &rules, again), 0);
	assert_memory_equal(p, again, sizeof(p));
	teacher_close(t);
}

static void test_what_cannot_teach(void **state)
{
	struct set *s = *state;
	struct teacher *t = NULL;
	struct err e = {0};
	char list[160];
	struct tok_vocabulary *other = small_open("gout");
	assert_int_equal(teacher_open(&t, s->bare, s->vocabulary, &e), LODE_BADREQ);
	assert_non_null(strstr(e.text, "no stack"));
	snprintf(list, sizeof(list), "%s,/nowhere/model", s->one);
	e = (struct err){0};
	assert_int_equal(teacher_open(&t, list, s->vocabulary, &e), LODE_NOTFOUND);
	assert_non_null(strstr(e.text, "/nowhere/model"));
	e = (struct err){0};
	assert_int_equal(teacher_open(&t, s->one, other, &e), LODE_BADREQ);
	assert_non_null(strstr(e.text, "other subwords"));
	tok_vocabulary_close(other);
}

/* One stack that is sure by 1, the other by 3: a denial stays one in (.731 + .953) / 2 of the draws. */
static void test_labels_are_drawn(void **state)
{
	struct set *s = *state;
	struct slice gout = SLICE("gout");
	struct names names = {.list = &gout, .n = 1, .abbreviations = 1};
	struct texts texts = {.path = s->texts, .fields = {"id", "text"}, .n_fields = 2};
	struct weak_needs needs = {.vocabulary = s->vocabulary,
		.names = &names,
		.texts = &texts,
		.n_texts = 1,
		.seed = 5};
	struct tokenizer *tokenizer = NULL;
	struct cue_engine *cues = NULL;
	struct weak *by_rules = NULL, *taught = NULL;
	struct err e = {0};
	unsigned negated = 0, still = 0;
	assert_int_equal(tok_create(&tokenizer, &e), 0);
	assert_int_equal(cue_engine_create(&cues, &e), 0);
	needs.tokenizer = tokenizer;
	needs.cues = cues;
	assert_int_equal(weak_build(&by_rules, &needs, &e), 0);
	assert_int_equal(teacher_open(&needs.teacher, s->both, s->vocabulary, &e), 0);
	assert_int_equal(weak_build(&taught, &needs, &e), 0);
	for (uint32_t i = 0; i < 4000; i++) {
		struct random r = random_for(1, 2, 3, i), again = r;
		struct example x, y;
		assert_int_equal(weak_draw(by_rules, &r, &x), 0);
		assert_int_equal(weak_draw(taught, &again, &y), 0);
		assert_memory_equal(x.window.ids, y.window.ids, x.window.n * sizeof(uint16_t));
		negated += x.label[0] == NEG_NEGATED;
		still += x.label[0] == NEG_NEGATED && y.label[0] == NEG_NEGATED;
	}
	assert_true(negated > 1000);
	double wanted = (surety(1, 2) + surety(3, 2)) / 2;
	assert_true(fabs((double)still / negated - wanted) < .04);
	weak_destroy(by_rules);
	weak_destroy(taught);
	teacher_close(needs.teacher);
	cue_engine_destroy(cues);
	tok_destroy(tokenizer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mean_of_the_stacks),
		cmocka_unit_test(test_what_cannot_teach),
		cmocka_unit_test(test_labels_are_drawn),
	};
	return cmocka_run_group_tests_name("scorer/train/teacher", tests, set_up, tear_down);
}
