/* Which note ids a patient has, as far as this process knows: it has verified their tables or written them itself.
 * A commit that brings only other ids need not look into the patient's segments.
 *
 * What is known is bound to the checksum of the patient's record, which names its segments and they their tables:
 * a record that anyone else has written is another one.  Kept are hashes, maybe of more ids than there are (deleted
 * notes, a transaction that failed), never of fewer: a hit is looked up, a miss is believed.
 *
 * Between write_begin and write_end only: LMDB lets one writer in.  Private to the room. */
#ifndef LODESTONE_INDEX_ROSTER_H
#define LODESTONE_INDEX_ROSTER_H

#include "base/bytes.h"

enum { ROSTER_BYTES_MOST = 32 << 20 }; /* past it everything is forgotten */

struct roster_notes {
	uint32_t number; /* of the patient; 0: a free slot */
	uint32_t n, cap; /* cap: a power of two, or 0 */
	uint32_t *
		hashes; /* segment_id_hash, open addressing, 0: free (an id with hash 0 counts as there) */
	uint64_t checksum;
};

/* Zero-initialise. */
struct roster {
	struct roster_notes *slots; /* open addressing by patient number */
	uint32_t n, cap;
	size_t bytes;
};
void roster_release(struct roster *r);

/* What is known of the patient whose record has that checksum; NULL: nothing.  Valid until the next call that
 * changes r. */
const struct roster_notes *roster_find(const struct roster *r, uint32_t number, uint64_t checksum);
bool roster_may_have(const struct roster_notes *notes, uint32_t hash);

/* The patient has no note yet, or those that are added next.  Without memory for it nothing is known of him. */
void roster_begin(struct roster *r, uint32_t number, uint64_t checksum);
/* Only after roster_begin or roster_find of that patient. */
void roster_add(struct roster *r, uint32_t number, uint32_t hash);
/* His record is written anew and lists the same notes, or fewer. */
void roster_move(struct roster *r, uint32_t number, uint64_t from, uint64_t to);

#endif
