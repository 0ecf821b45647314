/* Copies against a brute force that compares the words themselves, on generated charts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "daemon/verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOTES_MAX = 400, MENTIONS_MAX = 4000 };

static const char *chartgen;

struct mention {
	const struct tok_doc *d;
	uint32_t word;
};

struct chart {
	struct tok_doc docs[NOTES_MAX];
	uint32_t n_docs;
	struct evidence at[MENTIONS_MAX];
	struct mention places[MENTIONS_MAX];
	uint32_t n;
};

static struct tokenizer *tokenizer;
static struct arena memory;

static int set_up(void **state)
{
	arena_init(&memory, (size_t)1 << 30);
	return tok_create(&tokenizer, NULL);
}

static int tear_down(void **state)
{
	arena_release(&memory);
	tok_destroy(tokenizer);
	return 0;
}

static struct tok_doc *add_note(struct chart *c, struct slice text)
{
	struct tok_doc *d = &c->docs[c->n_docs++];
	assert_int_equal(tok_scan(tokenizer, text, &memory, d, NULL), 0);
	return d;
}

/* Every place of a word becomes a mention. */
static void mention(struct chart *c, struct slice word)
{
	c->n = 0;
	for (uint32_t i = 0; i < c->n_docs; i++)
		for (uint32_t k = 0; k < c->docs[i].n_words && c->n < MENTIONS_MAX; k++) {
			const struct tok_doc *d = &c->docs[i];
			const struct tok_word *w = &d->words[k];
			struct evidence *e = &c->at[c->n];
			if (!slice_eq(tok_term(d, w), word))
				continue;
			*e = (struct evidence){.note_order = i, .order = c->n};
			assert_int_equal(copies_runs(d, w->start, w->end, &memory, &e->runs), 0);
			c->places[c->n++] = (struct mention){d, k};
		}
}

/* The first word of the mention's sentence, and how many it has. */
static uint32_t sentence_of(const struct mention *m, uint32_t *n)
{
	uint32_t first = 0, of = tok_sentence_at(m->d, m->d->words[m->word].start);
	while (tok_sentence_at(m->d, m->d->words[first].start) != of)
		first++;
	for (*n = 0; first + *n < m->d->n_words &&
		     tok_sentence_at(m->d, m->d->words[first + *n].start) == of;
		++*n)
		;
	return first;
}

static bool same_words(
	const struct mention *a, uint32_t x, const struct mention *b, uint32_t y, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (x + i >= a->d->n_words || y + i >= b->d->n_words ||
			!slice_eq(tok_term(a->d, &a->d->words[x + i]),
				tok_term(b->d, &b->d->words[y + i])))
			return false;
	return true;
}

/* Do they stand in the same ten words, or short sentence, at the same place? */
static bool share_run(const struct mention *a, const struct mention *b)
{
	uint32_t n, m;
	for (uint32_t before = 0; before < COPIES_RUN; before++)
		if (before <= a->word && before <= b->word &&
			same_words(a, a->word - before, b, b->word - before, COPIES_RUN))
			return true;
	uint32_t x = sentence_of(a, &n), y = sentence_of(b, &m);
	return n == m && n < COPIES_RUN && a->word - x == b->word - y && same_words(a, x, b, y, n);
}

/* Returns how many are copies. */
static uint32_t assert_as_by_brute_force(struct chart *c)
{
	uint32_t copies = 0;
	assert_int_equal(copies_find(c->at, c->n, &memory), 0);
	for (uint32_t i = 0; i < c->n; i++) {
		int32_t first = COPY_NONE;
		for (uint32_t k = 0; k < i && first == COPY_NONE; k++)
			if (c->at[k].note_order != c->at[i].note_order &&
				share_run(&c->places[k], &c->places[i]))
				first = (int32_t)k;
		assert_int_equal(c->at[i].copy_of, first);
		copies += first != COPY_NONE;
	}
	return copies;
}

static void ten_words_around_the_mention_make_a_copy(void **state)
{
	static const struct {
		const char *one, *other;
		bool copy;
	} rows[] = {
		{"a b c d e gout f g h i j", "a b c d e gout f g h i j", true},
		{"x b c d e gout f g h i j", "A, b. C d\n\ne GOUT f (g) h i\n\nj k", true},
		{"b c d e gout f g h i x", "b c d e gout f g h i y", false},
		{"gout f g h i j k l m n o", "now gout f g h i j k l m n", true},
		{"gout f g h i j k l m n o", "now gout f g h i j k l m x", false},
		{"a b c d e f g h i gout x", "a b c d e f g h i gout y", true},
		{"She has gout.", "she has GOUT", true},
		{"She has gout.", "She has gout now.", false},
		{"No rash. She has gout. No pain.", "Well. She has gout. Home.", true},
		{"gout gout gout gout gout gout gout gout gout gout", "gout", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct chart *c = calloc(1, sizeof(*c));
		add_note(c, slice_str(rows[i].one));
		add_note(c, slice_str(rows[i].other));
		mention(c, SLICE("gout"));
		assert_int_equal(assert_as_by_brute_force(c) > 0, rows[i].copy);
		free(c);
	}
}

/* Few words in many orders: runs that begin alike, stand twice in a note, reach over each other. */
static void random_notes_are_as_by_brute_force(void **state)
{
	static const char *const words[] = {"gout", "a", "b", "c"};
	uint32_t copies = 0, chance = 7;
	for (int round = 0; round < 60; round++) {
		struct chart *c = calloc(1, sizeof(*c));
		for (int i = 0; i < 12; i++) {
			char *text = arena_alloc(&memory, 4096);
			size_t n = 0;
			for (uint32_t k = 0, most = chance % 90; k < most; k++) {
				chance = chance * 1664525 + 1013904223;
				uint32_t word = k % 13 < 11 ? (k * 7 + k / 9) % 4 : chance >> 30;
				n += (size_t)sprintf(text + n, "%s ", words[word]);
			}
			chance = chance * 1664525 + 1013904223;
			add_note(c, slice_of(text, n));
		}
		mention(c, SLICE("gout"));
		copies += assert_as_by_brute_force(c);
		free(c);
		arena_release(&memory);
	}
	assert_true(copies > 100);
}

static struct slice read_all(const char *path)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	char *p = arena_alloc(&memory, 64 << 20);
	size_t n = fread(p, 1, 64 << 20, f);
	fclose(f);
	return slice_of(p, n);
}

/* The notes of the first patient. */
static void read_chart(struct chart *c, struct slice lines)
{
	struct slice patient = {0};
	while (lines.n && c->n_docs < NOTES_MAX) {
		const char *end = memchr(lines.p, '\n', lines.n);
		struct slice line = slice_of(lines.p, end ? (size_t)(end - lines.p) : lines.n);
		struct json *note;
		assert_int_equal(json_parse(line, &memory, &note, NULL), 0);
		struct slice of = json_get(note, "patient")->str;
		if (patient.n && !slice_eq(patient, of))
			break;
		patient = of;
		add_note(c, json_get(note, "text")->str);
		lines = slice_of(line.p + line.n + (end != NULL), lines.n - line.n - (end != NULL));
	}
}

static void generated_charts_are_as_by_brute_force(void **state)
{
	static const char *const asked[] = {
		"pain", "fever", "diabetes", "hypertension", "history", "edema", "nausea", "daily"};
	char folder[] = "/tmp/lode-copies-XXXXXX", command[8192];
	struct chart *c = calloc(1, sizeof(*c));
	uint32_t copies = 0, mentions = 0;
	if (!chartgen) {
		free(c);
		skip();
	}
	assert_non_null(mkdtemp(folder));
	snprintf(command, sizeof(command),
		"'%s' --out %s --patients 1 --words 60000-70000 --notes 150-200 --questions 8",
		chartgen, folder);
	int status = system(command);
	snprintf(command, sizeof(command), "%s/notes.ndjson", folder);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		read_chart(c, read_all(command));
	unlink(command);
	snprintf(command, sizeof(command), "%s/questions.ndjson", folder);
	unlink(command);
	rmdir(folder);
	assert_true(c->n_docs > 100);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		mention(c, slice_str(asked[i]));
		mentions += c->n;
		copies += assert_as_by_brute_force(c);
	}
	print_message("%u notes, %u mentions, %u copies\n", c->n_docs, mentions, copies);
	assert_true(copies > 0 && copies < mentions);
	free(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_words_around_the_mention_make_a_copy),
		cmocka_unit_test(random_notes_are_as_by_brute_force),
		cmocka_unit_test(generated_charts_are_as_by_brute_force),
	};
	chartgen = argc > 1 ? argv[1] : NULL;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
