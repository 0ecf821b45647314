#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/err.h"
#include "daemon/lines.h"

/* What came out, one "number:line;" each; "number!;" for a line over the limit. */
static int note_line(void *arg, uint64_t number, struct slice line)
{
	struct buf *out = arg;
	if (!line.p)
		return buf_printf(out, "%llu!;", (unsigned long long)number);
	return buf_printf(out, "%llu:%.*s;", (unsigned long long)number, (int)line.n, line.p);
}

static void check(const char *text, size_t limit, const char *expected)
{
	size_t n = strlen(text);
	for (size_t step = 1; step <= n + 1; step++) {
		struct buf out = {0};
		struct lines l = {.limit = limit, .each = note_line, .arg = &out};
		for (size_t at = 0; at < n; at += step)
			assert_int_equal(
				lines_feed(&l, slice_of(text + at, at + step < n ? step : n - at)),
				0);
		assert_int_equal(lines_finish(&l), 0);
		buf_put_byte(&out, '\0');
		if (strcmp(out.p, expected) != 0)
			fail_msg("pieces of %zu: \"%s\", not \"%s\"", step, out.p, expected);
		lines_release(&l);
		buf_release(&out);
	}
}

static void lines_come_whole_however_they_are_cut(void **state)
{
	check("one\ntwo\nthree\n", 10, "1:one;2:two;3:three;");
	check("one\ntwo", 10, "1:one;2:two;");
	check("", 10, "");
}

static void blank_lines_count_but_do_not_come(void **state)
{
	check("\n\na\r\n \t\r\n b \n\n", 10, "3:a;5:b;");
}

static void long_lines_are_named_and_skipped(void **state)
{
	check("12345\n123456\n12345\n", 5, "1:12345;2!;3:12345;");
	check("123456", 5, "1!;");
	check("123456789012345\n\nab\n", 5, "1!;3:ab;");
	check("a\n1234567890123", 5, "1:a;2!;");
}

static int stop_at_once(void *arg, uint64_t number, struct slice line)
{
	return LODE_CANCELLED;
}

static void a_negative_return_stops(void **state)
{
	struct lines l = {.limit = 10, .each = stop_at_once};
	assert_int_equal(lines_feed(&l, slice_str("a\nb\n")), LODE_CANCELLED);
	assert_int_equal(l.number, 1);
	lines_release(&l);
}

static void a_line_far_over_the_limit_takes_no_memory(void **state)
{
	struct buf out = {0};
	struct lines l = {.limit = 100, .each = note_line, .arg = &out};
	char piece[1000];
	memset(piece, 'a', sizeof(piece));
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(lines_feed(&l, slice_of(piece, sizeof(piece))), 0);
		assert_true(l.carry.cap <= 1000);
	}
	assert_int_equal(out.n, 3);
	lines_release(&l);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_whole_however_they_are_cut),
		cmocka_unit_test(blank_lines_count_but_do_not_come),
		cmocka_unit_test(long_lines_are_named_and_skipped),
		cmocka_unit_test(a_negative_return_stops),
		cmocka_unit_test(a_line_far_over_the_limit_takes_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
