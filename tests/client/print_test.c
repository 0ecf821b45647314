#include "client/print.h"
#include "client/glyph.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

static const struct look plain = {.width = 0};
static const struct look narrow = {.width = 30};
static const struct look ascii = {.ascii = true};
static const struct look colour = {.colour = true};

static void expect_safe(const struct look *look, struct slice in, const char *want)
{
	struct buf out = {0};
	unsigned columns = print_safe(&out, look, in);
	buf_put_byte(&out, 0);
	assert_string_equal(out.p, want);
	assert_true(columns <= strlen(want));
	buf_release(&out);
}

static void c0_and_del_become_hex(void **state)
{
	expect_safe(&plain, SLICE("a\x1b[31mb"), "a\\x1b[31mb");
	expect_safe(&plain, SLICE("\0\a\b\t\n\r\x7f"), "\\x00\\x07\\x08\\x09\\x0a\\x0d\\x7f");
}

static void c1_becomes_visible_in_both_encodings(void **state)
{
	expect_safe(&plain,
		SLICE("\xc2\x9b"
		      "31m"),
		"<U+009B>31m");
	expect_safe(&plain, SLICE("\xc2\x80\xc2\x9f"), "<U+0080><U+009F>");
	expect_safe(&plain,
		SLICE("\x9b"
		      "31m"),
		"\\x9b31m");
}

static void bidi_and_invisible_characters_become_visible(void **state)
{
	static const uint32_t first[] = {0x61c, 0x200b, 0x200e, 0x2028, 0x202a, 0x2060, 0x2066,
		0xfeff, 0xad, 0x180e, 0xfff9, 0xe0000, 0x1d173};
	static const uint32_t last[] = {0x61c, 0x200d, 0x200f, 0x2029, 0x202e, 0x2064, 0x2069,
		0xfeff, 0xad, 0x180e, 0xfffb, 0xe007f, 0x1d17a};
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		for (uint32_t c = first[i]; c <= last[i]; c++)
			assert_true(glyph_is_unsafe(c));
	expect_safe(&plain,
		SLICE("a\xe2\x80\xae"
		      "b\xe2\x81\xa6\xef\xbb\xbf"),
		"a<U+202E>b<U+2066><U+FEFF>");
	expect_safe(&plain, SLICE("\xf3\xa0\x81\x81"), "<U+E0041>");
	expect_safe(&plain, SLICE("\xe2\x80\xa8"), "<U+2028>");
}

static void invalid_utf8_becomes_hex_byte_by_byte(void **state)
{
	expect_safe(&plain, SLICE("\xff\xfe"), "\\xff\\xfe");
	expect_safe(&plain, SLICE("\xc3"), "\\xc3");                   /* cut short */
	expect_safe(&plain, SLICE("\xc0\xaf"), "\\xc0\\xaf");          /* overlong */
	expect_safe(&plain, SLICE("\xed\xa0\x80"), "\\xed\\xa0\\x80"); /* surrogate */
	expect_safe(&plain, SLICE("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
	expect_safe(&plain, SLICE("\xe2\x82x"), "\\xe2\\x82x");
}

static void ordinary_text_is_left_alone(void **state)
{
	expect_safe(
		&plain, SLICE("Ménière's, 37 °C, β, 肺炎, ≥5"), "Ménière's, 37 °C, β, 肺炎, ≥5");
	assert_int_equal(print_columns(&plain, SLICE("肺炎")), 4);
	assert_int_equal(print_columns(&plain, SLICE("e\xcc\x81")), 1);
}

static void ascii_terminals_get_no_byte_over_7f(void **state)
{
	expect_safe(&ascii,
		SLICE("37 \xc2\xb0"
		      "C"),
		"37 <U+00B0>C");
}

static bool is_safe_byte_stream(struct slice s)
{
	while (s.n) {
		uint32_t c;
		size_t n = glyph_decode((const unsigned char *)s.p, s.n, &c);
		if (n == 0 || glyph_is_unsafe(c))
			return false;
		s = slice_of(s.p + n, s.n - n);
	}
	return true;
}

static void random_bytes_never_get_through(void **state)
{
	uint32_t seed = 20261122, x = seed;
	printf("seed %u\n", seed);
	for (int round = 0; round < 2000; round++) {
		char bytes[48];
		struct buf out = {0};
		for (size_t i = 0; i < sizeof(bytes); i++) {
			x = x * 1664525u + 1013904223u;
			/* Half of them lead bytes of the dangerous blocks, so that these occur. */
			static const char likely[] = "\xe2\x80\xae\xc2\x9b\xf3\xa0\x1b";
			bytes[i] = x >> 31 ? (char)(x >> 16) : likely[(x >> 20) % 8];
		}
		print_safe(&out, &plain, slice_of(bytes, sizeof(bytes)));
		assert_true(is_safe_byte_stream(buf_slice(&out)));
		buf_clear(&out);
		struct print_mark mark = {5, 11};
		print_wrapped(&out, &plain, 4, slice_of(bytes, sizeof(bytes)), &mark, 1);
		assert_true(is_safe_byte_stream(slice_of(out.p, out.n - 1))); /* less its newline */
		buf_release(&out);
	}
}

static void expect_wrapped(const struct look *look, struct slice text,
	const struct print_mark *marks, size_t n, const char *want)
{
	struct buf out = {0};
	print_wrapped(&out, look, 4, text, marks, n);
	buf_put_byte(&out, 0);
	assert_string_equal(out.p, want);
	buf_release(&out);
}

static void text_wraps_at_words_within_the_width(void **state)
{
	expect_wrapped(&narrow, SLICE("one two three four five six seven eight nine"), NULL, 0,
		"    one two three four five\n    six seven eight nine\n");
	expect_wrapped(&plain, SLICE("one\n two\t\r\n three "), NULL, 0, "    one two three\n");
	expect_wrapped(&plain, SLICE(""), NULL, 0, "\n");
}

static void a_word_wider_than_the_line_is_cut(void **state)
{
	expect_wrapped(&narrow, SLICE("a 0123456789012345678901234567890123456789 b"), NULL, 0,
		"    a\n    01234567890123456789012345\n    67890123456789 b\n");
}

static void marks_stand_in_brackets(void **state)
{
	struct print_mark one = {5, 8}, two[] = {{0, 3}, {9, 14}}, end = {9, 14}, blank = {3, 5};
	expect_wrapped(&plain, SLICE("s/p (MI) three"), &one, 1, "    s/p ([MI)] three\n");
	expect_wrapped(&plain, SLICE("one, two three"), two, 2, "    [one], two [three]\n");
	expect_wrapped(&plain, SLICE("one, two three"), &end, 1, "    one, two [three]\n");
	expect_wrapped(&plain, SLICE("one  two"), &blank, 1, "    one[ ]two\n");
	expect_wrapped(
		&colour, SLICE("one, two three"), &end, 1, "    one, two \x1b[1m[three]\x1b[0m\n");
}

static void a_mark_over_a_line_end_stays_one(void **state)
{
	struct print_mark mark = {3, 21};
	expect_wrapped(&narrow, SLICE("no pulmonary\nembolism seen on this study"), &mark, 1,
		"    no [pulmonary embolism]\n    seen on this study\n");
}

static void json_for_a_terminal_means_the_same(void **state)
{
	struct buf out = {0};
	print_json_safe(&out, SLICE("{\"a\":\"x\xe2\x80\xae\xc2\x9b\x7f\xf3\xa0\x81\x81é\"}\n"));
	buf_put_byte(&out, 0);
	assert_string_equal(out.p, "{\"a\":\"x\\u202e\\u009b\\u007f\\udb40\\udc41é\"}\n");
	buf_release(&out);
}

static void numbers_read_well(void **state)
{
	static const struct {
		uint64_t us;
		const char *want;
	} times[] = {{0, "0.00 ms"}, {420, "0.42 ms"}, {3100, "3.1 ms"}, {412000, "412 ms"},
		{2500000, "2.5 s"}};
	struct buf out = {0};
	for (size_t i = 0; i < 5; i++) {
		buf_clear(&out);
		print_duration(&out, times[i].us);
		buf_put_byte(&out, 0);
		assert_string_equal(out.p, times[i].want);
	}
	buf_clear(&out);
	print_count(&out, 1234567);
	print_count(&out, 0);
	print_bytes(&out, 999);
	print_bytes(&out, 102400000);
	buf_put_byte(&out, 0);
	assert_string_equal(out.p, "1,234,5670999 B102.4 MB");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(c0_and_del_become_hex),
		cmocka_unit_test(c1_becomes_visible_in_both_encodings),
		cmocka_unit_test(bidi_and_invisible_characters_become_visible),
		cmocka_unit_test(invalid_utf8_becomes_hex_byte_by_byte),
		cmocka_unit_test(ordinary_text_is_left_alone),
		cmocka_unit_test(ascii_terminals_get_no_byte_over_7f),
		cmocka_unit_test(random_bytes_never_get_through),
		cmocka_unit_test(text_wraps_at_words_within_the_width),
		cmocka_unit_test(a_word_wider_than_the_line_is_cut),
		cmocka_unit_test(marks_stand_in_brackets),
		cmocka_unit_test(a_mark_over_a_line_end_stays_one),
		cmocka_unit_test(json_for_a_terminal_means_the_same),
		cmocka_unit_test(numbers_read_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
