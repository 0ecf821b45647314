/* snapshot_rank against chart_rank of every chart (which query_oracle_test compares with the texts) and
 * against the formula; over an index that was written, changed and tidied in many steps. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/index/search_chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PATIENTS = 12, NOTES = 8, TEXT = 4000, QUESTIONS = 60, ROUNDS = 3 };

static unsigned seed;

static unsigned pick(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

static const char *const words[] = {"effusion", "tumour", "oedema", "pain", "chest", "left",
	"nephritis", "nephrology", "gout", "podagra", "kidney", "liver", "of", "the", "pre",
	"eclampsia", "preeclampsia", "MI", "myocardial infarction", "zebra", "quagga", "okapi"};
enum { WORDS = sizeof(words) / sizeof(*words) };
static const char *const queries[] = {"gout", "zebra", "zebra OR quagga", "gout nephr*",
	"\"chest pain\"", "pain NEAR/3 kidney", "~MI", "preeclampsia", "NOT gout", "type:Consult",
	"/qu+agga/", "zebra NOT okapi", "(section:plan gout)", "date:2143-01 gout", "nowhere",
	"nowhere OR okapi", "\"of the\" zebra", "zebra NEAR/50 (quagga OR okapi)", "pre-eclampsia",
	"gout zebra quagga okapi"};

struct note {
	char text[TEXT];
	size_t n;
	bool live;
};
static struct note notes[PATIENTS][NOTES];

static void put(struct test_chart *t, unsigned p, unsigned i)
{
	char patient[8], id[8];
	struct note *n = &notes[p][i];
	struct note_in in = {
		.patient = {patient, (size_t)sprintf(patient, "p%02u", (p * 5) % PATIENTS)},
		.note_id = {id, (size_t)sprintf(id, "n%u", i)},
		.text = {n->text, n->n},
		.date = i % 3 ? SLICE("2143-01-02") : SLICE("2144-05-06"),
		.type = i % 4 ? SLICE("Consult") : SLICE("Nursing")};
	assert_int_equal(batch_add(t->batch, t->tokenizer, &in, &t->err), 0);
}

/* Rare words stand with few patients. */
static void random_note(struct note *n, unsigned p)
{
	size_t most = pick(TEXT - 200) + 60;
	unsigned few = p % 3 ? WORDS - 3 : WORDS;
	for (n->n = 0; n->n < most;)
		n->n += (size_t)sprintf(n->text + n->n, "%s%s", words[pick(pick(few) + 1)],
			pick(30)  ? " "
			: pick(2) ? ".\n"
				  : "\nPLAN:\n");
	n->live = true;
}

static void upkeep(struct test_chart *t, enum upkeep_goal goal)
{
	struct upkeep *u;
	int rc;
	assert_int_equal(upkeep_create(t->index, goal, &u), 0);
	while ((rc = upkeep_prepare(u, NULL, &t->err)) == 0)
		assert_int_equal(upkeep_commit(u, &t->err), 0);
	assert_int_equal(rc, LODE_NOTFOUND);
	upkeep_destroy(u);
}

static void change(struct test_chart *t)
{
	for (unsigned k = 0; k < 10; k++) {
		unsigned p = pick(PATIENTS), i = pick(NOTES);
		char patient[8], id[8];
		if (pick(2)) {
			random_note(&notes[p][i], p);
			put(t, p, i);
			test_chart_commit(t);
		} else if (notes[p][i].live) {
			struct slice whose = {
				patient, (size_t)sprintf(patient, "p%02u", (p * 5) % PATIENTS)};
			assert_int_equal(
				index_delete_note(t->index, whose,
					slice_of(id, (size_t)sprintf(id, "n%u", i)), &t->err),
				0);
			notes[p][i].live = false;
		}
	}
}

/* ---- against the charts ---- */

static bool is_same(const struct ranked *a, const struct ranked *b)
{
	if (!slice_eq(a->note.note_id, b->note.note_id) || a->chunk_start != b->chunk_start ||
		a->n_hits != b->n_hits)
		return false;
	for (uint32_t i = 0; i < a->n_hits; i++)
		if (a->hits[i].start != b->hits[i].start || a->hits[i].end != b->hits[i].end)
			return false;
	return true;
}

static struct ranked_result of_chart(
	struct test_chart *t, unsigned p, const struct rank_query *q, const struct scope *scope)
{
	struct ranked_result r = {0};
	struct chart *c;
	char patient[8];
	int rc = chart_open(t->snapshot, slice_of(patient, (size_t)sprintf(patient, "p%02u", p)),
		&t->arena, &c, &t->err);
	if (rc == 0)
		rc = chart_rank(c, q, scope, t->tokenizer, NULL, &t->arena, &r, &t->err);
	if (rc < 0 && rc != LODE_NOTFOUND)
		fail_msg("%s", t->err.text);
	return r;
}

static void compare(struct test_chart *t, const char *query, bool any, const struct scope *scope)
{
	struct rank_query q = {
		.text = slice_str(query), .any = any, .limit = UINT32_MAX, .show = RANKED_PLACES};
	struct ranked_result all = {0}, few = {0};
	uint32_t total = 0;
	if (snapshot_rank(t->snapshot, &q, scope, t->tokenizer, NULL, &t->arena, &all, &t->err) < 0)
		fail_msg("%s: %s", query, t->err.text);
	for (unsigned p = 0; p < PATIENTS; p++) {
		struct ranked_result one = of_chart(t, p, &q, scope);
		for (uint32_t i = 0; i < one.n; i++) {
			uint32_t k = 0;
			while (k < all.n && !(slice_eq(all.at[k].patient, one.at[i].patient) &&
						    is_same(&all.at[k], &one.at[i])))
				k++;
			if (k == all.n)
				fail_msg("%s: missing in all charts: p%02u %.*s %u", query, p,
					(int)one.at[i].note.note_id.n, one.at[i].note.note_id.p,
					one.at[i].chunk_start);
		}
		total += one.n;
	}
	assert_int_equal(all.n, total);
	assert_true(all.counts.complete);
	assert_int_equal(all.patients_total, PATIENTS);
	q.limit = 5;
	q.show = RANKED_CHUNKS;
	assert_int_equal(
		snapshot_rank(t->snapshot, &q, scope, t->tokenizer, NULL, &t->arena, &few, &t->err),
		0);
	assert_int_equal(few.n, total < 5 ? total : 5);
	assert_int_equal(few.matched, total);
	for (uint32_t i = 0; i < few.n; i++)
		assert_true(few.at[i].score == all.at[i].score &&
			    slice_eq(few.at[i].patient, all.at[i].patient) &&
			    few.at[i].chunk_start == all.at[i].chunk_start);
	for (uint32_t i = 1; i < all.n; i++)
		assert_true(all.at[i - 1].score >= all.at[i].score);
}

/* ---- against the formula ---- */

static unsigned number_of(struct slice patient)
{
	return 10 * (unsigned)(patient.p[1] - '0') + (unsigned)(patient.p[2] - '0');
}

/* Of words that do not inflect to one another, over all live chunks; lengths in bytes. */
static void compare_scores(struct test_chart *t)
{
	static const char *const asked[] = {"gout", "kidney", "zebra"};
	struct rank_query q = {
		.text = SLICE("gout kidney zebra"), .any = true, .limit = UINT32_MAX};
	struct ranked_result r = {0};
	struct {
		unsigned patient, note, tf[3];
		uint32_t start, bytes;
	} chunks[PATIENTS * NOTES * 8];
	uint32_t n = 0, df[3] = {0};
	double bytes = 0;
	for (unsigned p = 0; p < PATIENTS; p++)
		for (unsigned i = 0; i < NOTES; i++) {
			struct tok_doc d;
			uint32_t *ends, n_ends, w = 0;
			if (!notes[p][i].live)
				continue;
			assert_int_equal(
				tok_scan(t->tokenizer, slice_of(notes[p][i].text, notes[p][i].n),
					&t->arena, &d, NULL),
				0);
			assert_int_equal(tok_chunks(&d, &t->arena, &ends, &n_ends), 0);
			for (uint32_t c = 0; c < n_ends; c++, n++) {
				memset(&chunks[n], 0, sizeof(chunks[n]));
				chunks[n].patient = (p * 5) % PATIENTS;
				chunks[n].note = i;
				chunks[n].start = c ? ends[c - 1] : 0;
				chunks[n].bytes = ends[c] - chunks[n].start;
				bytes += chunks[n].bytes;
				for (; w < d.n_words && d.words[w].start < ends[c]; w++)
					for (int k = 0; k < 3; k++)
						chunks[n].tf[k] +=
							slice_eq(tok_term(&d, &d.words[w]),
								slice_str(asked[k]));
				for (int k = 0; k < 3; k++)
					df[k] += chunks[n].tf[k] > 0;
			}
		}
	assert_int_equal(
		snapshot_rank(t->snapshot, &q, NULL, t->tokenizer, NULL, &t->arena, &r, &t->err),
		0);
	for (uint32_t i = 0; i < r.n; i++) {
		double score = 0;
		uint32_t c = 0;
		while (c < n &&
			!(chunks[c].patient == number_of(r.at[i].patient) &&
				chunks[c].note == (unsigned)(r.at[i].note.note_id.p[1] - '0') &&
				chunks[c].start == r.at[i].chunk_start))
			c++;
		assert_true(c < n);
		for (int k = 0; k < 3; k++) {
			double idf = log(1 + (n - df[k] + 0.5) / (df[k] + 0.5));
			double norm = 1.2 * (0.25 + 0.75 * chunks[c].bytes / (bytes / n));
			score += idf * chunks[c].tf[k] * 2.2 / (chunks[c].tf[k] + norm);
		}
		if (fabs(score - r.at[i].score) > 1e-9)
			fail_msg("result %u: %g, not %g", i, r.at[i].score, score);
	}
}

static void ask_all(struct test_chart *t)
{
	struct slice type = SLICE("nursing");
	struct scope scope = {.types = &type, .n_types = 1, .from = SLICE("2143-01-01")};
	int rc = snapshot_begin(t->index, &t->snapshot, &t->err);
	assert_int_equal(rc, 0);
	for (unsigned i = 0; i < QUESTIONS; i++) {
		char room[100];
		const char *query = queries[i % (sizeof(queries) / sizeof(*queries))];
		if (pick(3) == 0) {
			snprintf(room, sizeof(room), "\"%s\" %s", words[pick(WORDS)],
				words[pick(WORDS)]);
			query = room;
		}
		compare(t, query, pick(2), pick(4) ? NULL : &scope);
	}
	compare_scores(t);
	snapshot_end(t->snapshot);
	t->snapshot = NULL;
	arena_release(&t->arena);
}

static void all_charts_give_what_each_chart_gives(void **state)
{
	const char *given = getenv("LODESTONE_TEST_SEED");
	unsigned first = given ? (unsigned)atoi(given) : (unsigned)time(NULL);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct test_chart t;
		seed = first + round;
		print_message("seed %u\n", seed);
		test_chart_init(&t);
		for (unsigned p = 0; p < PATIENTS; p++)
			for (unsigned i = 0; i < NOTES; i++) {
				random_note(&notes[p][i], p);
				put(&t, p, i);
				if (pick(10) == 0)
					test_chart_commit(&t);
			}
		test_chart_commit(&t);
		ask_all(&t);
		upkeep(&t, UPKEEP_FRESH);
		ask_all(&t);
		change(&t);
		ask_all(&t);
		upkeep(&t, round % 2 ? UPKEEP_PURGE : UPKEEP_ALL);
		ask_all(&t);
		test_chart_finish(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_charts_give_what_each_chart_gives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
