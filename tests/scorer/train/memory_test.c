/* A network that can only say one word finds a text of that word alone, and no other. */
#include "scorer/train/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "tests/tokenizer/small_vocabulary.h"

enum { N = 40 };

static uint16_t word(const struct tok_vocabulary *v, const char *text)
{
	for (uint16_t id = TOK_SUBWORD_MERGES; id < tok_vocabulary_size(v); id++)
		if (slice_eq(tok_subword_text(v, id), slice_str(text)))
			return id;
	fail_msg("no subword \"%s\"", text);
	return 0;
}

static void test_finds_what_it_can_say(void **state)
{
	struct tok_vocabulary *v = small_open(" ab| cd");
	uint16_t ab = word(v, " ab"), cd = word(v, " cd"), ids[N];
	struct model_parts m = {.shape = {.vocabulary = tok_vocabulary_size(v),
					.d = 16,
					.heads = 1,
					.layers = 1,
					.d_ff = {16},
					.window = 80,
					.has_heads = true}};
	float *weights = calloc(shape_floats(&m.shape), sizeof(*weights));
	struct tensor_place places[32];
	unsigned n = shape_tensors(&m.shape, places, 32);
	for (unsigned i = 0; i < n; i++)
		if (places[i].role == TENSOR_NORM_FINAL || places[i].role == TENSOR_NORM_MLP ||
			places[i].role == TENSOR_NORM_ATTENTION)
			for (uint32_t k = 0; k < 16; k++)
				weights[places[i].offset + k] = 1;
	/* nothing is added by the layer: the state of a hole is its own embedding, and nearest to it is " ab" */
	weights[TOK_SUB_BLANK * 16] = 1;
	weights[(size_t)ab * 16] = 2;
	weights[(size_t)cd * 16 + 1] = 3;
	m.weights = weights;

	struct memory_report r = {0};
	for (unsigned i = 0; i < N; i++)
		ids[i] = ab;
	assert_int_equal(memory_try(&m, v, ids, N, 10, &r), 0);
	assert_int_equal(r.places, 1);
	assert_int_equal(r.whole, 1);
	assert_int_equal(r.longest, MEMORY_WORDS);

	ids[13] = cd; /* the fourth of the hole */
	r = (struct memory_report){0};
	assert_int_equal(memory_try(&m, v, ids, N, 10, &r), 0);
	assert_int_equal(r.whole, 0);
	assert_int_equal(r.words_right, MEMORY_WORDS - 1);
	assert_int_equal(r.longest, 3);

	ids[13] = TOK_SUB_NEWLINE; /* no run of words: passed over */
	r = (struct memory_report){0};
	assert_int_equal(memory_try(&m, v, ids, N, 10, &r), 0);
	assert_int_equal(r.places, 0);
	free(weights);
	tok_vocabulary_close(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_finds_what_it_can_say)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
