/* A stream of body pieces -> lines, each whole, none longer than a limit, in constant memory. */
#ifndef LODESTONE_DAEMON_LINES_H
#define LODESTONE_DAEMON_LINES_H

#include "base/buf.h"

struct lines {
	struct buf carry; /* a line that began in an earlier piece */
	size_t limit;     /* bytes of the longest line, without its line end */
	bool is_skipping; /* inside a line that is too long */
	uint64_t number;  /* of the last line handed out, from 1 */
	/* Called for each line that is not blank; a line over the limit comes once with p == NULL
	 * and n == 0.  A negative return stops. */
	int (*each)(void *arg, uint64_t number, struct slice line);
	void *arg;
};

int lines_feed(struct lines *l, struct slice piece);
int lines_finish(struct lines *l); /* the last line may lack its line end */
void lines_release(struct lines *l);

#endif
