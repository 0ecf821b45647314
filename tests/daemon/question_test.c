/* What is asked, from how it is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/question.h"

static void expect(const char *question, const char *condition)
{
	struct slice got = question_condition(slice_str(question));
	if (!slice_eq(got, slice_str(condition)))
		fail_msg("\"%s\": got \"%.*s\", want \"%s\"", question, (int)got.n, got.p,
			condition);
}

static void question_words_are_taken_away(void **state)
{
	expect("history of pheochromocytoma?", "pheochromocytoma");
	expect("history of pheochromocytoma", "pheochromocytoma");
	expect("Does the patient have diabetes mellitus?", "diabetes mellitus");
	expect("Does this patient have a history of atrial fibrillation?", "atrial fibrillation");
	expect("has the patient ever had any signs of heart failure ?", "heart failure");
	expect("Is there any evidence of pulmonary embolism in this chart?", "pulmonary embolism");
	expect("any h/o DVT", "DVT");
	expect("Please tell me whether she has been diagnosed with lupus.", "lupus");
	expect("Was the patient ever diagnosed with gout?", "gout");
	expect("Was gout ever diagnosed?", "gout");
	expect("When was gout diagnosed?", "gout");
	expect("Is there gout or not?", "gout");
	expect("Was pneumonia ruled out?", "pneumonia");
	expect("Is edema present?", "edema");
	expect("Has pneumonia been ruled out?", "pneumonia");
	expect("Was pneumonia ruled in or ruled out?", "pneumonia");
	expect("Was pneumonia confirmed or ruled out?", "pneumonia");
	expect("Is she taking metformin?", "metformin");
	expect("What is her A1c?", "A1c");
	expect("was a stroke ever suspected, in the past?", "stroke");
	expect("pneumonia ruled out", "pneumonia ruled out");
}

static void asking_in_two_clauses_is_taken_away_whole(void **state)
{
	expect("Does this patient have, or has this patient had, a stroke?", "stroke");
	expect("Does this patient have, or has this patient had, Mild left pleural thickenings?",
		"Mild left pleural thickenings");
	expect("Does the child have a heart murmur?", "heart murmur");
	expect("Is this man known to have hepatitis C?", "hepatitis C");
	expect("Was she ever treated for tuberculosis?", "tuberculosis");
}

static void bare_condition_stands_as_it_is(void **state)
{
	expect("pheochromocytoma", "pheochromocytoma");
	expect("  left atrial enlargement \n", "left atrial enlargement");
	expect("known tumor of the left lung", "known tumor of the left lung");
	expect("St. John's wort", "St. John's wort");
	expect("sign of Leser-Trelat", "sign of Leser-Trelat");
}

static void article_of_a_name_stays(void **state)
{
	expect("does he have a fib?", "a fib");
	expect("does he have a rash?", "rash");
}

static void a_question_may_name_two_conditions(void **state)
{
	struct slice left, right;
	assert_true(question_either(SLICE("MI, or recent stroke"), &left, &right));
	assert_true(slice_eq(left, SLICE("MI")) && slice_eq(right, SLICE("recent stroke")));
	assert_true(question_either(SLICE("old  MI OR stroke or gout"), &left, &right));
	assert_true(slice_eq(left, SLICE("old  MI")) && slice_eq(right, SLICE("stroke or gout")));
	assert_false(question_either(SLICE("nausea and vomiting"), &left, &right));
	assert_false(question_either(SLICE("orthopnea"), &left, &right));
	assert_false(question_either(SLICE("MI or"), &left, &right));
	assert_false(question_either(SLICE("or MI"), &left, &right));
	assert_false(question_either(SLICE(""), &left, &right));
}

static void question_that_names_nothing_is_empty(void **state)
{
	expect("is there any?", "");
	expect("any evidence of?", "");
	expect("the?", "");
	expect("?", "");
	expect("   ", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(question_words_are_taken_away),
		cmocka_unit_test(asking_in_two_clauses_is_taken_away_whole),
		cmocka_unit_test(bare_condition_stands_as_it_is),
		cmocka_unit_test(article_of_a_name_stays),
		cmocka_unit_test(a_question_may_name_two_conditions),
		cmocka_unit_test(question_that_names_nothing_is_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
