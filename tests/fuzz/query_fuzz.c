/* Input: a sign ('a': any), a query.  What parses is printed, and what is printed parses to the same tree,
 * with `any` and without. */
#include "index/query.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const struct query_node *a, const struct query_node *b)
{
	if (a->kind != b->kind || a->widened != b->widened || a->distance != b->distance ||
		a->sections != b->sections || !slice_eq(a->text, b->text) ||
		!slice_eq(a->from, b->from) || !slice_eq(a->to, b->to))
		return false;
	const struct query_node *c = a->first, *d = b->first;
	for (; c && d; c = c->next, d = d->next)
		if (!same(c, d))
			return false;
	return !c && !d;
}

/* Plainest form: what query.h promises of a tree. */
static void check(const struct query_node *n, const struct query_node *above, unsigned depth)
{
	assert(depth <= 4 * QUERY_DEPTH_MAX && n->kind != QUERY_SECTION);
	if (query_is_place(n) || n->kind == QUERY_TYPE || n->kind == QUERY_DATE) {
		assert(!n->first && n->column > 0);
		return;
	}
	assert(n->first && (n->kind == QUERY_NOT) == !n->first->next);
	assert(!above || above->kind != n->kind);
	for (const struct query_node *c = n->first; c; c = c->next) {
		assert(n->kind != QUERY_NEAR || query_is_place(c) || c->kind == QUERY_OR);
		check(c, n, depth + 1);
	}
}

/* Parentheses are bounded where they are written; a tree may take more to write than it took to say. */
static bool is_deep(const struct query_node *n, unsigned depth)
{
	for (const struct query_node *c = n->first; c; c = c->next)
		if (is_deep(c, depth + 1))
			return true;
	return depth >= QUERY_DEPTH_MAX - 1;
}

static void parse_again(
	const struct query_node *n, struct slice text, bool any, struct tokenizer *t)
{
	struct query_node *again = NULL;
	struct err e = {0};
	struct arena a;
	arena_init(&a, 16 << 20);
	int rc = query_parse(text, any, t, &a, &again, &e);
	if (rc < 0)
		assert(is_deep(n, 0) || text.n > QUERY_BYTES_MAX);
	else
		assert(same(n, again));
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tokenizer *t;
	struct query_node *n;
	struct err e = {0};
	struct arena a;
	struct buf text = {0};
	if (size == 0 || (!t && tok_create(&t, NULL) < 0))
		return 0;
	arena_init(&a, 16 << 20);
	int rc = query_parse(slice_of(data + 1, size - 1), data[0] == 'a', t, &a, &n, &e);
	if (rc == 0) {
		check(n, NULL, 0);
		query_print(n, &text);
		parse_again(n, buf_slice(&text), false, t);
		parse_again(n, buf_slice(&text), true, t);
	} else {
		assert(rc == LODE_BADREQ && memcmp(e.text, "query: ", 7) == 0);
	}
	buf_release(&text);
	arena_release(&a);
	return 0;
}
