#include "daemon/server.h"

#include "base/log.h"
#include "daemon/config.h"
#include "daemon/conn.h"
#include "daemon/request.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	TICK_MS = 100,
	DRAIN_STEP_MS = 500,
	BACKLOG = 4096,      /* the kernel cuts it to net.core.somaxconn */
	DRAIN_CUT_MS = 1500, /* after drain_ms: answers that nobody takes are lost */
	DRAIN_EXIT_MS = 9200,
};

/* ---- connections ---- */

/* Only a stopped one: starting it anew with each connection would keep it from ever firing. */
static void start_tick(struct server *s)
{
	if (uv_is_active((uv_handle_t *)&s->tick))
		return;
	s->tick_ms = uv_now(s->service->loop);
	uv_timer_again(&s->tick);
}

void server_add(struct server *s, struct conn *c)
{
	c->next = s->conns;
	if (s->conns)
		s->conns->prev = c;
	s->conns = c;
	s->n_conns++;
	s->service->connections = s->n_conns;
	start_tick(s);
}

void server_remove(struct server *s, struct conn *c)
{
	if (c->prev)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
	s->n_conns--;
	s->service->connections = s->n_conns;
}

static void on_tick(uv_timer_t *t)
{
	struct server *s = t->data;
	uint64_t now = uv_now(s->service->loop), passed = now - s->tick_ms;
	s->tick_ms = now;
	struct conn *next;
	for (struct conn *c = s->conns; c; c = next) {
		next = c->next; /* c leaves the list in its close callback, never inside this call */
		conn_check_clock(c, now, passed);
	}
	if (s->accept_owed) {
		s->accept_owed = false;
		conn_accept(s, (uv_stream_t *)&s->listener);
	}
	/* No connection, nothing to watch: an idle daemon sleeps. */
	if (!s->conns && !s->accept_owed)
		uv_timer_stop(&s->tick);
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct server *s = listener->data;
	if (status)
		log_warn("accept: %s", uv_strerror(status));
	else
		conn_accept(s, listener);
	if (s->accept_owed)
		start_tick(s);
}

/* ---- start ---- */

static int listen_on(struct server *s, int fd, struct err *e)
{
	int rc = uv_pipe_open(&s->listener, fd);
	if (rc == 0)
		rc = uv_listen((uv_stream_t *)&s->listener, BACKLOG, on_connection);
	return rc ? err_set(e, LODE_IO, "listen: %s", uv_strerror(rc)) : 0;
}

static int open_own(struct server *s, const char *path, struct err *e)
{
	struct stat st;
	gid_t group = 0;
	if (!path)
		return err_set(e, LODE_BADREQ, "LISTEN_FDS is not meant for us: give --socket");
	s->path = strdup(path);
	if (!s->path)
		return err_set(e, LODE_NOMEM, "out of memory");
	int fd = access_bind(s->path, &group, e);
	if (fd < 0)
		return fd;
	s->socket_group = (struct access_group){group, GRANT_READ};
	if (stat(s->path, &st) == 0) {
		s->inode = st.st_ino;
		s->device = st.st_dev;
	}
	return fd;
}

/* The descriptor, or why not. */
static int open_socket(struct server *s, struct err *e)
{
	struct access_socket from;
	const char *path = s->service->config->socket;
	int rc = access_inherit(&from, e);
	if (rc == LODE_NOTFOUND)
		return open_own(s, path, e);
	if (rc)
		return rc;
	if (from.has_group)
		s->socket_group = (struct access_group){from.group, GRANT_READ};
	else
		log_warn("the socket from systemd has no file: no group may read by it");
	if (path && strcmp(path, from.path) != 0)
		log_warn("--socket is not used: systemd has handed over %s", from.path);
	s->path = strdup(from.path);
	return s->path ? from.fd : err_set(e, LODE_NOMEM, "out of memory");
}

const char *server_path(const struct server *s)
{
	return s->path && s->path[0] ? s->path : "a socket without a path";
}

/* ---- grants ---- */

int server_access(
	const struct server *s, const struct config *config, struct access *out, struct err *e)
{
	int rc = access_init(out, config, e);
	if (rc == 0 && s->socket_group.grants)
		rc = access_add_group(out, s->socket_group.gid, s->socket_group.grants, e);
	return rc;
}

void server_set_access(struct server *s, const struct access *access)
{
	s->access = *access;
	for (struct conn *c = s->conns; c; c = c->next) {
		uv_os_fd_t fd;
		struct peer peer;
		struct err e = {0};
		/* SO_PEERCRED says who connected, whatever the process is by now. */
		if (uv_fileno((uv_handle_t *)&c->pipe, &fd) == 0 &&
			access_peer(&s->access, fd, &peer, &e) == 0)
			c->peer = peer;
		else
			c->peer.grants = GRANT_NONE;
	}
}

int server_start(struct server *s, struct service *service, struct err *e)
{
	uv_loop_t *loop = service->loop;
	s->service = service;
	uv_timer_init(loop, &s->tick);
	uv_timer_init(loop, &s->drain);
	uv_pipe_init(loop, &s->listener, 0);
	s->tick.data = s->drain.data = s->listener.data = s;
	uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
	uv_timer_stop(&s->tick); /* the repeat stays set: server_add starts it again */
	uv_unref((uv_handle_t *)&s->tick);
	uv_unref((uv_handle_t *)&s->drain);
	int rc = server_access(s, service->config, &s->access, e);
	if (rc)
		return rc;
	int fd = open_socket(s, e);
	if (fd < 0)
		return fd;
	rc = server_access(s, service->config, &s->access, e); /* now with the socket's group */
	if (rc) {
		close(fd);
		return rc;
	}
	return listen_on(s, fd, e);
}

/* ---- end ---- */

static void close_handle(void *handle)
{
	if (((uv_handle_t *)handle)->loop && !uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void stop_listening(struct server *s)
{
	struct stat st;
	/* Another daemon may have taken the path meanwhile: its socket stays. */
	if (s->path && s->inode && stat(s->path, &st) == 0 && st.st_ino == s->inode &&
		st.st_dev == s->device)
		unlink(s->path);
	s->inode = 0;
	close_handle(&s->listener);
}

static void each_conn(struct server *s, void (*act)(struct conn *c))
{
	struct conn *next;
	for (struct conn *c = s->conns; c; c = next) {
		next = c->next;
		act(c);
	}
}

static void ask_to_leave(struct conn *c)
{
	if (c->request)
		request_wake(c->request); /* a waiting ingest commits what it has and says so */
	else if (conn_pending(c))
		conn_close_soon(c);
	else if (c->state == CONN_OPEN)
		conn_hang_up(c);
}

static void cancel_request(struct conn *c)
{
	if (c->request)
		request_cancel(c->request, 503);
}

static void on_drain(uv_timer_t *t)
{
	struct server *s = t->data;
	unsigned ms = ++s->drain_rounds * DRAIN_STEP_MS;
	unsigned patience = (unsigned)s->service->config->drain_ms;
	if (ms > DRAIN_EXIT_MS) {
		/* Every commit is atomic and what was acknowledged is on disk. */
		log_error("work did not end in time; leaving it");
		_exit(0);
	}
	if (ms > patience)
		each_conn(s, cancel_request);
	if (ms > patience + DRAIN_CUT_MS)
		each_conn(s, conn_hang_up);
}

void server_drain(struct server *s)
{
	if (s->service->is_draining)
		return;
	s->service->is_draining = true;
	stop_listening(s);
	uv_timer_start(&s->drain, on_drain, DRAIN_STEP_MS, DRAIN_STEP_MS);
	each_conn(s, ask_to_leave);
}

void server_finish(struct server *s)
{
	stop_listening(s);
	close_handle(&s->tick);
	close_handle(&s->drain);
	free(s->path);
	s->path = NULL;
}
