/* What the random numbers of the training data are drawn for. */
#ifndef LODESTONE_TRAIN_PURPOSE_H
#define LODESTONE_TRAIN_PURPOSE_H

#include "scorer/train/random.h"

#include <stdbool.h>

/* Purposes of random_for that are this folder's data's. */
enum {
	RANDOM_MADE = 0x6d616465,
	RANDOM_WEAK = 0x7765616b,
	RANDOM_DRAW = 0x64726177,
	RANDOM_TEXT = 0x74657874
};

static inline bool random_percent(struct random *r, unsigned percent)
{
	return random_below(r, 100) < percent;
}

#endif
