/* What a run says while it goes: a line on stderr, a JSON object a step in the log. */
#ifndef LODESTONE_TRAIN_PROGRESS_H
#define LODESTONE_TRAIN_PROGRESS_H

#include "scorer/train/trainer.h"

#include <stdio.h>

struct progress {
	FILE *log; /* NULL: none */
	bool is_terminal, is_quiet;
	uint64_t first, last; /* steps of this run */
	double began, shown;  /* seconds, monotonic clock */
	double tokens;        /* since it began */
};

/* log_path NULL: no log; it is appended to when the run goes on from a checkpoint (is_resumed), replaced otherwise.
 * LODE_IO with the path. */
int progress_begin(struct progress *p, const char *log_path, bool is_resumed, bool is_quiet,
	uint64_t first, uint64_t last, struct err *e);
void progress_step(struct progress *p, const struct train_options *o, const struct step_report *r);
/* Ends the line on a terminal; LODE_IO when the log could not be written. */
int progress_end(struct progress *p, struct err *e);

#endif
