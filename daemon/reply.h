/* The end of a request: its answer's bytes, its log line and its audit line. */
#ifndef LODESTONE_DAEMON_REPLY_H
#define LODESTONE_DAEMON_REPLY_H

#include "daemon/request.h"

/* Queues the answer or the problem, accounts for it and frees r. */
void reply_send(struct request *r, bool has_failed);
/* Queues r->out as the next piece of a streamed answer and empties it. */
void reply_piece(struct request *r);

#endif
