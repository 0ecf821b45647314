/* The cue engine on sentences of our own.  [[ ]] marks the mention. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scorer/cue_scan.h"

#include <stdio.h>

struct fixture {
	struct tokenizer *tokenizer;
	struct cue_engine *engine;
};

struct judged {
	struct assertion a;
	char cue[64]; /* the deciding cue's words */
};

static int set_up(void **state)
{
	static struct fixture f;
	struct err e;
	assert_int_equal(tok_create(&f.tokenizer, &e), 0);
	assert_int_equal(cue_engine_create(&f.engine, &e), 0);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	tok_destroy(f->tokenizer);
	cue_engine_destroy(f->engine);
	return 0;
}

/* The text without its [[ ]], and where the mention stood. */
static size_t unmark(const char *marked, char *text, uint32_t *start, uint32_t *end)
{
	size_t n = 0;
	for (const char *p = marked; *p; p++) {
		if (p[0] == '[' && p[1] == '[') {
			*start = (uint32_t)n;
			p++;
		} else if (p[0] == ']' && p[1] == ']') {
			*end = (uint32_t)n;
			p++;
		} else {
			text[n++] = *p;
		}
	}
	text[n] = '\0';
	return n;
}

static struct judged judge(void **state, const char *marked)
{
	struct fixture *f = *state;
	char text[2048];
	uint32_t start = 0, end = 0;
	assert_true(strlen(marked) < sizeof(text));
	size_t n = unmark(marked, text, &start, &end);
	assert_true(end > start);
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct tok_doc d;
	struct err e;
	assert_int_equal(tok_scan(f->tokenizer, slice_of(text, n), &arena, &d, &e), 0);
	struct mention_context m = {&d, start, end, {NULL, 0}};
	struct judged j;
	size_t used = arena.used;
	assert_int_equal(cue_judge(f->engine, &m, &arena, &j.a), 0);
	assert_int_equal(arena.used, used);
	assert_true(j.a.cue_end >= j.a.cue_start && j.a.cue_end <= n);
	snprintf(j.cue, sizeof(j.cue), "%.*s", (int)(j.a.cue_end - j.a.cue_start),
		text + j.a.cue_start);
	arena_release(&arena);
	return j;
}

static enum assertion_class class_of(void **state, const char *marked)
{
	return judge(state, marked).a.class;
}

static enum temporality time_of(void **state, const char *marked)
{
	return judge(state, marked).a.temporality;
}

/* Checks many sentences and names the one that failed. */
static void all_are(void **state, enum assertion_class class, const char *const *sentences)
{
	for (; *sentences; sentences++) {
		enum assertion_class got = class_of(state, *sentences);
		if (got != class)
			print_error("%s: %s\n", assertion_names[got], *sentences);
		assert_int_equal(got, class);
	}
}

static void all_times_are(void **state, enum temporality time, const char *const *sentences)
{
	for (; *sentences; sentences++) {
		enum temporality got = time_of(state, *sentences);
		if (got != time)
			print_error("%s: %s\n", temporality_names[got], *sentences);
		assert_int_equal(got, time);
	}
}

#define ALL_ARE(class, ...) all_are(state, class, (const char *const[]){__VA_ARGS__, NULL})
#define ALL_TIMES_ARE(time, ...) \
	all_times_are(state, time, (const char *const[]){__VA_ARGS__, NULL})

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
	assert_int_not_equal(
		class_of(state, "I asked her if the [[itch]] woke her up."), ASSERT_HYPOTHETICAL);
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
	const char *text = "(-) a, ?b: (no) c\n\n2. d/o (e) -ve 1999\n- f:\n[**x**] g? h/o. No\n"
			   "[ ] i [x] j: [_] no \u2610 k\nSister: l, whose [] m \u2014 ( ) n (X";
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
		T(box_left_empty_denies_and_ticked_box_affirms),
		T(box_behind_the_item_counts_where_no_box_leads),
		T(box_says_nothing_of_other_lines),
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
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
