/* Makes scorer/cue_precision.h: how often each rule outcome was right on the tune halves. */
#ifndef LODESTONE_TESTS_SCORER_EVAL_PRECISION_H
#define LODESTONE_TESTS_SCORER_EVAL_PRECISION_H

#include "scorer/train/eval_score.h"

#include <stdio.h>

/* Report rows are never counted, whatever is handed in. */
void eval_write_precision(
	FILE *f, const struct eval_item *items, const struct eval_answer *answers, unsigned n);

#endif
