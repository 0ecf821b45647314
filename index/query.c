/* The query language: tokens -> tree.  Recursive descent; parentheses are the only recursion. */
#include "index/query.h"

#include <strings.h>

struct parser {
	struct query_lexer lexer;
	struct query_token now;
	bool any;
	uint32_t depth, leaves, regexes;
	struct err *e;
	int rc; /* the first failure */
};

/* Children on their way into a node. */
struct list {
	struct query_node *first, **end;
	uint32_t n;
};

static void list_init(struct list *l)
{
	*l = (struct list){.end = &l->first};
}

static void add(struct list *l, struct query_node *n)
{
	*l->end = n;
	l->end = &n->next;
	n->next = NULL;
	l->n++;
}

static struct query_node *fail(struct parser *p, int rc)
{
	if (p->rc == 0)
		p->rc = rc;
	return NULL;
}

static struct query_node *refuse(struct parser *p, uint32_t column, const char *why)
{
	return fail(p, err_set(p->e, LODE_BADREQ, "query: column %u: %s", column, why));
}

static void step(struct parser *p)
{
	int rc = p->rc ? 0 : query_lex(&p->lexer, &p->now, p->e);
	if (rc < 0)
		fail(p, rc);
	if (p->rc)
		p->now.kind = QUERY_T_END;
}

static struct query_node *new_node(struct parser *p, enum query_kind kind, uint32_t column)
{
	struct query_node *n = arena_new(p->lexer.a, struct query_node);
	if (!n)
		return fail(p, err_set(p->e, LODE_NOMEM, "no memory for a query"));
	n->kind = kind;
	n->column = column;
	return n;
}

/* ---- groups ---- */

static bool has_places(const struct query_node *n)
{
	if (query_is_place(n))
		return true;
	for (const struct query_node *c = n->first; c; c = c->next)
		if (has_places(c))
			return true;
	return false;
}

/* AND or OR of the list; its members of the same kind are taken apart. */
static struct query_node *join(struct parser *p, enum query_kind kind, const struct list *l)
{
	struct list flat;
	if (p->rc || !l->first || l->n == 1)
		return l->first;
	struct query_node *n = new_node(p, kind, l->first->column), *next;
	list_init(&flat);
	for (struct query_node *c = n ? l->first : NULL; c; c = next) {
		next = c->next;
		if (c->kind != kind) {
			add(&flat, c);
			continue;
		}
		for (struct query_node *g = c->first, *after; g; g = after) {
			after = g->next;
			add(&flat, g);
		}
	}
	if (n)
		n->first = flat.first;
	return n;
}

static void narrow(struct parser *p, struct query_node *n, const struct query_node *section)
{
	for (struct query_node *c = n->first; c; c = c->next)
		narrow(p, c, section);
	if (!query_is_place(n))
		return;
	uint32_t both = n->sections == QUERY_ALL_SECTIONS ? section->sections
							  : n->sections & section->sections;
	if (both == 0)
		refuse(p, section->column, "these sections leave none for the words beside them");
	n->sections = both;
}

/* Takes section filters out of the list and into what stands beside them. */
static void narrow_list(struct parser *p, struct list *l)
{
	struct list rest, sections;
	bool some = false;
	list_init(&rest);
	list_init(&sections);
	for (struct query_node *c = l->first, *next; c; c = next) {
		next = c->next;
		add(c->kind == QUERY_SECTION ? &sections : &rest, c);
		some |= c->kind != QUERY_SECTION && has_places(c);
	}
	if (sections.n > 0 && !some)
		refuse(p, sections.first->column,
			"section: narrows what stands beside it, and no words stand there");
	for (struct query_node *s = sections.first; s && !p->rc; s = s->next)
		for (struct query_node *c = rest.first; c; c = c->next)
			narrow(p, c, s);
	*l = (struct list){.first = rest.first, .n = rest.n};
}

static struct query_node *join_all(struct parser *p, struct list *l)
{
	narrow_list(p, l);
	return p->rc ? NULL : join(p, QUERY_AND, l);
}

/* Side by side with `any`: what is a filter or negated holds for all, of the rest one suffices. */
static struct query_node *join_any(struct parser *p, struct list *l)
{
	struct list must, may;
	narrow_list(p, l);
	if (p->rc)
		return NULL;
	list_init(&must);
	list_init(&may);
	for (struct query_node *c = l->first, *next; c; c = next) {
		next = c->next;
		add(c->kind == QUERY_NOT || !has_places(c) ? &must : &may, c);
	}
	if (may.n > 0) {
		struct query_node *either = join(p, QUERY_OR, &may);
		if (!either)
			return NULL;
		either->next = must.first;
		must.first = either;
		must.n++;
	}
	return join(p, QUERY_AND, &must);
}

/* ---- the grammar ---- */

static struct query_node *parse_either(struct parser *p);

static struct query_node *parse_leaf(struct parser *p)
{
	const struct query_node *leaf = &p->now.leaf;
	if (++p->leaves > QUERY_LEAVES_MAX)
		return refuse(p, leaf->column, "more than 64 words, phrases and filters");
	if (leaf->kind == QUERY_REGEX && ++p->regexes > QUERY_REGEX_MAX)
		return refuse(p, leaf->column, "more than 16 regexes");
	struct query_node *n = new_node(p, leaf->kind, leaf->column);
	if (n)
		*n = *leaf;
	step(p);
	return n;
}

static struct query_node *parse_primary(struct parser *p)
{
	if (p->rc)
		return NULL;
	if (p->now.kind == QUERY_T_LEAF)
		return parse_leaf(p);
	uint32_t column = p->now.column;
	if (p->now.kind != QUERY_T_OPEN)
		return fail(p, query_expected(p->e, column, "a word, a phrase, a filter or \"(\""));
	if (++p->depth > QUERY_DEPTH_MAX)
		return refuse(p, column, "more than 16 parentheses within one another");
	step(p);
	struct query_node *n = parse_either(p);
	if (!p->rc && p->now.kind != QUERY_T_CLOSE)
		return fail(p, query_expected(p->e, p->now.column, "\")\""));
	p->depth--;
	step(p);
	return n;
}

static bool may_be_near(const struct query_node *n)
{
	if (n->kind == QUERY_OR) {
		for (const struct query_node *c = n->first; c; c = c->next)
			if (!query_is_place(c) || c->kind == QUERY_REGEX)
				return false;
		return true;
	}
	return query_is_place(n) && n->kind != QUERY_REGEX;
}

static struct query_node *parse_near(struct parser *p)
{
	struct query_node *n = parse_primary(p);
	struct list chain;
	if (!n || p->now.kind != QUERY_T_NEAR)
		return n;
	list_init(&chain);
	for (uint32_t distance = 0;;) {
		if (!may_be_near(n))
			return fail(p, query_expected(p->e, n->column,
					       "beside NEAR a word, a phrase, a prefix, or an OR "
					       "of them in parentheses"));
		n->distance = (uint8_t)distance;
		add(&chain, n);
		if (p->now.kind != QUERY_T_NEAR)
			break;
		distance = p->now.distance;
		step(p);
		n = parse_primary(p);
		if (!n)
			return NULL;
	}
	struct query_node *near = new_node(p, QUERY_NEAR, chain.first->column);
	if (near)
		near->first = chain.first;
	return near;
}

static struct query_node *parse_unit(struct parser *p)
{
	bool negated = false;
	uint32_t column = p->now.column;
	for (; p->now.kind == QUERY_T_NOT; step(p))
		negated = !negated;
	struct query_node *n = parse_near(p);
	if (p->rc || !negated)
		return p->rc ? NULL : n;
	if (n->kind == QUERY_SECTION)
		return refuse(p, n->column, "section: cannot be negated, only what it narrows");
	if (n->kind == QUERY_NOT) {
		n = n->first;
		n->next = NULL;
		return n;
	}
	struct query_node *negation = new_node(p, QUERY_NOT, column);
	if (negation)
		negation->first = n;
	return negation;
}

/* Units joined by AND; with `any` they are a group of their own as soon as there are two. */
static void parse_both(struct parser *p, struct list *into)
{
	struct list units;
	list_init(&units);
	for (;;) {
		struct query_node *n = parse_unit(p);
		if (!n)
			return;
		add(&units, n);
		if (p->now.kind != QUERY_T_AND)
			break;
		step(p);
	}
	struct query_node *n = units.first, *next;
	if (p->any && units.n > 1)
		n = join_all(p, &units);
	for (; n && !p->rc; n = next) {
		next = p->any ? NULL : n->next;
		add(into, n);
	}
}

static struct query_node *parse_beside(struct parser *p)
{
	struct list l;
	list_init(&l);
	do
		parse_both(p, &l);
	while (!p->rc && p->now.kind != QUERY_T_END && p->now.kind != QUERY_T_OR &&
		p->now.kind != QUERY_T_CLOSE);
	if (p->rc)
		return NULL;
	return p->any ? join_any(p, &l) : join_all(p, &l);
}

static struct query_node *parse_either(struct parser *p)
{
	struct list l;
	list_init(&l);
	for (;;) {
		struct query_node *n = parse_beside(p);
		if (!n)
			return NULL;
		add(&l, n);
		if (p->now.kind != QUERY_T_OR)
			break;
		step(p);
	}
	return join(p, QUERY_OR, &l);
}

int query_parse(struct slice q, bool any, struct tokenizer *t, struct arena *a,
	struct query_node **out, struct err *e)
{
	struct parser p = {.lexer = {.q = q, .t = t, .a = a}, .any = any, .e = e};
	size_t bad;
	if (q.n > QUERY_BYTES_MAX)
		return err_set(e, LODE_BADREQ, "query: more than %d bytes", (int)QUERY_BYTES_MAX);
	if (tok_utf8_check(q, &bad) < 0)
		return err_set(e, LODE_BADREQ, "query: not valid UTF-8 at byte %zu", bad);
	p.lexer.room = arena_alloc(a, q.n + 1);
	if (!p.lexer.room)
		return err_set(e, LODE_NOMEM, "no memory for a query");
	arena_init(&p.lexer.scratch, 4 << 20);
	step(&p);
	struct query_node *n = p.rc ? NULL : parse_either(&p);
	if (!p.rc && p.now.kind != QUERY_T_END)
		fail(&p, query_expected(e, p.now.column, "no \")\" without \"(\""));
	arena_release(&p.lexer.scratch);
	if (p.rc == 0)
		*out = n;
	return p.rc;
}

/* ---- conditions ---- */

static struct slice cut(struct slice s, size_t n)
{
	return slice_of(s.p, s.n < n ? s.n : n);
}

bool query_note_passes(const struct query_node *n, struct slice type, struct slice date)
{
	if (n->kind == QUERY_TYPE)
		return type.n == n->text.n &&
		       (type.n == 0 || strncasecmp(type.p, n->text.p, type.n) == 0);
	if (date.n == 0)
		return false;
	return slice_cmp(cut(date, n->from.n), n->from) >= 0 &&
	       slice_cmp(cut(date, n->to.n), n->to) <= 0;
}
