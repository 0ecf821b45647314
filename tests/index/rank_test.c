#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/match.h"
#include "tests/index/search_chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *const one_day = "2143-05-02";

static int rank(struct test_chart *t, const char *query, bool any, const struct scope *scope,
	uint32_t limit, struct ranked_result *out)
{
	*out = (struct ranked_result){0};
	struct rank_query q = {
		.text = slice_str(query), .any = any, .limit = limit, .show = RANKED_TEXT};
	return chart_rank(t->chart, &q, scope, t->tokenizer, NULL, &t->arena, out, &t->err);
}

/* Results as "id@start:hit-hit,..." with '|' between. */
static void check(struct test_chart *t, const char *query, bool any, const struct scope *scope,
	const char *expect, int line)
{
	struct ranked_result r;
	char got[2000] = "";
	size_t n = 0;
	test_chart_open(t);
	if (rank(t, query, any, scope, 20, &r) < 0)
		fail_msg("line %d: %s", line, t->err.text);
	for (uint32_t i = 0; i < r.n; i++) {
		const struct ranked *k = &r.at[i];
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%.*s", n ? "|" : "",
			(int)k->note.note_id.n, k->note.note_id.p);
		for (uint32_t h = 0; h < k->n_hits; h++)
			n += (size_t)snprintf(got + n, sizeof(got) - n, "%c%.*s", h ? ',' : ':',
				(int)(k->hits[h].end - k->hits[h].start),
				k->text.p + k->hits[h].start - k->chunk_start);
		assert_int_equal(k->text.n, k->chunk_end - k->chunk_start);
		assert_true(i == 0 || k[-1].score >= k->score);
		assert_true(k->score > 0);
	}
	assert_true(r.counts.complete);
	test_chart_close(t);
	if (strcmp(got, expect) != 0)
		fail_msg("line %d: %s gives %s, not %s", line, query, got, expect);
}

#define CHECK(t, query, any, scope, expect) check(t, query, any, scope, expect, __LINE__)

static void fill(struct test_chart *t)
{
	test_chart_init(t);
	test_chart_put(t, "a", "2143-05-01", "Consult", "Severe chest pain and nausea.");
	test_chart_put(t, "b", "2143-05-02", "Nursing", "No pain. Chest clear.");
	test_chart_put(t, "c", "2143-05-03", "Nursing", "Chest pains, chest pain, pain.");
	test_chart_put(t, "d", "2143-05-04", "Nursing", "Follow up of pleural effusions.");
}

static void all_words_must_stand_in_the_note_unless_any_is_asked(void **state)
{
	struct test_chart t;
	fill(&t);
	CHECK(&t, "nausea pain", false, NULL, "a:pain,nausea");
	CHECK(&t, "nausea effusion", false, NULL, "");
	CHECK(&t, "nausea effusion", true, NULL, "a:nausea|d:effusions");
	CHECK(&t, "nausea nothere", true, NULL, "a:nausea");
	test_chart_finish(&t);
}

static void words_inflect_and_quoted_phrases_do_not(void **state)
{
	struct test_chart t;
	fill(&t);
	CHECK(&t, "\"chest pain\"", false, NULL, "a:chest pain|c:chest pain");
	CHECK(&t, "\"chest pains\"", false, NULL, "c:Chest pains");
	CHECK(&t, "effusion", false, NULL, "d:effusions");
	CHECK(&t, "\"effusion\"", false, NULL, "");
	CHECK(&t, "followup", false, NULL, "");
	CHECK(&t, "follow-up", false, NULL, "d:Follow up");
	test_chart_finish(&t);
}

static void a_scope_limits_the_results_but_not_the_scores(void **state)
{
	struct test_chart t;
	struct ranked_result all, one;
	struct slice type = SLICE("nursing");
	struct scope nursing = {.types = &type, .n_types = 1};
	fill(&t);
	CHECK(&t, "pain", false, &nursing, "c:pains,pain,pain|b:pain");
	CHECK(&t, "pain", false, (&(struct scope){.to = SLICE("2143-05-01")}), "a:pain");
	CHECK(&t, "pain", false, (&(struct scope){.sections = 1u << TOK_SEC_FAMILY}), "");
	test_chart_open(&t);
	assert_int_equal(rank(&t, "pain", false, NULL, 20, &all), 0);
	assert_int_equal(rank(&t, "pain", false, &nursing, 20, &one), 0);
	assert_true(all.at[0].score == one.at[0].score);
	assert_int_equal(one.counts.notes_in_scope, 3);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void the_limit_cuts_results_and_not_the_count(void **state)
{
	struct test_chart t;
	struct ranked_result r;
	fill(&t);
	test_chart_open(&t);
	assert_int_equal(rank(&t, "pain", false, NULL, 1, &r), 0);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.matched, 3);
	assert_int_equal(rank(&t, "pain", false, NULL, 0, &r), 0);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.matched, 3);
	test_chart_close(&t);
	test_chart_finish(&t);
}

/* A note of many chunks gives many results; room is taken for what they hold and no more. */
static void results_of_one_note_say_where_they_are(void **state)
{
	enum { LINES = 4000, RESULTS = 100 };
	struct test_chart t;
	struct ranked_result r;
	static char text[LINES * 80];
	size_t n = (size_t)sprintf(text, "FAMILY HISTORY:\nna\xc3\xafve gout.\n\nPLAN:\n");
	for (int i = 0; i < LINES; i++)
		n += (size_t)sprintf(text + n, "Na\xc3\xafve \xe2\x89\xa5 38 \xc2\xb0"
					       "C, gout, gouts again.\n");
	test_chart_init(&t);
	test_chart_put(&t, "a", "2143-05-02", "", text);
	test_chart_open(&t);
	size_t before = t.arena.used;
	assert_int_equal(rank(&t, "gout", false, NULL, RESULTS, &r), 0);
	assert_int_equal(r.n, RESULTS);
	assert_true(t.arena.used - before < RESULTS * (TOK_CHUNK_MAX + 200 * sizeof(struct hit)));
	for (uint32_t i = 0; i < r.n; i++) {
		const struct ranked *k = &r.at[i];
		assert_true(
			k->n_hits > 0 && k->hits[0].start == k->start && k->hits[0].end == k->end);
		assert_memory_equal(text + k->start, "gout", 4);
		assert_memory_equal(text + k->chunk_start, k->text.p, k->text.n);
		assert_int_equal(k->start_cp, tok_cp_count(slice_of(text, k->start)));
		assert_int_equal(k->end_cp, tok_cp_count(slice_of(text, k->end)));
		assert_int_equal(k->section, k->start < 40 ? TOK_SEC_FAMILY : TOK_SEC_PLAN);
		for (uint32_t h = 0; h < k->n_hits; h++)
			assert_in_range(k->hits[h].start, k->chunk_start, k->chunk_end - 1);
	}
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void ties_go_by_date_then_id(void **state)
{
	struct test_chart t;
	test_chart_init(&t);
	test_chart_put(&t, "b", "2143-05-02", "", "gout");
	test_chart_put(&t, "z", "2143-05-01", "", "gout");
	test_chart_put(&t, "a", "2143-05-02", "", "gout");
	CHECK(&t, "gout", false, NULL, "z:gout|a:gout|b:gout");
	test_chart_finish(&t);
}

static void a_bad_query_is_refused_with_its_column(void **state)
{
	static const struct {
		const char *query, *column;
	} bad[] = {{"pain \"chest", "column 6:"}, {"", "column 1:"}, {"  --", "column 5:"},
		{"\"\"", "column 1:"}, {"\xc3\xa9\xc3\xa9 \"", "column 4:"},
		{"pain /a(/", "column 6:"}};
	struct test_chart t;
	struct ranked_result r;
	fill(&t);
	test_chart_open(&t);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(rank(&t, bad[i].query, false, NULL, 5, &r), LODE_BADREQ);
		if (!strstr(t.err.text, bad[i].column))
			fail_msg("%s", t.err.text);
	}
	assert_int_equal(rank(&t, "\xff", false, NULL, 5, &r), LODE_BADREQ);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void scores_do_not_depend_on_replaced_or_deleted_notes(void **state)
{
	struct test_chart fresh, worn;
	struct ranked_result a, b;
	fill(&fresh);
	test_chart_init(&worn);
	test_chart_put(&worn, "a", "2143-05-01", "", "pain pain pain chest pain pain");
	test_chart_put(&worn, "x", "2143-05-01", "", "chest pain");
	test_chart_put(&worn, "a", "2143-05-01", "Consult", "Severe chest pain and nausea.");
	test_chart_put(&worn, "b", "2143-05-02", "Nursing", "No pain. Chest clear.");
	test_chart_delete(&worn, "x");
	test_chart_put(&worn, "c", "2143-05-03", "Nursing", "Chest pains, chest pain, pain.");
	test_chart_put(&worn, "d", "2143-05-04", "Nursing", "Follow up of pleural effusions.");
	test_chart_open(&fresh);
	test_chart_open(&worn);
	assert_int_equal(rank(&fresh, "pain \"chest pain\"", true, NULL, 20, &a), 0);
	assert_int_equal(rank(&worn, "pain \"chest pain\"", true, NULL, 20, &b), 0);
	assert_int_equal(a.n, b.n);
	for (uint32_t i = 0; i < a.n; i++) {
		assert_true(slice_eq(a.at[i].note.note_id, b.at[i].note.note_id));
		assert_true(a.at[i].score == b.at[i].score);
	}
	test_chart_close(&worn);
	test_chart_close(&fresh);
	test_chart_finish(&worn);
	test_chart_finish(&fresh);
}

/* ---- against BM25 as it is written down ---- */

enum { NOTES = 30, CHUNKS = 400, QUERY = 3 };

static const char *const words[] = {"pain", "pains", "chest", "tumor", "tumour", "the", "lung",
	"node", "nodes", "liver", "fever", "rash", "gout", "cough", "apnea", "stroke"};

struct plain_chunk {
	uint32_t note, start, words, tf[QUERY];
	double score;
};

static struct plain_chunk chunks[CHUNKS];
static uint32_t n_chunks;

static bool is_form(const char *word, struct slice term)
{
	struct inflections other;
	inflect(slice_str(word), &other);
	bool is = slice_eq(slice_str(word), term);
	for (uint32_t i = 0; i < other.n; i++)
		is |= slice_eq(other.at[i], term);
	return is;
}

static void count_plainly(
	struct test_chart *t, uint32_t note, const char *text, const char *const *query)
{
	struct tok_doc doc;
	uint32_t *ends, n, word = 0;
	assert_int_equal(tok_scan(t->tokenizer, slice_str(text), &t->arena, &doc, NULL), 0);
	assert_int_equal(tok_chunks(&doc, &t->arena, &ends, &n), 0);
	for (uint32_t c = 0; c < n; c++) {
		struct plain_chunk *k = &chunks[n_chunks++];
		*k = (struct plain_chunk){.note = note, .start = c ? ends[c - 1] : 0};
		for (; word < doc.n_words && doc.words[word].start < ends[c]; word++, k->words++)
			for (int q = 0; q < QUERY; q++)
				k->tf[q] += is_form(query[q], tok_term(&doc, &doc.words[word]));
	}
}

static void score_plainly(void)
{
	double mean = 0, df[QUERY] = {0};
	for (uint32_t i = 0; i < n_chunks; i++) {
		mean += chunks[i].words / (double)n_chunks;
		for (int q = 0; q < QUERY; q++)
			df[q] += chunks[i].tf[q] > 0;
	}
	for (uint32_t i = 0; i < n_chunks; i++)
		for (int q = 0; q < QUERY; q++) {
			double idf = log(1 + (n_chunks - df[q] + 0.5) / (df[q] + 0.5));
			double norm = 1.2 * (1 - 0.75 + 0.75 * chunks[i].words / mean);
			chunks[i].score += idf * chunks[i].tf[q] * 2.2 / (chunks[i].tf[q] + norm);
		}
}

static void compare_with_plain(struct test_chart *t, const char *const *query)
{
	struct ranked_result r;
	char text[200];
	uint32_t matched = 0;
	snprintf(text, sizeof(text), "%s %s %s", query[0], query[1], query[2]);
	assert_int_equal(rank(t, text, true, NULL, CHUNKS, &r), 0);
	for (uint32_t i = 0; i < n_chunks; i++)
		matched += chunks[i].score > 0;
	assert_int_equal(r.matched, matched);
	assert_int_equal(r.n, matched);
	for (uint32_t i = 0; i < r.n; i++) {
		const char *id = r.at[i].note.note_id.p;
		uint32_t note = (uint32_t)(10 * (id[1] - '0') + id[2] - '0'), k = 0, hits = 0;
		while (k < n_chunks &&
			(chunks[k].note != note || chunks[k].start != r.at[i].chunk_start))
			k++;
		assert_true(k < n_chunks);
		/* Sums are taken in another order here. */
		assert_true(fabs(chunks[k].score - r.at[i].score) < 1e-9);
		for (int q = 0; q < QUERY; q++)
			hits += chunks[k].tf[q];
		assert_true(r.at[i].n_hits <= hits && r.at[i].n_hits > 0);
	}
}

static void scores_are_those_of_the_formula(void **state)
{
	static char text[NOTES][6000];
	struct test_chart t;
	unsigned seed = (unsigned)time(NULL);
	char id[16];
	print_message("seed %u\n", seed);
	test_chart_init(&t);
	for (uint32_t i = 0; i < NOTES; i++) {
		size_t n = 0, most = (size_t)rand_r(&seed) % 5900;
		for (; n < most; n += strlen(text[i] + n))
			snprintf(text[i] + n, sizeof(text[i]) - n, "%s%s",
				words[rand_r(&seed) % 16 % (1 + rand_r(&seed) % 16)],
				rand_r(&seed) % 9 ? " " : ". ");
		snprintf(id, sizeof(id), "n%02u", i);
		test_chart_put(&t, id, one_day, "", text[i]);
	}
	test_chart_open(&t);
	for (int round = 0; round < 40; round++) {
		const char *query[QUERY];
		for (int q = 0; q < QUERY; q++)
			query[q] = words[rand_r(&seed) % 16];
		n_chunks = 0;
		for (uint32_t i = 0; i < NOTES; i++)
			count_plainly(&t, i, text[i], query);
		score_plainly();
		compare_with_plain(&t, query);
	}
	test_chart_close(&t);
	test_chart_finish(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_words_must_stand_in_the_note_unless_any_is_asked),
		cmocka_unit_test(words_inflect_and_quoted_phrases_do_not),
		cmocka_unit_test(a_scope_limits_the_results_but_not_the_scores),
		cmocka_unit_test(the_limit_cuts_results_and_not_the_count),
		cmocka_unit_test(results_of_one_note_say_where_they_are),
		cmocka_unit_test(ties_go_by_date_then_id),
		cmocka_unit_test(a_bad_query_is_refused_with_its_column),
		cmocka_unit_test(scores_do_not_depend_on_replaced_or_deleted_notes),
		cmocka_unit_test(scores_are_those_of_the_formula),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
