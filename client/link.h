/* The client's end of the socket: one HTTP exchange after the other over AF_UNIX.
 *
 * Every wait is a poll over both directions with a limit, so that an answer that comes while a
 * long body is still being sent is seen at once, a full pipe on either side cannot deadlock us, and
 * a daemon that dies or falls silent ends the exchange with an error. */
#ifndef LODESTONE_CLIENT_LINK_H
#define LODESTONE_CLIENT_LINK_H

#include "base/buf.h"
#include "base/err.h"

struct link;

struct link_request {
	const char *method;
	struct slice url;
	const char *content_type; /* of the body; NULL: none */
	const char *accept;       /* NULL: anything */
	struct slice body;        /* whole; unless is_streamed */
	bool is_streamed;         /* the body follows by link_send */
	uint64_t timeout_ms;      /* without a byte moving (streamed), or for the whole exchange */
	/* The answer's body, as it comes; is_ok: its status is 2xx.  A negative return, with *e
	 * filled, ends all. */
	int (*on_body)(void *arg, bool is_ok, struct slice piece, struct err *e);
	void *arg;
};

/* LODE_TOOBIG: a path of more than 107 bytes (the kernel would cut it); LODE_NOTFOUND: no daemon
 * there; LODE_DENIED; LODE_BUSY: its queue of connections is full and stays so. */
int link_open(const char *path, struct link **out, struct err *e);
void link_close(struct link *l); /* NULL is fine */

/* Errors of the three below: LODE_TIMEOUT; LODE_NOTFOUND: the daemon went away; LODE_CORRUPT:
 * what it said is not HTTP; what on_body returned.  After an error only link_close is left. */
int link_begin(struct link *l, const struct link_request *request, struct err *e);
/* A piece of a streamed body.  1: the answer is complete already (or the daemon reads no more),
 * so stop sending and call link_finish. */
int link_send(struct link *l, struct slice piece, struct err *e);
/* Waits until fd can be read.  Returns like link_send. */
int link_wait_input(struct link *l, int fd, struct err *e);
/* Ends the body and waits for the end of the answer, whose status is *status. */
int link_finish(struct link *l, unsigned *status, struct err *e);

#endif
