/* The body of an ingest as lines: collected piece by piece and cut where a line ends; then walked. */
#ifndef LODESTONE_DAEMON_LINES_H
#define LODESTONE_DAEMON_LINES_H

#include "base/buf.h"

/* Where the collecting of a body stands.  Zero-initialise but for `limit`. */
struct lines_cut {
	size_t limit; /* bytes of the longest line, without its line end */
	size_t whole; /* bytes up to and with the last line end */
	size_t seen;  /* bytes looked at */
	bool is_skipping;
};

/* Looks at what came to b since the last call.  Of a line that is longer than the limit one byte more
 * is kept than it may have, so that it is seen to be too long, and takes no memory. */
void lines_scan(struct lines_cut *c, struct buf *b);
/* Whole lines, and `enough` bytes in all. */
bool lines_has(const struct lines_cut *c, const struct buf *b, size_t enough);
/* Cuts whole lines off b's front, `most` bytes of them, or one line if it is longer; with is_all what
 * comes behind the last line end is a line too, else it stays.  out is overwritten.  LODE_NOMEM: nothing
 * changed. */
int lines_take(struct lines_cut *c, struct buf *b, size_t most, bool is_all, struct buf *out);

/* A walk over whole lines; the last may lack its line end. */
struct lines_walk {
	struct slice left;
	size_t limit;
	uint64_t number; /* of the line that lines_next gave, from 1 */
};

/* false: there is none left.  Blank lines are counted and left out; blanks around a line are dropped;
 * a line over the limit comes with p == NULL. */
bool lines_next(struct lines_walk *w, struct slice *line);

#endif
