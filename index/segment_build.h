/* Writes one segment.  Pure: no disk, no transaction.  Private to the room.
 *
 * begin, then for each note: note, its chunks and its frames in order; then the terms in order, then
 * finish; then segment_seal when its key is known (patient and segment numbers are given out under the write
 * lock, after the expensive work). */
#ifndef LODESTONE_INDEX_SEGMENT_BUILD_H
#define LODESTONE_INDEX_SEGMENT_BUILD_H

#include "index/segment.h"

/* One term in one chunk.  Sorted by (rank of the term, chunk). */
struct posting {
	uint32_t term;                /* the caller's number of it */
	uint32_t chunk : 20, tf : 12; /* SEGMENT_CHUNKS_MAX, TOK_CHUNK_MAX */
};

struct segment_builder {
	struct buf notes, offsets, chunks, frame_table, n_joins, joins, frames, terms, index,
		postings;
	uint32_t *hashes; /* pairs {hash, ordinal} */
	uint32_t n_notes, n_chunks, n_frames, n_terms, hashes_cap, dict_id;
	uint64_t n_words, raw_bytes;
	char before[TOK_TERM_MAX]; /* the last term */
	size_t before_n;
};

/* Empties b (keeps its memory); zero-initialise before the first time. */
void segment_builder_begin(struct segment_builder *b, uint32_t dict_id);
void segment_builder_release(struct segment_builder *b);

/* view: text_bytes, text_cp, digest and strings of the note; its chunk and frame numbers are set
 * here. */
int segment_builder_note(
	struct segment_builder *b, const struct note_view *view, uint32_t n_chunks);
/* The next chunk of the note last added: raw_bytes of text from start. */
int segment_builder_chunk(
	struct segment_builder *b, uint32_t start, uint32_t raw_bytes, uint32_t words);
/* The joins of the chunk last added (joins.h): n uint16_t ascending, or JOINS_MANY and none. */
int segment_builder_joins(struct segment_builder *b, uint8_t n, const void *joins);
/* The next frame of the note last added (segment_frames_of its text), compressed. */
int segment_builder_frame(struct segment_builder *b, struct slice frame);
/* The next term: above the one before, 1..TOK_TERM_MAX bytes, with its df >= 1 postings by chunk
 * (their member `term` is not looked at). */
void segment_builder_term(
	struct segment_builder *b, struct slice term, const struct posting *p, size_t df);
/* Joins the parts in out (cleared first), checksums still open. */
int segment_builder_finish(struct segment_builder *b, struct buf *out);

/* Fills in all checksums of a finished blob for its key; the digest goes into the patient record. */
uint64_t segment_seal(struct slice key, char *blob, size_t n);

#endif
