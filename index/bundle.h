/* Bundles: the fresh tier.  The small segments of one commit lie side by side in one value, so that a
 * batch that touches a hundred patients writes a few pages in a row and not a hundred; upkeep moves
 * them into segments of their own.  Layout: docs/index-format.md 7.  Private to the room. */
#ifndef LODESTONE_INDEX_BUNDLE_H
#define LODESTONE_INDEX_BUNDLE_H

#include "index/write.h"

enum {
	BUNDLE_SEGMENT_MAX = 32 << 10, /* a larger one pays for pages of its own */
	BUNDLE_FULL = 4 << 20,         /* past it the next one is begun */
	/* A patient with so many segments gets even large ones bundled, so that upkeep sees them. */
	BUNDLE_SEGMENTS_MANY = 8,
};

/* What a bundle holds, in order. */
struct bundle_entry {
	uint32_t patient, segno;
};

/* The bundle that a commit fills. */
struct bundle {
	struct buf entries, blobs;
	uint32_t n;
};
void bundle_release(struct bundle *b);

/* Takes in a sealed blob; s->bundle, at and bytes say where it will lie.  A full bundle is written. */
int bundle_add(struct bundle *b, struct write *w, uint32_t patient, struct patient_segment *s,
	struct slice blob, struct err *e);
/* Writes what is left. */
int bundle_finish(struct bundle *b, struct write *w, struct err *e);

/* The entries of a stored bundle, borrowed: LODE_CORRUPT. */
int bundle_open(
	uint32_t number, struct slice value, struct reader *entries, uint32_t *n, struct err *e);

/* The stored bytes of a listed segment, wherever they lie; nothing of them is checked but that they
 * are there.  LODE_NOTFOUND: they are not; LODE_CORRUPT: its bundle is too short. */
int bundle_segment(struct txn *t, uint32_t patient, const struct patient_segment *s,
	struct slice *out, struct err *e);

#endif
