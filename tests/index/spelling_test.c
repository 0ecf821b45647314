#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/match.h"
#include "tests/index/search_chart.h"

#include <stdio.h>
#include <stdlib.h>

/* Optimal string alignment as its definition has it, without any short cut. */
static unsigned plain_distance(struct slice a, struct slice b)
{
	unsigned d[12][12];
	for (size_t i = 0; i <= a.n; i++)
		for (size_t j = 0; j <= b.n; j++) {
			unsigned best = i == 0 ? (unsigned)j : j == 0 ? (unsigned)i : UINT32_MAX;
			if (i && j) {
				unsigned change = d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]);
				best = d[i - 1][j] + 1 < d[i][j - 1] + 1 ? d[i - 1][j] + 1
									 : d[i][j - 1] + 1;
				best = change < best ? change : best;
			}
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				best = d[i - 2][j - 2] + 1 < best ? d[i - 2][j - 2] + 1 : best;
			d[i][j] = best;
		}
	return d[a.n][b.n];
}

static void the_distance_is_that_of_its_definition(void **state)
{
	unsigned random = 5, seen[4] = {0};
	for (int round = 0; round < 200000; round++) {
		char room[2][12];
		size_t n[2];
		for (int k = 0; k < 2; k++) {
			n[k] = 1 + (unsigned)rand_r(&random) % 9;
			for (size_t i = 0; i < n[k]; i++)
				room[k][i] = (char)('a' + rand_r(&random) % 3);
		}
		struct slice a = {room[0], n[0]}, b = {room[1], n[1]};
		unsigned want = plain_distance(a, b);
		for (unsigned most = 1; most <= 2; most++) {
			unsigned got = spelling_distance(a, b, most);
			assert_int_equal(got, want > most ? most + 1 : want);
		}
		seen[want < 3 ? want : 3]++;
	}
	assert_true(seen[1] > 100 && seen[2] > 100);
}

/* What the chart has instead of the condition, '|' between; '?' behind a hint. */
static const char *spelled(const char *condition, const char *text)
{
	static char room[2000];
	struct test_chart t;
	const struct lexicon *l = lexicon_builtin();
	struct names_options o = {.lexicons = &l, .n_lexicons = 1};
	struct names names, made;
	size_t n = 0;
	test_chart_init(&t);
	test_chart_put(&t, "n", "2150-01-02", "", text);
	test_chart_open(&t);
	assert_int_equal(
		names_widen_by(&o, slice_str(condition), t.tokenizer, &t.arena, &names, NULL), 0);
	names.n = names.n_full = 1; /* the condition alone */
	assert_int_equal(chart_respell(t.chart, &o, &names, t.tokenizer, &t.arena, &made, NULL), 0);
	room[0] = '\0';
	for (uint32_t i = 0; i < made.n; i++) {
		const struct name *m = &made.at[i];
		assert_int_equal(m->via, VIA_SPELLING);
		n += (size_t)snprintf(room + n, sizeof(room) - n, "%s%.*s%s", n ? "|" : "",
			(int)m->text.n, m->text.p, m->is_ambiguous ? "?" : "");
	}
	test_chart_close(&t);
	test_chart_finish(&t);
	return room;
}

static void every_kind_of_slip_is_found(void **state)
{
	assert_string_equal(spelled("zorbomatosis", "zorbomatsis"), "zorbomatsis");
	assert_string_equal(spelled("zorbomatosis", "zorbomattosis"), "zorbomattosis");
	assert_string_equal(spelled("zorbomatosis", "zorbometosis"), "zorbometosis");
	assert_string_equal(spelled("zorbomatosis", "zorbomatsois"), "zorbomatsois");
	assert_string_equal(spelled("zorbomatosis", "xorbomatosis"), "xorbomatosis");
	assert_string_equal(spelled("zorbomatosis", "zorbomatxxis"), "zorbomatxxis?");
	assert_string_equal(spelled("zorbomatosis", "zorbomxxxsis"), "");
	assert_string_equal(spelled("left zorbomatosis", "zorbomatsis"), "left zorbomatsis");
}

static void short_words_are_left_alone(void **state)
{
	assert_string_equal(spelled("zorb", "zorx"), "");
	assert_string_equal(spelled("zorbo", "zorbx"), "zorbx?");
	assert_string_equal(spelled("zorbo", "xorbo"), "");
	assert_string_equal(spelled("zorbom", "zorbox"), "zorbox");
	assert_string_equal(spelled("zorbomx", "zorboyy"), "");
}

static void known_words_forms_and_numbers_are_no_slips(void **state)
{
	assert_string_equal(spelled("hypertension", "hypotension hypertensions"), "");
	assert_string_equal(spelled("zorbomatosis", "zorbomatoses zorbomat0sis"), "");
	assert_string_equal(spelled("peroneal", "perineal"), "");
	assert_string_equal(spelled("hemoptysis", "hemostasis"), "");
	assert_string_equal(spelled("inability", "ability"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_distance_is_that_of_its_definition),
		cmocka_unit_test(every_kind_of_slip_is_found),
		cmocka_unit_test(short_words_are_left_alone),
		cmocka_unit_test(known_words_forms_and_numbers_are_no_slips),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
