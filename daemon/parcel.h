/* A parcel: some whole lines of an ingest's body on their way to disk.
 *
 *   prepare  PREPARE lane: check and invert each note, compress; several parcels at once
 *   commit   WRITE lane: one write transaction, on disk when it returns
 *
 * Between jobs the ingest owns a parcel; during one it is the worker's alone, but for `cancelled`.  When
 * its notes need more memory than they may have, `prepare` stops early, and another round comes after
 * the commit. */
#ifndef LODESTONE_DAEMON_PARCEL_H
#define LODESTONE_DAEMON_PARCEL_H

#include "base/buf.h"
#include "base/err.h"
#include "daemon/guard.h"
#include "daemon/lane.h"
#include "daemon/lines.h"

#include <stdatomic.h>

struct batch;
struct index;
struct ingest;

enum parcel_state { PARCEL_PREPARING, PARCEL_PREPARED, PARCEL_COMMITTING, PARCEL_COMMITTED };

enum { REJECTS_TOLD = 1000 }; /* of an ingest, so no parcel needs more */

struct reject {
	uint64_t number; /* of the line, from 1 in the parcel */
	struct err err;
};

struct parcel_counts {
	uint64_t lines, accepted, rejected, bytes; /* lines that are not blank; bytes of text */
	uint64_t added, replaced, unchanged;
};

struct parcel {
	struct job job;
	struct ingest *ingest;
	struct parcel *next;
	struct parcel *behind; /* commits.c: in the queue */
	bool has_more; /* commits.c: what comes behind is of the same ingest, in the same group */
	enum parcel_state state;
	atomic_bool cancelled;
	size_t memory_most; /* of a round's batch */

	struct buf body; /* released with its last line */
	struct lines_walk walk;
	bool is_walked; /* no line is left */
	struct batch *batch;

	/* what this round found */
	struct parcel_counts counts;
	struct buf rejects; /* struct reject */
	struct guard guard;
	uint64_t revision; /* 0: there was nothing to commit */
	int rc;            /* why it, and with it the ingest, has failed */
	struct err err;

	uint64_t prepare_ns, commit_ns; /* of all rounds */
};

/* Takes body.  LODE_NOMEM: body is as it was. */
int parcel_create(struct index *x, struct buf *body, size_t line_most, size_t memory_most,
	struct parcel **out);
void parcel_destroy(struct parcel *p);

/* done (struct job) is called when it is prepared; then commits_add. */
void parcel_prepare(struct parcel *p, struct lane *prepare);
bool parcel_has_notes(const struct parcel *p); /* PARCEL_PREPARED: is there something to commit? */

#endif
