/* AdamW (Loshchilov, Hutter: "Decoupled Weight Decay Regularization", ICLR 2019) with warm-up, decay of the
 * learning rate and clipping by the global norm (Pascanu, Mikolov, Bengio 2013). */
#ifndef LODESTONE_TRAIN_OPTIMISER_H
#define LODESTONE_TRAIN_OPTIMISER_H

#include "scorer/train/crew.h"
#include "scorer/train/layout.h"

enum rate_decay { RATE_LINEAR, RATE_COSINE, RATE_CONSTANT, RATE_DECAYS };
extern const char *const rate_decay_names[RATE_DECAYS];

struct optimiser_options {
	float rate;      /* highest learning rate */
	float rate_last; /* share of it at the last step */
	uint32_t warmup; /* steps over which it rises from 0, linearly */
	uint32_t steps;  /* of the whole run */
	enum rate_decay decay;
	float beta_first, beta_second, epsilon;
	float weight_decay; /* of matrices only */
	float clip;         /* largest norm of the whole gradient; 0: any */
};

/* Learning rate of step 0, 1, ... */
float optimiser_rate(const struct optimiser_options *o, uint64_t step);

/* Tensors cut into pieces that threads may work on; sums over pieces are added in order. */
struct piece;

struct optimiser {
	float *first, *second; /* moments, layout->floats each */
	size_t floats;
	struct piece *pieces;
	unsigned n_pieces;
};

int optimiser_init(struct optimiser *o, const struct layout *l); /* moments 0; LODE_NOMEM */
void optimiser_finish(struct optimiser *o);
/* One step (the first is 0).  gradients: `shares` arrays, added up in order; they are left zero.
 * norm: of the gradient before clipping. */
void optimiser_step(struct optimiser *o, const struct optimiser_options *options, uint64_t step,
	struct crew *crew, float *weights, float *const *gradients, unsigned shares, double *norm);

#endif
