/* Random numbers that depend on nothing but what they are for: the seed, a purpose, the step and an index
 * give the same stream on any thread and after any resume.  Splitmix64 (Steele, Lea, Flood: "Fast
 * Splittable Pseudorandom Number Generators", OOPSLA 2014). */
#ifndef LODESTONE_TRAIN_RANDOM_H
#define LODESTONE_TRAIN_RANDOM_H

#include <math.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_mix(uint64_t v)
{
	v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9ull;
	v = (v ^ v >> 27) * 0x94d049bb133111ebull;
	return v ^ v >> 31;
}

static inline uint64_t random_next(struct random *r)
{
	return random_mix(r->state += 0x9e3779b97f4a7c15ull);
}

static inline struct random random_for(
	uint64_t seed, uint64_t purpose, uint64_t step, uint64_t index)
{
	struct random r = {seed};
	r.state = random_next(&r) ^ purpose;
	r.state = random_next(&r) ^ step;
	r.state = random_next(&r) ^ index;
	return r;
}

/* 0 <= result < 1, 24 bits. */
static inline float random_unit(struct random *r)
{
	return (float)(random_next(r) >> 40) * 0x1p-24f;
}

/* 0..n-1; the bias of the multiplication is below n / 2^32. */
static inline uint32_t random_below(struct random *r, uint32_t n)
{
	return (uint32_t)((random_next(r) >> 32) * n >> 32);
}

/* Mean 0, deviation 1 (Box, Muller 1958). */
static inline float random_normal(struct random *r)
{
	double u = ((double)(random_next(r) >> 11) + 0.5) * 0x1p-53;
	double v = (double)(random_next(r) >> 11) * 0x1p-53;
	return (float)(sqrt(-2 * log(u)) * cos(6.283185307179586 * v));
}

#endif
