#include "daemon/lane.h"

#include "daemon/request.h"
#include "scorer/scorer.h"
#include "tokenizer/tokenizer.h"

/* Scratch of one worker; a note is at most max_ingest_line, and tok_scan needs a few dozen bytes a
 * word of it. */
enum { SCRATCH_LIMIT = 512 << 20 };

int lane_init(struct lane *l, uv_loop_t *loop, const char *name, unsigned width, unsigned limit,
	bool has_tokenizer, struct err *e)
{
	*l = (struct lane){.loop = loop, .name = name, .width = width, .limit = limit};
	if (width == 0 || width > LANE_WIDTH_MAX)
		return err_set(e, LODE_BUG, "lane %s: width %u", name, width);
	for (unsigned i = 0; i < width; i++) {
		arena_init(&l->workers[i].scratch, SCRATCH_LIMIT);
		int rc = has_tokenizer ? tok_create(&l->workers[i].tok, e) : 0;
		if (rc)
			return rc;
	}
	return 0;
}

void lane_finish(struct lane *l)
{
	for (unsigned i = 0; i < l->width && i < LANE_WIDTH_MAX; i++) {
		arena_release(&l->workers[i].scratch);
		tok_destroy(l->workers[i].tok);
		scorer_lane_destroy(l->workers[i].scorer);
		tok_counting_destroy(l->workers[i].counting);
	}
	*l = (struct lane){0};
}

/* ---- the queue ---- */

bool lane_is_full(const struct lane *l)
{
	return l->waiting >= l->limit;
}

void lane_queue(struct lane *l, struct job *j)
{
	j->lane = l;
	j->worker = NULL;
	struct job **at = &l->first;
	while (*at && (j->yields || !(*at)->yields))
		at = &(*at)->next;
	if (*at)
		(*at)->yields--;
	j->next = *at;
	*at = j;
	if (!j->next)
		l->last = j;
	l->waiting++;
}

static void unlink_job(struct lane *l, struct job *j)
{
	struct job **at = &l->first, *before = NULL;
	for (; *at != j; at = &(*at)->next)
		before = *at;
	*at = j->next;
	if (l->last == j)
		l->last = before;
	j->next = NULL;
	l->waiting--;
}

bool lane_remove(struct job *j)
{
	if (!j->lane || j->worker)
		return false;
	unlink_job(j->lane, j);
	j->lane = NULL;
	return true;
}

static struct worker *free_worker(struct lane *l)
{
	for (unsigned i = 0; i < l->width; i++)
		if (!l->workers[i].is_busy)
			return &l->workers[i];
	return NULL;
}

struct job *lane_next(struct lane *l)
{
	struct worker *w = l->first ? free_worker(l) : NULL;
	if (!w)
		return NULL;
	struct job *j = l->first;
	unlink_job(l, j);
	w->is_busy = true;
	w->since_ns = now_ns();
	w->deadline_ns = j->deadline_ns;
	l->running++;
	j->worker = w;
	return j;
}

void lane_return(struct lane *l, struct worker *w)
{
	w->is_busy = false;
	l->running--;
}

/* ---- the pool ---- */

static void pump(struct lane *l);

static void run_job(uv_work_t *work)
{
	struct job *j = work->data;
	j->run(j);
}

static void end_job(struct job *j, bool has_run)
{
	lane_return(j->lane, j->worker);
	j->lane = NULL;
	j->worker = NULL;
	j->done(j, has_run);
}

static void on_job_done(uv_work_t *work, int status)
{
	struct job *j = work->data;
	struct lane *l = j->lane;
	end_job(j, status == 0);
	pump(l); /* j may be gone: the lane was saved first */
}

static void pump(struct lane *l)
{
	struct job *j;
	while ((j = lane_next(l)) != NULL) {
		j->work.data = j;
		if (uv_queue_work(l->loop, &j->work, run_job, on_job_done))
			end_job(j, false);
	}
}

void lane_submit(struct lane *l, struct job *j)
{
	lane_queue(l, j);
	pump(l);
}

unsigned lane_stuck(const struct lane *l, uint64_t now_ns, uint64_t patience_ns)
{
	unsigned n = 0;
	for (unsigned i = 0; i < l->width; i++) {
		const struct worker *w = &l->workers[i];
		uint64_t due = w->deadline_ns > w->since_ns ? w->deadline_ns : w->since_ns;
		n += w->is_busy && now_ns > due && now_ns - due > patience_ns;
	}
	return n;
}
