#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct arena arena;
static struct tokenizer *tokenizer;

static int set_up(void **state)
{
	arena_init(&arena, 256 << 20);
	return tok_create(&tokenizer, NULL);
}

static int tear_down(void **state)
{
	tok_destroy(tokenizer);
	arena_release(&arena);
	return 0;
}

struct found {
	struct hit *hits;
	uint32_t n;
};

static struct found run(const struct match_name *names, uint32_t n_names, struct slice text)
{
	struct matcher *m;
	struct tok_doc doc;
	struct found f;
	struct err e = {0};
	if (matcher_create(names, n_names, tokenizer, &arena, &m, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(tok_scan(tokenizer, text, &arena, &doc, NULL), 0);
	assert_int_equal(matcher_run(m, &doc, &arena, &f.hits, &f.n), 0);
	assert_int_equal(matcher_resolve(f.hits, &f.n, &arena), 0);
	return f;
}

/* The matched pieces of text, each with how: "=" exact, "~" inflection, "?" mask; '|' between. */
static const char *pieces(unsigned flags, const char *name, const char *text)
{
	static char room[4096];
	struct match_name in = {slice_str(name), VIA_EXACT, flags};
	struct found f = run(&in, 1, slice_str(text));
	size_t n = 0;
	room[0] = '\0';
	for (uint32_t i = 0; i < f.n; i++) {
		const struct hit *h = &f.hits[i];
		assert_true(h->start < h->end && h->end <= strlen(text));
		assert_int_equal(h->via == VIA_MASK, h->mask_overlap);
		n += (size_t)snprintf(room + n, sizeof(room) - n, "%s%s%.*s", n ? "|" : "",
			h->via == VIA_MASK         ? "?"
			: h->via == VIA_INFLECTION ? "~"
						   : "=",
			(int)(h->end - h->start), text + h->start);
	}
	return room;
}

static void check(unsigned flags, const char *name, const char *text, const char *expect, int line)
{
	const char *got = pieces(flags, name, text);
	if (strcmp(got, expect) != 0)
		fail_msg("line %d: \"%s\" in \"%s\": %s, not %s", line, name, text, got, expect);
}

#define CHECK(name, text, expect)       check(MATCH_MASKS, name, text, expect, __LINE__)
#define CHECK_PLAIN(name, text, expect) check(0, name, text, expect, __LINE__)

static void equal_words_match_whatever_their_case(void **state)
{
	CHECK("chest pain", "No Chest Pain. CHEST PAIN, chest pains.",
		"=Chest Pain|=CHEST PAIN|~chest pains");
	CHECK("Crohn's disease", "crohn disease; Crohn's disease",
		"=crohn disease|=Crohn's disease");
	CHECK("chest pain", "chest painful", "");
	CHECK("pain", "painkiller", "");
}

static void a_word_behind_may_make_another_thing_of_a_name(void **state)
{
	CHECK("CVA", "no CVA tenderness; old CVA", "=CVA");
	CHECK_PLAIN("CVA", "no CVA tenderness", "=CVA"); /* a search is for words */
}

static void a_word_beside_may_make_another_thing_of_an_abbreviation(void **state)
{
	CHECK("DM", "Robitussin DM at night; DM, HTN", "=DM");
	CHECK("MI", "seen in Flint, MI; old MI. Detroit. MI in 2140", "=MI|=MI");
	CHECK("MI", "Ann Harbor, MI 48104", "");
	CHECK("VT", "VT 450 on the ventilator; run of VT 180", "=VT");
	CHECK("NPH", "NPH insulin, Humulin NPH, NPH 12 units of NPH; NPH with a shunt",
		"=NPH|=NPH");
	CHECK("CDI", "dressing CDI. Recurrent CDI", "=CDI");
	CHECK("MS", "MS Contin; MS 2 mg; MS", "=MS");
	CHECK_PLAIN("DM", "robitussin DM", "=DM");
}

static void an_abbreviation_is_no_plural_of_another(void **state)
{
	CHECK("CTS", "CT of the head, CTs, bilateral CTS", "=CTS");
	CHECK("CT", "bilateral CTS and two CTs", "~CTs");
	CHECK("DVT", "two DVTs, DVTS again", "~DVTs");
	CHECK("DVT", "NO DVTS SEEN", "~DVTS");
	CHECK("RA", "LEFT RAS SEEN", "");
	CHECK("AIDS", "hearing aid, aids", "=aids");
	CHECK("renal cysts", "renal cyst", "~renal cyst");
	CHECK("MIs", "an MI, MIs", "~MI|=MIs");
}

static void light_punctuation_and_line_breaks_may_stand_between(void **state)
{
	CHECK("non small cell lung cancer", "non-small-cell\n   lung cancer",
		"=non-small-cell\n   lung cancer");
	CHECK("chest pain", "chest\r\n\tpain", "=chest\r\n\tpain");
	CHECK("chest pain", "chest (pain)", "=chest (pain");
	CHECK("chest pain", "chest / pain", "=chest / pain");
	CHECK("chest pain", "\"chest\" pain", "=chest\" pain");
	CHECK("chest pain", "chest\xc2\xa0pain chest\xe2\x80\x93pain",
		"=chest\xc2\xa0pain|=chest\xe2\x80\x93pain");
}

static void clause_ends_separate(void **state)
{
	CHECK("chest pain", "chest. Pain", "");
	CHECK("chest pain", "chest; pain", "");
	CHECK("chest pain", "chest, pain", "");
	CHECK("chest pain", "chest: pain", "");
	CHECK("chest pain", "chest\n\npain", "");
	CHECK("chest pain", "chest \r\n \t\r\n pain", "");
	CHECK("chest pain",
		"chest                                                                     pain",
		"");
}

static void punctuation_of_the_name_itself_matches(void **state)
{
	CHECK("nausea, vomiting", "nausea, vomiting; nausea vomiting; nausea; vomiting",
		"=nausea, vomiting|=nausea vomiting");
	CHECK("Stage: II", "stage:\nII. stage II", "=stage:\nII|=stage II");
	CHECK("pain. Swelling", "pain.  swelling", "=pain.  swelling");
	CHECK("pain\n\nswelling", "pain\n \nswelling", "=pain\n \nswelling");
}

static void one_and_two_letter_words_may_have_a_full_stop(void **state)
{
	CHECK("C difficile", "C. difficile and C.difficile", "=C. difficile|=C.difficile");
	CHECK("St Jude valve", "St. Jude valve", "=St. Jude valve");
	CHECK("leg pain", "leg. Pain", "");
}

static void numbers_stand_as_they_are_written(void **state)
{
	CHECK("C5-6", "C5-6 C5 - 6 C5/6 C5 6 C5-\n6 C5-60", "=C5-6|=C5 - 6|=C5-\n6");
	CHECK("1.5 cm", "1.5 cm, 1 5 cm, 15 cm, 1.5cm, 11.5 cm", "=1.5 cm|~1.5cm");
	CHECK("120/80", "120/80 120-80", "=120/80");
	CHECK("grade 3", "grade 3 grade 33 grade 3s", "=grade 3");
	CHECK("Herniated disks at L4 and L5", "herniated disk at L4 and L5",
		"~herniated disk at L4 and L5");
}

static void inflected_words_match_and_say_so(void **state)
{
	CHECK("pericardial effusion", "pericardial effusions", "~pericardial effusions");
	CHECK("pulmonary edema", "Pulmonary oedema", "~Pulmonary oedema");
	CHECK("lung metastases", "a lung metastasis", "~lung metastasis");
	CHECK("tumours of the lung", "tumor of the lung", "~tumor of the lung");
	CHECK("diabetes", "diabetic", "");
	check(MATCH_EXACT_WORDS, "effusion", "effusions effusion", "=effusion", __LINE__);
}

static void words_joined_or_split_match_as_inflections(void **state)
{
	CHECK("follow-up", "followup follow up follow-ups followups",
		"~followup|=follow up|~follow-ups|~followups");
	CHECK("preeclampsia", "pre-eclampsia pre eclampsia pre-\n  eclampsia",
		"~pre-eclampsia|~pre-\n  eclampsia");
	CHECK("myocardial infarction", "myocar-\ndial infarction", "~myocar-\ndial infarction");
	CHECK("L5-S1 disc", "L5S1 disc", "~L5S1 disc");
	CHECK("L5S1 disc", "L5-S1 disc L5 S1 disc L5/S1 disc", "~L5-S1 disc|~L5 S1 disc");
	CHECK("5mg", "5 mg 5-mg 5mg", "~5 mg|~5-mg|=5mg");
	CHECK("gastrooesophageal reflux", "gastro-esophageal reflux", "~gastro-esophageal reflux");
	CHECK("a symptomatic hernia", "asymptomatic hernia", "");
	check(MATCH_EXACT_WORDS, "follow-up", "followup", "", __LINE__);
}

static void a_mask_may_stand_for_one_word_of_three(void **state)
{
	CHECK("Hunt and Hess", "Hunt and [**Name**] grade 3", "?Hunt and [**Name**]");
	CHECK("Miller Fisher syndrome",
		"Miller ___ syndrome; ___ Fisher syndrome; ___ ___ syndrome",
		"?Miller ___ syndrome|?___ Fisher syndrome");
	CHECK_PLAIN("Hunt and Hess", "Hunt and [**Name**] grade 3", "");
	CHECK("Hunt and Hess", "Hunt and Hess", "=Hunt and Hess");
}

static void a_mask_for_the_head_must_be_of_a_name_or_of_no_type(void **state)
{
	CHECK("mild mitral regurgitation", "mild mitral ___", "?mild mitral ___");
	CHECK("mild mitral regurgitation", "mild mitral [**2101-3-4**]", "");
	CHECK("mild mitral regurgitation", "mild mitral [**Hospital1 12**]", "");
	CHECK("mild mitral regurgitation", "mild [**Hospital1 12**] regurgitation",
		"?mild [**Hospital1 12**] regurgitation");
	CHECK("mild mitral regurgitation", "mild [**2101-3-4**] regurgitation", "");
}

static void a_name_mask_may_stand_for_the_first_of_two_words(void **state)
{
	CHECK("Crohn disease", "[**Last Name (un) 7**] disease", "?[**Last Name (un) 7**] disease");
	CHECK("Crohn disease", "___ disease", "");
	CHECK("Crohn disease", "Crohn [**Last Name 3**]", "");
	CHECK("chest pain", "[**Name**] pain", "");
	CHECK("gout", "[**Name**]", "");
}

static void a_mask_never_stands_for_a_number_or_leaves_nothing(void **state)
{
	CHECK("Hunt Hess 3", "Hunt Hess ___", "");
	CHECK("out of breath", "out of ___", "");
}

static struct sieve sieve_of(const char *name)
{
	struct match_name in = {slice_str(name), VIA_EXACT, MATCH_MASKS};
	struct matcher *m;
	struct sieve s;
	assert_int_equal(matcher_create(&in, 1, tokenizer, &arena, &m, NULL), 0);
	assert_int_equal(sieve_init(&s, m, 0, &arena), 0);
	return s;
}

static bool sieve_takes(const char *name, const char *text)
{
	struct sieve s = sieve_of(name);
	return sieve_masks_pass(&s, slice_str(text));
}

static bool near_takes(const char *name, const char *text)
{
	struct sieve s = sieve_of(name);
	return sieve_near_pass(&s, slice_str(text));
}

static void the_sieve_turns_away_words_that_stand_apart(void **state)
{
	char far[2000];
	snprintf(far, sizeof(far), "lung %1000s cancer", "clear");
	assert_false(near_takes("lung cancer", far));
	assert_false(near_takes("lung cancer", "lung lungs cancellous longer"));
	assert_true(near_takes("lung cancer", "Lung\n-Cancers"));
	assert_true(near_takes("x ray", "Xray"));
	assert_true(near_takes("acute preeclampsia", "acute pre-\n eclampsia"));
	assert_true(near_takes("\xc3\xa9tat grave", "\xc3\x89TAT GRAVE"));
}

static void the_sieve_turns_away_masks_that_stand_elsewhere(void **state)
{
	assert_false(sieve_takes("Wilson disease", "[**Name**] has liver disease."));
	assert_false(sieve_takes("Wilson disease", "Seen by [**Name**]. Kidney Disease. diseased"));
	assert_false(sieve_takes("small bowel obstruction", "[**Name**] hears bowel sounds"));
	assert_true(sieve_takes("Wilson disease", "has [**Last Name (un) 5**]\n disease"));
	assert_true(sieve_takes("Wilson disease", "**NAME[AAA] DISEASE"));
	assert_true(sieve_takes("small bowel obstruction", "small bowel ___ today"));
}

/* Names of two and three words, each word written in its ways, with a mask of every dialect in every
 * place: where the matcher finds a name over a mask, the sieve must let the text pass. */
static void the_sieve_lets_every_match_pass(void **state)
{
	static const char *const words[] = {"Crohn", "crohn's", "disease", "diseases",
		"preeclampsia", "pre-eclampsia",
		"pr\xc3\xa9"
		"eclampsia",
		"PRE-\n  ECLAMPSIA", "oedema",
		"\xc5\x93"
		"dema",
		"of", "x", "5mg", "5 mg", "followup", "follow-up", "liver", "o'clock"};
	static const char *const masks[] = {"[**Name**]", "[**Last Name (un) 5**]", "___", "***",
		"**NAME[AAA]", "**NAME", "**PLACE[A B]", "<NAME>", "[NAME]", "[redacted]", "XXXX",
		"<PLACE 2>"};
	static const char *const gaps[] = {" ", " ", " ", "\n", " - ", "/", " (", ") ", ", ",
		"\xc2\xa0", "                                                      "};
	unsigned masked = 0, turned = 0, seed = (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	for (int round = 0; round < 20000; round++) {
		char name[300] = "", text[600] = "";
		unsigned n = 2 + (unsigned)rand_r(&seed) % 2, spoil = (unsigned)rand_r(&seed) % 4;
		unsigned hidden = (unsigned)rand_r(&seed) % (n + 1); /* n: none */
		for (unsigned w = 0; w < n; w++) {
			unsigned word = (unsigned)rand_r(&seed) % 18;
			snprintf(name + strlen(name), 60, "%s%s", w ? " " : "", words[word]);
			if (spoil == 0)
				word = (unsigned)rand_r(&seed) % 18;
			snprintf(text + strlen(text), 120, "%s%s",
				w ? gaps[(unsigned)rand_r(&seed) % 11] : "",
				w == hidden ? masks[(unsigned)rand_r(&seed) % 12] : words[word]);
		}
		struct match_name in = {slice_str(name), VIA_EXACT, MATCH_MASKS};
		struct found f = run(&in, 1, slice_str(text));
		bool takes = sieve_takes(name, text), near = near_takes(name, text);
		if (f.n > 0 && f.hits[0].via == VIA_MASK) {
			masked++;
			if (!takes)
				fail_msg("\"%s\" in \"%s\" turned away", name, text);
		} else if (f.n > 0 && !near) {
			fail_msg("\"%s\" in \"%s\" turned away without a mask", name, text);
		}
		turned += !takes && !near;
		arena_release(&arena);
	}
	assert_true(masked > 500 && turned > 500);
}

static void of_overlapping_hits_the_longest_then_the_lowest_stays(void **state)
{
	struct match_name names[] = {
		{SLICE("renal failure"), VIA_EXACT, 0},
		{SLICE("acute renal failure"), VIA_SYNONYM, 0},
		{SLICE("acute renal failure"), VIA_ABBREVIATION, 0},
		{SLICE("failure"), VIA_EXACT, 0},
	};
	const char *text = "acute renal failure, renal failure, failure";
	struct found f = run(names, 4, slice_str(text));
	assert_int_equal(f.n, 3);
	assert_int_equal(f.hits[0].name, 1);
	assert_int_equal(f.hits[0].via, VIA_SYNONYM);
	assert_int_equal(f.hits[1].name, 0);
	assert_int_equal(f.hits[2].name, 3);
}

static void a_repeated_word_gives_hits_that_do_not_overlap(void **state)
{
	CHECK("a b a", "a b a b a b a", "=a b a|=a b a");
}

static void abbreviations_are_told_from_words(void **state)
{
	check(MATCH_CAPITALS, "AIDS", "hearing aids, AIDS, Aids", "=AIDS", __LINE__);
	check(MATCH_CAPITALS, "severe AS", "severe as expected; severe AS", "=severe AS", __LINE__);
	check(MATCH_CAPITALS, "MI", "MIs and 2 mi", "~MIs", __LINE__);
	check(MATCH_CAPITALS | MATCH_IN_PROSE, "AS", "SEEN AS AN OUTPATIENT TODAY. as severe AS.",
		"=AS", __LINE__);
	check(MATCH_CAPITALS | MATCH_NO_LABEL, "PE", "PE: normal. Acute PE. PE :", "=PE", __LINE__);
	assert_int_equal(abbrev_match_flags(SLICE("PE")), MATCH_CAPITALS | MATCH_NO_LABEL);
	assert_int_equal(abbrev_match_flags(SLICE("COPD")), 0);
	assert_int_equal(abbrev_match_flags(SLICE("no such")), 0);
}

static void a_name_over_the_limits_is_refused(void **state)
{
	struct matcher *m;
	struct err e;
	char wordy[2 * (MATCH_WORDS_MAX + 1)], long_one[MATCH_BYTES_MAX + 1];
	memset(long_one, 'a', sizeof(long_one));
	for (size_t i = 0; i < sizeof(wordy); i++)
		wordy[i] = i % 2 ? ' ' : 'b';
	struct match_name bad[] = {{SLICE("--"), VIA_EXACT, 0},
		{slice_of(wordy, sizeof(wordy)), VIA_EXACT, 0},
		{slice_of(long_one, sizeof(long_one)), VIA_EXACT, 0},
		{SLICE("\xff"), VIA_EXACT, 0}};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(
			matcher_create(&bad[i], 1, tokenizer, &arena, &m, &e), LODE_BADREQ);
	bad[1].text.n -= 2;
	assert_int_equal(matcher_create(&bad[1], 1, tokenizer, &arena, &m, &e), 0);
}

static void a_long_phrase_matches_itself(void **state)
{
	static const char text[] =
		"Mild (1-2+) mitral regurgitation, with an ejection fraction of 55-60 %; no "
		"vegetation seen at L4-5, 1.5 x 2.0 cm, b.i.d., w/o \"effusion\"";
	CHECK(text, text,
		"=Mild (1-2+) mitral regurgitation, with an ejection fraction of 55-60 %; no "
		"vegetation seen at L4-5, 1.5 x 2.0 cm, b.i.d., w/o \"effusion");
}

/* Any phrase cut from a text between words is found where it was cut. */
static void any_phrase_of_a_text_is_found_in_it(void **state)
{
	static const char *const parts[] = {"pain", "pain", "C5", "6", "1", "St", "edema", "___",
		"[**Name**]", "Hess", "x-ray", "don't", "caf\xc3\xa9", "of", "s"};
	static const char *const gaps[] = {" ", " ", " ", "-", "/", ", ", ". ", "\n", "\n\n", " (",
		") ", "; ", ".", "'", " \xe2\x80\x94 ", ""};
	unsigned seed = (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	for (int round = 0; round < 3000; round++) {
		char text[600];
		struct tok_doc doc;
		size_t n = 0;
		for (int i = 0; i < 25; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
				parts[rand_r(&seed) % 15], gaps[rand_r(&seed) % 16]);
		assert_int_equal(tok_scan(tokenizer, slice_of(text, n), &arena, &doc, NULL), 0);
		uint32_t first = (uint32_t)rand_r(&seed) % doc.n_words, last = first;
		while (last + 1 < doc.n_words && last - first < 8 && rand_r(&seed) % 4)
			last++;
		uint32_t start = doc.words[first].start, end = doc.words[last].end;
		struct match_name name = {
			slice_of(text + start, end - start), VIA_EXACT, MATCH_MASKS};
		struct tok_doc words;
		struct matcher *m;
		struct hit *hits;
		uint32_t n_hits, i = 0;
		assert_int_equal(tok_words(tokenizer, name.text, &arena, &words, NULL), 0);
		/* A mask or a possessive cut from its neighbours may be read otherwise. */
		if (words.n_words != last - first + 1)
			continue;
		assert_int_equal(matcher_create(&name, 1, tokenizer, &arena, &m, NULL), 0);
		assert_int_equal(matcher_run(m, &doc, &arena, &hits, &n_hits), 0);
		while (i < n_hits && !(hits[i].start == start && hits[i].end == end))
			i++;
		if (i == n_hits || hits[i].via != VIA_EXACT)
			fail_msg("\"%.*s\" in \"%.*s\"", (int)name.text.n, name.text.p, (int)n,
				text);
		arena_release(&arena);
	}
}

static void a_pathological_name_is_searched_in_bounded_time(void **state)
{
	static char name[2 * MATCH_WORDS_MAX], text[40000];
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 2 ? ' ' : 'a';
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? "- "[i / 2 % 2] : 'a';
	struct match_name in[8];
	for (int i = 0; i < 8; i++)
		in[i] = (struct match_name){
			slice_of(name, sizeof(name) - 1 - 2 * (size_t)i), VIA_EXACT, MATCH_MASKS};
	struct found f = run(in, 8, slice_of(text, sizeof(text)));
	assert_int_equal(f.n, sizeof(text) / 2 / MATCH_WORDS_MAX);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_words_match_whatever_their_case),
		cmocka_unit_test(a_word_behind_may_make_another_thing_of_a_name),
		cmocka_unit_test(a_word_beside_may_make_another_thing_of_an_abbreviation),
		cmocka_unit_test(an_abbreviation_is_no_plural_of_another),
		cmocka_unit_test(light_punctuation_and_line_breaks_may_stand_between),
		cmocka_unit_test(clause_ends_separate),
		cmocka_unit_test(punctuation_of_the_name_itself_matches),
		cmocka_unit_test(one_and_two_letter_words_may_have_a_full_stop),
		cmocka_unit_test(numbers_stand_as_they_are_written),
		cmocka_unit_test(inflected_words_match_and_say_so),
		cmocka_unit_test(words_joined_or_split_match_as_inflections),
		cmocka_unit_test(a_mask_may_stand_for_one_word_of_three),
		cmocka_unit_test(a_mask_for_the_head_must_be_of_a_name_or_of_no_type),
		cmocka_unit_test(a_name_mask_may_stand_for_the_first_of_two_words),
		cmocka_unit_test(a_mask_never_stands_for_a_number_or_leaves_nothing),
		cmocka_unit_test(the_sieve_turns_away_masks_that_stand_elsewhere),
		cmocka_unit_test(the_sieve_turns_away_words_that_stand_apart),
		cmocka_unit_test(the_sieve_lets_every_match_pass),
		cmocka_unit_test(of_overlapping_hits_the_longest_then_the_lowest_stays),
		cmocka_unit_test(a_repeated_word_gives_hits_that_do_not_overlap),
		cmocka_unit_test(abbreviations_are_told_from_words),
		cmocka_unit_test(a_name_over_the_limits_is_refused),
		cmocka_unit_test(a_long_phrase_matches_itself),
		cmocka_unit_test(any_phrase_of_a_text_is_found_in_it),
		cmocka_unit_test(a_pathological_name_is_searched_in_bounded_time),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
