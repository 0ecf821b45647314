/* Everything that must hold inside one segment beyond its checksums.  Private to the room. */
#ifndef LODESTONE_INDEX_SEGMENT_CHECK_H
#define LODESTONE_INDEX_SEGMENT_CHECK_H

#include "index/segment.h"

/* s: opened.  Reads every frame.  0, or the first problem (LODE_CORRUPT); LODE_NOMEM. */
int segment_check(const struct segment *s, const struct compress_dict *dict, struct compressor *z,
	struct err *e);

#endif
