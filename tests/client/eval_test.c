/* The statistics of an evaluation against values worked out by hand, and the small parts around them. */
#include "base/err.h"
#include "client/eval_chart.h"
#include "client/eval_report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-6))
		fail_msg("%.9f is not %.9f", value, expected);
}

static struct eval_outcome outcome(bool is_present, enum eval_call call, double p)
{
	return (struct eval_outcome){.is_present = is_present,
		.call = call,
		.is_decided = true,
		.is_answered = true,
		.probability = p};
}

/* ---- confusion ---- */

/* TP 6, FN 2, TN 9, FP 3: MCC = (54 - 6) / sqrt(9 * 8 * 12 * 11) = 48 / 97.488... */
static void scores_by_hand(void **state)
{
	struct eval_cells c = {{6, 2, 9, 3}};
	double s[SCORES];
	eval_scores(&c, s);
	near(s[SCORE_MCC], 48 / sqrt(9504));
	near(s[SCORE_ACCURACY], 0.75);
	near(s[SCORE_SENSITIVITY], 0.75);
	near(s[SCORE_SPECIFICITY], 0.75);
	near(s[SCORE_BALANCED], 0.75);
	near(s[SCORE_PRECISION], 6.0 / 9);
	near(s[SCORE_F1], 12.0 / 17);
	assert_int_equal(eval_cells_sum(&c), 20);
}

/* Med-Gemini's set: 121 of 200 present, always "yes" (reference/seeds.md 1.3: F1 .754). */
static void always_yes_has_mcc_0(void **state)
{
	struct eval_cells c = {{121, 0, 0, 79}}, none = {{0}};
	double s[SCORES];
	eval_scores(&c, s);
	near(s[SCORE_MCC], 0);
	near(s[SCORE_F1], 242.0 / 321);
	near(s[SCORE_BALANCED], 0.5);
	eval_scores(&none, s);
	assert_true(isnan(s[SCORE_ACCURACY]) && isnan(s[SCORE_F1]) && s[SCORE_MCC] == 0);
}

static void a_wrong_call_is_wrong_whatever_the_label(void **state)
{
	struct eval_outcome o = outcome(true, CALL_WRONG, 0.9);
	assert_int_equal(eval_cell_of(&o), CELL_FN);
	o.is_present = false;
	assert_int_equal(eval_cell_of(&o), CELL_FP);
	o.call = CALL_ABSENT;
	assert_int_equal(eval_cell_of(&o), CELL_TN);
	o.is_decided = false;
	assert_int_equal(eval_cell_decided(&o), CELL_NONE);
}

/* Wilson, 8 of 10: (0.8 + z^2/20 -+ z sqrt(0.016 + z^2/400)) / (1 + z^2/10), z = 1.959964. */
static void wilson_by_hand(void **state)
{
	double low, high;
	eval_wilson(8, 10, &low, &high);
	near(low, 0.4901625);
	near(high, 0.9433178);
	eval_wilson(10, 10, &low, &high);
	near(low, 10 / (10 + 3.8414588));
	near(high, 1);
	eval_wilson(0, 0, &low, &high);
	assert_true(isnan(low));
}

/* ---- what an answer counts as: the data README's rules, each ---- */

static enum eval_call call_of(enum eval_verdict verdict, bool has_needle, bool is_found, double p)
{
	struct eval_item item = {
		.verdict = verdict, .has_needle = has_needle, .is_found = is_found};
	eval_count(&item, p);
	return item.outcome.call;
}

static void verdicts_count_as_the_rules_say(void **state)
{
	assert_int_equal(call_of(SAID_PRESENT, true, true, 1), CALL_PRESENT);
	assert_int_equal(call_of(SAID_PRESENT, true, false, 1), CALL_WRONG);
	assert_int_equal(call_of(SAID_ABSENT, true, true, 0), CALL_ABSENT);
	assert_int_equal(call_of(SAID_ABSENT, true, false, 0), CALL_WRONG);
	assert_int_equal(call_of(SAID_UNCERTAIN, true, true, 0.5), CALL_PRESENT);
	assert_int_equal(call_of(SAID_UNCERTAIN, true, true, 0.4999), CALL_ABSENT);
	assert_int_equal(call_of(SAID_UNCERTAIN, true, false, 0.9), CALL_WRONG);
	assert_int_equal(call_of(SAID_NOT_MENTIONED, true, false, 0), CALL_WRONG);
	assert_int_equal(call_of(SAID_NOT_MENTIONED, true, true, 0), CALL_WRONG);
	assert_int_equal(call_of(SAID_ERROR, true, true, 1), CALL_WRONG);
	/* Where nobody has said where the needle lies, none is asked for. */
	assert_int_equal(call_of(SAID_PRESENT, false, false, 1), CALL_PRESENT);
	assert_int_equal(call_of(SAID_NOT_MENTIONED, false, false, 0), CALL_ABSENT);
	assert_int_equal(call_of(SAID_ERROR, false, false, 0), CALL_WRONG);
}

static void an_error_has_no_probability(void **state)
{
	struct eval_item item = {.verdict = SAID_ERROR};
	eval_count(&item, 0.7);
	assert_false(item.outcome.is_answered);
	assert_true(item.outcome.is_decided); /* it is wrong in the decided score too */
	assert_true(item.outcome.probability == 0);
}

/* ---- probabilities ---- */

/* (.9 - 1)^2 + (.2 - 0)^2 + (.5 - 1)^2 + 1 for the error = 1.30, over 4. */
static void brier_by_hand(void **state)
{
	struct eval_outcome o[] = {outcome(true, CALL_PRESENT, 0.9),
		outcome(false, CALL_ABSENT, 0.2), outcome(true, CALL_PRESENT, 0.5),
		outcome(false, CALL_WRONG, 0)};
	struct eval_calibration c;
	o[3].is_answered = false;
	eval_calibrate(o, 4, &c);
	near(c.brier, 0.325);
	near(c.mean_said, 1.6 / 3);
	near(c.observed, 2.0 / 3);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.bin[9].n, 1);
	assert_int_equal(c.bin[2].n, 1);
	assert_int_equal(c.bin[5].present, 1);
	near(c.bin[5].mean, 0.5);
}

/* Two probabilities, .8 and .2, of ten questions each; 7 and 3 of them present.  Two points determine the line:
 * logit(.7) = a + b logit(.8), so b = log(7/3) / log(4), a = 0. */
static void slope_by_hand(void **state)
{
	struct eval_outcome o[20];
	struct eval_calibration c;
	for (int i = 0; i < 20; i++)
		o[i] = outcome(i < 10 ? i < 7 : i < 13, CALL_PRESENT, i < 10 ? 0.8 : 0.2);
	eval_calibrate(o, 20, &c);
	near(c.slope, log(7.0 / 3) / log(4));
	near(c.intercept, 0);
	/* 9 and 4 present: logit(.9) = a + b L, logit(.4) = a - b L with L = log 4. */
	for (int i = 0; i < 20; i++)
		o[i] = outcome(i < 10 ? i < 9 : i < 14, CALL_PRESENT, i < 10 ? 0.8 : 0.2);
	eval_calibrate(o, 20, &c);
	near(c.slope, (log(9) - log(4.0 / 6)) / (2 * log(4)));
	near(c.intercept, (log(9) + log(4.0 / 6)) / 2);
}

static void no_slope_where_there_is_none(void **state)
{
	struct eval_outcome o[] = {outcome(true, CALL_PRESENT, 0.9),
		outcome(false, CALL_ABSENT, 0.1), outcome(true, CALL_PRESENT, 0.7),
		outcome(false, CALL_ABSENT, 0.2)};
	struct eval_calibration c;
	eval_calibrate(o, 4, &c); /* parted: the slope runs to infinity */
	assert_true(isnan(c.slope) && isnan(c.intercept));
	for (int i = 0; i < 4; i++)
		o[i].probability = 0.5; /* one probability: no slope can be told */
	eval_calibrate(o, 4, &c);
	assert_true(isnan(c.slope));
	eval_calibrate(o, 0, &c);
	assert_true(isnan(c.brier) && isnan(c.slope));
}

/* Surest first: .05 (sure .95) right, .9 right, .8 wrong, then .6 and .4 equally sure, one of the two wrong. */
static void risk_by_hand(void **state)
{
	struct eval_outcome o[] = {outcome(true, CALL_PRESENT, 0.6),
		outcome(false, CALL_PRESENT, 0.8), outcome(true, CALL_PRESENT, 0.9),
		outcome(true, CALL_ABSENT, 0.4), outcome(false, CALL_ABSENT, 0.05)};
	double risk[5], again[5];
	assert_int_equal(eval_risk(o, 5, risk), 0);
	near(risk[0], 0);
	near(risk[1], 0);
	near(risk[2], 1.0 / 3);
	near(risk[3], 1.5 / 4);
	near(risk[4], 2.0 / 5);
	struct eval_outcome swap = o[0];
	o[0] = o[3];
	o[3] = swap;
	assert_int_equal(eval_risk(o, 5, again), 0);
	assert_memory_equal(risk, again, sizeof(risk));
}

static void percentiles_by_hand(void **state)
{
	const double v[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	near(eval_percentile(v, 10, 0.5), 5);
	near(eval_percentile(v, 10, 0.9), 9);
	near(eval_percentile(v, 10, 0.99), 10);
	near(eval_percentile(v, 10, 0), 1);
	near(eval_percentile(v, 1, 0.5), 1);
	assert_true(isnan(eval_percentile(v, 0, 0.5)));
}

/* ---- resampling ---- */

enum { MANY = 100 };

/* Units of `size` questions each. */
static struct eval_units units_of(uint32_t *start, uint32_t *order, uint32_t n, uint32_t size)
{
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	for (uint32_t i = 0; i <= n / size; i++)
		start[i] = i * size;
	return (struct eval_units){start, order, n / size};
}

/* Accuracy .8 of 100: the bootstrap's standard error is sqrt(.8 * .2 / 100) = .04, so 95 % lie within about
 * .8 -+ 1.96 * .04; drawing ten at once that are all alike makes it sqrt(10) times as wide. */
static void bootstrap_has_the_width_of_theory(void **state)
{
	uint32_t start[MANY + 1], order[MANY];
	uint8_t cell[MANY];
	struct eval_interval one[SCORES], again[SCORES], ten[SCORES];
	for (int i = 0; i < MANY; i++)
		cell[i] = i < 80 ? CELL_TP : CELL_FN;
	struct eval_units u = units_of(start, order, MANY, 1);
	assert_int_equal(eval_bootstrap(cell, &u, one), 0);
	assert_int_equal(eval_bootstrap(cell, &u, again), 0);
	assert_memory_equal(one, again, sizeof(one));
	assert_true(fabs(one[SCORE_ACCURACY].low - 0.7216) < 0.015);
	assert_true(fabs(one[SCORE_ACCURACY].high - 0.8784) < 0.015);
	assert_true(isnan(one[SCORE_SPECIFICITY].low)); /* no draw has it */
	u = units_of(start, order, MANY, 10);
	assert_int_equal(eval_bootstrap(cell, &u, ten), 0);
	assert_true(ten[SCORE_ACCURACY].low < 0.6 && ten[SCORE_ACCURACY].high >= 0.99);
}

static void left_out_cells_are_not_drawn(void **state)
{
	uint32_t start[MANY + 1], order[MANY];
	uint8_t cell[MANY];
	struct eval_interval out[SCORES];
	for (int i = 0; i < MANY; i++)
		cell[i] = i < 50 ? CELL_TP : CELL_NONE;
	struct eval_units u = units_of(start, order, MANY, 1);
	assert_int_equal(eval_bootstrap(cell, &u, out), 0);
	near(out[SCORE_ACCURACY].low, 1);
	near(out[SCORE_ACCURACY].high, 1);
}

/* The other run is wrong in 20 more of 100: the gain is .2 and its standard error sqrt(.2 * .8 / 100) = .04. */
static void paired_gain_by_theory(void **state)
{
	uint32_t start[MANY + 1], order[MANY];
	uint8_t cell[MANY], other[MANY];
	struct eval_gain gain[SCORES], none[SCORES];
	for (int i = 0; i < MANY; i++) {
		cell[i] = i < 90 ? CELL_TP : CELL_FN;
		other[i] = i < 70 ? CELL_TP : CELL_FN;
	}
	struct eval_units u = units_of(start, order, MANY, 1);
	assert_int_equal(eval_paired(cell, other, &u, gain), 0);
	near(gain[SCORE_ACCURACY].value, 0.2);
	assert_true(fabs(gain[SCORE_ACCURACY].low - 0.1216) < 0.015);
	assert_true(fabs(gain[SCORE_ACCURACY].high - 0.2784) < 0.015);
	assert_true(gain[SCORE_ACCURACY].p < 0.001);
	assert_int_equal(eval_paired(cell, cell, &u, none), 0);
	assert_true(none[SCORE_ACCURACY].value == 0 && none[SCORE_ACCURACY].p == 1);
}

/* 1 against 6: 2 * (C(7,0) + C(7,1)) / 2^7 = 16 / 128.  Equal: 1.  0 against 5: 2 / 32. */
static void mcnemar_by_hand(void **state)
{
	near(eval_mcnemar(1, 6), 0.125);
	near(eval_mcnemar(6, 1), 0.125);
	near(eval_mcnemar(0, 5), 0.0625);
	near(eval_mcnemar(3, 3), 1);
	near(eval_mcnemar(0, 0), 1);
	assert_true(eval_mcnemar(4000, 6000) < 1e-80);
}

/* ---- quotes and words ---- */

static void a_quote_is_bytes_and_code_points(void **state)
{
	struct slice note = SLICE("Fi\xc3\xa8vre: none");
	struct eval_quote q = {
		.quote = SLICE("\xc3\xa8vre"), .start = 2, .end = 7, .start_cp = 2, .end_cp = 6};
	assert_true(eval_quote_is_exact(&q, note));
	q.end_cp = 7;
	assert_false(eval_quote_is_exact(&q, note));
	q.end_cp = 6;
	q.quote = SLICE("\xc3\xa9vre");
	assert_false(eval_quote_is_exact(&q, note));
	q = (struct eval_quote){.quote = SLICE("e: none!"), .start = 6, .end = 14, .end_cp = 13};
	assert_false(eval_quote_is_exact(&q, note)); /* beyond the note */
	q = (struct eval_quote){.start = 3, .end = 3};
	assert_false(eval_quote_is_exact(&q, note)); /* empty */
}

static void words_are_what_blanks_part(void **state)
{
	assert_int_equal(eval_words(SLICE("")), 0);
	assert_int_equal(eval_words(SLICE(" \n\t ")), 0);
	assert_int_equal(eval_words(SLICE("BP 120/80,\r\n no-fever. ")), 3);
}

/* ---- the grid ---- */

/* Ten charts of 1,000 to 10,000 words, a needle in each tenth: columns of two charts. */
static void grid_columns_hold_fifths(void **state)
{
	struct eval_item items[10];
	struct eval_set s = {.items = items, .n = 10};
	struct eval_grid g;
	for (unsigned i = 0; i < 10; i++)
		items[i] = (struct eval_item){.has_needle = true,
			.is_found = i != 3,
			.words = 1000 * (i + 1),
			.depth = i / 10.0 + 0.05,
			.outcome = outcome(true, i < 8 ? CALL_PRESENT : CALL_ABSENT, 1)};
	items[9].depth = 1; /* the very end belongs to the last tenth */
	assert_int_equal(eval_grid_fill(&s, &g), 0);
	assert_int_equal(g.columns, 5);
	assert_int_equal(g.least[1], 3000);
	assert_int_equal(g.most[1], 4000);
	assert_int_equal(g.n[3][1], 1);
	assert_int_equal(g.found[3][1], 0);
	assert_int_equal(g.right[3][1], 1);
	assert_int_equal(g.n[9][4], 1);
	assert_int_equal(g.right[9][4], 0);
	near(g.found_worst, 0);
	near(g.found_best, 1);
	items[5].has_needle = false; /* without a place, length or depth: not in the grid */
	items[6].words = 0;
	items[7].depth = NAN;
	assert_int_equal(eval_grid_fill(&s, &g), 0);
	assert_int_equal(g.n[5][2] + g.n[6][3] + g.n[7][3], 0);
	s.n = 0;
	assert_int_equal(eval_grid_fill(&s, &g), 0);
	assert_int_equal(g.columns, 0);
	assert_true(isnan(g.found_worst));
}

static void one_length_is_one_column(void **state)
{
	struct eval_item items[7];
	struct eval_set s = {.items = items, .n = 7};
	struct eval_grid g;
	for (unsigned i = 0; i < 7; i++)
		items[i] = (struct eval_item){.has_needle = true, .words = 500, .depth = 0};
	assert_int_equal(eval_grid_fill(&s, &g), 0);
	assert_int_equal(g.columns, 1);
	assert_int_equal(g.n[0][0], 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_by_hand),
		cmocka_unit_test(always_yes_has_mcc_0),
		cmocka_unit_test(a_wrong_call_is_wrong_whatever_the_label),
		cmocka_unit_test(wilson_by_hand),
		cmocka_unit_test(verdicts_count_as_the_rules_say),
		cmocka_unit_test(an_error_has_no_probability),
		cmocka_unit_test(brier_by_hand),
		cmocka_unit_test(slope_by_hand),
		cmocka_unit_test(no_slope_where_there_is_none),
		cmocka_unit_test(risk_by_hand),
		cmocka_unit_test(percentiles_by_hand),
		cmocka_unit_test(bootstrap_has_the_width_of_theory),
		cmocka_unit_test(left_out_cells_are_not_drawn),
		cmocka_unit_test(paired_gain_by_theory),
		cmocka_unit_test(mcnemar_by_hand),
		cmocka_unit_test(a_quote_is_bytes_and_code_points),
		cmocka_unit_test(words_are_what_blanks_part),
		cmocka_unit_test(grid_columns_hold_fifths),
		cmocka_unit_test(one_length_is_one_column),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
