/* Made-up notes: the same numbers give the same note, the mention is a name and stands where it is said to,
 * and no sign or word gives a label away by itself. */
#include "scorer/train/generate.h"
#include "scorer/train/example.h"
#include "scorer/train/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

static struct arena arena;
static struct names names;
static struct generator *generator;

static int set_up(void **state)
{
	struct err e = {0, ""};
	arena_init(&arena, 64 << 20);
	return names_load(LODESTONE_SOURCE_DIR "/index/lexicon", &arena, &names, &e) ||
	       generator_create(&generator, &names, &e);
}

static int tear_down(void **state)
{
	generator_destroy(generator);
	arena_release(&arena);
	return 0;
}

static struct made_note make(uint64_t seed, uint64_t step, uint32_t index)
{
	struct made_note n = {.text = {.p = NULL}};
	struct err e = {0, ""};
	assert_int_equal(generator_make(generator, seed, step, index, &n, &e), 0);
	return n;
}

static void test_same_numbers_same_note(void **state)
{
	unsigned alike = 0;
	for (uint32_t i = 0; i < 300; i++) {
		struct made_note a = make(3, 5, i), b = make(3, 5, i), c = make(4, 5, i);
		assert_true(slice_eq(buf_slice(&a.text), buf_slice(&b.text)));
		assert_int_equal(a.start, b.start);
		assert_int_equal(a.end, b.end);
		assert_memory_equal(a.label, b.label, 4);
		alike += slice_eq(buf_slice(&a.text), buf_slice(&c.text));
		buf_release(&a.text);
		buf_release(&b.text);
		buf_release(&c.text);
	}
	assert_true(alike < 3);
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool is_same(struct slice a, struct slice b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static bool is_name(struct slice s)
{
	for (unsigned i = 0; i < names.n; i++)
		if (is_same(names.list[i], s))
			return true;
	for (unsigned i = 0; i < names_finding_count; i++)
		if (is_same(slice_str(names_findings[i]), s))
			return true;
	return false;
}

static void test_mention_is_a_name(void **state)
{
	for (uint32_t i = 0; i < 1500; i++) {
		struct made_note n = make(1, 0, i);
		size_t bad;
		assert_int_equal(tok_utf8_check(buf_slice(&n.text), &bad), 0);
		assert_true(n.start < n.end && n.end <= n.text.n);
		assert_true(is_name(slice_of(n.text.p + n.start, n.end - n.start)));
		buf_release(&n.text);
	}
}

/* Notes that hold a sign near the mention, and how many of them have each value of an axis. */
struct sign {
	const char *text;
	unsigned axis;
};

static void test_no_sign_has_one_label(void **state)
{
	static const struct sign signs[] = {{"( - )", 0}, {"( + )", 0}, {"(-)", 0}, {"(+)", 0},
		{": none", 0}, {"2) ", 0}, {" no ", 0}, {"1. ", 3}, {"possible", 1}, {"if ", 1},
		{"in case", 1}, {"risk", 1}, {"history of", 3}, {"mother", 2}, {"?", 1},
		{" in 19", 3}, {"denies", 0}, {"will ", 3}};
	for (unsigned s = 0; s < sizeof(signs) / sizeof(signs[0]); s++) {
		unsigned count[3] = {0, 0, 0}, all = 0;
		for (uint32_t i = 0; i < 8000; i++) {
			struct made_note n = make(2, s, i);
			size_t from = n.start > 40 ? n.start - 40 : 0;
			size_t to = n.end + 12 < n.text.n ? n.end + 12 : n.text.n;
			uint8_t l = n.label[signs[s].axis];
			if (l != LABEL_UNKNOWN && memmem(n.text.p + from, to - from, signs[s].text,
							  strlen(signs[s].text))) {
				count[l]++;
				all++;
			}
			buf_release(&n.text);
		}
		unsigned most = 0;
		for (unsigned l = 0; l < 3; l++)
			most = count[l] > most ? count[l] : most;
		if (all > 20 && most * 100 > all * 97)
			fail_msg("\"%s\": %u of %u have one label", signs[s].text, most, all);
	}
}

/* Every axis' rarer values have their share. */
static void test_labels_are_balanced(void **state)
{
	unsigned count[4][4] = {{0}}, all = 4000;
	for (uint32_t i = 0; i < all; i++) {
		struct made_note n = make(9, 0, i);
		for (unsigned axis = 0; axis < 4; axis++)
			count[axis][n.label[axis] == LABEL_UNKNOWN ? 3 : n.label[axis]]++;
		buf_release(&n.text);
	}
	assert_true(count[0][1] > all / 6);  /* negated */
	assert_true(count[1][1] > all / 12); /* possible */
	assert_true(count[1][2] > all / 10); /* hypothetical */
	assert_true(count[2][1] > all / 10); /* other */
	assert_true(count[3][1] > all / 6);  /* historical */
	assert_true(count[3][2] > all / 12); /* future */
}

static void test_templates_are_checked(void **state)
{
	struct script s = {.random = random_for(1, 0, 0, 0), .names = &names, .here = "ACPR"};
	struct err e = {0, ""};
	assert_int_equal(template_write(&s, "{^she} has {ACPR", &e), LODE_BUG);
	assert_int_equal(template_write(&s, "no {such_bank}", &e), LODE_BUG);
	buf_clear(&s.text);
	s.n = 0;
	assert_int_equal(template_write(&s, "{a|a} {3-3}{|} {NDDS}", &e), 0);
	assert_memory_equal(s.text.p, "a 3 ", 4);
	assert_int_equal(s.n, 1);
	const uint8_t label[4] = {1, 0, 0, 1};
	assert_memory_equal(s.mentions[0].label, label, 4);
	buf_release(&s.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_numbers_same_note),
		cmocka_unit_test(test_mention_is_a_name),
		cmocka_unit_test(test_no_sign_has_one_label),
		cmocka_unit_test(test_labels_are_balanced),
		cmocka_unit_test(test_templates_are_checked),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
