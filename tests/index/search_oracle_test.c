/* chart_find against brute force on random charts: an independent matcher, written down as the rules
 * are told and without any table, over every note as it was put. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/match.h"
#include "tests/index/plain_match.h"
#include "tests/index/search_chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { NOTES = 40, NAMES = 4, TEXT_MAX = PLAIN_TEXT_MAX, CHARTS = 5, QUESTIONS = 150 };

static unsigned seed;

static unsigned pick(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

/* ---- random text ---- */

static const char *const words[] = {"effusion", "effusions", "tumor", "tumour", "oedema", "edema",
	"follow", "up", "followup", "x", "ray", "xray", "pre", "eclampsia", "preeclampsia", "c5",
	"c6", "6", "5", "1", "15", "mg", "5mg", "Hunt", "and", "Hess", "pain", "Pains", "chest",
	"of", "the", "left", "St", "Jude", "don't", "Crohn's", "crohn", "disease", "haematoma",
	"hematomas", "as", "a"};
static const char *const masks[] = {
	"___", "[**Name**]", "[**Last Name (un) 5**]", "[**2143-5-2**]", "[**Hospital1 7**]"};
static const char *const gaps[] = {" ", " ", " ", " ", " ", " ", "-", "-", "/", ", ", ". ", "; ",
	"\n", "\n\n", " (", ") ", ": ", ".", "- ", "-\n  ", "\r\n", "  \n \n", "\"",
	"                                                                            "};

static size_t put(char *to, size_t room, const char *s)
{
	if (strlen(s) >= room)
		return 0;
	return (size_t)snprintf(to, room, "%s", s);
}

/* Half of the words are rare: what stands across a chunk border stands nowhere else. */
static const char *random_word(void)
{
	static char rare[8];
	if (pick(2)) {
		size_t n = pick(4) + 2;
		for (size_t i = 0; i < n; i++)
			rare[i] = (char)('a' + (char)pick(26));
		rare[n] = '\0';
		return rare;
	}
	return pick(12) == 0 ? masks[pick(5)] : words[pick(sizeof(words) / sizeof(*words))];
}

static const char *random_gap(void)
{
	return gaps[pick(sizeof(gaps) / sizeof(*gaps))];
}

/* Some notes are one sentence without blanks, some have a word of thousands of letters. */
static size_t random_text(char *to, size_t most)
{
	size_t n = 0;
	unsigned kind = pick(6);
	while (n + 200 < most) {
		n += put(to + n, most - n, random_word());
		n += put(to + n, most - n, kind == 0 ? "-" : kind == 1 ? " " : random_gap());
		if (pick(400) == 0)
			for (unsigned i = 0; i < 3000 && n + 200 < most; i++)
				to[n++] = (char)('a' + (char)pick(3));
	}
	return n;
}

/* ---- the chart as it should be ---- */

struct note {
	char id[16], date[16];
	char text[TEXT_MAX];
	size_t n;
	bool live;
};

static struct note notes[NOTES];

static void fill_note(struct test_chart *t, struct note *note)
{
	static const char *const dates[] = {
		"", "2143-01-01", "2143-01-02", "2143-01-02T10:00:00Z", "2142-12-31"};
	note->n = random_text(note->text, pick(8) == 0 ? 250 : pick(TEXT_MAX - 300) + 300);
	snprintf(note->date, sizeof(note->date), "%.10s", dates[pick(5)]);
	note->live = true;
	test_chart_add(t, note->id, note->date, slice_of(note->text, note->n));
}

static void fill_chart(struct test_chart *t)
{
	for (unsigned i = 0; i < NOTES; i++) {
		snprintf(notes[i].id, sizeof(notes[i].id), "n%02u", (i * 7) % NOTES);
		fill_note(t, &notes[i]);
		if (pick(5) == 0)
			test_chart_commit(t);
	}
	test_chart_commit(t);
	for (unsigned i = 0; i < NOTES / 4; i++) {
		unsigned k = pick(NOTES);
		if (pick(2)) {
			fill_note(t, &notes[k]);
			test_chart_commit(t);
		} else if (notes[k].live) {
			test_chart_delete(t, notes[k].id);
			notes[k].live = false;
		}
	}
}

static int by_date(const void *a, const void *b)
{
	const struct note *x = &notes[*(const unsigned *)a], *y = &notes[*(const unsigned *)b];
	int order = strcmp(x->date, y->date);
	return order ? order : strcmp(x->id, y->id);
}

static int by_start(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	return x->start < y->start ? -1 : 1;
}

enum { HITS = 4000 };

/* Word i + 1 when no sentence ends and no blank line lies between it and word i. */
static bool in_a_row(const struct tok_doc *d, uint32_t i)
{
	unsigned lines = 0;
	for (uint32_t at = d->words[i].end; at < d->words[i + 1].start; at++) {
		lines += d->text.p[at] == '\n';
		if (strchr(".;:!?", d->text.p[at]) || lines > 1)
			return false;
	}
	return true;
}

/* "ca 15" is a tumor marker: a rule of abbrev.c's own list, which random letters meet now and then. */
static bool is_another_thing(
	struct slice name, const struct tok_doc *d, uint32_t first, uint32_t end)
{
	struct slice before = SLICE(""), behind = SLICE("");
	if (first > 0 && in_a_row(d, first - 1))
		before = tok_term(d, &d->words[first - 1]);
	if (end < d->n_words && in_a_row(d, end - 1))
		behind = tok_term(d, &d->words[end]);
	return abbrev_is_another_thing(name, before, behind);
}

static uint32_t brute_force(
	const struct tok_doc *names, uint32_t n_names, const struct tok_doc *d, struct hit *out)
{
	static struct hit all[NAMES * HITS];
	uint32_t n = 0;
	for (uint32_t k = 0; k < n_names; k++)
		for (uint32_t j = 0; j < d->n_words; j++) {
			struct plain_way w =
				plain_follow(&names[k], 0, d, j, 0, PLAIN_INFLECT | PLAIN_MASKS);
			if (w.cost < 0 || is_another_thing(names[k].text, d, j, w.end))
				continue;
			struct hit h = {.start = d->words[j].start,
				.end = d->words[w.end - 1].end,
				.name = k,
				.via = w.cost & 2   ? VIA_MASK
				       : w.cost & 1 ? VIA_INFLECTION
						    : VIA_EXACT};
			for (uint32_t i = j; i < w.end; i++)
				h.mask_overlap |= d->words[i].kind == TOK_WORD_MASK;
			assert_true(n < NAMES * HITS);
			all[n++] = h;
		}
	n = plain_resolve(all, n, out);
	qsort(out, n, sizeof(*out), by_start);
	return n;
}

/* ---- comparing ---- */

struct expect {
	unsigned order[NOTES]; /* indices of live notes */
	uint32_t n, next;      /* live notes; the next that chart_find may report */
	struct tok_doc names[NAMES];
	uint32_t n_names;
	struct test_chart *t;
	unsigned hits, notes;
};

/* Brute force finds nothing in the notes up to (not including) this one. */
static void check_silent(struct expect *x, const char *until)
{
	static struct hit hits[HITS];
	for (; x->next < x->n && (!until || strcmp(notes[x->order[x->next]].id, until) != 0);
		x->next++) {
		struct tok_doc doc;
		struct arena a;
		struct note *note = &notes[x->order[x->next]];
		arena_init(&a, 64 << 20);
		assert_int_equal(
			tok_scan(x->t->tokenizer, slice_of(note->text, note->n), &a, &doc, NULL),
			0);
		uint32_t n = brute_force(x->names, x->n_names, &doc, hits);
		if (n > 0)
			fail_msg("missed %u-%u of name %u in %s", hits[0].start, hits[0].end,
				hits[0].name, note->id);
		arena_release(&a);
	}
}

static int compare(void *arg, const struct note_view *view, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	static struct hit expected[HITS];
	struct expect *x = arg;
	char id[16];
	snprintf(id, sizeof(id), "%.*s", (int)view->note_id.n, view->note_id.p);
	check_silent(x, id);
	if (x->next == x->n)
		fail_msg("%s comes out of order or should not be there", id);
	struct note *note = &notes[x->order[x->next++]];
	assert_true(slice_eq(doc->text, slice_of(note->text, note->n)));
	uint32_t n = brute_force(x->names, x->n_names, doc, expected);
	for (uint32_t i = 0; i < n && i < n_hits; i++) {
		const struct hit *a = &hits[i], *b = &expected[i];
		if (a->start != b->start || a->end != b->end || a->name != b->name ||
			a->via != b->via || a->mask_overlap != b->mask_overlap)
			fail_msg("%s: hit %u: %u-%u of %u via %d, not %u-%u of %u via %d", id, i,
				a->start, a->end, a->name, a->via, b->start, b->end, b->name,
				b->via);
	}
	assert_int_equal(n_hits, n);
	x->hits += n_hits;
	x->notes++;
	return 0;
}

/* A name of random words, or a piece of a note. */
static size_t random_name(char *to)
{
	size_t n = 0;
	if (pick(2)) {
		const struct note *note = &notes[pick(NOTES)];
		size_t most = pick(8) ? 60 : 450;
		most = note->n < most ? note->n : most;
		size_t bytes = pick((unsigned)most) + 1;
		size_t from = pick((unsigned)(note->n - bytes + 1));
		memcpy(to, note->text + from, bytes);
		return bytes;
	}
	for (unsigned i = pick(4) + 1; i > 0; i--) {
		n += put(to + n, 400 - n,
			pick(25) ? words[pick(sizeof(words) / sizeof(*words))] : random_word());
		if (i > 1)
			n += put(to + n, 400 - n, pick(4) ? " " : random_gap());
	}
	return n;
}

static void ask(struct test_chart *t, struct expect *x)
{
	char room[NAMES][512];
	struct name at[NAMES];
	struct names asked = {.at = at};
	struct search_counts counts;
	struct arena a, scratch;
	arena_init(&a, 64 << 20);
	arena_init(&scratch, 64 << 20);
	x->n_names = pick(NAMES) + 1;
	while (asked.n < x->n_names) {
		struct slice text = {room[asked.n], random_name(room[asked.n])};
		assert_int_equal(tok_words(t->tokenizer, text, &a, &x->names[asked.n], NULL), 0);
		if (x->names[asked.n].n_words == 0 || x->names[asked.n].n_words > MATCH_WORDS_MAX)
			continue;
		at[asked.n++] = (struct name){.text = text, .via = VIA_EXACT};
		/* "AS" and "ALL" in capitals follow a rule of their own. */
		assert_int_equal(abbrev_match_flags(text) & MATCH_IN_PROSE, 0);
	}
	x->next = 0;
	int rc = chart_find(
		t->chart, &asked, NULL, t->tokenizer, NULL, &scratch, compare, x, &counts, &t->err);
	if (rc < 0)
		fail_msg("%s", t->err.text);
	check_silent(x, NULL);
	assert_true(counts.complete);
	assert_int_equal(counts.notes_searched, x->n);
	arena_release(&scratch);
	arena_release(&a);
}

static void chart_find_equals_brute_force(void **state)
{
	const char *given = getenv("LODESTONE_TEST_SEED");
	unsigned first = given ? (unsigned)atoi(given) : (unsigned)time(NULL), hits = 0, found = 0;
	for (unsigned chart = 0; chart < CHARTS; chart++) {
		struct test_chart t;
		struct expect x = {.t = &t};
		seed = first + chart;
		print_message("seed %u\n", seed);
		test_chart_init(&t);
		fill_chart(&t);
		for (unsigned i = 0; i < NOTES; i++)
			if (notes[i].live)
				x.order[x.n++] = i;
		qsort(x.order, x.n, sizeof(*x.order), by_date);
		test_chart_open(&t);
		for (unsigned i = 0; i < QUESTIONS; i++)
			ask(&t, &x);
		test_chart_close(&t);
		hits += x.hits;
		found += x.notes;
		test_chart_finish(&t);
	}
	print_message("%u questions, %u notes found, %u hits\n", CHARTS * QUESTIONS, found, hits);
	assert_true(found > CHARTS * QUESTIONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chart_find_equals_brute_force),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
