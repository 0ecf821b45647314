#include "daemon/lane.h"

#include "daemon/request.h"
#include "tokenizer/tokenizer.h"

/* Scratch of one worker; a note is at most max_ingest_line, and tok_scan needs a few dozen bytes a
 * word of it. */
enum { SCRATCH_LIMIT = 512 << 20 };

int lane_init(struct lane *l, const char *name, unsigned width, unsigned limit, bool has_tokenizer,
	struct err *e)
{
	*l = (struct lane){.name = name, .width = width, .limit = limit};
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
	}
	*l = (struct lane){0};
}

bool lane_submit(struct lane *l, struct request *r)
{
	if (l->waiting >= l->limit)
		return false;
	r->lane_next = NULL;
	if (l->last)
		l->last->lane_next = r;
	else
		l->first = r;
	l->last = r;
	l->waiting++;
	return true;
}

void lane_remove(struct lane *l, struct request *r)
{
	struct request *before = NULL;
	for (struct request *at = l->first; at; before = at, at = at->lane_next) {
		if (at != r)
			continue;
		if (before)
			before->lane_next = r->lane_next;
		else
			l->first = r->lane_next;
		if (l->last == r)
			l->last = before;
		r->lane_next = NULL;
		l->waiting--;
		return;
	}
}

static struct worker *free_worker(struct lane *l)
{
	for (unsigned i = 0; i < l->width; i++)
		if (!l->workers[i].is_busy)
			return &l->workers[i];
	return NULL;
}

struct request *lane_next(struct lane *l)
{
	struct worker *w = l->first ? free_worker(l) : NULL;
	if (!w)
		return NULL;
	struct request *r = l->first;
	lane_remove(l, r);
	w->is_busy = true;
	w->since_ns = now_ns();
	w->deadline_ns = r->deadline_ns;
	l->running++;
	r->worker = w;
	return r;
}

void lane_return(struct lane *l, struct worker *w)
{
	w->is_busy = false;
	l->running--;
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
