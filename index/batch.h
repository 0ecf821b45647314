/* What a batch is made of.  Private to the room: batch.c takes notes in, seal.c builds segments,
 * commit.c stores them. */
#ifndef LODESTONE_INDEX_BATCH_H
#define LODESTONE_INDEX_BATCH_H

#include "index/codec.h"
#include "index/intern.h"
#include "index/segment_build.h"

enum {
	BATCH_SEGMENT_RAW = 4 << 20, /* a segment is cut when its text passes this */
	BATCH_SCRATCH_MAX = 1 << 30, /* what one note's words may take */
};

struct batch_chunk {
	uint32_t end; /* in the note's text */
	uint32_t words;
	uint8_t n_joins; /* joins.h; behind those of the chunk before in batch.joins */
};

enum batch_fate {
	FATE_STORE,
	FATE_SUPERSEDED, /* the same id came again later in the batch */
	FATE_KNOWN,      /* stored already just so: checked again by the commit, not tokenised */
};

struct batch_note {
	struct note_view view; /* strings in the batch's arena; no chunk numbers yet */
	uint32_t patient;      /* number in batch.patients */
	uint8_t fate;          /* enum batch_fate */
	size_t text;           /* offset in batch.text */
	uint32_t n_chunks;
	size_t first_chunk;               /* in batch.chunks */
	size_t first_posting, n_postings; /* in batch.postings; chunk numbers within the note */
	size_t first_join;                /* in batch.joins */
};

/* A term's last posting: in the same chunk it only counts. */
struct batch_use {
	uint32_t chunk_serial; /* + 1; 0: never */
	uint32_t posting;      /* within the note */
};

struct batch_segment {
	uint32_t patient; /* number in batch.patients */
	struct buf blob;  /* finished, not sealed */
};

/* Live notes of the patient asked about last, see known.c. */
struct known {
	struct buf patient;       /* its id; empty: none */
	bool is_absent;           /* it has no record */
	struct digest128 *prints; /* open addressing, all zero: free; NULL: not read yet */
	size_t mask;
	struct buf room; /* of one fingerprint */
};

struct batch {
	struct index *index;
	struct known known;
	struct arena strings;          /* ids and metadata of notes */
	struct intern patients, notes; /* notes: patient number u32 + id -> latest[] */
	struct intern terms;
	uint32_t *latest; /* by number in `notes`: index into note[] */
	uint32_t latest_cap;
	struct batch_note *note;
	uint32_t n_notes, notes_cap;
	struct batch_chunk *chunks;
	size_t n_chunks, chunks_cap;
	struct posting *postings;
	size_t n_postings, postings_cap;
	struct buf joins;       /* uint16_t, see joins.h */
	struct batch_use *uses; /* by term */
	uint32_t uses_cap, chunk_serial;
	struct buf text;
	size_t raw_bytes;
	struct arena scratch;

	bool no_peek; /* every note is to be stored, known or not */
	bool is_sealed;
	struct dict *dict;              /* of the segments; NULL: none */
	struct batch_segment *segments; /* sorted by patient id */
	uint32_t n_segments, segments_cap;
};

/* Stored already with this text and metadata?  As the index was when the patient was first asked
 * about, so the commit must look again; damage answers no.  scratch is left empty. */
bool known_has(struct known *k, struct index *x, struct slice patient,
	const struct note_view *fresh, struct arena *scratch);
void known_release(struct known *k); /* may be used again */
size_t known_memory(const struct known *k);

/* Frees what only building segments needs. */
void batch_forget_words(struct batch *b);
void batch_clear(struct batch *b);

/* A note of the batch as it would come in again. */
struct note_in batch_note_in(const struct batch *b, const struct batch_note *n);

#endif
