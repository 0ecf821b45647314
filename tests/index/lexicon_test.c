#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/index/lexicon_exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct arena arena;
static struct tokenizer *tokenizer;
static char folder[64];

static int set_up(void **state)
{
	arena_init(&arena, 256 << 20);
	snprintf(folder, sizeof(folder), "/tmp/lodestone-lexicon-XXXXXX");
	return mkdtemp(folder) ? tok_create(&tokenizer, NULL) : -1;
}

static int tear_down(void **state)
{
	char command[128];
	tok_destroy(tokenizer);
	arena_release(&arena);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static const char *in_folder(const char *name)
{
	static char room[4][128];
	static unsigned next;
	char *at = room[next++ % 4];
	snprintf(at, sizeof(room[0]), "%s/%s", folder, name);
	return at;
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(in_folder(name), "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int build(const char *input, struct lexicon_report *report, struct err *e)
{
	char *inputs[] = {strdup(in_folder(input))};
	*e = (struct err){0};
	int rc = lexicon_build(in_folder("out.lex"), inputs, 1, report, e);
	free(inputs[0]);
	return rc;
}

static struct lexicon *built(const char *input, const char *text)
{
	struct lexicon_report report;
	struct lexicon *l;
	struct err e;
	write_file(input, text);
	if (build(input, &report, &e) != 0)
		fail_msg("%s", e.text);
	if (lexicon_open(in_folder("out.lex"), &l, &e) != 0)
		fail_msg("%s", e.text);
	return l;
}

static void assert_refused(const char *input, const char *text, const char *why)
{
	struct lexicon_report report;
	struct err e;
	write_file(input, text);
	unlink(in_folder("out.lex"));
	assert_int_not_equal(build(input, &report, &e), 0);
	if (!strstr(e.text, why))
		fail_msg("\"%s\" does not say \"%s\"", e.text, why);
	assert_int_not_equal(access(in_folder("out.lex"), F_OK), 0);
}

/* Names of the condition as "text/via/relation", a '*' for an ambiguous one. */
static bool widens(const struct lexicon *l, const char *condition, const char *to, bool narrower)
{
	struct names_options o = {.lexicons = &l, .n_lexicons = 1, .narrower = narrower};
	struct names names;
	struct err e = {0};
	if (names_widen_by(&o, slice_str(condition), tokenizer, &arena, &names, &e) != 0)
		fail_msg("%s", e.text);
	for (uint32_t i = 0; i < names.n; i++) {
		char room[400];
		const struct name *n = &names.at[i];
		snprintf(room, sizeof(room), "%.*s/%s/%s%s", (int)n->text.n, n->text.p,
			via_names[n->via], name_relation_names[n->relation],
			n->is_ambiguous ? "*" : "");
		if (strcmp(room, to) == 0)
			return true;
	}
	return false;
}

#define WIDENS(l, condition, to)   assert_true(widens(l, condition, to, false))
#define DOES_NOT(l, condition, to) assert_false(widens(l, condition, to, false))

static void our_concepts_give_each_other_their_names(void **state)
{
	struct lexicon *l = built("a.tsv",
		"# lodestone concepts\n"
		"zorb disease\tzorbosis|Zorb syndrome\tthe zorbs\tzorb diseese\tacute zorb "
		"disease\tgland disease\t\n"
		"# a comment\n\n"
		"mild zorb disease\t\t\t\t\t\tzorb disease\n");
	WIDENS(l, "zorb disease", "zorbosis/synonym/same");
	WIDENS(l, "the zorbs", "zorb disease/synonym/same");
	WIDENS(l, "Zorb diseases", "the zorbs/synonym/same");
	WIDENS(l, "zorbosis", "acute zorb disease/synonym/narrower");
	WIDENS(l, "zorbosis", "gland disease/synonym/broader");
	WIDENS(l, "gland disease", "zorbosis/synonym/narrower");
	WIDENS(l, "acute zorb disease", "zorbosis/synonym/broader");
	DOES_NOT(l, "zorbosis", "mild zorb disease/synonym/narrower");
	assert_true(widens(l, "zorbosis", "mild zorb disease/synonym/narrower", true));
	lexicon_close(l);
}

static void our_abbreviations_join_the_concept_of_their_long_form(void **state)
{
	char *inputs[2];
	struct lexicon_report report;
	struct lexicon *l;
	struct err e = {0};
	write_file("c.tsv", "# lodestone concepts\nzorb disease\tzorbosis\n");
	write_file("b.tsv", "# lodestone abbreviations\nZD\tzorbosis\tcapitals\n"
			    "ZB\tzorb disease\tcapitals ambiguous list\nQQ\tquux of quux\n");
	inputs[0] = strdup(in_folder("c.tsv"));
	inputs[1] = strdup(in_folder("b.tsv"));
	assert_int_equal(lexicon_build(in_folder("out.lex"), inputs, 2, &report, &e), 0);
	assert_int_equal(lexicon_open(in_folder("out.lex"), &l, &e), 0);
	assert_int_equal(report.info.concepts, 2);
	assert_int_equal(report.info.abbreviations, 3);
	WIDENS(l, "zorb disease", "ZD/abbreviation/same");
	WIDENS(l, "zorb disease", "ZB/abbreviation/same*");
	WIDENS(l, "ZD", "zorb disease/abbreviation/same");
	DOES_NOT(l, "ZB", "zorb disease/abbreviation/same");
	WIDENS(l, "QQ", "quux of quux/abbreviation/same");
	lexicon_close(l);
	free(inputs[0]);
	free(inputs[1]);
}

static void obo_scopes_are_kept_apart_and_obsolete_terms_left_out(void **state)
{
	struct lexicon *l = built("a.obo",
		"format-version: 1.2\n\n[Term]\nid: X:1\nname: zorb disease ! not a comment here\n"
		"synonym: \"zorb \\\"old\\\" disorder\" EXACT []\nsynonym: \"ZRB\" EXACT []\n"
		"synonym: \"little zorb\" NARROW []\nsynonym: \"glands\" BROAD [X:a]\n"
		"synonym: \"zorboid\" RELATED []\nsynonym: \"no scope\"\n"
		"synonym: \"Carcinoma, zorb\" EXACT []\nsynonym: \"zorb illness (disorder)\" EXACT []\n\n"
		"[Term]\nid: X:2\nname: gone disease\nis_obsolete: true\n\n"
		"[Typedef]\nid: part_of\nname: part of\n\n"
		"[Term]\nid: X:3\nname: child zorb\nis_a: X:1 ! zorb disease\nis_a: X:99\n");
	const char *asked = "zorb illness";
	WIDENS(l, asked, "zorb \"old\" disorder/synonym/same");
	WIDENS(l, asked, "ZRB/abbreviation/same*");
	WIDENS(l, asked, "little zorb/synonym/narrower");
	WIDENS(l, asked, "glands/synonym/broader");
	WIDENS(l, asked, "zorboid/synonym/related*");
	WIDENS(l, asked, "no scope/synonym/related*");
	WIDENS(l, asked, "zorb Carcinoma/synonym/same");
	WIDENS(l, asked, "Carcinoma, zorb/synonym/same");
	assert_true(widens(l, asked, "child zorb/synonym/narrower", true));
	assert_int_equal(lexicon_word(l, SLICE("gone")), LEXICON_NONE);
	assert_int_equal(lexicon_word(l, SLICE("part")), LEXICON_NONE);
	lexicon_close(l);
}

static void icd_titles_are_names_and_codes_a_hierarchy(void **state)
{
	struct lexicon *l = built("a.csv",
		"A00,\"Cholera\"\nA000,\"Classical cholera, unspecified\"\nA008,\"Other cholera\"\n");
	assert_true(widens(l, "cholera", "Classical cholera/synonym/narrower", true));
	assert_false(widens(l, "cholera", "Other cholera/synonym/narrower", true));
	lexicon_close(l);
	l = built("a.txt",
		"00001 A00     0 Cholera                                                      Cholera\n"
		"00002 A000    1 Cholera d/t V. cholerae 01                                   "
		"Cholera due to Vibrio cholerae 01\n");
	WIDENS(l, "Cholera due to Vibrio cholerae 01", "Cholera d/t V. cholerae 01/synonym/same");
	lexicon_close(l);
}

static void umls_english_strings_that_are_not_suppressed_are_taken(void **state)
{
	struct lexicon *l =
		built("A.RRF", "C0000001|ENG|S|L1|PF|S1|Y|A1|||M1||SY|1|zorbosis, NOS|0|N||\n"
			       "C0000001|ENG|P|L1|PF|S1|Y|A1|||M1||PT|1|Zorb disease|0|N||\n"
			       "C0000001|SPA|P|L2|PF|S2|Y|A2|||M2||PT|2|enfermedad de zorb|0|N||\n"
			       "C0000001|ENG|S|L3|PF|S3|Y|A3|||M3||SY|3|hidden zorb|0|O||\n"
			       "C0000001|ENG|S|L4|PF|S4|Y|A4|||M4||ACR|4|ZBDX|0|N||\n");
	struct lexicon_name n;
	assert_true(lexicon_name(l, 0, &n));
	assert_int_equal(n.relation, LEXICON_PREFERRED);
	WIDENS(l, "zorb disease", "zorbosis/synonym/same");
	WIDENS(l, "zorb disease", "ZBDX/abbreviation/same");
	DOES_NOT(l, "zorb disease", "enfermedad de zorb/synonym/same");
	DOES_NOT(l, "zorb disease", "hidden zorb/synonym/same");
	lexicon_close(l);
}

static void a_wrong_line_is_told_with_its_number(void **state)
{
	assert_refused("a.tsv", "zorb\n", "a.tsv:1: a TSV begins with");
	assert_refused("a.tsv", "# lodestone concepts\na\tb\n\tc\n", "a.tsv:3: no name");
	assert_refused("a.tsv", "# lodestone concepts\na\tb||c\n", "a.tsv:2: an empty alternative");
	assert_refused("a.tsv", "# lodestone concepts\na\t\t\t\t\t\t\tx\n", "more than 7 fields");
	assert_refused("a.tsv", "# lodestone abbreviations\nMI\n", "a.tsv:2: an abbreviation and");
	assert_refused("a.tsv", "# lodestone abbreviations\nMI\tx\tbig\n", "no such flag: big");
	assert_refused("a.tsv", "# lodestone concepts\n\xff\n", "not valid UTF-8");
	assert_refused("a.obo", "[Term]\nname: x\n\n[Term]\n", "no id");
	assert_refused("a.obo", "[Term]\nid: X\nsynonym: \"x\n", "a.obo:3: a synonym whose quote");
	assert_refused("a.csv", "nonsense\n", "a.csv:1: not code");
	assert_refused("a.txt", "nonsense\n", "a.txt:1: shorter");
	assert_refused("a.rrf", "nonsense\n", "a.rrf:1: not a line of MRCONSO");
	assert_refused("a.xml", "nonsense\n", "not .tsv");
	assert_refused("a.tsv", "", "is empty");
	assert_refused("a.tsv", "# lodestone concepts\n", "hold no name");
}

static struct buf read_back(void)
{
	struct buf b = {0};
	FILE *f = fopen(in_folder("out.lex"), "r");
	char room[4096];
	assert_non_null(f);
	for (size_t n; (n = fread(room, 1, sizeof(room), f)) > 0;)
		buf_put(&b, room, n);
	fclose(f);
	return b;
}

static const char small[] = "# lodestone concepts\nzorb disease\tzorbosis|Z d\tthe zorbs\n"
			    "acute zorb\t\t\t\t\t\tzorb disease\n";

static void any_flipped_byte_and_any_cut_is_noticed(void **state)
{
	lexicon_close(built("a.tsv", small));
	struct buf b = read_back();
	struct lexicon *l;
	struct err e;
	for (size_t i = 0; i < b.n; i++) {
		b.p[i] ^= 0x10;
		assert_int_not_equal(lexicon_view(buf_slice(&b), "x", &l, &e), 0);
		assert_true(e.text[0] != '\0');
		b.p[i] ^= 0x10;
		assert_int_not_equal(lexicon_view(slice_of(b.p, i), "x", &l, &e), 0);
	}
	assert_int_equal(lexicon_view(buf_slice(&b), "x", &l, &e), 0);
	lexicon_close(l);
	buf_release(&b);
}

/* Damage that a digest would not tell: every number is checked where it is used. */
static void numbers_out_of_range_do_no_harm(void **state)
{
	lexicon_close(built("a.tsv", small));
	struct buf b = read_back();
	unsigned seed = 7, opened = 0;
	for (int round = 0; round < 20000; round++) {
		struct buf c = {0};
		struct lexicon *l;
		buf_put_slice(&c, buf_slice(&b));
		for (int k = 0; k < 3; k++) {
			seed = seed * 1103515245 + 12345;
			size_t at = LEXICON_SUMMED_AT + (seed >> 8) % (c.n - LEXICON_SUMMED_AT);
			c.p[at] = (char)(seed >> 3 & 1 ? 0xff : seed >> 4);
		}
		exercise_fix_digest(c.p, c.n);
		if (lexicon_view(buf_slice(&c), "x", &l, NULL) == 0) {
			exercise_lexicon(l);
			widens(l, "zorb disease", "x", true);
			arena_reset(&arena);
			lexicon_close(l);
			opened++;
		}
		buf_release(&c);
	}
	assert_true(opened > 1000);
	buf_release(&b);
}

static void the_same_inputs_give_the_same_bytes(void **state)
{
	lexicon_close(built("a.tsv", small));
	struct buf one = read_back();
	lexicon_close(built("a.tsv", small));
	struct buf other = read_back();
	assert_true(slice_eq(buf_slice(&one), buf_slice(&other)));
	buf_release(&one);
	buf_release(&other);
}

static void two_lexicons_lend_each_other_what_they_share(void **state)
{
	struct lexicon *one = built("a.tsv", "# lodestone concepts\nzorb disease\tzorbosis\n");
	struct lexicon *other = built("a.tsv", "# lodestone concepts\nquux\tzorbosis\n");
	const struct lexicon *both[] = {one, other};
	struct names_options o = {.lexicons = both, .n_lexicons = 2};
	struct names names;
	assert_int_equal(
		names_widen_by(&o, SLICE("zorb disease"), tokenizer, &arena, &names, NULL), 0);
	assert_int_equal(names.n, 3);
	assert_true(slice_eq(names.at[2].text, SLICE("quux")));
	assert_int_equal(names.at[1].lexicon, 0);
	assert_int_equal(names.at[2].lexicon, 1);
	assert_false(names.at[1].is_far);
	assert_true(names.at[2].is_far);
	o.n_lexicons = 0;
	assert_int_equal(
		names_widen_by(&o, SLICE("zorb disease"), tokenizer, &arena, &names, NULL), 0);
	assert_int_equal(names.n, 1);
	lexicon_close(one);
	lexicon_close(other);
}

/* Both concepts have the asked name: neither is taken for the other on the ground of a shared one. */
static void a_name_is_near_where_any_concept_of_the_asked_name_has_it(void **state)
{
	struct lexicon *one = built("a.tsv", "# lodestone concepts\nzorb disease\tzorbosis|quux\n");
	struct lexicon *other =
		built("a.tsv", "# lodestone concepts\nquux\tzorbosis|zorb disease|zorbitis\n");
	const struct lexicon *both[] = {one, other};
	struct names_options o = {.lexicons = both, .n_lexicons = 2};
	struct names names;
	assert_int_equal(
		names_widen_by(&o, SLICE("zorb disease"), tokenizer, &arena, &names, NULL), 0);
	assert_int_equal(names.n, 4);
	for (uint32_t i = 0; i < names.n; i++)
		assert_false(names.at[i].is_far);
	lexicon_close(one);
	lexicon_close(other);
}

static void too_many_descendants_are_said_to_be_cut(void **state)
{
	char *text = calloc(1, 1 << 20);
	size_t n = (size_t)sprintf(text, "# lodestone concepts\nzorb disease\n");
	for (int i = 0; i < 400; i++)
		n += (size_t)sprintf(text + n, "zorb kind w%d\t\t\t\t\t\tzorb disease\n", i);
	struct lexicon *l = built("a.tsv", text);
	const struct lexicon *one = l;
	struct names_options o = {.lexicons = &one, .n_lexicons = 1, .narrower = true};
	struct names names;
	assert_int_equal(
		names_widen_by(&o, SLICE("zorb disease"), tokenizer, &arena, &names, NULL), 0);
	assert_true(names.is_cut);
	assert_int_equal(names.n, 257);
	lexicon_close(l);
	free(text);
}

/* Cycles in is_a come to an end. */
static void a_circle_of_concepts_ends(void **state)
{
	struct lexicon *l =
		built("a.tsv", "# lodestone concepts\naa\t\t\t\t\t\tbb\nbb\t\t\t\t\t\taa\n");
	assert_true(widens(l, "aa", "bb/synonym/narrower", true));
	lexicon_close(l);
}

static void initials_are_of_three_words_or_more_and_not_a_known_abbreviation(void **state)
{
	const struct lexicon *l = lexicon_builtin();
	struct names_options o = {.lexicons = &l, .n_lexicons = 1, .initials = true};
	static const struct {
		const char *condition, *initials;
	} rows[] = {{"fibrodysplasia ossificans progressiva", "FOP"},
		{"giant zorb of the foot", "GZF"}, {"zorb disease", NULL},
		{"zorb of the lower 5 lobe", NULL}, {"cold aortic drizzle", NULL}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct names names;
		const struct name *found = NULL;
		assert_int_equal(names_widen_by(&o, slice_str(rows[i].condition), tokenizer, &arena,
					 &names, NULL),
			0);
		for (uint32_t k = 0; k < names.n; k++)
			found = names.at[k].is_initials ? &names.at[k] : found;
		assert_int_equal(found != NULL, rows[i].initials != NULL);
		if (!found)
			continue;
		assert_true(slice_eq(found->text, slice_str(rows[i].initials)));
		assert_true(found->is_ambiguous && found->as_written);
	}
}

static double ms_since(const struct timespec *from)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)(now.tv_sec - from->tv_sec) * 1e3 +
	       (double)(now.tv_nsec - from->tv_nsec) / 1e6;
}

/* 60,000 names: the look-up touches a slot per word, whatever the size.  The bound is generous, since
 * sanitizers run this too; bench/lexicon_bench.c measures. */
static void a_big_lexicon_opens_at_once(void **state)
{
	struct lexicon_builder *b;
	struct lexicon_counts counts;
	struct buf bytes = {0};
	struct timespec start;
	char name[64];
	assert_int_equal(lexicon_builder_create(&b), 0);
	for (unsigned i = 0; i < 60000; i++) {
		snprintf(name, sizeof(name), "w%u kind%u disease of x%u", i % 9000, i % 71, i);
		uint32_t c = lexicon_builder_concept(b, slice_str(name));
		assert_int_equal(
			lexicon_builder_name(b, c, slice_str(name), LEXICON_PREFERRED, 0, NULL), 0);
	}
	assert_int_equal(lexicon_builder_finish(b, &bytes, &counts, NULL), 0);
	lexicon_builder_destroy(b);
	struct lexicon *l;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	assert_int_equal(lexicon_view(buf_slice(&bytes), "big", &l, NULL), 0);
	assert_true(ms_since(&start) < 500);
	for (unsigned i = 0; i < 60000; i += 997) {
		snprintf(name, sizeof(name), "w%u kind%u disease of x%u", i % 9000, i % 71, i);
		uint32_t node = LEXICON_ROOT;
		struct tok_doc d;
		assert_int_equal(tok_words(tokenizer, slice_str(name), &arena, &d, NULL), 0);
		for (uint32_t k = 0; k < d.n_words; k++)
			node = lexicon_step(l, node, lexicon_word(l, tok_term(&d, &d.words[k])));
		assert_int_equal(lexicon_node_names(l, node), 1);
	}
	lexicon_close(l);
	buf_release(&bytes);
}

static void what_is_no_lexicon_is_refused_with_a_reason(void **state)
{
	struct lexicon *l;
	struct err e;
	write_file("no.lex",
		"no lexicon at all, but long enough to hold a header of eighty bytes.....");
	assert_int_equal(lexicon_open(in_folder("no.lex"), &l, &e), LODE_CORRUPT);
	assert_non_null(strstr(e.text, "no.lex"));
	assert_int_equal(lexicon_open(in_folder("absent"), &l, &e), LODE_NOTFOUND);
	assert_int_equal(lexicon_open(folder, &l, &e), LODE_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_concepts_give_each_other_their_names),
		cmocka_unit_test(our_abbreviations_join_the_concept_of_their_long_form),
		cmocka_unit_test(obo_scopes_are_kept_apart_and_obsolete_terms_left_out),
		cmocka_unit_test(icd_titles_are_names_and_codes_a_hierarchy),
		cmocka_unit_test(umls_english_strings_that_are_not_suppressed_are_taken),
		cmocka_unit_test(a_wrong_line_is_told_with_its_number),
		cmocka_unit_test(any_flipped_byte_and_any_cut_is_noticed),
		cmocka_unit_test(numbers_out_of_range_do_no_harm),
		cmocka_unit_test(the_same_inputs_give_the_same_bytes),
		cmocka_unit_test(two_lexicons_lend_each_other_what_they_share),
		cmocka_unit_test(a_name_is_near_where_any_concept_of_the_asked_name_has_it),
		cmocka_unit_test(too_many_descendants_are_said_to_be_cut),
		cmocka_unit_test(a_circle_of_concepts_ends),
		cmocka_unit_test(initials_are_of_three_words_or_more_and_not_a_known_abbreviation),
		cmocka_unit_test(a_big_lexicon_opens_at_once),
		cmocka_unit_test(what_is_no_lexicon_is_refused_with_a_reason),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
