#include "tests/tokenizer/scanned.h"

static void words_fold_case_and_keep_digits_inside(void **state)
{
	(void)state;
	expect_terms("T2DM and B12, EF 25-30 %", "t2dm and b12 ef 25# 30#");
	expect_terms("temp 93.7", "temp 93# 7#");
	expect_terms("STROKE/TIA post-op foo_bar", "stroke tia post op foo bar");
	expect_terms("", "");
	expect_terms(" .,;: ", "");
}

static void apostrophes_join_and_possessives_fall(void **state)
{
	(void)state;
	expect_terms("Crohn's CROHN'S Crohn’s", "crohn crohn crohn");
	expect_terms("don't o'clock O’Brien's", "dont oclock obrien");
	expect_terms("patients' 'quoted' 5'5\" 1990's", "patients quoted 5# 5# 1990#");
	expect_terms("it's' 's 'tis", "it s tis");
}

static void other_scripts_and_marks_make_words(void **state)
{
	(void)state;
	expect_terms("Sjögren naïve Ménière œdème", "sjogren naive meniere oedeme");
	expect_terms("Sjo\xCC\x88gren", "sjogren");
	expect_terms("co\xC2\xAD"
		     "operate ﬁbrosis ＭＲＩ",
		"cooperate fibrosis mri");
	expect_terms("Боль ΑΒΓ μg µg", "боль αβγ μg μg");
	expect_terms("a\xC2\xA0"
		     "b–c…d•e",
		"a b c d e");
	expect_terms("37°C H₂O 10²", "37# c h2o 102#");
}

static void spans_are_the_bytes_as_given(void **state)
{
	(void)state;
	static const char text[] = "x Crohn’s, Sjo\xCC\x88gren";
	struct scanned s;
	scanned_init(&s, SLICE(text));
	assert_int_equal(s.doc.n_words, 3);
	assert_int_equal(s.doc.words[1].start, 2);
	assert_int_equal(s.doc.words[1].end, 2 + strlen("Crohn’s"));
	assert_int_equal(s.doc.words[2].end, sizeof(text) - 1);
	scanned_finish(&s);
}

static void long_terms_are_cut_at_a_code_point(void **state)
{
	(void)state;
	char text[400], want[200];
	memset(text, 'A', 150);
	text[150] = '\0';
	memset(want, 'a', TOK_TERM_MAX);
	want[TOK_TERM_MAX] = '\0';
	expect_terms(text, want);

	/* A letter of two bytes at 63 does not fit. */
	memset(text, 'a', 63);
	strcpy(text + 63, "жжж");
	want[63] = '\0';
	expect_terms(text, want);
	struct scanned s;
	scanned_init(&s, slice_str(text));
	assert_int_equal(s.doc.words[0].end, strlen(text));
	scanned_finish(&s);
}

static void masks_are_words_and_hold_none(void **state)
{
	(void)state;
	expect_terms("Hunt and [**Name 12**] grade 3", "hunt and <m> grade 3#");
	expect_terms("LEFT ATRIUM: mild ___.", "left atrium mild <m>");
	expect_terms("___'s wife, ___-year-old", "<m> wife <m> year old");
	expect_terms("foo___bar[**x**]baz", "foo <m> bar <m> baz");
}

static void mask_terms_read_as_promised(void **state)
{
	(void)state;
	struct scanned s;
	scanned_init(&s, SLICE("a ___"));
	assert_true(slice_eq(tok_term(&s.doc, &s.doc.words[1]), SLICE("\x01m")));
	scanned_finish(&s);
}

static void query_words_follow_the_same_rules(void **state)
{
	(void)state;
	struct scanned s;
	struct tok_doc q;
	scanned_init(&s, SLICE("history of Ménière's disease?"));
	assert_int_equal(tok_words(s.t, SLICE("meniere DISEASE"), &s.arena, &q, NULL), LODE_OK);
	assert_int_equal(q.n_words, 2);
	assert_true(slice_eq(tok_term(&q, &q.words[0]), tok_term(&s.doc, &s.doc.words[2])));
	assert_true(slice_eq(tok_term(&q, &q.words[1]), tok_term(&s.doc, &s.doc.words[3])));
	assert_int_equal(q.n_sentences, 0);
	scanned_finish(&s);
}

static void a_full_arena_is_an_error(void **state)
{
	(void)state;
	struct tokenizer *t;
	struct tok_doc d;
	struct err e = {0};
	static char text[5000];
	memset(text, 'x', sizeof(text));
	for (size_t i = 1; i < sizeof(text); i += 2)
		text[i] = i % 6 == 1 ? '\n' : '.';
	assert_int_equal(tok_create(&t, NULL), LODE_OK);
	int last = LODE_NOMEM;
	for (size_t limit = 0; last == LODE_NOMEM && limit < 1 << 20; limit += 512) {
		struct arena a;
		arena_init(&a, limit);
		last = tok_scan(t, slice_of(text, sizeof(text)), &a, &d, &e);
		assert_true(last == LODE_OK || last == LODE_NOMEM);
		arena_release(&a);
	}
	assert_int_equal(last, LODE_OK);
	tok_destroy(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_fold_case_and_keep_digits_inside),
		cmocka_unit_test(apostrophes_join_and_possessives_fall),
		cmocka_unit_test(other_scripts_and_marks_make_words),
		cmocka_unit_test(spans_are_the_bytes_as_given),
		cmocka_unit_test(long_terms_are_cut_at_a_code_point),
		cmocka_unit_test(masks_are_words_and_hold_none),
		cmocka_unit_test(mask_terms_read_as_promised),
		cmocka_unit_test(query_words_follow_the_same_rules),
		cmocka_unit_test(a_full_arena_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
