/* splitmix64 (Steele, Lea, Flood 2014): 64 bits of state, passes BigCrush, the same everywhere. */
#include "chartgen.h"

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static uint64_t next(struct rng *r)
{
	return mix(r->state += 0x9e3779b97f4a7c15u);
}

struct rng rng_make(uint64_t seed, uint64_t stream)
{
	return (struct rng){
		mix(mix(seed + 0x9e3779b97f4a7c15u) ^ (stream + 1) * 0xd1342543de82ef95u)};
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)((next(r) >> 32) * n >> 32);
}

int rng_between(struct rng *r, int low, int high)
{
	return low + (int)rng_below(r, (uint32_t)(high - low + 1));
}

bool rng_chance(struct rng *r, unsigned percent)
{
	return rng_below(r, 100) < percent;
}
