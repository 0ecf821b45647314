/* Byte strings in order: what building segments and runs sorts by. */
#ifndef LODESTONE_INDEX_ORDER_H
#define LODESTONE_INDEX_ORDER_H

#include "base/buf.h"

/* order: 0..n-1 by the strings' bytes, the shorter first.  Radix sort of the first eight bytes, least
 * significant digit first (Knuth, TAOCP 3, 5.2.5); what is equal there is compared.  LODE_NOMEM. */
int order_strings(const struct slice *at, uint32_t n, uint32_t *order);

#endif
