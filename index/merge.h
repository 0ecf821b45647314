/* Several segments of one patient -> one without the dead notes: notes and frames are copied, terms
 * merged; nothing is tokenised again.  Pure.  Private to the room. */
#ifndef LODESTONE_INDEX_MERGE_H
#define LODESTONE_INDEX_MERGE_H

#include "index/codec.h"
#include "index/record.h"

struct merge_input {
	const struct segment *seg;        /* opened with all parts verified */
	const uint64_t *dead;             /* bit per ordinal; NULL: none */
	const struct compress_dict *dict; /* of its frames; NULL: none */
	bool is_covered;                  /* nobody needs to be told its terms */
};

struct merger {
	struct compressor *z;
	struct segment_builder builder;
	struct buf frame, text;
};
int merger_init(struct merger *m);
void merger_release(struct merger *m);

/* Frames written with another dictionary than dict are written anew with it (NULL: without), others
 * copied.  each (may be NULL) is told every term that a live
 * note of an input that is not covered has.  *out: an unsealed blob (cleared first) and what a
 * patient record says of it; n_notes 0: every note was dead and there is no blob.  LODE_CORRUPT: a
 * frame or a text is damaged; LODE_TOOBIG: more chunks than a segment may have. */
int merge_segments(struct merger *m, const struct merge_input *in, uint32_t n,
	const struct dict *dict, void (*each)(void *arg, struct slice term), void *arg,
	struct buf *out, struct patient_segment *listed, struct err *e);

#endif
