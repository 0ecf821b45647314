/* The runs that are left to do, a few at a time, each in a process of its own. */
#ifndef LODESTONE_TRAIN_LAB_CREW_H
#define LODESTONE_TRAIN_LAB_CREW_H

#include "scorer/train/lab_run.h"

enum { LAB_JOBS = 16 };

struct lab_job {
	struct lab_arm arm;
	uint64_t seed;
	const char *experiment;
	double cost;
};

struct lab_queue {
	struct lab_job *jobs;
	unsigned n, room;
	unsigned listed, done; /* runs named, and of those already there */
};

/* Adds the run unless it has ended before or is in the queue already. */
int lab_queue_add(struct lab_queue *q, const struct lab_bench *b, const char *experiment,
	const struct lab_arm *a, uint64_t seed, struct err *e);
bool lab_queue_has_judges(const struct lab_queue *q);
/* `at_once` runs at a time; a line on stderr for each that has ended, with the time left by what they cost.  A run
 * that fails ends it with that run's reason.  LODE_CANCELLED after SIGINT or SIGTERM: runs under way are given up. */
int lab_queue_run(struct lab_queue *q, const struct lab_bench *b, unsigned at_once, bool is_quiet,
	struct err *e);
void lab_queue_release(struct lab_queue *q);

#endif
