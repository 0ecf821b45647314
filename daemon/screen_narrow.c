/* Which patients a screen has to open: those in whose charts some look of ask may find something
 * (ask_sought), by the cohort index.  The others are answered without: no name, no words of it, no initials,
 * no other spelling and no sign stands in any note of theirs, so ask would find nothing.  Where the cohort
 * index is damaged, or there are too many names, everybody is opened. */
#include "daemon/screen.h"

struct telling {
	struct request *r;
	struct cohort *set;
	struct arena *sets;
	struct search_stop stop;
};

static int add(struct telling *t, struct cohort *set, const struct names *names, struct err *e)
{
	struct worker *w = t->r->worker;
	int rc = cohort_add_names(t->r->snapshot, set, names, w->tok, &t->stop, &w->scratch, e);
	arena_reset(&w->scratch);
	return rc;
}

static int on_names(void *arg, const struct names *some, const struct names *beside, struct err *e)
{
	struct telling *t = arg;
	if (!beside)
		return add(t, t->set, some, e);
	struct cohort a = {0}, b = {0};
	struct arena_mark mark = arena_mark(t->sets);
	int rc = cohort_create(t->r->snapshot, t->sets, &a, e);
	if (rc == 0)
		rc = cohort_create(t->r->snapshot, t->sets, &b, e);
	if (rc == 0)
		rc = add(t, &a, some, e);
	if (rc == 0)
		rc = add(t, &b, beside, e);
	for (uint32_t i = 0; rc == 0 && i < (a.n_numbers + 63) / 64; i++)
		t->set->bits[i] |= a.bits[i] & b.bits[i];
	arena_rewind(t->sets, mark);
	return rc;
}

struct count {
	const struct screen *s;
	uint64_t patients, candidates;
};

/* The walk from start to end also shows that the list of patients is whole. */
static int count_patient(void *arg, const struct patient_info *p)
{
	struct count *c = arg;
	c->patients++;
	c->candidates += c->s->is_everybody || cohort_has(&c->s->candidates, p->number);
	return 0;
}

static int count(struct request *r, struct screen *s, struct err *e)
{
	struct count c = {.s = s};
	struct patient_info p;
	uint32_t unknown = 0;
	for (uint32_t i = 0; i < s->n_listed; i++) {
		if (snapshot_find_patient(r->snapshot, s->listed[i], &p, NULL) == 0)
			count_patient(&c, &p);
		else
			unknown++;
	}
	/* "No such patient" is an answer only when the list is whole. */
	struct count all = {.s = s};
	int rc = s->listed && unknown == 0
			 ? 0
			 : snapshot_patients(r->snapshot, (struct slice){0}, UINT64_MAX,
				   count_patient, s->listed ? &all : &c, e);
	s->patients = s->listed ? s->n_listed : c.patients;
	s->n_candidates = c.candidates;
	return rc;
}

int screen_narrow(struct request *r, struct screen *s, struct err *e)
{
	uint64_t revision = snapshot_revision(r->snapshot), start = now_ns();
	struct err why = {0};
	if (s->is_narrowed && s->narrowed == revision)
		return 0;
	s->q->names_made = NULL;
	arena_release(&s->sets);
	struct telling t = {r, &s->candidates, &s->sets, request_stop(r)};
	int rc = cohort_create(r->snapshot, &s->sets, &s->candidates, e);
	if (rc)
		return rc;
	rc = ask_sought(r, s->q, on_names, &t, &why);
	if (rc == 0)
		rc = cohort_add_pending(r->snapshot, &s->candidates, &why);
	s->is_everybody = rc == LODE_CORRUPT || rc == LODE_TOOBIG;
	if (rc && !s->is_everybody)
		return err_set(e, rc, "%s", why.text);
	s->n_names = s->q->names.n;
	rc = names_widen_by(&s->q->names_options, s->q->questions[0].condition, r->worker->tok,
		&s->sets, &s->names, e);
	if (rc == 0)
		rc = count(r, s, e);
	s->q->names_made = rc ? NULL : &s->names;
	s->is_narrowed = rc == 0;
	s->narrowed = revision;
	s->narrow_ns = now_ns() - start;
	return rc;
}
