#include "daemon/exchange.h"

#include "daemon/audit.h"
#include "daemon/config.h"
#include "daemon/request.h"
#include "daemon/route.h"
#include "daemon/server.h"
#include "index/index.h"

#include <assert.h>
#include <stdio.h>

/* ---- head ---- */

static bool has_text(struct slice in, const char *text)
{
	return in.n && memmem(in.p, in.n, text, strlen(text)) != NULL;
}

static enum next decode_id(struct request *r, struct slice raw, const char *what, struct slice *out)
{
	char *room = arena_alloc(&r->arena, INDEX_ID_MAX);
	if (!room)
		return request_fail(r, LODE_NOMEM, "out of memory");
	int rc = http_unescape(raw, room, INDEX_ID_MAX, out);
	size_t bad;
	if (rc == 0 && tok_utf8_check(*out, &bad) != 0)
		rc = LODE_BADREQ;
	if (rc == LODE_TOOBIG)
		return request_fail(r, LODE_BADREQ, "%s id is over %d bytes", what, INDEX_ID_MAX);
	if (rc)
		return request_fail(r, rc, "%s id in the path is not percent-encoded UTF-8", what);
	return NEXT_STEP;
}

static size_t most_of(const struct request *r)
{
	const struct config *c = r->service->config;
	switch (r->route->body) {
	case BODY_FILE: return (size_t)c->max_model;
	case BODY_LIST: return (size_t)c->max_list_body;
	case BODY_NONE:
	case BODY_STREAM:
	case BODY_JSON: break;
	}
	return (size_t)c->max_query_body;
}

/* A body that is taken in whole before the first step. */
static enum next check_whole(struct request *r, const struct http_head *head)
{
	const char *type =
		r->route->body == BODY_FILE ? "application/octet-stream" : "application/json";
	bool has_body = head->has_length && head->content_length > 0;
	if (has_body && !slice_eq(head->content_type, slice_str(type)))
		return request_fail_status(r, 415, LODE_BADREQ, "Content-Type must be %s", type);
	if (head->content_encoding.n)
		return request_fail_status(r, 415, LODE_BADREQ, "no Content-Encoding here");
	if (has_body && head->content_length > most_of(r))
		return request_fail(r, LODE_TOOBIG, "the body is over %zu bytes", most_of(r));
	return NEXT_STEP;
}

static enum next check_body(struct request *r, const struct http_head *head)
{
	bool has_body = head->has_length && head->content_length > 0;
	switch (r->route->body) {
	case BODY_NONE:
		return has_body ? request_fail(r, LODE_BADREQ, "this route takes no body")
				: NEXT_STEP;
	case BODY_JSON:
	case BODY_LIST:
	case BODY_FILE: return check_whole(r, head);
	case BODY_STREAM:
		if (!slice_eq(head->content_type, SLICE("application/x-ndjson")))
			return request_fail_status(
				r, 415, LODE_BADREQ, "Content-Type must be application/x-ndjson");
		r->encoding = COMPRESS_NONE;
		if (slice_eq(head->content_encoding, SLICE("gzip")))
			r->encoding = COMPRESS_GZIP;
		else if (slice_eq(head->content_encoding, SLICE("zstd")))
			r->encoding = COMPRESS_ZSTD;
		else if (head->content_encoding.n &&
			 !slice_eq(head->content_encoding, SLICE("identity")))
			return request_fail_status(
				r, 415, LODE_BADREQ, "Content-Encoding must be gzip or zstd");
		return NEXT_STEP;
	}
	return NEXT_STEP;
}

static enum next check_grant(struct request *r)
{
	enum grant need = r->route->grant;
	if ((r->conn->peer.grants & need) == need)
		return NEXT_STEP;
	const char *what = need == GRANT_ADMIN    ? "administer"
			   : need == GRANT_INGEST ? "ingest"
						  : "read";
	return request_fail(r, LODE_DENIED, "uid %u may not %s here", r->conn->peer.uid, what);
}

/* Everything that can be said from the head alone. */
static enum next admit(struct request *r, const struct http_head *head, const struct route_match *m)
{
	struct err e = {0};
	r->query = arena_slice(&r->arena, head->query);
	r->wants_json = has_text(head->accept, "application/json");
	if (r->service->is_draining)
		return request_fail(r, LODE_BUSY, "the daemon is shutting down");
	if (check_grant(r) == NEXT_FAIL)
		return NEXT_FAIL;
	if (!r->route->without_audit && r->service->config->audit_required &&
		audit_is_failing(r->service->audit))
		return request_fail_status(
			r, 503, LODE_IO, "the audit log cannot be written, and is required");
	int rc = route_check_query(r->route, head->query, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	if (m->patient.p && decode_id(r, m->patient, "patient", &r->patient) == NEXT_FAIL)
		return NEXT_FAIL;
	if (m->note.p && decode_id(r, m->note, "note", &r->note) == NEXT_FAIL)
		return NEXT_FAIL;
	return check_body(r, head);
}

static enum next refuse_path(struct request *r, const struct route_match *m)
{
	if (!m->allow[0])
		return request_fail_status(r, 404, LODE_NOTFOUND, "no such path");
	snprintf(r->headers, sizeof(r->headers), "Allow: %s\r\n", m->allow);
	return request_fail_status(
		r, 405, LODE_BADREQ, "no such method here; allowed: %s", m->allow);
}

static int on_head(void *arg, const struct http_head *head)
{
	struct conn *c = arg;
	struct route_match m;
	bool found = route_find(head->method, head->path, &m);
	c->keep_alive = head->keep_alive;
	c->expect_continue = head->expect_continue;
	c->has_length = head->has_length;
	c->is_http10 = head->is_http10;
	c->head_ms = 0;
	struct request *r = c->request = request_open(c->service, c, m.route);
	if (!r)
		return LODE_NOMEM;
	r->body_length = head->has_length ? head->content_length : UINT64_MAX;
	c->is_doomed = (found ? admit(r, head, &m) : refuse_path(r, &m)) == NEXT_FAIL;
	/* A refusal does not wait for a body: stop here, answer, close. */
	bool may_have_body = head->has_length
				     ? head->content_length > 0
				     : head->method != HTTP_M_GET && head->method != HTTP_M_DELETE;
	return c->is_doomed && may_have_body ? LODE_BADREQ : 0;
}

/* ---- body ---- */

static int on_body(void *arg, struct slice piece)
{
	struct conn *c = arg;
	struct request *r = c->request;
	r->bytes_in += piece.n;
	if (c->is_doomed)
		return LODE_BADREQ;
	/* A stream's request may be a worker's just now: touch nothing of it but the body. */
	if (r->route->body == BODY_STREAM)
		return buf_put_slice(&r->body, piece);
	size_t most = most_of(r);
	if (r->route->body == BODY_NONE)
		request_fail(r, LODE_BADREQ, "this route takes no body");
	else if (r->body.n > most || piece.n > most - r->body.n) /* a reload may lower it */
		request_fail(r, LODE_TOOBIG, "the body is over %zu bytes", most);
	else if (buf_put_slice(&r->body, piece))
		request_fail(r, LODE_NOMEM, "out of memory");
	else
		return 0;
	c->is_doomed = true;
	return LODE_BADREQ;
}

static int on_end(void *arg)
{
	struct conn *c = arg;
	struct request *r = c->request;
	c->message_ended = true;
	r->body_ended = true;
	bool is_whole = r->route && r->route->body != BODY_NONE && r->route->body != BODY_STREAM;
	if (!c->is_doomed && is_whole && r->body.n == 0 && !c->has_length) {
		request_fail_status(r, 411, LODE_BADREQ, "a body with Content-Length is needed");
		c->is_doomed = true;
	}
	return 0;
}

int exchange_create_parser(struct conn *c)
{
	static const struct http_events events = {on_head, on_body, on_end};
	const struct config *config = c->service->config;
	struct http_limits limits = {(size_t)config->max_head, (size_t)config->max_url};
	return http_create(false, limits, &events, c, &c->parser);
}

/* ---- between feed and steps ---- */

void exchange_advance(struct conn *c)
{
	struct request *r = c->request;
	if (!r)
		return;
	exchange_continue(c);
	if (c->is_doomed) {
		if (c->message_ended)
			request_refuse(r);
	} else if (r->phase != PHASE_BODY) {
		request_wake(r);
	} else if (c->message_ended || r->route->body == BODY_STREAM) {
		request_start(r);
	}
}

/* Answers a request that no step has seen, or that waits; cancels one in work. */
static void end_request(struct conn *c, unsigned status, int code, const char *text)
{
	struct request *r = c->request;
	if (!r)
		r = c->request = request_open(c->service, c, NULL);
	if (!r) {
		conn_hang_up(c);
		return;
	}
	c->close_after = true;
	if (r->phase == PHASE_BODY || r->phase == PHASE_WAIT) {
		request_fail_status(r, status, code, "%s", text);
		request_refuse(r);
	} else {
		request_cancel(r, status);
	}
}

void exchange_broken(struct conn *c, const struct err *e)
{
	if (c->is_doomed) {
		c->close_after = true;
		request_refuse(c->request);
		return;
	}
	unsigned status = http_status(c->parser);
	int code = e->code == LODE_TOOBIG ? LODE_TOOBIG : LODE_BADREQ;
	end_request(c, status >= 400 ? status : 400, code,
		e->text[0] ? e->text : "broken HTTP message");
}

void exchange_timeout(struct conn *c)
{
	end_request(c, 408, LODE_TIMEOUT, "the message did not arrive in time");
}

void exchange_turn_away(struct conn *c)
{
	end_request(c, 503, LODE_BUSY, "too many connections");
}

void exchange_continue(struct conn *c)
{
	if (!c->expect_continue || !c->request || c->is_doomed || c->message_ended ||
		!request_wants_body(c->request))
		return;
	c->expect_continue = false;
	buf_put_str(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
	conn_flush(c);
}
