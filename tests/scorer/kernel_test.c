/* Every path of scorer/kernel against sums in double, at shapes that hang over every edge. */
#include "scorer/kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>

struct shape3 {
	uint32_t m, n, depth;
};

static const struct shape3 shapes[] = {{1, 1, 1}, {8, 32, 16}, {7, 33, 5}, {17, 16, 300},
	{261, 48, 64}, {40, 40, 64}, {3, 2, 513}, {80, 100, 1}};
enum { SHAPES = sizeof(shapes) / sizeof(*shapes) };

static float random_float(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return (float)(*state >> 8) / (float)(1 << 24) - 0.5f;
}

static float *floats(size_t n, uint32_t *state)
{
	size_t bytes = (n * sizeof(float) + 63) / 64 * 64;
	float *p = aligned_alloc(64, bytes);
	assert_non_null(p);
	memset(p, 0, bytes);
	for (size_t i = 0; i < n; i++)
		p[i] = random_float(state);
	return p;
}

/* One product in all forms: a by rows or columns, b packed from rows or columns, set or added. */
static void check_product(
	const struct kernel *k, struct shape3 s, bool by_cols, bool from_rows, bool add)
{
	uint32_t state = s.m * 31 + s.n * 7 + s.depth;
	size_t lda = by_cols ? (s.m + 7) / 8 * 8 + 8 : s.depth + 3;
	size_t ldb = from_rows ? s.depth + 1 : s.n + 2;
	size_t ldc = s.n + 5;
	float *a = floats(lda * (by_cols ? s.depth : s.m), &state);
	float *b = floats(ldb * (from_rows ? s.n : s.depth), &state);
	float *c = floats(ldc * s.m, &state);
	float *before = floats(ldc * s.m, &state);
	float *packed = floats(kernel_packed_floats(s.depth, s.n), &state);
	memcpy(before, c, ldc * s.m * sizeof(*c));
	(from_rows ? kernel_pack_rows : kernel_pack_cols)(s.depth, s.n, b, ldb, packed);
	(by_cols ? kernel_product_by_cols : kernel_product)(
		k, s.m, s.n, s.depth, a, lda, packed, c, ldc, add);
	for (uint32_t i = 0; i < s.m; i++) {
		for (uint32_t j = 0; j < ldc; j++) {
			double want = j >= s.n || add ? before[i * ldc + j] : 0;
			for (uint32_t p = 0; p < s.depth && j < s.n; p++)
				want += (double)(by_cols ? a[p * lda + i] : a[i * lda + p]) *
					(double)(from_rows ? b[j * ldb + p] : b[p * ldb + j]);
			assert_true(
				fabs(want - (double)c[i * ldc + j]) < 2e-6 * (1 + s.depth / 64));
		}
	}
	free(a);
	free(b);
	free(c);
	free(before);
	free(packed);
}

static void test_products(void **unused)
{
	const struct kernel *list[KERNEL_PATHS];
	unsigned n = kernel_paths(list);
	assert_string_equal(list[n - 1]->name, "portable");
	assert_ptr_equal(list[0], kernel_best());
	for (unsigned k = 0; k < n; k++)
		for (unsigned s = 0; s < SHAPES; s++)
			for (unsigned form = 0; form < 8; form++)
				check_product(list[k], shapes[s], form & 1, form & 2, form & 4);
}

static void test_vectors(void **unused)
{
	const struct kernel *list[KERNEL_PATHS];
	unsigned paths = kernel_paths(list);
	for (unsigned k = 0; k < paths; k++) {
		for (uint32_t n = 1; n < 70; n++) {
			uint32_t state = n;
			float *x = floats(n, &state), *y = floats(n, &state);
			double sum = 0, dot = 0;
			float most = -1000;
			for (uint32_t i = 0; i < n; i++) {
				x[i] *= 100;
				y[i] *= 100;
				dot += (double)x[i] * (double)y[i];
				most = x[i] > most ? x[i] : most;
			}
			assert_true(fabs(dot - (double)list[k]->dot(x, y, n)) < 2e-2);
			assert_true(most == list[k]->largest(x, n));
			memcpy(y, x, n * sizeof(*x));
			float total = list[k]->exp_sum(y, n, most + 3);
			for (uint32_t i = 0; i < n; i++) {
				double want = exp((double)x[i] - (double)(most + 3));
				sum += want;
				assert_true(fabs(want - (double)y[i]) <= 1e-5 * want + 1e-37);
			}
			assert_true(fabs(sum - (double)total) < 1e-5 * sum);
			free(x);
			free(y);
		}
	}
}

static void test_exp_is_exact_to_seven_digits(void **unused)
{
	const struct kernel *list[KERNEL_PATHS];
	unsigned paths = kernel_paths(list);
	for (unsigned k = 0; k < paths; k++) {
		for (float v = -87; v < 80; v += 0.37f) {
			float x[17];
			for (unsigned i = 0; i < 17; i++)
				x[i] = v;
			list[k]->exp_sum(x, 17, 0);
			double want = exp((double)v);
			assert_true(fabs(want - (double)x[0]) < 3e-7 * want);
			assert_true(fabs(want - (double)x[16]) < 3e-7 * want);
		}
		float far[17] = {-200, -1e30f};
		far[16] = -100;
		list[k]->exp_sum(far, 17, 0);
		assert_true(far[0] == 0 && far[1] == 0 && far[16] == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_exp_is_exact_to_seven_digits),
	};
	return cmocka_run_group_tests_name("scorer/kernel", tests, NULL, NULL);
}
