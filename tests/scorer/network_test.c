/* The fast forward pass against the plain one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scorer/network_body.h"
#include "tests/scorer/random_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WINDOWS = 19 };

static uint64_t seed;

/* Logits are of the order of one; the fast path sums floats where the reference sums doubles. */
static const float tolerance = 1e-4f;

static void compare(const float *fast, const float *plain, const char *kernel, int round)
{
	for (int i = 0; i < SHAPE_LOGITS; i++)
		if (!(fabsf(fast[i] - plain[i]) <= tolerance * fmaxf(1, fabsf(plain[i]))))
			fail_msg("seed %llu round %d %s: logit %d is %g, the reference has %g",
				(unsigned long long)seed, round, kernel, i, (double)fast[i],
				(double)plain[i]);
}

static void fast_is_reference(struct random *r, int round)
{
	static uint16_t ids[WINDOWS][SHAPE_WINDOW_MAX];
	struct shape s = random_shape(r);
	struct network_input in[WINDOWS];
	float fast[WINDOWS][SHAPE_LOGITS], plain[WINDOWS][SHAPE_LOGITS] = {0};
	float *w = random_weights(r, &s);
	struct network *n;
	struct network_scratch *scratch;
	struct err e = {0};
	const struct kernel *paths[KERNEL_PATHS];
	unsigned n_paths = kernel_paths(paths);
	assert_int_equal(network_create(&n, &s, w, &e), 0);
	assert_int_equal(network_scratch_create(&scratch, n, WINDOWS), 0);
	uint32_t count = 1 + random_below(r, WINDOWS);
	for (uint32_t i = 0; i < count; i++) {
		in[i] = random_window(r, &s, 1 + random_below(r, s.window), ids[i]);
		assert_int_equal(network_reference(&s, w, &in[i], plain[i], NULL), 0);
	}
	for (unsigned path = 0; path < n_paths; path++) {
		n->kernel = paths[path];
		n->sparse = sparse_of(paths[path]);
		memset(fast, 0xff, sizeof(fast));
		assert_int_equal(network_run(n, scratch, in, count, fast[0], NULL), 0);
		for (uint32_t i = 0; i < count; i++)
			compare(fast[i], plain[i], paths[path]->name, round);
	}
	network_scratch_destroy(scratch);
	network_destroy(n);
	free(w);
}

static void fast_and_reference_agree_on_random_shapes(void **state)
{
	struct random r = {seed};
	print_message("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 40; round++)
		fast_is_reference(&r, round);
}

static struct shape small(void)
{
	return (struct shape){.vocabulary = 50,
		.d = 48,
		.heads = 2,
		.layers = 3,
		.d_ff = {96, 32, 64},
		.window = 80,
		.has_heads = true};
}

static void every_length_of_window_agrees(void **state)
{
	struct random r = {5};
	struct shape s = small();
	uint16_t ids[80];
	for (int mask = 0; mask < 2; mask++) {
		s.mask = (enum shape_mask)mask;
		struct network *n;
		struct network_scratch *scratch;
		float *w = random_weights(&r, &s), fast[SHAPE_LOGITS], plain[SHAPE_LOGITS];
		assert_int_equal(network_create(&n, &s, w, NULL), 0);
		assert_int_equal(network_scratch_create(&scratch, n, 1), 0);
		for (uint32_t length = 1; length <= s.window; length++) {
			struct network_input in = random_window(&r, &s, length, ids);
			assert_int_equal(network_reference(&s, w, &in, plain, NULL), 0);
			assert_int_equal(network_run(n, scratch, &in, 1, fast, NULL), 0);
			compare(fast, plain, n->kernel->name, (int)length);
		}
		network_scratch_destroy(scratch);
		network_destroy(n);
		free(w);
	}
}

/* Whatever else is in the call: answers may be kept and compared. */
static void a_window_has_its_logits_in_any_company(void **state)
{
	struct random r = {6};
	struct shape s = small();
	struct network *n;
	struct network_scratch *scratch;
	uint16_t ids[WINDOWS][80];
	struct network_input in[WINDOWS];
	float together[WINDOWS][SHAPE_LOGITS], alone[SHAPE_LOGITS];
	float *w = random_weights(&r, &s);
	assert_int_equal(network_create(&n, &s, w, NULL), 0);
	assert_int_equal(network_scratch_create(&scratch, n, WINDOWS), 0);
	for (uint32_t i = 0; i < WINDOWS; i++)
		in[i] = random_window(&r, &s, 1 + random_below(&r, s.window), ids[i]);
	assert_int_equal(network_run(n, scratch, in, WINDOWS, together[0], NULL), 0);
	for (uint32_t i = 0; i < WINDOWS; i++) {
		assert_int_equal(network_run(n, scratch, &in[i], 1, alone, NULL), 0);
		assert_memory_equal(alone, together[i], sizeof(alone));
	}
	network_scratch_destroy(scratch);
	network_destroy(n);
	free(w);
}

/* The units that fired, counted by the reference's way; of the last layer only the read position. */
static void fired_units_are_counted(void **state)
{
	struct random r = {7};
	struct shape s = {.vocabulary = 9,
		.d = 16,
		.heads = 1,
		.layers = 1,
		.d_ff = {160},
		.window = 8,
		.has_heads = true};
	float *w = random_weights(&r, &s), logits[SHAPE_LOGITS];
	struct tensor_place t[SHAPE_TENSORS_MAX];
	unsigned n_tensors = shape_tensors(&s, t, SHAPE_TENSORS_MAX);
	struct network *n;
	struct network_scratch *scratch;
	struct network_use use = {0};
	uint16_t ids[8];
	/* Rows of wi that see nothing never fire. */
	for (unsigned i = 0; i < n_tensors; i++)
		if (t[i].role == TENSOR_WI)
			memset(w + t[i].offset + (size_t)32 * s.d, 0,
				(size_t)128 * s.d * sizeof(*w));
	assert_int_equal(network_create(&n, &s, w, NULL), 0);
	assert_int_equal(network_scratch_create(&scratch, n, 4), 0);
	struct network_input in = random_window(&r, &s, 8, ids);
	assert_int_equal(network_run(n, scratch, &in, 1, logits, &use), 0);
	assert_int_equal(use.of[0], 160);
	assert_in_range(use.fired[0], 1, 32);
	assert_int_equal(network_run(n, scratch, &in, 1, logits, &use), 0);
	assert_int_equal(use.of[0], 320);
	network_scratch_destroy(scratch);
	network_destroy(n);
	free(w);
}

/* h: share of units that fire.  Both ways of multiplying them give the same to 1e-5. */
static void sparse_and_dense_agree(void **state)
{
	enum { UNITS = 1024, COLS = 144 };
	struct random r = {8};
	const struct kernel *paths[KERNEL_PATHS];
	unsigned n_paths = kernel_paths(paths);
	static float wo[COLS * UNITS], hidden[UNITS], dense[COLS], sparse[COLS + 16],
		value[UNITS + 16];
	static uint16_t unit[UNITS + 16];
	float *packed = aligned_alloc(64, kernel_packed_floats(UNITS, COLS) * sizeof(float));
	assert_non_null(packed);
	for (size_t i = 0; i < (size_t)COLS * UNITS; i++)
		wo[i] = random_normal(&r) / 32;
	kernel_pack_rows(UNITS, COLS, wo, UNITS, packed);
	for (unsigned path = 0; path < n_paths; path++)
		for (unsigned share = 0; share <= 100; share += 5) {
			const struct sparse *k = sparse_of(paths[path]);
			for (unsigned i = 0; i < UNITS; i++)
				hidden[i] = (random_below(&r, 100) < share ? 1.0f : -1.0f) *
					    fabsf(random_normal(&r));
			memset(sparse, 0, sizeof(sparse));
			uint32_t fired = k->fire(ACTIVATION_RELU, hidden, NULL, UNITS);
			assert_int_equal(k->list(hidden, UNITS, unit, value), fired);
			k->add(unit, value, fired, packed, UNITS, COLS, sparse);
			kernel_product(paths[path], 1, COLS, UNITS, hidden, UNITS, packed, dense,
				COLS, false);
			for (unsigned i = 0; i < COLS; i++)
				assert_float_equal(sparse[i], dense[i], 1e-5);
		}
	free(packed);
}

static void wrong_inputs_are_refused(void **state)
{
	struct random r = {9};
	struct shape s = small();
	struct network *n;
	struct network_scratch *scratch;
	uint16_t ids[80] = {0};
	float *w = random_weights(&r, &s), logits[2 * SHAPE_LOGITS];
	struct network_input in[2] = {{ids, 3, 0}, {ids, 3, 0}};
	assert_int_equal(network_create(&n, &s, w, NULL), 0);
	assert_int_equal(network_scratch_create(&scratch, n, 1), 0);
	assert_int_equal(network_run(n, scratch, in, 1, logits, NULL), 0);
	assert_int_equal(network_run(n, scratch, in, 2, logits, NULL), LODE_TOOBIG);
	ids[2] = 50;
	assert_int_equal(network_run(n, scratch, in, 1, logits, NULL), LODE_BADREQ);
	assert_int_equal(network_reference(&s, w, in, logits, NULL), LODE_BADREQ);
	ids[2] = 0, in[0].read = 3;
	assert_int_equal(network_run(n, scratch, in, 1, logits, NULL), LODE_BADREQ);
	in[0].read = 0, in[0].n = 81;
	assert_int_equal(network_run(n, scratch, in, 1, logits, NULL), LODE_BADREQ);
	in[0].n = 0;
	assert_int_equal(network_run(n, scratch, in, 1, logits, NULL), LODE_BADREQ);
	network_scratch_destroy(scratch);
	network_destroy(n);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fast_and_reference_agree_on_random_shapes),
		cmocka_unit_test(every_length_of_window_agrees),
		cmocka_unit_test(a_window_has_its_logits_in_any_company),
		cmocka_unit_test(fired_units_are_counted),
		cmocka_unit_test(sparse_and_dense_agree),
		cmocka_unit_test(wrong_inputs_are_refused),
	};
	seed = (uint64_t)time(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
