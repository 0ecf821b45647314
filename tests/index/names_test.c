#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/lexicon.h"
#include "index/match.h"

#include <ctype.h>
#include <stdio.h>

static struct arena arena;
static struct tokenizer *tokenizer;

static int set_up(void **state)
{
	arena_init(&arena, 64 << 20);
	return tok_create(&tokenizer, NULL);
}

static int tear_down(void **state)
{
	tok_destroy(tokenizer);
	arena_release(&arena);
	return 0;
}

static struct names widen(const char *condition)
{
	struct names names = {0};
	struct err e = {0};
	int rc = names_widen(slice_str(condition), tokenizer, &arena, &names, &e);
	if (rc < 0)
		fail_msg("%s: %s", condition, e.text);
	return names;
}

static bool has(const struct names *names, const char *text)
{
	for (uint32_t i = 0; i < names->n; i++)
		if (slice_eq(names->at[i].text, slice_str(text)))
			return true;
	return false;
}

static void assert_widens(const char *condition, const char *to)
{
	struct names names = widen(condition);
	if (!has(&names, to))
		fail_msg("\"%s\" is not among the %u names of \"%s\"", to, names.n, condition);
}

static void assert_does_not_widen(const char *condition, const char *to)
{
	struct names names = widen(condition);
	if (has(&names, to))
		fail_msg("\"%s\" is among the names of \"%s\"", to, condition);
}

static bool inflects(const char *word, const char *form)
{
	struct inflections out;
	inflect(slice_str(word), &out);
	for (uint32_t i = 0; i < out.n; i++)
		if (slice_eq(out.at[i], slice_str(form)))
			return true;
	return false;
}

static void the_condition_is_the_first_name_and_exact(void **state)
{
	struct names names = widen("  pulmonary embolism\n");
	assert_true(slice_eq(names.at[0].text, SLICE("pulmonary embolism")));
	assert_int_equal(names.at[0].via, VIA_EXACT);
	assert_true(names.n > 1);
	assert_int_equal(names.at[1].via, VIA_ABBREVIATION);
}

static void an_abbreviation_widens_both_ways(void **state)
{
	assert_widens("MI", "myocardial infarction");
	assert_widens("mi", "myocardial infarction");
	assert_widens("myocardial infarction", "MI");
	assert_widens("Myocardial Infarctions", "MI");
	assert_widens("COPD", "chronic obstructive pulmonary disease");
	assert_widens("Crohn's disease, GERD", "Crohn's disease, gastroesophageal reflux disease");
	assert_widens("Parkinson's disease", "PD");
	assert_widens("Guillain-Barré syndrome", "GBS");
	assert_widens("subarachnoid haemorrhage", "SAH");
}

static void parts_of_a_condition_widen_in_every_combination(void **state)
{
	assert_widens("RUE DVT", "right upper extremity deep vein thrombosis");
	assert_widens("RUE DVT", "right upper extremity DVT");
	assert_widens("right upper extremity deep vein thrombosis", "RUE DVT");
	assert_widens("severe chest pain", "severe CP");
}

static void equivalent_full_names_are_synonyms(void **state)
{
	struct names names = widen("deep vein thrombosis");
	for (uint32_t i = 0; i < names.n; i++) {
		if (slice_eq(names.at[i].text, SLICE("deep venous thrombosis"))) {
			assert_int_equal(names.at[i].via, VIA_SYNONYM);
			return;
		}
	}
	fail_msg("not found among %u names", names.n);
}

static void an_ambiguous_abbreviation_is_not_expanded(void **state)
{
	static const char *const brief[] = {"MS", "PT", "RA", "AS", "CP", "MR", "ALL", "PD"};
	for (size_t i = 0; i < sizeof(brief) / sizeof(*brief); i++)
		assert_int_equal(widen(brief[i]).n, 1);
	assert_widens("multiple sclerosis", "MS");
	assert_widens("rheumatoid arthritis", "RA");
	assert_widens("aortic stenosis", "AS");
}

/* Its hits are hints: "MS" is more often mental status or morphine than the disease. */
static void an_ambiguous_abbreviation_says_so_and_so_does_what_is_made_of_it(void **state)
{
	struct names names = widen("relapsing multiple sclerosis");
	bool seen = false;
	for (uint32_t i = 0; i < names.n; i++) {
		bool brief = slice_eq(names.at[i].text, SLICE("relapsing MS"));
		assert_int_equal(names.at[i].is_ambiguous, brief);
		seen |= brief;
	}
	assert_true(seen);
	names = widen("MS");
	assert_false(names.at[0].is_ambiguous); /* asked for in these very letters */
}

static void small_letters_among_other_words_are_no_abbreviation(void **state)
{
	assert_does_not_widen("hearing aids", "hearing acquired immunodeficiency syndrome");
	assert_widens("AIDS dementia", "acquired immunodeficiency syndrome dementia");
	assert_int_equal(widen("visit as before").n, 1);
}

static void the_longest_entry_is_taken(void **state)
{
	assert_does_not_widen("diabetes mellitus", "DM mellitus");
	assert_does_not_widen("diabetes insipidus", "DM insipidus");
	assert_widens("diabetes mellitus", "DM");
}

static void names_are_few_and_all_different(void **state)
{
	struct names names =
		widen("LLE DVT and RUE DVT with PE, UTI, CHF, COPD, GERD, AKI and CKD");
	assert_true(names.n <= 64);
	for (uint32_t i = 0; i < names.n; i++) {
		assert_true(names.at[i].text.n <= MATCH_BYTES_MAX);
		for (uint32_t j = 0; j < i; j++)
			assert_false(slice_eq(names.at[i].text, names.at[j].text));
	}
}

static void a_condition_over_the_limits_is_refused(void **state)
{
	struct names names;
	struct err e;
	char long_one[MATCH_BYTES_MAX + 1], wordy[2 * (MATCH_WORDS_MAX + 1)];
	memset(long_one, 'a', sizeof(long_one));
	for (size_t i = 0; i < sizeof(wordy); i++)
		wordy[i] = i % 2 ? ' ' : 'b';
	struct slice bad[] = {SLICE(""), SLICE(" ... "), slice_of(long_one, sizeof(long_one)),
		slice_of(wordy, sizeof(wordy)), SLICE("caf\xe9"), SLICE("a\0b")};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		e.text[0] = '\0';
		assert_int_equal(names_widen(bad[i], tokenizer, &arena, &names, &e), LODE_BADREQ);
		assert_true(e.text[0] != '\0');
	}
	assert_int_equal(
		names_widen(slice_of(wordy, sizeof(wordy) - 2), tokenizer, &arena, &names, &e), 0);
}

/* Calls each for every pair of an abbreviation and a full name of its concept. */
static void each_pair(
	void (*each)(const struct lexicon_name *brief, const struct lexicon_name *full))
{
	const struct lexicon *l = lexicon_builtin();
	struct lexicon_concept c;
	struct lexicon_name brief, full;
	for (uint32_t i = 0; lexicon_concept(l, i, &c); i++)
		for (uint32_t j = 0; j < c.n_names; j++)
			for (uint32_t k = 0; k < c.n_names; k++) {
				assert_true(lexicon_name(l, c.first_name + j, &brief));
				assert_true(lexicon_name(l, c.first_name + k, &full));
				if (brief.relation == LEXICON_ABBREVIATION &&
					full.relation <= LEXICON_LAY)
					each(&brief, &full);
			}
}

static unsigned n_pairs;

static void widens_both_ways(const struct lexicon_name *brief, const struct lexicon_name *full)
{
	char one[300], other[300];
	snprintf(one, sizeof(one), "%.*s", (int)full->text.n, full->text.p);
	snprintf(other, sizeof(other), "%.*s", (int)brief->text.n, brief->text.p);
	assert_widens(one, other);
	if (!(brief->flags & LEXICON_AMBIGUOUS))
		assert_widens(other, one);
	arena_reset(&arena);
	n_pairs++;
}

static void every_full_name_on_the_list_gives_its_abbreviation(void **state)
{
	each_pair(widens_both_ways);
	assert_in_range(n_pairs, 500, 5000);
}

/* At most one meaning is the one that is meant when nothing is said. */
static void has_one_plain_meaning(const struct lexicon_name *brief, const struct lexicon_name *full)
{
	const struct lexicon *l = lexicon_builtin();
	struct tok_doc d;
	struct lexicon_name n;
	uint32_t node = LEXICON_ROOT, plain = 0;
	assert_int_equal(tok_words(tokenizer, brief->text, &arena, &d, NULL), 0);
	for (uint32_t i = 0; i < d.n_words; i++)
		node = lexicon_step(l, node, lexicon_word(l, tok_term(&d, &d.words[i])));
	for (uint32_t i = 0; lexicon_node_name(l, node, i, &n); i++)
		plain += !(n.flags & LEXICON_AMBIGUOUS) && n.relation != LEXICON_PART;
	if (plain > 1)
		fail_msg("%.*s stands twice", (int)brief->text.n, brief->text.p);
	arena_reset(&arena);
}

static void an_abbreviation_with_two_meanings_is_marked_ambiguous(void **state)
{
	each_pair(has_one_plain_meaning);
}

static void a_flag_is_about_one_word(
	const struct lexicon_name *brief, const struct lexicon_name *full)
{
	if ((brief->flags & ~(unsigned)LEXICON_AMBIGUOUS) &&
		memchr(brief->text.p, ' ', brief->text.n))
		fail_msg("%.*s: flags on two words", (int)brief->text.n, brief->text.p);
}

static void the_list_is_well_formed(void **state)
{
	struct lexicon_info info;
	lexicon_info(lexicon_builtin(), &info);
	assert_true(info.abbreviations >= 400);
	assert_true(info.concepts >= 1000);
	each_pair(a_flag_is_about_one_word);
}

static void plurals_latin_endings_and_spellings_are_found_both_ways(void **state)
{
	static const char *const pairs[][2] = {{"stool", "stools"}, {"biopsy", "biopsies"},
		{"abscess", "abscesses"}, {"reflex", "reflexes"}, {"calf", "calves"},
		{"metastasis", "metastases"}, {"thrombus", "thrombi"},
		{"diverticulum", "diverticula"}, {"bulla", "bullae"}, {"appendix", "appendices"},
		{"cortex", "cortices"}, {"carcinoma", "carcinomata"}, {"carcinoma", "carcinomas"},
		{"phalanx", "phalanges"}, {"foramen", "foramina"}, {"ganglion", "ganglia"},
		{"arthritis", "arthritides"}, {"foot", "feet"}, {"virus", "viruses"},
		{"sinus", "sinuses"}, {"edema", "oedema"}, {"anemia", "anaemia"},
		{"hemorrhage", "haemorrhage"}, {"hemorrhages", "haemorrhage"},
		{"ischemia", "ischaemia"}, {"leukemia", "leukaemia"}, {"esophageal", "oesophageal"},
		{"diarrhea", "diarrhoea"}, {"dyspnea", "dyspnoea"}, {"pediatric", "paediatric"},
		{"tumor", "tumour"}, {"tumors", "tumour"}, {"tumor", "tumours"}, {"fiber", "fibre"},
		{"paralyzed", "paralysed"}, {"hospitalized", "hospitalised"},
		{"catheterization", "catheterisation"}, {"cecum", "caecum"}, {"fetal", "foetal"},
		{"paresthesia", "paraesthesia"}, {"paresthesias", "paraesthesia"}, {"x", NULL}};
	for (size_t i = 0; pairs[i][1]; i++)
		if (!inflects(pairs[i][0], pairs[i][1]) || !inflects(pairs[i][1], pairs[i][0]))
			fail_msg("%s, %s", pairs[i][0], pairs[i][1]);
}

static void other_words_are_no_inflections(void **state)
{
	static const char *const pairs[][2] = {{"aids", "aid"}, {"news", "new"}, {"ha", "has"},
		{"no", "nos"}, {"as", "a"}, {"diabetes", "diabetic"}, {"us", "u"}, {"it", "its"},
		{"l5", "l5s"}, {"abscess", "absces"}, {"x", NULL}};
	for (size_t i = 0; pairs[i][1]; i++)
		if (inflects(pairs[i][0], pairs[i][1]) || inflects(pairs[i][1], pairs[i][0]))
			fail_msg("%s, %s", pairs[i][0], pairs[i][1]);
}

static bool written_inflects(const char *word, const char *term, const char *form)
{
	struct inflections out;
	inflect_written(slice_str(word), slice_str(term), &out);
	for (uint32_t i = 0; i < out.n; i++)
		if (slice_eq(out.at[i], slice_str(form)))
			return true;
	return false;
}

static void words_under_five_letters_never_lose_an_s(void **state)
{
	assert_false(inflects("cts", "ct"));
	assert_false(inflects("mis", "mi"));
	assert_false(inflects("gas", "ga"));
	assert_false(inflects("sars", "sar"));
	assert_true(inflects("mi", "mis"));
	assert_true(inflects("dvt", "dvts"));
	assert_true(inflects("cysts", "cyst"));
}

static void an_abbreviation_only_gains_a_plural_s(void **state)
{
	assert_true(written_inflects("MI", "mi", "mis"));
	assert_true(written_inflects("MIs", "mis", "mi"));
	assert_true(written_inflects("STEMI", "stemi", "stemis"));
	assert_false(written_inflects("CTS", "cts", "ct"));
	assert_false(written_inflects("AIDS", "aids", "aid"));
	assert_false(written_inflects("HBLUS", "hblus", "hbli"));
	assert_false(written_inflects("XYZTS", "xyzts", "xyzt"));
	assert_true(written_inflects("EDEMA", "edema", "oedema"));
	assert_true(written_inflects("THROMBUS", "thrombus", "thrombi"));
	assert_does_not_widen("MIS", "myocardial infarction");
	assert_widens("MIs", "myocardial infarction");
}

static void a_bowel_infection_goes_by_all_its_names(void **state)
{
	assert_widens("Clostridium difficile colitis", "CDI");
	assert_widens("Clostridium difficile colitis", "c diff colitis");
	assert_widens("Clostridioides difficile infection", "c diff infection");
	assert_widens("CDI", "Clostridium difficile colitis");
	assert_widens("Clostridium difficile", "C difficile");
}

static void an_adjective_asks_for_its_condition_and_is_one_of_its_names(void **state)
{
	static const char *const pairs[][2] = {{"nauseous", "nausea"}, {"obese", "obesity"},
		{"jaundiced", "jaundice"}, {"pregnant", "pregnancy"}, {"anxious", "anxiety"},
		{"anemic", "anemia"}, {"dizzy", "dizziness"}, {"asthmatic", "asthma"},
		{"hypothyroid", "hypothyroidism"}};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		assert_widens(pairs[i][0], pairs[i][1]);
		assert_widens(pairs[i][1], pairs[i][0]);
	}
	struct names names = widen("chronic");
	assert_int_equal(names.n, 1);
}

static void articles_and_order_make_no_other_name(void **state)
{
	assert_widens("hardening of coronary arteries", "coronary artery disease");
	assert_widens("bleeding in the brain", "intracerebral hemorrhage");
	assert_widens("blood clot in lung", "pulmonary embolism");
	assert_widens("infection in the urinary tract", "urinary tract infection");
}

static void inflections_stay_within_their_room(void **state)
{
	/* Words made of endings and spellings, up to the longest. */
	static const char *const parts[] = {"haem", "oedem", "s", "ies", "a", "rrhe", "tumor", "is",
		"x", "ae", "cec", "um", "ices", "esthe", "\xc3\xa9", "y"};
	unsigned seed = 20260101;
	for (int round = 0; round < 20000; round++) {
		char word[TOK_TERM_MAX];
		size_t n = 0;
		for (int k = 0; k < 12; k++) {
			seed = seed * 1103515245 + 12345;
			struct slice part = slice_str(parts[seed >> 16 & 15]);
			if (n + part.n > sizeof(word))
				break;
			memcpy(word + n, part.p, part.n);
			n += part.n;
			struct inflections out;
			inflect(slice_of(word, n), &out);
			assert_true(out.n <= INFLECT_MAX);
			for (uint32_t i = 0; i < out.n; i++) {
				assert_in_range(out.at[i].n, 2, TOK_TERM_MAX);
				assert_false(slice_eq(out.at[i], slice_of(word, n)));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_condition_is_the_first_name_and_exact),
		cmocka_unit_test(an_abbreviation_widens_both_ways),
		cmocka_unit_test(parts_of_a_condition_widen_in_every_combination),
		cmocka_unit_test(equivalent_full_names_are_synonyms),
		cmocka_unit_test(an_ambiguous_abbreviation_is_not_expanded),
		cmocka_unit_test(an_ambiguous_abbreviation_says_so_and_so_does_what_is_made_of_it),
		cmocka_unit_test(small_letters_among_other_words_are_no_abbreviation),
		cmocka_unit_test(the_longest_entry_is_taken),
		cmocka_unit_test(names_are_few_and_all_different),
		cmocka_unit_test(a_condition_over_the_limits_is_refused),
		cmocka_unit_test(every_full_name_on_the_list_gives_its_abbreviation),
		cmocka_unit_test(an_abbreviation_with_two_meanings_is_marked_ambiguous),
		cmocka_unit_test(the_list_is_well_formed),
		cmocka_unit_test(plurals_latin_endings_and_spellings_are_found_both_ways),
		cmocka_unit_test(other_words_are_no_inflections),
		cmocka_unit_test(words_under_five_letters_never_lose_an_s),
		cmocka_unit_test(an_abbreviation_only_gains_a_plural_s),
		cmocka_unit_test(a_bowel_infection_goes_by_all_its_names),
		cmocka_unit_test(an_adjective_asks_for_its_condition_and_is_one_of_its_names),
		cmocka_unit_test(articles_and_order_make_no_other_name),
		cmocka_unit_test(inflections_stay_within_their_room),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
