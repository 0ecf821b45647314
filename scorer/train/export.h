/* From a training run to a model file. */
#ifndef LODESTONE_TRAIN_EXPORT_H
#define LODESTONE_TRAIN_EXPORT_H

#include "scorer/train/use.h"

struct export_options {
	const char *path;
	struct slice vocabulary; /* bytes of the file */
	struct slice training;   /* JSON object for the file's metadata */
	bool is_bf16;
};

/* Each layer's units from the hottest to the coldest in `use`, whose frequencies go along; the network's
 * answers change by rounding at most. */
int export_model(const struct trainer *t, const struct use *use, const struct export_options *o,
	struct err *e);

/* Rewrites a layer of `from` (laid out by `source`) to units order[0..n) of it in `to` (laid out by
 * `target`, whose d_ff of that layer is n): rows of wi and wg, columns of wo. */
void units_pick(const struct layout *source, const float *from, const struct layout *target,
	float *to, uint32_t layer, const uint32_t *order);

#endif
