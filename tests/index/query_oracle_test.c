/* chart_rank against a scan of all texts: random queries of the whole grammar on random charts, with
 * replaced and deleted notes; and the same chart put together otherwise gives the same, scores included. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/index/query_random.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CHARTS = 4, QUESTIONS = 150 };

static void scan_chart(struct test_chart *t, struct arena *a)
{
	for (unsigned i = 0; i < NOTES; i++) {
		struct note *n = &notes[i];
		assert_int_equal(
			tok_scan(t->tokenizer, slice_of(n->text, n->n), a, &n->doc, NULL), 0);
		assert_int_equal(tok_chunks(&n->doc, a, &n->ends, &n->n_chunks), 0);
	}
}

/* ---- comparing ---- */

struct wide_arg {
	struct asked *q;
	struct query *n;
};

static int keep_wide(void *arg, const struct note_view *view, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct wide_arg *w = arg;
	for (unsigned i = 0; i < NOTES; i++)
		if (notes[i].live && slice_eq(view->note_id, slice_str(notes[i].id))) {
			w->n->wide[i] = arena_array(&w->q->arena, struct hit, n_hits);
			memcpy(w->n->wide[i], hits, n_hits * sizeof(*hits));
			w->n->found[i] = n_hits;
		}
	return 0;
}

static void prepare(struct asked *q, struct query *n)
{
	for (unsigned i = 0; i < n->n; i++)
		prepare(q, n->kids[i]);
	if (n->kind != WIDE)
		return;
	struct names names;
	struct search_counts counts;
	struct arena scratch;
	struct wide_arg arg = {q, n};
	arena_init(&scratch, 64 << 20);
	assert_int_equal(
		names_widen(slice_str(n->text), q->t->tokenizer, &q->arena, &names, NULL), 0);
	assert_int_equal(chart_find(q->t->chart, &names, NULL, q->t->tokenizer, NULL, &scratch,
				 keep_wide, &arg, &counts, NULL),
		0);
	arena_release(&scratch);
}

static void release(struct query *n)
{
	for (unsigned i = 0; i < n->n; i++)
		release(n->kids[i]);
	pattern_destroy(n->regex);
}

static struct ranked_result rank(struct asked *q, uint32_t limit, enum ranked_show show)
{
	struct ranked_result r = {0};
	struct rank_query query = {
		.text = {q->text, q->n}, .any = q->any, .limit = limit, .show = show};
	int rc = chart_rank(
		q->t->chart, &query, NULL, q->t->tokenizer, NULL, &q->arena, &r, &q->t->err);
	if (rc < 0)
		fail_msg("%s: %s", q->text, q->t->err.text);
	assert_true(r.counts.complete);
	return r;
}

static const struct ranked *find_result(
	const struct ranked_result *r, const char *id, uint32_t start, uint32_t end)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (slice_eq(r->at[i].note.note_id, slice_str(id)) &&
			r->at[i].chunk_start == start && r->at[i].chunk_end == end)
			return &r->at[i];
	return NULL;
}

static int by_start(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	return x->start < y->start ? -1 : x->start > y->start;
}

static void compare_hits(struct asked *q, const struct note *note, const struct ranked *got,
	const struct hit *hits, uint32_t n)
{
	if (got->n_hits != n)
		fail_msg("seed %u: %s: %u places at %s:%u, not %u", seed, q->text, got->n_hits,
			note->id, got->chunk_start, n);
	for (uint32_t i = 0; i < n; i++)
		if (got->hits[i].start != hits[i].start || got->hits[i].end != hits[i].end ||
			got->hits[i].name != hits[i].name)
			fail_msg("%s: place %u of %s: %u-%u of %u, not %u-%u of %u", q->text, i,
				note->id, got->hits[i].start, got->hits[i].end, got->hits[i].name,
				hits[i].start, hits[i].end, hits[i].name);
	assert_int_equal(got->start, n ? hits[0].start : got->chunk_start);
}

/* How many results the note should give; each is looked for. */
static uint32_t compare_note(struct asked *q, unsigned number, const struct ranked_result *r)
{
	static struct places all, hits;
	const struct note *note = &notes[number];
	uint32_t results = 0, start = 0;
	all.n = 0;
	if (!note->live || !judge(q, q->tree, number, 0, true, &all))
		return 0;
	/* Chunks by all places; those shown are what overlaps leave. */
	static bool has[PLACES];
	memset(has, 0, sizeof(has));
	for (uint32_t i = 0; i < all.n; i++)
		for (uint32_t c = 0; c < note->n_chunks; c++)
			has[c] |= all.at[i].start < note->ends[c] &&
				  (c == 0 || all.at[i].start >= note->ends[c - 1]);
	has[0] |= all.n == 0;
	hits.n = plain_resolve(all.at, all.n, hits.at);
	qsort(hits.at, hits.n, sizeof(*hits.at), by_start);
	for (uint32_t c = 0, at = 0; c < note->n_chunks; start = note->ends[c++]) {
		uint32_t first = at;
		while (at < hits.n && hits.at[at].start < note->ends[c])
			at++;
		if (!has[c])
			continue;
		const struct ranked *got = find_result(r, note->id, start, note->ends[c]);
		if (!got)
			fail_msg(
				"%s (any %d): missed %s from %u", q->text, q->any, note->id, start);
		compare_hits(q, note, got, hits.at + first, at - first);
		results++;
	}
	return results;
}

/* Order, and that a limit and less to show change nothing else. */
static void compare_ways(struct asked *q, const struct ranked_result *r, struct test_chart *fresh)
{
	uint32_t limit = pick(30) + 1;
	struct ranked_result few = rank(q, limit, pick(2) ? RANKED_PLACES : RANKED_CHUNKS), other;
	struct test_chart *worn = q->t;
	q->t = fresh;
	other = rank(q, UINT32_MAX, RANKED_CHUNKS);
	q->t = worn;
	assert_int_equal(few.n, r->n < limit ? r->n : limit);
	assert_int_equal(other.n, r->n);
	for (uint32_t i = 0; i < r->n; i++) {
		const struct ranked *a = &r->at[i], *b = &other.at[i], *c = &few.at[i];
		if (i > 0 && a[-1].score == a->score) {
			int order = slice_cmp(a[-1].note.date, a->note.date);
			order = order ? order : slice_cmp(a[-1].note.note_id, a->note.note_id);
			assert_true(
				order < 0 || (order == 0 && a[-1].chunk_start <= a->chunk_start));
		} else if (i > 0) {
			assert_true(a[-1].score > a->score);
		}
		if (a->score != b->score || a->chunk_start != b->chunk_start ||
			!slice_eq(a->note.note_id, b->note.note_id))
			fail_msg("%s: result %u differs in a chart of one batch: %g, %g", q->text,
				i, a->score, b->score);
		if (i < few.n)
			assert_true(c->score == a->score && c->chunk_start == a->chunk_start &&
				    slice_eq(c->note.note_id, a->note.note_id));
	}
}

static uint32_t ask(struct test_chart *t, struct test_chart *fresh)
{
	struct asked *q = calloc(1, sizeof(*q));
	uint32_t results = 0;
	assert_non_null(q);
	arena_init(&q->arena, 512 << 20);
	assert_int_equal(pattern_scratch_create(&q->scratch), 0);
	q->t = t;
	q->any = pick(3) == 0;
	q->tree = random_query(q, 0, false);
	prepare(q, q->tree);
	struct ranked_result r = rank(q, UINT32_MAX, RANKED_TEXT);
	for (unsigned i = 0; i < NOTES; i++)
		results += compare_note(q, i, &r);
	if (results != r.n || r.matched != r.n)
		fail_msg("%s: %u results, not %u", q->text, r.n, results);
	compare_ways(q, &r, fresh);
	release(q->tree);
	pattern_scratch_destroy(q->scratch);
	arena_release(&q->arena);
	free(q);
	return results;
}

static void chart_rank_equals_a_scan_of_all_texts(void **state)
{
	const char *given = getenv("LODESTONE_TEST_SEED");
	unsigned first = given ? (unsigned)atoi(given) : (unsigned)time(NULL), some = 0;
	uint64_t results = 0;
	for (unsigned chart = 0; chart < CHARTS; chart++) {
		struct test_chart t, fresh;
		struct arena scans;
		seed = first + chart;
		print_message("seed %u\n", seed);
		test_chart_init(&t);
		test_chart_init(&fresh);
		fill_chart(&t);
		fill_fresh(&fresh);
		arena_init(&scans, 256 << 20);
		scan_chart(&t, &scans);
		test_chart_open(&t);
		test_chart_open(&fresh);
		for (unsigned i = 0; i < QUESTIONS; i++) {
			uint32_t n = ask(&t, &fresh);
			results += n;
			some += n > 0;
		}
		arena_release(&scans);
		test_chart_close(&t);
		test_chart_close(&fresh);
		test_chart_finish(&t);
		test_chart_finish(&fresh);
	}
	print_message("%u queries, %u with results, %llu results\n", CHARTS * QUESTIONS, some,
		(unsigned long long)results);
	assert_true(some > CHARTS * QUESTIONS / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chart_rank_equals_a_scan_of_all_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
