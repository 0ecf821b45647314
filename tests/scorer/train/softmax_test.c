#include "scorer/train/softmax.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

/* One yes/no feature: the fit without a penalty is the log odds, known in closed form. */
static void test_log_odds(void **state)
{
	/* x = 0: 30 of 40 are class 1; x = 1: 5 of 50 */
	double x[90], weight[4] = {0};
	uint8_t y[90];
	for (unsigned i = 0; i < 90; i++) {
		x[i] = i >= 40;
		y[i] = i < 40 ? i < 30 : i < 45;
	}
	struct softmax_rows rows = {.x = x, .y = y, .n = 90, .features = 1, .classes = 2};
	struct err e = {0, ""};
	assert_int_equal(softmax_fit(&rows, 0, weight, &e), 0);
	assert_true(fabs((weight[3] - weight[1]) - log(3)) < 1e-5);
	assert_true(fabs((weight[2] - weight[0]) - (log(1.0 / 9) - log(3))) < 1e-5);
	double p[2], at = 1;
	softmax_probability(weight, &at, 1, 2, p);
	assert_true(fabs(p[1] - .1) < 1e-6);
}

/* The gradient of the penalised loss is zero where the fit ended. */
static void test_stationary(void **state)
{
	double x[600], weight[9] = {0}, share[300];
	uint8_t y[300];
	uint64_t s = 1;
	for (unsigned i = 0; i < 300; i++) {
		for (unsigned j = 0; j < 2; j++) {
			s = s * 6364136223846793005u + 1442695040888963407u;
			x[2 * i + j] = (double)(s >> 40) / (1 << 23) - 1;
		}
		share[i] = 1 + i % 3;
		y[i] = x[2 * i] > .3 ? 2 : x[2 * i + 1] > 0;
	}
	struct softmax_rows rows = {
		.x = x, .y = y, .share = share, .n = 300, .features = 2, .classes = 3};
	struct err e = {0, ""};
	const double l2 = .01;
	assert_int_equal(softmax_fit(&rows, l2, weight, &e), 0);
	for (unsigned i = 0; i < 9; i++) {
		double h = 1e-5, kept = weight[i], up, down;
		weight[i] = kept + h;
		up = softmax_loss(&rows, weight);
		weight[i] = kept - h;
		down = softmax_loss(&rows, weight);
		weight[i] = kept;
		double slope = (up - down) / (2 * h) + (i % 3 == 2 ? 0 : l2 * kept);
		assert_true(fabs(slope) < 1e-6);
	}
	assert_true(softmax_loss(&rows, weight) < .6);
}

/* Parted classes have no finite fit without a penalty: it must end all the same. */
static void test_parted_classes_end(void **state)
{
	double x[4] = {-1, -1, 1, 1}, weight[4] = {0};
	uint8_t y[4] = {0, 0, 1, 1};
	struct softmax_rows rows = {.x = x, .y = y, .n = 4, .features = 1, .classes = 2};
	struct err e = {0, ""};
	assert_int_equal(softmax_fit(&rows, 0, weight, &e), 0);
	assert_true(isfinite(weight[0]) && isfinite(weight[3]));
	rows.n = 0;
	assert_int_equal(softmax_fit(&rows, 0, weight, &e), LODE_BADREQ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log_odds),
		cmocka_unit_test(test_stationary),
		cmocka_unit_test(test_parted_classes_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
