/* Group commit: parcels that are prepared while one transaction is written and synced share the next
 * one, whichever ingest they belong to.  A parcel of some size goes alone, as it costs little more.
 *
 * Loop thread; the parcels of a group that runs are its worker's. */
#ifndef LODESTONE_DAEMON_COMMITS_H
#define LODESTONE_DAEMON_COMMITS_H

#include "daemon/lane.h"

struct parcel;

enum {
	COMMITS_MOST = 64,      /* parcels in a transaction */
	COMMITS_TEXT = 1 << 20, /* and the text that closes a group */
};

struct commits {
	struct lane *write;
	struct parcel *first, *last; /* wait for a group, in order of arrival */
	struct parcel *group[COMMITS_MOST];
	unsigned n; /* of the group that the lane has; 0: none */
	size_t text;
	struct job job;
};

void commits_init(struct commits *c, struct lane *write);
/* p->job.done is called when it is on disk, or cannot be (p->rc).  has_more: the next call brings another
 * parcel of the same ingest, at once, and both go into one transaction: if it fails and this one cannot be stored
 * alone either, the other is not tried. */
void commits_add(struct commits *c, struct parcel *p, bool has_more);
/* Takes it back if it waits; false: it is being committed, or is not there. */
bool commits_remove(struct commits *c, struct parcel *p);

#endif
