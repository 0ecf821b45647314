#include "daemon/keeper.h"

#include "base/log.h"
#include "daemon/request.h"
#include "daemon/service.h"

#include <malloc.h>

enum {
	TICK_MS = 250,
	LOOK_MS = 1000,
	RETRY_MS = 60000,
	YIELDS = 64, /* without an end it might never come to its turn */
};

bool keeper_is_running(const struct keeper *k)
{
	return k->work > KEEPER_LOOK;
}

/* ---- on a worker ---- */

static int prepare(struct keeper *k)
{
	struct search_stop stop = {.cancelled = &k->cancelled};
	int rc = k->pass ? 0 : upkeep_create(k->service->index, k->goal, &k->pass);
	return rc ? rc : upkeep_prepare(k->pass, &stop, &k->err);
}

static int commit(struct keeper *k)
{
	int rc = upkeep_commit(k->pass, &k->err);
	upkeep_so_far(k->pass, &k->so_far);
	return rc;
}

static int shrink(struct keeper *k)
{
	struct index *x = k->service->index;
	upkeep_so_far(k->pass, &k->so_far);
	int rc = index_shrink(x, &k->err);
	return rc ? rc : index_stats(x, &k->after, &k->err);
}

static int look(const struct keeper *k)
{
	if (k->may_pass && index_upkeep_wanted(k->service->index, k->is_idle))
		return 0;
	/* What batches and passes have used goes back to the machine. */
	if (k->is_idle)
		malloc_trim(0);
	return LODE_NOTFOUND;
}

static int work(struct keeper *k)
{
	struct index *x = k->service->index;
	switch (k->work) {
	case KEEPER_LOOK: return look(k);
	case KEEPER_BEGIN: return index_stats(x, &k->before, &k->err);
	case KEEPER_PREPARE: return prepare(k);
	case KEEPER_COMMIT: return commit(k);
	case KEEPER_SHRINK: return shrink(k);
	case KEEPER_REST: break;
	}
	return LODE_BUG;
}

static void run_work(struct job *j)
{
	struct keeper *k = j->arg;
	k->err = (struct err){0};
	k->rc = work(k);
}

/* ---- on the loop ---- */

static void work_done(struct job *j, bool has_run);

static void submit(struct keeper *k, enum keeper_work next)
{
	struct service *s = k->service;
	bool is_write = next == KEEPER_COMMIT || next == KEEPER_SHRINK;
	k->work = next;
	/* A walk over everything may be part of it, as of a check. */
	uint64_t patience_ns = (uint64_t)s->config->check_deadline_ms * 1000000u;
	k->job = (struct job){.run = run_work,
		.done = work_done,
		.arg = k,
		.yields = YIELDS,
		.deadline_ns = now_ns() + patience_ns};
	lane_submit(is_write ? &s->write : &s->upkeep, &k->job);
}

static void log_pass(const struct keeper *k)
{
	const struct upkeep_result *d = &k->told;
	log_line(d->skipped ? LOG_WARN_ : LOG_INFO_,
		"upkeep kind=%s patients=%llu segments=%llu now=%llu bytes=%llu skipped=%llu ms=%llu",
		k->is_compacting ? "compaction" : "pass", (unsigned long long)d->patients,
		(unsigned long long)d->segments_before, (unsigned long long)d->segments_now,
		(unsigned long long)d->text_bytes, (unsigned long long)d->skipped,
		(unsigned long long)(now_ns() - k->started_ns) / 1000000);
}

/* Nothing is under way.  Begins the compaction that waits, if one does. */
static void rest(struct keeper *k)
{
	bool stops = k->service->is_draining;
	upkeep_destroy(k->pass);
	k->pass = NULL;
	k->so_far = (struct upkeep_result){0};
	k->is_compacting = k->r && !k->is_over && !stops;
	atomic_store(&k->cancelled, stops);
	if (!k->is_compacting)
		return;
	k->goal = k->wants_purge ? UPKEEP_PURGE : UPKEEP_ALL;
	k->told = k->so_far;
	k->started_ns = now_ns();
	submit(k, KEEPER_BEGIN);
}

static void end_compaction(struct keeper *k)
{
	k->is_over = true;
	if (k->rc == 0)
		log_pass(k);
	struct request *r = k->r;
	rest(k);
	request_wake(r); /* it lets go */
}

static void give_up(struct keeper *k)
{
	k->failures++;
	log_error("upkeep: %s", k->err.text[0] ? k->err.text : err_words(k->rc));
	/* An index of a newer build is only read. */
	k->look_ms = k->rc == LODE_VERSION ? UINT64_MAX : uv_now(k->service->loop) + RETRY_MS;
	rest(k);
}

static void look_over(struct keeper *k, bool is_wanted)
{
	if (is_wanted) {
		k->goal = UPKEEP_FRESH;
		k->told = k->so_far;
		k->started_ns = now_ns();
		submit(k, KEEPER_PREPARE);
		return;
	}
	if (k->is_idle && k->seen == k->writes)
		uv_timer_stop(&k->timer); /* until something is written */
	rest(k);
}

static void pass_over(struct keeper *k)
{
	if (k->is_compacting) {
		submit(k, KEEPER_SHRINK);
		return;
	}
	k->passes++;
	if (k->told.patients || k->told.skipped)
		log_pass(k);
	rest(k);
}

/* What comes after `done`, which went well or found nothing (k->rc). */
static void go_on(struct keeper *k, enum keeper_work done)
{
	switch (done) {
	case KEEPER_LOOK: look_over(k, k->rc == 0); break;
	case KEEPER_BEGIN: submit(k, KEEPER_PREPARE); break;
	case KEEPER_PREPARE:
		if (k->rc == 0)
			submit(k, KEEPER_COMMIT);
		else
			pass_over(k);
		break;
	case KEEPER_COMMIT:
		submit(k, KEEPER_PREPARE);
		if (k->is_compacting && k->r)
			request_wake(k->r); /* it may tell */
		break;
	case KEEPER_SHRINK: end_compaction(k); break;
	case KEEPER_REST: break;
	}
}

static void work_done(struct job *j, bool has_run)
{
	struct keeper *k = j->arg;
	enum keeper_work done = k->work;
	k->work = KEEPER_REST;
	if (!has_run)
		k->rc = LODE_BUG;
	k->told = k->so_far;
	bool is_nothing = k->rc == LODE_NOTFOUND && (done == KEEPER_LOOK || done == KEEPER_PREPARE);
	if (atomic_load(&k->cancelled))
		rest(k);
	else if (k->rc == 0 || is_nothing)
		go_on(k, done);
	else if (k->is_compacting)
		end_compaction(k);
	else
		give_up(k);
}

/* ---- when to look ---- */

static void on_tick(uv_timer_t *t)
{
	struct keeper *k = t->data;
	const struct service *s = k->service;
	uint64_t now = uv_now(s->loop);
	bool is_idle = s->ingests + s->small_ingests == 0 &&
		       now - k->wrote_ms >= (uint64_t)s->config->upkeep_idle_ms;
	if (s->is_draining) {
		uv_timer_stop(t);
		return;
	}
	if (k->work != KEEPER_REST || k->r || now < k->look_ms)
		return;
	k->look_ms = is_idle ? now : now + LOOK_MS;
	k->is_idle = is_idle;
	k->may_pass = s->config->upkeep;
	k->seen = k->writes;
	submit(k, KEEPER_LOOK);
}

void keeper_wrote(struct keeper *k)
{
	k->writes++;
	k->wrote_ms = uv_now(k->service->loop);
	if (!uv_is_active((uv_handle_t *)&k->timer) && !k->service->is_draining)
		uv_timer_start(&k->timer, on_tick, TICK_MS, TICK_MS);
}

void keeper_start(struct keeper *k, struct service *s)
{
	*k = (struct keeper){.service = s};
	uv_timer_init(s->loop, &k->timer);
	uv_unref((uv_handle_t *)&k->timer);
	k->timer.data = k;
	keeper_wrote(k); /* there may be something left from the last run */
}

void keeper_drain(struct keeper *k)
{
	uv_timer_stop(&k->timer);
	atomic_store(&k->cancelled, true);
}

/* ---- compactions ---- */

bool keeper_compact(struct keeper *k, struct request *r, bool purge)
{
	if (k->r || k->is_compacting)
		return false;
	k->r = r;
	k->wants_purge = purge;
	k->is_over = false;
	if (k->work == KEEPER_REST)
		rest(k);
	else
		atomic_store(&k->cancelled, true); /* comes to rest, and begins */
	return true;
}

void keeper_let_go(struct keeper *k)
{
	k->r = NULL;
	if (k->is_compacting)
		atomic_store(&k->cancelled, true);
}
