/* chart_rank against a scan of all texts: random queries of the whole grammar on random charts, with
 * replaced and deleted notes; and the same chart put together otherwise gives the same, scores included. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/pattern.h"
#include "tests/index/plain_match.h"
#include "tests/index/search_chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

enum { NOTES = 24, CHARTS = 4, QUESTIONS = 150, KIDS = 3, LEAVES = 24, PLACES = 6000 };

static unsigned seed;

static unsigned pick(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

#define ONE_OF(list) (list)[pick(sizeof(list) / sizeof(*(list)))]

/* ---- random charts ---- */

static const char *const words[] = {"effusion", "effusions", "tumor", "tumour", "oedema", "edema",
	"follow", "up", "followup", "pre", "eclampsia", "preeclampsia", "c5", "6", "mg", "5mg",
	"pain", "Pains", "chest", "of", "the", "left", "nephrology", "nephritis", "nephro", "MI",
	"myocardial", "infarction", "don't", "haematoma", "NOT", "gout", "Gout", "[**Name**]"};
static const char *const gaps[] = {" ", " ", " ", " ", " ", " ", " ", "-", "/", ", ", ". ", "\n",
	"\n\n", " (", ") ", "\nPLAN:\n", "\nFAMILY HISTORY:\n", "\nASSESSMENT: "};
static const char *const types[] = {"", "Consult", "Nursing", "Discharge summary"};
static const char *const dates[] = {
	"", "2143-01-01", "2143-01-31T10:00:00Z", "2143-02-28", "2142-12-31"};

struct note {
	char id[16];
	const char *date, *type;
	char text[PLAIN_TEXT_MAX];
	size_t n;
	bool live;
	struct tok_doc doc; /* in the arena of the chart's questions */
	uint32_t *ends, n_chunks;
};

static struct note notes[NOTES];

static void random_note(struct note *note)
{
	size_t most = pick(4) == 0 ? 100 : pick(PLAIN_TEXT_MAX - 700) + 300;
	unsigned rare = pick(30) + 2;
	note->n = 0;
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

static void fill_chart(struct test_chart *t)
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

static void fill_fresh(struct test_chart *t)
{
	for (unsigned i = NOTES; i-- > 0;)
		if (notes[i].live)
			add(t, &notes[i]);
	test_chart_commit(t);
}

static void scan_chart(struct test_chart *t, struct arena *a)
{
	for (unsigned i = 0; i < NOTES; i++) {
		struct note *n = &notes[i];
		assert_int_equal(
			tok_scan(t->tokenizer, slice_of(n->text, n->n), a, &n->doc, NULL), 0);
		assert_int_equal(tok_chunks(&n->doc, a, &n->ends, &n->n_chunks), 0);
	}
}

/* ---- random queries ---- */

enum kind { AND, OR, NOT, NEAR, SECTION, WORD, PHRASE, PREFIX, REGEX, WIDE, TYPE, DATE };

struct query {
	enum kind kind;
	struct query *kids[KIDS];
	unsigned n, distance[KIDS], number; /* number: of a leaf with places, in order of writing */
	uint32_t sections;
	char text[200], from[16], to[16];
	struct tok_doc name;
	struct pattern *regex;
	uint32_t found[NOTES]; /* WIDE: places as chart_find has them */
	struct hit *wide[NOTES];
};

struct asked {
	struct arena arena;
	struct test_chart *t;
	char text[8000];
	size_t n;
	bool any;
	unsigned leaves;
	struct query *tree;
	struct pattern_scratch *scratch;
};

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

static struct query *random_query(struct asked *q, unsigned depth, bool in_section);

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

static struct query *random_query(struct asked *q, unsigned depth, bool in_section)
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

/* ---- the answer, the plain way ---- */

struct places {
	struct hit at[PLACES];
	uint32_t n;
};

static void add_place(struct places *p, uint32_t start, uint32_t end, uint32_t name)
{
	assert_true(p->n < PLACES);
	p->at[p->n++] = (struct hit){.start = start, .end = end, .name = name};
}

static void find_regex(
	struct asked *q, const struct query *n, const struct note *note, struct places *out)
{
	struct pattern_match m;
	struct slice text = {note->text, note->n};
	for (size_t from = 0; pattern_find(n->regex, q->scratch, text, from, &m) > 0;) {
		if (m.end[0] > m.start[0])
			add_place(out, (uint32_t)m.start[0], (uint32_t)m.end[0], n->number);
		from = m.end[0] > m.start[0] ? m.end[0] : m.end[0] + 1;
	}
}

/* All places of a leaf, sections aside. */
static void find_all(struct asked *q, const struct query *n, unsigned note, struct places *out)
{
	const struct tok_doc *d = &notes[note].doc;
	out->n = 0;
	if (n->kind == REGEX)
		find_regex(q, n, &notes[note], out);
	for (uint32_t i = 0; n->kind == WIDE && i < n->found[note]; i++)
		add_place(out, n->wide[note][i].start, n->wide[note][i].end, n->number);
	for (uint32_t j = 0; j < d->n_words && n->kind == PREFIX; j++) {
		struct slice term = tok_term(d, &d->words[j]);
		if (term.n >= strlen(n->text) && memcmp(term.p, n->text, strlen(n->text)) == 0)
			add_place(out, d->words[j].start, d->words[j].end, n->number);
	}
	for (uint32_t j = 0; j < d->n_words && (n->kind == WORD || n->kind == PHRASE); j++) {
		struct plain_way w =
			plain_follow(&n->name, 0, d, j, 0, n->kind == WORD ? PLAIN_INFLECT : 0);
		if (w.cost >= 0)
			add_place(out, d->words[j].start, d->words[w.end - 1].end, n->number);
	}
}

static bool in_sections(const struct tok_doc *d, uint32_t byte, uint32_t sections)
{
	for (uint32_t i = 0; i < d->n_sections; i++)
		if (byte >= d->sections[i].start && byte < d->sections[i].end)
			return sections >> d->sections[i].class & 1;
	return sections & 1;
}

static void find_leaf(struct asked *q, const struct query *n, unsigned note, uint32_t sections,
	struct places *out)
{
	uint32_t kept = 0;
	find_all(q, n, note, out);
	for (uint32_t i = 0; i < out->n && sections; i++)
		if (in_sections(&notes[note].doc, out->at[i].start, sections))
			out->at[kept++] = out->at[i];
	out->n = sections ? kept : out->n;
}

/* Words of the note that begin before a byte. */
static unsigned before[PLAIN_TEXT_MAX + 1];

static bool is_near(const struct hit *a, const struct hit *b, unsigned n)
{
	const struct hit *left = a->start < b->start ? a : b, *right = left == a ? b : a;
	return right->start >= left->end && before[right->start] - before[left->end] <= n;
}

struct chain {
	struct places operand[KIDS];
	bool taken[KIDS][PLACES];
};

static bool follow_chain(struct chain *c, const struct query *n, unsigned k, const struct hit *last)
{
	bool any = false;
	if (k == n->n || k == KIDS)
		return true;
	for (uint32_t i = 0; i < c->operand[k].n; i++) {
		const struct hit *h = &c->operand[k].at[i];
		if (last && !is_near(last, h, n->distance[k]))
			continue;
		if (follow_chain(c, n, k + 1, h)) {
			c->taken[k][i] = true;
			any = true;
		}
	}
	return any;
}

static void find_near(struct asked *q, const struct query *n, unsigned note, uint32_t sections,
	struct places *out)
{
	static struct chain c;
	static struct places one;
	memset(c.taken, 0, sizeof(c.taken));
	out->n = 0;
	for (unsigned k = 0; k < n->n; k++) {
		const struct query *kid = n->kids[k];
		c.operand[k].n = 0;
		for (unsigned i = 0; i < (kid->n ? kid->n : 1); i++) {
			find_leaf(q, kid->n ? kid->kids[i] : kid, note, sections, &one);
			for (uint32_t p = 0; p < one.n; p++)
				c.operand[k].at[c.operand[k].n++] = one.at[p];
			assert_true(c.operand[k].n < PLACES / 2);
		}
	}
	const struct tok_doc *d = &notes[note].doc;
	memset(before, 0, sizeof(before));
	for (uint32_t i = 0; i < d->n_words; i++)
		before[d->words[i].start + 1]++;
	for (size_t i = 1; i <= PLAIN_TEXT_MAX; i++)
		before[i] += before[i - 1];
	follow_chain(&c, n, 0, NULL);
	for (unsigned k = 0; k < n->n; k++)
		for (uint32_t i = 0; i < c.operand[k].n; i++)
			if (c.taken[k][i])
				add_place(out, c.operand[k].at[i].start, c.operand[k].at[i].end,
					c.operand[k].at[i].name);
}

static bool in_range(const char *date, const char *from, const char *to)
{
	return date[0] && strncmp(date, from, strlen(from)) >= 0 &&
	       strncmp(date, to, strlen(to)) <= 0;
}

/* Truth; places of what is not negated are added to shown. */
static bool judge(struct asked *q, const struct query *n, unsigned note, uint32_t sections,
	bool positive, struct places *shown)
{
	static struct places found;
	const struct note *at = &notes[note];
	bool all = true, any = false;
	switch (n->kind) {
	case TYPE: return strcasecmp(at->type, n->text) == 0;
	case DATE: return in_range(at->date, n->from, n->to);
	case NOT: return !judge(q, n->kids[0], note, sections, !positive, shown);
	case SECTION: return judge(q, n->kids[0], note, n->sections, positive, shown);
	case AND:
	case OR:
		for (unsigned i = 0; i < n->n; i++) {
			bool one = judge(q, n->kids[i], note, sections, positive, shown);
			all &= one;
			any |= one;
		}
		return n->kind == AND ? all : any;
	case NEAR: find_near(q, n, note, sections, &found); break;
	default: find_leaf(q, n, note, sections, &found);
	}
	for (uint32_t i = 0; i < found.n && positive; i++)
		add_place(shown, found.at[i].start, found.at[i].end, found.at[i].name);
	return found.n > 0;
}

/* ---- comparing ---- */

struct wide_arg {
	struct asked *q;
	struct query *n;
};

static int keep_wide(void *arg, const struct note_view *view, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct wide_arg *w = arg;
	for (unsigned i = 0; i < NOTES; i++)
		if (notes[i].live && slice_eq(view->note_id, slice_str(notes[i].id))) {
			w->n->wide[i] = arena_array(&w->q->arena, struct hit, n_hits);
			memcpy(w->n->wide[i], hits, n_hits * sizeof(*hits));
			w->n->found[i] = n_hits;
		}
	return 0;
}

static void prepare(struct asked *q, struct query *n)
{
	for (unsigned i = 0; i < n->n; i++)
		prepare(q, n->kids[i]);
	if (n->kind != WIDE)
		return;
	struct names names;
	struct search_counts counts;
	struct arena scratch;
	struct wide_arg arg = {q, n};
	arena_init(&scratch, 64 << 20);
	assert_int_equal(
		names_widen(slice_str(n->text), q->t->tokenizer, &q->arena, &names, NULL), 0);
	assert_int_equal(chart_find(q->t->chart, &names, NULL, q->t->tokenizer, NULL, &scratch,
				 keep_wide, &arg, &counts, NULL),
		0);
	arena_release(&scratch);
}

static void release(struct query *n)
{
	for (unsigned i = 0; i < n->n; i++)
		release(n->kids[i]);
	pattern_destroy(n->regex);
}

static struct ranked_result rank(struct asked *q, uint32_t limit, enum ranked_show show)
{
	struct ranked_result r = {0};
	struct rank_query query = {
		.text = {q->text, q->n}, .any = q->any, .limit = limit, .show = show};
	int rc = chart_rank(
		q->t->chart, &query, NULL, q->t->tokenizer, NULL, &q->arena, &r, &q->t->err);
	if (rc < 0)
		fail_msg("%s: %s", q->text, q->t->err.text);
	assert_true(r.counts.complete);
	return r;
}

static const struct ranked *find_result(
	const struct ranked_result *r, const char *id, uint32_t start, uint32_t end)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (slice_eq(r->at[i].note.note_id, slice_str(id)) &&
			r->at[i].chunk_start == start && r->at[i].chunk_end == end)
			return &r->at[i];
	return NULL;
}

static int by_start(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	return x->start < y->start ? -1 : x->start > y->start;
}

static void compare_hits(struct asked *q, const struct note *note, const struct ranked *got,
	const struct hit *hits, uint32_t n)
{
	if (got->n_hits != n)
		fail_msg("seed %u: %s: %u places at %s:%u, not %u", seed, q->text, got->n_hits,
			note->id, got->chunk_start, n);
	for (uint32_t i = 0; i < n; i++)
		if (got->hits[i].start != hits[i].start || got->hits[i].end != hits[i].end ||
			got->hits[i].name != hits[i].name)
			fail_msg("%s: place %u of %s: %u-%u of %u, not %u-%u of %u", q->text, i,
				note->id, got->hits[i].start, got->hits[i].end, got->hits[i].name,
				hits[i].start, hits[i].end, hits[i].name);
	assert_int_equal(got->start, n ? hits[0].start : got->chunk_start);
}

/* How many results the note should give; each is looked for. */
static uint32_t compare_note(struct asked *q, unsigned number, const struct ranked_result *r)
{
	static struct places all, hits;
	const struct note *note = &notes[number];
	uint32_t results = 0, start = 0;
	all.n = 0;
	if (!note->live || !judge(q, q->tree, number, 0, true, &all))
		return 0;
	/* Chunks by all places; those shown are what overlaps leave. */
	static bool has[PLACES];
	memset(has, 0, sizeof(has));
	for (uint32_t i = 0; i < all.n; i++)
		for (uint32_t c = 0; c < note->n_chunks; c++)
			has[c] |= all.at[i].start < note->ends[c] &&
				  (c == 0 || all.at[i].start >= note->ends[c - 1]);
	has[0] |= all.n == 0;
	hits.n = plain_resolve(all.at, all.n, hits.at);
	qsort(hits.at, hits.n, sizeof(*hits.at), by_start);
	for (uint32_t c = 0, at = 0; c < note->n_chunks; start = note->ends[c++]) {
		uint32_t first = at;
		while (at < hits.n && hits.at[at].start < note->ends[c])
			at++;
		if (!has[c])
			continue;
		const struct ranked *got = find_result(r, note->id, start, note->ends[c]);
		if (!got)
			fail_msg(
				"%s (any %d): missed %s from %u", q->text, q->any, note->id, start);
		compare_hits(q, note, got, hits.at + first, at - first);
		results++;
	}
	return results;
}

/* Order, and that a limit and less to show change nothing else. */
static void compare_ways(struct asked *q, const struct ranked_result *r, struct test_chart *fresh)
{
	uint32_t limit = pick(30) + 1;
	struct ranked_result few = rank(q, limit, pick(2) ? RANKED_PLACES : RANKED_CHUNKS), other;
	struct test_chart *worn = q->t;
	q->t = fresh;
	other = rank(q, UINT32_MAX, RANKED_CHUNKS);
	q->t = worn;
	assert_int_equal(few.n, r->n < limit ? r->n : limit);
	assert_int_equal(other.n, r->n);
	for (uint32_t i = 0; i < r->n; i++) {
		const struct ranked *a = &r->at[i], *b = &other.at[i], *c = &few.at[i];
		if (i > 0 && a[-1].score == a->score) {
			int order = slice_cmp(a[-1].note.date, a->note.date);
			order = order ? order : slice_cmp(a[-1].note.note_id, a->note.note_id);
			assert_true(
				order < 0 || (order == 0 && a[-1].chunk_start <= a->chunk_start));
		} else if (i > 0) {
			assert_true(a[-1].score > a->score);
		}
		if (a->score != b->score || a->chunk_start != b->chunk_start ||
			!slice_eq(a->note.note_id, b->note.note_id))
			fail_msg("%s: result %u differs in a chart of one batch: %g, %g", q->text,
				i, a->score, b->score);
		if (i < few.n)
			assert_true(c->score == a->score && c->chunk_start == a->chunk_start &&
				    slice_eq(c->note.note_id, a->note.note_id));
	}
}

static uint32_t ask(struct test_chart *t, struct test_chart *fresh)
{
	struct asked *q = calloc(1, sizeof(*q));
	uint32_t results = 0;
	assert_non_null(q);
	arena_init(&q->arena, 512 << 20);
	assert_int_equal(pattern_scratch_create(&q->scratch), 0);
	q->t = t;
	q->any = pick(3) == 0;
	q->tree = random_query(q, 0, false);
	prepare(q, q->tree);
	struct ranked_result r = rank(q, UINT32_MAX, RANKED_TEXT);
	for (unsigned i = 0; i < NOTES; i++)
		results += compare_note(q, i, &r);
	if (results != r.n || r.matched != r.n)
		fail_msg("%s: %u results, not %u", q->text, r.n, results);
	compare_ways(q, &r, fresh);
	release(q->tree);
	pattern_scratch_destroy(q->scratch);
	arena_release(&q->arena);
	free(q);
	return results;
}

static void chart_rank_equals_a_scan_of_all_texts(void **state)
{
	const char *given = getenv("LODESTONE_TEST_SEED");
	unsigned first = given ? (unsigned)atoi(given) : (unsigned)time(NULL), some = 0;
	uint64_t results = 0;
	for (unsigned chart = 0; chart < CHARTS; chart++) {
		struct test_chart t, fresh;
		struct arena scans;
		seed = first + chart;
		print_message("seed %u\n", seed);
		test_chart_init(&t);
		test_chart_init(&fresh);
		fill_chart(&t);
		fill_fresh(&fresh);
		arena_init(&scans, 256 << 20);
		scan_chart(&t, &scans);
		test_chart_open(&t);
		test_chart_open(&fresh);
		for (unsigned i = 0; i < QUESTIONS; i++) {
			uint32_t n = ask(&t, &fresh);
			results += n;
			some += n > 0;
		}
		arena_release(&scans);
		test_chart_close(&t);
		test_chart_close(&fresh);
		test_chart_finish(&t);
		test_chart_finish(&fresh);
	}
	print_message("%u queries, %u with results, %llu results\n", CHARTS * QUESTIONS, some,
		(unsigned long long)results);
	assert_true(some > CHARTS * QUESTIONS / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chart_rank_equals_a_scan_of_all_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
