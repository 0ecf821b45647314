#include "scorer/train/typo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

static void test_every_word_once_and_the_mention_never(void **state)
{
	const char *text = "she has marked PNEUMONIA of both upper lobes, it is bad";
	for (uint64_t seed = 0; seed < 500; seed++) {
		struct random r = random_for(seed, 0, 0, 0);
		struct buf out = {.p = NULL};
		uint32_t start = 15, end = 24;
		assert_int_equal(typo_text(slice_str(text), 100, &r, &start, &end, &out), 0);
		assert_int_equal(end - start, 9);
		assert_memory_equal(out.p + start, "PNEUMONIA", 9);
		/* words under four letters stay, the others are changed by one edit each */
		assert_memory_equal(out.p, "she has ", 8);
		assert_memory_equal(out.p + out.n - 10, " it is bad", 10);
		assert_true(start != 15 || memcmp(out.p + 8, "marked", 6) != 0);
		assert_true(out.n >= strlen(text) - 4 && out.n <= strlen(text) + 4);
		buf_release(&out);
	}
}

static void test_share_of_words(void **state)
{
	struct buf text = {.p = NULL}, out = {.p = NULL};
	for (unsigned i = 0; i < 10000; i++)
		buf_put_str(&text, "abcdefg ");
	struct random r = random_for(7, 0, 0, 0);
	uint32_t start = 0, end = 0;
	assert_int_equal(typo_text(buf_slice(&text), 15, &r, &start, &end, &out), 0);
	unsigned whole = 0;
	for (const char *p = out.p; (p = memmem(p, (size_t)(out.p + out.n - p), "abcdefg ", 8));
		p += 8)
		whole++;
	assert_in_range(whole, 8350, 8650);
	buf_release(&text);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_word_once_and_the_mention_never),
		cmocka_unit_test(test_share_of_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
