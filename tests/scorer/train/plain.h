/* The losses of a batch straight from their definitions, in double: what the trainer's pass is held to. */
#ifndef LODESTONE_TESTS_TRAIN_PLAIN_H
#define LODESTONE_TESTS_TRAIN_PLAIN_H

#include "scorer/train/pass.h"

/* The scaled sum of all losses, as pass_gradient's gradient is of. */
double plain_loss(const struct layout *l, const double *weights, const struct batch *b,
	const struct loss_scale *scale);

/* A batch of windows of 1..longest tokens with labels and targets here and there. */
void random_batch(
	struct batch *b, const struct shape *s, uint32_t windows, uint32_t longest, uint64_t seed);

#endif
