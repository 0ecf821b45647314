/* The verdict table of design.md, a test a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/verdict.h"

#include <stdlib.h>

enum { MOST = 16 };

struct chart {
	struct evidence at[MOST];
	uint32_t n;
	struct judgement j;
};

static struct arena memory; /* of all judgements, until the group ends */

static void start(struct chart *c)
{
	c->n = 0;
}

/* A mention in a note of its own on that day ("" for an undated note), saying something no other does. */
static struct evidence *say(struct chart *c, const char *day, double p)
{
	struct evidence *e = &c->at[c->n];
	*e = (struct evidence){.date = slice_str(day), .note_order = c->n};
	e->said.p_present = p;
	e->start = c->n * 10;
	c->n++;
	return e;
}

static struct evidence *affirm(struct chart *c, const char *day)
{
	return say(c, day, 0.96);
}

static struct evidence *deny(struct chart *c, const char *day)
{
	struct evidence *e = say(c, day, 0.02);
	e->said.negation = NEG_NEGATED;
	return e;
}

static struct evidence *suspect(struct chart *c, const char *day)
{
	struct evidence *e = say(c, day, 0.3);
	e->said.certainty = CERT_POSSIBLE;
	return e;
}

static struct evidence *indicate(struct chart *c, const char *day)
{
	struct evidence *e = say(c, day, 0.96);
	e->via = VIA_PROXY;
	return e;
}

static struct evidence *other_person(struct chart *c, const char *day)
{
	struct evidence *e = say(c, day, 0.03);
	e->said.experiencer = EXP_OTHER;
	return e;
}

static struct evidence *suppose(struct chart *c, const char *day)
{
	struct evidence *e = say(c, day, 0.05);
	e->said.certainty = CERT_HYPOTHETICAL;
	return e;
}

static void judge(struct chart *c, bool complete)
{
	assert_int_equal(verdict_judge(c->at, c->n, complete, &memory, &c->j), 0);
}

static void expect(struct chart *c, enum verdict v, enum basis b)
{
	judge(c, true);
	assert_string_equal(verdict_names[c->j.verdict], verdict_names[v]);
	assert_string_equal(basis_names[c->j.basis], basis_names[b]);
	assert_true(c->j.bases & 1U << b);
	assert_true(c->j.probability >= 0 && c->j.probability <= 1);
}

static void affirmed_once_is_present(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01");
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
	assert_true(c.j.probability > 0.9);
}

static void affirmed_after_a_denial_is_present(void **state)
{
	struct chart c;
	start(&c);
	deny(&c, "2140-01-01");
	affirm(&c, "2140-02-01");
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
	assert_int_equal(c.j.n_contradictions, 1);
}

static void affirmed_then_denied_later_is_conflicting(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01");
	deny(&c, "2140-02-01");
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFLICTING);
	assert_int_equal(c.j.contradictions[0].affirmed, 0);
	assert_int_equal(c.j.contradictions[0].denied, 1);
}

static double p_of(struct chart *c)
{
	expect(c, VERDICT_UNCERTAIN, BASIS_CONFLICTING);
	return c->j.probability;
}

static void of_confirmations_taken_back_number_and_place_count(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01");
	deny(&c, "2140-02-01");
	double one_each = p_of(&c);
	assert_true(one_each < 0.5 && one_each > 0.45);
	deny(&c, "2140-03-01");
	double denied_twice = p_of(&c);
	assert_true(denied_twice < one_each && denied_twice > 0.3);
	c.at[0].section_class = TOK_SEC_DIAGNOSES;
	assert_true(p_of(&c) > denied_twice);
	start(&c);
	for (int i = 0; i < 6; i++)
		affirm(&c, "2140-01-01");
	deny(&c, "2140-02-01");
	double many = p_of(&c);
	assert_true(many >= 0.5 && many <= 0.5);
}

static void denial_that_is_not_known_to_be_later_takes_nothing_back(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01T08:00:00Z");
	deny(&c, "2140-01-01T07:59:59Z");
	deny(&c, "2140-01-01");
	deny(&c, "2140-01-01T20:00:00+05:00");
	deny(&c, "");
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
}

static void denial_later_on_the_same_day_takes_back(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01T08:00:00Z");
	deny(&c, "2140-01-01T20:00:00Z");
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFLICTING);
	start(&c);
	affirm(&c, "2140-01-01T08:00:00-05:00");
	deny(&c, "2140-01-01T08:00:01-05:00");
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFLICTING);
}

static void history_stands_against_a_denial_of_today(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01");
	affirm(&c, "2140-01-02")->said.temporality = TIME_HISTORICAL;
	deny(&c, "2140-02-01");
	expect(&c, VERDICT_PRESENT, BASIS_CONFLICTING);
}

static void history_falls_to_a_denial_of_history(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01")->said.temporality = TIME_HISTORICAL;
	struct evidence *e = deny(&c, "2140-02-01");
	e->said.temporality = TIME_HISTORICAL;
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED); /* historical by its section only */
	e->cue = slice_str("no history of");
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFLICTING);
}

static void only_suspected_is_uncertain_and_below_half(void **state)
{
	struct chart c;
	start(&c);
	for (int i = 0; i < 12; i++)
		suspect(&c, "2140-01-01");
	expect(&c, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY);
	assert_true(c.j.probability < 0.5); /* many weak mentions do not add up */
}

/* The likeliest classes say one thing, the stack's probability the other. */
static void torn_mentions_are_suspected(void **state)
{
	const struct {
		struct evidence *(*say)(struct chart *c, const char *day);
		double p;
		enum verdict verdict;
		enum basis basis;
	} rows[] = {
		{suppose, 0.7, VERDICT_ABSENT, BASIS_HYPOTHETICAL_ONLY},
		{deny, 0.9, VERDICT_ABSENT, BASIS_DENIED},
		{other_person, 0.7, VERDICT_ABSENT, BASIS_FAMILY_ONLY},
		{affirm, 0.16, VERDICT_PRESENT, BASIS_CONFIRMED},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct chart c;
		struct scored scored = {.has_model = true, .has_stack = true};
		start(&c);
		struct evidence *e = rows[i].say(&c, "2140-01-01");
		e->scored = &scored;
		expect(&c, rows[i].verdict, rows[i].basis);
		e->said.p_present = rows[i].p;
		expect(&c, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY);
		e->scored = NULL;
		expect(&c, rows[i].verdict, rows[i].basis);
	}
}

static struct scored in_doubt = {.has_model = true, .has_stack = true, .is_unsure = true};

/* A mention in the file's band of doubt. */
static struct evidence *unsure(struct evidence *e, double p)
{
	e->scored = &in_doubt;
	e->said.p_present = p;
	return e;
}

/* What decides leaves doubt: so does the chart, whatever is said of it. */
static void in_the_band_is_uncertain(void **state)
{
	struct chart c;
	start(&c);
	unsure(affirm(&c, "2140-01-01"), 0.7);
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFIRMED);
	assert_true(c.j.probability > 0.69);
	start(&c);
	unsure(deny(&c, "2140-01-01"), 0.3);
	expect(&c, VERDICT_UNCERTAIN, BASIS_DENIED);
	start(&c);
	unsure(suppose(&c, "2140-01-01"), 0.4);
	expect(&c, VERDICT_UNCERTAIN, BASIS_HYPOTHETICAL_ONLY);
	start(&c);
	unsure(affirm(&c, "2140-01-01"), 0.7)->said.temporality = TIME_HISTORICAL;
	affirm(&c, "2140-01-02");
	deny(&c, "2140-01-03");
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFLICTING);
	start(&c);
	unsure(other_person(&c, "2140-01-01"), 0.3);
	expect(&c, VERDICT_UNCERTAIN, BASIS_FAMILY_ONLY);
	unsure(deny(&c, "2140-01-01"), 0.25);
	expect(&c, VERDICT_UNCERTAIN, BASIS_DENIED);
}

static void beside_a_sure_confirmation_doubt_counts_for_nothing(void **state)
{
	struct chart c;
	start(&c);
	unsure(affirm(&c, "2140-01-01"), 0.7);
	affirm(&c, "2140-01-02");
	unsure(suppose(&c, "2140-01-03"), 0.4);
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
	assert_true(c.j.probability > 0.9);
}

/* Rather a denial than not: enough to leave no confirmation sure, too little to deny by. */
static void a_doubtful_denial_takes_back(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01");
	unsure(deny(&c, "2140-02-01"), 0.3);
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFLICTING);
	start(&c);
	suspect(&c, "2140-01-01");
	unsure(deny(&c, "2140-02-01"), 0.3);
	expect(&c, VERDICT_UNCERTAIN, BASIS_DENIED);
}

static void doubt_is_settled_by_a_later_denial(void **state)
{
	struct chart c;
	start(&c);
	unsure(suppose(&c, "2140-01-01"), 0.4);
	unsure(deny(&c, "2140-01-02"), 0.3);
	deny(&c, "2140-01-03");
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
	assert_true(c.j.probability < 0.1);
	start(&c);
	deny(&c, "2140-01-03");
	unsure(deny(&c, "2140-01-04"), 0.3);
	expect(&c, VERDICT_UNCERTAIN, BASIS_DENIED);
}

/* Whose it is may be in doubt: what the patient is then denied answers that too. */
static void doubt_about_whose_it_is_ends_with_a_denial_of_the_patients_own(void **state)
{
	struct chart c;
	start(&c);
	unsure(other_person(&c, "2140-01-01"), 0.3);
	deny(&c, "2140-01-02");
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
	assert_true(c.j.probability < 0.1);
	start(&c);
	deny(&c, "2140-01-01");
	unsure(other_person(&c, "2140-01-02"), 0.3);
	expect(&c, VERDICT_UNCERTAIN, BASIS_DENIED);
}

/* Its classes say that the patient has it, so a denial further down contradicts it: neither has the last word, and
 * "absent" would be told beside an affirmation that is likelier than not. */
static void a_doubtful_affirmation_is_not_settled_within_its_note(void **state)
{
	struct chart c;
	start(&c);
	unsure(affirm(&c, "2140-01-01"), 0.6);
	deny(&c, "2140-01-01")->note_order = 0;
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFIRMED);
	start(&c);
	unsure(affirm(&c, "2140-01-01"), 0.6);
	deny(&c, "2140-01-02");
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFLICTING);
}

static void suspicion_denied_later_is_denied(void **state)
{
	struct chart c;
	start(&c);
	suspect(&c, "2140-01-01");
	deny(&c, "2140-01-02");
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
	start(&c);
	suspect(&c, "2140-01-01");
	deny(&c, "2140-01-01")->note_order = 0; /* further down in the same note */
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
}

static void suspicion_after_a_denial_is_suspected(void **state)
{
	struct chart c;
	start(&c);
	deny(&c, "2140-01-01");
	suspect(&c, "2140-01-02");
	expect(&c, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY);
	assert_true(c.j.bases & 1U << BASIS_DENIED);
}

static void only_denied_is_absent(void **state)
{
	struct chart c;
	start(&c);
	deny(&c, "2140-01-01");
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
	assert_true(c.j.probability < 0.1);
}

static void only_family_is_absent(void **state)
{
	struct chart c;
	start(&c);
	other_person(&c, "2140-01-01");
	other_person(&c, "2140-01-02")->said.negation = NEG_NEGATED;
	expect(&c, VERDICT_ABSENT, BASIS_FAMILY_ONLY);
}

static void only_hypothetical_or_planned_is_absent(void **state)
{
	struct chart c;
	start(&c);
	suppose(&c, "2140-01-01");
	say(&c, "2140-01-02", 0.2)->said.temporality = TIME_FUTURE;
	expect(&c, VERDICT_ABSENT, BASIS_HYPOTHETICAL_ONLY);
}

static void mixtures_take_the_strongest_and_list_all(void **state)
{
	struct chart c;
	start(&c);
	suppose(&c, "2140-01-01");
	other_person(&c, "2140-01-02");
	expect(&c, VERDICT_ABSENT, BASIS_FAMILY_ONLY);
	assert_true(c.j.bases & 1U << BASIS_HYPOTHETICAL_ONLY);
	start(&c);
	suppose(&c, "2140-01-01");
	other_person(&c, "2140-01-02");
	deny(&c, "2140-01-03");
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
	assert_true(c.j.bases & 1U << BASIS_FAMILY_ONLY);
}

static void suspected_beside_family_stays_suspected(void **state)
{
	struct chart c;
	start(&c);
	suspect(&c, "2140-01-01");
	other_person(&c, "2140-01-02");
	suppose(&c, "2140-01-03");
	expect(&c, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY);
}

static void nothing_found_is_not_mentioned_with_probability_zero(void **state)
{
	struct chart c;
	start(&c);
	expect(&c, VERDICT_NOT_MENTIONED, BASIS_NONE_FOUND);
	assert_true(c.j.probability <= 0);
}

static void incomplete_search_never_says_not_mentioned(void **state)
{
	struct chart c;
	start(&c);
	judge(&c, false);
	assert_int_equal(c.j.verdict, VERDICT_UNCERTAIN);
	assert_int_equal(c.j.basis, BASIS_INCOMPLETE);
	affirm(&c, "2140-01-01");
	judge(&c, false);
	assert_int_equal(c.j.basis, BASIS_INCOMPLETE);
	assert_true(c.j.bases & 1U << BASIS_CONFIRMED); /* what was found stays listed */
}

static void copies_collapse_across_notes_only(void **state)
{
	struct chart c;
	start(&c);
	uint64_t run = 7;
	for (int i = 0; i < 9; i++)
		affirm(&c, "2140-01-01")->runs = (struct runs){&run, 1};
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
	assert_int_equal(c.j.independent, 1);
	assert_int_equal(c.at[0].copy_of, COPY_NONE);
	assert_int_equal(c.at[8].copy_of, 0);
	start(&c);
	affirm(&c, "2140-01-01")->runs = (struct runs){&run, 1};
	affirm(&c, "2140-01-01")->runs = (struct runs){&run, 1};
	c.at[1].note_order = 0;
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
	assert_int_equal(c.j.independent, 2);
}

static void half_masked_name_is_only_a_suspicion(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01")->mask_overlap = true;
	expect(&c, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY);
}

static void ambiguous_abbreviation_decides_nothing_and_alone_leaves_it_open(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2140-01-01")->is_ambiguous = true;
	expect(&c, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY);
	assert_true(c.j.probability < 0.5);
	deny(&c, "2139-01-01");
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
	start(&c);
	deny(&c, "2140-01-01")->is_ambiguous = true;
	affirm(&c, "2139-01-01");
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
}

static void indications_alone_are_uncertain_and_never_present(void **state)
{
	struct chart c;
	start(&c);
	indicate(&c, "2140-01-01");
	indicate(&c, "2140-01-02");
	expect(&c, VERDICT_UNCERTAIN, BASIS_INDICATION_ONLY);
	assert_true(c.j.probability < 0.5);
	assert_string_equal(evidence_class(&c.at[0]), "indication");
	other_person(&c, "2140-01-03");
	expect(&c, VERDICT_UNCERTAIN, BASIS_INDICATION_ONLY);
	assert_int_equal(c.j.bases, 1 << BASIS_INDICATION_ONLY | 1 << BASIS_FAMILY_ONLY);
}

static void indication_gives_way_to_words(void **state)
{
	struct chart c;
	start(&c);
	indicate(&c, "2140-01-01");
	deny(&c, "2139-01-01");
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
	assert_int_equal(c.j.bases, 1 << BASIS_INDICATION_ONLY | 1 << BASIS_DENIED);
	start(&c);
	indicate(&c, "2140-01-01");
	suspect(&c, "2140-01-01");
	expect(&c, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY);
	affirm(&c, "2140-01-01");
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
}

/* A denial by the asked name, an affirmation by another on the day after: absent, and both shown. */
static void other_names_are_shown_and_decide_nothing(void **state)
{
	struct chart c;
	start(&c);
	affirm(&c, "2150-01-01")->is_beside = true;
	deny(&c, "2150-02-01");
	affirm(&c, "2150-03-01")->is_beside = true;
	say(&c, "2150-04-01", 0.9)->is_ambiguous = true;
	expect(&c, VERDICT_ABSENT, BASIS_DENIED);
	assert_true(c.j.bases & 1U << BASIS_CONFIRMED);
	assert_int_equal(c.j.n_contradictions, 1);
	verdict_sort(c.at, c.n, &c.j);
	assert_int_equal(c.at[0].stance, STANCE_DENIED);
	assert_true(c.at[1].is_beside && c.at[2].is_beside);
	assert_int_equal(c.at[3].stance, STANCE_HINT);
	/* Nor does another name take anything back. */
	start(&c);
	affirm(&c, "2150-01-01");
	deny(&c, "2150-02-01")->is_beside = true;
	expect(&c, VERDICT_PRESENT, BASIS_CONFIRMED);
}

static void probability_near_a_coin_is_uncertain(void **state)
{
	struct chart c;
	start(&c);
	say(&c, "2140-01-01", 0.52);
	expect(&c, VERDICT_UNCERTAIN, BASIS_CONFIRMED);
}

static void best_evidence_comes_first_and_ties_keep_their_order(void **state)
{
	struct chart c;
	start(&c);
	suspect(&c, "2140-01-01");
	affirm(&c, "2140-01-02");
	affirm(&c, "2140-01-03");
	say(&c, "2140-01-04", 0.99);
	judge(&c, true);
	verdict_sort(c.at, c.n, &c.j);
	const uint32_t want[] = {3, 1, 2, 0};
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(c.at[i].order, want[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(affirmed_once_is_present),
		cmocka_unit_test(affirmed_after_a_denial_is_present),
		cmocka_unit_test(affirmed_then_denied_later_is_conflicting),
		cmocka_unit_test(of_confirmations_taken_back_number_and_place_count),
		cmocka_unit_test(denial_that_is_not_known_to_be_later_takes_nothing_back),
		cmocka_unit_test(denial_later_on_the_same_day_takes_back),
		cmocka_unit_test(history_stands_against_a_denial_of_today),
		cmocka_unit_test(history_falls_to_a_denial_of_history),
		cmocka_unit_test(only_suspected_is_uncertain_and_below_half),
		cmocka_unit_test(torn_mentions_are_suspected),
		cmocka_unit_test(in_the_band_is_uncertain),
		cmocka_unit_test(beside_a_sure_confirmation_doubt_counts_for_nothing),
		cmocka_unit_test(a_doubtful_denial_takes_back),
		cmocka_unit_test(doubt_is_settled_by_a_later_denial),
		cmocka_unit_test(doubt_about_whose_it_is_ends_with_a_denial_of_the_patients_own),
		cmocka_unit_test(a_doubtful_affirmation_is_not_settled_within_its_note),
		cmocka_unit_test(suspicion_denied_later_is_denied),
		cmocka_unit_test(suspicion_after_a_denial_is_suspected),
		cmocka_unit_test(only_denied_is_absent),
		cmocka_unit_test(only_family_is_absent),
		cmocka_unit_test(only_hypothetical_or_planned_is_absent),
		cmocka_unit_test(mixtures_take_the_strongest_and_list_all),
		cmocka_unit_test(suspected_beside_family_stays_suspected),
		cmocka_unit_test(nothing_found_is_not_mentioned_with_probability_zero),
		cmocka_unit_test(incomplete_search_never_says_not_mentioned),
		cmocka_unit_test(copies_collapse_across_notes_only),
		cmocka_unit_test(half_masked_name_is_only_a_suspicion),
		cmocka_unit_test(ambiguous_abbreviation_decides_nothing_and_alone_leaves_it_open),
		cmocka_unit_test(indications_alone_are_uncertain_and_never_present),
		cmocka_unit_test(indication_gives_way_to_words),
		cmocka_unit_test(other_names_are_shown_and_decide_nothing),
		cmocka_unit_test(probability_near_a_coin_is_uncertain),
		cmocka_unit_test(best_evidence_comes_first_and_ties_keep_their_order),
	};
	arena_init(&memory, 1 << 20);
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&memory);
	return rc;
}
