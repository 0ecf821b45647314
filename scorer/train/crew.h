/* A few threads that run the tasks of one step together; which thread has a task never shows in its result.
 * Denormals are flushed to zero while a task runs: they cost a hundred cycles each and mean nothing here. */
#ifndef LODESTONE_TRAIN_CREW_H
#define LODESTONE_TRAIN_CREW_H

#include "base/err.h"

struct crew;
/* threads: 1..16, the caller being one of them.  LODE_NOMEM, LODE_IO when a thread cannot be started. */
int crew_create(struct crew **out, unsigned threads);
void crew_destroy(struct crew *c);
unsigned crew_threads(const struct crew *c);
/* Runs work(arg, 0) .. work(arg, tasks - 1) and returns when all have ended. */
void crew_run(struct crew *c, unsigned tasks, void (*work)(void *arg, unsigned task), void *arg);

#endif
