/* The estimate of tokens, piece by piece, and that pieces laid side by side are never fewer by more than what joins. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "daemon/tokens.h"

#include <stdlib.h>

static const struct {
	const char *text;
	uint64_t tokens;
} rows[] = {
	{"", 0},
	{"gout", 1},
	{"stroke", 1},
	{"patient", 2},
	{"pheochromocytoma", 4},
	{"a b", 2},
	{"a  b", 3},
	{"123", 1},
	{"1234", 2},
	{"120/80", 3},
	{"-", 1},
	{"----", 1},
	{"-----", 2},
	{"-=", 2},
	{"\n\n", 1},
	{"a\r\nb", 3},
	{"\xc3\xa9", 1},
	{"\xe2\x80\xae", 2},
	{"[**Name**]", 5},
};

static void pieces_count_as_said(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (tokens_estimate(slice_str(rows[i].text)) != rows[i].tokens)
			fail_msg("'%s': %llu tokens, not %llu", rows[i].text,
				(unsigned long long)tokens_estimate(slice_str(rows[i].text)),
				(unsigned long long)rows[i].tokens);
}

/* What is packed is counted in pieces, what is answered as a whole: the whole must not be more. */
static void a_whole_is_no_more_than_its_parts(void **state)
{
	static const char letters[] = "ab1 2-\n\xc3\xa9.";
	unsigned seed = 5;
	for (int round = 0; round < 20000; round++) {
		char text[24];
		size_t n = (size_t)rand_r(&seed) % sizeof(text);
		for (size_t i = 0; i < n; i++)
			text[i] = letters[(size_t)rand_r(&seed) % (sizeof(letters) - 1)];
		size_t cut = n ? (size_t)rand_r(&seed) % n : 0;
		uint64_t whole = tokens_estimate(slice_of(text, n));
		uint64_t parts = tokens_estimate(slice_of(text, cut)) +
				 tokens_estimate(slice_of(text + cut, n - cut));
		/* Two lone blanks, each part of a word, are a token together. */
		assert_true(whole <= parts + 1);
		assert_true(whole <= n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_count_as_said),
		cmocka_unit_test(a_whole_is_no_more_than_its_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
