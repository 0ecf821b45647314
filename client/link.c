#include "client/link.h"

#include "base/http.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	READ_BYTES = 64 * 1024,
	CONNECT_RETRY_MS = 20,
	CONNECT_TRIES = 250, /* 5 s of a full connection queue */
};

struct link {
	int fd;
	struct sockaddr_un address;
	struct http_parser *parser;
	struct link_request request;
	struct buf unsent; /* ours to the daemon */
	size_t sent;       /* bytes of it that have left */
	uint64_t deadline_ms;
	unsigned status;
	bool is_done;        /* the answer is complete */
	bool is_deaf;        /* the daemon reads no more: stop sending */
	bool is_closing;     /* it will not take another request here */
	bool is_used;        /* an exchange was made over this connection */
	bool is_at_end;      /* the parser stands at the end of a message */
	struct err sink_err; /* of on_body */
	char room[READ_BYTES];
};

static uint64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int on_head(void *arg, const struct http_head *head)
{
	struct link *l = arg;
	l->status = head->status;
	l->is_closing = !head->keep_alive;
	return 0;
}

static bool is_interim(const struct link *l)
{
	return l->status >= 100 && l->status < 200;
}

static int on_body(void *arg, struct slice piece)
{
	struct link *l = arg;
	if (is_interim(l) || !l->request.on_body)
		return 0;
	bool is_ok = l->status >= 200 && l->status < 300;
	int rc = l->request.on_body(l->request.arg, is_ok, piece, &l->sink_err);
	if (rc && !l->sink_err.code)
		l->sink_err.code = rc;
	return rc;
}

static int on_end(void *arg)
{
	struct link *l = arg;
	l->is_at_end = true;
	l->is_done = !is_interim(l);
	return 0;
}

static int make_parser(struct link *l, struct err *e)
{
	static const struct http_events events = {on_head, on_body, on_end};
	static const struct http_limits limits = {.head_bytes = 65536, .url_bytes = 4096};
	http_destroy(l->parser);
	l->parser = NULL;
	int rc = http_create(true, limits, &events, l, &l->parser);
	return rc ? err_set(e, rc, "out of memory") : 0;
}

static int dial(struct link *l, struct err *e)
{
	const char *path = l->address.sun_path;
	int rc = -1;
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return err_set(e, LODE_IO, "cannot make a socket: %s", strerror(errno));
	for (int i = 0; i < CONNECT_TRIES; i++) {
		rc = connect(l->fd, (const struct sockaddr *)&l->address, sizeof(l->address));
		if (rc == 0 || (errno != EAGAIN && errno != EINTR))
			break;
		poll(NULL, 0, CONNECT_RETRY_MS);
	}
	if (rc == 0)
		return 0;
	if (errno == EAGAIN)
		return err_set(e, LODE_BUSY, "the daemon takes no more connections");
	if (errno == EACCES || errno == EPERM)
		return err_set(e, LODE_DENIED, "not allowed to use the socket %s", path);
	return err_set(e, LODE_NOTFOUND, "no daemon at %s: %s", path, strerror(errno));
}

int link_open(const char *path, struct link **out, struct err *e)
{
	struct link *l = calloc(1, sizeof(*l));
	if (!l)
		return err_set(e, LODE_NOMEM, "out of memory");
	l->fd = -1;
	l->address.sun_family = AF_UNIX;
	int rc = 0;
	size_t n = strlen(path);
	if (n == 0 || n >= sizeof(l->address.sun_path))
		rc = err_set(e, LODE_TOOBIG, "a socket path has 1 to %zu bytes, this one has %zu",
			sizeof(l->address.sun_path) - 1, n);
	if (rc == 0) {
		memcpy(l->address.sun_path, path, n + 1);
		rc = make_parser(l, e);
	}
	if (rc == 0)
		rc = dial(l, e);
	if (rc) {
		link_close(l);
		return rc;
	}
	*out = l;
	return 0;
}

void link_close(struct link *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	http_destroy(l->parser);
	buf_release(&l->unsent);
	free(l);
}

static void touch(struct link *l)
{
	l->deadline_ms = now_ms() + l->request.timeout_ms;
}

static int lost(struct err *e)
{
	return err_set(
		e, LODE_NOTFOUND, "the daemon closed the connection before its answer was whole");
}

static int write_some(struct link *l, struct err *e)
{
	ssize_t n = send(
		l->fd, l->unsent.p + l->sent, l->unsent.n - l->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
		/* It may have said why before it closed: read on. */
		l->is_deaf = true;
		return 0;
	}
	if (n < 0)
		return err_set(e, LODE_IO, "cannot send to the daemon: %s", strerror(errno));
	l->sent += (size_t)n;
	if (l->sent == l->unsent.n) {
		buf_clear(&l->unsent);
		l->sent = 0;
	}
	if (l->request.is_streamed)
		touch(l);
	return 0;
}

static int sink_failed(const struct link *l, struct err *e)
{
	if (l->sink_err.text[0])
		return err_set(e, l->sink_err.code, "%s", l->sink_err.text);
	return err_set(e, l->sink_err.code, "%s", err_words(l->sink_err.code));
}

static int take(struct link *l, struct slice bytes, struct err *e)
{
	struct err why = {0};
	while (bytes.n && !l->is_done) {
		size_t used = 0;
		l->is_at_end = false;
		int rc = http_feed(l->parser, bytes, &used, &why);
		if (l->sink_err.code)
			return sink_failed(l, e);
		if (rc || (used == 0 && !l->is_at_end))
			return err_set(e, LODE_CORRUPT, "the answer is not HTTP: %s", why.text);
		bytes = slice_of(bytes.p + used, bytes.n - used);
		if (l->is_at_end && !l->is_done) {
			http_next(l->parser);
			l->status = 0;
		}
	}
	if (l->is_done && bytes.n)
		return err_set(e, LODE_CORRUPT, "the daemon said more than its answer");
	return 0;
}

static int read_some(struct link *l, struct err *e)
{
	ssize_t n = recv(l->fd, l->room, sizeof(l->room), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0 && errno != ECONNRESET)
		return err_set(e, LODE_IO, "cannot read from the daemon: %s", strerror(errno));
	if (n > 0) {
		if (l->request.is_streamed)
			touch(l);
		return take(l, slice_of(l->room, (size_t)n), e);
	}
	/* An answer without a length ends here; any other is cut short. */
	int rc = http_finish(l->parser, NULL);
	if (l->sink_err.code)
		return sink_failed(l, e);
	l->is_closing = true;
	return rc == 0 && l->is_done ? 0 : lost(e);
}

/* One turn: waits for either direction (or for input), moves what can be moved.
 * 1: input can be read; 0: something moved. */
static int turn(struct link *l, int input, struct err *e)
{
	bool wants_write = l->unsent.n > 0 && !l->is_deaf;
	struct pollfd fds[2] = {
		{.fd = l->fd, .events = (short)(POLLIN | (wants_write ? POLLOUT : 0))},
		{.fd = input, .events = POLLIN},
	};
	uint64_t now = now_ms();
	if (now >= l->deadline_ms)
		return err_set(e, LODE_TIMEOUT, "no answer from the daemon within %llu s",
			(unsigned long long)(l->request.timeout_ms / 1000));
	uint64_t left = l->deadline_ms - now;
	int n = poll(fds, 2, input >= 0 ? -1 : left > 1000000 ? 1000000 : (int)left);
	if (n < 0 && errno != EINTR)
		return err_set(e, LODE_IO, "poll: %s", strerror(errno));
	if (n <= 0)
		return 0;
	if (fds[0].revents & (POLLIN | POLLHUP | POLLERR)) {
		int rc = read_some(l, e);
		if (rc || l->is_done)
			return rc;
	}
	if (wants_write && (fds[0].revents & POLLOUT)) {
		int rc = write_some(l, e);
		if (rc)
			return rc;
	}
	return fds[1].revents != 0;
}

/* An idle connection may have been closed by the daemon meanwhile: dial again, once. */
static int refresh(struct link *l, struct err *e)
{
	char c;
	if (!l->is_used)
		return 0;
	ssize_t n = recv(l->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT);
	http_next(l->parser);
	if (!l->is_closing && n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	close(l->fd);
	l->fd = -1;
	int rc = make_parser(l, e);
	return rc ? rc : dial(l, e);
}

int link_begin(struct link *l, const struct link_request *request, struct err *e)
{
	int rc = refresh(l, e);
	if (rc)
		return rc;
	l->request = *request;
	l->status = 0;
	l->sink_err = (struct err){0};
	l->is_done = l->is_deaf = l->is_closing = false;
	l->is_used = true;
	l->sent = 0;
	buf_clear(&l->unsent);
	int64_t length = request->is_streamed ? -1 : (int64_t)request->body.n;
	http_write_request(&l->unsent, request->method, request->url, request->content_type, NULL,
		request->accept, length);
	if (!request->is_streamed)
		buf_put_slice(&l->unsent, request->body);
	touch(l);
	return l->unsent.failed ? err_set(e, LODE_NOMEM, "out of memory") : 0;
}

static int flush(struct link *l, struct err *e)
{
	while (l->unsent.n && !l->is_done && !l->is_deaf) {
		int rc = turn(l, -1, e);
		if (rc < 0)
			return rc;
	}
	return l->is_done || l->is_deaf;
}

int link_send(struct link *l, struct slice piece, struct err *e)
{
	if (l->is_done || l->is_deaf)
		return 1;
	if (piece.n)
		http_write_chunk(&l->unsent, piece);
	if (l->unsent.failed)
		return err_set(e, LODE_NOMEM, "out of memory");
	touch(l);
	return flush(l, e);
}

int link_wait_input(struct link *l, int fd, struct err *e)
{
	for (;;) {
		if (l->is_done || l->is_deaf)
			return 1;
		touch(l);
		int rc = turn(l, fd, e);
		if (rc)
			return rc < 0 ? rc : 0;
	}
}

int link_finish(struct link *l, unsigned *status, struct err *e)
{
	if (l->request.is_streamed && !l->is_done && !l->is_deaf) {
		http_write_chunk(&l->unsent, slice_of("", 0));
		if (l->unsent.failed)
			return err_set(e, LODE_NOMEM, "out of memory");
	} else if (l->request.is_streamed) {
		/* The daemon waits for the rest of a body it does not want. */
		l->is_closing = true;
	}
	touch(l);
	while (!l->is_done) {
		int rc = turn(l, -1, e);
		if (rc < 0)
			return rc;
	}
	if (l->unsent.n)
		l->is_closing = true;
	*status = l->status;
	return 0;
}
