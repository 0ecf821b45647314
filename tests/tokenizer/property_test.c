/* Contiguous, covering, in order: on byte soup and on shuffled clinical lines. */
#include "tests/tokenizer/covering.h"
#include "tests/tokenizer/scanned.h"

#include <time.h>

static uint64_t seed;

static uint32_t below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 11) % n;
}

static void expect_covering(struct slice text)
{
	struct scanned s;
	scanned_init(&s, text);
	const char *wrong = covering(&s.doc, &s.arena);
	if (wrong)
		fail_msg("%s", wrong);
	scanned_finish(&s);
}

static void put_code_point(struct buf *b)
{
	static const char *const pieces[] = {"a", "Z", "7", " ", " ", "\n", ".", ":", "'", "’", "s",
		"___", "***", "[**", "**]", "**NAME[", "]", "<NAME>", "XXXX", "•", "\t", "\r\n",
		"é", "\xCC\x81", "中", "😀", "\xC2\xA0", "1.", "2)", "?", "PMH:", "PLAN", "Dr.", ",",
		"-", "/", "(", ")", "\xC2\xAD", "\x01", "Ⅷ", "#"};
	buf_put_str(b, pieces[below(sizeof(pieces) / sizeof(pieces[0]))]);
}

static void soup_is_covered(void **state)
{
	(void)state;
	struct buf b = {0};
	for (int round = 0; round < 3000; round++) {
		uint32_t n = round % 50 == 0 ? below(20000) : below(200);
		buf_clear(&b);
		while (b.n < n)
			put_code_point(&b);
		expect_covering(buf_slice(&b));
	}
	buf_release(&b);
}

static void clinical_lines_in_any_order_are_covered(void **state)
{
	(void)state;
	static const char *const lines[] = {"PAST MEDICAL HISTORY:", "ALLERGIES", "Plan", "GOUT",
		"1. Gout 2. CHF. 3. HTN", "Seen by Dr. [**Last Name**] on ___.",
		"HEENT: clear.LUNGS: dry.", "S: pain", "O: T 98.6", "A:", "P: rest",
		"no distress. FAMILY HISTORY: none", "- bullet one", "• bullet two • three",
		"VITAL SIGNS: BP 120/80", "    ", "",
		"The patient is a forty year old man who was brought to the emergency department",
		"by his wife with pain.", "____________________", "*** URGENT ***",
		"aspirin 81 mg p.o. q.d.", "**Plan:** rest", "Müller's sign, naïve",
		"IMPRESSION:,  Gout.,"};
	static const char *const glue[] = {"\n", "\n", "\n", " ", "", "\n\n", "\r\n", "  "};
	struct buf b = {0};
	for (int round = 0; round < 1500; round++) {
		buf_clear(&b);
		for (uint32_t i = 0, n = below(60); i < n; i++) {
			buf_put_str(&b, lines[below(sizeof(lines) / sizeof(lines[0]))]);
			buf_put_str(&b, glue[below(sizeof(glue) / sizeof(glue[0]))]);
		}
		expect_covering(buf_slice(&b));
	}
	buf_release(&b);
}

static double scan_seconds(const char *piece, size_t bytes)
{
	struct buf b = {0};
	struct scanned s;
	struct timespec from, to;
	while (b.n < bytes)
		buf_put_str(&b, piece);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	scanned_init(&s, buf_slice(&b));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	scanned_finish(&s);
	buf_release(&b);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Eight times the text must not take sixty-four times as long; 24 leaves room for a busy machine. */
static void hostile_repetitions_take_linear_time(void **state)
{
	(void)state;
	static const char *const pieces[] = {"*** a ", "___ ", "[**", "[", "A:", "a:", "A :", "1. ",
		". ", "XX/", " ", "\n", "\n ", "PLAN: ", "PLAN ", "(A)", "'s", "\xCC\x81", "PMH:\n",
		"A, ", "**A[", "<A", "中", "é ", "Ⅷ, ", "A. ", "a) ", "\xCC\x81 ", "a\xCC\x81",
		"\r\n", "[**a ", "<NAME ", "A - ", "a/"};
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		double small = scan_seconds(pieces[i], 64 << 10),
		       large = scan_seconds(pieces[i], 512 << 10);
		if (large > 0.05 && large > 24 * small)
			fail_msg("\"%s\": %.3f s for 64 KiB, %.3f s for 512 KiB", pieces[i], small,
				large);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(soup_is_covered),
		cmocka_unit_test(clinical_lines_in_any_order_are_covered),
		cmocka_unit_test(hostile_repetitions_take_linear_time),
	};
	const char *given = getenv("LODESTONE_SEED");
	seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	seed = seed ? seed : 1;
	print_message("LODESTONE_SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
