/* Random charts, and random queries of the whole grammar. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/index/query_random.h"

#include <stdio.h>
#include <stdlib.h>

unsigned seed;
struct note notes[NOTES];

unsigned pick(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

#define ONE_OF(list) (list)[pick(sizeof(list) / sizeof(*(list)))]

/* ---- random charts ---- */

static const char *const words[] = {"effusion", "effusions", "tumor", "tumour", "oedema", "edema",
	"follow", "up", "followup", "pre", "eclampsia", "preeclampsia", "c5", "6", "mg", "5mg",
	"pain", "Pains", "chest", "of", "the", "left", "nephrology", "nephritis", "nephro", "MI",
	"myocardial", "infarction", "don't", "myocar", "dial", "ne", "phritis", "gou", "t", "x",
	"ray", "xray", "3", "35", "haematoma", "NOT", "gout", "Gout", "[**Name**]"};
static const char *const gaps[] = {" ", " ", " ", " ", " ", " ", " ", "-", "-", "-\n", "- ",
	"-\n  ", "/", ", ", ". ", "\n", "\n\n", " (", ") ", "\nPLAN:\n", "\nFAMILY HISTORY:\n",
	"\nASSESSMENT: "};
static const char *const types[] = {"", "Consult", "Nursing", "Discharge summary"};
static const char *const dates[] = {
	"", "2143-01-01", "2143-01-31T10:00:00Z", "2143-02-28", "2142-12-31"};

/* More joins than a chunk keeps, and one that a query may ask for among them. */
static void many_joins(struct note *note)
{
	for (unsigned i = 0; i < 270; i++)
		note->n += (size_t)sprintf(note->text + note->n, "%c%c-%s", 'a' + i / 26,
			'a' + i % 26, i == 100 ? "pre-eclampsia-" : "");
	note->n += (size_t)sprintf(note->text + note->n, "end. ");
}

static void random_note(struct note *note)
{
	size_t most = pick(4) == 0 ? 100 : pick(PLAIN_TEXT_MAX - 700) + 300;
	unsigned rare = pick(30) + 2;
	note->n = 0;
	if (most > 1500 && pick(6) == 0)
		many_joins(note);
	while (note->n + 100 < most)
		note->n += (size_t)snprintf(note->text + note->n, 60, "%s%s",
			pick(rare) ? ONE_OF(words) : "x", ONE_OF(gaps));
	note->date = ONE_OF(dates);
	note->type = ONE_OF(types);
	note->live = true;
}

static void add(struct test_chart *t, const struct note *n)
{
	test_chart_add_typed(t, n->id, n->date, n->type, slice_of(n->text, n->n));
}

void fill_chart(struct test_chart *t)
{
	for (unsigned i = 0; i < NOTES; i++) {
		snprintf(notes[i].id, sizeof(notes[i].id), "n%02u", (i * 7) % NOTES);
		random_note(&notes[i]);
		add(t, &notes[i]);
		if (pick(5) == 0)
			test_chart_commit(t);
	}
	test_chart_commit(t);
	for (unsigned i = 0; i < NOTES / 3; i++) {
		struct note *n = &notes[pick(NOTES)];
		if (pick(2)) {
			random_note(n);
			add(t, n);
			test_chart_commit(t);
		} else if (n->live) {
			test_chart_delete(t, n->id);
			n->live = false;
		}
	}
}

void fill_fresh(struct test_chart *t)
{
	for (unsigned i = NOTES; i-- > 0;)
		if (notes[i].live)
			add(t, &notes[i]);
	test_chart_commit(t);
}

/* ---- random queries ---- */

static void put(struct asked *q, const char *s)
{
	q->n += (size_t)snprintf(q->text + q->n, sizeof(q->text) - q->n, "%s", s);
	assert_true(q->n < sizeof(q->text) - 1);
}

static struct query *new_query(struct asked *q, enum kind kind)
{
	struct query *n = arena_new(&q->arena, struct query);
	assert_non_null(n);
	n->kind = kind;
	return n;
}

/* Words of the chart, or a piece of a note. */
static void random_words(char *to, unsigned most)
{
	size_t n = 0;
	if (pick(3) == 0) {
		const struct note *note = &notes[pick(NOTES)];
		const struct tok_doc *d = &note->doc;
		uint32_t first = d->n_words > 5 ? pick(d->n_words - 4) : 0;
		uint32_t last = first + pick(most);
		if (d->n_words > 5 && d->words[last].end - d->words[first].start < 100) {
			n = d->words[last].end - d->words[first].start;
			memcpy(to, note->text + d->words[first].start, n);
		}
	}
	for (unsigned i = n ? 0 : pick(most) + 1; i > 0; i--)
		n += (size_t)sprintf(to + n, "%s%s", ONE_OF(words), i > 1 ? " " : "");
	to[n] = '\0';
}

static void put_escaped(struct asked *q, const char *s)
{
	for (; *s; s++) {
		char two[3] = {'\\', *s, 0};
		bool sign = strchr("\\\"()*~/: \n", *s) != NULL;
		put(q, sign ? two : two + 1);
	}
}

static void put_quoted(struct asked *q, const char *s)
{
	put(q, "\"");
	for (; *s; s++) {
		char two[3] = {'\\', *s, 0};
		put(q, *s == '"' || *s == '\\' ? two : two + 1);
	}
	put(q, "\"");
}

static void number_leaf(struct asked *q, struct query *n)
{
	n->number = q->leaves++;
	assert_true(q->leaves < LEAVES);
}

static struct query *random_words_leaf(struct asked *q, enum kind kind)
{
	struct query *n = new_query(q, kind);
	number_leaf(q, n);
	do {
		random_words(n->text, kind == PHRASE ? 3 : kind == WIDE ? 2 : pick(4) ? 1 : 2);
		assert_int_equal(
			tok_words(q->t->tokenizer, slice_str(n->text), &q->arena, &n->name, NULL),
			0);
	} while (n->name.n_words == 0 || (kind == WIDE && strstr(n->text, "NOT")));
	if (kind == WIDE)
		put(q, "~");
	if (kind == WORD && strcmp(n->text, "NOT") == 0)
		put(q, "\\");
	if (kind == WORD)
		put_escaped(q, n->text);
	else
		put_quoted(q, n->text);
	return n;
}

static struct query *random_prefix(struct asked *q)
{
	static const char *const prefixes[] = {
		"ne", "neph", "NEPHRO", "pa", "5m", "inf", "zz", "ef", "don"};
	struct query *n = new_query(q, PREFIX);
	number_leaf(q, n);
	snprintf(n->text, sizeof(n->text), "%s", ONE_OF(prefixes));
	put(q, n->text);
	put(q, "*");
	for (char *p = n->text; *p; p++)
		*p |= *p >= 'A' && *p <= 'Z' ? 0x20 : 0;
	return n;
}

static struct query *random_regex(struct asked *q)
{
	static const char *const regexes[] = {"gout", "(?-i)Gout", "\\bpain\\b", "che?st",
		"c\\d|\\dmg", "left\\s+\\w+", "^plan", "x{2,3}", "(?:tumou?r|edema)[ ,.]",
		"nothing here", "[^\\n]{300,}", "x*", "n[e]phr(?=ology)", "infarction.{0,40}?pain",
		"\\x67out", "(?x) g o u t", "ephr[io]", "gout(?!.*pain)"};
	struct query *n = new_query(q, REGEX);
	number_leaf(q, n);
	snprintf(n->text, sizeof(n->text), "%s", ONE_OF(regexes));
	put(q, "/");
	put(q, n->text);
	put(q, "/");
	assert_int_equal(pattern_create(n->text, PATTERN_CASELESS | PATTERN_MULTILINE | PATTERN_UTF,
				 &n->regex, NULL),
		0);
	return n;
}

static struct query *random_filter(struct asked *q)
{
	static const char *const days[] = {
		"2143", "2142", "2143-01", "2143-02", "2143-01-31", "2143-02-28"};
	struct query *n = new_query(q, pick(2) ? TYPE : DATE);
	if (n->kind == TYPE) {
		snprintf(n->text, sizeof(n->text), "%s", ONE_OF(types));
		put(q, "type:");
		if (pick(2) && n->text[0])
			put_escaped(q, n->text);
		else
			put_quoted(q, n->text);
		return n;
	}
	snprintf(n->from, sizeof(n->from), "%s", ONE_OF(days));
	snprintf(n->to, sizeof(n->to), "%s", n->from);
	put(q, "date:");
	switch (pick(4)) {
	case 0: put(q, n->from); break;
	case 1:
		put(q, n->from);
		put(q, "..");
		n->to[0] = '\0';
		break;
	case 2:
		put(q, "..");
		put(q, n->to);
		n->from[0] = '\0';
		break;
	default:
		snprintf(n->to, sizeof(n->to), "2143-02");
		if (strncmp(n->from, n->to, 7) > 0 || strlen(n->from) == 4)
			snprintf(n->from, sizeof(n->from), "2142-12");
		put(q, n->from);
		put(q, "..");
		put(q, n->to);
	}
	return n;
}

static struct query *random_place(struct asked *q)
{
	switch (pick(8)) {
	case 0: return random_prefix(q);
	case 1: return random_words_leaf(q, WIDE);
	case 2:
	case 3: return random_words_leaf(q, PHRASE);
	default: return random_words_leaf(q, WORD);
	}
}

static struct query *random_near(struct asked *q)
{
	struct query *n = new_query(q, NEAR);
	n->n = pick(4) ? 2 : 3;
	for (unsigned i = 0; i < n->n; i++) {
		char room[20];
		n->distance[i] = pick(3) ? pick(6) : pick(101);
		snprintf(room, sizeof(room), " NEAR/%u ", n->distance[i]);
		if (i > 0)
			put(q, room);
		if (pick(4)) {
			n->kids[i] = random_place(q);
			continue;
		}
		n->kids[i] = new_query(q, OR);
		n->kids[i]->n = 2;
		put(q, "(");
		n->kids[i]->kids[0] = random_place(q);
		put(q, " OR ");
		n->kids[i]->kids[1] = random_place(q);
		put(q, ")");
	}
	return n;
}

static struct query *random_section(struct asked *q, unsigned depth)
{
	static const struct {
		const char *name;
		uint32_t sections;
	} at[] = {{"plan", 1u << TOK_SEC_PLAN}, {"family_history", 1u << TOK_SEC_FAMILY},
		{"none,plan,assessment",
			1u << TOK_SEC_NONE | 1u << TOK_SEC_PLAN | 1u << TOK_SEC_ASSESSMENT}};
	struct query *n = new_query(q, SECTION);
	unsigned i = pick(3);
	n->n = 1;
	n->sections = at[i].sections;
	put(q, "(section:");
	put(q, at[i].name);
	put(q, pick(2) && !q->any ? " " : " AND ");
	/* Something to narrow: filters alone would be an error. */
	if (pick(2)) {
		n->kids[0] = random_place(q);
	} else {
		struct query *both = new_query(q, AND);
		both->n = 2;
		both->kids[0] = random_place(q);
		put(q, " AND (");
		both->kids[1] = random_query(q, depth + 1, true);
		put(q, ")");
		n->kids[0] = both;
	}
	put(q, ")");
	return n;
}

static struct query *random_joined(struct asked *q, unsigned depth, bool in_section)
{
	struct query *n = new_query(q, pick(2) ? AND : OR);
	const char *joint = n->kind == AND ? (q->any || pick(2) ? " AND " : "  ") : " OR ";
	n->n = 2 + pick(KIDS - 1);
	for (unsigned i = 0; i < n->n; i++) {
		put(q, i ? joint : "");
		put(q, "(");
		n->kids[i] = random_query(q, depth + 1, in_section);
		put(q, ")");
	}
	return n;
}

struct query *random_query(struct asked *q, unsigned depth, bool in_section)
{
	unsigned what = depth > 2 ? pick(5) : pick(12);
	switch (what) {
	case 0: return random_filter(q);
	case 1: return random_regex(q);
	case 2: return depth > 2 ? random_place(q) : random_near(q);
	case 3:
	case 4: return random_place(q);
	case 5:
		if (!in_section)
			return random_section(q, depth);
		return random_place(q);
	case 6: {
		struct query *n = new_query(q, NOT);
		n->n = 1;
		put(q, "NOT (");
		n->kids[0] = random_query(q, depth + 1, in_section);
		put(q, ")");
		return n;
	}
	default: return random_joined(q, depth, in_section);
	}
}
