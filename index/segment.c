#include "index/segment.h"

#include "base/bytes.h"
#include "index/key.h"
#include "index/record.h"

/* ---- parts and checksums ---- */

uint64_t segment_part_sum(struct slice key, unsigned part, struct slice bytes)
{
	char suffix = (char)part;
	return key_checksum(DB_SEGMENT, key, slice_of(&suffix, 1), bytes);
}

uint32_t segment_frame_sum(struct slice key, uint32_t chunk, struct slice frame)
{
	char suffix[4];
	store_be32(suffix, chunk);
	return (uint32_t)key_checksum(DB_SEGMENT, key, slice_of(suffix, sizeof(suffix)), frame);
}

struct slice segment_part(const struct segment *s, unsigned part)
{
	switch (part) {
	case 1: return slice_of(s->notes.p, s->notes.n + s->note_offsets.n + s->id_hashes.n);
	case 2: return s->chunks;
	case 3: return slice_of(s->term_blocks.p, s->term_blocks.n + s->term_index.n);
	default: return s->postings;
	}
}

static int bad(struct err *e, const char *what)
{
	err_set(e, LODE_CORRUPT, "segment: %s", what);
	return LODE_CORRUPT;
}

static struct slice cut(struct reader *r, uint64_t n)
{
	const uint8_t *p = n > reader_left(r) ? NULL : reader_take(r, (size_t)n);
	if (!p)
		r->bad = true;
	return slice_of(p, p ? (size_t)n : 0);
}

int segment_layout(struct slice key, struct slice blob, struct segment *out, struct err *e)
{
	struct segment s = {.blob = blob};
	if (key.n != SEGMENT_KEY || blob.n < SEGMENT_HEADER)
		return bad(e, "too short");
	memcpy(s.key, key.p, SEGMENT_KEY);
	struct reader r = reader_of(blob.p + 8, blob.n - 8);
	unsigned version = reader_u8(&r), flags = reader_u8(&r), reserved = reader_le16(&r);
	if (version != SEGMENT_VERSION || flags || reserved)
		return bad(e, "unknown version");
	s.dict_id = reader_le32(&r);
	s.n_notes = reader_le32(&r);
	s.n_chunks = reader_le32(&r);
	s.n_terms = reader_le32(&r);
	s.n_words = reader_le64(&r);
	uint32_t notes = reader_le32(&r), terms = reader_le32(&r);
	uint32_t postings = reader_le32(&r), frames = reader_le32(&r);
	reader_take(&r, (size_t)8 * SEGMENT_PARTS);
	if (s.n_notes == 0 || s.n_notes > s.n_chunks || s.n_chunks > SEGMENT_CHUNKS_MAX)
		return bad(e, "impossible counts");
	uint64_t blocks = ((uint64_t)s.n_terms + SEGMENT_TERM_BLOCK - 1) / SEGMENT_TERM_BLOCK;
	s.notes = cut(&r, notes);
	s.note_offsets = cut(&r, (uint64_t)s.n_notes * 4);
	s.id_hashes = cut(&r, (uint64_t)s.n_notes * SEGMENT_HASH_ENTRY);
	s.chunks = cut(&r, (uint64_t)s.n_chunks * SEGMENT_CHUNK_ENTRY);
	s.term_blocks = cut(&r, terms);
	s.term_index = cut(&r, blocks * SEGMENT_INDEX_ENTRY);
	s.postings = cut(&r, postings);
	s.frames = cut(&r, frames);
	if (r.bad || reader_left(&r))
		return bad(e, "parts do not add up to its length");
	*out = s;
	return 0;
}

static int open_parts(struct slice key, struct slice blob, uint64_t expect, unsigned parts,
	struct segment *out, struct err *e)
{
	struct segment s;
	if (key.n != SEGMENT_KEY || blob.n < SEGMENT_HEADER)
		return bad(e, "too short");
	struct slice header = {blob.p + 8, SEGMENT_HEADER - 8};
	if (key_checksum(DB_SEGMENT, key, (struct slice){0}, header) != load_le64(blob.p))
		return bad(e, "header checksum does not match");
	if (load_le64(blob.p) != expect)
		return bad(e, "not the one the patient record lists");
	int rc = segment_layout(key, blob, &s, e);
	if (rc)
		return rc;
	for (unsigned part = 1; part <= parts; part++) {
		uint64_t sum = load_le64(blob.p + SEGMENT_SUMS_AT + (size_t)8 * (part - 1));
		if (segment_part_sum(key, part, segment_part(&s, part)) != sum)
			return err_set(e, LODE_CORRUPT,
				"segment: checksum of part %u does not match", part);
	}
	*out = s;
	return 0;
}

int segment_open(
	struct slice key, struct slice blob, uint64_t expect, struct segment *out, struct err *e)
{
	return open_parts(key, blob, expect, SEGMENT_PARTS, out, e);
}

int segment_open_notes(
	struct slice key, struct slice blob, uint64_t expect, struct segment *out, struct err *e)
{
	return open_parts(key, blob, expect, 1, out, e);
}

/* ---- notes ---- */

static struct slice read_str(struct reader *r)
{
	return cut(r, reader_varint(r));
}

int segment_note(const struct segment *s, uint32_t ordinal, struct note_view *out, struct err *e)
{
	if (ordinal >= s->n_notes)
		return bad(e, "no such note ordinal");
	uint32_t at = load_le32(s->note_offsets.p + 4 * (size_t)ordinal);
	if (at > s->notes.n)
		return bad(e, "note offset out of range");
	struct reader r = reader_of(s->notes.p + at, s->notes.n - at);
	struct note_view v = {.ordinal = ordinal};
	v.note_id = read_str(&r);
	v.date = read_str(&r);
	v.type = read_str(&r);
	v.encounter = read_str(&r);
	v.author_role = read_str(&r);
	v.meta = read_str(&r);
	v.text_bytes = reader_varint32(&r);
	v.text_cp = reader_varint32(&r);
	v.digest.hi = reader_le64(&r);
	v.digest.lo = reader_le64(&r);
	v.first_chunk = reader_varint32(&r);
	v.n_chunks = reader_varint32(&r);
	if (r.bad || v.n_chunks == 0 || v.first_chunk >= s->n_chunks ||
		v.n_chunks > s->n_chunks - v.first_chunk || v.text_cp > v.text_bytes)
		return bad(e, "note record does not parse");
	*out = v;
	return 0;
}

/* First of the id hashes that is not below hash. */
static uint32_t hash_lower_bound(const struct segment *s, uint32_t hash)
{
	uint32_t lo = 0, hi = s->n_notes;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (load_le32(s->id_hashes.p + SEGMENT_HASH_ENTRY * (size_t)mid) < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int segment_find_note(
	const struct segment *s, struct slice note_id, uint32_t *ordinal, struct err *e)
{
	uint32_t hash = segment_id_hash(note_id);
	for (uint32_t i = hash_lower_bound(s, hash); i < s->n_notes; i++) {
		const char *entry = s->id_hashes.p + SEGMENT_HASH_ENTRY * (size_t)i;
		if (load_le32(entry) != hash)
			break;
		struct note_view v;
		int rc = segment_note(s, load_le32(entry + 4), &v, e);
		if (rc)
			return rc;
		if (slice_eq(v.note_id, note_id)) {
			*ordinal = v.ordinal;
			return 0;
		}
	}
	return LODE_NOTFOUND;
}

/* ---- chunks ---- */

int segment_chunk(const struct segment *s, uint32_t chunk, struct chunk_view *out, struct err *e)
{
	if (chunk >= s->n_chunks)
		return bad(e, "no such chunk");
	const char *p = s->chunks.p + SEGMENT_CHUNK_ENTRY * (size_t)chunk;
	struct chunk_view v = {.note = load_le32(p), .start = load_le32(p + 4)};
	v.end = v.start + load_le16(p + 8);
	v.words = load_le16(p + 10);
	if (v.note >= s->n_notes || v.end < v.start)
		return bad(e, "chunk table does not parse");
	*out = v;
	return 0;
}

static int chunk_frame(const struct segment *s, uint32_t chunk, struct slice *frame, struct err *e)
{
	const char *p = s->chunks.p + SEGMENT_CHUNK_ENTRY * (size_t)chunk;
	uint32_t begin = chunk ? load_le32(p - SEGMENT_CHUNK_ENTRY + 12) : 0;
	uint32_t end = load_le32(p + 12);
	if (begin > end || end > s->frames.n)
		return bad(e, "frame out of range");
	*frame = slice_of(s->frames.p + begin, end - begin);
	if (segment_frame_sum(slice_of(s->key, SEGMENT_KEY), chunk, *frame) != load_le32(p + 16))
		return err_set(
			e, LODE_CORRUPT, "segment: chunk %u: frame checksum does not match", chunk);
	return 0;
}

int segment_chunk_text(const struct segment *s, uint32_t chunk, const struct compress_dict *dict,
	struct compressor *z, char *room, struct err *e)
{
	struct chunk_view v;
	struct slice frame;
	int rc = segment_chunk(s, chunk, &v, e);
	if (rc == 0)
		rc = chunk_frame(s, chunk, &frame, e);
	if (rc)
		return rc;
	rc = decompress_frame(z, dict, frame, room, v.end - v.start);
	return rc ? err_set(e, rc, "segment: chunk %u: frame does not decode", chunk) : 0;
}

/* ---- terms ---- */

/* A term while its block is read: front coding needs the one before. */
struct term_cursor {
	struct reader in;
	char term[TOK_TERM_MAX];
	uint32_t n;
	uint32_t df, postings_bytes; /* df 1: none, the posting is in `single` */
	struct slice single;
	uint64_t postings_at; /* of this term */
	uint64_t postings_next;
};

static uint32_t n_blocks(const struct segment *s)
{
	return (uint32_t)(s->term_index.n / SEGMENT_INDEX_ENTRY);
}

static bool block_begin(const struct segment *s, uint32_t block, struct term_cursor *c)
{
	const char *p = s->term_index.p + SEGMENT_INDEX_ENTRY * (size_t)block;
	uint32_t at = load_le32(p);
	if (at >= s->term_blocks.n)
		return false;
	c->in = reader_of(s->term_blocks.p + at, s->term_blocks.n - at);
	c->n = 0;
	c->postings_next = load_le32(p + 4);
	return true;
}

static uint32_t read_nibble(struct reader *r, uint8_t nibble)
{
	if (nibble < 15)
		return nibble;
	uint32_t more = reader_varint32(r);
	if (more > TOK_TERM_MAX)
		r->bad = true;
	return 15 + more;
}

/* Steps to the next term of the block; false when it does not parse. */
static bool term_step(struct term_cursor *c)
{
	uint8_t lengths = reader_u8(&c->in);
	uint32_t shared = read_nibble(&c->in, lengths >> 4),
		 more = read_nibble(&c->in, lengths & 15);
	if (c->in.bad || shared > c->n || more > TOK_TERM_MAX - shared || shared + more == 0)
		return false;
	const uint8_t *p = reader_take(&c->in, more);
	if (!p)
		return false;
	memcpy(c->term + shared, p, more);
	c->n = shared + more;
	c->df = reader_varint32(&c->in);
	c->postings_at = c->postings_next;
	if (c->df == 1) {
		const uint8_t *from = c->in.p;
		if ((reader_varint(&c->in) & 3) == 3)
			reader_varint(&c->in);
		c->postings_bytes = 0;
		c->single = slice_of(from, (size_t)(c->in.p - from));
	} else {
		c->postings_bytes = reader_varint32(&c->in);
		c->postings_next += c->postings_bytes;
	}
	return !c->in.bad && c->df > 0;
}

static uint32_t block_terms(const struct segment *s, uint32_t block)
{
	uint32_t left = s->n_terms - block * SEGMENT_TERM_BLOCK;
	return left < SEGMENT_TERM_BLOCK ? left : SEGMENT_TERM_BLOCK;
}

/* The block in which term would stand: the last whose first term is not above it (0 if none is). */
static int find_block(const struct segment *s, struct slice term, uint32_t *block, struct err *e)
{
	uint32_t lo = 0, hi = n_blocks(s);
	struct term_cursor c;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (!block_begin(s, mid, &c) || !term_step(&c))
			return bad(e, "terms do not parse");
		if (slice_cmp(slice_of(c.term, c.n), term) <= 0)
			lo = mid;
		else
			hi = mid;
	}
	*block = lo;
	return 0;
}

static int open_postings(
	const struct segment *s, const struct term_cursor *c, struct postings *out, struct err *e)
{
	struct slice list = c->single;
	if (c->df > 1) {
		if (c->postings_at > s->postings.n ||
			c->postings_bytes > s->postings.n - c->postings_at)
			return bad(e, "postings out of range");
		list = slice_of(s->postings.p + c->postings_at, c->postings_bytes);
	}
	if (c->df > s->n_chunks)
		return bad(e, "term in more chunks than there are");
	*out = (struct postings){.in = reader_of(list.p, list.n),
		.left = c->df,
		.df = c->df,
		.n_chunks = s->n_chunks};
	return 0;
}

int segment_term(const struct segment *s, struct slice term, struct postings *out, struct err *e)
{
	uint32_t block;
	struct term_cursor c;
	if (s->n_terms == 0)
		return LODE_NOTFOUND;
	int rc = find_block(s, term, &block, e);
	if (rc)
		return rc;
	if (!block_begin(s, block, &c))
		return bad(e, "terms do not parse");
	for (uint32_t i = block_terms(s, block); i > 0; i--) {
		if (!term_step(&c))
			return bad(e, "terms do not parse");
		int order = slice_cmp(slice_of(c.term, c.n), term);
		if (order == 0)
			return open_postings(s, &c, out, e);
		if (order > 0)
			break;
	}
	return LODE_NOTFOUND;
}

bool postings_next(struct postings *p)
{
	if (p->left == 0) {
		p->bad |= reader_left(&p->in) > 0;
		return false;
	}
	bool first = p->left == p->df;
	uint64_t v = reader_varint(&p->in), chunk = (v >> 2) + (first ? 0 : (uint64_t)p->chunk + 1);
	uint64_t tf = (v & 3) + 1;
	if (tf == 4)
		tf += reader_varint32(&p->in);
	if (p->in.bad || chunk >= p->n_chunks || tf > UINT16_MAX) {
		p->bad = true;
		p->left = 0;
		return false;
	}
	p->left--;
	p->chunk = (uint32_t)chunk;
	p->tf = (uint32_t)tf;
	return true;
}

static bool has_prefix(const struct term_cursor *c, struct slice prefix)
{
	return c->n >= prefix.n && memcmp(c->term, prefix.p, prefix.n) == 0;
}

int segment_terms(const struct segment *s, struct slice prefix,
	int (*each)(void *arg, struct slice term, uint32_t df), void *arg, struct err *e)
{
	uint32_t block = 0;
	struct term_cursor c;
	int rc = prefix.n && s->n_terms ? find_block(s, prefix, &block, e) : 0;
	for (; rc == 0 && block < n_blocks(s); block++) {
		if (!block_begin(s, block, &c))
			return bad(e, "terms do not parse");
		for (uint32_t i = block_terms(s, block); rc == 0 && i > 0; i--) {
			if (!term_step(&c))
				return bad(e, "terms do not parse");
			if (prefix.n && has_prefix(&c, prefix))
				rc = each(arg, slice_of(c.term, c.n), c.df);
			else if (prefix.n && slice_cmp(slice_of(c.term, c.n), prefix) > 0)
				return 0;
			else if (prefix.n == 0)
				rc = each(arg, slice_of(c.term, c.n), c.df);
		}
	}
	return rc < 0 ? rc : 0;
}
