/* ingest: NDJSON notes of any size in bounded memory, durable before they are acknowledged.
 *
 *   admit   a place among max_ingests, or max_small_ingests, else wait unread
 *   take    until the body has ended and all of it is on disk:
 *             - decode what came, if it is compressed (unpack.h), one worker at a time
 *             - cut it into parcels of whole lines (lines.h)
 *             - prepare parcels, several at once; commit them one by one, in order of arrival
 *               (parcel.h); so one parcel's commit goes on beside the preparation of the next ones;
 *               those of a body that is cut only to be prepared by several are committed together
 *             - count what a committed parcel brought, and tell the client if it wants to know
 *   reply   rejected lines and the summary
 *
 * The request stays on the loop; parcels go to the lanes.  When as many of them as ingest_memory has room
 * for are under way, no more of the body is read. */
#include "daemon/ingest.h"

#include "base/http.h"
#include "daemon/config.h"
#include "daemon/conn.h"
#include "daemon/parcel.h"
#include "daemon/service.h"
#include "daemon/tally.h"
#include "daemon/unpack.h"

#include <stdlib.h>

enum {
	PACKED_BYTES = 128 << 10, /* of a compressed body that wait for their decoding */
	/* Beside those that are prepared: one that is committed, one that waits. */
	PARCELS_SPARE = 2,
	/* Of a parcel's share of the memory: its notes inverted take a half of it, and its body, which
	 * they are a small multiple of, an eighth. */
	BATCH_PART = 2,
	BODY_PART = 8,
	PARCEL_LEAST = 4096,
	LONG_BYTES = 256 << 10, /* over a parcel; what is read at once is less */
	/* A sixteenth of the memory is for small ingests: each has its body and what it has become;
	 * their words are in memory only while one of ingest_workers has them. */
	SMALL_PART = 16,
	SMALL_BODY = 64 << 10,
	SMALL_MEMORY = 256 << 10,
	/* Announced bodies from here on are cut for all workers: below, the hand-overs take longer. */
	SHARED_LEAST = 96 << 10,
	SHARED_MOST = COMMITS_TEXT, /* what one transaction takes */
	SHARED_WORKERS = 16,        /* fewer than COMMITS_MOST */
};

/* Lives on until its last job is back, when the request has gone before. */
struct ingest {
	struct service *service;
	struct request *r;   /* NULL: gone */
	struct ingest *next; /* in the queue for a place */
	bool is_waiting, has_place, wants_progress;
	bool is_small; /* its body is; has_place: in a place for small ones */
	unsigned jobs; /* that lanes have */

	struct unpack *unpack;   /* NULL: the body is not compressed */
	struct lines_cut cut;    /* of r->body, if it is not */
	uint64_t whole_since_ns; /* since when whole lines wait to be cut; 0: none do */
	bool is_ended;           /* the last line has been cut */
	struct parcel *first, *last;
	unsigned n_parcels, most_parcels;
	bool is_shared;                    /* its parcels go into one transaction */
	bool has_long;                     /* the last of them has a long line */
	size_t parcel_bytes, batch_memory; /* copied: a reload may change the settings */
	size_t line_most;

	struct tally tally;
};

static enum next ingest_admit(struct request *r);
static enum next ingest_take(struct request *r);
static enum next ingest_reply(struct request *r);

const struct step ingest_steps[] = {
	{"admit", ON_LOOP, ingest_admit},
	{"take", ON_LOOP, ingest_take},
	{"reply", ON_LOOP, ingest_reply},
};

/* ---- a place ---- */

static void join_queue(struct service *s, struct ingest *i)
{
	i->next = NULL;
	if (s->ingest_last)
		s->ingest_last->next = i;
	else
		s->ingest_first = i;
	s->ingest_last = i;
	s->ingest_waiting++;
	i->is_waiting = true;
}

static void leave_queue(struct service *s, struct ingest *i)
{
	struct ingest **at = &s->ingest_first, *before = NULL;
	for (; *at != i; at = &(*at)->next)
		before = *at;
	*at = i->next;
	if (s->ingest_last == i)
		s->ingest_last = before;
	s->ingest_waiting--;
	i->is_waiting = false;
}

static bool has_small_place(const struct service *s)
{
	int64_t places = s->config->ingest_memory / SMALL_PART / SMALL_MEMORY;
	if (places > s->config->max_small_ingests)
		places = s->config->max_small_ingests;
	return s->small_ingests < (unsigned)places;
}

/* A place is free again: whoever may have it looks. */
static void wake_next(struct service *s, bool is_small)
{
	struct ingest *i = s->ingest_first;
	while (i && is_small && !i->is_small)
		i = i->next;
	if (i)
		request_wake(i->r);
}

static void destroy(struct ingest *i)
{
	struct service *s = i->service;
	bool had_place = i->has_place, was_small = i->is_small;
	for (struct parcel *p = i->first, *next; p; p = next) {
		next = p->next;
		parcel_destroy(p);
	}
	unpack_destroy(i->unpack);
	tally_release(&i->tally);
	free(i);
	if (!had_place)
		return;
	if (was_small)
		s->small_ingests--;
	else
		s->ingests--;
	wake_next(s, was_small);
}

static void cancel_job(struct ingest *i, struct job *j, atomic_bool *cancelled)
{
	atomic_store_explicit(cancelled, true, memory_order_relaxed);
	i->jobs -= lane_remove(j);
}

static void ingest_release(struct request *r)
{
	struct ingest *i = r->state;
	i->r = NULL;
	tally_count(&i->tally, &i->service->metrics);
	if (i->is_waiting)
		leave_queue(i->service, i);
	for (struct parcel *p = i->first; p; p = p->next) {
		cancel_job(i, &p->job, &p->cancelled);
		i->jobs -= commits_remove(&i->service->commits, p);
	}
	if (i->unpack)
		cancel_job(i, &i->unpack->job, &i->unpack->cancelled);
	if (i->jobs == 0)
		destroy(i);
}

/* A job has come back from its lane. */
static void take_back(struct ingest *i)
{
	i->jobs--;
	if (i->r) {
		struct conn *c = conn_ref(i->r->conn);
		request_wake(i->r);
		conn_pump(c); /* there may be room for more of the body */
		conn_unref(c);
	} else if (i->jobs == 0) {
		destroy(i);
	}
}

/* ---- admit ---- */

static void share_memory(struct ingest *i, const struct config *config)
{
	i->most_parcels = (unsigned)config->ingest_workers + PARCELS_SPARE;
	int64_t memory = config->ingest_memory - config->ingest_memory / SMALL_PART;
	size_t share = (size_t)(memory / config->max_ingests) / i->most_parcels;
	i->batch_memory = share / BATCH_PART;
	i->parcel_bytes = share / BODY_PART;
	if (i->parcel_bytes > (size_t)config->ingest_batch)
		i->parcel_bytes = (size_t)config->ingest_batch;
	if (i->parcel_bytes < PARCEL_LEAST && i->parcel_bytes < (size_t)config->ingest_batch)
		i->parcel_bytes = PARCEL_LEAST;
	i->line_most = (size_t)config->max_ingest_line;
	i->cut.limit = i->line_most;
}

/* A body that would be one parcel keeps one worker busy and the others idle: one client that sends batch after
 * batch would use one core.  A sixteenth more than its share, so that the end of a line does not leave a rest. */
static void share_work(struct ingest *i, const struct request *r)
{
	unsigned workers = (unsigned)r->service->config->ingest_workers;
	if (workers > SHARED_WORKERS)
		workers = SHARED_WORKERS;
	if (workers < 2 || r->encoding != COMPRESS_NONE || r->body_length < SHARED_LEAST ||
		r->body_length > SHARED_MOST || r->body_length > i->parcel_bytes)
		return;
	i->is_shared = true;
	i->parcel_bytes = (size_t)r->body_length / workers + (size_t)r->body_length / 16;
}

static void unpack_done(struct job *j, bool has_run)
{
	struct unpack *u = j->arg;
	u->is_running = false;
	if (!has_run)
		u->rc = LODE_BUG;
	take_back(u->ingest);
}

static int open_unpack(struct ingest *i, enum compress_kind kind)
{
	int rc = unpack_create(kind, i->line_most, i->parcel_bytes, &i->unpack);
	if (rc)
		return rc;
	i->unpack->ingest = i;
	i->unpack->job.done = unpack_done;
	return 0;
}

static enum next ingest_open(struct request *r)
{
	struct slice progress = http_query_get(r->query, "progress");
	struct ingest *i = calloc(1, sizeof(*i));
	if (!i)
		return request_fail(r, LODE_NOMEM, "out of memory");
	r->state = i;
	r->release = ingest_release;
	i->r = r;
	i->service = r->service;
	share_memory(i, r->service->config);
	share_work(i, r);
	i->is_small = r->encoding == COMPRESS_NONE && r->body_length <= SMALL_BODY;
	i->wants_progress = slice_eq(progress, SLICE("1"));
	if (progress.p && !i->wants_progress && !slice_eq(progress, SLICE("0")))
		return request_fail(r, LODE_BADREQ, "progress: must be 0 or 1");
	int rc = guard_policy_read(r->service->config->phi_policy, &i->tally.guard.policy, NULL);
	if (rc == 0 && r->encoding != COMPRESS_NONE)
		rc = open_unpack(i, r->encoding);
	return rc ? request_fail_err(r, rc, NULL) : NEXT_STEP;
}

static enum next ingest_admit(struct request *r)
{
	struct service *s = r->service;
	if (!r->state && ingest_open(r) == NEXT_FAIL)
		return NEXT_FAIL;
	struct ingest *i = r->state;
	if (s->is_draining)
		return request_fail(r, LODE_BUSY, "the daemon is shutting down");
	bool takes_small = i->is_small && has_small_place(s);
	if (!takes_small && s->ingests >= (unsigned)s->config->max_ingests) {
		if (!i->is_waiting && s->ingest_waiting >= (unsigned)s->config->max_waiting_ingests)
			return request_fail(
				r, LODE_BUSY, "too many ingests are waiting; try again");
		if (!i->is_waiting)
			join_queue(s, i);
		return NEXT_WAIT;
	}
	if (i->is_waiting)
		leave_queue(s, i);
	i->is_small = takes_small;
	if (takes_small)
		s->small_ingests++;
	else
		s->ingests++;
	i->has_place = true;
	r->has_committed = true;
	r->takes_body = true;
	r->body_most = i->unpack ? PACKED_BYTES : i->parcel_bytes;
	if (i->wants_progress)
		request_stream(r, "application/x-ndjson");
	conn_pump(r->conn);
	return NEXT_STEP;
}

/* ---- body to parcels ---- */

/* Gives the decoder what has come, if it is at rest and there is room for what it makes of it. */
static void decode_more(struct request *r, struct ingest *i)
{
	struct unpack *u = i->unpack;
	if (u->is_running || u->rc || r->service->is_draining)
		return;
	if (unpack_wants_input(u) && (r->body.n || r->body_ended)) {
		struct buf used = u->in;
		u->in = r->body;
		u->in_used = 0;
		u->is_last = r->body_ended;
		r->body = used;
		buf_clear(&r->body);
	}
	if (unpack_can_run(u)) {
		i->jobs++;
		unpack_run(u, &r->service->prepare);
	}
}

static void parcel_done(struct job *j, bool has_run)
{
	struct parcel *p = j->arg;
	if (!has_run)
		p->rc = LODE_BUG;
	if (p->state == PARCEL_COMMITTING)
		keeper_wrote(&p->ingest->service->keeper);
	p->state = p->state == PARCEL_PREPARING ? PARCEL_PREPARED : PARCEL_COMMITTED;
	take_back(p->ingest);
}

static void prepare_parcel(struct ingest *i, struct parcel *p)
{
	i->jobs++;
	parcel_prepare(p, &i->service->prepare);
}

static int send_parcel(struct ingest *i, struct buf *body)
{
	struct parcel *p;
	int rc = parcel_create(i->service->index, body, i->line_most, i->batch_memory, &p);
	if (rc)
		return rc;
	p->ingest = i;
	p->job.done = parcel_done;
	p->guard.policy = i->tally.guard.policy;
	if (i->last)
		i->last->next = p;
	else
		i->first = p;
	i->last = p;
	i->n_parcels++;
	i->tally.parcels++;
	prepare_parcel(i, p);
	return 0;
}

static bool is_old(const struct ingest *i)
{
	uint64_t age = (uint64_t)i->service->config->ingest_commit_ms * 1000000u;
	return i->whole_since_ns && now_ns() - i->whole_since_ns > age;
}

/* A line longer than a parcel: the words of one note may take many times its length, so it goes alone. */
static bool is_long(const struct ingest *i, const struct buf *lines)
{
	return lines->n > i->parcel_bytes + LONG_BYTES;
}

/* Is there a parcel to be cut from what has come? */
static bool is_time(const struct request *r, const struct ingest *i, const struct lines_cut *cut,
	const struct buf *lines, bool is_all)
{
	if (i->n_parcels >= (i->has_long || is_long(i, lines) ? 1 : i->most_parcels))
		return false;
	if (is_all)
		return lines->n > 0;
	if (r->service->is_draining || is_old(i))
		return lines_has(cut, lines, 0);
	return lines_has(cut, lines, i->parcel_bytes);
}

/* Cuts one parcel and sends it.  NEXT_WAIT: it is not time to. */
static enum next cut_parcel(struct request *r, struct ingest *i)
{
	struct unpack *u = i->unpack;
	struct lines_cut *cut = u ? &u->cut : &i->cut;
	struct buf *lines = u ? &u->out : &r->body, body;
	if (i->is_ended || (u && u->is_running))
		return NEXT_WAIT;
	if (!u)
		lines_scan(cut, lines);
	if (cut->whole && !i->whole_since_ns)
		i->whole_since_ns = now_ns();
	bool is_all = u ? u->is_ended : r->body_ended;
	bool is_due = is_time(r, i, cut, lines, is_all);
	i->is_ended = is_all && lines->n == 0;
	if (!is_due)
		return NEXT_WAIT;
	/* A decoder can overshoot far: then fewer and longer ones, since each cut moves the rest. */
	size_t most = i->parcel_bytes > lines->n / 8 ? i->parcel_bytes : lines->n / 8;
	i->has_long = is_long(i, lines);
	int rc = lines_take(cut, lines, most, is_all, &body);
	if (rc)
		return request_fail_err(r, rc, NULL);
	i->is_ended = is_all && lines->n == 0;
	i->whole_since_ns = cut->whole ? now_ns() : 0;
	rc = send_parcel(i, &body);
	buf_release(&body); /* empty if it was sent */
	return rc ? request_fail_err(r, rc, NULL) : NEXT_STEP;
}

/* A line may be longer than a parcel: as long as none is whole, there must be room for its rest. */
static void set_room(struct request *r, const struct ingest *i)
{
	if (r->service->is_draining)
		r->body_most = 0;
	else if (!i->unpack)
		r->body_most = i->cut.whole ? i->parcel_bytes : i->line_most + 2;
}

/* ---- parcels to disk ---- */

/* A client that does not read its progress lines gets fewer of them; it never stops us. */
static void tell(struct request *r, const struct ingest *i)
{
	bool has_room = conn_pending(r->conn) < (size_t)r->service->config->out_high_water;
	if (!i->wants_progress || !has_room || !r->is_streamed)
		return;
	tally_put_progress(&i->tally, r);
	request_flush(r);
}

static void drop_first(struct ingest *i)
{
	struct parcel *p = i->first;
	tally_end(&i->tally, p);
	i->first = p->next;
	if (!i->first)
		i->last = NULL;
	i->n_parcels--;
	parcel_destroy(p);
}

static bool can_commit(const struct parcel *p)
{
	return p->state == PARCEL_PREPARED && p->rc == 0 && parcel_has_notes(p);
}

/* The first parcel, which is prepared, and of a shared body those behind it, as far as they are whole. */
static enum next commit_first(struct request *r, struct ingest *i)
{
	struct parcel *p = i->first, *last = p;
	while (i->is_shared && last->is_walked && last->next && can_commit(last->next))
		last = last->next;
	if (i->is_shared && last->is_walked && last->next && last->next->state == PARCEL_PREPARING)
		return NEXT_WAIT;
	for (; p != last; p = p->next) {
		i->jobs++;
		commits_add(&r->service->commits, p, true);
	}
	i->jobs++;
	commits_add(&r->service->commits, last, false);
	return NEXT_STEP;
}

/* Sends the first parcel one step further.  NEXT_WAIT: a lane has it, or there is none. */
static enum next move_first(struct request *r, struct ingest *i)
{
	struct parcel *p = i->first;
	if (!p || p->state == PARCEL_PREPARING || p->state == PARCEL_COMMITTING)
		return NEXT_WAIT;
	if (p->rc)
		return request_fail_err(r, p->rc, &p->err);
	if (can_commit(p))
		return commit_first(r, i);
	tally_add(&i->tally, p, r);
	tell(r, i);
	if (p->is_walked)
		drop_first(i);
	else
		prepare_parcel(i, p);
	return NEXT_STEP;
}

static enum next ingest_take(struct request *r)
{
	struct ingest *i = r->state;
	enum next next;
	while ((next = move_first(r, i)) == NEXT_STEP)
		;
	if (next == NEXT_FAIL)
		return next;
	while ((next = cut_parcel(r, i)) == NEXT_STEP)
		;
	if (next == NEXT_FAIL)
		return next;
	if (i->unpack)
		decode_more(r, i);
	set_room(r, i);
	if (i->jobs)
		return NEXT_WAIT;
	if (i->unpack && i->unpack->rc)
		return request_fail_err(r, i->unpack->rc, &i->unpack->err);
	if (i->is_ended)
		return NEXT_STEP;
	if (r->service->is_draining)
		return request_fail(
			r, LODE_BUSY, "the daemon is shutting down; send the rest again");
	return NEXT_WAIT;
}

/* ---- reply ---- */

static enum next ingest_reply(struct request *r)
{
	const struct ingest *i = r->state;
	int rc = tally_put_summary(&i->tally, r);
	return rc ? request_fail_err(r, rc, NULL) : request_reply(r, 200, "application/x-ndjson");
}
