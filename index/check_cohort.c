#include "index/check.h"

#include "index/bundle.h"

enum { TERMS_LOOKED_UP = 256 };

int check_open_runs(struct check *c, struct err *e)
{
	struct run_entry *listed;
	struct err why = {0};
	uint32_t n;
	int rc = store_runs(
		&c->snapshot->txn, &c->snapshot->state, &c->runs_arena, &listed, &n, &why);
	if (rc == LODE_CORRUPT) {
		check_problem(c, "%s", why.text);
		return 0;
	}
	if (rc)
		return err_set(e, rc, "%s", why.text);
	c->runs = arena_array(&c->runs_arena, struct run, n + 1UL);
	if (!c->runs)
		return err_set(e, LODE_NOMEM, "no memory for a list of runs");
	for (uint32_t i = 0; i < n; i++) {
		if (run_open(&c->snapshot->txn, &listed[i], &c->runs[c->n_runs], &why) == 0)
			c->n_runs++;
		else
			check_problem(c, "%s", why.text);
	}
	return 0;
}

void check_number(struct check *c, struct slice id, const struct patient_record *r)
{
	struct slice found, value;
	struct err why = {0};
	char room[KEY_U32_BYTES];
	struct txn *t = &c->snapshot->txn;
	if (store_number(t, r->number, &found, &why) != 0 || !slice_eq(found, id))
		check_problem(c, "patient %.*s: number %u does not lead back to it", CHECK_ID(id),
			r->number);
	bool is_marked = txn_get(t, DB_PENDING, key_u32(room, r->number), &value) == 0;
	if (is_marked != patient_is_pending(r))
		check_problem(c, "patient %.*s: wrongly %spending", CHECK_ID(id),
			is_marked ? "" : "not ");
}

/* ---- covered terms ---- */

static int in_a_run(struct check *c, struct slice term, uint32_t number, bool *out)
{
	*out = false;
	for (uint32_t i = 0; i < c->n_runs && !*out; i++) {
		struct run_list list;
		uint32_t patient;
		bool bad = false;
		int rc = run_find(&c->runs[i], term, &list, NULL);
		if (rc == LODE_NOTFOUND)
			continue;
		if (rc)
			return rc;
		while (!*out && run_list_next(&list, &patient, &bad))
			*out = patient == number;
	}
	return 0;
}

int check_covered(struct check *c, struct slice id, uint32_t number, const struct segment *s)
{
	struct term_walk w = term_walk_of(s);
	uint32_t stride = s->n_terms / TERMS_LOOKED_UP + 1, turn = 0;
	while (term_walk_next(&w, NULL) > 0) {
		bool found;
		if (turn++ % stride)
			continue;
		/* A damaged run is said once, by check_tables. */
		if (in_a_run(c, term_walk_term(&w), number, &found) != 0)
			return 0;
		if (!found) {
			check_problem(c, "patient %.*s: a term of it is in no run", CHECK_ID(id));
			return 0;
		}
	}
	return 0;
}

/* ---- the tables themselves ---- */

static int check_number_key(struct check *c, struct slice key, struct slice value)
{
	uint32_t n;
	struct slice id;
	struct err why = {0};
	c->n_numbers++;
	if (!key_u32_read(key, &n))
		check_problem(c, "a patient number of %zu bytes", key.n);
	else if (number_decode(n, value, &id, &why) != 0)
		check_problem(c, "%s", why.text);
	return 0;
}

static int check_pending_key(struct check *c, struct slice key, struct slice value)
{
	struct reader r;
	struct err why = {0};
	c->n_pending++;
	if (record_open(DB_PENDING, key, value, &r, &why) != 0)
		check_problem(c, "%s", why.text);
	return 0;
}

static int check_bundle(struct check *c, struct slice key, struct slice value)
{
	struct reader entries;
	struct err why = {0};
	uint32_t number, n;
	c->found.bundles++;
	c->found.bundle_bytes += value.n;
	if (!key_u32_read(key, &number))
		check_problem(c, "a bundle's key of %zu bytes", key.n);
	else if (bundle_open(number, value, &entries, &n, &why) != 0)
		check_problem(c, "%s", why.text);
	return 0;
}

static int check_run(struct check *c, const struct run *r)
{
	struct run_walk w = run_walk_of(r);
	struct err why = {0};
	char before[TOK_TERM_MAX];
	size_t before_n = 0;
	uint64_t terms = 0, pairs = 0;
	int more;
	while ((more = run_walk_next(&w, &why)) > 0) {
		uint32_t patient, last = 0;
		bool bad = false;
		if (terms && slice_cmp(slice_of(before, before_n), run_walk_term(&w)) >= 0)
			check_problem(c, "run %u: terms out of order", r->listed.number);
		memcpy(before, w.term, w.n);
		before_n = w.n;
		terms++;
		while (run_list_next(&w.list, &patient, &bad)) {
			bad |= patient <= last || patient >= c->snapshot->state.next_patient;
			last = patient;
			pairs++;
		}
		if (bad)
			check_problem(c, "run %u: a list of patients is wrong", r->listed.number);
	}
	if (more < 0)
		check_problem(c, "%s", why.text);
	else if (terms != r->n_terms || pairs != r->n_pairs)
		check_problem(c, "run %u: counts differ from its header", r->listed.number);
	return 0;
}

static int check_run_key(struct check *c, struct slice key, struct slice value)
{
	uint32_t number = 0, block = 0;
	bool is_listed = false;
	key_segment_read(key, &number, &block); /* two numbers, as in a segment's key */
	for (uint32_t i = 0; i < c->n_runs; i++)
		is_listed |=
			c->runs[i].listed.number == number && block <= c->runs[i].listed.n_blocks;
	if (!is_listed)
		check_problem(c, "run %u, block %u: in no list", number, block);
	return 0;
}

int check_tables(struct check *c, struct err *e)
{
	int rc = check_walk(c, DB_NUMBER, check_number_key, e);
	if (rc == 0)
		rc = check_walk(c, DB_PENDING, check_pending_key, e);
	if (rc == 0)
		rc = check_walk(c, DB_BUNDLE, check_bundle, e);
	for (uint32_t i = 0; rc == 0 && i < c->n_runs; i++)
		rc = check_run(c, &c->runs[i]);
	return rc ? rc : check_walk(c, DB_RUN, check_run_key, e);
}
