/* Hidden units taken out of a run that goes on. */
#ifndef LODESTONE_TRAIN_PRUNE_H
#define LODESTONE_TRAIN_PRUNE_H

#include "scorer/train/trainer.h"

/* The units that stay, layer by layer, in rising order; n a multiple of 16. */
struct units_kept {
	uint32_t n[SHAPE_LAYERS_MAX];
	const uint32_t *units[SHAPE_LAYERS_MAX];
};

/* Replaces *t by a trainer of the narrower shape at the same step, with the weights and moments of what stays.
 * On failure *t is as it was. */
int trainer_narrow(struct trainer **t, const struct units_kept *kept, struct err *e);

#endif
