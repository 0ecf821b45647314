/* Calls every reader of a segment on every argument: for blobs whose checksums are right and whose
 * content is anything.  Shared by the unit test and the fuzz target. */
#ifndef LODESTONE_TESTS_INDEX_SEGMENT_EXERCISE_H
#define LODESTONE_TESTS_INDEX_SEGMENT_EXERCISE_H

#include "index/joins.h"
#include "index/key.h"
#include "index/segment_check.h"

#include <stdlib.h>

struct exercise {
	const struct segment *s;
	uint64_t sum; /* of all that was read: compares two readings */
};

static inline void exercise_add(struct exercise *x, struct slice s)
{
	x->sum = digest64_keyed(slice_of((const char *)&x->sum, sizeof(x->sum)), s);
}

static inline int exercise_term(void *arg, struct slice term, uint32_t df)
{
	struct exercise *x = arg;
	struct postings p;
	exercise_add(x, term);
	if (segment_term(x->s, term, &p, NULL) == 0)
		while (postings_next(&p))
			x->sum += p.chunk * 31u + p.tf + df;
	return 0;
}

static inline uint64_t exercise_segment(const struct segment *s, struct compressor *z)
{
	static char room[1 << 16];
	struct exercise x = {.s = s};
	uint32_t notes = s->n_notes < 2000 ? s->n_notes : 2000;
	uint32_t chunks = s->n_chunks < 2000 ? s->n_chunks : 2000;
	for (uint32_t i = 0; i < notes; i++) {
		struct note_view v;
		uint32_t found;
		if (segment_note(s, i, &v, NULL) != 0)
			continue;
		exercise_add(&x, v.note_id);
		exercise_add(&x, v.date);
		exercise_add(&x, v.type);
		exercise_add(&x, v.meta);
		x.sum += v.text_bytes + v.text_cp + v.digest.lo + v.first_chunk;
		if (v.text_bytes <= sizeof(room) && segment_text(s, &v, NULL, z, room, NULL) == 0)
			exercise_add(&x, slice_of(room, v.text_bytes));
		x.sum += segment_find_note(s, v.note_id, &found, NULL) == 0 ? found : 7;
	}
	for (uint32_t i = 0; i < chunks; i++) {
		struct chunk_view k;
		if (segment_chunk(s, i, &k, NULL) == 0)
			x.sum += k.note * 31u + k.start + k.end + k.words;
	}
	struct joins_walk w = {.s = s};
	const char *joins = NULL;
	uint8_t n = 0;
	while (joins_walk_next(&w, &n, &joins, NULL) > 0)
		for (uint32_t i = 0; i < n && n != JOINS_MANY; i++)
			x.sum += load_le16(joins + (size_t)i * SEGMENT_JOIN);
	segment_terms(s, (struct slice){0}, exercise_term, &x, NULL);
	segment_terms(s, SLICE("pa"), exercise_term, &x, NULL);
	segment_check(s, NULL, z, NULL);
	return x.sum;
}

/* Makes the checksums right where the layout allows; false when it does not. */
static inline bool exercise_fix_sums(struct slice key, char *blob, size_t n)
{
	struct segment s;
	if (segment_layout(key, slice_of(blob, n), &s, NULL) != 0)
		return false;
	char *entry = blob + (s.frame_table.p - blob);
	uint32_t begin = 0;
	for (uint32_t i = 0; i < s.n_frames; i++, entry += SEGMENT_FRAME_ENTRY) {
		uint32_t end = load_le32(entry);
		if (begin <= end && end <= s.frames.n)
			store_le32(entry + 4, segment_frame_sum(key, i,
						      slice_of(s.frames.p + begin, end - begin)));
		begin = end;
	}
	for (unsigned part = 1; part <= SEGMENT_PARTS; part++)
		store_le64(blob + SEGMENT_SUMS_AT + 8 * (part - 1),
			segment_part_sum(key, part, segment_part(&s, part)));
	store_le64(blob, key_checksum(DB_SEGMENT, key, (struct slice){0},
				 slice_of(blob + 8, SEGMENT_HEADER - 8)));
	return true;
}

#endif
