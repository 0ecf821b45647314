#include "tokenizer/vocabulary.h"

#include "base/digest.h"
#include "tokenizer/piece.h"

#include <stdlib.h>

static const char magic[8] = "LODEVOC";

enum { FORMAT = 1, HEADER = 16, MERGE_BYTES = 4, DIGEST = 8 };
enum { MERGES_MAX = TOK_SUBWORD_MAX - TOK_SUBWORD_MERGES };

/* ---- bytes ---- */

int tok_vocabulary_write(const struct tok_merge *merges, uint32_t n, struct buf *out)
{
	if (n > MERGES_MAX)
		return LODE_TOOBIG;
	size_t bytes = HEADER + (size_t)n * MERGE_BYTES, start = out->n;
	uint8_t *p = (uint8_t *)buf_room(out, bytes + DIGEST);
	if (!p)
		return LODE_NOMEM;
	memcpy(p, magic, sizeof(magic));
	store_le32(p + 8, FORMAT);
	store_le32(p + 12, TOK_SUBWORD_MERGES + n);
	for (uint32_t i = 0; i < n; i++) {
		store_le16(p + HEADER + (size_t)i * MERGE_BYTES, merges[i].left);
		store_le16(p + HEADER + (size_t)i * MERGE_BYTES + 2, merges[i].right);
	}
	store_le64(p + bytes, digest64(slice_of(p, bytes)));
	out->n = start + bytes + DIGEST;
	return LODE_OK;
}

static int check_frame(struct slice b, struct err *e)
{
	if (b.n < HEADER + DIGEST || memcmp(b.p, magic, sizeof(magic)) != 0)
		return err_set(e, LODE_CORRUPT, "no vocabulary: its first bytes are others");
	uint32_t format = load_le32(b.p + 8), ids = load_le32(b.p + 12);
	if (format != FORMAT)
		return err_set(e, LODE_VERSION, "vocabulary of format %u, this program reads %d",
			format, FORMAT);
	if (ids < TOK_SUBWORD_MERGES || ids > TOK_SUBWORD_MAX)
		return err_set(e, LODE_CORRUPT, "vocabulary, byte 12: %u ids", ids);
	size_t want = HEADER + (size_t)(ids - TOK_SUBWORD_MERGES) * MERGE_BYTES + DIGEST;
	if (b.n != want)
		return err_set(e, LODE_CORRUPT, "vocabulary of %u ids has %zu bytes, not %zu", ids,
			b.n, want);
	if (load_le64(b.p + want - DIGEST) != digest64(slice_of(b.p, want - DIGEST)))
		return err_set(e, LODE_CORRUPT, "vocabulary: its digest is another");
	return LODE_OK;
}

/* ---- tables ---- */

static inline uint32_t slot_of(const struct tok_vocabulary *v, uint32_t key)
{
	return (key * 0x9E3779B1u) >> v->shift;
}

static inline uint32_t slots(const struct tok_vocabulary *v)
{
	return 1u << (32 - v->shift);
}

static void put(
	const struct tok_vocabulary *v, struct vocabulary_slot *table, struct vocabulary_slot slot)
{
	uint32_t i = slot_of(v, slot.key);
	while (table[i].id)
		i = (i + 1) & (slots(v) - 1);
	table[i] = slot;
}

static inline uint16_t merge_of(const struct tok_vocabulary *v, uint16_t left, uint16_t right)
{
	uint32_t key = (uint32_t)left << 16 | right, i = slot_of(v, key);
	while (v->pairs[i].id && v->pairs[i].key != key)
		i = (i + 1) & (slots(v) - 1);
	return v->pairs[i].id;
}

/* Reads eight bytes at a time, past the end: see PIECE_ROOM. */
static inline uint32_t text_hash(const char *p, unsigned n)
{
	const uint64_t k = 0x9E3779B97F4A7C15ull;
	uint64_t h = n * k;
	for (; n > 8; n -= 8, p += 8) {
		h = (h ^ load_le64(p)) * k;
		h ^= h >> 32;
	}
	h = (h ^ (load_le64(p) & ~0ull >> (64 - 8 * n))) * k;
	return (uint32_t)(h >> 32);
}

static inline const char *text_of(const struct tok_vocabulary *v, uint16_t id)
{
	return v->text + v->text_at[id];
}

uint16_t vocabulary_whole(const struct tok_vocabulary *v, const char *bytes, unsigned n)
{
	uint32_t key = text_hash(bytes, n), i = slot_of(v, key);
	for (; v->whole[i].id; i = (i + 1) & (slots(v) - 1)) {
		const struct vocabulary_slot *s = &v->whole[i];
		if (s->key == key && s->n == n && memcmp(text_of(v, s->id), bytes, n) == 0)
			return s->id;
	}
	return 0;
}

unsigned vocabulary_merge(
	const struct tok_vocabulary *v, const char *bytes, unsigned n, uint16_t *ids, uint8_t *ends)
{
	uint16_t merged[TOK_PIECE_MAX] = {0}; /* of i and i + 1; 0: they do not merge */
	for (unsigned i = 0; i < n; i++) {
		ids[i] = (uint16_t)(TOK_SUBWORD_BYTES + (unsigned char)bytes[i]);
		ends[i] = (uint8_t)(i + 1);
		if (i)
			merged[i - 1] = merge_of(v, ids[i - 1], ids[i]);
	}
	for (;;) {
		unsigned best = 0;
		uint32_t rank = UINT32_MAX;
		for (unsigned i = 0; i + 1 < n; i++)
			if (merged[i] && merged[i] < rank) {
				best = i;
				rank = merged[i];
			}
		if (rank == UINT32_MAX)
			return n;
		ids[best] = (uint16_t)rank;
		ends[best] = ends[best + 1];
		n--;
		for (unsigned i = best + 1; i < n; i++) {
			ids[i] = ids[i + 1];
			ends[i] = ends[i + 1];
			merged[i] = merged[i + 1];
		}
		merged[n - 1] = 0;
		if (best > 0)
			merged[best - 1] = merge_of(v, ids[best - 1], ids[best]);
		if (best + 1 < n)
			merged[best] = merge_of(v, ids[best], ids[best + 1]);
	}
}

/* ---- opening ---- */

static int no_room(struct err *e)
{
	return err_set(e, LODE_NOMEM, "no memory for a vocabulary");
}

/* Lengths of all ids, checking that each merge is of earlier ones. */
static int measure(struct tok_vocabulary *v, const char *merges, struct err *e)
{
	uint32_t at = 0;
	for (uint32_t id = 0; id < v->ids; id++) {
		uint32_t n = id < TOK_SUBWORD_BYTES ? 0 : 1;
		v->text_at[id] = at;
		if (id >= TOK_SUBWORD_MERGES) {
			const char *p = merges + (size_t)(id - TOK_SUBWORD_MERGES) * MERGE_BYTES;
			uint32_t l = load_le16(p), r = load_le16(p + 2);
			if (l < TOK_SUBWORD_BYTES || r < TOK_SUBWORD_BYTES || l >= id || r >= id)
				return err_set(e, LODE_CORRUPT,
					"vocabulary, id %u: is no merge of earlier ids", id);
			n = v->text_at[l + 1] - v->text_at[l] + v->text_at[r + 1] - v->text_at[r];
		}
		if (n > TOK_PIECE_MAX)
			return err_set(e, LODE_CORRUPT, "vocabulary, id %u: of %u bytes", id, n);
		at += n;
		v->text_at[id + 1] = at;
	}
	v->text = malloc(at + PIECE_ROOM);
	return v->text ? LODE_OK : no_room(e);
}

/* Texts and pairs.  Two ids of one text are refused: the later could never be told from the first. */
static int fill(struct tok_vocabulary *v, const char *merges, struct err *e)
{
	memset(v->text, 0, v->text_at[v->ids] + PIECE_ROOM);
	for (uint32_t id = TOK_SUBWORD_BYTES; id < v->ids; id++) {
		char *to = v->text + v->text_at[id];
		if (id < TOK_SUBWORD_MERGES) {
			*to = (char)(id - TOK_SUBWORD_BYTES);
			continue;
		}
		const char *p = merges + (size_t)(id - TOK_SUBWORD_MERGES) * MERGE_BYTES;
		uint16_t l = load_le16(p), r = load_le16(p + 2);
		struct slice left = tok_subword_text(v, l), right = tok_subword_text(v, r);
		unsigned n = (unsigned)(left.n + right.n);
		memcpy(to, left.p, left.n);
		memcpy(to + left.n, right.p, right.n);
		if (vocabulary_whole(v, to, n))
			return err_set(e, LODE_CORRUPT,
				"vocabulary, id %u: its text is an earlier id's", id);
		put(v, v->pairs, (struct vocabulary_slot){(uint32_t)l << 16 | r, (uint16_t)id, 0});
		put(v, v->whole,
			(struct vocabulary_slot){text_hash(to, n), (uint16_t)id, (uint16_t)n});
	}
	return LODE_OK;
}

/* Leaves in v->whole what merging reaches: ranks may be such that a text never becomes its own id. */
static void keep_reachable(struct tok_vocabulary *v)
{
	uint16_t ids[TOK_PIECE_MAX];
	uint8_t ends[TOK_PIECE_MAX];
	memset(v->whole, 0, slots(v) * sizeof(*v->whole));
	for (uint32_t id = TOK_SUBWORD_BYTES; id < v->ids; id++) {
		struct slice t = tok_subword_text(v, (uint16_t)id);
		if (vocabulary_merge(v, t.p, (unsigned)t.n, ids, ends) == 1)
			put(v, v->whole,
				(struct vocabulary_slot){text_hash(t.p, (unsigned)t.n),
					(uint16_t)id, (uint16_t)t.n});
	}
}

static int build(struct tok_vocabulary *v, const char *merges, struct err *e)
{
	unsigned log2 = 1;
	while (1u << log2 < 2 * v->ids)
		log2++;
	v->shift = 32 - log2;
	v->pairs = calloc(slots(v), sizeof(*v->pairs));
	v->whole = calloc(slots(v), sizeof(*v->whole));
	v->text_at = calloc((size_t)v->ids + 1, sizeof(*v->text_at));
	if (!v->pairs || !v->whole || !v->text_at)
		return no_room(e);
	int rc = measure(v, merges, e);
	if (rc == LODE_OK)
		rc = fill(v, merges, e);
	if (rc == LODE_OK)
		keep_reachable(v);
	return rc;
}

int tok_vocabulary_open(struct tok_vocabulary **out, struct slice bytes, struct err *e)
{
	int rc = check_frame(bytes, e);
	if (rc < 0)
		return rc;
	struct tok_vocabulary *v = calloc(1, sizeof(*v));
	if (!v)
		return no_room(e);
	v->ids = load_le32(bytes.p + 12);
	rc = build(v, bytes.p + HEADER, e);
	if (rc < 0) {
		tok_vocabulary_close(v);
		return rc;
	}
	*out = v;
	return LODE_OK;
}

void tok_vocabulary_close(struct tok_vocabulary *v)
{
	if (!v)
		return;
	free(v->pairs);
	free(v->whole);
	free(v->text_at);
	free(v->text);
	free(v);
}

uint32_t tok_vocabulary_size(const struct tok_vocabulary *v)
{
	return v->ids;
}

struct slice tok_subword_text(const struct tok_vocabulary *v, uint16_t id)
{
	if (id >= v->ids)
		return (struct slice){"", 0};
	return slice_of(v->text + v->text_at[id], v->text_at[id + 1] - v->text_at[id]);
}
