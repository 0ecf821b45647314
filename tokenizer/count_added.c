/* Added tokens: texts that are one token wherever they stand, whatever the model would make of them. */
#include "tokenizer/count.h"

#include "tokenizer/normal.h"

#include <stdlib.h>

enum { ADDED_MAX = 1 << 20, TRIE_MAX = 64 << 20 };

size_t count_blanks_first(struct slice text)
{
	size_t at = 0;
	for (unsigned n; at < text.n && count_is_blank(tok_decode(text.p + at, &n)); at += n)
		;
	return at;
}

size_t count_blanks_last(struct slice text)
{
	size_t end = text.n;
	unsigned n;
	while (end > 0) {
		size_t at = end - 1;
		while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80)
			at--;
		if (!count_is_blank(tok_decode(text.p + at, &n)))
			break;
		end = at;
	}
	return text.n - end;
}

/* ---- tries ---- */

static uint32_t child_of(const struct count_trie *t, uint32_t node, uint8_t byte)
{
	if (node == 0)
		return t->roots[byte];
	uint32_t child = t->at[node].child;
	while (child && t->at[child].byte != byte)
		child = t->at[child].sibling;
	return child;
}

static uint32_t add_child(struct count_trie *t, uint32_t node, uint8_t byte)
{
	if (t->n + 1 >= t->cap) {
		uint32_t cap = t->cap ? 2 * t->cap : 256;
		struct count_node *at = cap <= TRIE_MAX ? realloc(t->at, cap * sizeof(*at)) : NULL;
		if (!at)
			return 0;
		t->at = at;
		t->cap = cap;
	}
	uint32_t child = t->n ? t->n : 1; /* 0 is the root */
	t->n = child + 1;
	t->at[child] = (struct count_node){.token = COUNT_NONE, .byte = byte};
	if (node == 0) {
		t->roots[byte] = child;
	} else {
		t->at[child].sibling = t->at[node].child;
		t->at[node].child = child;
	}
	return child;
}

/* The first one of a text holds. */
static int add_text(struct count_trie *t, struct slice text, int32_t token)
{
	uint32_t node = 0;
	for (size_t i = 0; i < text.n; i++) {
		uint32_t child = child_of(t, node, (uint8_t)text.p[i]);
		node = child ? child : add_child(t, node, (uint8_t)text.p[i]);
		if (node == 0)
			return LODE_NOMEM;
	}
	if (node && t->at[node].token < 0)
		t->at[node].token = token;
	return LODE_OK;
}

/* The longest one that begins at `at`: its bytes, 0: none. */
static size_t find_at(const struct count_trie *t, struct slice text, size_t at, int32_t *token)
{
	size_t longest = 0;
	uint32_t node = 0;
	for (size_t i = at; i < text.n; i++) {
		node = child_of(t, node, (uint8_t)text.p[i]);
		if (node == 0)
			break;
		if (t->at[node].token >= 0) {
			longest = i + 1 - at;
			*token = t->at[node].token;
		}
	}
	return longest;
}

/* ---- reading ---- */

static int read_one(const struct count_file *f, const struct json *o, struct count_added *out)
{
	static const char *const known[] = {
		"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special", NULL};
	bool is_alone = false, is_special = false, is_normalized = true;
	const struct json *content = json_get(o, "content");
	int rc = count_members(f, o, "an added token", known);
	if (rc == 0 && (!content || content->type != JSON_STRING))
		rc = count_refuse(f, o, "an added token without \"content\"");
	if (rc == 0)
		rc = count_flag(f, o, "single_word", &is_alone);
	if (rc == 0 && is_alone)
		rc = count_refuse(
			f, o, "an added token that is a \"single_word\" is not understood");
	if (rc == 0)
		rc = count_flag(f, o, "special", &is_special);
	is_normalized = !is_special;
	if (rc == 0)
		rc = count_flag(f, o, "normalized", &is_normalized);
	if (rc == 0)
		rc = count_flag(f, o, "lstrip", &out->takes_left);
	if (rc == 0)
		rc = count_flag(f, o, "rstrip", &out->takes_right);
	out->is_normalized = is_normalized;
	return rc || !content ? rc : count_keep(f, content->str, &out->text);
}

static int put_one(struct tok_counting *s, struct tok_counter *c, int32_t i)
{
	struct slice text = c->added[i].text;
	if (!c->added[i].is_normalized)
		return add_text(&c->raw, text, i);
	count_normalize(s, &text);
	return s->rc ? s->rc : add_text(&c->normalized, text, i);
}

int count_read_added(const struct count_file *f, const struct json *list)
{
	struct tok_counter *c = f->to;
	struct tok_counting *s = NULL;
	int rc = LODE_OK;
	if (!list || list->type == JSON_NULL)
		return LODE_OK;
	if (list->type != JSON_ARRAY || list->n > ADDED_MAX)
		return count_refuse(
			f, list, "\"added_tokens\" is no list of at most %d", ADDED_MAX);
	c->added = arena_array(&c->memory, struct count_added, list->n + 1UL);
	if (!c->added || tok_counting_create(&s, c))
		return err_set(f->e, LODE_NOMEM, "no memory for the added tokens");
	for (const struct json *m = list->first; m && rc == 0; m = m->next) {
		rc = read_one(f, m, &c->added[c->n_added]);
		if (rc == 0 && put_one(s, c, (int32_t)c->n_added++))
			rc = count_refuse(f, m, "this added token cannot be kept");
	}
	tok_counting_destroy(s);
	return rc;
}

/* ---- counting ---- */

typedef void (*count_rest)(struct tok_counting *s, struct slice text, bool is_first);

/* Counts what it finds, and hands on what stands between. */
static void walk(struct tok_counting *s, const struct count_trie *t, struct slice text,
	bool is_first, count_rest rest)
{
	size_t from = 0, start, end, n;
	int32_t token = COUNT_NONE;
	for (size_t at = 0; at < text.n && s->rc == 0; at += n) {
		n = t->roots[(unsigned char)text.p[at]] ? find_at(t, text, at, &token) : 0;
		if (n == 0) {
			n = 1;
			continue;
		}
		const struct count_added *a = &s->counter->added[token];
		start = at;
		end = at + n;
		if (a->takes_left)
			start -= count_blanks_last(
				slice_of(text.p + from, at > from ? at - from : 0));
		if (a->takes_right)
			end += count_blanks_first(slice_of(text.p + end, text.n - end));
		if (from < start)
			rest(s, slice_of(text.p + from, start - from), is_first && from == 0);
		s->tokens++;
		from = end;
	}
	if (from < text.n && s->rc == 0)
		rest(s, slice_of(text.p + from, text.n - from), is_first && from == 0);
}

static void count_normalized(struct tok_counting *s, struct slice text, bool is_first)
{
	count_normalize(s, &text);
	if (s->rc == 0)
		walk(s, &s->counter->normalized, text, is_first, count_split);
}

void count_added(struct tok_counting *s, struct slice text)
{
	walk(s, &s->counter->raw, text, true, count_normalized);
}
