#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scorer/shape.h"

#include <string.h>

static struct shape ours(void)
{
	return (struct shape){.vocabulary = 4096,
		.d = 128,
		.heads = 2,
		.layers = 4,
		.d_ff = {1024, 1024, 512, 16},
		.window = 80,
		.has_heads = true};
}

static void shapes_out_of_bounds_are_refused_by_name(void **state)
{
	struct err e = {0};
	struct shape s = ours();
	assert_int_equal(shape_check(&s, &e), 0);
	s.d = 120;
	assert_int_equal(shape_check(&s, &e), LODE_BADREQ);
	assert_non_null(strstr(e.text, "d is 120"));
	s = ours(), s.layers = SHAPE_LAYERS_MAX + 1;
	assert_int_equal(shape_check(&s, &e), LODE_BADREQ);
	s = ours(), s.layers = 0;
	assert_int_equal(shape_check(&s, &e), LODE_BADREQ);
	s = ours(), s.d_ff[3] = 0;
	assert_int_equal(shape_check(&s, &e), LODE_BADREQ);
	assert_non_null(strstr(e.text, "d_ff"));
	s = ours(), s.heads = 0;
	assert_int_equal(shape_check(&s, &e), LODE_BADREQ);
	s = ours(), s.window = SHAPE_WINDOW_MAX + 1;
	assert_int_equal(shape_check(&s, &e), LODE_BADREQ);
	s = ours(), s.vocabulary = 0;
	assert_int_equal(shape_check(&s, &e), LODE_BADREQ);
	s = ours(), s.mask = (enum shape_mask)2;
	assert_int_equal(shape_check(&s, &e), LODE_BADREQ);
}

/* Every tensor begins on a multiple of 16 floats, none overlaps, and all names differ. */
static void tensors_lie_end_to_end(void **state)
{
	struct shape s = ours();
	for (int variant = 0; variant < 8; variant++) {
		s.position = variant & 1 ? POSITION_ROTARY : POSITION_BUCKETS;
		s.activation = variant & 2 ? ACTIVATION_DRELU : ACTIVATION_RELU;
		s.has_heads = variant & 4;
		struct tensor_place t[SHAPE_TENSORS_MAX];
		unsigned n = shape_tensors(&s, t, SHAPE_TENSORS_MAX);
		assert_int_equal(n, shape_tensors(&s, NULL, 0));
		assert_int_equal(
			n, 2 + !(variant & 1) + 4 * (8 + !!(variant & 2)) + (variant & 4 ? 10 : 0));
		size_t end = 0;
		char name[SHAPE_TENSORS_MAX][96];
		for (unsigned i = 0; i < n; i++) {
			assert_int_equal(t[i].offset, (end + 15) / 16 * 16);
			end = t[i].offset + (size_t)t[i].rows * t[i].cols;
			tensor_name(&t[i], name[i]);
			for (unsigned k = 0; k < i; k++)
				assert_string_not_equal(name[i], name[k]);
		}
		assert_int_equal(shape_floats(&s), (end + 15) / 16 * 16);
	}
}

static void the_largest_shape_has_room_for_its_tensors(void **state)
{
	struct shape s = {.vocabulary = SHAPE_VOCABULARY_MAX,
		.d = SHAPE_D_MAX,
		.heads = SHAPE_HEADS_MAX,
		.layers = SHAPE_LAYERS_MAX,
		.window = 1,
		.activation = ACTIVATION_DRELU,
		.has_heads = true};
	for (unsigned l = 0; l < SHAPE_LAYERS_MAX; l++)
		s.d_ff[l] = SHAPE_FF_MAX;
	struct err e = {0};
	assert_int_equal(shape_check(&s, &e), 0);
	assert_int_equal(shape_tensors(&s, NULL, 0), SHAPE_TENSORS_MAX);
}

static void names_are_those_of_public_checkpoints(void **state)
{
	struct shape s = ours();
	struct tensor_place t[SHAPE_TENSORS_MAX];
	unsigned n = shape_tensors(&s, t, SHAPE_TENSORS_MAX);
	char name[96];
	tensor_name(&t[0], name);
	assert_string_equal(name, "shared.weight");
	tensor_name(&t[1], name);
	assert_string_equal(
		name, "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
	tensor_name(&t[2 + 8 + 6], name);
	assert_string_equal(name, "encoder.block.1.layer.1.DenseReluDense.wi.weight");
	assert_int_equal(t[2 + 8 + 6].rows, 1024);
	assert_int_equal(t[2 + 8 + 6].cols, 128);
	tensor_name(&t[n - 1], name);
	assert_string_equal(name, "head.relevance.bias");
	assert_true(tensor_is_matrix(&t[0]));
	assert_false(tensor_is_matrix(&t[1]));
	assert_false(tensor_is_matrix(&t[n - 2]));
}

/* T5's own rule in whole numbers: of the far buckets k is the last with (x/8)^2 >= 2^k, or
 * (x/16)^16 >= 8^k when causal. */
static unsigned far_bucket(unsigned x, bool is_causal)
{
	unsigned k = 0, most = is_causal ? 15 : 7;
	while (k < most) {
		double left = 1, right = 1;
		for (int i = 0; i < (is_causal ? 16 : 2); i++)
			left *= (double)x / (is_causal ? 16 : 8);
		for (unsigned i = 0; i <= k; i++)
			right *= is_causal ? 8 : 2;
		if (left < right)
			break;
		k++;
	}
	return k;
}

static void buckets_are_those_of_t5(void **state)
{
	for (int x = 0; x < 600; x++) {
		unsigned two = x < 8 ? (unsigned)x : 8 + far_bucket((unsigned)x, false);
		unsigned one = x < 16 ? (unsigned)x : 16 + far_bucket((unsigned)x, true);
		assert_int_equal(shape_bucket(-x, MASK_BIDIRECTIONAL), two);
		assert_int_equal(shape_bucket(-x, MASK_CAUSAL), one);
		if (x > 0) {
			assert_int_equal(shape_bucket(x, MASK_BIDIRECTIONAL), 16 + two);
			assert_int_equal(shape_bucket(x, MASK_CAUSAL), 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes_out_of_bounds_are_refused_by_name),
		cmocka_unit_test(tensors_lie_end_to_end),
		cmocka_unit_test(the_largest_shape_has_room_for_its_tensors),
		cmocka_unit_test(names_are_those_of_public_checkpoints),
		cmocka_unit_test(buckets_are_those_of_t5),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
