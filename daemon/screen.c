/* screen: one question over many charts.
 *
 *   parse   the body
 *   slice   narrow down who may have something (once a revision), then decide as many patients as fit
 *           into a few milliseconds: those who cannot, without opening their chart; the others as ask does
 *   send    rows so far; wait for a slow reader; the next slice
 *
 * A slice is a job on a lane of its own and has a snapshot of its own: no question queues behind a screen,
 * and no page of the index is held while a client reads. */
#include "daemon/screen.h"

#include "daemon/config.h"
#include "daemon/conn.h"
#include "daemon/service.h"

#include <stdlib.h>

enum {
	SLICE_MS = 20,
	PAGE_BYTES = 128 << 10,
	PROGRESS_MS = 1000,
	DEADLINE_MOST_S = 7 * 24 * 3600,
	STOP_SLICE = -1000, /* no LODE_* code: the walk over the patients ends for now */
};

/* ---- parse ---- */

static int by_id(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

static int read_patients(struct request *r, struct screen *s, const struct json *v, struct err *e)
{
	if (!v)
		return 0;
	if (v->type != JSON_ARRAY || v->n == 0)
		return err_set(e, LODE_BADREQ, "\"patients\" is a list of ids, one at least");
	s->listed = arena_array(&r->arena, struct slice, v->n);
	if (!s->listed)
		return err_set(e, LODE_NOMEM, "no memory for %u patients", v->n);
	uint32_t n = 0, kept = 0;
	for (const struct json *p = v->first; p; p = p->next) {
		if (p->type != JSON_STRING || p->str.n == 0 || p->str.n > INDEX_ID_MAX)
			return err_set(e, LODE_BADREQ, "patients[%u] is no id", n);
		s->listed[n++] = p->str;
	}
	qsort(s->listed, n, sizeof(*s->listed), by_id);
	for (uint32_t i = 0; i < n; i++)
		if (kept == 0 || !slice_eq(s->listed[kept - 1], s->listed[i]))
			s->listed[kept++] = s->listed[i];
	s->n_listed = kept;
	return 0;
}

static int read_shown(struct screen *s, const struct json *v, struct err *e)
{
	s->shown = (1U << SCREEN_VERDICTS) - 1;
	if (!v)
		return 0;
	s->shown = 0;
	for (const struct json *p = v->type == JSON_ARRAY ? v->first : NULL; p; p = p->next) {
		unsigned before = s->shown;
		for (unsigned i = 0; i < SCREEN_VERDICTS && p->type == JSON_STRING; i++)
			if (slice_eq(p->str, slice_str(verdict_names[i])))
				s->shown |= 1U << i;
		if (s->shown == before)
			break;
	}
	unsigned n = (unsigned)__builtin_popcount(s->shown);
	if (v->type != JSON_ARRAY || n == 0 || n != v->n)
		return err_set(e, LODE_BADREQ,
			"\"verdicts\" is a list of present, absent, uncertain, not_mentioned, each once");
	return 0;
}

static int read_number(
	const struct json *body, const char *key, int64_t most, uint64_t *out, struct err *e)
{
	const struct json *v = json_get(body, key);
	int64_t n;
	if (!v)
		return 0;
	if (json_int(v, 1, most, &n))
		return err_set(e, LODE_BADREQ, "\"%s\" is a whole number from 1 to %lld", key,
			(long long)most);
	*out = (uint64_t)n;
	return 0;
}

static int read_cursor(struct screen *s, const struct json *v, struct err *e)
{
	if (!v)
		return 0;
	if (v->type != JSON_STRING || v->str.n == 0 || v->str.n > sizeof(s->room))
		return err_set(e, LODE_BADREQ, "\"cursor\" is a patient's id");
	memcpy(s->room, v->str.p, v->str.n);
	s->cursor = slice_of(s->room, v->str.n);
	while (s->at < s->n_listed && slice_cmp(s->listed[s->at], s->cursor) <= 0)
		s->at++;
	return 0;
}

static int read_members(struct request *r, struct screen *s, const struct json *body, struct err *e)
{
	uint64_t deadline_ms = 0;
	int rc = read_patients(r, s, json_get(body, "patients"), e);
	if (rc == 0)
		rc = read_shown(s, json_get(body, "verdicts"), e);
	if (rc == 0)
		rc = read_cursor(s, json_get(body, "cursor"), e);
	s->rows_left = UINT64_MAX;
	if (rc == 0)
		rc = read_number(body, "limit", INT64_MAX, &s->rows_left, e);
	if (rc == 0)
		rc = read_number(
			body, "deadline_ms", DEADLINE_MOST_S * INT64_C(1000), &deadline_ms, e);
	if (rc == 0)
		rc = ask_read_flag(body, "progress", &s->wants_progress, e);
	if (deadline_ms)
		s->end_ns = r->start_ns + deadline_ms * 1000000u;
	s->chart_ns = (uint64_t)r->service->config->query_deadline_ms * 1000000u;
	return rc;
}

static void screen_release(struct request *r)
{
	struct screen *s = r->state;
	ask_close(s->q);
	arena_release(&s->sets);
	arena_release(&s->chart);
}

/* Of all charts only those may ask who may do anything with them. */
static int check_grant(const struct request *r, const struct screen *s, struct err *e)
{
	const struct peer *peer = &r->conn->peer;
	if (s->listed || peer->grants & GRANT_ADMIN)
		return 0;
	return err_set(e, LODE_DENIED,
		"uid %u may not screen all patients here; list them in \"patients\"", peer->uid);
}

static enum next screen_parse(struct request *r)
{
	static const char *const known[] = {
		ASK_MEMBERS, "patients", "verdicts", "cursor", "limit", "progress", NULL};
	struct json *body;
	struct ask *q = NULL;
	struct err e = {0};
	int rc = json_parse(buf_slice(&r->body), &r->arena, &body, &e);
	struct screen *s = arena_new(&r->arena, struct screen);
	if (rc == LODE_NOMEM && r->arena.used > r->arena.limit / 2)
		return request_fail(r, LODE_TOOBIG,
			"so many patients do not fit the memory of a request: list fewer, or raise "
			"request_memory");
	if (rc || !s)
		return request_fail_err(r, rc ? rc : LODE_NOMEM, &e);
	rc = ask_open(r, body, known, &q, &e);
	if (rc || !q)
		return request_fail_err(r, rc, &e);
	s->q = q;
	r->state = s;
	r->release = screen_release;
	arena_init(&s->sets, r->arena.limit);
	arena_init(&s->chart, r->arena.limit);
	if (!json_get(body, "evidence_limit"))
		q->evidence_limit = 1;
	rc = read_members(r, s, body, &e);
	if (rc == 0)
		rc = check_grant(r, s, &e);
	if (rc)
		return request_fail_err(r, rc, &e);
	request_stream(r, "application/x-ndjson");
	return NEXT_STEP;
}

/* ---- one patient ---- */

static void stop_at(struct screen *s, const char *why)
{
	s->stopped = why;
	s->is_ended = true;
}

static bool is_past_end(const struct screen *s)
{
	return s->end_ns && now_ns() >= s->end_ns;
}

/* The whole of a question about one chart, which may not take longer than it may in ask. */
static int ask_chart(struct request *r, struct screen *s, struct slice id, struct err *e)
{
	struct ask *q = s->q;
	uint64_t end_ns = now_ns() + s->chart_ns;
	size_t mark = r->out.n;
	r->deadline_ns = s->end_ns && s->end_ns < end_ns ? s->end_ns : end_ns;
	r->patient = id;
	int rc = LODE_CORRUPT;
	/* A note that was read for a mention and no longer reads for its quote: look again, once, as ask does. */
	for (unsigned tries = 0; tries < 2 && rc == LODE_CORRUPT; tries++) {
		r->out.n = mark;
		arena_reset(&s->chart);
		q->chart = NULL;
		rc = chart_open(r->snapshot, id, &s->chart, &q->chart, e);
		if (rc)
			break;
		rc = ask_whole(r, q, e);
		if (rc == 0)
			rc = screen_put_answered(r, s, e);
		arena_reset(&r->worker->scratch);
	}
	r->patient = (struct slice){0};
	if (rc)
		r->out.n = mark;
	return rc;
}

/* A chart that cannot be answered for gets a row that says so, as ask would have said it; what
 * concerns the whole screen is returned. */
static int row_of_failure(
	struct request *r, struct screen *s, struct slice id, int rc, struct err *e)
{
	const struct arena *memory = &s->q->memory, *scratch = &r->worker->scratch;
	bool is_full = memory->used > memory->limit / 2 || scratch->used > scratch->limit / 2;
	if (rc == LODE_TIMEOUT && is_past_end(s)) {
		stop_at(s, "deadline");
		return STOP_SLICE;
	}
	if (rc == LODE_NOMEM && is_full)
		rc = err_set(e, LODE_TOOBIG,
			"%u mentions and counting do not fit the memory of a request",
			s->q->n_evidence);
	if (rc != LODE_TIMEOUT && rc != LODE_TOOBIG && rc != LODE_CORRUPT && rc != LODE_NOTFOUND)
		return rc;
	screen_put_problem(r, s, id, rc, e);
	return 0;
}

static int decide(struct request *r, struct screen *s, const struct patient_info *p, struct err *e)
{
	if (!s->is_everybody && !cohort_has(&s->candidates, p->number)) {
		screen_put_unopened(r, s, p);
		return 0;
	}
	s->opened++;
	int rc = ask_chart(r, s, p->id, e);
	return rc ? row_of_failure(r, s, p->id, rc, e) : 0;
}

/* The slice goes on? */
static int after_patient(struct request *r, struct screen *s, struct slice id)
{
	if (id.n)
		memmove(s->room, id.p, id.n);
	s->cursor = slice_of(s->room, id.n);
	s->decided++;
	if (s->rows_left == 0)
		stop_at(s, "limit");
	else if (is_past_end(s))
		stop_at(s, "deadline");
	if (s->is_ended || r->out.n - s->page_start >= PAGE_BYTES || r->out.failed ||
		request_is_cancelled(r) || now_ns() >= s->slice_end_ns)
		return STOP_SLICE;
	return 0;
}

/* ---- slices ---- */

struct walk {
	struct request *r;
	struct screen *s;
	struct err *e;
};

static int on_patient(void *arg, const struct patient_info *p)
{
	struct walk *w = arg;
	int rc = decide(w->r, w->s, p, w->e);
	return rc ? rc : after_patient(w->r, w->s, p->id);
}

static int walk_all(struct request *r, struct screen *s, struct err *e)
{
	struct walk w = {r, s, e};
	char room[INDEX_ID_MAX]; /* the walk's own: on_patient moves the cursor */
	struct slice from = s->cursor;
	if (from.n) {
		memcpy(room, from.p, from.n);
		from.p = room;
	}
	int rc = snapshot_patients(r->snapshot, from, UINT64_MAX, on_patient, &w, e);
	s->is_ended |= rc == 0;
	return rc == STOP_SLICE ? 0 : rc;
}

static int walk_listed(struct request *r, struct screen *s, struct err *e)
{
	int rc = 0;
	while (rc == 0 && s->at < s->n_listed) {
		struct slice id = s->listed[s->at];
		struct patient_info p;
		struct err why = {0};
		rc = snapshot_find_patient(r->snapshot, id, &p, &why);
		if (rc)
			rc = row_of_failure(r, s, id, rc, &why);
		else
			rc = decide(r, s, &p, e);
		if (rc == 0) {
			s->at++;
			rc = after_patient(r, s, id);
		}
	}
	s->is_ended |= rc == 0;
	return rc == STOP_SLICE ? 0 : rc;
}

static enum next screen_slice(struct request *r)
{
	struct screen *s = r->state;
	struct err e = {0};
	bool is_first = !s->is_narrowed;
	if (request_snapshot(r))
		return NEXT_FAIL;
	int rc = screen_narrow(r, s, &e);
	if (rc == 0 && is_first)
		screen_put_head(r, s);
	/* Where notes come in all the time, narrowing down may take no more than its share. */
	uint64_t ns = SLICE_MS * UINT64_C(1000000);
	s->slice_end_ns = now_ns() + (s->narrow_ns > ns ? s->narrow_ns : ns);
	s->revision = snapshot_revision(r->snapshot);
	if (rc == 0)
		rc = s->listed ? walk_listed(r, s, &e) : walk_all(r, s, &e);
	request_end_snapshot(r);
	s->q->chart = NULL;
	r->deadline_ns = now_ns() + s->chart_ns; /* ask_chart may have left its own */
	return rc ? request_fail_err(r, rc, &e) : NEXT_STEP;
}

static enum next screen_send(struct request *r)
{
	struct screen *s = r->state;
	uint64_t now = now_ns();
	r->patients_seen = s->decided;
	if (!s->is_ended && r->service->is_draining)
		stop_at(s, "draining");
	if (!s->is_ended && s->wants_progress &&
		now - s->told_ns >= PROGRESS_MS * UINT64_C(1000000)) {
		screen_put_progress(r, s);
		s->told_ns = now;
	}
	if (s->is_ended && s->told_ns != UINT64_MAX) {
		screen_put_summary(r, s);
		s->told_ns = UINT64_MAX;
	}
	enum next next = request_flush(r);
	if (next != NEXT_STEP)
		return next;
	s->page_start = r->out.n;
	return s->is_ended ? NEXT_DONE : request_jump(r, r->step - 1);
}

const struct step screen_steps[] = {
	{"parse", ON_LOOP, screen_parse},
	{"slice", ON_SCREEN, screen_slice},
	{"send", ON_LOOP, screen_send},
};
