#include "base/digest.h"

#include <stdio.h>

#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>
/* Same digests; Debian's library is built for SSE2, this picks AVX2 where there is some: half the time. */
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>
#endif

uint64_t digest64(struct slice bytes)
{
	return XXH3_64bits(bytes.p, bytes.n);
}

uint64_t digest64_keyed(struct slice key, struct slice payload)
{
	uint64_t seed = XXH3_64bits_withSeed(key.p, key.n, key.n);
	return XXH3_64bits_withSeed(payload.p, payload.n, seed);
}

struct digest128 digest128(struct slice bytes)
{
	XXH128_hash_t h = XXH3_128bits(bytes.p, bytes.n);
	return (struct digest128){h.high64, h.low64};
}

void digest128_hex(struct digest128 d, char room[33])
{
	snprintf(room, 33, "%016llx%016llx", (unsigned long long)d.hi, (unsigned long long)d.lo);
}
