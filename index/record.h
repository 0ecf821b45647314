/* The small records: format, state, runs, patient, number.  Layout: docs/index-format.md sections 2-5.
 *
 * Encoders are pure; decoders trust no byte and fill their output only on success. */
#ifndef LODESTONE_INDEX_RECORD_H
#define LODESTONE_INDEX_RECORD_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "index/key.h"

enum {
	RECORD_HEAD = 10,
	RECORD_VERSION = 1,
	FORMAT_VERSION = 3,
	SEGMENT_CHUNKS_MAX = 1 << 20, /* and so notes: each has a chunk */
};

/* Begins a value in an empty buf; seals it (checksum) when the payload is complete. */
void record_begin(struct buf *b);
void record_seal(enum db db, struct slice key, struct buf *b);
/* Checksum and version; the payload behind the head.  LODE_CORRUPT. */
int record_open(
	enum db db, struct slice key, struct slice value, struct reader *out, struct err *e);
/* The checksum field of a stored value, 0 when it is too short. */
uint64_t record_checksum(struct slice value);

struct format {
	uint32_t version, incompatible, compatible, tok_version, chunk_target, chunk_max;
	uint8_t uuid[16];
	uint64_t created; /* seconds since 1970 */
};
void format_encode(const struct format *f, struct buf *out);
/* LODE_VERSION for what this build must not touch, LODE_CORRUPT for damage. */
int format_decode(struct slice value, struct format *out, struct err *e);
/* LODE_VERSION: made by another tokenizer than this build's. */
int format_check_tokenizer(const struct format *f, struct err *e);

struct state {
	uint64_t txn_id, revision, patients, notes, segments, chunks, raw_bytes, next_patient;
	uint64_t patient_sum; /* wrapping sum of the checksum fields of all patient records */
	uint32_t dict_id;     /* for new segments; 0: none trained yet */
	uint64_t dict_text;   /* bytes of live text in the index when it was trained */
	uint32_t bundles;     /* of small segments that wait for upkeep */
	uint32_t next_bundle; /* the first is 1; none is used twice */
	uint64_t bundle_bytes;
	uint64_t pending;  /* patients with segments whose terms are in no run */
	uint32_t next_run; /* the first is 1; none is used twice */
	uint64_t runs_sum; /* checksum field of the record `runs` */
};
void state_encode(const struct state *s, struct buf *out);
int state_decode(struct slice value, struct state *out, struct err *e);

/* One run of the cohort index, as the record `runs` lists it. */
struct run_entry {
	uint32_t number, n_blocks; /* block 0, the header, not counted */
	uint64_t checksum;         /* of its header */
	uint64_t bytes;            /* of its blocks: which ones to merge */
};
void runs_encode(const struct run_entry *runs, uint32_t n, struct buf *out);
/* Array in a.  LODE_CORRUPT, LODE_NOMEM. */
int runs_decode(
	struct slice value, struct arena *a, struct run_entry **out, uint32_t *n, struct err *e);

/* The patient id behind a number. */
void number_encode(uint32_t number, struct slice id, struct buf *out);
int number_decode(uint32_t number, struct slice value, struct slice *id, struct err *e);

/* One segment as its patient record lists it. */
struct patient_segment {
	uint32_t segno, n_notes, n_chunks, n_dead;
	uint64_t raw_bytes, digest;
	/* Where it lies: 0: a value of its own; else bytes [at, at + bytes) of that bundle. */
	uint32_t bundle, at, bytes;
	uint64_t *dead; /* bit per ordinal; NULL when n_dead is 0 */
};

struct patient_record {
	uint32_t number, next_segno;
	uint32_t covered; /* terms of segments below this number are in the cohort index */
	uint64_t notes, chunks, raw_bytes; /* live ones */
	struct patient_segment *segments;  /* ascending segno */
	uint32_t n_segments;
};
void patient_encode(struct slice id, const struct patient_record *r, struct buf *out);
/* Arrays in a.  LODE_CORRUPT, LODE_NOMEM. */
int patient_decode(struct slice id, struct slice value, struct arena *a, struct patient_record *out,
	struct err *e);

/* Words of a bitmap for n bits. */
static inline size_t bitmap_words(uint32_t n)
{
	return ((size_t)n + 63) / 64;
}
static inline bool bitmap_get(const uint64_t *bits, uint32_t i)
{
	return bits && (bits[i >> 6] >> (i & 63) & 1);
}
static inline void bitmap_set(uint64_t *bits, uint32_t i)
{
	bits[i >> 6] |= UINT64_C(1) << (i & 63);
}

#endif
