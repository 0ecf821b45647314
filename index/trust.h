/* Segments that were verified a moment ago.  Hashing a chart's index part takes longer than a question to it,
 * so a segment found whole is taken for whole for TRUST_SECONDS; its header is verified every time.  What the
 * disk or memory does to a page in that time may go unnoticed by a search; `ask` verifies once more before it says
 * anything but "present" (chart_recheck).  Private to the room. */
#ifndef LODESTONE_INDEX_TRUST_H
#define LODESTONE_INDEX_TRUST_H

#include "base/bytes.h"

#include <stdatomic.h>

enum { TRUST_SLOTS = 1 << 14, TRUST_SECONDS = 10 };

/* By any number of threads at once: a slot is one number, and one lost to another segment only means that both are
 * verified again. */
struct trust {
	_Atomic(uint64_t) slots[TRUST_SLOTS]; /* high 40 bits of what was verified, seconds */
};

/* what: a digest of key, place and checksum. */
bool trust_has(struct trust *t, uint64_t what);
void trust_add(struct trust *t, uint64_t what);

#endif
