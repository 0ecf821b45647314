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
	struct stat st;
	int rc = uv_pipe_open(&s->listener, fd);
	if (rc == 0)
		rc = uv_listen((uv_stream_t *)&s->listener, BACKLOG, on_connection);
	if (rc == 0 && stat(s->path, &st) == 0) {
		s->inode = st.st_ino;
		s->device = st.st_dev;
	}
	return rc ? err_set(e, LODE_IO, "listen: %s", uv_strerror(rc)) : 0;
}

int server_start(struct server *s, struct service *service, struct err *e)
{
	uv_loop_t *loop = service->loop;
	gid_t group = 0;
	s->service = service;
	s->path = strdup(service->config->socket);
	if (!s->path)
		return err_set(e, LODE_NOMEM, "out of memory");
	uv_timer_init(loop, &s->tick);
	uv_timer_init(loop, &s->drain);
	uv_pipe_init(loop, &s->listener, 0);
	s->tick.data = s->drain.data = s->listener.data = s;
	uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
	uv_timer_stop(&s->tick); /* the repeat stays set: server_add starts it again */
	uv_unref((uv_handle_t *)&s->tick);
	uv_unref((uv_handle_t *)&s->drain);
	int rc = access_init(&s->access, service->config, e);
	if (rc)
		return rc;
	int fd = access_bind(s->path, &group, e);
	if (fd < 0)
		return fd;
	rc = access_add_group(&s->access, group, GRANT_READ, e);
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
