#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/match.h"
#include "index/query.h"

#include <stdio.h>

struct parsed {
	int rc;
	char text[4000]; /* the tree printed, or the error */
};

static struct parsed parse(const char *q, bool any)
{
	static struct tokenizer *t;
	struct parsed out = {0};
	struct query_node *n;
	struct arena a;
	struct err e = {0};
	struct buf text = {0};
	if (!t)
		assert_int_equal(tok_create(&t, NULL), 0);
	arena_init(&a, 16 << 20);
	out.rc = query_parse(slice_str(q), any, t, &a, &n, &e);
	if (out.rc == 0) {
		query_print(n, &text);
		snprintf(out.text, sizeof(out.text), "%.*s", (int)text.n, text.p);
	} else {
		snprintf(out.text, sizeof(out.text), "%s", e.text);
	}
	buf_release(&text);
	arena_release(&a);
	return out;
}

struct example {
	const char *query, *expect;
};

static void check(const struct example *at, size_t n, bool any)
{
	for (size_t i = 0; i < n; i++) {
		struct parsed p = parse(at[i].query, any);
		if (p.rc != 0 || strcmp(p.text, at[i].expect) != 0)
			fail_msg("%s gives %s, not %s", at[i].query, p.text, at[i].expect);
	}
}

static void operators_bind_as_the_page_says(void **state)
{
	static const struct example at[] = {
		{"a b", "a AND b"},
		{"a OR b c", "a OR b AND c"},
		{"a AND (b OR c)", "a AND (b OR c)"},
		{"a NOT b c", "a AND NOT b AND c"},
		{"NOT NOT a", "a"},
		{"NOT (NOT (a b))", "a AND b"},
		{"NOT (a b)", "NOT (a AND b)"},
		{"NOT a NEAR/3 b", "NOT a NEAR/3 b"},
		{"a NEAR/0 b NEAR/100 \"c d\" e", "a NEAR/0 b NEAR/100 \"c d\" AND e"},
		{"(a OR bc*) NEAR/2 ~d", "(a OR bc*) NEAR/2 ~d"},
		{"((a)) & - (b)", "a AND b"},
		{"and or not near", "and AND or AND not AND near"},
	};
	check(at, sizeof(at) / sizeof(*at), false);
}

static void any_joins_by_or_and_keeps_filters_and_nots(void **state)
{
	static const struct example at[] = {
		{"a b", "a OR b"},
		{"a b AND c", "a OR b AND c"},
		{"a type:x b NOT c", "(a OR b) AND type:\"x\" AND NOT c"},
		{"a section:plan b", "(section:plan AND a) OR (section:plan AND b)"},
		{"a section:plan AND b", "a OR (section:plan AND b)"},
		{"type:x date:2143", "type:\"x\" AND date:2143"},
		{"(a b) NEAR/4 c", "(a OR b) NEAR/4 c"},
		{"a (b NOT c) d", "a OR b AND NOT c OR d"},
		{"a OR b c", "a OR b OR c"},
	};
	check(at, sizeof(at) / sizeof(*at), true);
}

static void sections_narrow_what_stands_beside_them(void **state)
{
	static const struct example at[] = {
		{"section:plan a (b OR NOT c)",
			"(section:plan AND a) AND ((section:plan AND b) OR NOT (section:plan AND c))"},
		{"(section:plan a) b", "(section:plan AND a) AND b"},
		{"section:plan a OR b", "(section:plan AND a) OR b"},
		{"section:plan,assessment (section:plan a)", "(section:plan AND a)"},
		{"section:plan a type:x", "(section:plan AND a) AND type:\"x\""},
	};
	check(at, sizeof(at) / sizeof(*at), false);
}

static void signs_are_ordinary_behind_a_backslash(void **state)
{
	static const struct example at[] = {
		{"\\NOT", "\\NOT"},
		{"NEAR\\/5 \\NEAR", "NEAR\\/5 AND \\NEAR"},
		{"dx\\:gout", "dx\\:gout"},
		{"10:30 dx: (plan:)", "10\\:30 AND dx\\: AND plan\\:"},
		{"\\(a\\) a\\*", "\\(a\\) AND a\\*"},
		{"120/80 \\/a", "120\\/80 AND \\/a"},
		{"a\\ b", "a\\ b"},
		{"\"a \\\"b\\\\ c\"", "\"a \\\"b\\\\ c\""},
		{"/a\\/b(c|d) e/", "/a\\/b(c|d) e/"},
		{"ab* abc", "ab* AND abc"},
		{"\"a\"\"b\"(c)", "\"a\" AND \"b\" AND c"},
		{"type:consult type:\"Discharge summary\" type:\"\"",
			"type:\"consult\" AND type:\"Discharge summary\" AND type:\"\""},
		{"date:2143-01..2143-06 date:..2143 date:2143-02-28.. date:2143..2143",
			"date:2143-01..2143-06 AND date:..2143 AND date:2143-02-28.. AND date:2143"},
	};
	check(at, sizeof(at) / sizeof(*at), false);
}

static void an_error_names_its_column_and_what_was_expected(void **state)
{
	static const struct example at[] = {
		{"", "column 1: expected a word, a phrase, a filter or \"(\""},
		{"a OR", "column 5: expected a word"},
		{"OR a", "column 1: expected a word"},
		{"a AND OR b", "column 7: expected a word"},
		{"a NOT", "column 6: expected a word"},
		{"(a", "column 3: expected \")\""},
		{"\xc3\xa9 )", "column 3: expected no \")\""},
		{"()", "column 2: expected a word"},
		{"a NEAR b", "column 7: expected NEAR/ and a number"},
		{"a NEAR/101 b", "column 7: expected NEAR/ and a number"},
		{"a NEAR/4294967297 b", "column 7: expected NEAR/ and a number"},
		{"a NEAR/ b", "column 7: expected NEAR/ and a number"},
		{"a NEAR/3", "column 9: expected a word"},
		{"a NEAR/3 (b c)", "column 11: expected beside NEAR"},
		{"a NEAR/3 /b/", "column 10: expected beside NEAR"},
		{"NOT section:plan a", "column 5: section: cannot be negated"},
		{"section:plan type:x", "column 1: section: narrows"},
		{"section:plan OR a", "column 1: section: narrows"},
		{"section:plan (section:laboratory_data a)", "column 1: these sections leave none"},
		{"section:nowhere a", "column 9: expected the name of a section"},
		{"section: a", "column 9: expected the name of a section"},
		{"section:plan, a", "column 14: expected the name of a section"},
		{"type: x", "column 6: expected a type"},
		{"type:x* a", "column 7: a star means nothing in a type"},
		{"date:43", "column 6: expected a date"},
		{"date:2143-13", "column 6: expected a date"},
		{"date:2143-02-29", "column 6: expected a date"},
		{"date:..", "column 6: expected a date"},
		{"date:2143..2143..2144", "column 6: expected a date"},
		{"date:2143-06..2143-01", "column 6: the range ends before it begins"},
		{"dx:gout", "column 1: no such field"},
		{"Type:x", "column 1: no such field"},
		{"a*b", "column 2: a star stands at the end"},
		{"a b*", "column 3: a prefix is one word of two letters"},
		{"c-di*", "column 1: a prefix is one word of two letters"},
		{"*", "column 1: a star stands at the end"},
		{"a \"", "column 3: the quote is not closed"},
		{"\"...\"", "column 1: expected a word between the quotes"},
		{"a /b", "column 3: the regex is not closed"},
		{"//", "column 1: the regex is empty"},
		{"/a/b", "column 4: expected a blank after the regex"},
		{"/a\\/", "column 1: the regex is not closed"},
		{"~", "column 2: expected a word or a phrase after ~"},
		{"~ a", "column 2: expected a word or a phrase after ~"},
		{"~/a/", "column 2: expected a word or a phrase after ~"},
		{"~ab*", "column 2: ~ stands before a word or a phrase, not a prefix"},
		{"~type:x", "column 2: ~ stands before a word or a phrase, not a filter"},
		{"~(a)", "column 2: expected a word or a phrase after ~"},
		{"a \\", "column 3: expected a sign after the backslash"},
		{"\xff", "not valid UTF-8 at byte 0"},
	};
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		struct parsed p = parse(at[i].query, false);
		if (p.rc != LODE_BADREQ || !strstr(p.text, at[i].expect))
			fail_msg("%s gives %s, not %s", at[i].query, p.text, at[i].expect);
	}
}

static void what_is_over_a_limit_is_refused(void **state)
{
	static char q[QUERY_BYTES_MAX + 100];
	struct {
		const char *piece;
		size_t n;
		const char *end, *expect;
	} at[] = {
		{"ab ", QUERY_LEAVES_MAX, "", NULL},
		{"ab ", QUERY_LEAVES_MAX + 1, "", "more than 64 words"},
		{"/a/ ", QUERY_REGEX_MAX + 1, "", "more than 16 regexes"},
		{"(", QUERY_DEPTH_MAX + 1, "a", "more than 16 parentheses"},
		{"NOT ", 2000, "a", NULL},
		{"& ", 4000, "a", NULL},
		{"\xc3\xa9", QUERY_BYTES_MAX / 2 + 1, "", "more than 8192 bytes"},
		{"ab-", MATCH_WORDS_MAX, "ab", "a phrase has 64 words"},
		{"abcdefgh", 65, "", "a phrase has 64 words"},
	};
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		q[0] = '\0';
		for (size_t k = 0; k < at[i].n; k++)
			strcat(q, at[i].piece);
		strcat(q, at[i].end);
		struct parsed p = parse(q, false);
		if (at[i].expect ? !strstr(p.text, at[i].expect) : p.rc != 0)
			fail_msg("%zu times %s: %s", at[i].n, at[i].piece, p.text);
	}
	memset(q, 'a', QUERY_REGEX_BYTES_MAX + 3);
	q[0] = q[QUERY_REGEX_BYTES_MAX + 2] = '/';
	q[QUERY_REGEX_BYTES_MAX + 3] = '\0';
	assert_non_null(strstr(parse(q, false).text, "more than 512 bytes"));
}

static void filters_compare_types_and_days(void **state)
{
	static const struct {
		const char *filter, *type, *date;
		bool passes;
	} at[] = {
		{"type:consult", "CONSULT", "", true},
		{"type:consult", "consult note", "", false},
		{"type:\"\"", "", "", true},
		{"type:\"\"", "x", "", false},
		{"date:2143", "", "2143-12-31T23:59:59Z", true},
		{"date:2143", "", "2144-01-01", false},
		{"date:2143-02", "", "2143-02-28", true},
		{"date:2143-02..2143-03", "", "2143-03-31", true},
		{"date:2143-02..2143-03", "", "2143-04-01", false},
		{"date:2143-02-10..", "", "2143-02-09", false},
		{"date:2143-02-10..", "", "2143-02-10T00:00:00Z", true},
		{"date:..2143-02-10", "", "2143-02-10T23:00:00Z", true},
		{"date:..2143", "", "", false},
	};
	struct tokenizer *t;
	assert_int_equal(tok_create(&t, NULL), 0);
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		struct query_node *n;
		struct arena a;
		arena_init(&a, 1 << 20);
		assert_int_equal(query_parse(slice_str(at[i].filter), false, t, &a, &n, NULL), 0);
		if (query_note_passes(n, slice_str(at[i].type), slice_str(at[i].date)) !=
			at[i].passes)
			fail_msg("%s of %s, %s", at[i].filter, at[i].type, at[i].date);
		arena_release(&a);
	}
	tok_destroy(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operators_bind_as_the_page_says),
		cmocka_unit_test(any_joins_by_or_and_keeps_filters_and_nots),
		cmocka_unit_test(sections_narrow_what_stands_beside_them),
		cmocka_unit_test(signs_are_ordinary_behind_a_backslash),
		cmocka_unit_test(an_error_names_its_column_and_what_was_expected),
		cmocka_unit_test(what_is_over_a_limit_is_refused),
		cmocka_unit_test(filters_compare_types_and_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
