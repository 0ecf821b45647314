#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/pattern.h"

#include <stdlib.h>

static struct pattern *make(const char *regex, unsigned flags)
{
	struct pattern *p = NULL;
	struct err e = {0};
	assert_int_equal(pattern_create(regex, flags, &p, &e), LODE_OK);
	return p;
}

/* Start of the match of regex in text, -1 for none. */
static long find(const char *regex, unsigned flags, const char *text, size_t from)
{
	struct pattern *p = make(regex, flags);
	struct pattern_scratch *s;
	struct pattern_match m;
	assert_int_equal(pattern_scratch_create(&s), LODE_OK);
	int rc = pattern_find(p, s, slice_str(text), from, &m);
	long at = rc == 1 ? (long)m.start[0] : -1;
	assert_true(rc >= 0);
	pattern_scratch_destroy(s);
	pattern_destroy(p);
	return at;
}

static void find_starts_at_the_offset_given(void **state)
{
	(void)state;
	assert_int_equal(find("ab", 0, "ab ab", 0), 0);
	assert_int_equal(find("ab", 0, "ab ab", 1), 3);
	assert_int_equal(find("ab", 0, "ab ab", 4), -1);
	assert_int_equal(find("ab", 0, "ab ab", 5), -1);
	assert_int_equal(find("ab", 0, "ab ab", 6), -1);
	assert_int_equal(find("$", 0, "", 0), 0);
}

static void flags_do_what_they_say(void **state)
{
	(void)state;
	assert_int_equal(find("AB", PATTERN_CASELESS, "xab", 0), 1);
	assert_int_equal(find("^b", 0, "a\nb", 0), -1);
	assert_int_equal(find("^b", PATTERN_MULTILINE, "a\nb", 0), 2);
	assert_int_equal(find("b", PATTERN_ANCHORED, "ab", 0), -1);
	assert_int_equal(find("b", PATTERN_ANCHORED, "ab", 1), 1);
	assert_int_equal(find("a b # both", PATTERN_EXTENDED, "ab", 0), 0);
	assert_int_equal(find("^.$", 0, "é", 0), -1);
	assert_int_equal(find("^.$", PATTERN_UTF, "é", 0), 0);
	assert_int_equal(find("É", PATTERN_UTF | PATTERN_CASELESS, "xé", 0), 1);
}

static void groups_are_filled_and_unset_ones_marked(void **state)
{
	(void)state;
	struct pattern *p = make("(a)|(b)(c)(d)(e)(f)(g)(h)(i)", 0);
	struct pattern_scratch *s;
	struct pattern_match m;
	assert_int_equal(pattern_scratch_create(&s), LODE_OK);
	assert_int_equal(pattern_find(p, s, SLICE("xa"), 0, &m), 1);
	assert_int_equal(m.start[1], 1);
	assert_int_equal(m.end[1], 2);
	assert_true(m.start[2] == SIZE_MAX && m.end[7] == SIZE_MAX);
	assert_int_equal(pattern_find(p, s, SLICE("bcdefghi"), 0, &m), 1);
	assert_true(m.start[1] == SIZE_MAX);
	assert_int_equal(m.start[7], 5);
	pattern_scratch_destroy(s);
	pattern_destroy(p);
}

static void bad_patterns_are_refused_with_their_offset(void **state)
{
	(void)state;
	static const char *const bad[] = {"a(b", "[z-a]", "*", "(?<=a*)b", "\\C"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pattern *p = NULL;
		struct err e = {0};
		assert_int_equal(pattern_create(bad[i], 0, &p, &e), LODE_BADREQ);
		assert_null(p);
		assert_non_null(strstr(e.text, "byte"));
	}
	char deep[200] = "";
	for (int i = 0; i < 40; i++)
		strcat(deep, "(");
	for (int i = 0; i < 40; i++)
		strcat(deep, ")");
	struct pattern *p = NULL;
	assert_int_equal(pattern_create(deep, 0, &p, NULL), LODE_BADREQ);
}

static void runaway_patterns_hit_a_limit(void **state)
{
	(void)state;
	struct pattern *p = make("(a+)+$", 0);
	struct pattern_scratch *s;
	struct pattern_match m;
	char text[64];
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '!';
	assert_int_equal(pattern_scratch_create(&s), LODE_OK);
	assert_int_equal(pattern_find(p, s, slice_of(text, sizeof(text)), 0, &m), LODE_TOOBIG);
	/* The scratch is good for the next match. */
	assert_int_equal(pattern_find(p, s, SLICE("aaa"), 0, &m), 1);
	pattern_scratch_destroy(s);
	pattern_destroy(p);
}

static void jit_is_used_where_allowed_and_nulls_are_fine(void **state)
{
	(void)state;
	struct pattern *p = make("a", 0);
	assert_true(pattern_has_jit(p));
	pattern_destroy(p);
	pattern_destroy(NULL);
	pattern_scratch_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_starts_at_the_offset_given),
		cmocka_unit_test(flags_do_what_they_say),
		cmocka_unit_test(groups_are_filled_and_unset_ones_marked),
		cmocka_unit_test(bad_patterns_are_refused_with_their_offset),
		cmocka_unit_test(runaway_patterns_hit_a_limit),
		cmocka_unit_test(jit_is_used_where_allowed_and_nulls_are_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
