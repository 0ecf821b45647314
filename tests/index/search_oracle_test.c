/* chart_find against brute force on random charts: an independent matcher, written down as the rules
 * are told and without any table, over every note as it was put. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "index/match.h"
#include "tests/index/search_chart.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { NOTES = 40, NAMES = 4, TEXT_MAX = 9000, CHARTS = 5, QUESTIONS = 150 };

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

/* ---- the rules, told plainly (ASCII is enough for these texts) ---- */

static bool is_light(char c)
{
	return strchr(" \t\r\n-/\"'`()", c) != NULL;
}

static size_t keep(char *to, const char *p, size_t n, bool strict)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (strict ? !isspace((unsigned char)p[i]) : !is_light(p[i]))
			to[kept++] = p[i];
	return kept;
}

static bool blank_line(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != '\n')
			continue;
		for (size_t k = i + 1; k < n && isspace((unsigned char)p[k]); k++)
			if (p[k] == '\n')
				return true;
	}
	return false;
}

static bool gap_ok(const struct tok_doc *name, uint32_t i, const struct tok_doc *d, uint32_t j)
{
	char asked[600], got[TEXT_MAX];
	const char *p = name->text.p + name->words[i].end, *q = d->text.p + d->words[j].end;
	size_t n = name->words[i + 1].start - name->words[i].end;
	size_t m = d->words[j + 1].start - d->words[j].end;
	struct slice left = tok_term(name, &name->words[i]);
	struct slice right = tok_term(name, &name->words[i + 1]);
	if ((m > 64 && m > n) || (blank_line(q, m) && !blank_line(p, n)))
		return false;
	bool strict =
		isdigit((unsigned char)left.p[left.n - 1]) && isdigit((unsigned char)right.p[0]);
	size_t a = keep(asked, p, n, strict), b = keep(got, q, m, strict);
	if (a == b && memcmp(asked, got, a) == 0)
		return true;
	bool initial = left.n <= 2 && isalpha((unsigned char)left.p[0]) &&
		       isalpha((unsigned char)left.p[left.n - 1]);
	return !strict && (b == 0 || (initial && b == 1 && got[0] == '.'));
}

/* Kept by word, as the same few are asked for all the time. */
static const struct inflections *inflections_of(struct slice word)
{
	static struct {
		char word[TOK_TERM_MAX];
		size_t n;
		struct inflections other;
	} kept[1024];
	unsigned at = digest64(word) % 1024;
	if (kept[at].n != word.n || memcmp(kept[at].word, word.p, word.n) != 0) {
		memcpy(kept[at].word, word.p, word.n);
		kept[at].n = word.n;
		inflect(word, &kept[at].other);
	}
	return &kept[at].other;
}

/* 0 no, 1 equal, 2 inflected */
static int same_word(struct slice asked, struct slice got)
{
	if (slice_eq(asked, got))
		return 1;
	if (asked.n == 0 || asked.n > TOK_TERM_MAX)
		return 0;
	const struct inflections *other = inflections_of(asked);
	for (uint32_t i = 0; i < other->n; i++)
		if (slice_eq(other->at[i], got))
			return 2;
	return 0;
}

static struct slice together(struct slice a, struct slice b, char room[2 * TOK_TERM_MAX])
{
	memcpy(room, a.p, a.n);
	memcpy(room + a.n, b.p, b.n);
	return slice_of(room, a.n + b.n);
}

static uint8_t type_of_mask(const struct tok_doc *d, uint32_t j)
{
	for (uint32_t i = 0; i < d->n_masks; i++)
		if (d->masks[i].start == d->words[j].start)
			return d->masks[i].type;
	return TOK_MASK_OTHER;
}

static bool has_digit(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (isdigit((unsigned char)s.p[i]))
			return true;
	return false;
}

static bool may_mask(const struct tok_doc *name, uint32_t i, uint8_t type)
{
	bool says = false;
	if (name->words[i].kind != TOK_WORD_PLAIN || has_digit(tok_term(name, &name->words[i])))
		return false;
	for (uint32_t k = 0; k < name->n_words; k++) {
		struct slice s = tok_term(name, &name->words[k]);
		says |= k != i && name->words[k].kind == TOK_WORD_PLAIN && !has_digit(s) &&
			s.n >= (name->n_words == 2 ? 5 : 4) && !inflect_is_function_word(s);
	}
	if (!says || name->n_words < 2)
		return false;
	if (name->n_words == 2)
		return i == 0 && type == TOK_MASK_NAME;
	if (i + 1 == name->n_words)
		return type == TOK_MASK_NAME || type == TOK_MASK_UNTYPED;
	return type == TOK_MASK_NAME || type == TOK_MASK_UNTYPED || type == TOK_MASK_PLACE ||
	       type == TOK_MASK_OTHER;
}

struct way {
	int cost; /* 0 exact, 1 inflected, 2 and 3 masked; -1 none */
	uint32_t end;
};

static struct way better(struct way a, struct way b)
{
	if (a.cost < 0 || (b.cost >= 0 && (b.cost < a.cost || (b.cost == a.cost && b.end > a.end))))
		return b;
	return a;
}

static struct way follow(
	const struct tok_doc *name, uint32_t i, const struct tok_doc *d, uint32_t j, int cost)
{
	struct way best = {-1, 0};
	char room[2 * TOK_TERM_MAX];
	if (i == name->n_words)
		return (struct way){cost, j};
	if (j >= d->n_words || (i > 0 && !gap_ok(name, i - 1, d, j - 1)))
		return best;
	struct slice asked = tok_term(name, &name->words[i]), got = tok_term(d, &d->words[j]);
	bool plain = name->words[i].kind == TOK_WORD_PLAIN;
	int same = plain ? same_word(asked, got) : slice_eq(asked, got);
	if (same)
		best = better(best, follow(name, i + 1, d, j + 1, cost | (same == 2)));
	if (i + 1 < name->n_words) {
		struct slice next = tok_term(name, &name->words[i + 1]);
		const char *p = name->text.p + name->words[i].end;
		size_t n = name->words[i + 1].start - name->words[i].end;
		bool two_digits = isdigit((unsigned char)asked.p[asked.n - 1]) &&
				  isdigit((unsigned char)next.p[0]);
		if (name->words[i].kind != TOK_WORD_MASK &&
			name->words[i + 1].kind != TOK_WORD_MASK && keep(room, p, n, false) == 0 &&
			!blank_line(p, n) && !two_digits && asked.n + next.n >= 3 &&
			!(inflect_is_function_word(asked) && n == 1 && *p == ' ') &&
			same_word(together(asked, next, room), got))
			best = better(best, follow(name, i + 2, d, j + 1, cost | 1));
	}
	if (j + 1 < d->n_words) {
		struct slice next = tok_term(d, &d->words[j + 1]);
		const char *p = d->text.p + d->words[j].end;
		size_t n = d->words[j + 1].start - d->words[j].end, k = 1;
		bool border = isdigit((unsigned char)got.p[got.n - 1]) !=
			      isdigit((unsigned char)next.p[0]);
		size_t lines = 0, blanks = 0;
		for (k = n && p[0] == '-'; k < n && isspace((unsigned char)p[k]); k++)
			p[k] == '\n' ? lines++ : blanks++;
		bool hyphen = n && p[0] == '-';
		bool split = n > 0 && n <= 64 && k == n && lines <= 1 &&
			     (hyphen ? lines || !blanks : border);
		if (split && got.n + next.n >= 3 && got.n + next.n <= TOK_TERM_MAX) {
			struct slice whole = together(got, next, room);
			if (plain ? same_word(asked, whole) : slice_eq(asked, whole))
				best = better(best, follow(name, i + 1, d, j + 2, cost | 1));
		}
	}
	if (d->words[j].kind == TOK_WORD_MASK && cost < 2 && may_mask(name, i, type_of_mask(d, j)))
		best = better(best, follow(name, i + 1, d, j + 1, cost | 2));
	return best;
}

static bool longer(const struct hit *a, const struct hit *b)
{
	uint32_t x = a->end - a->start, y = b->end - b->start;
	if (x != y)
		return x > y;
	return a->name != b->name ? a->name < b->name : a->start < b->start;
}

/* Takes the longest left, drops what overlaps it, until none is left. */
static uint32_t resolve(struct hit *hits, uint32_t n, struct hit *out)
{
	uint32_t kept = 0;
	while (n > 0) {
		uint32_t best = 0, left = 0;
		for (uint32_t i = 1; i < n; i++)
			if (longer(&hits[i], &hits[best]))
				best = i;
		struct hit taken = out[kept++] = hits[best];
		for (uint32_t i = 0; i < n; i++)
			if (hits[i].end <= taken.start || hits[i].start >= taken.end)
				hits[left++] = hits[i];
		n = left;
	}
	return kept;
}

static int by_start(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	return x->start < y->start ? -1 : 1;
}

enum { HITS = 4000 };

static uint32_t brute_force(
	const struct tok_doc *names, uint32_t n_names, const struct tok_doc *d, struct hit *out)
{
	static struct hit all[NAMES * HITS];
	uint32_t n = 0;
	for (uint32_t k = 0; k < n_names; k++)
		for (uint32_t j = 0; j < d->n_words; j++) {
			struct way w = follow(&names[k], 0, d, j, 0);
			if (w.cost < 0)
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
	n = resolve(all, n, out);
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
		at[asked.n++] = (struct name){text, VIA_EXACT, false};
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
