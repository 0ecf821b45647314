/* Runs are merged like segments: from the smallest on, those that the smaller ones outweigh by half.
 * Numbers of patients that are gone are left out. */
#include "index/upkeep.h"

#include <stdlib.h>

enum {
	RUNS_LEAST = 4, /* fewer are not worth it in a pass of UPKEEP_FRESH */
};

static int by_bytes(const void *left, const void *right)
{
	const struct run_entry *a = left, *b = right;
	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

/* The first of them, in order of size; runs[] is sorted by it. */
static uint32_t choose(const struct upkeep *u, struct run_entry *runs, uint32_t n)
{
	uint64_t bytes = 0;
	uint32_t taken = 0;
	qsort(runs, n, sizeof(*runs), by_bytes);
	if (upkeep_renews_runs(u)) {
		for (uint32_t i = 0; i < n; i++)
			if (runs[i].number >= u->first_run)
				runs[taken++] = runs[i];
		n = taken;
	}
	if (u->goal != UPKEEP_FRESH)
		return n > 1 ? n : 0;
	for (; taken < n && (taken < RUNS_LEAST || runs[taken].bytes <= 2 * bytes); taken++)
		bytes += runs[taken].bytes;
	return taken >= RUNS_LEAST ? taken : 0;
}

struct run_merge {
	struct run *runs;
	struct run_walk *walks;
	bool *has; /* by walk: stands on a term */
	uint32_t n;
	const uint64_t *live; /* bit per patient number */
	uint64_t n_numbers;
	uint32_t *patients;
	size_t n_patients, cap;
	struct err *e;
};

static int step(struct run_merge *m, uint32_t i)
{
	int more = run_walk_next(&m->walks[i], m->e);
	m->has[i] = more > 0;
	return more < 0 ? more : 0;
}

static int take_list(struct run_merge *m, const struct run_walk *w)
{
	struct run_list list = w->list;
	uint32_t number;
	bool bad = false;
	while (run_list_next(&list, &number, &bad)) {
		if (number >= m->n_numbers || !bitmap_get(m->live, number))
			continue;
		if (m->n_patients == m->cap) {
			size_t cap = m->cap ? m->cap * 2 : 1024;
			uint32_t *p = realloc(m->patients, cap * sizeof(*p));
			if (!p)
				return LODE_NOMEM;
			m->patients = p;
			m->cap = cap;
		}
		m->patients[m->n_patients++] = number;
	}
	return bad ? err_set(m->e, LODE_CORRUPT, "a run's list does not parse") : 0;
}

static int by_u32(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

static void sort_unique(struct run_merge *m)
{
	size_t kept = 0;
	bool is_sorted = true;
	for (size_t i = 1; i < m->n_patients && is_sorted; i++)
		is_sorted = m->patients[i - 1] < m->patients[i];
	if (is_sorted)
		return;
	qsort(m->patients, m->n_patients, sizeof(*m->patients), by_u32);
	for (size_t i = 0; i < m->n_patients; i++)
		if (i == 0 || m->patients[i] != m->patients[kept - 1])
			m->patients[kept++] = m->patients[i];
	m->n_patients = kept;
}

/* The lowest term of all walks; their number is small. */
static const struct run_walk *lowest(const struct run_merge *m)
{
	const struct run_walk *low = NULL;
	for (uint32_t i = 0; i < m->n; i++)
		if (m->has[i] &&
			(!low || slice_cmp(run_walk_term(&m->walks[i]), run_walk_term(low)) < 0))
			low = &m->walks[i];
	return low;
}

static int merge_term(struct run_merge *m, struct slice term, struct run_blob *out)
{
	int rc = 0;
	m->n_patients = 0;
	for (uint32_t i = 0; rc == 0 && i < m->n; i++) {
		if (!m->has[i] || !slice_eq(run_walk_term(&m->walks[i]), term))
			continue;
		rc = take_list(m, &m->walks[i]);
		if (rc == 0)
			rc = step(m, i);
	}
	sort_unique(m);
	if (rc == 0 && m->n_patients)
		rc = run_blob_term(out, term, m->patients, m->n_patients);
	return rc;
}

static int merge_all(struct run_merge *m, struct run_blob *out)
{
	char room[TOK_TERM_MAX];
	const struct run_walk *low;
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < m->n; i++) {
		m->walks[i] = run_walk_of(&m->runs[i]);
		rc = step(m, i);
	}
	while (rc == 0 && (low = lowest(m))) {
		struct slice term = {room, low->n};
		memcpy(room, low->term, low->n);
		rc = merge_term(m, term, out);
	}
	return rc ? rc : run_blob_end(out);
}

static int live_numbers(struct upkeep *u, uint64_t *bits, struct err *e)
{
	struct cursor c;
	struct slice key, value;
	int rc = cursor_open(&u->snapshot->txn, DB_NUMBER, &c, e);
	if (rc)
		return rc;
	for (rc = cursor_seek(&c, (struct slice){0}, &key, &value, e); rc == 0;
		rc = cursor_next(&c, &key, &value, e)) {
		uint32_t n;
		if (key_u32_read(key, &n) && n < u->snapshot->state.next_patient)
			bitmap_set(bits, n);
	}
	cursor_close(&c);
	return rc == LODE_NOTFOUND ? 0 : rc;
}

int upkeep_merge_runs(struct upkeep *u, struct err *e)
{
	struct state *s = &u->snapshot->state;
	struct run_entry *runs;
	uint32_t n;
	int rc = store_runs(&u->snapshot->txn, s, &u->arena, &runs, &n, e);
	if (rc || (n = choose(u, runs, n)) == 0)
		return rc;
	uint64_t *live = arena_array(&u->arena, uint64_t, s->next_patient / 64 + 1);
	struct run_merge m = {.n = n, .live = live, .n_numbers = s->next_patient, .e = e};
	m.runs = arena_array(&u->arena, struct run, n);
	m.walks = arena_array(&u->arena, struct run_walk, n);
	m.has = arena_array(&u->arena, bool, n);
	if (!live || !m.runs || !m.walks || !m.has)
		return err_set(e, LODE_NOMEM, "no memory to merge runs");
	rc = live_numbers(u, live, e);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = run_open(&u->snapshot->txn, &runs[i], &m.runs[i], e);
	if (rc == 0 && (rc = merge_all(&m, &u->run)) == LODE_NOMEM)
		err_set(e, rc, "no memory to merge runs");
	free(m.patients);
	if (rc == 0) {
		u->gone = runs;
		u->n_gone = n;
	}
	return rc;
}
