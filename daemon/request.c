#include "daemon/request.h"

#include "base/log.h"
#include "daemon/config.h"
#include "daemon/conn.h"
#include "daemon/reply.h"
#include "daemon/route.h"
#include "daemon/service.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- open and close ---- */

struct request *request_open(struct service *s, struct conn *c, const struct route *route)
{
	struct request *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->magic = REQUEST_MAGIC;
	r->id = s->next_id++;
	r->service = s;
	r->route = route;
	r->conn = conn_ref(c);
	arena_init(&r->arena, (size_t)s->config->request_memory);
	r->out.limit = (size_t)s->config->max_answer;
	r->start_ns = now_ns();
	if (!route || route->body != BODY_STREAM)
		r->deadline_ns = r->start_ns + (uint64_t)s->config->query_deadline_ms * 1000000u;
	return r;
}

void request_close(struct request *r)
{
	struct conn *c = r->conn;
	assert(r->magic == REQUEST_MAGIC && !r->worker);
	if (r->release)
		r->release(r);
	snapshot_end(r->snapshot);
	arena_release(&r->arena);
	buf_release(&r->body);
	buf_release(&r->out);
	r->magic = 0;
	free(r);
	conn_unref(c);
}

/* ---- the driver ---- */

static void drive(struct request *r, enum next next);

static struct lane *lane_for(struct request *r, enum place place)
{
	switch (place) {
	case ON_WORKER: return &r->service->read;
	case ON_SCREEN: return &r->service->screen;
	case ON_PREPARE: return &r->service->prepare;
	case ON_WRITER: return &r->service->write;
	case ON_LOOP:
	case ON_LOOP_ANYWAY: break;
	}
	return NULL;
}

static void account_step(struct request *r)
{
	size_t i = (size_t)(r->step - r->route->steps);
	uint64_t now = now_ns();
	if (i < REQUEST_STEPS_MAX)
		r->step_ns[i] += now - r->step_start_ns;
	r->step_start_ns = now;
}

int request_check_time(struct request *r, struct err *e)
{
	if (request_is_cancelled(r))
		return err_set(e, LODE_CANCELLED, "cancelled");
	if (r->deadline_ns && now_ns() > r->deadline_ns)
		return err_set(e, LODE_TIMEOUT, "the deadline passed");
	return LODE_OK;
}

/* Cancelled or past its deadline: then request_fail was called. */
static bool is_over(struct request *r)
{
	if (request_is_cancelled(r)) {
		request_fail_status(r, r->cancel_status, LODE_CANCELLED, "cancelled");
		return true;
	}
	if (r->deadline_ns && now_ns() > r->deadline_ns) {
		request_fail(r, LODE_TIMEOUT, "the deadline passed");
		return true;
	}
	return false;
}

static void run_steps(struct job *j)
{
	struct request *r = j->arg;
	r->worker = j->worker;
	for (;;) {
		/* Not is_over: why it was cancelled is the loop's to know (drive adds it). */
		struct err e = {0};
		int rc = request_check_time(r, &e);
		if (rc) {
			r->next = request_fail_err(r, rc, &e);
			return;
		}
		r->next = r->step->run(r);
		arena_release(&r->worker->scratch);
		/* Straight on to a step of the same lane: queueing again would hold the request's
		 * snapshot while others run.  A jump goes back to the queue: loops must be fair. */
		if (r->next != NEXT_STEP || r->step[1].place != r->step->place)
			return;
		account_step(r);
		r->step++;
	}
}

static void steps_done(struct job *j, bool has_run)
{
	struct request *r = j->arg;
	assert(r->magic == REQUEST_MAGIC);
	r->worker = NULL;
	account_step(r);
	drive(r, has_run ? r->next : request_fail(r, LODE_BUG, "no work could be queued"));
}

static bool submit(struct request *r)
{
	struct lane *l = lane_for(r, r->step->place);
	if (lane_is_full(l)) {
		request_fail(r, LODE_BUSY, "too many requests are waiting; try again");
		return false;
	}
	r->phase = PHASE_LANE;
	r->job.run = run_steps;
	r->job.done = steps_done;
	r->job.arg = r;
	r->job.deadline_ns = r->deadline_ns;
	lane_submit(l, &r->job);
	return true;
}

static void drive(struct request *r, enum next next)
{
	for (;;) {
		switch (next) {
		case NEXT_STEP: r->step++; break;
		case NEXT_JUMP: break;
		case NEXT_WAIT:
			r->phase = PHASE_WAIT;
			if (!request_is_cancelled(r))
				return;
			break; /* while the step ran: nobody would wake it for that */
		case NEXT_DONE:
		case NEXT_FAIL:
			/* A worker that stopped because of the flag does not know why it was set. */
			if (next == NEXT_FAIL && r->err.code == LODE_CANCELLED && r->cancel_status)
				r->status = r->cancel_status;
			r->phase = PHASE_OVER;
			reply_send(r, next == NEXT_FAIL);
			return;
		}
		r->phase = PHASE_LOOP;
		if (r->step->place != ON_LOOP_ANYWAY && is_over(r)) {
			next = NEXT_FAIL;
		} else if (lane_for(r, r->step->place)) {
			if (submit(r))
				return; /* comes back in steps_done */
			next = NEXT_FAIL;
		} else {
			next = r->step->run(r);
			account_step(r);
		}
	}
}

void request_start(struct request *r)
{
	r->step = r->route->steps;
	r->step_start_ns = now_ns();
	drive(r, NEXT_JUMP);
}

void request_wake(struct request *r)
{
	if (r->phase != PHASE_WAIT)
		return;
	r->step_start_ns = now_ns();
	drive(r, NEXT_JUMP);
}

void request_refuse(struct request *r)
{
	r->phase = PHASE_OVER;
	reply_send(r, true);
}

void request_cancel(struct request *r, unsigned status)
{
	if (r->phase == PHASE_OVER)
		return;
	r->cancel_status = status;
	atomic_store_explicit(&r->cancelled, true, memory_order_relaxed);
	if (r->phase == PHASE_BODY) {
		request_fail_status(r, status, LODE_CANCELLED, "cancelled");
		request_refuse(r);
	} else if (r->phase == PHASE_WAIT) {
		request_wake(r);
	} else if (r->phase == PHASE_LANE && lane_remove(&r->job)) {
		drive(r, NEXT_JUMP);
	}
}

void request_check_clock(struct request *r, uint64_t now)
{
	if (r->phase == PHASE_WAIT && r->takes_body) {
		request_wake(r); /* an ingest looks how long its lines wait */
		return;
	}
	/* The worker may be moving r's own: a screen gives each chart its time. */
	uint64_t deadline_ns = r->phase == PHASE_LANE ? r->job.deadline_ns : r->deadline_ns;
	if (!deadline_ns || now < deadline_ns)
		return;
	if (r->phase == PHASE_BODY) {
		request_fail_status(r, 408, LODE_TIMEOUT, "the body did not arrive in time");
		request_refuse(r);
	} else if (r->phase == PHASE_WAIT) {
		request_wake(r);
	} else if (r->phase == PHASE_LANE && lane_remove(&r->job)) {
		drive(r, NEXT_JUMP);
	}
}

bool request_wants_body(const struct request *r)
{
	if (r->phase == PHASE_OVER)
		return false;
	if (r->route && r->route->body == BODY_STREAM)
		return r->takes_body && r->body.n < r->body_most;
	return r->phase == PHASE_BODY;
}

/* ---- for steps ---- */

void request_deadline_in(struct request *r, uint64_t ms)
{
	uint64_t at = ms < UINT64_MAX / 2000000u ? r->start_ns + ms * 1000000u : UINT64_MAX;
	if (!r->deadline_ns || at < r->deadline_ns)
		r->deadline_ns = at;
}

uint64_t request_elapsed_us(const struct request *r)
{
	return (now_ns() - r->start_ns) / 1000;
}

unsigned request_status_of(int code)
{
	switch (code) {
	case LODE_NOTFOUND: return 404;
	case LODE_BADREQ: return 400;
	case LODE_DENIED: return 403;
	case LODE_TOOBIG: return 413;
	case LODE_BUSY:
	case LODE_CANCELLED:
	case LODE_NOMEM: return 503;
	case LODE_TIMEOUT: return 504;
	case LODE_FULL: return 507;
	default: return 500;
	}
}

__attribute__((format(printf, 4, 0))) static enum next fail(
	struct request *r, unsigned status, int code, const char *fmt, va_list ap)
{
	vsnprintf(r->err.text, sizeof(r->err.text), fmt, ap);
	r->err.code = code;
	r->status = status ? status : request_status_of(code);
	return NEXT_FAIL;
}

enum next request_fail(struct request *r, int code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fail(r, 0, code, fmt, ap);
	va_end(ap);
	return NEXT_FAIL;
}

enum next request_fail_status(struct request *r, unsigned status, int code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fail(r, status, code, fmt, ap);
	va_end(ap);
	return NEXT_FAIL;
}

enum next request_fail_err(struct request *r, int rc, const struct err *e)
{
	const char *text = e && e->text[0] ? e->text : err_words(rc);
	return request_fail(r, rc, "%s", text);
}

enum next request_reply(struct request *r, unsigned status, const char *content_type)
{
	if (r->out.failed)
		return request_fail(
			r, LODE_NOMEM, "the answer is too large for the memory set aside");
	r->status = status;
	r->content_type = content_type;
	return NEXT_DONE;
}

void request_stream(struct request *r, const char *content_type)
{
	r->is_streamed =
		!r->conn->is_http10; /* 1.0 knows no chunks: it gets the answer in one piece */
	r->content_type = content_type;
}

enum next request_flush(struct request *r)
{
	if (r->out.failed)
		return request_fail(
			r, LODE_NOMEM, "the answer is too large for the memory set aside");
	if (!r->is_streamed)
		return NEXT_STEP;
	reply_piece(r);
	if (r->deadline_ns)
		r->deadline_ns =
			now_ns() + (uint64_t)r->service->config->query_deadline_ms * 1000000u;
	return conn_pending(r->conn) > (size_t)r->service->config->out_high_water ? NEXT_WAIT
										  : NEXT_STEP;
}

int request_snapshot(struct request *r)
{
	struct err e = {0};
	int rc = r->snapshot ? 0 : snapshot_begin(r->service->index, &r->snapshot, &e);
	if (rc)
		request_fail_err(r, rc, &e);
	return rc;
}

void request_end_snapshot(struct request *r)
{
	snapshot_end(r->snapshot);
	r->snapshot = NULL;
}

void request_note_query(struct request *r, struct slice query)
{
	r->has_query_digest = true;
	r->query_digest = digest128(query);
}

void request_problem(const struct request *r, struct buf *out)
{
	struct json_writer w;
	char id[17];
	snprintf(id, sizeof(id), "%016llx", (unsigned long long)r->id);
	json_init(&w, out);
	json_begin_object(&w);
	json_kv_uint(&w, "status", r->status);
	json_kv_str(&w, "code", err_name(r->err.code));
	json_kv_str(&w, "message", r->err.text);
	json_kv_str(&w, "id", id);
	if (r->has_committed)
		json_kv_uint(&w, "committed_through", r->committed_through);
	json_end_object(&w);
}
