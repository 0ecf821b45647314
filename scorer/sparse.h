/* Hidden units that fired: counted, listed, and multiplied alone.  One path per instruction set, in the
 * order of scorer/kernel.h. */
#ifndef LODESTONE_SCORER_SPARSE_H
#define LODESTONE_SCORER_SPARSE_H

#include "scorer/kernel.h"
#include "scorer/shape.h"

struct sparse {
	/* up[n] <- fire(up[n], gate[n]); gate is read for dReLU alone.  n is a multiple of 16.  Returns
	 * how many are then not zero. */
	uint32_t (*fire)(
		enum shape_activation activation, float *up, const float *gate, uint32_t n);
	/* The units of h[n] that are not zero: their numbers and values, 16 more of each may be written.
	 * Returns how many. */
	uint32_t (*list)(const float *h, uint32_t n, uint16_t *unit, float *value);
	/* y[cols] += sum over the listed units of value * their row of b; b[depth][cols] as kernel_pack_*
	 * leaves it. */
	void (*add)(const uint16_t *unit, const float *value, uint32_t count, const float *packed,
		uint32_t depth, uint32_t cols, float *y);
};

/* The path that goes with a kernel's. */
const struct sparse *sparse_of(const struct kernel *k);

#endif
