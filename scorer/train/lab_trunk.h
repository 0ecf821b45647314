/* A model file under the laboratory's probes: what the shipped network uses on the windows it judges. */
#ifndef LODESTONE_TRAIN_LAB_TRUNK_H
#define LODESTONE_TRAIN_LAB_TRUNK_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* FOLDER/trunk.csv, and a summary on stdout: use by token, window and batch on `tokens` tokens of the recipe's labelled
 * windows, and what is lost when units are taken out.  Of a file of two networks each by itself, on the same windows,
 * the second as trunk-2.csv.  is_made_up: made-up notes alone. */
int lab_trunk(const char *model, const char *lexicon, bool is_made_up, uint32_t tokens,
	const char *folder, struct err *e);

#endif
