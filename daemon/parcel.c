#include "daemon/parcel.h"

#include "base/json.h"
#include "daemon/request.h"

#include <stdlib.h>

enum { EXPECT_MOST = 4 << 20 };

int parcel_create(struct index *x, struct buf *body, size_t line_most, size_t memory_most,
	struct parcel **out)
{
	struct parcel *p = calloc(1, sizeof(*p));
	if (!p)
		return LODE_NOMEM;
	int rc = batch_create(x, &p->batch);
	if (rc) {
		free(p);
		return rc;
	}
	p->memory_most = memory_most;
	p->body = *body;
	*body = (struct buf){0};
	p->walk = (struct lines_walk){.left = buf_slice(&p->body), .limit = line_most};
	*out = p;
	return 0;
}

void parcel_destroy(struct parcel *p)
{
	if (!p)
		return;
	batch_destroy(p->batch);
	buf_release(&p->body);
	buf_release(&p->rejects);
	guard_release(&p->guard);
	free(p);
}

bool parcel_has_notes(const struct parcel *p)
{
	return batch_notes(p->batch) > 0;
}

/* ---- prepare ---- */

static void reject(struct parcel *p, const struct err *e)
{
	struct reject r = {p->walk.number, *e};
	p->counts.rejected++;
	if (p->rejects.n < REJECTS_TOLD * sizeof(r))
		buf_put(&p->rejects, &r, sizeof(r));
}

static int add_note(struct parcel *p, struct slice line, struct err *e)
{
	enum { PATIENT, NOTE, TEXT, DATE, TYPE, ENCOUNTER, AUTHOR, N_FIELDS };
	struct json_field f[N_FIELDS] = {
		[PATIENT] = {"patient", true, {0}},
		[NOTE] = {"note_id", true, {0}},
		[TEXT] = {"text", true, {0}},
		[DATE] = {"date", false, {0}},
		[TYPE] = {"type", false, {0}},
		[ENCOUNTER] = {"encounter", false, {0}},
		[AUTHOR] = {"author_role", false, {0}},
	};
	struct worker *w = p->job.worker;
	struct slice meta = {0};
	int rc = json_scan_object(line, f, N_FIELDS, &w->scratch, &meta, e);
	if (rc == 0) {
		struct note_in note = {f[PATIENT].value, f[NOTE].value, f[TEXT].value,
			f[DATE].value, f[TYPE].value, f[ENCOUNTER].value, f[AUTHOR].value, meta};
		rc = guard_note(&p->guard, w->tok, &w->scratch, &note, e);
		if (rc == 0)
			rc = batch_add(p->batch, w->tok, &note, e);
		p->counts.bytes += rc == 0 ? f[TEXT].value.n : 0;
	}
	arena_reset(&w->scratch);
	return rc;
}

static int take_line(struct parcel *p, struct slice line, struct err *e)
{
	int rc = line.p ? add_note(p, line, e)
			: err_set(e, LODE_TOOBIG, "the line is over %zu bytes", p->walk.limit);
	p->counts.lines++;
	if (rc == 0) {
		p->counts.accepted++;
		return 0;
	}
	if (rc != LODE_BADREQ && rc != LODE_TOOBIG)
		return rc;
	reject(p, e);
	return 0;
}

/* Never before a note is in it, or there would be nothing to commit and the next round no shorter. */
static bool is_full(const struct parcel *p)
{
	return batch_notes(p->batch) > 0 && batch_memory_bytes(p->batch) >= p->memory_most;
}

static int take_lines(struct parcel *p)
{
	struct slice line;
	size_t left = p->walk.left.n;
	batch_expect(p->batch, left < EXPECT_MOST ? left : EXPECT_MOST);
	while (!is_full(p)) {
		struct err e = {0};
		if (atomic_load_explicit(&p->cancelled, memory_order_relaxed))
			return LODE_CANCELLED;
		if (!lines_next(&p->walk, &line)) {
			p->is_walked = true;
			buf_release(&p->body); /* seal needs the room */
			break;
		}
		int rc = take_line(p, line, &e);
		if (rc) {
			p->err = e;
			return rc;
		}
	}
	return p->rejects.failed ? LODE_NOMEM : 0;
}

static void run_prepare(struct job *j)
{
	struct parcel *p = j->arg;
	uint64_t start_ns = now_ns();
	p->rc = take_lines(p);
	arena_release(&j->worker->scratch);
	if (p->rc == 0 && batch_notes(p->batch))
		p->rc = batch_seal(p->batch, &p->err);
	p->prepare_ns += now_ns() - start_ns;
}

void parcel_prepare(struct parcel *p, struct lane *prepare)
{
	p->counts = (struct parcel_counts){0};
	p->rejects.n = 0;
	p->revision = 0;
	p->state = PARCEL_PREPARING;
	p->job.run = run_prepare;
	p->job.arg = p;
	lane_submit(prepare, &p->job);
}
