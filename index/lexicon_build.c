/* Makes a compiled lexicon in memory: names become paths of words, then everything is written out. */
#include "index/lexicon.h"

#include "base/bytes.h"

#include <stdlib.h>

/* Strings that are numbered as they come: ids of concepts, words. */
struct numbered {
	uint32_t *slots; /* number + 1 */
	uint32_t *refs;  /* per number: where its string is */
	uint32_t n, mask, cap;
};

struct built_name {
	uint32_t text, concept, node;
	uint32_t next; /* name at the same node, + 1 */
	uint8_t relation, flags;
};

struct built_edge {
	uint32_t node, word, child; /* word 0: empty; else + 1 */
};

struct built_is_a {
	uint32_t child, parent_id; /* a string */
};

struct lexicon_builder {
	struct buf strings; /* varint length, bytes */
	struct numbered ids, words;
	struct buf names;      /* struct built_name */
	struct buf node_first; /* u32: the newest name at the node, + 1 */
	struct buf is_a;
	struct built_edge *edges;
	uint32_t edge_mask, n_edges;
	struct tokenizer *t;
	struct arena words_of; /* of the name at hand */
	struct lexicon_counts counts;
};

enum { SLOTS_FIRST = 1024 };
static const uint32_t strings_most = UINT32_MAX - 1024;

static struct built_name *name_at(const struct lexicon_builder *b, uint32_t i)
{
	return (struct built_name *)(void *)b->names.p + i;
}

static uint32_t n_names(const struct lexicon_builder *b)
{
	return (uint32_t)(b->names.n / sizeof(struct built_name));
}

static uint32_t n_nodes(const struct lexicon_builder *b)
{
	return (uint32_t)(b->node_first.n / sizeof(uint32_t));
}

static uint32_t *first_at(const struct lexicon_builder *b, uint32_t node)
{
	return (uint32_t *)(void *)b->node_first.p + node;
}

/* ---- strings ---- */

static struct slice string_at(const struct lexicon_builder *b, uint32_t ref)
{
	struct reader r = reader_of(b->strings.p + ref, b->strings.n - ref);
	uint64_t n = reader_varint(&r);
	return slice_of(r.p, (size_t)n);
}

static int add_string(struct lexicon_builder *b, struct slice s, uint32_t *out)
{
	uint8_t length[VARINT_MAX];
	if (b->strings.n + s.n + VARINT_MAX > strings_most)
		return LODE_TOOBIG;
	*out = (uint32_t)b->strings.n;
	buf_put(&b->strings, length, (size_t)(varint_put(length, s.n) - length));
	return buf_put_slice(&b->strings, s);
}

static uint32_t *slot_of(const struct lexicon_builder *b, const struct numbered *t, struct slice s)
{
	uint64_t h = digest64(s);
	while (t->slots[h & t->mask] &&
		!slice_eq(string_at(b, t->refs[t->slots[h & t->mask] - 1]), s))
		h++;
	return &t->slots[h & t->mask];
}

static int grow_numbered(struct lexicon_builder *b, struct numbered *t)
{
	uint32_t slots = t->slots ? (t->mask + 1) * 2 : SLOTS_FIRST;
	uint32_t *fresh = calloc(slots, sizeof(*fresh));
	uint32_t *refs = realloc(t->refs, (size_t)slots / 2 * sizeof(*refs));
	if (refs)
		t->refs = refs;
	if (!fresh || !refs) {
		free(fresh);
		return LODE_NOMEM;
	}
	free(t->slots);
	t->slots = fresh;
	t->mask = slots - 1;
	t->cap = slots / 2;
	for (uint32_t i = 0; i < t->n; i++)
		*slot_of(b, t, string_at(b, t->refs[i])) = i + 1;
	return 0;
}

/* The number of s, a new one if need be. */
static int number(struct lexicon_builder *b, struct numbered *t, struct slice s, uint32_t *out)
{
	int rc = t->n == t->cap ? grow_numbered(b, t) : 0;
	if (rc)
		return rc;
	uint32_t *slot = slot_of(b, t, s);
	if (!*slot) {
		rc = add_string(b, s, &t->refs[t->n]);
		if (rc)
			return rc;
		*slot = ++t->n;
	}
	*out = *slot - 1;
	return 0;
}

static uint32_t find_number(
	const struct lexicon_builder *b, const struct numbered *t, struct slice s)
{
	return t->n ? *slot_of(b, t, s) - 1 : LEXICON_NONE;
}

/* ---- paths ---- */

static struct built_edge *edge_of(
	struct built_edge *edges, uint32_t mask, uint32_t node, uint32_t word)
{
	uint64_t h = lexicon_mix(node, word);
	while (edges[h & mask].word &&
		(edges[h & mask].node != node || edges[h & mask].word != word + 1))
		h++;
	return &edges[h & mask];
}

static int grow_edges(struct lexicon_builder *b)
{
	uint32_t slots = b->edges ? (b->edge_mask + 1) * 2 : SLOTS_FIRST;
	struct built_edge *fresh = calloc(slots, sizeof(*fresh));
	if (!fresh)
		return LODE_NOMEM;
	for (uint32_t i = 0; b->edges && i <= b->edge_mask; i++)
		if (b->edges[i].word)
			*edge_of(fresh, slots - 1, b->edges[i].node, b->edges[i].word - 1) =
				b->edges[i];
	free(b->edges);
	b->edges = fresh;
	b->edge_mask = slots - 1;
	return 0;
}

static int step_to(struct lexicon_builder *b, uint32_t node, uint32_t word, uint32_t *out)
{
	static const uint32_t none;
	int rc = b->n_edges * 2 >= b->edge_mask ? grow_edges(b) : 0;
	if (rc)
		return rc;
	struct built_edge *e = edge_of(b->edges, b->edge_mask, node, word);
	if (!e->word) {
		*e = (struct built_edge){node, word + 1, n_nodes(b)};
		b->n_edges++;
		rc = buf_put(&b->node_first, &none, sizeof(none));
	}
	*out = e->child;
	return rc;
}

static int words_of(struct lexicon_builder *b, struct slice text, struct tok_doc *d, struct err *e)
{
	size_t where;
	arena_reset(&b->words_of);
	if (tok_utf8_check(text, &where) < 0)
		return err_set(e, LODE_BADREQ, "a name is not valid UTF-8 at byte %zu", where);
	return tok_words(b->t, text, &b->words_of, d, e);
}

static bool is_same_name(const struct built_name *a, uint32_t concept, enum lexicon_relation r)
{
	bool apart = r >= LEXICON_PART, is_apart = a->relation >= LEXICON_PART;
	return a->concept == concept && (apart || is_apart ? a->relation == r : true);
}

static int add_name(struct lexicon_builder *b, uint32_t node, uint32_t concept, struct slice text,
	enum lexicon_relation relation, unsigned flags)
{
	struct built_name n = {.concept = concept,
		.node = node,
		.next = *first_at(b, node),
		.relation = (uint8_t)relation,
		.flags = (uint8_t)flags};
	for (uint32_t i = n.next; i; i = name_at(b, i - 1)->next)
		if (is_same_name(name_at(b, i - 1), concept, relation)) {
			name_at(b, i - 1)->flags |= flags & LEXICON_FIRST;
			b->counts.repeated++;
			return 0;
		}
	int rc = add_string(b, text, &n.text);
	if (rc == 0)
		rc = buf_put(&b->names, &n, sizeof(n));
	if (rc == 0)
		*first_at(b, node) = n_names(b);
	return rc;
}

int lexicon_builder_name(struct lexicon_builder *b, uint32_t concept, struct slice text,
	enum lexicon_relation relation, unsigned flags, struct err *e)
{
	struct tok_doc d = {0};
	uint32_t node = LEXICON_ROOT, word;
	int rc = words_of(b, text, &d, e);
	if (rc)
		return rc;
	bool masked = d.n_masks > 0;
	if (d.n_words == 0 || d.n_words > LEXICON_WORDS_MAX || text.n > LEXICON_BYTES_MAX ||
		masked) {
		b->counts.skipped++;
		return 0;
	}
	for (uint32_t i = 0; i < d.n_words && rc == 0; i++) {
		rc = number(b, &b->words, tok_term(&d, &d.words[i]), &word);
		if (rc == 0)
			rc = step_to(b, node, word, &node);
	}
	if (rc == 0)
		rc = add_name(b, node, concept, text, relation, flags);
	return rc ? err_set(e, rc, "%s", err_words(rc)) : 0;
}

uint32_t lexicon_builder_find(struct lexicon_builder *b, struct slice text)
{
	struct tok_doc d = {0};
	uint32_t node = LEXICON_ROOT, found = LEXICON_NONE;
	if (!b->edges || words_of(b, text, &d, NULL) || d.n_words == 0)
		return LEXICON_NONE;
	for (uint32_t i = 0; i < d.n_words; i++) {
		uint32_t word = find_number(b, &b->words, tok_term(&d, &d.words[i]));
		if (word == LEXICON_NONE)
			return LEXICON_NONE;
		struct built_edge *edge = edge_of(b->edges, b->edge_mask, node, word);
		if (!edge->word)
			return LEXICON_NONE;
		node = edge->child;
	}
	/* The newest comes first in the chain, so the last that fits is the oldest. */
	for (uint32_t i = *first_at(b, node); i; i = name_at(b, i - 1)->next)
		if (name_at(b, i - 1)->relation <= LEXICON_EXACT)
	found = name_at(b, i - 1)->concept;
	return found;
}

int lexicon_builder_word(struct lexicon_builder *b, struct slice text, struct err *e)
{
	struct tok_doc d = {0};
	uint32_t word;
	int rc = words_of(b, text, &d, e);
	for (uint32_t i = 0; rc == 0 && i < d.n_words; i++)
		rc = number(b, &b->words, tok_term(&d, &d.words[i]), &word);
	return rc;
}

uint32_t lexicon_builder_concept(struct lexicon_builder *b, struct slice id)
{
	uint32_t concept;
	return number(b, &b->ids, id, &concept) ? LEXICON_NONE : concept;
}

int lexicon_builder_is_a(struct lexicon_builder *b, uint32_t child, struct slice parent_id)
{
	struct built_is_a a = {.child = child};
	int rc = add_string(b, parent_id, &a.parent_id);
	return rc ? rc : buf_put(&b->is_a, &a, sizeof(a));
}

/* ---- out ---- */

static void put32(struct buf *out, uint32_t v)
{
	uint8_t room[4];
	store_le32(room, v);
	buf_put(out, room, sizeof(room));
}

/* Stable: for each of `keys` the running start of its items, and the items by key. */
static int sort_by(
	const uint32_t *key_of, uint32_t n, uint32_t keys, uint32_t **first, uint32_t **order)
{
	*first = calloc((size_t)keys + 2, sizeof(**first));
	*order = calloc((size_t)n + 1, sizeof(**order));
	if (!*first || !*order)
		return LODE_NOMEM; /* order_release frees both */
	for (uint32_t i = 0; i < n; i++)
		if (key_of[i] < keys)
			(*first)[key_of[i] + 2]++;
	for (uint32_t k = 2; k < keys + 2; k++)
		(*first)[k] += (*first)[k - 1];
	for (uint32_t i = 0; i < n; i++)
		if (key_of[i] < keys)
			(*order)[(*first)[key_of[i] + 1]++] = i;
	return 0;
}

/* What the finished file holds in another order than it came in. */
struct order {
	uint32_t *name_first, *name_at;   /* names by concept */
	uint32_t *node_first, *node_name; /* (new) names by node */
	uint32_t *child_first, *child_at; /* is_a by parent */
	uint32_t *keys;
};

static void order_release(struct order *o)
{
	free(o->name_first);
	free(o->name_at);
	free(o->node_first);
	free(o->node_name);
	free(o->child_first);
	free(o->child_at);
	free(o->keys);
}

static const struct built_is_a *is_a_at(const struct lexicon_builder *b, uint32_t i)
{
	return (const struct built_is_a *)(const void *)b->is_a.p + i;
}

static void preferred_first(
	const struct lexicon_builder *b, uint32_t *at, uint32_t first, uint32_t end)
{
	uint32_t i = first;
	while (i < end && name_at(b, at[i])->relation != LEXICON_PREFERRED)
		i++;
	if (i == end)
		return;
	uint32_t preferred = at[i];
	memmove(&at[first + 1], &at[first], (i - first) * sizeof(*at));
	at[first] = preferred;
}

static int make_order(struct lexicon_builder *b, struct order *o)
{
	uint32_t names = n_names(b), links = (uint32_t)(b->is_a.n / sizeof(struct built_is_a));
	o->keys = calloc((size_t)names + links + 1, sizeof(*o->keys));
	if (!o->keys)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < names; i++) {
		const struct built_name *name = name_at(b, i);
		o->keys[i] = (*name).concept; /* clang-format 14 takes "->concept" for C++ */
	}
	/* order_release frees all of it; the analyzer loses sight of o.
	 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	int rc = sort_by(o->keys, names, b->ids.n, &o->name_first, &o->name_at);
	for (uint32_t i = 0; rc == 0 && i < b->ids.n; i++)
		preferred_first(b, o->name_at, o->name_first[i], o->name_first[i + 1]);
	for (uint32_t i = 0; rc == 0 && i < names; i++)
		o->keys[i] = name_at(b, o->name_at[i])->node;
	if (rc == 0)
		rc = sort_by(o->keys, names, n_nodes(b), &o->node_first, &o->node_name);
	for (uint32_t i = 0; rc == 0 && i < links; i++) {
		o->keys[i] = find_number(b, &b->ids, string_at(b, is_a_at(b, i)->parent_id));
		b->counts.orphans += o->keys[i] == LEXICON_NONE;
	}
	return rc ? rc : sort_by(o->keys, links, b->ids.n, &o->child_first, &o->child_at);
}

static void put_concepts(struct lexicon_builder *b, const struct order *o, struct buf *out)
{
	for (uint32_t i = 0; i <= b->ids.n; i++) {
		put32(out, i < b->ids.n ? b->ids.refs[i] : 0);
		put32(out, o->name_first[i]);
		put32(out, o->child_first[i]);
	}
	for (uint32_t i = 0; i < n_names(b); i++) {
		const struct built_name *n = name_at(b, o->name_at[i]);
		put32(out, n->text);
		put32(out, n->concept);
		put32(out, n->relation | (uint32_t)n->flags << 8);
		b->counts.abbreviations += n->relation == LEXICON_ABBREVIATION;
	}
}

static int put_words(struct lexicon_builder *b, uint32_t slots, struct buf *out)
{
	uint32_t *at = calloc(slots, sizeof(*at));
	uint32_t probes = 0;
	for (uint32_t i = 0; at && i < b->words.n; i++) {
		uint64_t h = digest64(string_at(b, b->words.refs[i]));
		uint32_t n = 1;
		for (; at[h & (slots - 1)]; h++)
			n++;
		at[h & (slots - 1)] = i + 1;
		probes = n > probes ? n : probes;
	}
	for (uint32_t i = 0; at && i < slots && probes <= LEXICON_PROBES; i++)
		put32(out, at[i]);
	free(at);
	return !at ? LODE_NOMEM : probes <= LEXICON_PROBES;
}

static int put_edges(struct lexicon_builder *b, uint32_t slots, struct buf *out)
{
	struct built_edge *at = calloc(slots, sizeof(*at));
	uint32_t probes = 0;
	for (uint32_t i = 0; at && b->edges && i <= b->edge_mask; i++) {
		if (!b->edges[i].word)
			continue;
		uint64_t h = lexicon_mix(b->edges[i].node, b->edges[i].word - 1);
		uint32_t n = 1;
		for (; at[h & (slots - 1)].word; h++)
			n++;
		at[h & (slots - 1)] = b->edges[i];
		probes = n > probes ? n : probes;
	}
	for (uint32_t i = 0; at && i < slots && probes <= LEXICON_PROBES; i++) {
		put32(out, at[i].node);
		put32(out, at[i].word);
		put32(out, at[i].child);
	}
	free(at);
	return !at ? LODE_NOMEM : probes <= LEXICON_PROBES;
}

/* Writes a table with at least twice the slots it needs, more until no look-up is long. */
static int put_table(struct lexicon_builder *b, uint32_t items,
	int (*put)(struct lexicon_builder *b, uint32_t slots, struct buf *out), struct buf *out,
	uint32_t *slots)
{
	uint32_t n = 16;
	int rc = 0;
	while (n < items * (uint64_t)2 && n < 1U << 30)
		n *= 2;
	for (; rc == 0 && n <= 1U << 30; n *= 2) {
		*slots = n;
		rc = put(b, n, out);
	}
	return rc < 0 ? rc : rc == 0 ? LODE_TOOBIG : 0;
}

static void put_rest(struct lexicon_builder *b, const struct order *o, struct buf *out)
{
	for (uint32_t i = 0; i <= n_nodes(b); i++)
		put32(out, o->node_first[i]);
	for (uint32_t i = 0; i < n_names(b); i++)
		put32(out, o->node_name[i]);
	for (uint32_t i = 0; i < b->counts.is_a; i++)
		put32(out, is_a_at(b, o->child_at[i])->child);
	buf_put_slice(out, buf_slice(&b->strings));
}

static void fill_header(struct lexicon_builder *b, struct buf *out, uint32_t edges, uint32_t slots)
{
	const uint32_t numbers[] = {0, b->ids.n, n_names(b), b->words.n, n_nodes(b), edges, slots,
		b->counts.is_a, (uint32_t)b->strings.n, b->counts.abbreviations, 0, 0};
	memcpy(out->p, LEXICON_MAGIC, 8);
	store_le32(out->p + 8, LEXICON_VERSION);
	store_le32(out->p + 12, TOK_VERSION);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		store_le32(out->p + 32 + 4 * i, numbers[i]);
	struct digest128 d =
		digest128(slice_of(out->p + LEXICON_SUMMED_AT, out->n - LEXICON_SUMMED_AT));
	store_le64(out->p + 16, d.hi);
	store_le64(out->p + 24, d.lo);
}

int lexicon_builder_finish(
	struct lexicon_builder *b, struct buf *out, struct lexicon_counts *counts, struct err *e)
{
	static const char header[LEXICON_HEADER];
	struct order o = {0};
	uint32_t edges = 0, slots = 0;
	int rc = make_order(b, &o);
	if (rc == 0) {
		b->counts.is_a = o.child_first[b->ids.n];
		buf_put(out, header, sizeof(header));
		put_concepts(b, &o, out);
		for (uint32_t i = 0; i < b->words.n; i++)
			put32(out, b->words.refs[i]);
		rc = put_table(b, b->words.n, put_words, out, &slots);
	}
	if (rc == 0)
		rc = put_table(b, b->n_edges, put_edges, out, &edges);
	if (rc == 0) {
		put_rest(b, &o, out);
		rc = out->failed ? LODE_NOMEM : 0;
	}
	if (rc == 0) {
		fill_header(b, out, edges, slots);
		b->counts.concepts = b->ids.n;
		b->counts.names = n_names(b);
		b->counts.words = b->words.n;
		*counts = b->counts;
	}
	order_release(&o);
	return rc ? err_set(e, rc, "%s", err_words(rc)) : 0;
}

int lexicon_builder_create(struct lexicon_builder **out)
{
	static const uint32_t none;
	struct lexicon_builder *b = calloc(1, sizeof(*b));
	int rc = b ? tok_create(&b->t, NULL) : LODE_NOMEM;
	if (rc == 0)
		rc = buf_put(&b->node_first, &none, sizeof(none));
	if (rc) {
		lexicon_builder_destroy(b);
		return rc;
	}
	arena_init(&b->words_of, 1 << 20);
	*out = b;
	return 0;
}

void lexicon_builder_destroy(struct lexicon_builder *b)
{
	if (!b)
		return;
	tok_destroy(b->t);
	arena_release(&b->words_of);
	buf_release(&b->strings);
	buf_release(&b->names);
	buf_release(&b->node_first);
	buf_release(&b->is_a);
	free(b->ids.slots);
	free(b->ids.refs);
	free(b->words.slots);
	free(b->words.refs);
	free(b->edges);
	free(b);
}
