/* A training run on disk, from which it goes on bit for bit; the bytes are in docs/training.md. */
#ifndef LODESTONE_TRAIN_CHECKPOINT_H
#define LODESTONE_TRAIN_CHECKPOINT_H

#include "scorer/train/trainer.h"

/* Weights, moments, the average where there is one, the number of the next step, and what the caller keeps beside them (probes). */
int checkpoint_save(const struct trainer *t, struct slice beside, const char *path, struct err *e);

/* A checkpoint read and checked: magic, version, sizes, digest. */
struct checkpoint {
	struct buf bytes;
	struct shape shape;
	uint64_t step, seed;
	size_t floats;
	const char *weights, *first, *second; /* floats, not aligned */
	const char *average;                  /* NULL: none */
	uint32_t averaged;                    /* steps that it is of */
	struct slice beside;
};
/* LODE_NOTFOUND, LODE_IO, LODE_VERSION, LODE_CORRUPT with the reason. */
int checkpoint_read(struct checkpoint *c, const char *path, struct err *e);
void checkpoint_release(struct checkpoint *c);

/* Puts it into a trainer of the same shape (LODE_BADREQ otherwise): all of it, or, to begin a new run from
 * old weights, the weights alone.  LODE_BADREQ, too, when the trainer should have an average by then and the
 * checkpoint holds none, or one of other steps; one that is not asked for is left alone. */
int checkpoint_apply(
	const struct checkpoint *c, struct trainer *t, bool weights_only, struct err *e);

#endif
