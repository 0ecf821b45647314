/* The stack of made-up cases: rules right nine times in ten, a model right elsewhere, truth known. */
#include "scorer/train/stack_fit.h"
#include "scorer/train/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

enum { N = 900, FEATURES = 4 };

static void make(struct stack_case *cases)
{
	struct random r = random_for(11, 0, 0, 0);
	for (uint32_t i = 0; i < N; i++) {
		struct stack_case *c = &cases[i];
		*c = (struct stack_case){.cluster = i / 3, .present = 1};
		for (unsigned axis = 0; axis < 4; axis++) {
			unsigned y = random_below(&r, 4) == 0;
			unsigned said = random_below(&r, 10) == 0 ? !y : y;
			float logit = (y ? 1.5f : -1.5f) + random_normal(&r);
			c->label[axis] = (uint8_t)y;
			c->x[axis][0] = (float)said;
			c->x[axis][1] = logit;
			c->x[axis][2] = (float)said * logit;
			c->x[axis][3] = random_normal(&r); /* says nothing */
			if (axis < 3 && y)
				c->present = 0;
		}
	}
	cases[5].label[1] = CASE_UNKNOWN;
	cases[6].present = CASE_UNKNOWN;
	cases[7].label[1] = cases[8].label[3] = 2; /* all classes there */
}

static unsigned answer(const struct stack_axis *a, const float *x)
{
	unsigned best = 0;
	float logit[3];
	for (unsigned c = 0; c < a->classes; c++) {
		logit[c] = a->weight[c][a->features];
		for (unsigned k = 0; k < a->features; k++)
			logit[c] += a->weight[c][k] * x[k];
		best = logit[c] > logit[best] ? c : best;
	}
	return best;
}

static void test_joins_both(void **state)
{
	static const uint32_t features[4] = {FEATURES, FEATURES, FEATURES, FEATURES};
	struct stack_case *cases = calloc(N, sizeof(*cases));
	struct stack stack = {0};
	struct stack_fit_report report;
	struct err e = {0, ""};
	make(cases);
	assert_int_equal(stack_fit(cases, N, features, NULL, &stack, &report, &e), 0);
	for (unsigned axis = 0; axis < 4; axis++) {
		unsigned rules = 0, joined = 0;
		for (uint32_t i = 0; i < N; i++) {
			uint8_t y = cases[i].label[axis];
			rules += y == (unsigned)cases[i].x[axis][0];
			joined += y == answer(&stack.axis[axis], cases[i].x[axis]);
		}
		assert_true(joined > rules + 20);
		assert_true(report.loss[axis] < .25);
		assert_int_equal(report.cases[axis], axis == 1 ? N - 1 : N);
	}
	for (unsigned k = 0; k < 3; k++)
		assert_true(stack.present[k] > .3f && stack.present[k] < 3);
	assert_true(fabsf(stack.present[3]) < .3f); /* says nothing there */
	assert_true(stack.abstain_low < .5f && stack.abstain_high > .5f);
	assert_true(report.coverage >= .94 && report.error < .15);
	free(cases);
}

static void test_one_kind_of_case_is_refused(void **state)
{
	static const uint32_t features[4] = {1, 1, 1, 1};
	struct stack_case cases[4] = {0};
	struct stack stack = {0};
	struct stack_fit_report report;
	struct err e = {0, ""};
	for (unsigned i = 0; i < 4; i++)
		cases[i].cluster = i;
	assert_int_equal(stack_fit(cases, 4, features, NULL, &stack, &report, &e), LODE_BADREQ);
	assert_int_equal(stack_fit(cases, 0, features, NULL, &stack, &report, &e), LODE_BADREQ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joins_both),
		cmocka_unit_test(test_one_kind_of_case_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
