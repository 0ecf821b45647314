/* The cue engine on sentences of our own.  [[ ]] marks the mention. */
#include "judged.h"

/* ---- regression sentences of other people's issue trackers (reference/peers.md 3a) ---- */

static void negative_for_with_a_verb_before_it_negates(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "The patient is negative for [[STROKE]]/TIA.",
		"The patient is negative for STROKE/[[TIA]].",
		"The patient is negative for [[STROKE/TIA]].");
}

static void colon_form_without_blank_negates(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "[[FEVER]]:none  COUGH: none,", "FEVER:none  [[COUGH]]: none,");
}

static void last_item_of_a_denied_list_is_negated(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "Denies nausea, vomiting and [[DIARRHEA]]",
		"Denies nausea, [[vomiting]] and diarrhea",
		"Denies [[nausea]], vomiting and diarrhea");
}

static void but_ends_a_denial(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "No chest pain but has had [[FEVER]]");
	ALL_ARE(ASSERT_ABSENT, "No [[chest pain]] but has had fever");
}

static void affirmed_item_after_a_comma_is_affirmed(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "No [[ASCITES]], tense abdomen, JAUNDICE present");
	ALL_ARE(ASSERT_PRESENT, "No ASCITES, tense abdomen, [[JAUNDICE]] present");
}

static void not_excluding_leaves_it_possible(void **state)
{
	ALL_ARE(ASSERT_POSSIBLE, "This does not exclude [[PNEUMONIA]]",
		"[[PNEUMONIA]] cannot be excluded.", "[[Pneumonia]] has not been ruled out.");
}

static void negation_of_another_noun_does_not_reach_the_mention(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "Has no help at [[HOME]]");
}

static void negation_inside_the_target_counts(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "[[NO HEADACHE]]", "Today [[no headache]] and slept well.");
}

static void family_section_is_about_someone_else(void **state)
{
	ALL_ARE(ASSERT_SOMEONE_ELSE, "FAMILY HISTORY:\nBreast [[CANCER]] in mother\n",
		"FAMILY HISTORY:\n[[Diabetes]], hypertension.\n\nSOCIAL HISTORY: Lives alone.");
}

static void empty_section_before_a_heading_keeps_the_item_in_its_own(void **state)
{
	ALL_TIMES_ARE(TIME_HISTORICAL, "ALLERGIES:\nPAST MEDICAL HISTORY:\n[[GOUT]]\n");
}

static void minus_ve_and_bracketed_minus_negate(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "-ve for [[DVT]]; RASH (-)", "-ve for DVT; [[RASH]] (-)",
		"[[rash]] (-), itch (+)", "(-) [[fever]] (-) chills",
		"ROS: (-) fever (-) [[chills]]");
	ALL_ARE(ASSERT_PRESENT, "rash (-), [[itch]] (+)", "+ve for [[DVT]]",
		"ROS: (-) fever (+) [[chills]]");
}

static void if_makes_it_hypothetical(void **state)
{
	ALL_ARE(ASSERT_HYPOTHETICAL, "If [[DYSPNEA]] returns, call");
	ALL_TIMES_ARE(TIME_FUTURE, "If [[DYSPNEA]] returns, call");
}

/* Three regression sentences are not for cues to decide; they are kept here so that they show. */
static void expected_failure_finding_eaten_by_a_mask_needs_retrieval(void **state)
{
	print_message(
		"beyond the cue engine: a masked word is no mention (mask_overlap, search)\n");
	skip();
}

static void expected_failure_masked_eponym_needs_retrieval(void **state)
{
	print_message("beyond the cue engine: mask as a wildcard in names (search)\n");
	skip();
}

static void expected_failure_copied_sentence_needs_the_chart(void **state)
{
	print_message("beyond the cue engine: copies are collapsed over a chart (daemon)\n");
	skip();
}

/* Wrong on purpose: what the engine says today, beside what is right. */
static void expected_failure_denial_in_the_next_sentence_is_not_seen(void **state)
{
	/* right: absent.  The scope of a cue is its sentence. */
	ALL_ARE(ASSERT_PRESENT, "We asked about [[syncope]]. She does not recall any.");
}

static void expected_failure_unmarked_past_is_read_as_recent(void **state)
{
	/* right: historical.  Plain past tense is no cue. */
	ALL_TIMES_ARE(TIME_RECENT, "He had a [[stroke]] while on holiday.");
}

/* ---- negation ---- */

static void denials_ahead_negate(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "There is no evidence of [[metastasis]].",
		"No [[fever]], chills, or sweats.", "No fever, chills, or [[sweats]].",
		"Patient denies any history of [[stroke]].",
		"The wound is without [[drainage]] or odor.", "She never had [[jaundice]].",
		"CT did not show [[hemorrhage]].", "He does not have [[angina]].",
		"She was not found to have [[endocarditis]].",
		"He was not noted to have [[edema]] at discharge.",
		"Lungs are clear; w/o [[wheezes]].", "Neither cough nor [[dyspnea]].",
		"There was absence of [[edema]].", "He is not sweaty, [[breathless]], or confused.",
		"Abdomen non-[[tender]].");
}

static void denials_behind_negate(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "[[Pulmonary embolism]] was ruled out.", "[[Murmur]] is absent.",
		"[[Nodules]] were not seen.", "[[HIV]] is negative.", "[[Allergies]] - none.",
		"She is [[pain]] free.");
}

static void ends_of_scope_stop_a_denial(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "No fever; [[cough]] since Monday.",
		"Denies fever, complains of [[cough]].", "No edema although [[varices]] are seen.",
		"No trauma. [[Fall]] at home on Monday.",
		"There is no rash, however [[pruritus]] persists.",
		"No known coronary disease who presents with [[chest pain]].",
		"(no fever at home) [[cough]] for two days");
}

static void look_alikes_do_not_negate(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "No increase in [[effusion]].",
		"There is no change in the [[nodule]].", "Not only [[fever]] but also chills.",
		"No doubt [[gout]] is the cause.", "No improvement of the [[rash]].",
		"No source of the [[fever]] was ever found.", "Gram negative [[sepsis]].");
}

static void list_under_a_denying_line_is_negated(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "She has no:\n- fever\n- [[chills]]\n- cough\n",
		"Patient denies: fever, [[chills]].",
		"Negative for the following:\n1. fever\n2. [[rash]]\n");
}

/* ---- certainty ---- */

static void hedges_make_it_possible(void **state)
{
	ALL_ARE(ASSERT_POSSIBLE, "Possible [[pneumonia]].", "This may represent [[lymphoma]].",
		"Findings suspicious for [[malignancy]].", "Rule out [[sepsis]].", "r/o [[MI]]",
		"?[[PE]]", "Likely viral [[gastroenteritis]].", "[[CHF]] versus pneumonia.",
		"Pneumonia vs. [[atelectasis]].", "Cannot rule out [[fracture]].",
		"We are unsure whether this is [[scurvy]].", "[[Migraine]] is possible.",
		"DIFFERENTIAL DIAGNOSIS:\n[[Stroke]], tumor.\n", "Evaluate for [[pneumothorax]].",
		"Probably has [[sleep apnea]].");
}

static void consistent_with_is_certain(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "Findings consistent with [[pneumonia]].");
}

static void possible_in_other_uses_is_no_hedge(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "We treat the [[infection]] as soon as possible.",
		"In no apparent distress, with [[cough]].");
}

static void risks_and_conditions_are_hypothetical(void **state)
{
	ALL_ARE(ASSERT_HYPOTHETICAL,
		"Risks including but not limited to [[scarring]] and tooth loss were gone through.",
		"Return for fever, vomiting or [[chest pain]].",
		"Call if there is any [[bleeding]].", "She is at increased risk for [[falls]].",
		"Aspirin to prevent [[stroke]].", "[[DVT]] prophylaxis was given.",
		"[[Deep venous thrombosis]] (DVT) prophylaxis.",
		"Should she develop [[rash]], stop the drug.",
		"Ondansetron as needed for [[nausea]].", "In case of [[hypoglycemia]] drink juice.",
		"[[Seizure]] precautions.");
}

static void denied_risk_is_no_denied_condition(void **state)
{
	ALL_ARE(ASSERT_HYPOTHETICAL, "He has no risk of [[stroke]].");
}

static void whether_asked_is_not_a_condition_of_the_future(void **state)
{
	assert_int_not_equal(judge(state, "I asked her if the [[itch]] woke her up.").a.class,
		ASSERT_HYPOTHETICAL);
}

/* ---- temporality ---- */

static void past_cues_make_it_historical(void **state)
{
	ALL_TIMES_ARE(TIME_HISTORICAL, "History of [[asthma]].", "h/o [[MI]]",
		"s/p [[CVA]] in 2003", "He had [[pneumonia]] two years ago.",
		"Status post [[myocardial infarction]].", "Prior [[stroke]].",
		"She had [[rheumatic fever]] as a child.", "In 1998 she had a [[seizure]].",
		"PAST MEDICAL HISTORY: Hypertension, [[gout]].", "No history of [[diabetes]].",
		"Known history of COPD, [[hypertension]] and gout.");
}

static void this_episode_is_recent(void **state)
{
	ALL_TIMES_ARE(TIME_RECENT, "HISTORY OF PRESENT ILLNESS: He has [[fever]].",
		"A 3-day history of [[cough]].", "History of gout, now presents with [[fever]].",
		"A 60-year-old with history of gout who presents with [[syncope]].",
		"The 70 year old man has [[cough]].", "Over the past week she had [[fever]].");
}

static void resolved_is_historical_and_flagged(void **state)
{
	struct judged j = judge(state, "[[Rash]] has resolved.");
	assert_true(j.a.is_resolved);
	assert_int_equal(j.a.temporality, TIME_HISTORICAL);
	assert_int_equal(j.a.class, ASSERT_PRESENT);
	assert_int_equal(j.a.cue_kind, CUE_RESOLVED);
	j = judge(state, "She no longer has [[headaches]].");
	assert_true(j.a.is_resolved);
	j = judge(state, "The [[rash]] has not resolved.");
	assert_false(j.a.is_resolved);
}

static void planned_is_future(void **state)
{
	ALL_TIMES_ARE(
		TIME_FUTURE, "She is scheduled for [[colonoscopy]].", "Will undergo [[biopsy]].");
}

/* ---- experiencer ---- */

static void relatives_and_donors_are_someone_else(void **state)
{
	ALL_ARE(ASSERT_SOMEONE_ELSE, "Her mother had [[breast cancer]].",
		"Family history of [[glaucoma]].", "[[Colon cancer]] in his father.",
		"His wife has [[influenza]].", "The donor had [[hepatitis C]].",
		"Brother died of [[stroke]] at 50.", "[[Migraine]] on the maternal side.",
		"No family history of [[scurvy]].");
}

static void relatives_who_only_speak_change_nothing(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "Mother states he has [[fever]].", "His wife noticed [[tremor]].",
		"He lives with his mother and has [[asthma]].",
		"Per mother, [[vomiting]] since Friday.",
		"Daughter reports that she has [[confusion]].");
}

static void patient_in_a_family_section_is_the_patient(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "FAMILY HISTORY: The patient has [[asthma]].");
}

static void denied_family_history_is_negated_and_someone_elses(void **state)
{
	struct judged j = judge(state, "FAMILY HISTORY: Negative for [[cancer]].");
	assert_int_equal(j.a.class, ASSERT_SOMEONE_ELSE);
	assert_int_equal(j.a.negation, NEG_NEGATED);
	assert_int_equal(j.a.temporality, TIME_HISTORICAL);
}

/* ---- what is reported ---- */

static void class_follows_the_axes_in_their_order(void **state)
{
	struct assertion a = {
		.negation = NEG_NEGATED, .certainty = CERT_HYPOTHETICAL, .experiencer = EXP_OTHER};
	assert_int_equal(assertion_class_of(&a), ASSERT_SOMEONE_ELSE);
	a.experiencer = EXP_PATIENT;
	assert_int_equal(assertion_class_of(&a), ASSERT_HYPOTHETICAL);
	a.certainty = CERT_POSSIBLE;
	assert_int_equal(assertion_class_of(&a), ASSERT_ABSENT);
	a.negation = NEG_AFFIRMED;
	assert_int_equal(assertion_class_of(&a), ASSERT_POSSIBLE);
	a.certainty = CERT_CERTAIN;
	assert_int_equal(assertion_class_of(&a), ASSERT_PRESENT);
	assert_string_equal(assertion_names[ASSERT_SOMEONE_ELSE], "associated_with_someone_else");
	for (unsigned i = 0; i < CUE_KIND_COUNT; i++)
		assert_non_null(cue_kind_names[i]);
}

static void deciding_cue_is_reported_with_its_span(void **state)
{
	struct judged j = judge(state, "The patient denies any [[fever]].");
	assert_int_equal(j.a.cue_kind, CUE_NEGATION);
	assert_string_equal(j.cue, "denies any");
	j = judge(state, "She has [[fever]].");
	assert_int_equal(j.a.cue_kind, CUE_NONE);
	assert_int_equal(j.a.cue_start, j.a.cue_end);
	j = judge(state, "PAST MEDICAL HISTORY:\n[[Gout]]\n");
	assert_int_equal(j.a.cue_kind, CUE_SECTION);
}

static void probabilities_are_within_bounds_and_ordered(void **state)
{
	struct judged yes = judge(state, "She has [[fever]]."), no = judge(state, "No [[fever]].");
	struct judged maybe = judge(state, "Possible [[pneumonia]].");
	assert_true(yes.a.p_present > 0.8 && yes.a.p_present < 1);
	assert_true(no.a.p_present < 0.2 && no.a.p_present > 0);
	assert_true(maybe.a.p_present < yes.a.p_present && maybe.a.p_present > no.a.p_present);
	assert_true(no.a.p_negation > 0.8 && no.a.p_negation < 1);
}

static void case_of_the_mention_changes_nothing(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "she has [[FEVER]] and cough", "she has [[fever]] and cough");
	ALL_ARE(ASSERT_ABSENT, "NO [[FEVER]] OR COUGH", "no [[fever]] or cough");
}

static void words_inside_the_mention_are_no_cues(void **state)
{
	ALL_ARE(ASSERT_PRESENT, "He has [[absence seizures]].",
		"She has [[pain without swelling]].", "Impression: [[suspected abuse]].");
}

static void cue_next_to_a_mask_still_works(void **state)
{
	ALL_ARE(ASSERT_ABSENT, "**NAME[AAA] denies [[fever]].");
	ALL_ARE(ASSERT_PRESENT, "[**Name**] has [[fever]].");
}

/* ---- odd input ---- */

static void very_long_sentence_is_judged_from_its_neighbourhood(void **state)
{
	struct buf text = {.p = NULL};
	buf_put_str(&text, "No ");
	for (unsigned i = 0; i < 120; i++)
		buf_put_str(&text, "word and ");
	buf_put(&text, "denies [[fever]]", sizeof("denies [[fever]]"));
	ALL_ARE(ASSERT_ABSENT, text.p);
	buf_release(&text);
}

static void every_span_of_a_note_can_be_judged(void **state)
{
	struct fixture *f = *state;
	const char *text =
		"(-) a, ?b: (no) c\n\n2. d/o (e) -ve 1999\n- f:\n[**x**] g? h/o. No\n"
		"[ ] i [x] j: [_] no \u2610 k\nSister: l, whose [] m \u2014 ( ) n (X)\n"
		"o: no   P: yes [ ] q [x] no: no\tR\nDIFFERENTIAL\nmom's s PRN. Hep C. T: no";
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct tok_doc d;
	struct err e;
	uint32_t n = (uint32_t)strlen(text);
	assert_int_equal(tok_scan(f->tokenizer, slice_str(text), &arena, &d, &e), 0);
	for (uint32_t start = 0; start <= n; start++)
		for (uint32_t end = start; end <= n; end++) {
			struct mention_context m = {&d, start, end, {NULL, 0}};
			struct assertion a;
			assert_int_equal(cue_judge(f->engine, &m, &arena, &a), 0);
			assert_true(a.cue_start <= a.cue_end && a.cue_end <= n);
			assert_true(a.p_present > 0 && a.p_present < 1);
		}
	arena_release(&arena);
}

static void empty_note_gives_the_default(void **state)
{
	struct fixture *f = *state;
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct tok_doc d;
	struct err e;
	assert_int_equal(tok_scan(f->tokenizer, SLICE(""), &arena, &d, &e), 0);
	struct mention_context m = {&d, 0, 0, {NULL, 0}};
	struct assertion a;
	assert_int_equal(cue_judge(f->engine, &m, &arena, &a), 0);
	assert_int_equal(a.class, ASSERT_PRESENT);
	arena_release(&arena);
}

static void engine_compiles_all_phrases_into_one_automaton(void **state)
{
	struct fixture *f = *state;
	assert_true(cue_engine_rules(f->engine) > 1000);
	assert_true(automaton_states(f->engine->automaton) > 1000);
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(negative_for_with_a_verb_before_it_negates),
		T(colon_form_without_blank_negates),
		T(last_item_of_a_denied_list_is_negated),
		T(but_ends_a_denial),
		T(affirmed_item_after_a_comma_is_affirmed),
		T(not_excluding_leaves_it_possible),
		T(negation_of_another_noun_does_not_reach_the_mention),
		T(negation_inside_the_target_counts),
		T(family_section_is_about_someone_else),
		T(empty_section_before_a_heading_keeps_the_item_in_its_own),
		T(minus_ve_and_bracketed_minus_negate),
		T(if_makes_it_hypothetical),
		T(expected_failure_finding_eaten_by_a_mask_needs_retrieval),
		T(expected_failure_masked_eponym_needs_retrieval),
		T(expected_failure_copied_sentence_needs_the_chart),
		T(expected_failure_denial_in_the_next_sentence_is_not_seen),
		T(expected_failure_unmarked_past_is_read_as_recent),
		T(denials_ahead_negate),
		T(denials_behind_negate),
		T(ends_of_scope_stop_a_denial),
		T(look_alikes_do_not_negate),
		T(list_under_a_denying_line_is_negated),
		T(hedges_make_it_possible),
		T(consistent_with_is_certain),
		T(possible_in_other_uses_is_no_hedge),
		T(risks_and_conditions_are_hypothetical),
		T(denied_risk_is_no_denied_condition),
		T(whether_asked_is_not_a_condition_of_the_future),
		T(past_cues_make_it_historical),
		T(this_episode_is_recent),
		T(resolved_is_historical_and_flagged),
		T(planned_is_future),
		T(relatives_and_donors_are_someone_else),
		T(relatives_who_only_speak_change_nothing),
		T(patient_in_a_family_section_is_the_patient),
		T(denied_family_history_is_negated_and_someone_elses),
		T(class_follows_the_axes_in_their_order),
		T(deciding_cue_is_reported_with_its_span),
		T(probabilities_are_within_bounds_and_ordered),
		T(case_of_the_mention_changes_nothing),
		T(words_inside_the_mention_are_no_cues),
		T(cue_next_to_a_mask_still_works),
		T(very_long_sentence_is_judged_from_its_neighbourhood),
		T(every_span_of_a_note_can_be_judged),
		T(empty_note_gives_the_default),
		T(engine_compiles_all_phrases_into_one_automaton),
	};
	return cmocka_run_group_tests(tests, judged_set_up, judged_tear_down);
}
