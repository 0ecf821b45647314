/* base/automaton against a brute-force search over random phrases. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/automaton.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WORDS_MAX = 8, HITS_MAX = 256 };

struct hits {
	uint32_t value[HITS_MAX];
	unsigned n_words[HITS_MAX];
	unsigned n;
};

static void note_hit(void *arg, uint32_t value, unsigned n_words)
{
	struct hits *h = arg;
	assert_true(h->n < HITS_MAX);
	h->value[h->n] = value;
	h->n_words[h->n++] = n_words;
}

static unsigned split(const char *text, struct slice words[WORDS_MAX])
{
	unsigned n = 0;
	while (*text && n < WORDS_MAX) {
		size_t len = strcspn(text, " ");
		words[n++] = slice_of(text, len);
		text += len + (text[len] == ' ');
	}
	return n;
}

static void add(struct automaton_builder *b, const char *phrase, uint32_t value)
{
	struct slice words[WORDS_MAX];
	unsigned n = split(phrase, words);
	assert_int_equal(automaton_add(b, words, n, value), 0);
}

static struct automaton *built(struct automaton_builder *b)
{
	struct automaton *a;
	assert_int_equal(automaton_build(b, &a), 0);
	automaton_builder_destroy(b);
	return a;
}

static struct automaton_builder *builder(void)
{
	struct automaton_builder *b;
	assert_int_equal(automaton_builder_create(&b), 0);
	return b;
}

static uint32_t run(const struct automaton *a, const char *text, struct hits *h)
{
	uint32_t state = 0;
	struct slice words[WORDS_MAX];
	unsigned n = split(text, words);
	for (unsigned i = 0; i < n; i++)
		state = automaton_step(a, state, automaton_word(a, words[i]), note_hit, h);
	return state;
}

static void longest_phrase_that_ends_here_comes_first(void **state)
{
	struct automaton_builder *b = builder();
	add(b, "evidence", 1);
	add(b, "no evidence", 2);
	add(b, "there is no evidence", 3);
	struct automaton *a = built(b);
	struct hits h = {.n = 0};
	run(a, "there is no evidence", &h);
	assert_int_equal(h.n, 3);
	assert_int_equal(h.value[0], 3);
	assert_int_equal(h.n_words[0], 4);
	assert_int_equal(h.value[1], 2);
	assert_int_equal(h.value[2], 1);
	automaton_destroy(a);
}

static void phrase_is_found_through_a_failed_longer_one(void **state)
{
	struct automaton_builder *b = builder();
	add(b, "a b c d", 1);
	add(b, "b c e", 2);
	struct automaton *a = built(b);
	struct hits h = {.n = 0};
	run(a, "a b c e", &h);
	assert_int_equal(h.n, 1);
	assert_int_equal(h.value[0], 2);
	automaton_destroy(a);
}

static void same_phrase_reports_every_value_it_was_added_with(void **state)
{
	struct automaton_builder *b = builder();
	add(b, "rule out", 7);
	add(b, "rule out", 9);
	struct automaton *a = built(b);
	struct hits h = {.n = 0};
	run(a, "to rule out", &h);
	assert_int_equal(h.n, 2);
	assert_int_equal(h.value[0] + h.value[1], 16);
	automaton_destroy(a);
}

static void unknown_word_breaks_a_phrase(void **state)
{
	struct automaton_builder *b = builder();
	add(b, "no sign", 1);
	struct automaton *a = built(b);
	struct hits h = {.n = 0};
	assert_int_equal(run(a, "no clear", &h), 0);
	run(a, "no clear sign", &h);
	assert_int_equal(h.n, 0);
	assert_int_equal(automaton_word(a, SLICE("clear")), AUTOMATON_UNKNOWN);
	assert_int_not_equal(automaton_word(a, SLICE("sign")), AUTOMATON_UNKNOWN);
	automaton_destroy(a);
}

static void empty_automaton_finds_nothing(void **state)
{
	struct automaton *a = built(builder());
	struct hits h = {.n = 0};
	assert_int_equal(run(a, "no sign", &h), 0);
	assert_int_equal(h.n, 0);
	assert_int_equal(automaton_states(a), 1);
	automaton_destroy(a);
}

static void phrase_without_words_is_refused(void **state)
{
	struct automaton_builder *b = builder();
	assert_int_equal(automaton_add(b, NULL, 0, 1), LODE_BADREQ);
	automaton_builder_destroy(b);
}

static void builder_can_be_used_again_after_build(void **state)
{
	struct automaton_builder *b = builder();
	add(b, "first", 1);
	struct automaton *one;
	assert_int_equal(automaton_build(b, &one), 0);
	add(b, "second", 2);
	struct automaton *two = built(b);
	struct hits h = {.n = 0};
	run(one, "first second", &h);
	run(two, "first second", &h);
	assert_int_equal(h.n, 2);
	assert_int_equal(h.value[0], 1);
	assert_int_equal(h.value[1], 2);
	automaton_destroy(one);
	automaton_destroy(two);
}

/* ---- random phrases over a small alphabet, so that they overlap and nest ---- */

enum { PHRASES = 60, LETTERS = 4, TEXT = 400, LONGEST = 6 };

struct sample {
	uint8_t letters[LONGEST];
	unsigned n;
};

static struct slice letter_word(uint8_t letter)
{
	static const char *const words[LETTERS + 1] = {"history", "of", "no", "evidence", "zebra"};
	return slice_str(words[letter]);
}

static unsigned brute(const struct sample *p, const uint8_t *text, unsigned end)
{
	unsigned n = 0;
	for (unsigned i = 0; i < PHRASES; i++)
		n += p[i].n <= end && memcmp(text + end - p[i].n, p[i].letters, p[i].n) == 0;
	return n;
}

static void random_texts_give_the_hits_of_brute_force(void **state)
{
	unsigned seed = (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	struct automaton_builder *b = builder();
	struct sample p[PHRASES];
	for (unsigned i = 0; i < PHRASES; i++) {
		p[i].n = 1 + (unsigned)rand_r(&seed) % LONGEST;
		struct slice words[LONGEST];
		for (unsigned k = 0; k < p[i].n; k++) {
			p[i].letters[k] = (uint8_t)(rand_r(&seed) % LETTERS);
			words[k] = letter_word(p[i].letters[k]);
		}
		assert_int_equal(automaton_add(b, words, p[i].n, i), 0);
	}
	struct automaton *a = built(b);
	uint8_t text[TEXT];
	uint32_t at = 0;
	for (unsigned i = 0; i < TEXT; i++) {
		text[i] = (uint8_t)(rand_r(&seed) % (LETTERS + 1)); /* the last one is unknown */
		struct hits h = {.n = 0};
		at = automaton_step(a, at, automaton_word(a, letter_word(text[i])), note_hit, &h);
		assert_int_equal(h.n, brute(p, text, i + 1));
		for (unsigned k = 0; k < h.n; k++) {
			assert_int_equal(h.n_words[k], p[h.value[k]].n);
			assert_true(k == 0 || h.n_words[k] <= h.n_words[k - 1]);
		}
	}
	automaton_destroy(a);
}

static void many_words_are_told_apart(void **state)
{
	struct automaton_builder *b = builder();
	char word[32];
	for (uint32_t i = 0; i < 5000; i++) {
		struct slice w = slice_of(word, (size_t)snprintf(word, sizeof(word), "term%u", i));
		assert_int_equal(automaton_add(b, &w, 1, i), 0);
	}
	struct automaton *a = built(b);
	for (uint32_t i = 0; i < 5000; i++) {
		struct hits h = {.n = 0};
		snprintf(word, sizeof(word), "term%u", i);
		run(a, word, &h);
		assert_int_equal(h.n, 1);
		assert_int_equal(h.value[0], i);
	}
	assert_true(automaton_bytes(a) < 4 << 20);
	automaton_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(longest_phrase_that_ends_here_comes_first),
		cmocka_unit_test(phrase_is_found_through_a_failed_longer_one),
		cmocka_unit_test(same_phrase_reports_every_value_it_was_added_with),
		cmocka_unit_test(unknown_word_breaks_a_phrase),
		cmocka_unit_test(empty_automaton_finds_nothing),
		cmocka_unit_test(phrase_without_words_is_refused),
		cmocka_unit_test(builder_can_be_used_again_after_build),
		cmocka_unit_test(random_texts_give_the_hits_of_brute_force),
		cmocka_unit_test(many_words_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
