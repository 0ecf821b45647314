/* Bounded queues before libuv's pool: a lane of width n has at most n requests in the pool, and at
 * most `limit` waiting.  The sum of the widths is below the pool's size, so that no request of one
 * lane ever waits for a thread that another lane holds. */
#ifndef LODESTONE_DAEMON_LANE_H
#define LODESTONE_DAEMON_LANE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct request;
struct tokenizer;

enum { LANE_WIDTH_MAX = 64 };

/* What a lane lends to the request that runs in one of its places. */
struct worker {
	struct tokenizer *tok; /* NULL on the WRITE lane */
	struct arena scratch;  /* emptied after each step */
	bool is_busy;
	/* Of the step that runs here, CLOCK_MONOTONIC, for the watchdog.  The deadline is a copy: the
	 * request is its worker's alone meanwhile. */
	uint64_t since_ns, deadline_ns;
};

struct lane {
	const char *name;
	unsigned width, running;
	unsigned limit, waiting;
	struct request *first, *last;
	struct worker workers[LANE_WIDTH_MAX];
};

int lane_init(struct lane *l, const char *name, unsigned width, unsigned limit, bool has_tokenizer,
	struct err *e);
void lane_finish(struct lane *l); /* nothing runs or waits any more */

/* false when the queue is full.  The request comes back through request.c's driver. */
bool lane_submit(struct lane *l, struct request *r);
void lane_remove(struct lane *l, struct request *r); /* a waiting one */
/* Next one to run if there is a free place: out of the queue, with its worker lent. */
struct request *lane_next(struct lane *l);
void lane_return(struct lane *l, struct worker *w);
/* Places whose step is over its time by more than patience_ns: past its request's deadline, or, where
 * it has none, past its own start.  Loop thread. */
unsigned lane_stuck(const struct lane *l, uint64_t now_ns, uint64_t patience_ns);

#endif
