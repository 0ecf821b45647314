/* What a query finds in a note, the plain way. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/index/query_random.h"

#include <strings.h>

/* ---- the answer, the plain way ---- */

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

bool judge(struct asked *q, const struct query *n, unsigned note, uint32_t sections, bool positive,
	struct places *shown)
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
