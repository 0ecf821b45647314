/* Ranked search: what one note's text says. */
#include "index/rank.h"

#include <stdlib.h>
#include <time.h>

/* A regex is tried on so many places before deadline and cancel are looked at: few at first in a long
 * text, where one place may cost a walk to its end, more when they turn out cheap. */
enum { SLICE_WORK = 4 << 20, SLICE_MOST = 64 << 10, SLICE_FAST_NS = 200 * 1000 };

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int no_memory(struct err *e, size_t bytes)
{
	return err_set(e, LODE_NOMEM, "no memory to search a note of %zu bytes", bytes);
}

/* ---- places of leaves ---- */

struct reading {
	struct rank *r;
	struct rank_text *out;
	struct rank_leaf *leaf;
	uint32_t number; /* of the leaf */
	size_t cap;
};

static int add_place(struct reading *x, uint32_t start, uint32_t end, enum via via)
{
	struct hit *at = arena_grow(&x->r->scratch, x->out->places[x->number],
		x->out->n_places[x->number], sizeof(*at), &x->cap);
	if (!at)
		return LODE_NOMEM;
	x->out->places[x->number] = at;
	at[x->out->n_places[x->number]++] =
		(struct hit){.start = start, .end = end, .name = x->number, .via = via};
	return 0;
}

static int read_prefix(struct reading *x)
{
	const struct tok_doc *d = &x->out->doc;
	struct slice prefix = x->leaf->prefix;
	int rc = 0;
	for (uint32_t i = 0; i < d->n_words && rc == 0; i++) {
		struct slice term = tok_term(d, &d->words[i]);
		if (d->words[i].kind != TOK_WORD_MASK && term.n >= prefix.n &&
			memcmp(term.p, prefix.p, prefix.n) == 0)
			rc = add_place(x, d->words[i].start, d->words[i].end, VIA_EXACT);
	}
	return rc;
}

static bool holds_literal(struct slice text, struct slice literal)
{
	char both[3] = {literal.p[0], literal.p[0], 0};
	if (both[0] >= 'a')
		both[1] &= ~0x20;
	for (size_t i = 0; i + literal.n <= text.n; i++) {
		const char *p = memchr(text.p + i, both[0], text.n - i);
		const char *q = both[1] == both[0]
					? NULL
					: memchr(text.p + i, both[1],
						  p ? (size_t)(p - text.p) - i : text.n - i);
		p = q ? q : p;
		if (!p || literal.n > text.n - (size_t)(p - text.p))
			return false;
		if (strncasecmp(p, literal.p, literal.n) == 0)
			return true;
		i = (size_t)(p - text.p);
	}
	return false;
}

static int limit_failed(const struct reading *x, int rc, struct err *e)
{
	uint32_t column = x->leaf->node->column;
	if (rc == LODE_TOOBIG)
		return err_set(
			e, rc, "the regex at column %u gave up on a note (match limit)", column);
	return err_set(e, rc, "the regex at column %u failed", column);
}

/* Where it stands does not matter. */
static bool one_is_enough(const struct reading *x)
{
	return !x->leaf->shown && !x->r->needs_sections;
}

static int read_regex(struct reading *x, struct err *e)
{
	struct slice text = x->out->doc.text;
	struct pattern_match m;
	size_t from = 0, slice = text.n < 1024 ? 4096 : SLICE_WORK / text.n + 1;
	if (x->leaf->literal.n > 0 && !holds_literal(text, x->leaf->literal))
		return 0;
	while (from < text.n) {
		uint64_t before = now_ns();
		size_t last = text.n - from < slice ? text.n : from + slice;
		int rc = scope_stop(x->r->stop, e);
		if (rc < 0)
			return rc;
		rc = pattern_find_within(x->leaf->regex, x->r->regex_scratch, text, from, last, &m);
		if (rc < 0)
			return limit_failed(x, rc, e);
		if (rc > 0 && m.start[0] < m.end[0] &&
			add_place(x, (uint32_t)m.start[0], (uint32_t)m.end[0], VIA_EXACT) < 0)
			return no_memory(e, text.n);
		if (x->out->n_places[x->number] > RANK_PLACES_MAX)
			return err_set(e, LODE_BADREQ,
				"query: column %u: the regex matches more than %d times in a note",
				x->leaf->node->column, (int)RANK_PLACES_MAX);
		if (x->out->n_places[x->number] > 0 && one_is_enough(x))
			return 0;
		from = rc > 0 && m.end[0] > from ? m.end[0] : last + 1;
		while (from < text.n && ((unsigned char)text.p[from] & 0xc0) == 0x80)
			from++;
		if (slice < SLICE_MOST && now_ns() - before < SLICE_FAST_NS)
			slice *= 2;
	}
	return 0;
}

/* Hits of the matcher, which are those of all leaves, each to its own leaf. */
static int share_hits(struct reading *x, const struct hit *hits, uint32_t n)
{
	int rc = 0;
	size_t caps[QUERY_LEAVES_MAX] = {0};
	for (uint32_t i = 0; i < n && rc == 0; i++) {
		x->number = x->r->leaf_of[hits[i].name];
		x->cap = caps[x->number];
		rc = add_place(x, hits[i].start, hits[i].end, hits[i].via);
		caps[x->number] = x->cap;
		if (rc == 0)
			x->out->places[x->number][x->out->n_places[x->number] - 1].mask_overlap =
				hits[i].mask_overlap;
	}
	return rc;
}

static int read_leaves(struct rank *r, struct rank_text *out, struct err *e)
{
	struct hit *hits = NULL;
	uint32_t n = 0;
	struct reading x = {.r = r, .out = out};
	int rc = r->n_names ? matcher_run(r->m, &out->doc, &r->scratch, &hits, &n) : 0;
	if (rc == 0)
		rc = share_hits(&x, hits, n);
	for (uint32_t i = 0; i < r->n_leaves && rc == 0; i++) {
		struct reading one = {.r = r, .out = out, .leaf = &r->leaves[i], .number = i};
		if (one.leaf->node->kind == QUERY_PREFIX)
			rc = read_prefix(&one);
		else if (one.leaf->node->kind == QUERY_REGEX)
			rc = read_regex(&one, e);
		else if (one.leaf->node->widened)
			rc = matcher_resolve(out->places[i], &out->n_places[i], &r->scratch);
		if (rc < 0 && one.leaf->node->kind == QUERY_REGEX)
			return rc;
	}
	return rc ? no_memory(e, out->doc.text.n) : 0;
}

/* ---- sections ---- */

static void keep_sections(struct rank *r, struct rank_text *t, uint32_t leaf)
{
	uint32_t kept = 0, sections = r->leaves[leaf].node->sections;
	struct scope own = {.sections = sections};
	struct hit *at = t->places[leaf];
	for (uint32_t i = 0; i < t->n_places[leaf]; i++)
		if (scope_has_byte(r->scope, &t->doc, at[i].start) &&
			(sections == QUERY_ALL_SECTIONS ||
				scope_has_byte(&own, &t->doc, at[i].start)))
			at[kept++] = at[i];
	t->n_places[leaf] = kept;
}

/* ---- NEAR ---- */

/* A place of an operand, in words of the note. */
struct near_place {
	uint32_t first, end;
	struct hit hit;
	bool left, right; /* a chain leads here from the first operand, on to the last */
};

struct near_operand {
	struct near_place *at;
	uint32_t n;
};

/* The first word that begins at the byte or behind. */
static uint32_t word_at(const struct tok_doc *d, uint32_t byte)
{
	uint32_t low = 0, high = d->n_words;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (d->words[mid].start < byte)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static uint32_t count_places(const struct rank_text *t, const struct query_node *n)
{
	uint32_t count = 0;
	if (query_is_place(n))
		return t->n_places[n->number];
	for (const struct query_node *c = n->first; c; c = c->next)
		count += t->n_places[c->number];
	return count;
}

static void take_places(
	const struct rank_text *t, const struct query_node *leaf, struct near_operand *o)
{
	for (uint32_t i = 0; i < t->n_places[leaf->number]; i++) {
		const struct hit *h = &t->places[leaf->number][i];
		o->at[o->n++] = (struct near_place){
			word_at(&t->doc, h->start), word_at(&t->doc, h->end), *h, false, false};
	}
}

static int read_operand(struct rank *r, const struct rank_text *t, const struct query_node *n,
	struct near_operand *o)
{
	o->n = 0;
	o->at = arena_array(&r->scratch, struct near_place, count_places(t, n));
	if (!o->at)
		return LODE_NOMEM;
	if (query_is_place(n))
		take_places(t, n, o);
	for (const struct query_node *c = n->first; c; c = c->next)
		take_places(t, c, o);
	return 0;
}

/* Is there one among the marked beginnings or ends of words [from, to]?  sums: of marks before. */
static bool any_between(const uint32_t *sums, uint32_t n_words, uint32_t from, uint32_t to)
{
	to = to > n_words ? n_words : to;
	return from <= to && sums[to + 1] > sums[from];
}

/* Places of b that have one of a, of those a chain leads to, with at most `distance` words between: marks
 * where a's begin and end, and sums them up, so that the cost does not grow with a times b. */
static int link_operands(struct rank *r, uint32_t n_words, const struct near_operand *a, bool left,
	struct near_operand *b, uint32_t distance)
{
	uint32_t *begins = arena_array(&r->scratch, uint32_t, (size_t)n_words + 2);
	uint32_t *ends = arena_array(&r->scratch, uint32_t, (size_t)n_words + 2);
	if (!begins || !ends)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < a->n; i++)
		if (left ? a->at[i].left : a->at[i].right) {
			begins[a->at[i].first + 1] = 1;
			ends[a->at[i].end + 1] = 1;
		}
	for (uint32_t i = 1; i < n_words + 2; i++) {
		begins[i] += begins[i - 1];
		ends[i] += ends[i - 1];
	}
	for (uint32_t i = 0; i < b->n; i++) {
		struct near_place *p = &b->at[i];
		uint32_t low = p->first > distance ? p->first - distance : 0;
		bool near = any_between(ends, n_words, low, p->first) ||
			    any_between(begins, n_words, p->end, p->end + distance);
		if (left)
			p->left = near;
		else
			p->right = near;
	}
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

static int keep_chained(struct rank *r, struct rank_text *t, uint32_t near,
	const struct near_operand *o, uint32_t n)
{
	size_t total = 0;
	for (uint32_t k = 0; k < n; k++)
		total += o[k].n;
	struct hit *hits = arena_alloc(&r->scratch, (total + 1) * sizeof(*hits));
	uint32_t kept = 0;
	if (!hits)
		return LODE_NOMEM;
	for (uint32_t k = 0; k < n; k++)
		for (uint32_t i = 0; i < o[k].n; i++)
			if (o[k].at[i].left && o[k].at[i].right)
				hits[kept++] = o[k].at[i].hit;
	if (kept > 1)
		qsort(hits, kept, sizeof(*hits), by_start);
	t->near[near] = hits;
	t->n_near[near] = kept;
	return 0;
}

static int read_near(struct rank *r, struct rank_text *t, uint32_t near)
{
	struct near_operand o[QUERY_LEAVES_MAX] = {0};
	uint8_t distance[QUERY_LEAVES_MAX] = {0};
	uint32_t n = 0, words = t->doc.n_words;
	int rc = 0;
	for (const struct query_node *c = r->nears[near]->first; c && rc == 0; c = c->next) {
		distance[n] = c->distance;
		rc = read_operand(r, t, c, &o[n++]);
		if (rc == 0 && o[n - 1].n == 0)
			return 0;
	}
	for (uint32_t i = 0; i < o[0].n && rc == 0; i++)
		o[0].at[i].left = true;
	for (uint32_t k = 1; k < n && rc == 0; k++)
		rc = link_operands(r, words, &o[k - 1], true, &o[k], distance[k]);
	for (uint32_t i = 0; rc == 0 && i < o[n - 1].n; i++)
		o[n - 1].at[i].right = true;
	for (uint32_t k = n - 1; k > 0 && rc == 0; k--)
		rc = link_operands(r, words, &o[k], false, &o[k - 1], distance[k]);
	return rc ? rc : keep_chained(r, t, near, o, n);
}

/* ---- the note ---- */

struct outlook {
	bool may, must;
};

/* What is left of the tree when no phrase stands in the note. */
static struct outlook without_phrases(const struct rank *r, const struct query_node *n)
{
	struct outlook out = {true, false}, one;
	switch (n->kind) {
	case QUERY_TYPE:
	case QUERY_DATE: return out;
	case QUERY_NOT:
		one = without_phrases(r, n->first);
		return (struct outlook){!one.must, !one.may};
	case QUERY_AND:
	case QUERY_OR:
	case QUERY_NEAR:
		out = without_phrases(r, n->first);
		for (const struct query_node *c = n->first->next; c; c = c->next) {
			bool either = n->kind == QUERY_OR;
			one = without_phrases(r, c);
			out.may = either ? out.may || one.may : out.may && one.may;
			out.must = either ? out.must || one.must : out.must && one.must;
		}
		return out;
	default: out.may = !r->leaves[n->number].several_words; return out;
	}
}

static bool phrases_may_stand(struct rank *r, struct slice text)
{
	bool sieve = false;
	for (uint32_t i = 0; i < r->n_leaves; i++) {
		const struct rank_leaf *l = &r->leaves[i];
		if (l->has_glance && glance_may_stand(&l->glance, text))
			return true;
		sieve |= l->several_words && !l->has_glance;
	}
	return sieve && sieve_near_pass(&r->sieve, text);
}

static bool may_answer(struct rank *r, struct slice text)
{
	return !r->any_phrase || without_phrases(r, r->tree).may || phrases_may_stand(r, text);
}

int rank_read(struct rank *r, const struct note_view *v, bool sections, struct rank_text *out,
	struct err *e)
{
	struct slice text;
	*out = (struct rank_text){0};
	int rc = chart_text(r->c, v, &r->scratch, &text, e);
	if (rc == 0 && !may_answer(r, text))
		return 0;
	if (rc == 0 && (sections || r->needs_sections))
		rc = tok_scan(r->t, text, &r->scratch, &out->doc, e);
	else if (rc == 0)
		rc = tok_words(r->t, text, &r->scratch, &out->doc, e);
	if (rc == 0)
		rc = read_leaves(r, out, e);
	if (rc < 0)
		return rc;
	for (uint32_t i = 0; i < r->n_leaves && r->needs_sections; i++)
		keep_sections(r, out, i);
	for (uint32_t i = 0; i < r->n_nears && rc == 0; i++)
		if (read_near(r, out, i) < 0)
			rc = no_memory(e, text.n);
	return rc ? rc : 1;
}

bool rank_is_true(const struct rank *r, const struct query_node *n, const struct note_view *v,
	const struct rank_text *t)
{
	switch (n->kind) {
	case QUERY_NOT: return !rank_is_true(r, n->first, v, t);
	case QUERY_NEAR: return t->n_near[n->number] > 0;
	case QUERY_TYPE:
	case QUERY_DATE: return query_note_passes(n, v->type, v->date);
	case QUERY_AND:
	case QUERY_OR:
		for (const struct query_node *c = n->first; c; c = c->next)
			if (rank_is_true(r, c, v, t) != (n->kind == QUERY_AND))
				return n->kind == QUERY_OR;
		return n->kind == QUERY_AND;
	default: return t->n_places[n->number] > 0;
	}
}

struct hit *rank_places(const struct rank_text *t, const struct query_node *item, uint32_t *n)
{
	bool near = item->kind == QUERY_NEAR;
	*n = near ? t->n_near[item->number] : t->n_places[item->number];
	return near ? t->near[item->number] : t->places[item->number];
}
