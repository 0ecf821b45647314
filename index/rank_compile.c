/* A query's tree made ready: names for the matcher, prefixes, regexes, and what counts for the score. */
#include "index/rank.h"

#include <stdlib.h>

static int refuse(const struct query_node *n, struct err *e, const char *why)
{
	return err_set(e, LODE_BADREQ, "query: column %u: %s", n->column, why);
}

/* ---- names ---- */

static int add_name(
	struct rank *r, const struct query_node *n, struct match_name name, struct err *e)
{
	if (r->n_names == RANK_NAMES_MAX)
		return refuse(n, e, "the words behind ~ stand for more than 256 names in all");
	r->leaf_of[r->n_names] = n->number;
	r->names[r->n_names++] = name;
	return 0;
}

static int add_widened(struct rank *r, const struct query_node *n, struct err *e)
{
	struct names names;
	int rc = names_widen(n->text, r->t, &r->work, &names, e);
	for (uint32_t i = 0; i < names.n && rc == 0; i++)
		rc = add_name(r, n,
			(struct match_name){
				names.at[i].text, names.at[i].via, match_flags(&names.at[i])},
			e);
	return rc;
}

static int compile_words(struct rank *r, struct rank_leaf *leaf, struct err *e)
{
	const struct query_node *n = leaf->node;
	unsigned flags = n->kind == QUERY_PHRASE ? MATCH_EXACT_WORDS : 0;
	leaf->first_name = r->n_names;
	int rc = n->widened ? add_widened(r, n, e)
			    : add_name(r, n, (struct match_name){n->text, VIA_EXACT, flags}, e);
	leaf->n_names = r->n_names - leaf->first_name;
	return rc;
}

static int compile_prefix(struct rank *r, struct rank_leaf *leaf, struct err *e)
{
	struct tok_doc doc;
	int rc = tok_words(r->t, leaf->node->text, &r->work, &doc, e);
	if (rc == 0)
		leaf->prefix = tok_term(&doc, &doc.words[0]);
	return rc;
}

/* ---- regexes ---- */

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* "k" and "s" have caseless forms outside ASCII (the Kelvin sign, the long s). */
static bool is_literal(char c)
{
	return is_alnum(c) && (c | 0x20) != 'k' && (c | 0x20) != 's';
}

/* Past a group or class that begins at i; 0: it does not end, or what it does to the rest is unclear. */
static size_t skip_class(struct slice re, size_t i)
{
	size_t from = ++i;
	i += i < re.n && re.p[i] == '^';
	i += i < re.n && re.p[i] == ']';
	for (; i < re.n && re.p[i] != ']'; i++) {
		if (re.p[i] == '[')
			return 0;
		i += re.p[i] == '\\';
	}
	return i < re.n && i >= from ? i + 1 : 0;
}

static size_t skip_group(struct slice re, size_t i)
{
	unsigned depth = 0;
	while (i < re.n) {
		char c = re.p[i];
		if (c == '[') {
			i = skip_class(re, i);
			if (i == 0)
				return 0;
			continue;
		}
		i += c == '\\' ? 2 : 1;
		depth += c == '(';
		depth -= c == ')';
		if (depth == 0)
			return i;
	}
	return 0;
}

static size_t skip_braces(struct slice re, size_t i)
{
	while (i < re.n && re.p[i] != '}')
		i++;
	return i + 1;
}

/* Of "\x41", "\p{Lu}", "\12" what is behind is part. */
static size_t skip_escape(struct slice re, size_t i)
{
	bool longer = i + 1 < re.n && strchr("xpPoNcgk0123456789", re.p[i + 1]);
	i += 2;
	while (longer && i < re.n && is_alnum(re.p[i]))
		i++;
	return longer && i < re.n && re.p[i] == '{' ? skip_braces(re, i) : i;
}

/* A regex with settings, verbs or quoting is not looked into: "(?i)", "(?x)", "(*ACCEPT)", "\Q". */
static bool is_plain(struct slice re)
{
	for (size_t i = 0; i + 1 < re.n; i++) {
		if (re.p[i] == '\\' && strchr("QEKGX", re.p[i + 1]))
			return false;
		if (re.p[i] == '(' && re.p[i + 1] == '*')
			return false;
		if (re.p[i] == '(' && re.p[i + 1] == '?' &&
			(i + 2 == re.n || !strchr(":=!", re.p[i + 2])))
			return false;
		i += re.p[i] == '\\';
	}
	return true;
}

static bool may_repeat_none(struct slice re, size_t i)
{
	return i < re.n && (re.p[i] == '?' || re.p[i] == '*' || re.p[i] == '{');
}

struct slice rank_regex_literal(struct slice re, struct arena *a)
{
	struct slice best = {0};
	size_t from = 0, next;
	if (!is_plain(re))
		return best;
	for (size_t i = 0; i <= re.n; i = next) {
		bool in_run = i < re.n && is_literal(re.p[i]) && !may_repeat_none(re, i + 1);
		next = i + 1;
		if (in_run)
			continue;
		if (i - from > best.n)
			best = slice_of(re.p + from, i - from);
		if (i < re.n && re.p[i] == '|')
			return (struct slice){0};
		if (i < re.n && (re.p[i] == '(' || re.p[i] == '['))
			next = re.p[i] == '(' ? skip_group(re, i) : skip_class(re, i);
		else if (i < re.n && re.p[i] == '{')
			next = skip_braces(re, i);
		else if (i < re.n && re.p[i] == '\\')
			next = skip_escape(re, i);
		if (next <= i)
			return (struct slice){0};
		from = next;
	}
	char *copy = arena_strndup(a, best.p, best.n);
	for (size_t i = 0; copy && i < best.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] |= 0x20;
	return slice_of(copy, copy ? best.n : 0);
}

/* A text is tried slice by slice, so what speaks of where a search began would hold at any slice: "\G",
 * and verbs such as "(*COMMIT)". */
static bool knows_its_start(struct slice re)
{
	for (size_t i = 0; i + 1 < re.n; i++) {
		size_t class = re.p[i] == '[' ? skip_class(re, i) : 0;
		if (class > 0) {
			i = class - 1;
			continue;
		}
		if ((re.p[i] == '\\' && re.p[i + 1] == 'G') ||
			(re.p[i] == '(' && re.p[i + 1] == '*'))
			return true;
		i += re.p[i] == '\\';
	}
	return false;
}

static int compile_regex(struct rank *r, struct rank_leaf *leaf, struct err *e)
{
	struct err why = {0};
	if (knows_its_start(leaf->node->text))
		return refuse(leaf->node, e, "a regex may hold neither \\G nor (*VERBS)");
	char *text = arena_strndup(&r->work, leaf->node->text.p, leaf->node->text.n);
	if (!text)
		return err_set(e, LODE_NOMEM, "no memory for a regex");
	int rc = pattern_create(text,
		PATTERN_CASELESS | PATTERN_MULTILINE | PATTERN_UTF | PATTERN_SLICED, &leaf->regex,
		&why);
	if (rc == 0 && !r->regex_scratch)
		rc = pattern_scratch_create(&r->regex_scratch);
	if (rc == LODE_BADREQ)
		return err_set(e, rc, "query: column %u: %.120s", leaf->node->column, why.text);
	if (rc < 0)
		return err_set(e, rc, "no memory for a regex");
	leaf->literal = rank_regex_literal(leaf->node->text, &r->work);
	return 0;
}

/* ---- the tree ---- */

static int add_item(struct rank *r, const struct query_node *n, struct err *e)
{
	uint32_t operands = 1;
	if (n->kind == QUERY_NEAR)
		for (const struct query_node *c = n->first->next; c; c = c->next)
			operands++;
	uint64_t *df = arena_array(&r->work, uint64_t, operands);
	if (!df)
		return err_set(e, LODE_NOMEM, "no memory for a query");
	r->items[r->n_items++] = (struct rank_item){.node = n, .df = df};
	return 0;
}

static int compile_leaf(
	struct rank *r, struct query_node *n, bool shown, bool in_near, struct err *e)
{
	n->number = r->n_leaves++;
	struct rank_leaf *leaf = &r->leaves[n->number];
	*leaf = (struct rank_leaf){.node = n, .shown = shown, .in_near = in_near};
	n->widened |= r->query->synonyms && (n->kind == QUERY_WORD || n->kind == QUERY_PHRASE);
	r->needs_sections |= n->sections != QUERY_ALL_SECTIONS;
	int rc = shown && !in_near && n->kind != QUERY_REGEX ? add_item(r, n, e) : 0;
	if (rc < 0)
		return rc;
	switch (n->kind) {
	case QUERY_PREFIX: return compile_prefix(r, leaf, e);
	case QUERY_REGEX: return compile_regex(r, leaf, e);
	default: return compile_words(r, leaf, e);
	}
}

static int compile_tree(
	struct rank *r, struct query_node *n, bool shown, bool in_near, struct err *e)
{
	int rc = 0;
	if (query_is_place(n))
		return compile_leaf(r, n, shown, in_near, e);
	if (n->kind == QUERY_NEAR) {
		n->number = r->n_nears;
		r->nears[r->n_nears++] = n;
		rc = shown ? add_item(r, n, e) : 0;
	}
	for (struct query_node *c = n->first; c && rc == 0; c = c->next)
		rc = compile_tree(
			r, c, shown != (n->kind == QUERY_NOT), in_near || n->kind == QUERY_NEAR, e);
	return rc;
}

static void look_at_names(struct rank *r)
{
	for (uint32_t i = 0; i < r->n_leaves; i++) {
		struct rank_leaf *l = &r->leaves[i];
		l->several_words = l->n_names > 0;
		for (uint32_t k = l->first_name; k < l->first_name + l->n_names; k++)
			l->several_words &= r->m->names[k].doc.n_words > 1 &&
					    !(r->m->names[k].flags & MATCH_MASKS);
		r->any_phrase |= l->several_words;
		l->has_glance = l->several_words && l->n_names == 1 &&
				glance_init(&l->glance, &r->m->names[l->first_name]);
	}
}

int rank_compile(struct rank *r, struct err *e)
{
	int rc = query_parse(r->query->text, r->query->any, r->t, &r->work, &r->tree, e);
	if (rc == 0)
		rc = compile_tree(r, r->tree, true, false, e);
	if (rc == 0)
		rc = matcher_create(r->names, r->n_names, r->t, &r->work, &r->m, e);
	if (rc < 0)
		return rc;
	look_at_names(r);
	if (r->any_phrase && sieve_init(&r->sieve, r->m, 0, &r->work) < 0)
		return err_set(e, LODE_NOMEM, "no memory for %u names", r->n_names);
	r->needs_sections |= r->scope && r->scope->sections;
	return 0;
}

void rank_compile_release(struct rank *r)
{
	for (uint32_t i = 0; i < r->n_leaves; i++)
		pattern_destroy(r->leaves[i].regex);
	pattern_scratch_destroy(r->regex_scratch);
}
