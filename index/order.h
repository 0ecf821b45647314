/* Byte strings in order: what building segments and runs sorts by. */
#ifndef LODESTONE_INDEX_ORDER_H
#define LODESTONE_INDEX_ORDER_H

#include "base/buf.h"

#include <endian.h>

/* The first eight bytes, zero-filled, as a number in their order: most strings are told apart by it. */
static inline uint64_t order_head(struct slice s)
{
	uint64_t head = 0;
	if (s.n)
		memcpy(&head, s.p, s.n < sizeof(head) ? s.n : sizeof(head));
	return be64toh(head);
}

/* order: 0..n-1 by the strings' bytes, the shorter first.  Radix sort of the first eight bytes, least
 * significant digit first (Knuth, TAOCP 3, 5.2.5); what is equal there is compared.  LODE_NOMEM. */
int order_strings(const struct slice *at, uint32_t n, uint32_t *order);

#endif
