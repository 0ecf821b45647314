/* How much of the hidden layers a fixed batch of windows uses, at three scales (docs/training.md): by token, by
 * window, by batch.  A unit fires where its activation is above exact zero. */
#ifndef LODESTONE_TRAIN_USE_H
#define LODESTONE_TRAIN_USE_H

#include "scorer/train/trainer.h"

/* Streams of windows that no run draws from: the probe's, and another for comparison. */
#define USE_STREAM_A 0x70726f62652061ull
#define USE_STREAM_B 0x70726f62652062ull

struct layer_use {
	double token;     /* mean over tokens of the share of units that fire */
	double sequence;  /* mean over windows of the share that fires anywhere in the window */
	double batch;     /* share that fires anywhere */
	uint32_t *fired;  /* [d_ff]: on how many tokens each fires */
	float *sum;       /* [d_ff]: each one's activation, as wo gets it, added up over tokens */
	uint32_t *active; /* [tokens]: how many units fire on each */
};

struct use {
	uint32_t tokens, windows, layers;
	struct layer_use layer[SHAPE_LAYERS_MAX];
	uint32_t *memory, *seen;
	float *sums;
};

/* Windows of stream `seed` from its first on, until there are `tokens` tokens; the same ones each time. */
int use_measure(struct use *u, struct trainer *t, uint64_t seed, uint32_t tokens, struct err *e);
void use_release(struct use *u);

#endif
