#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/index.h"
#include "tests/index/search_chart.h"

#include <stdio.h>
#include <time.h>

static const char *const one_day = "2143-05-02";

/* Everything found, as "id:start-end" with '|' between. */
struct seen {
	char text[4096];
	size_t n;
	unsigned notes, hits;
};

static int see(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct seen *s = arg;
	s->notes++;
	for (uint32_t i = 0; i < n_hits; i++) {
		s->hits++;
		if (s->n < sizeof(s->text) - 100)
			s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n,
				"%s%.*s:%u-%u", s->n ? "|" : "", (int)note->note_id.n,
				note->note_id.p, hits[i].start, hits[i].end);
	}
	return 0;
}

static int find_in(struct test_chart *t, const char *condition, const struct scope *scope,
	const struct search_stop *stop, struct seen *seen, struct search_counts *counts)
{
	struct name name = {.text = slice_str(condition), .via = VIA_EXACT};
	struct names names = {.at = &name, .n = 1};
	struct arena scratch;
	*seen = (struct seen){0};
	arena_init(&scratch, 64 << 20);
	test_chart_open(t);
	int rc = chart_find(
		t->chart, &names, scope, t->tokenizer, stop, &scratch, see, seen, counts, &t->err);
	assert_int_equal(scratch.used, 0);
	arena_release(&scratch);
	test_chart_close(t);
	return rc;
}

static void check(struct test_chart *t, const char *condition, const struct scope *scope,
	const char *expect, int line)
{
	struct seen seen;
	struct search_counts counts;
	int rc = find_in(t, condition, scope, NULL, &seen, &counts);
	if (rc < 0)
		fail_msg("line %d: %s", line, t->err.text);
	if (strcmp(seen.text, expect) != 0)
		fail_msg("line %d: found %s, not %s", line, seen.text, expect);
	assert_true(counts.complete);
	assert_int_equal(counts.notes_searched, counts.notes_in_scope);
}

#define CHECK(t, condition, scope, expect) check(t, condition, scope, expect, __LINE__)

static void a_needle_is_found_in_the_last_note(void **state)
{
	struct test_chart t;
	struct seen seen;
	struct search_counts counts;
	char id[16];
	test_chart_init(&t);
	for (int i = 0; i < 120; i++) {
		snprintf(id, sizeof(id), "n%03d", i);
		test_chart_put(&t, id, one_day, "Progress note",
			i == 119 ? "No fever. History of malignant hyperthermia in 2139."
				 : "No fever. Walks well.");
	}
	assert_int_equal(find_in(&t, "malignant hyperthermia", NULL, NULL, &seen, &counts), 0);
	assert_string_equal(seen.text, "n119:21-43");
	assert_int_equal(counts.notes_total, 120);
	assert_int_equal(counts.notes_in_scope, 120);
	assert_int_equal(counts.notes_searched, 120);
	assert_int_equal(counts.chunks_total, 120);
	assert_int_equal(counts.chunks_matched, 1);
	assert_true(counts.complete);
	test_chart_finish(&t);
}

static void what_is_nowhere_is_not_found_and_the_count_is_complete(void **state)
{
	struct test_chart t;
	struct seen seen;
	struct search_counts counts;
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", "chest wall. Back pain.");
	assert_int_equal(find_in(&t, "chest pain", NULL, NULL, &seen, &counts), 0);
	assert_int_equal(seen.notes, 0);
	assert_true(counts.complete);
	assert_int_equal(counts.notes_searched, 1);
	assert_int_equal(counts.chunks_matched, 0);
	test_chart_finish(&t);
}

static void notes_come_by_date_then_id(void **state)
{
	struct test_chart t;
	test_chart_init(&t);
	test_chart_put(&t, "c", "2143-05-03", "", "gout");
	test_chart_put(&t, "b", "2143-05-03T08:00:00Z", "", "gout");
	test_chart_put(&t, "d", "2143-05-02", "", "gout gout");
	test_chart_put(&t, "a", "2143-05-03", "", "gout");
	test_chart_put(&t, "z", "", "", "gout");
	CHECK(&t, "gout", NULL, "z:0-4|d:0-4|d:5-9|a:0-4|c:0-4|b:0-4");
	test_chart_finish(&t);
}

static void replaced_and_deleted_text_is_not_found(void **state)
{
	struct test_chart t;
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", "gout");
	test_chart_put(&t, "b", one_day, "", "gout");
	test_chart_put(&t, "a", one_day, "", "no such thing");
	CHECK(&t, "gout", NULL, "b:0-4");
	test_chart_put(&t, "a", one_day, "", "now: gout");
	test_chart_delete(&t, "b");
	CHECK(&t, "gout", NULL, "a:5-9");
	test_chart_finish(&t);
}

static void a_phrase_across_a_chunk_border_is_found(void **state)
{
	/* Words without a sentence end: chunks are cut between them, and each word is at some cut. */
	static char text[20000];
	struct test_chart t;
	struct seen seen;
	struct search_counts counts;
	size_t n = 0;
	unsigned phrases = 0;
	for (; n < sizeof(text) - 40; phrases++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"%sspontaneous-bacterial peritonitis", n ? " " : "");
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", text);
	assert_int_equal(
		find_in(&t, "spontaneous bacterial peritonitis", NULL, NULL, &seen, &counts), 0);
	assert_int_equal(seen.hits, phrases);
	assert_true(counts.chunks_total > 5);
	assert_int_equal(counts.chunks_matched, counts.chunks_total);
	test_chart_finish(&t);
}

/* One needle in each of many notes without a sentence end, every byte of it once at a border. */
static void check_everywhere(const char *condition, const char *needle)
{
	enum { FIRST = 640, LAST = 1420 };
	static char text[3000];
	struct test_chart t;
	struct seen seen;
	struct search_counts counts;
	char id[16];
	test_chart_init(&t);
	for (size_t at = FIRST; at < LAST; at++) {
		bool placed = false;
		size_t n = 0;
		while (n < sizeof(text) - 200) {
			if (!placed && n + 8 > at) {
				n += (size_t)snprintf(text + n, sizeof(text) - n, "%*s%s ",
					(int)(at - n), "", needle);
				placed = true;
			}
			n += (size_t)snprintf(text + n, sizeof(text) - n, "q%c%c%c%c ",
				'a' + (char)(n % 23), 'a' + (char)(n % 19), 'a' + (char)(n % 17),
				'a' + (char)(n % 13));
		}
		snprintf(id, sizeof(id), "n%04zu", at);
		test_chart_add(&t, id, one_day, slice_of(text, n));
	}
	test_chart_commit(&t);
	assert_int_equal(find_in(&t, condition, NULL, NULL, &seen, &counts), 0);
	assert_true(counts.complete);
	assert_int_equal(seen.hits, LAST - FIRST);
	test_chart_finish(&t);
}

static void a_needle_is_found_wherever_a_chunk_border_falls(void **state)
{
	check_everywhere("malignant hyperthermia", "malignant hyperthermia");
	check_everywhere("preeclampsia", "pre-eclampsia");
	check_everywhere("Hunt and Hess", "Hunt and [**Last Name (un) 12**]");
	check_everywhere("Miller Fisher syndrome", "[**Name**] Fisher syndrome");
	check_everywhere("follow-up scan", "followup scan");
}

static void a_phrase_over_several_chunks_is_found(void **state)
{
	char name[512], text[8000];
	struct test_chart t;
	struct seen seen;
	struct search_counts counts;
	size_t n = 0, m = 0;
	while (m < 1300)
		m += (size_t)snprintf(text + m, sizeof(text) - m, "filler ");
	for (int i = 0; i < 60; i++) {
		n += (size_t)snprintf(name + n, sizeof(name) - n, "%sw%c%c", i ? " " : "",
			'a' + i / 26, 'a' + i % 26);
		m += (size_t)snprintf(text + m, sizeof(text) - m, "%*sw%c%c", i ? 63 : 0, "",
			'a' + i / 26, 'a' + i % 26);
	}
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", text);
	assert_int_equal(find_in(&t, name, NULL, NULL, &seen, &counts), 0);
	assert_true(counts.chunks_total >= 3);
	assert_int_equal(seen.hits, 1);
	test_chart_finish(&t);
}

static void dates_limit_the_scope_by_day(void **state)
{
	struct test_chart t;
	struct search_counts counts;
	struct seen seen;
	test_chart_init(&t);
	test_chart_put(&t, "a", "2143-05-01", "", "gout");
	test_chart_put(&t, "b", "2143-05-02T23:59:59Z", "", "gout");
	test_chart_put(&t, "c", "2143-05-03", "", "gout");
	test_chart_put(&t, "u", "", "", "gout");
	CHECK(&t, "gout", (&(struct scope){.from = SLICE("2143-05-02")}), "b:0-4|c:0-4");
	CHECK(&t, "gout", (&(struct scope){.to = SLICE("2143-05-02")}), "a:0-4|b:0-4");
	CHECK(&t, "gout", (&(struct scope){.as_of = SLICE("2143-05-02T00:00:00Z")}),
		"u:0-4|a:0-4|b:0-4");
	struct scope scope = {.from = SLICE("2143-05-02"), .to = SLICE("2143-05-02")};
	assert_int_equal(find_in(&t, "gout", &scope, NULL, &seen, &counts), 0);
	assert_string_equal(seen.text, "b:0-4");
	assert_int_equal(counts.notes_total, 4);
	assert_int_equal(counts.notes_in_scope, 1);
	static const char *const no_dates[] = {
		"May", "2143-00-00", "2143-13-01", "2143-02-30", "2143-5-02", "2143-05"};
	for (size_t i = 0; i < sizeof(no_dates) / sizeof(*no_dates); i++) {
		scope.from = slice_str(no_dates[i]);
		assert_int_equal(find_in(&t, "gout", &scope, NULL, &seen, &counts), LODE_BADREQ);
	}
	test_chart_finish(&t);
}

/* The hits of all names, as `want` has them. */
static void find_names(struct test_chart *t, const struct names *names, const char *want,
	struct search_counts *counts)
{
	struct seen seen = {0};
	struct arena scratch;
	arena_init(&scratch, 64 << 20);
	test_chart_open(t);
	assert_int_equal(chart_find(t->chart, names, NULL, t->tokenizer, NULL, &scratch, see, &seen,
				 counts, &t->err),
		0);
	test_chart_close(t);
	assert_string_equal(seen.text, want);
	arena_release(&scratch);
}

/* Names sought together: a note that lacks one of them is not shown, in any order of the others. */
static void names_sought_together_leave_out_notes_with_one(void **state)
{
	struct test_chart t;
	struct search_counts counts;
	struct name name[] = {{.text = SLICE("lung"), .via = VIA_EXACT},
		{.text = SLICE("cancer"), .via = VIA_EXACT}};
	struct names names = {.at = name, .n = 2, .together = 60};
	char far[8000];
	test_chart_init(&t);
	size_t n = (size_t)sprintf(far, "lung.");
	while (n < 7000)
		n += (size_t)sprintf(far + n, " No fever here.");
	sprintf(far + n, " cancer.");
	test_chart_put(&t, "a", one_day, "", "cancer of the lung");
	test_chart_put(&t, "b", one_day, "", "lung clear");
	test_chart_put(&t, "c", one_day, "", "breast cancer");
	test_chart_put(&t, "d", one_day, "", far);
	test_chart_put(&t, "e", one_day, "", "lung cancer");
	find_names(&t, &names, "a:0-6|a:14-18|e:0-4|e:5-11", &counts);
	assert_true(counts.complete);
	assert_int_equal(counts.notes_searched, 5);
	test_chart_finish(&t);
}

static void companions_and_unmasked_names_bring_no_notes_of_their_own(void **state)
{
	struct test_chart t;
	struct search_counts counts;
	struct name name[] = {{.text = SLICE("gout"), .via = VIA_EXACT},
		{.text = SLICE("tophus"), .via = VIA_EXACT, .is_companion = true},
		{.text = SLICE("kaposi sarcoma"), .via = VIA_EXACT, .is_unmasked = true},
		{.text = SLICE("crohn disease"), .via = VIA_EXACT}};
	struct names names = {.at = name, .n = 4};
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", "A tophus.");
	test_chart_put(&t, "b", one_day, "", "Gout, one tophus.");
	test_chart_put(&t, "c", one_day, "", "Known [**Last Name**] sarcoma.");
	test_chart_put(&t, "d", one_day, "", "Known [**Last Name**] disease.");
	test_chart_put(&t, "e", one_day, "", "Kaposi sarcoma.");
	find_names(&t, &names, "b:0-4|b:10-16|d:6-29|e:0-14", &counts);
	test_chart_finish(&t);
}

static void types_and_sections_limit_the_scope(void **state)
{
	struct test_chart t;
	struct slice types[] = {SLICE("consult"), SLICE("DISCHARGE SUMMARY")};
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "Discharge summary", "gout");
	test_chart_put(&t, "b", one_day, "Nursing", "gout");
	test_chart_put(&t, "c", one_day, "Nursing",
		"FAMILY HISTORY:\nMother has gout.\n\nPAST MEDICAL HISTORY:\nGout.\n");
	CHECK(&t, "gout", (&(struct scope){.types = types, .n_types = 2}), "a:0-4");
	CHECK(&t, "gout", (&(struct scope){.sections = 1u << TOK_SEC_FAMILY}), "c:27-31");
	CHECK(&t, "gout", (&(struct scope){.sections = 1u << TOK_SEC_PMH | 1u << TOK_SEC_NONE}),
		"a:0-4|b:0-4|c:56-60");
	test_chart_finish(&t);
}

static void a_search_can_be_stopped(void **state)
{
	struct test_chart t;
	struct seen seen;
	struct search_counts counts;
	atomic_bool cancelled = true;
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", "gout");
	struct search_stop stop = {&cancelled, 0};
	assert_int_equal(find_in(&t, "gout", NULL, &stop, &seen, &counts), LODE_CANCELLED);
	cancelled = false;
	assert_int_equal(find_in(&t, "gout", NULL, &stop, &seen, &counts), 0);
	stop.deadline_ns = 1;
	assert_int_equal(find_in(&t, "gout", NULL, &stop, &seen, &counts), LODE_TIMEOUT);
	stop.deadline_ns = UINT64_MAX;
	assert_int_equal(find_in(&t, "gout", NULL, &stop, &seen, &counts), 0);
	test_chart_finish(&t);
}

static int refuse(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	++*(int *)arg;
	return LODE_BUSY;
}

static void a_negative_return_of_the_callback_ends_the_search(void **state)
{
	struct test_chart t;
	struct name name = {.text = SLICE("gout"), .via = VIA_EXACT};
	struct names names = {.at = &name, .n = 1};
	struct search_counts counts;
	struct arena scratch;
	int calls = 0;
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", "gout");
	test_chart_put(&t, "b", one_day, "", "gout");
	arena_init(&scratch, 64 << 20);
	test_chart_open(&t);
	assert_int_equal(chart_find(t.chart, &names, NULL, t.tokenizer, NULL, &scratch, refuse,
				 &calls, &counts, &t.err),
		LODE_BUSY);
	assert_int_equal(calls, 1);
	test_chart_close(&t);
	test_chart_finish(&t);
}

static void bad_names_are_refused(void **state)
{
	struct test_chart t;
	struct seen seen;
	struct search_counts counts;
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", "gout");
	assert_int_equal(find_in(&t, "...", NULL, NULL, &seen, &counts), LODE_BADREQ);
	assert_int_equal(find_in(&t, "", NULL, NULL, &seen, &counts), LODE_BADREQ);
	test_chart_finish(&t);
}

static void abbreviations_follow_their_list(void **state)
{
	struct test_chart t;
	struct names names;
	struct arena a;
	struct seen seen = {0};
	struct search_counts counts;
	test_chart_init(&t);
	test_chart_put(&t, "a", one_day, "", "Seen as an outpatient, severe AS on echo.");
	test_chart_put(&t, "b", one_day, "", "Aortic valve stenosis, aortic-stenosis.");
	arena_init(&a, 64 << 20);
	test_chart_open(&t);
	assert_int_equal(names_widen(SLICE("aortic stenosis"), t.tokenizer, &a, &names, &t.err), 0);
	struct arena scratch;
	arena_init(&scratch, 64 << 20);
	assert_int_equal(chart_find(t.chart, &names, NULL, t.tokenizer, NULL, &scratch, see, &seen,
				 &counts, &t.err),
		0);
	assert_string_equal(seen.text, "a:30-32|b:0-21|b:23-38");
	test_chart_close(&t);
	arena_release(&a);
	test_chart_finish(&t);
}

/* Bytes of the stored segment are turned over one by one: the mention is found, or the search says
 * that it is not complete.  The text is long and dull enough for the segment to have pages of its
 * own: damage to LMDB's own pages is not ours to survive. */
static void no_damaged_byte_hides_a_mention_silently(void **state)
{
	static char text[12000];
	struct test_chart t;
	struct seen seen;
	struct search_counts counts;
	size_t n = (size_t)snprintf(text, sizeof(text), "History of malignant hyperthermia. ");
	unsigned random = 1, found = 0, incomplete = 0, refused = 0;
	while (n + 20 < sizeof(text)) {
		for (int i = 0; i < 8; i++, random = random * 1103515245 + 12345)
			text[n++] = (char)('a' + (random >> 16) % 26);
		text[n++] = ' ';
	}
	test_chart_init(&t);
	test_chart_put(&t, "unmistakable", one_day, "", text);
	long at = test_chart_locate(&t, "unmistakable");
	for (long i = at; i < at + 8000; i += 7) {
		test_chart_flip(&t, i);
		int rc = test_chart_try_open(&t);
		test_chart_close(&t);
		if (rc == 0)
			rc = find_in(&t, "malignant hyperthermia", NULL, NULL, &seen, &counts);
		if (rc == 0 && counts.complete && seen.hits != 1)
			fail_msg("byte %ld: complete, but %u hits", i - at, seen.hits);
		refused += rc < 0;
		incomplete += rc == 0 && !counts.complete;
		found += rc == 0 && counts.complete;
		if (rc == 0 && !counts.complete) {
			assert_true(counts.why[0] != '\0');
			assert_int_equal(counts.notes_searched, 0);
			assert_int_equal(counts.notes_in_scope, 1);
		}
		test_chart_flip(&t, i);
	}
	print_message("found %u, incomplete %u, refused %u\n", found, incomplete, refused);
	assert_true(incomplete > 300);
	test_chart_finish(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_needle_is_found_in_the_last_note),
		cmocka_unit_test(what_is_nowhere_is_not_found_and_the_count_is_complete),
		cmocka_unit_test(notes_come_by_date_then_id),
		cmocka_unit_test(replaced_and_deleted_text_is_not_found),
		cmocka_unit_test(a_phrase_across_a_chunk_border_is_found),
		cmocka_unit_test(a_needle_is_found_wherever_a_chunk_border_falls),
		cmocka_unit_test(a_phrase_over_several_chunks_is_found),
		cmocka_unit_test(dates_limit_the_scope_by_day),
		cmocka_unit_test(names_sought_together_leave_out_notes_with_one),
		cmocka_unit_test(companions_and_unmasked_names_bring_no_notes_of_their_own),
		cmocka_unit_test(types_and_sections_limit_the_scope),
		cmocka_unit_test(a_search_can_be_stopped),
		cmocka_unit_test(a_negative_return_of_the_callback_ends_the_search),
		cmocka_unit_test(bad_names_are_refused),
		cmocka_unit_test(abbreviations_follow_their_list),
		cmocka_unit_test(no_damaged_byte_hides_a_mention_silently),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
