/* The scorer's own task in the laboratory (lab_run.h's lab_judge beside it). */
#ifndef LODESTONE_TRAIN_LAB_JUDGE_H
#define LODESTONE_TRAIN_LAB_JUDGE_H

#include "scorer/train/lab_run.h"

/* The recipe's mixture in the laboratory's vocabulary, without the reports of mentions-dev's tune half; made-up notes
 * alone where the texts are made up.  A list of those reports is left in `runs`. */
int lab_mixture(struct mixture **out, const struct lab_texts *texts, const char *lexicon,
	const char *runs, struct err *e);

#endif
