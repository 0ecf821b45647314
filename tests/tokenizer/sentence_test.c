#include "tests/tokenizer/scanned.h"

static void stops_and_marks_end_sentences(void **state)
{
	(void)state;
	expect_sentences("He fell. She ran? Yes! No", "He fell. |She ran? |Yes! |No");
	expect_sentences("Gout (mild). He said \"no.\" Then left.",
		"Gout (mild). |He said \"no.\" |Then left.");
	expect_sentences("pain. denies fever. no cough", "pain. |denies fever. |no cough");
	expect_sentences("a; b: c, d", "a; b: c, d");
	expect_sentences("?pneumonia vs CHF (?) today", "?pneumonia vs CHF (?) today");
	expect_sentences("", "");
	expect_sentences("Wait... what", "Wait... |what");
}

static void abbreviations_and_decimals_do_not(void **state)
{
	(void)state;
	static const char *const whole[] = {
		"Seen by Dr. Smith and Mrs. Jones.",
		"Gout vs. sepsis, e.g. acute, i.e. now.",
		"Lasix 40 mg p.o. b.i.d. for edema.",
		"Lasix 40 mg p.o. BID today.",
		"temp 93.7 and Na 118.5 today.",
		"room No. 5 is free.",
		"at 7 a.m. daily, approx. 5 times.",
		"J. Smith and B. K. Jones came.",
		"the pt. was seen by his wife.",
		"version 1.2.3 of x.y",
	};
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		expect_sentences(whole[i], whole[i]);
}

static void abbreviations_end_before_a_capital_that_begins(void **state)
{
	(void)state;
	expect_sentences("Lasix b.i.d. He is well.", "Lasix b.i.d. |He is well.");
	expect_sentences(
		"Has hepatitis C. The patient drinks.", "Has hepatitis C. |The patient drinks.");
	expect_sentences("He said no. She left.", "He said no. |She left.");
}

static void list_numbers_begin_items(void **state)
{
	(void)state;
	expect_sentences("PLAN: 1. Gout 2. CHF 3. rest", "PLAN: |1. Gout |2. CHF |3. rest");
	expect_sentences("Diagnoses are: 1) Gout 2) CHF", "Diagnoses are: |1) Gout |2) CHF");
	expect_sentences("1. Gout.\n2. CHF\n10. Rest", "1. Gout.\n|2. CHF\n|10. Rest");
	expect_sentences(
		"PLAN: 1. Lasix for type 2. Then stop", "PLAN: |1. Lasix for type 2. |Then stop");
	expect_sentences("diabetes type 2. He is well", "diabetes type 2. |He is well");
	expect_sentences(
		"It lasted until 5. Then it stopped", "It lasted until 5. |Then it stopped");
}

static void bullets_and_blank_lines_begin_sentences(void **state)
{
	(void)state;
	expect_sentences("- gout\n- heart failure\n* rest", "- gout\n|- heart failure\n|* rest");
	expect_sentences("• gout • rest", "• gout |• rest");
	expect_sentences("pain in the\n\nleft", "pain in the\n\n|left");
	expect_sentences("a\n \t\n\n b", "a\n \t\n\n |b");
}

static void wrapped_lines_go_on_and_short_ones_do_not(void **state)
{
	(void)state;
	expect_sentences(
		"The patient is a man of forty years who came with his\nwife to the clinic",
		"The patient is a man of forty years who came with his\nwife to the clinic");
	expect_sentences("The patient was seen yesterday in the emergency room with Mr.\nJones",
		"The patient was seen yesterday in the emergency room with Mr.\nJones");
	expect_sentences(
		"The patient was seen yesterday in the emergency room of General\nHospital",
		"The patient was seen yesterday in the emergency room of General\nHospital");
	expect_sentences("No chest pain\nor dyspnea", "No chest pain\nor dyspnea");
	expect_sentences("aspirin\nlisinopril\nMetformin", "aspirin\n|lisinopril\n|Metformin");
	expect_sentences("Fever: none\nCough: none", "Fever: none\n|Cough: none");
	expect_sentences("gout,\nasthma", "gout,\nasthma");
}

static void run_on_notes_are_parted(void **state)
{
	(void)state;
	expect_sentences("in no distress.Lungs clear.Heart 98.6.No murmur",
		"in no distress.|Lungs clear.|Heart 98.6.|No murmur");
	expect_sentences("mail to U.S.A. or x.Y", "mail to U.S.A. or x.Y");
	expect_sentences("1.  Gout.,2.  CHF.", "1.  Gout.,|2.  CHF.");
}

static void a_heading_is_a_sentence_of_its_own(void **state)
{
	(void)state;
	expect_sentences("no distress. FAMILY HISTORY: Gout.\nPLAN:\nRest",
		"no distress. |FAMILY HISTORY: |Gout.\n|PLAN:\n|Rest");
	expect_sentences("FEVER:none  COUGH: none,", "FEVER:none  COUGH: none,");
}

static void sentences_know_their_section(void **state)
{
	(void)state;
	struct scanned s;
	scanned_init(&s, SLICE("Hi. PMH: Gout. Asthma."));
	assert_int_equal(s.doc.n_sentences, 4);
	assert_int_equal(s.doc.sentences[0].section, 0);
	assert_int_equal(s.doc.sentences[1].section, 1);
	assert_int_equal(s.doc.sentences[3].section, 1);
	assert_int_equal(tok_sentence_at(&s.doc, 0), 0);
	assert_int_equal(tok_sentence_at(&s.doc, 4), 1);
	assert_int_equal(tok_sentence_at(&s.doc, 22), 3);
	scanned_finish(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stops_and_marks_end_sentences),
		cmocka_unit_test(abbreviations_and_decimals_do_not),
		cmocka_unit_test(abbreviations_end_before_a_capital_that_begins),
		cmocka_unit_test(list_numbers_begin_items),
		cmocka_unit_test(bullets_and_blank_lines_begin_sentences),
		cmocka_unit_test(wrapped_lines_go_on_and_short_ones_do_not),
		cmocka_unit_test(run_on_notes_are_parted),
		cmocka_unit_test(a_heading_is_a_sentence_of_its_own),
		cmocka_unit_test(sentences_know_their_section),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
