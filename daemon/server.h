/* The listener, the list of connections, the clock that watches them, and the drain. */
#ifndef LODESTONE_DAEMON_SERVER_H
#define LODESTONE_DAEMON_SERVER_H

#include "daemon/access.h"
#include "daemon/service.h"

struct conn;

enum { SERVER_READ_BYTES = 64 << 10 };

struct server {
	struct service *service;
	struct access access;
	uv_pipe_t listener;
	uv_timer_t tick, drain;
	char *path;                       /* unlinked at the end if it is still ours; may be NULL */
	uint64_t inode, device;           /* of the socket we bound; 0: systemd did, and it stays */
	struct access_group socket_group; /* of the socket's file, whoever bound it */
	unsigned drain_rounds;
	struct conn *conns;
	unsigned n_conns;
	bool accept_owed; /* a connection could not be taken for want of memory */
	uint64_t tick_ms;
	char read_room[SERVER_READ_BYTES]; /* shared: what comes is copied before the next read */
};

/* Listens on the socket that systemd handed over, else binds the config's.  LODE_BUSY when a live daemon
 * listens there. */
int server_start(struct server *s, struct service *service, struct err *e);
/* Stops accepting; idle connections go, running requests get drain_ms, then are cancelled. */
void server_drain(struct server *s);
void server_finish(struct server *s); /* after the loop */

/* Grants by those settings; s keeps its socket's group.  LODE_BADREQ as access_init. */
int server_access(
	const struct server *s, const struct config *config, struct access *out, struct err *e);
/* From now on, for the connections that are open too. */
void server_set_access(struct server *s, const struct access *access);
const char *server_path(const struct server *s); /* for the log */

void server_add(struct server *s, struct conn *c);
void server_remove(struct server *s, struct conn *c);

#endif
