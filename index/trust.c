#include "index/trust.h"

#include <time.h>

static const uint64_t SECONDS = (1 << 24) - 1;

static uint64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec & SECONDS;
}

bool trust_has(struct trust *t, uint64_t what)
{
	uint64_t kept = atomic_load_explicit(&t->slots[what % TRUST_SLOTS], memory_order_relaxed);
	return kept != 0 && ((kept ^ what) & ~SECONDS) == 0 &&
	       ((now() - kept) & SECONDS) <= TRUST_SECONDS;
}

void trust_add(struct trust *t, uint64_t what)
{
	atomic_store_explicit(
		&t->slots[what % TRUST_SLOTS], (what & ~SECONDS) | now(), memory_order_relaxed);
}
