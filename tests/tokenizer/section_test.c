#include "tests/tokenizer/scanned.h"

#include "tokenizer/heading.h"

static void empty_section_followed_by_a_header_stays_empty(void **state)
{
	(void)state;
	expect_sections(
		"ALLERGIES:\nPAST MEDICAL HISTORY:\nGOUT", "allergies:|past_medical_history:GOUT");
	expect_sections("Allergies:\n\nMedications:\n\nSocial History:\nsmokes",
		"allergies:|medications:|social_history:smokes");
}

static void family_history_far_above_still_heads(void **state)
{
	(void)state;
	expect_sections("FAMILY HISTORY:\nBreast cancer in mother",
		"family_history:Breast cancer in mother");
	expect_sections("FAMILY HISTORY:\nBreast: cancer in mother\nFEVER:none\n",
		"family_history:Breast: cancer in mother\nFEVER:none");
}

static void headers_without_colon_are_found(void **state)
{
	(void)state;
	expect_sections(
		"FAMILY HISTORY\nGout.\n\nPlan\n\nRest.", "family_history:Gout.|plan:Rest.");
	expect_sections(
		"PAST MEDICAL HISTORY Gout and asthma.", "past_medical_history:Gout and asthma.");
	expect_sections("He is well.\n\nHospital Course\nHe did well.",
		"none:He is well.|hospital_course:He did well.");
	expect_sections("# Assessment\nGout.\n**Plan:** rest", "assessment:Gout.|plan:rest");
}

static void a_lost_newline_does_not_lose_the_header(void **state)
{
	(void)state;
	expect_sections("PMH: goutFAMILY HISTORY: breast cancer",
		"past_medical_history:gout|family_history:breast cancer");
	expect_sections("ALLERGIES: NKDA PAST MEDICAL HISTORY: GOUT",
		"allergies:NKDA|past_medical_history:GOUT");
	expect_sections("no distress. PAST MEDICAL HISTORY: Gout.",
		"none:no distress.|past_medical_history:Gout.");
	expect_sections(
		"Stable. Plan: rest. Allergies: none.", "none:Stable.|plan:rest.|allergies:none.");
	expect_sections(
		"HISTORY OF PRESENT ILLNESS:,  The patient fell.,PAST MEDICAL HISTORY:,  Gout.",
		"history_of_present_illness:The patient fell.,|past_medical_history:Gout.");
}

static void numbered_and_combined_headers_are_classed(void **state)
{
	(void)state;
	expect_sections(
		"1. CC: pain\n2. PMH: gout\n", "chief_complaint:pain|past_medical_history:gout");
	expect_sections("ASSESSMENT AND PLAN: rest", "assessment:rest");
	expect_sections("IMPRESSION/PLAN:\nrest", "assessment:rest");
	expect_sections("PAST MEDICAL/SURGICAL HISTORY: gout", "past_medical_history:gout");
	expect_sections("Family and Social History: none", "family_history:none");
	expect_sections("Indications for left knee surgery: pain", "indication:pain");
	expect_sections("PREOPERATIVE DIAGNOSIS(ES): gout\nPROCEDURE #1: lavage",
		"diagnoses:gout|procedure:lavage");
	expect_sections("Discharge Medications:\naspirin\n", "medications:aspirin");
}

static void soap_letters_head_on_their_own_lines(void **state)
{
	(void)state;
	expect_sections("S: pain\nO: T: 98\nP: 80\nA: gout\nP: 1. rest\n",
		"history_of_present_illness:pain|physical_exam:T: 98\nP: 80|assessment:gout|plan:1. rest");
	expect_sections("A: one\nB: two\nP: 90", "none:A: one\nB: two\nP: 90");
}

static void parts_of_the_exam_stay_in_it(void **state)
{
	(void)state;
	expect_sections("PHYSICAL EXAM:\nHEENT: clear.\nLUNGS: clear.\nGAIT: good\n",
		"physical_exam:HEENT: clear.\nLUNGS: clear.\nGAIT: good");
	expect_sections("SOCIAL HISTORY: none\nHEENT: clear.\nAbdomen: soft.",
		"social_history:none|physical_exam:clear.\nAbdomen: soft.");
	expect_sections("VITAL SIGNS: BP 120/80\nSKIN: warm\nNEURO: alert",
		"vital_signs:BP 120/80|physical_exam:warm\nNEURO: alert");
	expect_sections("REVIEW OF SYSTEMS:\nHEENT: no cough.\nSkin: no rash",
		"review_of_systems:HEENT: no cough.\nSkin: no rash");
	expect_sections("PLAN:\nNeuro: watch\nCV: stop\nDVT PROPHYLAXIS: heparin",
		"plan:Neuro: watch\nCV: stop\nDVT PROPHYLAXIS: heparin");
}

static void an_exam_can_be_a_radiology_study(void **state)
{
	(void)state;
	expect_sections(
		"EXAM: CT of the chest\nFINDINGS: mass", "imaging:CT of the chest|findings:mass");
	expect_sections("EXAM: alert, no distress", "physical_exam:alert, no distress");
}

static void operation_details_open_a_procedure_once(void **state)
{
	(void)state;
	expect_sections("POSTOPERATIVE DIAGNOSIS: gout\nANESTHESIA: general\nEBL: 5 ml\n"
			"COMPLICATIONS: None\nDRAINS: none",
		"diagnoses:gout|procedure:general\nEBL: 5 ml|complications:None|procedure:none");
}

static void unknown_headings_are_other_where_they_are_headings(void **state)
{
	(void)state;
	expect_sections("HPI: pain\n\nDONOR MOTIVATION: high",
		"history_of_present_illness:pain|other:high");
	expect_sections("SOCIAL HISTORY: smokes\n\nDONOR MOTIVATION: high",
		"social_history:smokes|other:high");
	expect_sections("PMH:\nHYPERTENSION: on drugs\nGOUT",
		"past_medical_history:HYPERTENSION: on drugs\nGOUT");
	expect_sections("PLAN:\nHYPERTENSION:\ncontinue", "plan:HYPERTENSION:\ncontinue");
}

static void ordinary_text_with_colons_opens_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"Seen at 10:30 for pain.",
		"The plan: rest and fluids.",
		"Follow the following: rest.",
		"She takes the following medications: aspirin.",
		"We discussed medications\nand allergies\nat length.",
		"Dear Dr. Smith:\nThank you.",
		"- Medications: none changed",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char want[200];
		snprintf(want, sizeof(want), "none:%s", texts[i]);
		expect_sections(texts[i], want);
	}
}

static void administrative_lines_are_other(void **state)
{
	(void)state;
	expect_sections("Name: Jane\nDOB: 1 May\nMRN: 12\nCC: pain",
		"other:Jane\nDOB: 1 May\nMRN: 12|chief_complaint:pain");
	expect_sections("DIAGNOSIS: gout\n\nATTENDING PHYSICIAN: Dr. Who\n\nANESTHESIA: none",
		"diagnoses:gout|other:Dr. Who|procedure:none");
	expect_sections("RE: Jane\nTo: the clinic", "none:RE: Jane\nTo: the clinic");
	expect_sections("EXAM: tested\nDate: 1 May", "physical_exam:tested\nDate: 1 May");
}

static void words_are_read_however_they_are_spelled(void **state)
{
	(void)state;
	expect_sections("SurgHx: none\nPast Psych Hx: none\nGynHx: none",
		"past_surgical_history:none|past_medical_history:none|obstetric_history:none");
	expect_sections("Chronic Condition: gout\nCurrent Diagnosis: gout",
		"past_medical_history:gout|diagnoses:gout");
	expect_sections(
		"D/C Meds: none\nPt Instr: rest", "medications:none|discharge_instructions:rest");
	expect_sections("Left Elbow Exam: stiff", "physical_exam:stiff");
}

static void dashes_and_cells_set_headings_off(void **state)
{
	(void)state;
	expect_sections("Past History - gout\nHOME MEDS \xE2\x80\x93 none\n\nALLERGIES - none",
		"past_medical_history:gout|medications:none|allergies:none");
	expect_sections("| Past History | gout |\n| Allergies | none |\nFamily History\tgout",
		"past_medical_history:gout ||allergies:none ||family_history:gout");
	expect_sections(
		"[Past History]\ngout\n== Plan ==\nrest", "past_medical_history:gout|plan:rest");
	static const char *const texts[] = {
		"It was seen.\n\nMedication - yes\n* Diagnosis - by blood test",
		"| Procedure | Date |\n| lavage | 1 May |",
		"| Past History | gout | 1990 |",
		"Past History-taking was hard",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char want[200];
		snprintf(want, sizeof(want), "none:%s", texts[i]);
		expect_sections(texts[i], want);
	}
}

static void a_series_of_numbered_headings_goes_on(void **state)
{
	(void)state;
	expect_sections("1. Past History: gout\n2. Allergies: none\n3. Social History: none",
		"past_medical_history:gout|allergies:none|social_history:none");
	expect_sections("Past Surgical History:\n1. Gout\n2. Risk Factors: many",
		"past_surgical_history:1. Gout\n2. Risk Factors: many");
}

static void body_is_the_first_byte_after_the_heading(void **state)
{
	(void)state;
	static const char text[] = "  x\nPMH: \t gout\n";
	struct scanned s;
	scanned_init(&s, SLICE(text));
	assert_int_equal(s.doc.n_sections, 2);
	assert_int_equal(s.doc.sections[1].start, 4);
	assert_int_equal(s.doc.sections[1].body, 11);
	assert_int_equal(s.doc.sections[1].end, sizeof(text) - 1);
	assert_int_equal(tok_section_at(&s.doc, 3), 0);
	assert_int_equal(tok_section_at(&s.doc, 4), 1);
	assert_int_equal(tok_section_at(&s.doc, sizeof(text) - 1), 1);
	scanned_finish(&s);
}

static void names_and_classes_go_both_ways(void **state)
{
	(void)state;
	for (int c = 0; c < TOK_SEC_COUNT; c++)
		assert_int_equal(
			tok_section_by_name(slice_str(tok_section_name((enum tok_section_class)c))),
			c);
	assert_int_equal(tok_section_by_name(SLICE("nonsense")), -1);
	assert_int_equal(tok_section_by_name(SLICE("")), -1);
}

static void every_listed_phrase_is_in_the_form_it_is_looked_up_in(void **state)
{
	(void)state;
	unsigned phrases = 0;
	tok_headings_load();
	for (unsigned g = 0; g < tok_heading_group_count; g++) {
		const char *p = tok_heading_groups[g].phrases;
		for (size_t n; *p; p += n + (p[n] == '|'), phrases++) {
			struct tok_label label;
			struct tok_heading h;
			n = strcspn(p, "|");
			assert_true(tok_label_read(p, n, &label));
			assert_true(slice_eq(slice_of(label.key, label.n), slice_of(p, n)));
			assert_true(tok_heading_find(&label, &h));
		}
	}
	assert_true(phrases > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_section_followed_by_a_header_stays_empty),
		cmocka_unit_test(family_history_far_above_still_heads),
		cmocka_unit_test(headers_without_colon_are_found),
		cmocka_unit_test(a_lost_newline_does_not_lose_the_header),
		cmocka_unit_test(numbered_and_combined_headers_are_classed),
		cmocka_unit_test(soap_letters_head_on_their_own_lines),
		cmocka_unit_test(parts_of_the_exam_stay_in_it),
		cmocka_unit_test(an_exam_can_be_a_radiology_study),
		cmocka_unit_test(operation_details_open_a_procedure_once),
		cmocka_unit_test(unknown_headings_are_other_where_they_are_headings),
		cmocka_unit_test(ordinary_text_with_colons_opens_nothing),
		cmocka_unit_test(administrative_lines_are_other),
		cmocka_unit_test(words_are_read_however_they_are_spelled),
		cmocka_unit_test(dashes_and_cells_set_headings_off),
		cmocka_unit_test(a_series_of_numbered_headings_goes_on),
		cmocka_unit_test(body_is_the_first_byte_after_the_heading),
		cmocka_unit_test(names_and_classes_go_both_ways),
		cmocka_unit_test(every_listed_phrase_is_in_the_form_it_is_looked_up_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
