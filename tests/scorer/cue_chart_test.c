/* Cues as charts and forms write them, on sentences of our own.  [[ ]] marks the mention. */
#include "judged.h"

/* ---- checklists ---- */

static void box_left_empty_denies_and_ticked_box_affirms(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "[ ] [[wheeze]]   [x] hoarseness   [ ] snoring",
		"[ ] wheeze   [x] hoarseness   [ ] [[snoring]]", "( ) [[gout]] (X) psoriasis",
		"Symptoms: [ ] [[hiccups]] [x] belching", "\u2610 [[tinnitus]]  \u2611 vertigo",
		"Ticked by the patient\n[x] belching\n[ ] [[hiccups]]\n[_] nausea\n",
		"[x] belching\n[ ] hiccups\n[_] [[nausea]]\n");
	ALL_ARE(ASSERT_PRESENT, "[ ] wheeze   [x] [[hoarseness]]   [ ] snoring",
		"( ) gout (X) [[psoriasis]]", "Symptoms: [ ] hiccups [x] [[belching]]",
		"\u2610 tinnitus  \u2612 [[vertigo]]", "\u2610 tinnitus  \u2714 [[vertigo]]",
		"[ ] hiccups\n[x] [[belching]]\n");
}

static void box_behind_the_item_counts_where_no_box_leads(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "wheeze [x]  [[snoring]] [ ]", "[[wheeze]] [ ]  snoring [x]");
	ALL_ARE(ASSERT_PRESENT, "wheeze [ ]  [[snoring]] [x]");
}

static void box_says_nothing_of_other_lines(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "[ ] hiccups   [ ] belching\n[[Snoring]] at night",
		"[[Snoring]] at night\n[ ] hiccups\n");
}

static void answers_stand_in_cells_of_a_table(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "| symptom | answer |\n| [[fever]] | no |\n| cough | yes |\n",
		"| fever | yes | [[cough]] | no | rash | yes |", "[[Fever]]\tNo\nCough\tYes\n",
		"Fever\tYes\tCough\tNo\t[[Rash]]\tNo\n", "[[Fever]] (Y/N): N\n");
	ALL_ARE(ASSERT_PRESENT, "| symptom | answer |\n| fever | no |\n| [[cough]] | yes |\n",
		"| fever | no | [[cough]] | yes | rash | no |", "Fever\tNo\n[[Cough]]\tYes\n",
		"Fever\tNo\tCough\tNo\t[[Rash]]\tYes\n", "[[Fever]] (Y/N): Y\n");
}

static void ticked_no_is_a_denial(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "[[Snoring]]: [ ] Yes [x] No", "[[Snoring]]  \u2610 Yes \u2612 No",
		"[[Snoring]]: [x] No [ ] Yes");
	ALL_ARE(ASSERT_PRESENT, "[[Snoring]]: [x] Yes [ ] No", "[[Snoring]]: [ ] No [x] Yes",
		"[[Snoring]]: \u2611 Yes \u2610 No");
}

/* ---- rules that charts of our own asked for ---- */

static void excluded_behind_the_mention_negates(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "[[Sarcoidosis]] excluded: lymph node biopsy without granulomas.",
		"Repeat smear clean, [[malaria]] excluded, fever of another source.",
		"[[Endocarditis]] was excluded by echo.");
	ALL_ARE(ASSERT_POSSIBLE, "[[Sarcoidosis]] not excluded.",
		"[[Sarcoidosis]] cannot be excluded.", "[[Malaria]] should be excluded.");
}

static void unlikely_hedges(void **state)
{
	ALL_ARE(ASSERT_POSSIBLE, "[[Sarcoidosis]] is unlikely.",
		"[[Malaria]] unlikely; no smear sent.", "Unlikely [[malaria]].",
		"It is unlikely that this is [[gout]].",
		"[[Abruption]] felt to be improbable, soft uterus.", "Less likely [[gout]].",
		"[[Gout]] seems improbable.", "This is unlikely to be [[gout]].");
}

static void queries_and_wonders_hedge(void **state)
{
	ALL_ARE(ASSERT_POSSIBLE, "Queried [[sarcoidosis]], biopsy awaited.",
		"[[Sarcoidosis]] was queried.", "Query [[scurvy]].", "? [[scurvy]]",
		"The team wonders about [[porphyria]].", "We wondered whether [[porphyria]] fits.");
}

static void safety_nets_are_hypothetical(void **state)
{
	ALL_ARE(ASSERT_HYPOTHETICAL, "Return to the ED for chills, or signs of [[cellulitis]].",
		"Return immediately for [[bleeding]], or other warning signs.",
		"Come back should [[cyanosis]] appear.",
		"Should [[jaundice]] develop, stop the drug.",
		"Should worsening [[jaundice]] develop, stop the drug.", "Watch for [[melena]].",
		"Call for [[fever]] over 39.", "Go to the ER for [[syncope]].",
		"Be on the lookout for [[hives]].", "Red flags: [[incontinence]], weakness.");
}

static void conditions_and_warnings_are_hypothetical(void **state)
{
	ALL_ARE(ASSERT_HYPOTHETICAL, "Start allopurinol only if [[gout]] recurs.",
		"Given with a warning about [[hyponatremia]].",
		"Counselled about [[hypoglycaemia]].",
		"[[Myopathy]] would be a reason to stop the statin.",
		"The risk of [[myopathy]] was explained.");
	ALL_ARE(ASSERT_PRESENT, "She should have relief of her [[pain]] by Monday.");
}

static void denial_does_not_run_into_what_may_follow_from_it(void **state)
{
	ALL_ARE(ASSERT_HYPOTHETICAL, "No driving tonight, as this can lead to [[accidents]].",
		"No contact sports: a blow may cause [[splenic rupture]].");
}

static void plans_are_future(void **state)
{
	ALL_TIMES_ARE(TIME_FUTURE, "[[Hysterectomy]] is planned for May.",
		"[[Colonoscopy]] scheduled for Friday.", "[[Angiography]] planned.",
		"Will start [[physiotherapy]] next week.", "She is to undergo [[angiography]].",
		"Plans to begin [[dialysis]].", "[[Cataract surgery]] is booked for June.");
	ALL_TIMES_ARE(TIME_RECENT, "[[Gallstones]], surgery scheduled for Friday.",
		"Will start allopurinol for [[gout]].");
}

static void label_of_a_relative_makes_it_theirs(void **state)
{
	ALL_ARE(ASSERT_SOMEONE_ELSE, "Sister: [[lupus]].", "Aunt: [[glaucoma]], age 66.",
		"Father - [[gout]], Mother - well", "Mother \u2013 [[glaucoma]]",
		"Brother: gout, [[psoriasis]].");
	ALL_ARE(ASSERT_PRESENT, "Per mother: [[vomiting]] since Friday.",
		"Mother: he has [[vomiting]] since Friday.", "Father: well\n[[Vomiting]] today");
}

static void whose_makes_it_the_relatives(void **state)
{
	ALL_ARE(ASSERT_SOMEONE_ELSE, "Sad about her sister, whose [[lupus]] came back.",
		"He visits his father whose [[dementia]] is worse.");
	ALL_ARE(ASSERT_PRESENT, "A boy whose [[asthma]] is worse.",
		"No fever in a boy whose [[cough]] goes on.");
}

static void label_of_an_exam_ends_family_history(void **state)
{
	ALL_ARE(ASSERT_PRESENT,
		"FAMILY HISTORY: sister with gout.\n\nStaging: [[ascites]] on scan.",
		"FAMILY HISTORY\nGout in an uncle.\n\nMental status: Neat. Slow [[tremor]].");
	ALL_ARE(ASSERT_SOMEONE_ELSE, "FAMILY HISTORY: sister with [[gout]].\n\nStaging: ascites.",
		"FAMILY HISTORY:\nMaternal side: well.\nPaternal side: [[gout]].");
}

static void denial_in_the_past_history_is_of_today(void **state)
{
	ALL_TIMES_ARE(TIME_RECENT, "PAST MEDICAL HISTORY:\nGout. No [[diabetes]].\n");
	ALL_TIMES_ARE(TIME_HISTORICAL, "PAST MEDICAL HISTORY:\n[[Gout]]. No diabetes.\n",
		"PAST MEDICAL HISTORY:\nGout. No history of [[diabetes]].\n");
	ALL_ARE(ASSERT_ABSENT, "PAST MEDICAL HISTORY:\nGout. No [[diabetes]].\n");
}

/* ---- relatives in other clauses ---- */

static void relative_is_the_subject_of_its_own_clause(void **state)
{
	ALL_ARE(ASSERT_SOMEONE_ELSE, "Tearful because her sister was diagnosed with [[lymphoma]].",
		"Worried because his uncle had a [[stroke]].",
		"Brother is being treated for [[gout]].", "Paternal grandmother with [[glaucoma]].",
		"Thinks a lot of his aunt, who has [[lupus]].",
		"Cares for his father, who was diagnosed with [[dementia]].",
		"Her neighbor had [[shingles]].", "A friend of hers died of [[melanoma]].");
	ALL_ARE(ASSERT_PRESENT, "He lives with his mother, who is a nurse, and has [[asthma]].",
		"Called his wife, who noticed [[tremor]].",
		"She came with her friend and has [[fever]].",
		"A friend found him with [[hypothermia]].");
}

static void possessive_of_a_relative_makes_it_theirs(void **state)
{
	ALL_ARE(ASSERT_SOMEONE_ELSE, "Asks about her uncle's [[porphyria]].",
		"Wonders whether his sister\u2019s [[lupus]] runs on.",
		"Because of his wife's recent [[stroke]] he cooks now.");
	ALL_ARE(ASSERT_PRESENT, "Per mother's report [[fever]] since Monday.",
		"At mother's bedside with [[fever]].", "Takes her sister's pills for [[pain]].",
		"Per wife's history, [[fever]] since Monday.");
}

/* ---- forms ---- */

static void each_item_of_a_form_has_its_own_answer(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "Hives: yes   [[Gout]]: no   Croup: yes",
		"Hives: no Gout: yes [[Croup]]: no Mumps: yes",
		"Hives: yes\t[[Gout]]: no\tCroup: yes",
		"HIV: positive   [[Syphilis]]: negative   Gout: present");
	ALL_ARE(ASSERT_PRESENT, "Hives: no   [[Gout]]: yes   Croup: no",
		"Hives: no Gout: no [[Croup]]: yes Mumps: no", "Hives: no\n[[Croup]]: yes\n",
		"HIV: negative   [[Syphilis]]: positive", "Hives: no, [[croup]]: yes");
	ALL_ARE(ASSERT_ABSENT, "ROS: no  [[hives]]", "Skin: No hives or [[croup]]",
		"Neuro: no [[seizures]] today");
}

static void each_item_of_a_form_has_its_own_boxes(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "[[Hives]]: [ ] yes [x] no  Croup: [x] yes [ ] no",
		"Hives: [x] yes [ ] no  [[Croup]]: [ ] yes [x] no",
		"Hives: yes [x] no [ ]  [[Croup]]: yes [ ] no [x]");
	ALL_ARE(ASSERT_PRESENT, "Hives: [ ] yes [x] no  [[Croup]]: [x] yes [ ] no",
		"[[Hives]]: [x] yes [ ] no  Croup: [ ] yes [x] no",
		"Hives: [ ] yes [x] no  [[Croup]] [ ] no [x] yes",
		"Hives: yes [ ] no [x]  [[Croup]]: yes [x] no [ ]",
		"Hives yes \u2610 no \u2612  [[Croup]] yes \u2612 no \u2610");
}

static void printed_choice_is_no_answer(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "[[Hives]]: Y/N N", "[[Hives]]: Y/N N   Croup: Y/N Y",
		"Hives: Y/N Y   [[Croup]]: Y/N N", "[[Hives]]: yes/no no\nCroup: yes/no yes\n",
		"Hives: yes/no yes\n[[Croup]]: yes/no no\n", "[[Hives]] Y/N: N",
		"[[Hives]]: (Y/N) N", "[[Hives]]: Yes / No  No");
	ALL_ARE(ASSERT_PRESENT, "[[Hives]]: Y/N Y", "[[Hives]]: Y/N Y   Croup: Y/N N",
		"Hives: Y/N N   [[Croup]]: Y/N Y", "Hives: yes/no no  [[Croup]]: yes/no yes",
		"Hives: yes/no no\n[[Croup]]: yes/no yes\n", "[[Hives]] Y/N: Y",
		"[[Hives]]: (Y/N) Y");
}

static void form_ends_the_history_above_it(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "FAMILY HISTORY\nGout in an uncle.\n\nENTRY FORM\n[[Hives]]: yes\n",
		"FAMILY HISTORY:\nGout in an uncle.\n\nSkin questionnaire:\n[x] [[hives]]\n");
	ALL_TIMES_ARE(TIME_RECENT, "SOCIAL HISTORY:\nRetired.\n\nIntake form:\n[x] [[hives]]\n");
	ALL_ARE(ASSERT_SOMEONE_ELSE, "FAMILY HISTORY\nUncle well.\nAunt has [[gout]].\n");
}

/* ---- what generated charts showed ---- */

static void vital_signs_are_no_versus(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "VS: T 98, HR 70.\nWalked today.\nDx: [[croup]].",
		"VS: stable. She has [[croup]].");
	ALL_ARE(ASSERT_POSSIBLE, "Gout vs. [[cellulitis]].", "[[Gout]] versus cellulitis.");
}

static void workups_under_way_hedge(void **state)
{
	ALL_ARE(ASSERT_POSSIBLE, "Neurology thinks of [[porphyria]].",
		"Labs drawn for [[porphyria]].", "Cultures sent for [[brucellosis]].",
		"Being evaluated for [[sarcoidosis]].",
		"DIFFERENTIAL\n1. Migraine\n2. [[Vertigo]]\n",
		"LABS\nSodium 140\n\nDIFFERENTIAL\nMigraine\n[[Vertigo]]\n");
	ALL_ARE(ASSERT_ABSENT, "Workup was negative for [[porphyria]].");
}

static void treatment_going_on_is_no_past(void **state)
{
	ALL_TIMES_ARE(TIME_RECENT, "Being treated for [[gout]].", "She is treated for [[gout]].",
		"Care plan for [[gout]] written.");
	ALL_TIMES_ARE(TIME_HISTORICAL, "Was treated for [[gout]].",
		"[[Gout]]: resolved, off pills.", "[[Gout]] is no longer present.",
		"S/p treatment of [[gout]].", "In 2154 he had [[gout]].",
		"[[Gout]] in March 2154.");
	ALL_TIMES_ARE(TIME_RECENT, "At 2154 he had [[chills]].");
}

static void orders_and_types_end_with_a_full_stop(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "Ibuprofen 400 mg PRN. Scan showed [[gallstones]].",
		"No history of hepatitis B. [[Gallstones]] on the scan.");
	ALL_ARE(ASSERT_HYPOTHETICAL, "Ibuprofen PRN [[headache]].");
	ALL_ARE(ASSERT_ABSENT, "No fever per J. Smith or [[cough]].");
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(box_left_empty_denies_and_ticked_box_affirms),
		T(box_behind_the_item_counts_where_no_box_leads),
		T(box_says_nothing_of_other_lines),
		T(answers_stand_in_cells_of_a_table),
		T(ticked_no_is_a_denial),
		T(excluded_behind_the_mention_negates),
		T(unlikely_hedges),
		T(queries_and_wonders_hedge),
		T(safety_nets_are_hypothetical),
		T(conditions_and_warnings_are_hypothetical),
		T(denial_does_not_run_into_what_may_follow_from_it),
		T(plans_are_future),
		T(label_of_a_relative_makes_it_theirs),
		T(whose_makes_it_the_relatives),
		T(label_of_an_exam_ends_family_history),
		T(denial_in_the_past_history_is_of_today),
		T(relative_is_the_subject_of_its_own_clause),
		T(possessive_of_a_relative_makes_it_theirs),
		T(each_item_of_a_form_has_its_own_answer),
		T(each_item_of_a_form_has_its_own_boxes),
		T(printed_choice_is_no_answer),
		T(form_ends_the_history_above_it),
		T(vital_signs_are_no_versus),
		T(workups_under_way_hedge),
		T(treatment_going_on_is_no_past),
		T(orders_and_types_end_with_a_full_stop),
	};
	return cmocka_run_group_tests(tests, judged_set_up, judged_tear_down);
}
