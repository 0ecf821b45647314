/* What the language adds to ranked search: limits, regexes, synonyms, filters. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/rank.h"
#include "tests/index/search_chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int rank(struct test_chart *t, const char *query, const struct search_stop *stop,
	struct ranked_result *out)
{
	struct rank_query q = {.text = slice_str(query), .limit = 1000, .show = RANKED_PLACES};
	*out = (struct ranked_result){0};
	return chart_rank(t->chart, &q, NULL, t->tokenizer, stop, &t->arena, out, &t->err);
}

static uint32_t count(struct test_chart *t, const char *query)
{
	struct ranked_result r;
	if (rank(t, query, NULL, &r) < 0)
		fail_msg("%s: %s", query, t->err.text);
	return r.n;
}

static void refused(struct test_chart *t, const char *query, const char *why)
{
	struct ranked_result r;
	assert_int_equal(rank(t, query, NULL, &r), LODE_BADREQ);
	if (!strstr(t->err.text, why))
		fail_msg("%s: %s, not %s", query, t->err.text, why);
}

static void literals_are_what_every_match_holds(void **state)
{
	static const struct {
		const char *regex, *literal;
	} at[] = {
		{"gout", "gout"},
		{"\\bGOUT\\b", "gout"},
		{"gouty?", "gout"},
		{"gouty*", "gout"},
		{"gouty{0,3}", "gout"},
		{"gouty+x", "gouty"},
		{"a|gout", ""},
		{"(a|b)gout", "gout"},
		{"(?:gout)?", ""},
		{"(gout)+ab", "ab"},
		{"[gout]ab", "ab"},
		{"[^]a]bc", "bc"},
		{"[[:alpha:]]bc", ""},
		{"\\x41bc", ""},
		{"\\p{Lu}bc", "bc"},
		{"\\pLbcd", ""},
		{"\\d\\d gm", "gm"},
		{"effusion", "effu"},
		{"kidney", "idney"},
		{"(?i)gout", ""},
		{"(?x)g out", ""},
		{"(?<=a)gout", ""},
		{"gout(?=ab)", "gout"},
		{"(*ACCEPT)gout", ""},
		{"\\Qgout\\E", ""},
		{"go\\Kut", ""},
		{"ab.{3}gout", "gout"},
		{"(ab", ""},
		{"gout\\", "gout"},
		{"\xc3\xa9gout", "gout"},
	};
	struct arena a;
	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		struct slice got = rank_regex_literal(slice_str(at[i].regex), &a);
		if (!slice_eq(got, slice_str(at[i].literal)))
			fail_msg("%s gives %.*s, not %s", at[i].regex, (int)got.n, got.p,
				at[i].literal);
	}
	arena_release(&a);
}

static void put_text(
	struct test_chart *t, const char *id, const char *piece, unsigned times, const char *end)
{
	char *text = calloc(times + 2, strlen(piece) + strlen(end));
	size_t n = 0;
	assert_non_null(text);
	for (unsigned i = 0; i < times; i++)
		n += (size_t)sprintf(text + n, "%s", piece);
	n += (size_t)sprintf(text + n, "%s", end);
	test_chart_add(t, id, "2143-05-02", slice_of(text, n));
	test_chart_commit(t);
	free(text);
}

static void a_regex_is_found_wherever_slices_end(void **state)
{
	struct test_chart t;
	struct ranked_result r;
	test_chart_init(&t);
	put_text(&t, "a", "Nothing of note \xc3\xa9.\n", 60000, "Gout Gout\n");
	test_chart_open(&t);
	assert_int_equal(rank(&t, "/gout/", NULL, &r), 0);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.at[0].n_hits, 2);
	assert_int_equal(r.at[0].start, 60000 * 20);
	assert_int_equal(count(&t, "/\\bgout gout$/"), 1);
	assert_int_equal(count(&t, "/(?-i)gout/"), 0);
	/* Longer than any slice, from the first byte to the last. */
	assert_int_equal(count(&t, "/(?s)\\A.*gout\\n\\z/"), 1);
	assert_int_equal(count(&t, "/x*/"), 0);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void a_regex_over_a_limit_is_no_short_answer(void **state)
{
	struct test_chart t;
	struct ranked_result r;
	test_chart_init(&t);
	put_text(&t, "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 3, "!");
	put_text(&t, "b", "gout ", RANK_PLACES_MAX + 1, "");
	put_text(&t, "c", "fine", 1, "");
	test_chart_open(&t);
	assert_int_equal(rank(&t, "/(a+)+$/", NULL, &r), 0);
	assert_false(r.counts.complete);
	assert_int_equal(r.counts.notes_searched, 2);
	assert_non_null(strstr(r.counts.why, "column 1 gave up"));
	refused(&t, "fine OR /gout/", "column 9: the regex matches more than 10000 times");
	/* Negated, one match is enough to know. */
	assert_int_equal(count(&t, "NOT /gout/"), 2);
	refused(&t, "a /(b/", "column 3: pattern does not compile");
	refused(&t, "/\\Gout/", "column 1: a regex may hold neither");
	refused(&t, "/(*COMMIT)out/", "column 1: a regex may hold neither");
	assert_int_equal(count(&t, "/[(*]|\\(\\*|fine/"), 1);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void a_slow_regex_stops_at_the_deadline(void **state)
{
	struct test_chart t;
	struct ranked_result r;
	struct timespec now, after;
	test_chart_init(&t);
	put_text(&t, "a", "ab", 1 << 21, "");
	test_chart_open(&t);
	clock_gettime(CLOCK_MONOTONIC, &now);
	struct search_stop stop = {.deadline_ns = (uint64_t)now.tv_sec * 1000000000 +
						  (uint64_t)now.tv_nsec + 20000000};
	/* Every place costs a walk to the end of the text. */
	assert_int_equal(rank(&t, "/[ab]*[xy]/", &stop, &r), LODE_TIMEOUT);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(after.tv_sec - now.tv_sec < 5);
	atomic_bool cancelled = true;
	stop = (struct search_stop){.cancelled = &cancelled};
	assert_int_equal(rank(&t, "/[ab]*[xy]/", &stop, &r), LODE_CANCELLED);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void a_prefix_over_the_limit_is_refused_and_dead_notes_do_not_count(void **state)
{
	struct test_chart t;
	static char text[RANK_PREFIX_MAX * 8];
	size_t n = 0;
	test_chart_init(&t);
	for (int i = 0; i < RANK_PREFIX_MAX; i++)
		n += (size_t)sprintf(text + n, "pre%d ", i);
	test_chart_add(&t, "a", "2143-05-02", slice_of(text, n));
	test_chart_commit(&t);
	test_chart_put(&t, "b", "2143-05-02", "", "prefer");
	test_chart_open(&t);
	refused(&t, "a pre*", "column 3: the prefix stands for more than 1000 words in this chart");
	assert_true(count(&t, "pre1*") > 0);
	test_chart_close(&t);
	test_chart_delete(&t, "b");
	test_chart_open(&t);
	assert_true(count(&t, "PRE*") > 0);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void synonyms_find_what_ask_finds(void **state)
{
	struct test_chart t;
	struct ranked_result r;
	test_chart_init(&t);
	test_chart_put(&t, "a", "2143-05-01", "", "Acute myocardial infarctions before.");
	test_chart_put(&t, "b", "2143-05-02", "", "Had an MI.");
	test_chart_put(&t, "c", "2143-05-03", "", "mi casa");
	test_chart_open(&t);
	assert_int_equal(count(&t, "MI"), 2);
	assert_int_equal(count(&t, "\"myocardial infarction\""), 0);
	assert_int_equal(count(&t, "~\"myocardial infarction\""), 2);
	struct rank_query q = {.text = SLICE("\"myocardial infarction\""),
		.synonyms = true,
		.limit = 10,
		.show = RANKED_PLACES};
	assert_int_equal(chart_rank(t.chart, &q, NULL, t.tokenizer, NULL, &t.arena, &r, &t.err), 0);
	assert_int_equal(r.n, 2);
	assert_int_equal(count(&t, "\"myocardial infarction\" OR casa NEAR/0 ~MI"), 1);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void a_query_of_filters_and_nots_shows_first_chunks(void **state)
{
	struct test_chart t;
	struct ranked_result r;
	test_chart_init(&t);
	test_chart_put(&t, "b", "2143-05-01", "Consult", "Gout.");
	test_chart_put(&t, "a", "2143-05-02", "Consult", "");
	test_chart_put(&t, "c", "", "Nursing", "Quiet night.");
	test_chart_open(&t);
	assert_int_equal(rank(&t, "type:CONSULT", NULL, &r), 0);
	assert_int_equal(r.n, 2);
	assert_memory_equal(r.at[0].note.note_id.p, "b", 1);
	assert_int_equal(r.at[0].n_hits, 0);
	assert_int_equal(r.at[0].end, 5);
	assert_int_equal(r.at[1].end, 0);
	assert_int_equal(count(&t, "date:2143"), 2);
	assert_int_equal(count(&t, "NOT date:2143"), 1);
	assert_int_equal(count(&t, "NOT gout"), 2);
	assert_int_equal(count(&t, "NOT /gout/ NOT night"), 1);
	assert_int_equal(count(&t, "type:consult OR quiet"), 3);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void damage_of_a_note_that_must_be_read_is_counted(void **state)
{
	struct test_chart t;
	struct ranked_result r;
	test_chart_init(&t);
	test_chart_put(&t, "a", "2143-05-01", "", "chest pain");
	test_chart_put(&t, "b", "2143-05-02", "", "chest zqzqz pain");
	test_chart_flip(&t, test_chart_locate(&t, "zqzqz pain"));
	test_chart_open(&t);
	assert_int_equal(rank(&t, "\"chest pain\"", NULL, &r), 0);
	assert_int_equal(r.n, 1);
	assert_int_equal(rank(&t, "/pain/", NULL, &r), 0);
	assert_int_equal(r.n, 1);
	assert_false(r.counts.complete);
	assert_int_equal(r.counts.notes_searched, 1);
	assert_int_equal(rank(&t, "NOT /chest/", NULL, &r), 0);
	assert_int_equal(r.n, 0);
	assert_false(r.counts.complete);
	test_chart_close(&t);
	test_chart_finish(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_are_what_every_match_holds),
		cmocka_unit_test(a_regex_is_found_wherever_slices_end),
		cmocka_unit_test(a_regex_over_a_limit_is_no_short_answer),
		cmocka_unit_test(a_slow_regex_stops_at_the_deadline),
		cmocka_unit_test(a_prefix_over_the_limit_is_refused_and_dead_notes_do_not_count),
		cmocka_unit_test(synonyms_find_what_ask_finds),
		cmocka_unit_test(a_query_of_filters_and_nots_shows_first_chunks),
		cmocka_unit_test(damage_of_a_note_that_must_be_read_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
