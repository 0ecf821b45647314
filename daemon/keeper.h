/* Upkeep of the index: one piece of work after the other, on lanes, driven from the loop.
 *
 *   look     UPKEEP lane: is a pass worth while?  If not, and nothing is written: memory goes back
 *   prepare  UPKEEP lane: build the next share
 *   commit   WRITE lane, behind all others that wait there: store it; then prepare again
 *   shrink   WRITE lane: give the free pages back (compactions alone)
 *
 * By itself it makes passes of UPKEEP_FRESH when enough has gathered, or when nothing was written for
 * upkeep_idle_ms.  A compaction (POST /v1/admin/compact) takes its place. */
#ifndef LODESTONE_DAEMON_KEEPER_H
#define LODESTONE_DAEMON_KEEPER_H

#include "base/err.h"
#include "daemon/lane.h"
#include "index/index.h"

#include <stdatomic.h>
#include <uv.h>

struct request;
struct service;

enum keeper_work {
	KEEPER_REST,
	KEEPER_LOOK,
	KEEPER_BEGIN, /* of a compaction: what the index is before it */
	KEEPER_PREPARE,
	KEEPER_COMMIT,
	KEEPER_SHRINK,
};

/* Loop thread; what stands below `pass` is the worker's while a lane has the job. */
struct keeper {
	struct service *service;
	struct job job;
	enum keeper_work work;      /* that a lane has */
	uv_timer_t timer;           /* runs while there may be something to look at */
	uint64_t wrote_ms, look_ms; /* last write; not to look before */
	uint64_t writes, seen;      /* commits of others; before the last look */
	uint64_t passes, failures;  /* ended well; gave up */
	uint64_t started_ns;
	struct upkeep_result told; /* of the pass, as after its last commit */
	atomic_bool cancelled;

	/* a compaction */
	struct request *r; /* who waits for it; NULL: nobody */
	bool wants_purge;
	bool is_compacting; /* what is under way is it, not a pass before it */
	bool is_over;       /* rc and err say how it ended */

	struct upkeep *pass;
	enum upkeep_goal goal;
	bool is_idle;  /* a look's: nothing is being written */
	bool may_pass; /* a look's: the setting `upkeep` */
	struct index_stats before, after;
	struct upkeep_result so_far;
	int rc;
	struct err err;
};

void keeper_start(struct keeper *k, struct service *s);
/* Something was committed: it will look. */
void keeper_wrote(struct keeper *k);
/* The daemon stops: it ends after what is being committed. */
void keeper_drain(struct keeper *k);

bool keeper_is_running(const struct keeper *k);
/* Begins as soon as a pass under way has ended; wakes r after each share and when is_over.  false: one
 * runs already. */
bool keeper_compact(struct keeper *k, struct request *r, bool purge);
/* r has its answer, or goes without one: what is under way is broken off. */
void keeper_let_go(struct keeper *k);

#endif
