#include "daemon/commits.h"

#include "daemon/parcel.h"
#include "daemon/request.h"

/* ---- on a worker ---- */

static void note_result(struct parcel *p, const struct batch_result *r)
{
	p->counts.added = r->added;
	p->counts.replaced = r->replaced;
	p->counts.unchanged = r->unchanged;
	p->revision = r->revision;
}

static void commit_alone(struct parcel *p)
{
	struct batch_result result = {0};
	p->rc = batch_commit(p->batch, &result, &p->err);
	if (p->rc == 0)
		note_result(p, &result);
}

/* What one of them cannot have (damage in a chart, no room) must not keep it from the others, but what is
 * stored of a body is a prefix of it. */
static void commit_group(struct commits *c)
{
	struct batch *batches[COMMITS_MOST];
	struct batch_result results[COMMITS_MOST] = {{0}};
	for (unsigned i = 0; i < c->n; i++)
		batches[i] = c->group[i]->batch;
	bool is_done = c->n > 1 && batches_commit(batches, c->n, results, NULL) == 0;
	for (unsigned i = 0; i < c->n; i++) {
		const struct parcel *before =
			i > 0 && c->group[i - 1]->has_more ? c->group[i - 1] : NULL;
		if (is_done)
			note_result(c->group[i], &results[i]);
		else if (before && before->rc)
			c->group[i]->rc = before->rc;
		else
			commit_alone(c->group[i]);
	}
}

static void run_commit(struct job *j)
{
	struct commits *c = j->arg;
	uint64_t start_ns = now_ns();
	commit_group(c);
	uint64_t each_ns = (now_ns() - start_ns) / c->n;
	for (unsigned i = 0; i < c->n; i++)
		c->group[i]->commit_ns += each_ns;
}

/* ---- on the loop ---- */

static void pump(struct commits *c);

static void group_done(struct job *j, bool has_run)
{
	struct commits *c = j->arg;
	struct parcel *group[COMMITS_MOST];
	unsigned n = c->n;
	memcpy(group, c->group, n * sizeof(struct parcel *));
	c->n = 0;
	c->text = 0;
	for (unsigned i = 0; i < n; i++)
		group[i]->job.done(&group[i]->job, has_run);
	pump(c);
}

void commits_init(struct commits *c, struct lane *write)
{
	*c = (struct commits){.write = write};
}

/* For the first that waits, and those that must go with it. */
static bool has_room(const struct commits *c)
{
	unsigned n = 1;
	for (const struct parcel *p = c->first; p->has_more && p->behind; p = p->behind)
		n++;
	return c->n == 0 || (c->n + n <= COMMITS_MOST && c->text < COMMITS_TEXT);
}

static bool take_first(struct commits *c)
{
	struct parcel *p = c->first;
	c->first = p->behind;
	if (!c->first)
		c->last = NULL;
	p->behind = NULL;
	c->group[c->n++] = p;
	c->text += batch_raw_bytes(p->batch);
	return p->has_more && c->first && c->n < COMMITS_MOST;
}

static void pump(struct commits *c)
{
	bool is_new = c->n == 0;
	if (c->job.worker)
		return;
	while (c->first && has_room(c))
		while (take_first(c))
			;
	if (!is_new || c->n == 0)
		return;
	c->job = (struct job){.run = run_commit, .done = group_done, .arg = c};
	lane_submit(c->write, &c->job);
}

void commits_add(struct commits *c, struct parcel *p, bool has_more)
{
	p->state = PARCEL_COMMITTING;
	p->behind = NULL;
	p->has_more = has_more;
	if (c->last)
		c->last->behind = p;
	else
		c->first = p;
	c->last = p;
	if (!has_more)
		pump(c);
}

static bool leave_queue(struct commits *c, struct parcel *p)
{
	struct parcel **at = &c->first, *before = NULL;
	for (; *at && *at != p; at = &(*at)->behind)
		before = *at;
	if (!*at)
		return false;
	*at = p->behind;
	if (c->last == p)
		c->last = before;
	p->behind = NULL;
	return true;
}

static bool leave_group(struct commits *c, const struct parcel *p)
{
	unsigned i = 0;
	while (i < c->n && c->group[i] != p)
		i++;
	if (i == c->n || c->job.worker)
		return false;
	c->text -= batch_raw_bytes(p->batch);
	c->n--;
	memmove(&c->group[i], &c->group[i + 1], (c->n - i) * sizeof(struct parcel *));
	if (c->n == 0)
		lane_remove(&c->job);
	return true;
}

bool commits_remove(struct commits *c, struct parcel *p)
{
	bool is_out = leave_queue(c, p) || leave_group(c, p);
	if (is_out)
		pump(c);
	return is_out;
}
