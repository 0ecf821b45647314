#include "daemon/conn.h"

#include "base/log.h"
#include "daemon/config.h"
#include "daemon/exchange.h"
#include "daemon/request.h"
#include "daemon/route.h"
#include "daemon/server.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>

enum {
	READ_AHEAD = 64 << 10, /* bytes kept unparsed while a request is busy */
	WRITE_PIECE = 256 << 10,
	LINGER_MS = 2000,
};

/* ---- life ---- */

struct conn *conn_ref(struct conn *c)
{
	assert(c->magic == CONN_MAGIC);
	c->refs++;
	return c;
}

void conn_unref(struct conn *c)
{
	assert(c->magic == CONN_MAGIC && c->refs > 0);
	if (--c->refs > 0)
		return;
	http_destroy(c->parser);
	buf_release(&c->in);
	buf_release(&c->out);
	buf_release(&c->writing);
	c->magic = 0;
	free(c);
}

static void on_closed(uv_handle_t *h)
{
	struct conn *c = h->data;
	server_remove(c->server, c);
	conn_unref(c);
}

void conn_hang_up(struct conn *c)
{
	if (c->state == CONN_CLOSED)
		return;
	c->state = CONN_CLOSED;
	c->service->unsent -= c->unsent_counted;
	c->unsent_counted = 0;
	c->is_reading = false;
	uv_close((uv_handle_t *)&c->pipe, on_closed);
	if (c->request)
		request_cancel(c->request, 499);
}

static void on_shut(uv_shutdown_t *req, int status)
{
	struct conn *c = req->data;
	if (status || c->saw_eof)
		conn_hang_up(c);
	conn_unref(c);
}

/* Closing with unread bytes would reset the connection before the peer has read its answer, so
 * shut our side and read on for a moment. */
static void linger(struct conn *c)
{
	c->state = CONN_LINGER;
	c->active_ms = uv_now(c->service->loop);
	buf_release(&c->in);
	c->in_used = 0;
	c->shutdown.data = c;
	if (uv_shutdown(&c->shutdown, (uv_stream_t *)&c->pipe, on_shut)) {
		conn_hang_up(c);
		return;
	}
	conn_ref(c);
	conn_pump(c);
}

void conn_close_soon(struct conn *c)
{
	c->close_after = true;
	conn_flush(c);
}

/* ---- out ---- */

size_t conn_pending(const struct conn *c)
{
	if (c->state == CONN_CLOSED)
		return 0;
	return c->out.n + uv_stream_get_write_queue_size((const uv_stream_t *)&c->pipe);
}

static void on_written(uv_write_t *req, int status)
{
	struct conn *c = req->data;
	c->is_writing = false;
	buf_clear(&c->writing);
	if (status) {
		conn_hang_up(c);
	} else {
		conn_flush(c);
		if (c->request && conn_pending(c) <= (size_t)c->service->config->out_high_water)
			request_wake(c->request);
		conn_pump(c);
	}
	conn_unref(c);
}

/* Keeps the sum over all connections of what their peers have not taken. */
static void count_unsent(struct conn *c)
{
	size_t now = conn_pending(c);
	c->service->unsent += now;
	c->service->unsent -= c->unsent_counted;
	c->unsent_counted = now;
}

/* What the socket takes without waiting; saves most answers a trip through libuv's queue. */
static bool try_write(struct conn *c)
{
	uv_buf_t b =
		uv_buf_init(c->out.p, (unsigned)(c->out.n < WRITE_PIECE ? c->out.n : WRITE_PIECE));
	int n = uv_try_write((uv_stream_t *)&c->pipe, &b, 1);
	if (n > 0)
		buf_drop_front(&c->out, (size_t)n);
	return n > 0 || n == UV_EAGAIN;
}

static bool queue_write(struct conn *c)
{
	struct buf swap = c->writing;
	c->writing = c->out;
	c->out = swap;
	buf_clear(&c->out);
	uv_buf_t b = uv_buf_init(c->writing.p, (unsigned)c->writing.n);
	c->write.data = c;
	if (uv_write(&c->write, (uv_stream_t *)&c->pipe, &b, 1, on_written))
		return false;
	c->is_writing = true;
	conn_ref(c);
	return true;
}

static void flush(struct conn *c)
{
	if (c->state != CONN_OPEN || c->is_writing)
		return;
	if (c->out.failed) { /* out of memory: the answer cannot be whole */
		conn_hang_up(c);
		return;
	}
	if (c->out.n && !try_write(c)) {
		conn_hang_up(c);
		return;
	}
	if (c->out.n) {
		if (!queue_write(c))
			conn_hang_up(c);
	} else if (c->close_after && !c->request) {
		linger(c);
	}
}

void conn_flush(struct conn *c)
{
	flush(c);
	count_unsent(c);
}

/* ---- in ---- */

static size_t unfed(const struct conn *c)
{
	return c->in.n - c->in_used;
}

static bool can_feed(const struct conn *c)
{
	if (c->state != CONN_OPEN || c->message_ended || c->is_doomed)
		return false;
	if (c->close_after) /* also when the message broke while its request is in work */
		return false;
	if (c->request)
		return request_wants_body(c->request);
	return conn_pending(c) <= (size_t)c->service->config->out_high_water;
}

static void feed(struct conn *c)
{
	struct slice bytes = {c->in.p + c->in_used, unfed(c)};
	struct err e = {0};
	size_t used = 0;
	if (bytes.n > READ_AHEAD)
		bytes.n = READ_AHEAD;
	if (!c->head_ms && !c->request)
		c->head_ms = uv_now(c->service->loop) + 1;
	int rc = http_feed(c->parser, bytes, &used, &e);
	c->in_used += used;
	if (c->in_used == c->in.n) {
		buf_clear(&c->in);
		c->in_used = 0;
	}
	if (rc || (used == 0 && !c->message_ended))
		exchange_broken(c, &e);
	else
		exchange_advance(c);
}

/* The peer shut its side.  With a whole message in work that is legal (it still reads); in the
 * middle of one it is the end. */
static void at_eof(struct conn *c)
{
	if (c->state == CONN_LINGER || (!c->message_ended && !http_is_idle(c->parser)))
		conn_hang_up(c);
	else if (!c->request && conn_pending(c))
		conn_close_soon(c);
	else if (!c->request)
		conn_hang_up(c);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b)
{
	struct conn *c = stream->data;
	if (n == 0)
		return;
	conn_ref(c);
	if (n == UV_EOF) {
		c->saw_eof = true;
		c->is_reading = false;
	} else if (n < 0) {
		conn_hang_up(c);
	} else if (c->state == CONN_OPEN && buf_put(&c->in, b->base, (size_t)n)) {
		conn_hang_up(c);
	}
	conn_pump(c);
	conn_unref(c);
}

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *b)
{
	struct conn *c = h->data;
	*b = uv_buf_init(c->server->read_room, SERVER_READ_BYTES);
}

static void read_or_not(struct conn *c)
{
	bool want = c->state != CONN_CLOSED && !c->saw_eof && unfed(c) < READ_AHEAD;
	if (want == c->is_reading || c->state == CONN_CLOSED)
		return;
	if (!want)
		uv_read_stop((uv_stream_t *)&c->pipe);
	else if (uv_read_start((uv_stream_t *)&c->pipe, on_alloc, on_read)) {
		conn_hang_up(c);
		return;
	}
	c->is_reading = want;
}

/* A connection without a request keeps no buffers: ten thousand of them may be open. */
static void shrink(struct conn *c)
{
	if (c->request || c->is_writing)
		return;
	if (unfed(c) == 0) {
		buf_release(&c->in);
		c->in_used = 0;
	}
	if (c->out.n == 0)
		buf_release(&c->out);
	buf_release(&c->writing);
}

void conn_pump(struct conn *c)
{
	if (c->is_pumping || c->state == CONN_CLOSED)
		return;
	c->is_pumping = true;
	conn_ref(c);
	exchange_continue(c);
	while (unfed(c) && can_feed(c))
		feed(c);
	exchange_continue(c);
	if (c->saw_eof && (unfed(c) == 0 || c->state == CONN_LINGER) && c->state != CONN_CLOSED)
		at_eof(c);
	c->is_pumping = false;
	if (c->state != CONN_CLOSED) {
		read_or_not(c);
		shrink(c);
	}
	conn_unref(c);
}

void conn_request_over(struct conn *c, bool must_close)
{
	c->request = NULL;
	c->is_doomed = false;
	c->head_ms = 0;
	c->window_ms = c->window_bytes = 0;
	c->active_ms = uv_now(c->service->loop);
	if (must_close || !c->message_ended) {
		c->close_after = true;
		return;
	}
	c->message_ended = false;
	http_next(c->parser);
}

/* ---- clock ---- */

static bool is_gone(const struct conn *c)
{
	uv_os_fd_t fd;
	if (uv_fileno((const uv_handle_t *)&c->pipe, &fd))
		return true;
	struct pollfd p = {.fd = fd};
	return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR)) != 0;
}

/* A streamed answer is bounded by the high-water mark: any progress will do.  One that stands whole
 * in memory must go out at ingest_min_rate, or a trickle of reads could hold it for days. */
static bool is_stalled(struct conn *c, uint64_t now_ms)
{
	const struct config *config = c->service->config;
	size_t left = conn_pending(c), sent = c->write_left - left;
	uint64_t passed = now_ms - c->write_ms;
	if (left == 0 || left > c->write_left || (c->request && sent > 0)) {
		c->write_left = left;
		c->write_ms = now_ms;
		return false;
	}
	if (passed <= (uint64_t)config->write_stall_ms)
		return false;
	c->write_left = left;
	c->write_ms = now_ms;
	return sent == 0 || sent * 1000 < (uint64_t)config->ingest_min_rate * passed;
}

/* An ingest must bring ingest_min_rate bytes a second, averaged over the time that we wait. */
static bool is_too_slow(struct conn *c, uint64_t passed_ms)
{
	const struct config *config = c->service->config;
	struct request *r = c->request;
	if (r->route->body != BODY_STREAM || c->message_ended || r->phase != PHASE_WAIT ||
		!request_wants_body(r))
		return false;
	c->window_ms += passed_ms;
	if (c->window_ms < (uint64_t)config->ingest_window_ms)
		return false;
	uint64_t got = r->bytes_in - c->window_bytes;
	bool slow = got * 1000 < (uint64_t)config->ingest_min_rate * c->window_ms;
	c->window_ms = 0;
	c->window_bytes = r->bytes_in;
	return slow;
}

void conn_check_clock(struct conn *c, uint64_t now_ms, uint64_t passed_ms)
{
	const struct config *config = c->service->config;
	if (c->state == CONN_CLOSED)
		return;
	if (c->state == CONN_LINGER) {
		if (now_ms - c->active_ms > LINGER_MS)
			conn_hang_up(c);
	} else if (is_stalled(c, now_ms)) {
		conn_hang_up(c);
	} else if (c->request) {
		if ((c->saw_eof || !c->is_reading) && is_gone(c))
			conn_hang_up(c);
		else if (is_too_slow(c, passed_ms))
			exchange_timeout(c);
		else
			request_check_clock(c->request, now_ns());
	} else if (c->head_ms) {
		if (now_ms > c->head_ms + (uint64_t)config->head_deadline_ms)
			exchange_timeout(c);
	} else if (conn_pending(c) == 0 && now_ms - c->active_ms > (uint64_t)config->idle_ms) {
		conn_hang_up(c);
	}
}

/* ---- accept ---- */

static int open_conn(struct conn *c, uv_stream_t *listener, struct err *e)
{
	uv_os_fd_t fd;
	int rc = uv_accept(listener, (uv_stream_t *)&c->pipe);
	if (rc == 0)
		rc = uv_fileno((uv_handle_t *)&c->pipe, &fd);
	if (rc)
		return err_set(e, LODE_IO, "accept: %s", uv_strerror(rc));
	rc = access_peer(&c->server->access, fd, &c->peer, e);
	return rc ? rc : exchange_create_parser(c);
}

void conn_accept(struct server *server, uv_stream_t *listener)
{
	struct err e = {0};
	struct conn *c = calloc(1, sizeof(*c));
	if (!c || uv_pipe_init(server->service->loop, &c->pipe, 0)) {
		free(c);
		server->accept_owed =
			true; /* libuv stays deaf until it is taken: the tick retries */
		return;
	}
	c->magic = CONN_MAGIC;
	c->refs = 1;
	c->server = server;
	c->service = server->service;
	c->pipe.data = c;
	c->active_ms = c->write_ms = uv_now(c->service->loop);
	server_add(server, c);
	int rc = open_conn(c, listener, &e);
	if (rc) {
		log_warn("connection refused: %s", e.text[0] ? e.text : err_words(rc));
		conn_hang_up(c);
		return;
	}
	unsigned most = (unsigned)c->service->config->max_connections;
	if (server->n_conns > most + most / 4 + 1)
		conn_hang_up(c);
	else if (server->n_conns > most)
		exchange_turn_away(c);
	else
		conn_pump(c);
}
