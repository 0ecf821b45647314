#include "daemon/reply.h"

#include "base/log.h"
#include "daemon/audit.h"
#include "daemon/conn.h"
#include "daemon/route.h"
#include "daemon/service.h"

#include <stdio.h>

static void put_head(struct request *r, const char *type, int64_t length, bool keep_alive)
{
	struct conn *c = r->conn;
	size_t n = strlen(r->headers);
	if (r->status == 503 && n == 0)
		snprintf(r->headers, sizeof(r->headers), "Retry-After: 1\r\n");
	http_write_head(
		&c->out, r->status, type, length, keep_alive, r->headers[0] ? r->headers : NULL);
}

/* An answer may leave before its message has ended; the rest of the body is then not read. */
static bool may_keep_alive(const struct request *r)
{
	const struct conn *c = r->conn;
	return c->keep_alive && c->message_ended && !c->close_after && !r->service->is_draining;
}

void reply_piece(struct request *r)
{
	struct conn *c = r->conn;
	if (!r->is_head_sent) {
		r->status = 200;
		/* Whether the body ends well is not known yet: the connection is not kept then. */
		c->keep_alive = may_keep_alive(r);
		put_head(r, r->content_type, -1, c->keep_alive);
		r->is_head_sent = true;
	}
	r->bytes_out += r->out.n;
	if (r->out.n)
		http_write_chunk(&c->out, buf_slice(&r->out));
	buf_clear(&r->out);
	conn_flush(c);
}

/* A streamed answer that fails says so in a last line, and its connection is cut without the last
 * chunk, so that nobody takes it for a whole one. */
static void put_broken_end(struct request *r)
{
	buf_clear(&r->out);
	buf_put_str(&r->out, "{\"problem\":");
	request_problem(r, &r->out);
	buf_put_str(&r->out, "}\n");
	http_write_chunk(&r->conn->out, buf_slice(&r->out));
}

static void put_problem(struct request *r, bool keep_alive)
{
	buf_clear(&r->out);
	request_problem(r, &r->out);
	buf_put_byte(&r->out, '\n');
	r->bytes_out = r->out.n;
	put_head(r, "application/problem+json", (int64_t)r->out.n, keep_alive);
	buf_put_slice(&r->conn->out, buf_slice(&r->out));
}

/* true: the connection cannot carry another message. */
static bool put_answer(struct request *r, bool has_failed)
{
	struct conn *c = r->conn;
	bool keep_alive = may_keep_alive(r);
	if (has_failed && r->is_head_sent) {
		put_broken_end(r);
		return true;
	}
	if (has_failed) {
		put_problem(r, keep_alive);
	} else if (r->is_streamed) {
		reply_piece(r);
		http_write_chunk(&c->out, (struct slice){0});
		return !c->keep_alive;
	} else {
		r->bytes_out = r->out.n;
		put_head(r, r->content_type, (int64_t)r->out.n, keep_alive);
		buf_put_slice(&c->out, buf_slice(&r->out));
	}
	return !keep_alive;
}

static void log_request(const struct request *r)
{
	char steps[256] = "";
	size_t n = 0;
	const struct step *list = r->route ? r->route->steps : NULL;
	for (size_t i = 0; list && i < REQUEST_STEPS_MAX; i++)
		if (r->step_ns[i] && n < sizeof(steps) - 1)
			n += (size_t)snprintf(steps + n, sizeof(steps) - n, "%s%s:%.2f",
				n ? "," : "", list[i].name, (double)r->step_ns[i] / 1e6);
	log_line(r->status >= 500 ? LOG_WARN_ : LOG_INFO_,
		"request id=%016llx route=\"%s %s\" status=%u code=%s ms=%.2f steps=%s in=%llu out=%llu%s%s",
		(unsigned long long)r->id, r->route ? route_method_name(r->route->method) : "-",
		r->route ? r->route->path : "-", r->status, err_name(r->err.code),
		(double)(now_ns() - r->start_ns) / 1e6, steps, (unsigned long long)r->bytes_in,
		(unsigned long long)r->bytes_out, r->account[0] ? " " : "", r->account);
	/* Messages may name ids. */
	if (r->err.code)
		log_debug("request id=%016llx problem: %s", (unsigned long long)r->id, r->err.text);
}

static bool is_audit_required(const struct request *r)
{
	return r->service->config->audit_required && r->conn->state == CONN_OPEN &&
	       !(r->route && r->route->without_audit);
}

void reply_send(struct request *r, bool has_failed)
{
	struct conn *c = conn_ref(r->conn);
	struct service *s = r->service;
	bool must_close = true;
	if (c->state != CONN_OPEN)
		r->status = r->status && has_failed ? r->status : 499; /* nobody there to answer */
	else if (!r->status)
		r->status = 200;
	/* Before the answer: where the log is required, nothing is told that it does not hold. */
	if (audit_request(s->audit, r) && is_audit_required(r) && !has_failed)
		has_failed =
			request_fail_status(r, 503, LODE_IO,
				"the audit log cannot be written, and is required") == NEXT_FAIL;
	if (!has_failed && !r->is_streamed && s->unsent &&
		s->unsent + r->out.n > (uint64_t)s->config->max_unsent)
		has_failed = request_fail_status(r, 503, LODE_BUSY,
				     "too many answers wait to be read; try again") == NEXT_FAIL;
	if (c->state == CONN_OPEN)
		must_close = put_answer(r, has_failed);
	s->requests++;
	s->failures += r->status >= 500;
	s->damaged += r->err.code == LODE_CORRUPT;
	log_request(r);
	metrics_request(&s->metrics, route_number(r->route), r->status, now_ns() - r->start_ns);
	conn_request_over(c, must_close);
	request_close(r);
	conn_flush(c);
	conn_pump(c);
	conn_unref(c);
}
