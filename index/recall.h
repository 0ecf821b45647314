/* Which chunks of a segment may hold the start of a name: never too few, now and then too many.
 * Private to the room.
 *
 * Sets of chunks are bitmaps, bit c of the segment's chunk c, in `recall.words` 64-bit words. */
#ifndef LODESTONE_INDEX_RECALL_H
#define LODESTONE_INDEX_RECALL_H

#include "base/bytes.h"
#include "index/chart.h"
#include "index/match.h"

struct recall {
	const struct matcher *m;
	const struct segment *seg;
	struct arena *a;
	uint32_t words; /* of a bitmap */
	bool exact_notes;
	uint64_t *no_cross;     /* chunks that end their note, when someone asked; NULL: not yet */
	struct postings *found; /* per form; left 0: the segment has none */
	uint64_t **at;     /* per name and position (see recall_position): chunks that hold it */
	uint32_t *first;   /* per name: index in `at` of its position 0 */
	uint64_t *masks;   /* chunks that hold a mask */
	uint64_t **split;  /* per name: chunks in which a word of it may stand split; NULL: none */
	uint64_t *scratch; /* five bitmaps */
	bool many_joins;   /* in some chunk any word may stand split */
};

/* Reads the postings of every form.  LODE_CORRUPT: the segment's postings do not parse; LODE_NOMEM.
 * exact_notes: find out where notes end, so that candidates do not depend on what lies next to what
 * (a result that shows the count of candidates needs it; one that verifies them does not). */
int recall_begin(struct recall *r, const struct matcher *m, const struct segment *seg,
	bool exact_notes, struct arena *a, struct err *e);
/* Postings of a form, from the first: 1, or 0 when the segment has none. */
int recall_postings(const struct recall *r, uint32_t form, struct postings *out);
/* ORs into `out` the chunks where the name may start with all of its words, into `masked` (may be
 * the same) those where it may with a mask for one of them. */
void recall_name(struct recall *r, uint32_t name, uint64_t *out, uint64_t *masked);
/* ORs into `out` the chunks where a run of at most so many bytes may start that holds the starts of
 * all names, in any order.  LODE_NOMEM. */
int recall_together(struct recall *r, uint32_t bytes, uint64_t *out);
uint64_t *recall_bitmap(struct recall *r); /* zeroed; NULL: no memory */

#define RECALL_EACH(bit, map, words)                                                              \
	for (uint64_t recall_i = 0, recall_w; recall_i < (words); recall_i++)                     \
		for (recall_w = (map)[recall_i];                                                  \
			recall_w &&                                                               \
			((bit) = (uint32_t)(recall_i * 64 + (unsigned)__builtin_ctzll(recall_w)), \
			true);                                                                    \
			recall_w &= recall_w - 1)

static inline void recall_set(uint64_t *map, uint32_t bit)
{
	map[bit >> 6] |= (uint64_t)1 << (bit & 63);
}

static inline bool recall_has(const uint64_t *map, uint32_t bit)
{
	return map[bit >> 6] >> (bit & 63) & 1;
}

#endif
