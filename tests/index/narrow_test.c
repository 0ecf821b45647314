/* The cohort index never leaves a patient out: whoever chart_find finds something for is in the set of
 * cohort_add_names, and every spelling that chart_respell makes is one of snapshot_respell's.  Over random
 * charts full of masks, split and joined words, and slips. */
#include "tests/index/fixture.h"

#include <string.h>

enum { PATIENTS = 80, NOTES = 3, TEXT = 1200 };

static const char *const rare[] = {"pheochromocytoma", "pheochromcytoma", "pre-eclampsia",
	"preeclampsia", "pre eclampsia", "eclamp-\nsia", "deep [**Name 5**] thrombosis",
	"___ vein thrombosis", "deep vein", "thrombosis", "DVT", "deep vein thrombosis",
	"breast carcinoma", "carcinoma of the breast", "breats carcinoma", "breast", "carcinoma",
	"severe aortic stenosis", "aortic stenosis", "follow-up", "followup", "5 mg", "5mg",
	"myocardial infarction", "MI", "infarction, myocardial", "myocardail infarction"};
static const char *const common[] = {"the", "patient", "is", "well", "of", "with", "no", "and",
	"chest", "clear", "seen", "today", "plan", "continue"};
static const char *const conditions[] = {"pheochromocytoma", "preeclampsia", "deep vein thrombosis",
	"breast carcinoma", "severe aortic stenosis", "myocardial infarction", "follow-up", "5 mg",
	"carcinoma", "zebra disease"};

static void put_notes(struct fixture *f, unsigned round)
{
	struct err e = {0};
	struct batch *b;
	struct batch_result done;
	assert_int_equal(batch_create(f->x, &b), 0);
	for (unsigned p = 0; p < PATIENTS; p++)
		for (unsigned i = 0; i < NOTES; i++) {
			char patient[8], id[12], text[TEXT + 64];
			size_t n = 0, most = draw(f, TEXT - 100) + 1;
			/* Most patients have nothing rare. */
			unsigned chance = p % 4 ? 400 : 12;
			while (n < most)
				n += (size_t)sprintf(text + n, "%s%s",
					draw(f, chance) == 0
						? rare[draw(f, sizeof(rare) / sizeof(*rare))]
						: common[draw(f, sizeof(common) / sizeof(*common))],
					draw(f, 9) ? " " : ".\n");
			struct note_in in = {
				.patient = {patient, (size_t)sprintf(patient, "p%02u", p)},
				.note_id = {id, (size_t)sprintf(id, "n%u-%u", round, i)},
				.text = {text, n}};
			assert_int_equal(batch_add(b, f->t, &in, &e), 0);
		}
	assert_int_equal(batch_seal(b, &e), 0);
	assert_int_equal(batch_commit(b, &done, &e), 0);
	batch_destroy(b);
}

static void cover(struct fixture *f)
{
	struct upkeep *u;
	struct err e = {0};
	int rc;
	assert_int_equal(upkeep_create(f->x, UPKEEP_ALL, &u), 0);
	while ((rc = upkeep_prepare(u, NULL, &e)) == 0)
		assert_int_equal(upkeep_commit(u, &e), 0);
	assert_int_equal(rc, LODE_NOTFOUND);
	upkeep_destroy(u);
}

static int count_hits(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n)
{
	*(uint32_t *)arg += n;
	return 0;
}

struct asked {
	struct fixture *f;
	struct snapshot *s;
	struct arena a, scratch;
	struct names_options options;
	const char *condition;
	unsigned left_out; /* patients, over all sets */
};

static bool finds(struct asked *q, struct chart *c, const struct names *names)
{
	struct scope scope = {0};
	struct search_counts counts;
	struct err e = {0};
	uint32_t n = 0;
	if (names->n == 0)
		return false;
	assert_int_equal(chart_find(c, names, &scope, q->f->t, NULL, &q->scratch, count_hits, &n,
				 &counts, &e),
		0);
	return n > 0;
}

static struct cohort set_of(struct asked *q, const struct names *names)
{
	struct cohort set;
	struct err e = {0};
	assert_int_equal(cohort_create(q->s, &q->a, &set, &e), 0);
	if (cohort_add_names(q->s, &set, names, q->f->t, NULL, &q->scratch, &e))
		fail_msg("%s: %s", q->condition, e.text);
	arena_release(&q->scratch);
	return set;
}

static void check_spellings(
	struct asked *q, struct chart *c, const struct names *names, const struct names *all)
{
	struct names made;
	struct err e = {0};
	assert_int_equal(chart_respell(c, &q->options, names, q->f->t, &q->a, &made, &e), 0);
	for (uint32_t i = 0; i < made.n; i++) {
		uint32_t k = 0;
		while (k < all->n && !slice_eq(all->at[k].text, made.at[i].text))
			k++;
		if (k == all->n)
			fail_msg("%s: no spelling '%.*s'", q->condition, (int)made.at[i].text.n,
				made.at[i].text.p);
	}
}

static void compare(struct asked *q)
{
	struct names names, spelled, words;
	struct err e = {0};
	struct name parts[8];
	struct slice condition = slice_str(q->condition);
	assert_int_equal(names_widen_by(&q->options, condition, q->f->t, &q->a, &names, &e), 0);
	names.n = names.n_full;
	assert_int_equal(snapshot_respell(q->s, &q->options, &names, q->f->t, NULL, &q->scratch,
				 &q->a, &spelled, &e),
		0);
	assert_false(spelled.is_cut);
	struct tok_doc d;
	assert_int_equal(tok_words(q->f->t, condition, &q->a, &d, &e), 0);
	words = (struct names){.at = parts, .together = 80};
	for (uint32_t i = 0; i < d.n_words; i++)
		parts[words.n++] = (struct name){.text = tok_term(&d, &d.words[i])};
	const struct names *kinds[] = {&names, &spelled, &words};
	for (size_t k = 0; k < 3; k++) {
		struct cohort set = set_of(q, kinds[k]);
		for (unsigned p = 0; p < PATIENTS; p++) {
			char id[8];
			struct patient_info info;
			struct chart *c;
			struct slice who = {id, (size_t)sprintf(id, "p%02u", p)};
			assert_int_equal(snapshot_find_patient(q->s, who, &info, &e), 0);
			assert_int_equal(chart_open(q->s, who, &q->a, &c, &e), 0);
			bool found = finds(q, c, kinds[k]);
			if (found && !cohort_has(&set, info.number))
				fail_msg("%s, kind %zu: %s is left out", q->condition, k, id);
			q->left_out += !cohort_has(&set, info.number);
			if (k == 0)
				check_spellings(q, c, &names, &spelled);
		}
	}
}

static void nobody_with_a_hit_is_left_out(void **state)
{
	struct fixture f;
	struct err e = {0};
	const struct lexicon *lexicons[] = {lexicon_builtin()};
	fixture_init(&f);
	print_message("SEED=%llu\n", (unsigned long long)f.seed);
	for (unsigned round = 0; round < 2; round++) {
		put_notes(&f, round);
		cover(&f); /* the second time there are two runs, or one merged */
		struct asked q = {.f = &f, .options = {.lexicons = lexicons, .n_lexicons = 1}};
		arena_init(&q.a, 256 << 20);
		arena_init(&q.scratch, 256 << 20);
		assert_int_equal(snapshot_begin(f.x, &q.s, &e), 0);
		for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions); i++) {
			q.condition = conditions[i];
			compare(&q);
		}
		/* A set of everybody would pass as well. */
		assert_true(q.left_out > PATIENTS * 3);
		snapshot_end(q.s);
		arena_release(&q.a);
		arena_release(&q.scratch);
	}
	fixture_finish(&f);
}

static void the_unknown_are_not_found(void **state)
{
	struct fixture f;
	struct err e = {0};
	struct snapshot *s;
	struct patient_info info;
	char long_id[INDEX_ID_MAX + 1];
	memset(long_id, 'x', sizeof(long_id));
	fixture_init(&f);
	put_notes(&f, 0);
	assert_int_equal(snapshot_begin(f.x, &s, &e), 0);
	assert_int_equal(snapshot_find_patient(s, SLICE("p07"), &info, &e), 0);
	assert_int_equal(info.notes, NOTES);
	assert_int_equal(snapshot_find_patient(s, SLICE("p7"), &info, &e), LODE_NOTFOUND);
	assert_int_equal(snapshot_find_patient(s, (struct slice){0}, &info, &e), LODE_NOTFOUND);
	assert_int_equal(snapshot_find_patient(s, slice_of(long_id, sizeof(long_id)), &info, &e),
		LODE_NOTFOUND);
	snapshot_end(s);
	fixture_finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_with_a_hit_is_left_out),
		cmocka_unit_test(the_unknown_are_not_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
