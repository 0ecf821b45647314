#include "index/segment.h"

#include "base/bytes.h"
#include "index/joins.h"
#include "index/key.h"
#include "index/record.h"

/* ---- parts and checksums ---- */

uint64_t segment_part_sum(struct slice key, unsigned part, struct slice bytes)
{
	char suffix = (char)part;
	return key_checksum(DB_SEGMENT, key, slice_of(&suffix, 1), bytes);
}

uint32_t segment_frame_sum(struct slice key, uint32_t number, struct slice frame)
{
	char suffix[4];
	store_be32(suffix, number);
	return (uint32_t)key_checksum(DB_SEGMENT, key, slice_of(suffix, sizeof(suffix)), frame);
}

struct slice segment_part(const struct segment *s, unsigned part)
{
	switch (part) {
	case 1: return slice_of(s->notes.p, s->notes.n + s->note_offsets.n + s->id_hashes.n);
	case 2:
		return slice_of(
			s->chunks.p, s->chunks.n + s->frame_table.n + s->n_joins.n + s->joins.n);
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
	s.n_frames = reader_le32(&r);
	s.n_terms = reader_le32(&r);
	s.n_words = reader_le64(&r);
	uint32_t notes = reader_le32(&r), terms = reader_le32(&r);
	uint32_t postings = reader_le32(&r), frames = reader_le32(&r);
	reader_take(&r, (size_t)8 * SEGMENT_PARTS);
	uint32_t joins = reader_le32(&r);
	if (s.n_notes == 0 || s.n_notes > s.n_chunks || s.n_chunks > SEGMENT_CHUNKS_MAX)
		return bad(e, "impossible counts");
	uint64_t blocks = ((uint64_t)s.n_terms + SEGMENT_TERM_BLOCK - 1) / SEGMENT_TERM_BLOCK;
	s.notes = cut(&r, notes);
	s.note_offsets = cut(&r, (uint64_t)s.n_notes * 4);
	s.id_hashes = cut(&r, (uint64_t)s.n_notes * SEGMENT_HASH_ENTRY);
	s.chunks = cut(&r, (uint64_t)s.n_chunks * SEGMENT_CHUNK_ENTRY);
	s.frame_table = cut(&r, (uint64_t)s.n_frames * SEGMENT_FRAME_ENTRY);
	s.n_joins = cut(&r, s.n_chunks);
	s.joins = cut(&r, (uint64_t)joins * SEGMENT_JOIN);
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

int segment_open_trusted(
	struct slice key, struct slice blob, uint64_t expect, struct segment *out, struct err *e)
{
	return open_parts(key, blob, expect, 0, out, e);
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
	v.first_frame = reader_varint32(&r);
	uint32_t frames = segment_frames_of(v.text_bytes);
	if (r.bad || v.n_chunks == 0 || v.first_chunk >= s->n_chunks ||
		v.n_chunks > s->n_chunks - v.first_chunk || v.text_cp > v.text_bytes ||
		v.first_frame > s->n_frames || frames > s->n_frames - v.first_frame)
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

int joins_walk_next(struct joins_walk *w, uint8_t *n, const char **joins, struct err *e)
{
	if (w->chunk == w->s->n_chunks)
		return 0;
	*n = (uint8_t)w->s->n_joins.p[w->chunk++];
	*joins = w->s->joins.p + (size_t)w->at * SEGMENT_JOIN;
	w->at += *n == JOINS_MANY ? 0 : *n;
	return (size_t)w->at * SEGMENT_JOIN > w->s->joins.n ? bad(e, "joins do not parse") : 1;
}

/* ---- frames ---- */

int segment_frame(const struct segment *s, uint32_t number, struct slice *out, struct err *e)
{
	if (number >= s->n_frames)
		return bad(e, "no such frame");
	const char *p = s->frame_table.p + SEGMENT_FRAME_ENTRY * (size_t)number;
	uint32_t begin = number ? load_le32(p - SEGMENT_FRAME_ENTRY) : 0, end = load_le32(p);
	if (begin > end || end > s->frames.n)
		return bad(e, "frame out of range");
	struct slice frame = {s->frames.p + begin, end - begin};
	if (segment_frame_sum(slice_of(s->key, SEGMENT_KEY), number, frame) != load_le32(p + 4))
		return err_set(
			e, LODE_CORRUPT, "segment: frame %u: checksum does not match", number);
	*out = frame;
	return 0;
}

int segment_text(const struct segment *s, const struct note_view *v,
	const struct compress_dict *dict, struct compressor *z, char *room, struct err *e)
{
	uint32_t n = segment_frames_of(v->text_bytes);
	for (uint32_t i = 0; i < n; i++) {
		struct slice frame = {0};
		uint32_t at = i * SEGMENT_FRAME_TEXT, raw = v->text_bytes - at;
		if (raw > SEGMENT_FRAME_TEXT)
			raw = SEGMENT_FRAME_TEXT;
		int rc = segment_frame(s, v->first_frame + i, &frame, e);
		if (rc)
			return rc;
		rc = decompress_frame(z, dict, frame, room + at, raw);
		if (rc)
			return err_set(
				e, rc, "segment: frame %u does not decode", v->first_frame + i);
	}
	return 0;
}
