/* A patient segment: one value that holds some notes of one patient with everything needed to
 * search and show them.  Parts: header, note table, note-id hashes, chunk and frame tables, term
 * dictionary with chunk-level postings, text frames.  Layout: docs/index-format.md.
 *
 * Private to the room.  The builder is pure; the reader trusts no byte. */
#ifndef LODESTONE_INDEX_SEGMENT_H
#define LODESTONE_INDEX_SEGMENT_H

#include "base/bytes.h"
#include "base/compress.h"
#include "index/index.h"

enum { SEGMENT_KEY = 8 }; /* patient number u32 BE | segment number u32 BE */

/* A validated view of one stored segment; points into the snapshot. */
struct segment {
	struct slice blob;
	uint8_t key[SEGMENT_KEY]; /* part of every checksum */
	uint32_t n_notes, n_chunks, n_frames, n_terms;
	uint32_t dict_id;
	uint64_t n_words; /* for BM25's average chunk length */
	struct slice notes, note_offsets, id_hashes, chunks, frame_table, n_joins, joins,
		term_blocks, term_index, postings, frames;
};

/* Layout, shared with the builder: docs/index-format.md section 6. */
enum {
	SEGMENT_VERSION = 3,
	SEGMENT_HEADER = 92,
	SEGMENT_CHUNK_ENTRY = 12,
	SEGMENT_FRAME_ENTRY = 8,
	/* Text in one frame, but for the last of a note: almost every note is one frame, which packs
	 * better than its chunks would apart (the whole index takes .547 of the text and not .565,
	 * ingest_bench 20000) and is what every reader wants whole. */
	SEGMENT_FRAME_TEXT = 1 << 16,
	SEGMENT_HASH_ENTRY = 8,
	SEGMENT_INDEX_ENTRY = 8,
	SEGMENT_TERM_BLOCK = 16, /* terms */
	SEGMENT_PARTS = 4,       /* with a checksum of their own: notes, chunks, terms, postings */
	SEGMENT_SUMS_AT = 56,    /* of the first */
	SEGMENT_JOINS_AT = 88,   /* how many joins */
	SEGMENT_JOIN = 2,
};

/* Frames that hold a note's text. */
static inline uint32_t segment_frames_of(uint32_t text_bytes)
{
	return (uint32_t)(((uint64_t)text_bytes + SEGMENT_FRAME_TEXT - 1) / SEGMENT_FRAME_TEXT);
}
/* Checksum of part 1..SEGMENT_PARTS, and of a frame. */
uint64_t segment_part_sum(struct slice key, unsigned part, struct slice bytes);
uint32_t segment_frame_sum(struct slice key, uint32_t number, struct slice frame);
/* What the id hash table sorts by. */
static inline uint32_t segment_id_hash(struct slice note_id)
{
	return (uint32_t)digest64(note_id);
}
/* Splits a blob into its parts by the header's lengths; looks at no checksum.  LODE_CORRUPT. */
int segment_layout(struct slice key, struct slice blob, struct segment *out, struct err *e);
/* The bytes a part's checksum covers. */
struct slice segment_part(const struct segment *s, unsigned part);

/* Checks the header, the part lengths and the digest of everything but the frames (those have one
 * each).  expect: the digest the patient record holds.  LODE_CORRUPT. */
int segment_open(
	struct slice key, struct slice blob, uint64_t expect, struct segment *out, struct err *e);

/* As segment_open, but only the header is verified: the caller has verified the parts before. */
int segment_open_trusted(
	struct slice key, struct slice blob, uint64_t expect, struct segment *out, struct err *e);

/* As segment_open, but of the parts only the note table is verified (and may be read): what a writer
 * needs to find notes.  A segment opened so must not be searched. */
int segment_open_notes(
	struct slice key, struct slice blob, uint64_t expect, struct segment *out, struct err *e);

/* ordinal < n_notes.  LODE_CORRUPT when the record does not parse.  out->segment stays 0. */
int segment_note(const struct segment *s, uint32_t ordinal, struct note_view *out, struct err *e);

/* Ordinals of notes with that id (hash collisions are resolved by comparing ids): LODE_NOTFOUND. */
int segment_find_note(
	const struct segment *s, struct slice note_id, uint32_t *ordinal, struct err *e);

struct chunk_view {
	uint32_t note;       /* ordinal */
	uint32_t start, end; /* bytes in the note's text */
	uint32_t words;
};
int segment_chunk(const struct segment *s, uint32_t chunk, struct chunk_view *out, struct err *e);

/* Joins chunk by chunk (joins.h). */
struct joins_walk {
	const struct segment *s;
	uint32_t chunk, at; /* the next chunk; joins before it */
};
/* Of the next chunk: n little-endian u16 at *joins, or JOINS_MANY and none.  1; 0: no more; LODE_CORRUPT. */
int joins_walk_next(struct joins_walk *w, uint8_t *n, const char **joins, struct err *e);

/* A compressed frame as stored, its checksum verified: LODE_CORRUPT. */
int segment_frame(const struct segment *s, uint32_t number, struct slice *out, struct err *e);
/* Text of a note into room (v->text_bytes).  The frames' checksums are verified, the text's digest is
 * not: LODE_CORRUPT. */
int segment_text(const struct segment *s, const struct note_view *v,
	const struct compress_dict *dict, struct compressor *z, char *room, struct err *e);

/* Postings of one term: ascending chunk numbers with term frequency. */
struct postings {
	struct reader in;
	uint32_t left;      /* entries still to come */
	uint32_t df;        /* chunks that hold the term */
	uint32_t chunk, tf; /* current, after postings_next returned true */
	uint32_t n_chunks;
	bool bad; /* the block did not parse: treat the segment as damaged */
};
/* LODE_NOTFOUND when the term is not in the segment. */
int segment_term(const struct segment *s, struct slice term, struct postings *out, struct err *e);
bool postings_next(struct postings *p);

/* A walk over all terms in order. */
struct term_walk {
	const struct segment *s;
	uint32_t block, left; /* the block that is being read; terms of it still to come */
	struct reader in;
	char term[TOK_TERM_MAX]; /* the current one: front coding needs it for the next */
	uint32_t n;
	uint32_t df, postings_bytes; /* df 1: none, the posting is in `single` */
	struct slice single;
	uint64_t postings_at, postings_next; /* of this term, of the one behind it */
};
struct term_walk term_walk_of(const struct segment *s);
/* 1: there is a term; 0: no more; LODE_CORRUPT. */
int term_walk_next(struct term_walk *w, struct err *e);
static inline struct slice term_walk_term(const struct term_walk *w)
{
	return slice_of(w->term, w->n);
}
int term_walk_postings(const struct term_walk *w, struct postings *out, struct err *e);

/* All terms with that prefix in order: a negative return from each stops. */
int segment_terms(const struct segment *s, struct slice prefix,
	int (*each)(void *arg, struct slice term, uint32_t df), void *arg, struct err *e);

#endif
