/* Counts worked out by hand over small tokenizer.json files, and files that are refused, each with its place. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tokenizer/count.h"
#include "tokenizer/unicode.h"

#include <stdio.h>
#include <stdlib.h>

#define GPT2 "\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false}"
#define ABC                                                                                 \
	"{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"c\":2,\"ab\":3,\"bc\":4,\"abc\":5," \
	"\"\\u0120\":6,\"\\u0120a\":7},\"merges\":[\"b c\",\"a b\",\"ab c\",\"\\u0120 a\"]"
#define LLAMA                                                                                  \
	"{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Prepend\","       \
	"\"prepend\":\"\xe2\x96\x81\"},{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},"  \
	"\"content\":\"\xe2\x96\x81\"}]},\"model\":{\"type\":\"BPE\",\"unk_token\":\"<unk>\"," \
	"\"fuse_unk\":true,\"byte_fallback\":%s,\"vocab\":{\"<unk>\":0,\"<0xC3>\":1,"          \
	"\"<0xA9>\":2,\"\xe2\x96\x81\":3,\"a\":4,\"b\":5,\"\xe2\x96\x81"                       \
	"a\":6,"                                                                               \
	"\"b\xe2\x96\x81\":7,\"ab\":8},\"merges\":[%s[\"\xe2\x96\x81\",\"a\"],[\"a\",\"b\"]]}}"
#define BERT                                                                                        \
	"{\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":true,"                         \
	"\"handle_chinese_chars\":true,\"strip_accents\":null,\"lowercase\":true},"                 \
	"\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"},\"added_tokens\":[{\"id\":0,"            \
	"\"content\":\"[MASK]\",\"special\":true,\"normalized\":false,\"lstrip\":true}],"           \
	"\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"max_input_chars_per_word\":6," \
	"\"vocab\":{\"[UNK]\":0,\"go\":1,\"##ut\":2,\"gou\":3,\"##t\":4,\",\":5,\"e\":6}}}"

static struct tok_counter *open_file(const char *json)
{
	struct tok_counter *c = NULL;
	struct err e = {0};
	if (tok_counter_open(&c, slice_str(json), &e))
		fail_msg("%s", e.text);
	return c;
}

static void expect_counts(const char *json, const char *const *texts, const unsigned *counts)
{
	struct tok_counter *c = open_file(json);
	struct tok_counting *s = NULL;
	assert_int_equal(tok_counting_create(&s, c), 0);
	for (int twice = 0; twice < 2; twice++) /* then from the cache */
		for (size_t i = 0; texts[i]; i++) {
			uint64_t n = 99;
			assert_int_equal(tok_count(s, slice_str(texts[i]), &n, NULL), 0);
			if (n != counts[i])
				fail_msg("'%s': %u tokens, not %u", texts[i], (unsigned)n,
					counts[i]);
		}
	tok_counting_destroy(s);
	tok_counter_close(c);
}

static void bpe_joins_what_was_learnt_first(void **state)
{
	(void)state;
	/* "abc": b c is learnt first, so a|bc.  "ab c": ab | blank | c.  A z is no token, there is no unk, and
	 * what stands beside it is joined. */
	static const char *const texts[] = {
		"", "a", "abc", "ab", "ab c", "ab a", "abab", "z", "azb", "ab  a", NULL};
	static const unsigned counts[] = {0, 1, 2, 1, 3, 2, 2, 0, 1, 3};
	expect_counts("{\"model\":" ABC "}," GPT2 "}", texts, counts);
	/* With ignore_merges a whole piece that is a token is one. */
	static const char *const whole[] = {"abc", "abcc", NULL};
	static const unsigned of_whole[] = {1, 3};
	expect_counts("{\"model\":" ABC ",\"ignore_merges\":true}," GPT2 "}", whole, of_whole);
}

static void a_text_without_pre_tokenizer_is_one_piece(void **state)
{
	(void)state;
	char json[2048];
	/* "a" is "_a", "a a" is "_a" twice, "ab" is "_a" and b; a Z and an X beside it are one unknown; an e with accent
	 * is two bytes, or one unknown. */
	static const char *const texts[] = {
		"", "a", "a a", "ab", "b a", "aZX", "aZ a", "\xc3\xa9", NULL};
	static const unsigned counts[] = {0, 1, 2, 2, 3, 2, 3, 3};
	static const unsigned without[] = {0, 1, 2, 2, 3, 2, 3, 2};
	snprintf(json, sizeof(json), LLAMA, "true", "");
	expect_counts(json, texts, counts);
	snprintf(json, sizeof(json), LLAMA, "false", "");
	expect_counts(json, texts, without);
	/* "b_" is a token: "b a" is "_", "b_", "a", and no word may be cut there. */
	snprintf(json, sizeof(json), LLAMA, "true", "[\"b\",\"\xe2\x96\x81\"],");
	expect_counts(json, texts, counts);
	static const char *const across[] = {"bb b", "b b b", NULL};
	static const unsigned of_across[] = {4, 4};
	expect_counts(json, across, of_across);
}

/* "<0x63>" stands for a c that the vocabulary lacks, <unk> for what has no byte either: both may be merged with what
 * begins the next word. */
static void a_text_is_not_cut_where_a_byte_or_the_unknown_joins_the_next_word(void **state)
{
	static const char bytes[] =
		"{\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},"
		"\"content\":\"\xe2\x96\x81\"},\"model\":{\"type\":\"BPE\","
		"\"unk_token\":\"<unk>\",\"fuse_unk\":true,\"byte_fallback\":true,\"vocab\":{"
		"\"<unk>\":0,\"<0x63>\":1,\"\xe2\x96\x81\":2,\"a\":3,\"b\":4,"
		"\"<0x63>\xe2\x96\x81\":5,\"<unk>\xe2\x96\x81\":6},\"merges\":[%s]}}";
	static const char *const texts[] = {"ac a", "ad a", "ab a", NULL};
	static const struct {
		const char *merges;
		unsigned counts[3];
	} rows[] = {{"", {4, 4, 4}}, {"[\"<0x63>\",\"\xe2\x96\x81\"]", {3, 4, 4}},
		{"[\"<unk>\",\"\xe2\x96\x81\"]", {4, 3, 4}}};
	/* An unknown letter without a token is left out, and its neighbours meet; "<0x-1>" is no byte. */
	static const char without[] =
		"{\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},"
		"\"content\":\"\xe2\x96\x81\"},\"model\":{\"type\":\"BPE\",\"byte_fallback\":true,"
		"\"vocab\":{\"<0x63>\":0,\"<0x-1>\":1,\"\xe2\x96\x81\":2,\"a\":3,\"b\":4,"
		"\"a\xe2\x96\x81\":5,\"<0x-1>\xe2\x96\x81\":6},"
		"\"merges\":[[\"a\",\"\xe2\x96\x81\"],[\"<0x-1>\",\"\xe2\x96\x81\"]]}}";
	static const char *const left_out[] = {"ad a", "ab a", NULL};
	char json[1024];
	expect_counts(without, left_out, (const unsigned[]){2, 4});
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(json, sizeof(json), bytes, rows[i].merges);
		expect_counts(json, texts, rows[i].counts);
	}
}

static void wordpiece_takes_the_longest(void **state)
{
	(void)state;
	/* "gout" is gou ##t; "goutt" gou ##t ##t; "goat" unknown; more than six letters unknown, whatever they are. */
	static const char *const texts[] = {"gout", "GO\xc3\x9bT", "goutt", "goat", "gouttt",
		"goutttt", "gout,gout", "\xe4\xb8\xad\xe4\xb8\xad", "  [MASK] gout", "go\x01ut",
		"\xc3\xa9", NULL};
	static const unsigned counts[] = {2, 2, 3, 1, 4, 1, 5, 2, 3, 2, 1};
	expect_counts(BERT, texts, counts);
}

/* A regex, how it cuts, and the pieces of "ab  12.c": with no merges a letter is a token, so pieces are told apart by
 * ignore_merges, which makes "ab" and "12" one. */
static void splits_do_as_they_say(void **state)
{
	(void)state;
	static const struct {
		const char *regex, *behavior;
		unsigned tokens;
	} rows[] = {
		{"[a-z]+", "Isolated", 7},           /* ab|  12.|c: 1 + 5 + 1 */
		{"\\\\s+", "Removed", 5},            /* ab|12.c: 1 + 4 */
		{"\\\\s+", "MergedWithPrevious", 8}, /* "ab  "|12.c: 4 + 4 */
		{"\\\\s", "MergedWithNext", 7},      /* ab|" "|" 12.c": 1 + 1 + 5 */
		{"[0-9]", "Contiguous", 7},          /* "ab  "|12|.c: 4 + 1 + 2 */
	};
	static const char format[] =
		"{\"model\":{\"type\":\"BPE\",\"ignore_merges\":true,\"vocab\":{\"a\":0,\"b\":1,\"ab\":2,"
		"\"1\":3,\"2\":4,\"12\":5,\".\":6,\"c\":7,\" \":8},\"merges\":[]},\"pre_tokenizer\":{"
		"\"type\":\"Split\",\"pattern\":{\"Regex\":\"%s\"},\"behavior\":\"%s\"}}";
	static const char *const texts[] = {"ab  12.c", NULL};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char json[600];
		snprintf(json, sizeof(json), format, rows[i].regex, rows[i].behavior);
		expect_counts(json, texts, &rows[i].tokens);
	}
}

/* The comma between two ideographs is of the scripts that use it, and of none itself. */
static void a_script_is_its_letters_alone(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"\xe6\xbc\xa2\xe3\x80\x81\xe5\xad\x97", "\xe6\xbc\xa2", NULL};
	static const unsigned counts[] = {1, 0};
	expect_counts(
		"{\"model\":{\"type\":\"BPE\",\"vocab\":{\"\xe3\x80\x81\":0},\"merges\":[]},"
		"\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"[\\\\p{Han}]+\"},"
		"\"behavior\":\"Removed\"}}",
		texts, counts);
}

/* A file that makes a page of every letter: an error, and the memory of the machine stays. */
static void what_grows_beyond_measure_is_an_error(void **state)
{
	(void)state;
	enum { LETTERS = 1 << 10 };
	static char json[LETTERS + 400], text[LETTERS * 80 + 1];
	char *at =
		stpcpy(json, "{\"model\":" ABC "},\"normalizer\":{\"type\":\"Replace\",\"pattern\":"
			     "{\"String\":\"a\"},\"content\":\"");
	memset(at, 'b', LETTERS);
	strcpy(at + LETTERS, "\"}}");
	memset(text, 'a', sizeof(text) - 1);
	struct tok_counter *c = open_file(json);
	struct tok_counting *s = NULL;
	struct err e = {0};
	uint64_t n;
	assert_int_equal(tok_counting_create(&s, c), 0);
	assert_true(tok_count(s, slice_of(text, sizeof(text) - 1), &n, &e) < 0);
	assert_int_equal(tok_count(s, SLICE("c"), &n, &e), 0);
	assert_int_equal(n, 1);
	tok_counting_destroy(s);
	tok_counter_close(c);
}

static void what_is_not_understood_is_refused_with_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *json, *why;
	} rows[] = {
		{"", "byte 0"},
		{"[]", "the file is no object"},
		{"{\"model\":{\"type\":\"BPE\"", "byte 22"},
		{"{}", "no \"model\""},
		{"{\"version\":\"2.0\",\"model\":" ABC "}}", "byte 11: only version"},
		{"{\"model\":{\"type\":\"Unigram\",\"vocab\":[]}}", "byte 9: model \"Unigram\""},
		{"{\"model\":" ABC ",\"dropout\":0.1}}", "dropout"},
		{"{\"model\":" ABC ",\"news\":1}}", "\"news\""},
		{"{\"model\":" ABC "},\"news\":1}", "\"news\""},
		{"{\"model\":" ABC ",\"unk_token\":\"?\"}}", "unk_token"},
		{"{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}}",
			"byte 42: id 0"},
		{"{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}",
			"no whole number"},
		{"{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a\"]}}",
			"no pair"},
		{"{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a a\"]}}",
			"does not have"},
		{"{\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"?\",\"vocab\":{\"a\":0}}}",
			"unk_token"},
		{"{\"model\":" ABC "},\"normalizer\":{\"type\":\"NFKC\"}}", "normalizer \"NFKC\""},
		{"{\"model\":" ABC
		 "},\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":"
		 "\"Precompiled\"}]}}",
			"normalizer \"Precompiled\""},
		{"{\"model\":" ABC "},\"pre_tokenizer\":{\"type\":\"UnicodeScripts\"}}",
			"UnicodeScripts"},
		{"{\"model\":" ABC
		 "},\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"^a\"},"
		 "\"behavior\":\"Removed\"}}",
			"from its byte 0 on: ^a"},
		{"{\"model\":" ABC "},\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":"
		 "\"a{2}+\"},\"behavior\":\"Removed\"}}",
			"from its byte 4 on"},
		{"{\"model\":" ABC "},\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":"
		 "\"[a&&b]\"},\"behavior\":\"Removed\"}}",
			"from its byte 2 on"},
		{"{\"model\":" ABC "},\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":"
		 "\"(?i:\\\\u00df)\"},\"behavior\":\"Removed\"}}",
			"from its byte 5 on"},
		{"{\"model\":" ABC "},\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":"
		 "\"[\\\\s-\\\\u9fff]\"},\"behavior\":\"Removed\"}}",
			"from its byte 3 on"},
		{"{\"model\":" ABC "},\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":"
		 "\"[a-\\\\s]\"},\"behavior\":\"Removed\"}}",
			"from its byte 3 on"},
		{"{\"model\":" ABC
		 "},\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a\"},"
		 "\"behavior\":\"Lost\"}}",
			"behavior"},
		{"{\"model\":" ABC "},\"added_tokens\":[{\"content\":\"x\",\"single_word\":true}]}",
			"single_word"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tok_counter *c = NULL;
		struct err e = {0};
		assert_true(tok_counter_open(&c, slice_str(rows[i].json), &e) < 0);
		assert_null(c);
		if (!strstr(e.text, rows[i].why))
			fail_msg("\"%s\" does not say \"%s\"", e.text, rows[i].why);
	}
}

/* A whole file is read, and no beginning of it. */
static void no_file_is_cut_short(void **state)
{
	(void)state;
	size_t n = strlen(BERT);
	for (size_t i = 0; i < n; i++) {
		struct tok_counter *c = NULL;
		assert_true(tok_counter_open(&c, slice_of(BERT, i), NULL) < 0);
	}
}

static void forms_are_canonical(void **state)
{
	(void)state;
	static const struct {
		const char *text, *nfd, *nfc, *small;
	} rows[] = {
		{"a\xcc\x81\xcc\xa3", "a\xcc\xa3\xcc\x81", "\xe1\xba\xa1\xcc\x81",
			"a\xcc\x81\xcc\xa3"},
		{"\xc3\x89", "E\xcc\x81", "\xc3\x89", "\xc3\xa9"},
		{"\xed\x95\x9c", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c",
			"\xed\x95\x9c"},
		{"\xe2\x84\xab", "A\xcc\x8a", "\xc3\x85", "\xc3\xa5"},
		{"\xc4\xb0", "I\xcc\x87", "\xc4\xb0", "i\xcc\x87"},
		{"\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc", "\xe0\xa4\x95\xe0\xa4\xbc",
			"\xe0\xa5\x98"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out[3] = {{0}, {0}, {0}};
		uni_nfd(slice_str(rows[i].text), &out[0]);
		uni_nfc(slice_str(rows[i].text), &out[1]);
		uni_lower(slice_str(rows[i].text), &out[2]);
		const char *const want[] = {rows[i].nfd, rows[i].nfc, rows[i].small};
		for (int k = 0; k < 3; k++) {
			if (!slice_eq(buf_slice(&out[k]), slice_str(want[k])))
				fail_msg("row %zu, form %d", i, k);
			buf_release(&out[k]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bpe_joins_what_was_learnt_first),
		cmocka_unit_test(a_text_without_pre_tokenizer_is_one_piece),
		cmocka_unit_test(a_text_is_not_cut_where_a_byte_or_the_unknown_joins_the_next_word),
		cmocka_unit_test(wordpiece_takes_the_longest),
		cmocka_unit_test(splits_do_as_they_say),
		cmocka_unit_test(a_script_is_its_letters_alone),
		cmocka_unit_test(what_grows_beyond_measure_is_an_error),
		cmocka_unit_test(what_is_not_understood_is_refused_with_its_place),
		cmocka_unit_test(no_file_is_cut_short),
		cmocka_unit_test(forms_are_canonical),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
