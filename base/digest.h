/* XXH3: checksums of stored records and content digests of notes (not cryptographic). */
#ifndef LODESTONE_BASE_DIGEST_H
#define LODESTONE_BASE_DIGEST_H

#include "base/buf.h"

struct digest128 {
	uint64_t hi, lo;
};

uint64_t digest64(struct slice bytes);
/* Checksum over two pieces as if they stood end to end behind the length of the first: the key is
 * part of a record's checksum, so that a record found under another key is noticed. */
uint64_t digest64_keyed(struct slice key, struct slice payload);
struct digest128 digest128(struct slice bytes);
static inline bool digest128_eq(struct digest128 a, struct digest128 b)
{
	return a.hi == b.hi && a.lo == b.lo;
}
void digest128_hex(struct digest128 d, char room[33]); /* 32 lower-case digits and NUL */

#endif
