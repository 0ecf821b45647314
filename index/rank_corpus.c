/* Ranked search over all charts: which of them to look at.
 *
 * Sets of patients come from the cohort index and may be too large, never too small.  Where it is damaged
 * everybody is looked at. */
#include "index/narrow.h"
#include "index/rank.h"
#include "index/store.h"

#include <stdlib.h>

struct listing {
	struct rank *r;
	struct cohort all; /* of patients that are there, maybe more */
	struct narrow narrow;
	struct cohort leaves[QUERY_LEAVES_MAX]; /* bits NULL: not asked for yet */
};

/* ---- the tree ---- */

static int find_leaf(
	struct listing *l, const struct query_node *n, struct cohort *out, struct err *e)
{
	const struct rank_leaf *leaf = &l->r->leaves[n->number];
	int rc = 0;
	if (n->kind == QUERY_PREFIX) {
		rc = cohort_add_prefix(
			l->r->snapshot, out, leaf->prefix, 0, &l->r->scratch, NULL, NULL, e);
		arena_reset(&l->r->scratch);
	}
	for (uint32_t i = 0; i < leaf->n_names && rc == 0; i++)
		rc = narrow_name(&l->narrow, l->r->m, leaf->first_name + i, out, e);
	return rc ? rc : cohort_add_pending(l->r->snapshot, out, e);
}

static int add_leaf(
	struct listing *l, const struct query_node *n, struct cohort *out, struct err *e)
{
	struct cohort *set = &l->leaves[n->number];
	if (!set->bits) {
		struct cohort fresh = narrow_set(&l->narrow);
		if (!fresh.bits)
			return narrow_no_memory(e);
		int rc = find_leaf(l, n, &fresh, e);
		if (rc < 0)
			return rc;
		*set = fresh;
	}
	narrow_unite(&l->narrow, out, set);
	return 0;
}

/* Patients of whom the tree may be true; what is negated says nothing. */
static int judge(struct listing *l, const struct query_node *n, struct cohort *out, struct err *e)
{
	*out = narrow_set(&l->narrow);
	if (!out->bits)
		return narrow_no_memory(e);
	if (n->kind == QUERY_REGEX || n->kind == QUERY_NOT || n->kind == QUERY_TYPE ||
		n->kind == QUERY_DATE) {
		narrow_unite(&l->narrow, out, &l->all);
		return 0;
	}
	if (query_is_place(n))
		return add_leaf(l, n, out, e);
	int rc = judge(l, n->first, out, e);
	for (const struct query_node *c = n->first->next; c && rc == 0; c = c->next) {
		struct cohort one;
		rc = judge(l, c, &one, e);
		if (rc == 0 && n->kind == QUERY_OR)
			narrow_unite(&l->narrow, out, &one);
		else if (rc == 0)
			narrow_intersect(&l->narrow, out, &one);
	}
	return rc;
}

/* Leaves that count for a df: everybody who has one is looked at, for the score of the others. */
static int add_scored(
	struct listing *l, const struct query_node *n, struct cohort *out, struct err *e)
{
	int rc = 0;
	if (query_is_place(n))
		return add_leaf(l, n, out, e);
	for (const struct query_node *c = n->first; c && rc == 0; c = c->next)
		rc = add_scored(l, c, out, e);
	return rc;
}

/* ---- the list ---- */

static int add_patient(struct rank *r, struct slice id, size_t *cap, struct err *e)
{
	struct slice *at = arena_grow(&r->work, r->patients, r->n_patients, sizeof(*at), cap);
	if (!at || r->n_patients == UINT32_MAX)
		return narrow_no_memory(e);
	r->patients = at;
	r->patients[r->n_patients++] = id;
	return 0;
}

static int list_set(struct listing *l, const struct cohort *set, struct err *e)
{
	size_t cap = 0;
	uint32_t number;
	RECALL_EACH(number, set->bits, l->narrow.words)
	{
		struct slice id;
		int rc = snapshot_patient(l->r->snapshot, number, &id, e);
		if (rc == LODE_NOTFOUND)
			continue;
		if (rc == 0)
			rc = add_patient(l->r, id, &cap, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

struct walk {
	struct rank *r;
	size_t cap;
};

static int list_one(void *arg, const struct patient_info *p)
{
	struct walk *w = arg;
	return add_patient(w->r, p->id, &w->cap, NULL);
}

static int list_all(struct rank *r, struct err *e)
{
	struct walk w = {.r = r};
	r->patients = NULL;
	r->n_patients = 0;
	int rc = snapshot_patients(r->snapshot, (struct slice){0}, UINT64_MAX, list_one, &w, e);
	return rc == LODE_NOMEM ? narrow_no_memory(e) : rc;
}

int rank_list_patients(struct rank *r, struct err *e)
{
	struct listing l = {.r = r};
	struct cohort set;
	struct err why = {0};
	int rc = cohort_create(r->snapshot, &r->room, &l.all, e);
	if (rc < 0)
		return rc;
	for (uint32_t i = 0; i < l.all.n_numbers; i++)
		recall_set(l.all.bits, i);
	rc = narrow_init(&l.narrow, r->snapshot, r->stop, &r->room, &why);
	if (rc == 0)
		rc = judge(&l, r->tree, &set, &why);
	for (uint32_t k = 0; k < r->n_items && rc == 0; k++)
		rc = add_scored(&l, r->items[k].node, &set, &why);
	bool everybody =
		rc == 0 && memcmp(set.bits, l.all.bits, l.narrow.words * sizeof(uint64_t)) == 0;
	if (rc == 0 && !everybody)
		rc = list_set(&l, &set, &why);
	if (rc == LODE_CORRUPT || everybody)
		return list_all(r, e);
	return rc < 0 ? err_set(e, rc, "%s", why.text) : 0;
}

int rank_open(struct rank *r, uint32_t patient, struct err *e)
{
	if (!r->snapshot || (r->c && r->patient == patient))
		return 1;
	r->c = NULL;
	arena_reset(&r->room);
	int rc = chart_open(r->snapshot, r->patients[patient], &r->room, &r->c, e);
	if (rc < 0)
		return rc == LODE_NOTFOUND ? 0 : rc;
	r->patient = patient;
	return 1;
}
