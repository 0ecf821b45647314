#include "scorer/train/prune.h"

#include "scorer/train/export.h"

#include <string.h>

/* One of the arrays a run has: weights or moments. */
static void carry(const struct layout *from, const float *old, const struct layout *to, float *new,
	const struct units_kept *kept)
{
	for (unsigned i = 0; i < from->n_tensors;
		i++) { /* the same tensors, some of them smaller */
		const struct tensor_place *a = &from->tensors[i], *b = &to->tensors[i];
		if (a->rows == b->rows && a->cols == b->cols)
			memcpy(new + b->offset, old + a->offset,
				(size_t)a->rows * a->cols * sizeof(float));
	}
	for (uint32_t l = 0; l < from->shape.layers; l++)
		units_pick(from, old, to, new, l, kept->units[l]);
}

int trainer_narrow(struct trainer **t, const struct units_kept *kept, struct err *e)
{
	const struct trainer *old = *t;
	struct trainer *new = NULL;
	struct train_options o = old->options;
	for (uint32_t l = 0; l < o.shape.layers; l++)
		o.shape.d_ff[l] = kept->n[l];
	int rc = trainer_create(&new, &o, &old->supply, e);
	if (rc)
		return rc;
	carry(&old->layout, old->weights, &new->layout, new->weights, kept);
	carry(&old->layout, old->optimiser.first, &new->layout, new->optimiser.first, kept);
	carry(&old->layout, old->optimiser.second, &new->layout, new->optimiser.second, kept);
	if (old->average)
		carry(&old->layout, old->average, &new->layout, new->average, kept);
	new->step = old->step;
	trainer_destroy(*t);
	*t = new;
	return LODE_OK;
}
