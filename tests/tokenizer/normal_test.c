#include "tests/tokenizer/scanned.h"

#include "tokenizer/kernel.h"
#include "tokenizer/normal.h"

static void check(const char *bytes, size_t n, int rc, size_t want_bad)
{
	size_t bad = SIZE_MAX;
	assert_int_equal(tok_utf8_check(slice_of(bytes, n), &bad), rc);
	if (rc < 0)
		assert_int_equal(bad, want_bad);
}

static void utf8_check_takes_what_unicode_allows(void **state)
{
	(void)state;
	static const char *const good[] = {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
		"\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
		"\xF4\x8F\xBF\xBF"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		check(good[i], strlen(good[i]), LODE_OK, 0);
}

static void utf8_check_names_the_first_bad_byte(void **state)
{
	(void)state;
	static const char *const bad[] = {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41",
		"\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80",
		"\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x28\xA1", "\xBF"};
	char text[300];
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (size_t before = 0; before < 200; before++) {
			memset(text, 'a', sizeof(text));
			memcpy(text + before, bad[i], strlen(bad[i]));
			check(text, before + strlen(bad[i]), LODE_BADREQ, before);
			check(text, before + strlen(bad[i]) + 70, LODE_BADREQ, before);
		}
}

static void utf8_check_refuses_nul_anywhere(void **state)
{
	(void)state;
	char text[200];
	for (size_t at = 0; at < sizeof(text); at++) {
		memset(text, at % 2 ? 'x' : '\x01', sizeof(text));
		text[at] = '\0';
		check(text, sizeof(text), LODE_BADREQ, at);
		check(text, at, LODE_OK, 0);
	}
}

static void cp_count_counts_code_points(void **state)
{
	(void)state;
	assert_int_equal(tok_cp_count(SLICE("")), 0);
	assert_int_equal(tok_cp_count(SLICE("aé€😀")), 4);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Bytes that every class occurs in, doubled ones too. */
static void fill(char *p, size_t n, uint32_t *seed)
{
	static const char set[] = "aZ09 .?!)\n:'[<**__XX\xE2\x80\xA2\xC3\xA9\x00@/{`\x7F";
	for (size_t i = 0; i < n; i++)
		p[i] = set[next_random(seed) % (sizeof(set) - 1)];
}

static void compare_kernels(
	const struct tok_kernel *a, const struct tok_kernel *b, const char *p, size_t n)
{
	struct arena arena;
	struct tok_bits x, y;
	arena_init(&arena, 1 << 20);
	assert_int_equal(tok_classify(a, slice_of(p, n), &arena, &x), LODE_OK);
	assert_int_equal(tok_classify(b, slice_of(p, n), &arena, &y), LODE_OK);
	size_t bytes = (n + 63) / 64 * sizeof(uint64_t);
	assert_memory_equal(x.plain, y.plain, bytes);
	assert_memory_equal(x.hard, y.hard, bytes);
	assert_memory_equal(x.line, y.line, bytes);
	assert_memory_equal(x.colon, y.colon, bytes);
	assert_memory_equal(x.stop, y.stop, bytes);
	assert_memory_equal(x.mask, y.mask, bytes);
	assert_int_equal(a->ascii_run(p, n), b->ascii_run(p, n));
	assert_int_equal(a->cp_count(p, n), b->cp_count(p, n));
	arena_release(&arena);
}

static void kernels_agree_at_every_alignment_and_length(void **state)
{
	(void)state;
	const struct tok_kernel *list[TOK_KERNELS];
	unsigned kernels = tok_kernels(list);
	uint32_t seed = 20261122;
	char text[300];
	print_message("seed %u, best kernel %s of %u\n", seed, tok_kernel(), kernels);
	assert_string_equal(list[kernels - 1]->name, "scalar");
	for (size_t n = 0; n <= 200; n++)
		for (size_t offset = 0; offset < 64; offset++) {
			fill(text, sizeof(text), &seed);
			/* Long clean runs too, so that ascii_run reaches its blocks. */
			if (offset % 2)
				memset(text + offset, 'k', n - n / 8);
			for (unsigned k = 0; k + 1 < kernels; k++)
				compare_kernels(list[k], list[kernels - 1], text + offset, n);
		}
}

static void expect_fold(uint32_t cp, unsigned class, const char *bytes)
{
	struct tok_fold f = tok_fold(cp);
	assert_int_equal(f.class, class);
	assert_int_equal(f.n, strlen(bytes));
	assert_memory_equal(f.bytes, bytes, f.n);
}

static void fold_brings_letters_to_their_base(void **state)
{
	(void)state;
	expect_fold('Q', FOLD_WORD, "q");
	expect_fold('7', FOLD_WORD, "7");
	expect_fold(0xF6, FOLD_WORD, "o");
	expect_fold(0xC9, FOLD_WORD, "e");
	expect_fold(0xDF, FOLD_WORD, "ss");
	expect_fold(0xC6, FOLD_WORD, "ae");
	expect_fold(0x153, FOLD_WORD, "oe");
	expect_fold(0x142, FOLD_WORD, "l");
	expect_fold(0x219, FOLD_WORD, "s");
	expect_fold(0x1EC7, FOLD_WORD, "e");
	expect_fold(0xFF21, FOLD_WORD, "a");
	expect_fold(0xFF19, FOLD_WORD, "9");
	expect_fold(0xFB01, FOLD_WORD, "fi");
	expect_fold(0xFB02, FOLD_WORD, "fl");
	expect_fold(0xB2, FOLD_WORD, "2");
	expect_fold(0x2082, FOLD_WORD, "2");
	expect_fold(0x3A9, FOLD_WORD, "ω");
	expect_fold(0x2126, FOLD_WORD, "ω");
	expect_fold(0x3AC, FOLD_WORD, "α");
	expect_fold(0xB5, FOLD_WORD, "μ");
	expect_fold(0x3BC, FOLD_WORD, "μ");
	expect_fold(0x416, FOLD_WORD, "ж");
	expect_fold(0x401, FOLD_WORD, "ё");
	expect_fold(0x4E2D, FOLD_WORD, "中");
	expect_fold(0x663, FOLD_WORD, "3");
}

static void fold_knows_what_is_no_letter(void **state)
{
	(void)state;
	static const uint32_t separate[] = {' ', '-', '_', '/', 0xA0, 0xB0, 0xB1, 0xBD, 0xD7, 0xF7,
		0x2013, 0x2014, 0x2026, 0x2022, 0x202F, 0x3000, 0x3001, 0x20AC, 0x2192, 0x2264,
		0xFF0D, 0xF0B7, 0xFFFD, 0x1F600};
	for (size_t i = 0; i < sizeof(separate) / sizeof(separate[0]); i++)
		assert_int_equal(tok_fold(separate[i]).class, FOLD_SEPARATE);
	static const uint32_t drop[] = {0xAD, 0x301, 0x200D, 0x2060, 0xFE0F, 0xFEFF, 0x202E};
	for (size_t i = 0; i < sizeof(drop) / sizeof(drop[0]); i++)
		assert_int_equal(tok_fold(drop[i]).class, FOLD_DROP);
	assert_int_equal(tok_fold('\'').class, FOLD_JOIN);
	assert_int_equal(tok_fold(0x2019).class, FOLD_JOIN);
	assert_int_equal(tok_fold(0xFF07).class, FOLD_JOIN);
}

static void fold_is_stable_and_never_much_longer(void **state)
{
	(void)state;
	for (uint32_t cp = 1; cp < 0x110000; cp++) {
		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		char source[4];
		unsigned n = tok_encode(cp, source), bytes = 0;
		struct tok_fold f = tok_fold(cp);
		assert_true(f.n * 3 <= n * 4);
		/* What comes out folds to itself, so terms of terms are the same terms. */
		for (unsigned i = 0; i < f.n; i += bytes) {
			struct tok_fold again = tok_fold(tok_decode(f.bytes + i, &bytes));
			assert_int_equal(again.class, FOLD_WORD);
			assert_int_equal(again.n, bytes);
			assert_memory_equal(again.bytes, f.bytes + i, bytes);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_check_takes_what_unicode_allows),
		cmocka_unit_test(utf8_check_names_the_first_bad_byte),
		cmocka_unit_test(utf8_check_refuses_nul_anywhere),
		cmocka_unit_test(cp_count_counts_code_points),
		cmocka_unit_test(kernels_agree_at_every_alignment_and_length),
		cmocka_unit_test(fold_brings_letters_to_their_base),
		cmocka_unit_test(fold_knows_what_is_no_letter),
		cmocka_unit_test(fold_is_stable_and_never_much_longer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
