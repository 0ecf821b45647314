#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/err.h"
#include "daemon/lines.h"

/* "number:line;" each; "number!;" for a line over the limit. */
static void walk(struct slice body, size_t limit, uint64_t *number, struct buf *out)
{
	struct lines_walk w = {.left = body, .limit = limit, .number = *number};
	struct slice line;
	while (lines_next(&w, &line)) {
		unsigned long long n = w.number;
		if (line.p)
			buf_printf(out, "%llu:%.*s;", n, (int)line.n, line.p);
		else
			buf_printf(out, "%llu!;", n);
	}
	*number = w.number;
}

/* Collects text in pieces of `step` bytes and cuts whenever whole lines and `enough` bytes are there. */
static void check_cut(
	struct slice text, size_t step, size_t enough, size_t limit, const char *expected)
{
	struct buf out = {0}, body = {0}, whole;
	struct lines_cut c = {.limit = limit};
	uint64_t number = 0;
	for (size_t at = 0; at < text.n; at += step) {
		buf_put(&body, text.p + at, at + step < text.n ? step : text.n - at);
		lines_scan(&c, &body);
		if (!lines_has(&c, &body, enough))
			continue;
		assert_int_equal(lines_take(&c, &body, enough, false, &whole), 0);
		assert_int_equal(whole.p[whole.n - 1], '\n');
		walk(buf_slice(&whole), limit, &number, &out);
		buf_release(&whole);
	}
	while (body.n) {
		assert_int_equal(lines_take(&c, &body, enough, true, &whole), 0);
		assert_true(whole.n > 0);
		walk(buf_slice(&whole), limit, &number, &out);
		buf_release(&whole);
	}
	buf_put_byte(&out, '\0');
	if (strcmp(out.p, expected) != 0)
		fail_msg("pieces of %zu, cut at %zu: \"%s\", not \"%s\"", step, enough, out.p,
			expected);
	buf_release(&body);
	buf_release(&out);
}

static void check(const char *text, size_t limit, const char *expected)
{
	struct slice all = slice_str(text);
	for (size_t step = 1; step <= all.n + 1; step++)
		for (size_t enough = 0; enough <= all.n + 1; enough++)
			check_cut(all, step, enough, limit, expected);
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

static void a_begun_line_stays_behind_the_cut(void **state)
{
	struct buf body = {0}, whole;
	struct lines_cut c = {.limit = 100};
	buf_put_str(&body, "one\ntwo\nthr");
	lines_scan(&c, &body);
	assert_true(lines_has(&c, &body, 11));
	assert_false(lines_has(&c, &body, 12));
	assert_int_equal(lines_take(&c, &body, SIZE_MAX, false, &whole), 0);
	assert_memory_equal(whole.p, "one\ntwo\n", whole.n);
	assert_int_equal(whole.n, 8);
	assert_int_equal(body.n, 3);
	assert_false(lines_has(&c, &body, 0));
	buf_put_str(&body, "ee\n");
	lines_scan(&c, &body);
	assert_true(lines_has(&c, &body, 0));
	buf_release(&body);
	buf_release(&whole);
}

static void no_more_is_cut_than_asked_for_but_one_long_line(void **state)
{
	struct buf body = {0}, whole;
	struct lines_cut c = {.limit = 100};
	buf_put_str(&body, "ab\ncd\nlonger\nef\ng");
	lines_scan(&c, &body);
	const char *want[] = {"ab\ncd\n", "longer\n", "ef\n"};
	for (int i = 0; i < 3; i++) {
		assert_true(lines_has(&c, &body, 0));
		assert_int_equal(lines_take(&c, &body, 6, false, &whole), 0);
		assert_int_equal(whole.n, strlen(want[i]));
		assert_memory_equal(whole.p, want[i], whole.n);
		buf_release(&whole);
	}
	assert_false(lines_has(&c, &body, 0));
	assert_int_equal(body.n, 1);
	buf_release(&body);
}

static void a_line_far_over_the_limit_takes_no_memory(void **state)
{
	struct buf body = {0}, out = {0};
	struct lines_cut c = {.limit = 100};
	uint64_t number = 0;
	char piece[1000];
	memset(piece, 'a', sizeof(piece));
	for (int i = 0; i < 1000; i++) {
		buf_put(&body, piece, sizeof(piece));
		lines_scan(&c, &body);
		assert_int_equal(body.n, 101);
		assert_true(body.cap <= 2 * sizeof(piece));
	}
	buf_put_str(&body, "\nb\n");
	lines_scan(&c, &body);
	assert_int_equal(body.n, 104);
	walk(buf_slice(&body), 100, &number, &out);
	assert_int_equal(out.n, 7);
	assert_memory_equal(out.p, "1!;2:b;", 7);
	buf_release(&body);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_whole_however_they_are_cut),
		cmocka_unit_test(blank_lines_count_but_do_not_come),
		cmocka_unit_test(long_lines_are_named_and_skipped),
		cmocka_unit_test(a_begun_line_stays_behind_the_cut),
		cmocka_unit_test(no_more_is_cut_than_asked_for_but_one_long_line),
		cmocka_unit_test(a_line_far_over_the_limit_takes_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
