#include "index/segment_build.h"

#include "base/bytes.h"
#include "index/joins.h"
#include "index/key.h"
#include "index/record.h"

#include <assert.h>
#include <stdlib.h>

void segment_builder_begin(struct segment_builder *b, uint32_t dict_id)
{
	buf_clear(&b->notes);
	buf_clear(&b->offsets);
	buf_clear(&b->chunks);
	buf_clear(&b->frame_table);
	buf_clear(&b->n_joins);
	buf_clear(&b->joins);
	buf_clear(&b->frames);
	buf_clear(&b->terms);
	buf_clear(&b->index);
	buf_clear(&b->postings);
	b->n_notes = b->n_chunks = b->n_frames = b->n_terms = 0;
	b->before_n = 0;
	b->n_words = b->raw_bytes = 0;
	b->dict_id = dict_id;
}

void segment_builder_release(struct segment_builder *b)
{
	buf_release(&b->notes);
	buf_release(&b->offsets);
	buf_release(&b->chunks);
	buf_release(&b->frame_table);
	buf_release(&b->n_joins);
	buf_release(&b->joins);
	buf_release(&b->frames);
	buf_release(&b->terms);
	buf_release(&b->index);
	buf_release(&b->postings);
	free(b->hashes);
	*b = (struct segment_builder){0};
}

/* ---- notes and chunks ---- */

static void put_varint(struct buf *b, uint64_t v)
{
	uint8_t room[VARINT_MAX];
	buf_put(b, room, (size_t)(varint_put(room, v) - room));
}

static void put_str(struct buf *b, struct slice s)
{
	put_varint(b, s.n);
	buf_put_slice(b, s);
}

static void put_le32(struct buf *b, uint32_t v)
{
	char room[4];
	store_le32(room, v);
	buf_put(b, room, sizeof(room));
}

static int add_hash(struct segment_builder *b, struct slice note_id)
{
	if (b->n_notes == b->hashes_cap) {
		uint32_t cap = b->hashes_cap ? b->hashes_cap * 2 : 64;
		uint32_t *p = realloc(b->hashes, (size_t)cap * 2 * sizeof(*p));
		if (!p)
			return LODE_NOMEM;
		b->hashes = p;
		b->hashes_cap = cap;
	}
	b->hashes[2 * (size_t)b->n_notes] = segment_id_hash(note_id);
	b->hashes[2 * (size_t)b->n_notes + 1] = b->n_notes;
	return 0;
}

int segment_builder_note(struct segment_builder *b, const struct note_view *view, uint32_t n_chunks)
{
	char digest[16];
	if (n_chunks == 0 || n_chunks > SEGMENT_CHUNKS_MAX - b->n_chunks)
		return LODE_TOOBIG;
	int rc = add_hash(b, view->note_id);
	if (rc)
		return rc;
	put_le32(&b->offsets, (uint32_t)b->notes.n);
	put_str(&b->notes, view->note_id);
	put_str(&b->notes, view->date);
	put_str(&b->notes, view->type);
	put_str(&b->notes, view->encounter);
	put_str(&b->notes, view->author_role);
	put_str(&b->notes, view->meta);
	put_varint(&b->notes, view->text_bytes);
	put_varint(&b->notes, view->text_cp);
	store_le64(digest, view->digest.hi);
	store_le64(digest + 8, view->digest.lo);
	buf_put(&b->notes, digest, sizeof(digest));
	put_varint(&b->notes, b->n_chunks);
	put_varint(&b->notes, n_chunks);
	put_varint(&b->notes, b->n_frames);
	b->n_notes++;
	b->raw_bytes += view->text_bytes;
	return b->notes.failed || b->offsets.failed ? LODE_NOMEM : 0;
}

int segment_builder_chunk(
	struct segment_builder *b, uint32_t start, uint32_t raw_bytes, uint32_t words)
{
	char entry[SEGMENT_CHUNK_ENTRY];
	if (raw_bytes > UINT16_MAX || words > UINT16_MAX)
		return LODE_BUG;
	store_le32(entry, b->n_notes - 1);
	store_le32(entry + 4, start);
	store_le16(entry + 8, (uint16_t)raw_bytes);
	store_le16(entry + 10, (uint16_t)words);
	buf_put(&b->chunks, entry, sizeof(entry));
	b->n_chunks++;
	b->n_words += words;
	return b->chunks.failed ? LODE_NOMEM : 0;
}

int segment_builder_joins(struct segment_builder *b, uint8_t n, const void *joins)
{
	buf_put_byte(&b->n_joins, n);
	for (uint32_t i = 0; i < n && n != JOINS_MANY; i++) {
		char room[2];
		uint16_t print;
		memcpy(&print, (const char *)joins + i * sizeof(print), sizeof(print));
		store_le16(room, print);
		buf_put(&b->joins, room, sizeof(room));
	}
	return b->n_joins.failed || b->joins.failed ? LODE_NOMEM : 0;
}

int segment_builder_frame(struct segment_builder *b, struct slice frame)
{
	char entry[SEGMENT_FRAME_ENTRY];
	if (frame.n > UINT32_MAX - b->frames.n)
		return LODE_TOOBIG;
	buf_put_slice(&b->frames, frame);
	store_le32(entry, (uint32_t)b->frames.n);
	store_le32(entry + 4, 0); /* segment_seal */
	buf_put(&b->frame_table, entry, sizeof(entry));
	b->n_frames++;
	return b->frames.failed || b->frame_table.failed ? LODE_NOMEM : 0;
}

static int by_hash(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;
	if (a[0] != b[0])
		return a[0] < b[0] ? -1 : 1;
	return (a[1] > b[1]) - (a[1] < b[1]);
}

/* ---- terms ---- */

static size_t shared_prefix(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n, i = 0;
	while (i < n && a.p[i] == b.p[i])
		i++;
	return i;
}

static void put_term(struct segment_builder *b, struct slice before, struct slice term)
{
	if (b->n_terms % SEGMENT_TERM_BLOCK == 0) {
		put_le32(&b->index, (uint32_t)b->terms.n);
		put_le32(&b->index, (uint32_t)b->postings.n);
		before = (struct slice){0};
	}
	size_t shared = shared_prefix(before, term), more = term.n - shared;
	uint8_t high = shared < 15 ? (uint8_t)shared : 15, low = more < 15 ? (uint8_t)more : 15;
	buf_put_byte(&b->terms, (uint8_t)(high << 4 | low));
	if (high == 15)
		put_varint(&b->terms, shared - 15);
	if (low == 15)
		put_varint(&b->terms, more - 15);
	buf_put(&b->terms, term.p + shared, more);
	b->n_terms++;
}

static uint8_t *encode_posting(uint8_t *to, uint64_t gap, uint32_t tf)
{
	to = varint_put(to, gap << 2 | (tf < 4 ? tf - 1 : 3));
	return tf < 4 ? to : varint_put(to, tf - 4);
}

static void put_postings(struct segment_builder *b, const struct posting *p, size_t df)
{
	put_varint(&b->terms, df);
	struct buf *list = df == 1 ? &b->terms : &b->postings;
	size_t before = list->n;
	uint8_t *room = (uint8_t *)buf_room(list, df * 2 * VARINT_MAX);
	if (!room)
		return;
	uint8_t *to = room;
	for (size_t i = 0; i < df; i++)
		to = encode_posting(to, i ? p[i].chunk - p[i - 1].chunk - 1u : p[i].chunk, p[i].tf);
	list->n = before + (size_t)(to - room);
	if (df > 1)
		put_varint(&b->terms, list->n - before);
}

void segment_builder_term(
	struct segment_builder *b, struct slice term, const struct posting *p, size_t df)
{
	struct slice before = {b->before, b->before_n};
	assert(b->n_terms == 0 || slice_cmp(before, term) < 0);
	put_term(b, before, term);
	put_postings(b, p, df);
	memcpy(b->before, term.p, term.n);
	b->before_n = term.n;
}

/* ---- joining ---- */

static bool any_failed(const struct segment_builder *b)
{
	return b->notes.failed || b->offsets.failed || b->chunks.failed || b->frames.failed ||
	       b->frame_table.failed || b->n_joins.failed || b->joins.failed || b->terms.failed ||
	       b->index.failed || b->postings.failed;
}

static void put_header(const struct segment_builder *b, struct buf *out)
{
	char h[SEGMENT_HEADER] = {0};
	h[8] = SEGMENT_VERSION;
	store_le32(h + 12, b->dict_id);
	store_le32(h + 16, b->n_notes);
	store_le32(h + 20, b->n_chunks);
	store_le32(h + 24, b->n_frames);
	store_le32(h + 28, b->n_terms);
	store_le64(h + 32, b->n_words);
	store_le32(h + 40, (uint32_t)b->notes.n);
	store_le32(h + 44, (uint32_t)b->terms.n);
	store_le32(h + 48, (uint32_t)b->postings.n);
	store_le32(h + 52, (uint32_t)b->frames.n);
	store_le32(h + SEGMENT_JOINS_AT, (uint32_t)(b->joins.n / SEGMENT_JOIN));
	buf_put(out, h, sizeof(h));
}

int segment_builder_finish(struct segment_builder *b, struct buf *out)
{
	buf_clear(out);
	if (any_failed(b))
		return LODE_NOMEM;
	if (b->notes.n > UINT32_MAX || b->terms.n > UINT32_MAX || b->postings.n > UINT32_MAX)
		return LODE_TOOBIG;
	qsort(b->hashes, b->n_notes, 2 * sizeof(*b->hashes), by_hash);
	size_t total = SEGMENT_HEADER + b->notes.n + b->offsets.n +
		       (size_t)b->n_notes * SEGMENT_HASH_ENTRY + b->chunks.n + b->frame_table.n +
		       b->n_joins.n + b->joins.n + b->terms.n + b->index.n + b->postings.n +
		       b->frames.n;
	if (!buf_room(out, total))
		return LODE_NOMEM;
	put_header(b, out);
	buf_put_slice(out, buf_slice(&b->notes));
	buf_put_slice(out, buf_slice(&b->offsets));
	for (size_t i = 0; i < 2 * (size_t)b->n_notes; i++)
		put_le32(out, b->hashes[i]);
	buf_put_slice(out, buf_slice(&b->chunks));
	buf_put_slice(out, buf_slice(&b->frame_table));
	buf_put_slice(out, buf_slice(&b->n_joins));
	buf_put_slice(out, buf_slice(&b->joins));
	buf_put_slice(out, buf_slice(&b->terms));
	buf_put_slice(out, buf_slice(&b->index));
	buf_put_slice(out, buf_slice(&b->postings));
	buf_put_slice(out, buf_slice(&b->frames));
	return 0;
}

uint64_t segment_seal(struct slice key, char *blob, size_t n)
{
	struct segment s;
	int rc = segment_layout(key, slice_of(blob, n), &s, NULL);
	assert(rc == 0); /* our own bytes */
	char *entry = blob + (s.frame_table.p - blob);
	uint32_t begin = 0;
	for (uint32_t i = 0; i < s.n_frames; i++, entry += SEGMENT_FRAME_ENTRY) {
		uint32_t end = load_le32(entry);
		struct slice frame = {s.frames.p + begin, end - begin};
		store_le32(entry + 4, segment_frame_sum(key, i, frame));
		begin = end;
	}
	for (unsigned part = 1; part <= SEGMENT_PARTS; part++)
		store_le64(blob + SEGMENT_SUMS_AT + (size_t)8 * (part - 1),
			segment_part_sum(key, part, segment_part(&s, part)));
	uint64_t digest = key_checksum(
		DB_SEGMENT, key, (struct slice){0}, slice_of(blob + 8, SEGMENT_HEADER - 8));
	store_le64(blob, digest);
	return digest;
}
