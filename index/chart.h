/* A chart as the room sees it: the segments of one patient, opened and verified, with their dead
 * notes.  Private to the room (chart.c makes it; search, rank and names read it). */
#ifndef LODESTONE_INDEX_CHART_H
#define LODESTONE_INDEX_CHART_H

#include "base/compress.h"
#include "index/segment.h"

struct chart_segment {
	struct segment seg; /* not to be touched when damaged */
	uint32_t segno;     /* the number in its key and in messages */
	uint32_t n_notes;   /* from the patient record, so true even when damaged */
	uint32_t n_live;    /* n_notes less the dead */
	uint64_t digest;    /* what the patient record expects of it */
	bool damaged;
	bool is_cold;                     /* it had to be verified: not looked at lately */
	unsigned texts_read;              /* of a cold one */
	const uint64_t *dead;             /* bit per ordinal; NULL: none dead */
	const struct compress_dict *dict; /* for segment_text; NULL: written without one */
};

struct chart {
	struct snapshot *snapshot;      /* owns everything mapped, and z */
	struct slice patient;           /* its id, in the arena */
	uint32_t number;                /* the patient's number in segment keys */
	struct chart_segment *segments; /* ascending segno; array in the arena */
	uint32_t n_segments;
	struct compressor *z; /* the snapshot's: one thread at a time */
	struct chart_info info;
};

/* Replaced and deleted notes stay in their segment until it is rewritten; every reader of postings
 * or note tables skips them. */
static inline bool chart_note_is_dead(const struct chart_segment *s, uint32_t ordinal)
{
	return s->dead && (s->dead[ordinal >> 6] >> (ordinal & 63) & 1);
}

/* The note `ordinal` of segments[segment], with view->segment set to that array index (what
 * chart_text expects).  Does not look whether it is dead.  LODE_CORRUPT. */
int chart_note(const struct chart *c, uint32_t segment, uint32_t ordinal, struct note_view *out,
	struct err *e);

/* Whoever finds damage while reading says so here: the segment counts as damaged from now on, its
 * live notes as unreadable, and the first reason is kept for chart_info. */
void chart_damage(struct chart *c, uint32_t segment, const char *why);

#endif
