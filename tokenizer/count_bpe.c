/* Byte pair encoding: the pair of neighbours that was learnt first is joined first, the leftmost of equal ones. */
#include "tokenizer/count.h"

#include "tokenizer/normal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MERGES_MAX = 8 << 20, AFFIX_MAX = 32 };

/* ---- reading ---- */

static uint32_t slot_of(const struct count_bpe *b, uint32_t left, uint32_t right)
{
	uint64_t key = ((uint64_t)left << 32 | right) ^ b->seed;
	key = (key ^ key >> 30) * 0xBF58476D1CE4E5B9u;
	key = (key ^ key >> 27) * 0x94D049BB133111EBu;
	return (uint32_t)(key >> 32) & b->mask;
}

static const struct count_merge *merge_of(const struct count_bpe *b, int32_t left, int32_t right)
{
	uint32_t l = (uint32_t)left, r = (uint32_t)right;
	for (uint32_t at = slot_of(b, l, r);; at = (at + 1) & b->mask) {
		const struct count_merge *m = &b->merges[at];
		if (m->left == UINT32_MAX)
			return NULL;
		if (m->left == l && m->right == r)
			return m;
	}
}

/* One that is there twice: the later holds, as it does in the library. */
static void put_merge(struct count_bpe *b, struct count_merge m)
{
	uint32_t at = slot_of(b, m.left, m.right);
	while (b->merges[at].left != UINT32_MAX &&
		(b->merges[at].left != m.left || b->merges[at].right != m.right))
		at = (at + 1) & b->mask;
	b->merges[at] = m;
}

/* "left right", or ["left", "right"]. */
static int split_merge(
	const struct count_file *f, const struct json *m, struct slice *left, struct slice *right)
{
	const struct json *first = m->first, *second = first ? first->next : NULL;
	if (m->type == JSON_ARRAY && m->n == 2 && second && first->type == JSON_STRING &&
		second->type == JSON_STRING) {
		*left = first->str;
		*right = second->str;
		return LODE_OK;
	}
	const char *blank = m->type == JSON_STRING ? memchr(m->str.p, ' ', m->str.n) : NULL;
	if (!blank || memchr(blank + 1, ' ', m->str.n - (size_t)(blank + 1 - m->str.p)))
		return count_refuse(f, m, "a merge is no pair of texts");
	*left = slice_of(m->str.p, (size_t)(blank - m->str.p));
	*right = slice_of(blank + 1, m->str.n - left->n - 1);
	return LODE_OK;
}

static bool ends_with(struct slice s, struct slice end)
{
	return end.n && s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

/* What a text may have for the last byte before the cut, where a merge has `before` there: that byte itself, the byte
 * that falls back to a token, or anything at all for an unknown letter, which is a token of its own or left out. */
static void mark_join(struct count_bpe *b, const struct count_vocabulary *v, struct slice before)
{
	bool is_any = b->unk >= 0 ? ends_with(before, v->at[b->unk]) : b->leaves_out;
	b->joins_cut[(unsigned char)before.p[before.n - 1]] = true;
	for (unsigned i = 0; i < 256; i++)
		b->joins_cut[i] |= is_any || (b->has_bytes && b->bytes[i] >= 0 &&
						     ends_with(before, v->at[b->bytes[i]]));
}

static int read_merge(
	const struct count_file *f, const struct json *m, uint32_t rank, struct buf *joined)
{
	const struct count_vocabulary *v = &f->to->vocabulary;
	struct count_bpe *b = &f->to->bpe;
	struct slice left = {0}, right = {0};
	int rc = split_merge(f, m, &left, &right);
	if (rc)
		return rc;
	size_t skipped = right.n >= b->prefix.n ? b->prefix.n : right.n;
	buf_clear(joined);
	buf_put_slice(joined, left);
	buf_put(joined, right.p + skipped, right.n - skipped);
	int32_t l = count_place(v, left), r = count_place(v, right),
		made = count_place(v, buf_slice(joined));
	if (joined->failed)
		return err_set(f->e, LODE_NOMEM, "no memory for a merge");
	if (l < 0 || r < 0 || made < 0)
		return count_refuse(f, m, "a merge of or to what the vocabulary does not have");
	put_merge(b, (struct count_merge){(uint32_t)l, (uint32_t)r, rank, (uint32_t)made});
	b->n++;
	/* Where something ends before `cut` inside of what is made, no text may be cut. */
	for (size_t i = 1; b->cut.n && i + b->cut.n <= joined->n; i++)
		if (memcmp(joined->p + i, b->cut.p, b->cut.n) == 0)
			mark_join(b, v, slice_of(joined->p, i));
	return LODE_OK;
}

static int read_merges(const struct count_file *f, const struct json *merges)
{
	struct count_bpe *b = &f->to->bpe;
	struct buf joined = {0};
	uint32_t rank = 0;
	int rc = LODE_OK;
	if (!merges || merges->type != JSON_ARRAY || merges->n > MERGES_MAX)
		return count_refuse(
			f, merges, "\"merges\" is no list of at most %d pairs", MERGES_MAX);
	for (b->mask = 15; b->mask < 2 * merges->n;)
		b->mask = 2 * b->mask + 1;
	/* No file can know where its merges fall; without chance the order alone decides, never the counts. */
	if (getentropy(&b->seed, sizeof(b->seed)))
		b->seed = 0;
	b->merges = arena_array(&f->to->memory, struct count_merge, b->mask + 1UL);
	if (!b->merges)
		return err_set(f->e, LODE_NOMEM, "no memory for the merges");
	for (uint32_t i = 0; i <= b->mask; i++)
		b->merges[i].left = UINT32_MAX;
	for (const struct json *m = merges->first; m && rc == 0; m = m->next) {
		bool is_head = m->type == JSON_STRING && m->str.n >= 8 &&
			       memcmp(m->str.p, "#version", 8) == 0;
		if (!is_head)
			rc = read_merge(f, m, rank++, &joined);
	}
	buf_release(&joined);
	return rc;
}

static int read_bytes(const struct count_file *f, const struct json *o)
{
	struct count_bpe *b = &f->to->bpe;
	char name[8];
	unsigned there = 0;
	bool is_wished = false;
	int rc = count_flag(f, o, "byte_fallback", &is_wished);
	for (unsigned i = 0; i < 256 && rc == 0 && is_wished; i++) {
		int n = snprintf(name, sizeof(name), "<0x%02X>", i);
		b->bytes[i] = count_place(&f->to->vocabulary, slice_of(name, (size_t)n));
		there += b->bytes[i] >= 0;
	}
	b->has_bytes = is_wished && there > 0;
	b->leaves_out = there < 256;
	return rc;
}

static int read_unk(const struct count_file *f, const struct json *o)
{
	struct count_bpe *b = &f->to->bpe;
	struct slice unk = {0};
	b->unk = COUNT_NONE;
	int rc = count_words(f, o, "unk_token", &unk);
	if (rc || !unk.p)
		return rc;
	b->unk = count_place(&f->to->vocabulary, unk);
	return b->unk < 0 ? count_refuse(f, json_get(o, "unk_token"),
				    "\"unk_token\" is not in the vocabulary")
			  : LODE_OK;
}

static int read_affixes(const struct count_file *f, const struct json *o)
{
	struct count_bpe *b = &f->to->bpe;
	struct slice prefix = {0}, suffix = {0};
	int rc = count_words(f, o, "continuing_subword_prefix", &prefix);
	if (rc == 0)
		rc = count_words(f, o, "end_of_word_suffix", &suffix);
	if (rc == 0 && (prefix.n > AFFIX_MAX || suffix.n > AFFIX_MAX))
		rc = count_refuse(f, o, "a prefix or suffix of over %d bytes", AFFIX_MAX);
	if (rc == 0)
		rc = count_keep(f, prefix, &b->prefix);
	if (rc == 0)
		rc = count_keep(f, suffix, &b->suffix);
	const struct slice metaspace = SLICE("\xe2\x96\x81");
	if (prefix.n == 0 && suffix.n == 0 && !b->ignores_merges &&
		count_place(&f->to->vocabulary, metaspace) >= 0)
		b->cut = metaspace;
	return rc;
}

int count_read_bpe(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"dropout", "unk_token", "continuing_subword_prefix",
		"end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab",
		"merges", NULL};
	struct count_bpe *b = &f->to->bpe;
	const struct json *dropout = json_get(o, "dropout");
	f->to->model = MODEL_BPE;
	int rc = count_members(f, o, "the model", known);
	if (rc == 0 && dropout && dropout->type != JSON_NULL &&
		(dropout->type != JSON_NUMBER || dropout->num != 0))
		rc = count_refuse(f, dropout, "with dropout no two counts are the same");
	if (rc == 0)
		rc = count_read_vocabulary(f, json_get(o, "vocab"));
	if (rc == 0)
		rc = count_flag(f, o, "ignore_merges", &b->ignores_merges);
	if (rc == 0)
		rc = read_affixes(f, o);
	if (rc == 0)
		rc = read_unk(f, o);
	if (rc == 0)
		rc = read_bytes(f, o);
	if (rc == 0)
		rc = count_flag(f, o, "fuse_unk", &b->fuses_unk);
	return rc ? rc : read_merges(f, json_get(o, "merges"));
}

/* ---- symbols ---- */

static struct count_symbol *symbols_of(struct tok_counting *s)
{
	return (struct count_symbol *)(void *)s->symbols.p;
}

static struct count_candidate *candidates_of(struct tok_counting *s)
{
	return (struct count_candidate *)(void *)s->candidates.p;
}

static void add_symbol(struct tok_counting *s, int32_t place)
{
	const struct count_symbol symbol = {.place = place};
	if (buf_put(&s->symbols, &symbol, sizeof(symbol)))
		count_failed(s, LODE_NOMEM);
}

/* The letter at i with what the model puts beside it. */
static int32_t place_of_letter(struct tok_counting *s, struct slice piece, size_t i, unsigned n)
{
	const struct count_bpe *b = &s->counter->bpe;
	char room[2 * AFFIX_MAX + 4];
	size_t k = 0;
	if (i > 0 && b->prefix.n) {
		memcpy(room, b->prefix.p, b->prefix.n);
		k = b->prefix.n;
	}
	memcpy(room + k, piece.p + i, n);
	k += n;
	if (i + n == piece.n && b->suffix.n) {
		memcpy(room + k, b->suffix.p, b->suffix.n);
		k += b->suffix.n;
	}
	return count_place(&s->counter->vocabulary, slice_of(room, k));
}

/* Its bytes, where the vocabulary has them all; the affixes have theirs, too. */
static bool add_bytes(struct tok_counting *s, struct slice piece, size_t i, unsigned n)
{
	const struct count_bpe *b = &s->counter->bpe;
	const struct slice parts[] = {i > 0 ? b->prefix : SLICE(""), slice_of(piece.p + i, n),
		i + n == piece.n ? b->suffix : SLICE("")};
	for (int pass = 0; pass < 2 && b->has_bytes; pass++)
		for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++)
			for (size_t k = 0; k < parts[p].n; k++) {
				int32_t place = b->bytes[(unsigned char)parts[p].p[k]];
				if (pass == 0 && place < 0)
					return false;
				if (pass == 1)
					add_symbol(s, place);
			}
	return b->has_bytes;
}

/* One symbol a letter.  An unknown one is `unk`, or nothing where there is no such token; it stands when the next
 * known one comes, so that neighbours can be one. */
static void spell(struct tok_counting *s, struct slice piece)
{
	const struct count_bpe *b = &s->counter->bpe;
	bool is_unknown = false;
	unsigned n;
	buf_clear(&s->symbols);
	for (size_t i = 0; i < piece.n; i += n) {
		tok_decode(piece.p + i, &n);
		int32_t place = place_of_letter(s, piece, i, n);
		if (place >= 0) {
			if (is_unknown)
				add_symbol(s, b->unk);
			is_unknown = false;
			add_symbol(s, place);
		} else if (!add_bytes(s, piece, i, n) && b->unk >= 0) {
			if (is_unknown && !b->fuses_unk)
				add_symbol(s, b->unk);
			is_unknown = true;
		}
	}
	if (is_unknown)
		add_symbol(s, b->unk);
}

/* ---- merging ---- */

static bool goes_before(const struct count_candidate *a, const struct count_candidate *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->at < b->at;
}

/* Candidates are a heap, the first one on top. */
static void add_candidate(struct tok_counting *s, uint32_t at)
{
	struct count_symbol *symbols = symbols_of(s);
	const struct count_merge *m =
		merge_of(&s->counter->bpe, symbols[at].place, symbols[symbols[at].next].place);
	if (!m)
		return;
	const struct count_candidate c = {m->rank, at, m->made};
	size_t i = s->candidates.n / sizeof(c);
	if (buf_put(&s->candidates, &c, sizeof(c))) {
		count_failed(s, LODE_NOMEM);
		return;
	}
	struct count_candidate *heap = candidates_of(s);
	for (size_t up; i > 0 && goes_before(&c, &heap[up = (i - 1) / 2]); i = up)
		heap[i] = heap[up];
	heap[i] = c;
}

static struct count_candidate take_candidate(struct tok_counting *s)
{
	struct count_candidate *heap = candidates_of(s), top = heap[0];
	s->candidates.n -= sizeof(top);
	size_t n = s->candidates.n / sizeof(top), i = 0, down;
	const struct count_candidate last = heap[n];
	for (; (down = 2 * i + 1) < n; i = down) {
		down += down + 1 < n && goes_before(&heap[down + 1], &heap[down]);
		if (!goes_before(&heap[down], &last))
			break;
		heap[i] = heap[down];
	}
	heap[i] = last;
	return top;
}

/* Symbols that are left.  An entry of the heap whose pair is there no more makes something else by now. */
static uint32_t merge(struct tok_counting *s)
{
	uint32_t n = (uint32_t)(s->symbols.n / sizeof(struct count_symbol)), left = n;
	struct count_symbol *at = symbols_of(s);
	buf_clear(&s->candidates);
	for (uint32_t i = 0; i < n; i++) {
		at[i].previous = i - 1;
		at[i].next = i + 1;
	}
	for (uint32_t i = 0; i + 1 < n; i++)
		add_candidate(s, i);
	while (s->candidates.n && s->rc == 0) {
		const struct count_candidate c = take_candidate(s);
		uint32_t next = at[c.at].next;
		if (at[c.at].place < 0 || next >= n)
			continue;
		const struct count_merge *m =
			merge_of(&s->counter->bpe, at[c.at].place, at[next].place);
		if (!m || m->made != c.made)
			continue;
		at[c.at].place = (int32_t)c.made;
		at[c.at].next = at[next].next;
		at[next].place = COUNT_NONE;
		left--;
		if (at[c.at].next < n) {
			at[at[c.at].next].previous = c.at;
			add_candidate(s, c.at);
		}
		if (c.at > 0)
			add_candidate(s, at[c.at].previous);
	}
	return left;
}

uint64_t count_bpe(struct tok_counting *s, struct slice piece)
{
	if (s->counter->bpe.ignores_merges && count_place(&s->counter->vocabulary, piece) >= 0)
		return 1;
	spell(s, piece);
	return s->rc ? 0 : merge(s);
}
