/* Bounded queues before libuv's pool: a lane of width n has at most n jobs in the pool.  The sum of the
 * widths is below the pool's size, so that no job of one lane ever waits for a thread that another
 * lane holds.
 *
 * Ownership moves whole: from lane_submit until `done` the job, and what it carries, is the lane's and
 * then a worker's. */
#ifndef LODESTONE_DAEMON_LANE_H
#define LODESTONE_DAEMON_LANE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct lane;
struct scorer_lane;
struct tok_counting;
struct tokenizer;

enum { LANE_WIDTH_MAX = 64 };

/* What a lane lends to the job that runs in one of its places. */
struct worker {
	struct tokenizer *tok;         /* NULL on the WRITE lane */
	struct scorer_lane *scorer;    /* made by the first job that needs it */
	struct tok_counting *counting; /* the same */
	struct arena scratch;          /* emptied by whoever used it */
	bool is_busy;
	/* Of the job that runs here, CLOCK_MONOTONIC, for the watchdog.  The deadline is a copy: the
	 * job is its worker's alone meanwhile. */
	uint64_t since_ns, deadline_ns;
};

/* What a lane runs, part of whatever has work to do. */
struct job {
	void (*run)(struct job *j); /* on a worker, j->worker is lent */
	/* On the loop, the place given back; j may be gone after it.  has_run: false when it could
	 * not be started. */
	void (*done)(struct job *j, bool has_run);
	void *arg;
	unsigned yields; /* so many that come later go before it; one such job in a lane at most */
	uint64_t deadline_ns; /* for the watchdog; 0: none */

	/* the lane's */
	struct lane *lane;     /* where it waits or runs, else NULL */
	struct worker *worker; /* while it runs, else NULL */
	struct job *next;
	uv_work_t work;
};

struct lane {
	const char *name;
	uv_loop_t *loop;
	unsigned width, running;
	unsigned limit, waiting;
	struct job *first, *last;
	struct worker workers[LANE_WIDTH_MAX];
};

/* limit: of jobs that wait, for those who ask lane_is_full.  loop: NULL in tests of the queue alone. */
int lane_init(struct lane *l, uv_loop_t *loop, const char *name, unsigned width, unsigned limit,
	bool has_tokenizer, struct err *e);
void lane_finish(struct lane *l); /* nothing runs or waits any more */

/* Requests are refused then; parcels are not, since each ingest has a few at most. */
bool lane_is_full(const struct lane *l);
/* Queues it and starts what there is a place for; `done` may have been called when it returns. */
void lane_submit(struct lane *l, struct job *j);
/* Takes it back if it waits; false: it runs, or is in no lane. */
bool lane_remove(struct job *j);

/* Places whose job is over its time by more than patience_ns: past its deadline, or, where it has none,
 * past its own start.  Loop thread. */
unsigned lane_stuck(const struct lane *l, uint64_t now_ns, uint64_t patience_ns);

/* ---- the parts of lane_submit, for tests ---- */

void lane_queue(struct lane *l, struct job *j);
/* Next one to run if there is a free place: out of the queue, with its worker lent. */
struct job *lane_next(struct lane *l);
void lane_return(struct lane *l, struct worker *w);

#endif
