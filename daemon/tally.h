/* What an ingest has brought so far, and how it is told.  Loop thread. */
#ifndef LODESTONE_DAEMON_TALLY_H
#define LODESTONE_DAEMON_TALLY_H

#include "daemon/metrics.h"
#include "daemon/parcel.h"
#include "daemon/request.h"

struct tally {
	uint64_t lines_before; /* of the parcels that are over */
	struct parcel_counts sum;
	uint64_t revision;
	struct buf rejects; /* as JSON lines */
	struct guard guard;
	struct ingest_counts counted; /* what the metrics have been told */

	uint64_t parcels, prepare_ns, commit_ns; /* for the log */
};

void tally_release(struct tally *t);

/* Adds a round of the parcel that is first in line, committed or without notes. */
void tally_add(struct tally *t, struct parcel *p, struct request *r);
/* The parcel is over. */
void tally_end(struct tally *t, const struct parcel *p);
/* Tells the metrics. */
void tally_count(struct tally *t, struct metrics *m);

/* JSON lines to r->out.  LODE_NOMEM: rejected lines are missing. */
void tally_put_progress(const struct tally *t, struct request *r);
int tally_put_summary(const struct tally *t, struct request *r);

#endif
