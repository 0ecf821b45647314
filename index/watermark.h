/* The newest committed revision, kept beside the index.  Private to the room. */
#ifndef LODESTONE_INDEX_WATERMARK_H
#define LODESTONE_INDEX_WATERMARK_H

#include "index/store.h"

/* LODE_CORRUPT: the index is at an older revision than one that was committed. */
int watermark_check(struct index *x, uint64_t revision, struct err *e);
/* After a commit; from one thread at a time.  Failures are not told: see watermark.c. */
void watermark_write(struct index *x, uint64_t revision);
/* Another folder takes the index's place: its mark is written there, synced, and the open one let go
 * of when the exchange has been made. */
int watermark_carry(const struct index *x, const char *folder, uint64_t revision, struct err *e);
void watermark_forget(struct index *x);

#endif
