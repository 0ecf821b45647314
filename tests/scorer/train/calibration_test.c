#include "scorer/train/calibration.h"
#include "scorer/train/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

enum { N = 4000 };
static struct outcome rows[N];

/* Outcomes that come true as often as `of(p)` says. */
static void fill(double (*of)(double p))
{
	struct random r = random_for(42, 0, 0, 0);
	for (uint32_t i = 0; i < N; i++) {
		double p = .02 + .96 * (double)random_unit(&r);
		rows[i] = (struct outcome){p, i / 4, (double)random_unit(&r) < of(p)};
	}
}

static double honest(double p)
{
	return p;
}

/* The truth is half as far from 1/2, in log odds, as p says. */
static double boastful(double p)
{
	return 1 / (1 + exp(-.5 * log(p / (1 - p))));
}

static void test_slope(void **state)
{
	struct calibration c;
	struct err e = {0, ""};
	fill(honest);
	assert_int_equal(calibration_of(rows, N, &c, &e), 0);
	assert_true(fabs(c.slope - 1) < .08 && c.slope_low < 1 && c.slope_high > 1);
	assert_true(c.ece < .03);
	fill(boastful);
	assert_int_equal(calibration_of(rows, N, &c, &e), 0);
	assert_true(fabs(c.slope - .5) < .06 && c.slope_high < .8);
	assert_true(c.ece > .08);
}

static void test_one_outcome_is_refused(void **state)
{
	struct calibration c;
	struct err e = {0, ""};
	const struct outcome all[] = {{.9, 0, 1}, {.8, 1, 1}};
	assert_int_equal(calibration_of(all, 2, &c, &e), LODE_BADREQ);
}

static void test_surest_first(void **state)
{
	const struct outcome some[] = {
		{.99, 0, 1}, {.03, 1, 0}, {.55, 2, 0}, {.9, 3, 1}, {.4, 4, 1}};
	struct selective s;
	struct err e = {0, ""};
	assert_int_equal(selective_at(some, 5, 1, &s, &e), 0);
	assert_int_equal(s.wrong, 2);
	assert_int_equal(selective_at(some, 5, .8, &s, &e), 0);
	assert_int_equal(s.answered, 4);
	assert_int_equal(s.wrong, 1); /* .4 goes in, .55 stays out */
	assert_int_equal(selective_at(some, 5, .6, &s, &e), 0);
	assert_int_equal(s.wrong, 0);
	assert_true(fabs(s.threshold - .9) < 1e-12);
}

static void test_diagram(void **state)
{
	struct calibration c;
	struct err e = {0, ""};
	struct buf svg = {.p = NULL};
	fill(honest);
	assert_int_equal(calibration_of(rows, N, &c, &e), 0);
	const struct reliability one = {"stack", "#123456", &c};
	reliability_svg(&one, 1, &svg);
	assert_memory_equal(svg.p, "<svg ", 5);
	assert_memory_equal(svg.p + svg.n - 7, "</svg>\n", 7);
	assert_non_null(memmem(svg.p, svg.n, "#123456", 7));
	buf_release(&svg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slope),
		cmocka_unit_test(test_one_outcome_is_refused),
		cmocka_unit_test(test_surest_first),
		cmocka_unit_test(test_diagram),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
