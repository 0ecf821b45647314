/* The cohort index as readers see it: sets of patients for a term, over all runs. */
#include "index/run.h"

int cohort_create(struct snapshot *s, struct arena *a, struct cohort *out, struct err *e)
{
	uint32_t n = (uint32_t)s->state.next_patient;
	uint64_t *bits = arena_array(a, uint64_t, bitmap_words(n) + 1);
	if (!bits)
		return err_set(e, LODE_NOMEM, "no memory for a set of %u patients", n);
	*out = (struct cohort){bits, n};
	return 0;
}

int cohort_add_pending(struct snapshot *s, struct cohort *c, struct err *e)
{
	struct cursor cur;
	struct slice key, value;
	uint64_t found = 0;
	int rc = cursor_open(&s->txn, DB_PENDING, &cur, e);
	if (rc)
		return rc;
	for (rc = cursor_seek(&cur, (struct slice){0}, &key, &value, e); rc == 0;
		rc = cursor_next(&cur, &key, &value, e)) {
		uint32_t n;
		if (!key_u32_read(key, &n) || n >= c->n_numbers) {
			rc = err_set(e, LODE_CORRUPT, "pending record: no patient's number");
			break;
		}
		bitmap_set(c->bits, n);
		found++;
	}
	cursor_close(&cur);
	if (rc != LODE_NOTFOUND)
		return rc;
	if (found != s->state.pending)
		return err_set(e, LODE_CORRUPT, "pending records: %llu found, %llu expected",
			(unsigned long long)found, (unsigned long long)s->state.pending);
	return 0;
}

static int add_list(struct cohort *c, struct run_list list, struct err *e)
{
	uint32_t number;
	bool bad = false;
	while (run_list_next(&list, &number, &bad)) {
		if (number >= c->n_numbers)
			bad = true;
		else
			bitmap_set(c->bits, number);
	}
	return bad ? err_set(e, LODE_CORRUPT, "a list of patients does not parse") : 0;
}

int runs_open(struct snapshot *s, bool with_index, struct arena *a, struct run **out, uint32_t *n,
	struct err *e)
{
	struct run_entry *listed;
	int rc = store_runs(&s->txn, &s->state, a, &listed, n, e);
	if (rc)
		return rc;
	struct run *runs = arena_array(a, struct run, *n + 1UL);
	if (!runs)
		return err_set(e, LODE_NOMEM, "no memory for %u runs", *n);
	for (uint32_t i = 0; rc == 0 && i < *n; i++) {
		rc = run_open(&s->txn, &listed[i], &runs[i], e);
		if (rc == 0 && with_index)
			rc = run_index(&runs[i], a, e);
	}
	*out = runs;
	return rc;
}

int runs_add_term(
	const struct run *runs, uint32_t n, struct slice term, struct cohort *c, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		struct run_list list;
		rc = run_find(&runs[i], term, &list, e);
		if (rc == 0)
			rc = add_list(c, list, e);
		else if (rc == LODE_NOTFOUND)
			rc = 0;
	}
	return rc;
}

int cohort_add_term(struct snapshot *s, struct cohort *c, struct slice term, struct arena *scratch,
	struct err *e)
{
	struct run *runs = NULL;
	uint32_t n = 0;
	int rc = runs_open(s, false, scratch, &runs, &n, e);
	return rc ? rc : runs_add_term(runs, n, term, c, e);
}

/* ---- prefixes ---- */

static bool has_prefix(struct slice term, struct slice prefix)
{
	return term.n >= prefix.n && memcmp(term.p, prefix.p, prefix.n) == 0;
}

static int to_prefix(struct run_walk *w, struct slice prefix, bool *on, struct err *e)
{
	int rc = run_walk_seek(w, prefix, e);
	*on = rc > 0 && has_prefix(run_walk_term(w), prefix);
	return rc < 0 ? rc : 0;
}

/* The lowest term that a walk stands on; NULL: none does. */
static const struct run_walk *lowest(const struct run_walk *w, const bool *on, uint32_t n)
{
	const struct run_walk *low = NULL;
	for (uint32_t i = 0; i < n; i++)
		if (on[i] && (!low || slice_cmp(run_walk_term(&w[i]), run_walk_term(low)) < 0))
			low = &w[i];
	return low;
}

/* One term from all walks that stand on it. */
static int add_term_of(struct cohort *c, struct run_walk *w, bool *on, uint32_t n,
	struct slice term, struct slice prefix, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		if (!on[i] || !slice_eq(run_walk_term(&w[i]), term))
			continue;
		rc = add_list(c, w[i].list, e);
		int more = rc ? rc : run_walk_next(&w[i], e);
		on[i] = more > 0 && has_prefix(run_walk_term(&w[i]), prefix);
		rc = more < 0 ? more : 0;
	}
	return rc;
}

int cohort_add_prefix(struct snapshot *s, struct cohort *c, struct slice prefix, uint32_t most,
	struct arena *scratch, void (*each)(void *arg, struct slice term), void *arg, struct err *e)
{
	struct run *runs = NULL;
	uint32_t n = 0, terms = 0;
	const struct run_walk *low;
	int rc = runs_open(s, false, scratch, &runs, &n, e);
	struct run_walk *w = rc ? NULL : arena_array(scratch, struct run_walk, n + 1UL);
	bool *on = rc ? NULL : arena_array(scratch, bool, n + 1UL);
	if (!w || !on)
		return rc ? rc : err_set(e, LODE_NOMEM, "no memory for %u runs", n);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		w[i] = run_walk_of(&runs[i]);
		rc = to_prefix(&w[i], prefix, &on[i], e);
	}
	while (rc == 0 && (low = lowest(w, on, n))) {
		char room[TOK_TERM_MAX];
		struct slice term = {room, low->n};
		memcpy(room, low->term, low->n);
		if (++terms > most && most)
			return err_set(e, LODE_TOOBIG, "more than %u words begin so", most);
		if (each)
			each(arg, term);
		rc = add_term_of(c, w, on, n, term, prefix, e);
	}
	return rc;
}

int snapshot_patient(struct snapshot *s, uint32_t number, struct slice *id, struct err *e)
{
	int rc = store_number(&s->txn, number, id, e);
	return rc == LODE_NOTFOUND ? err_set(e, rc, "no such patient") : rc;
}
