/* Ranked search over all charts: which of them to look at.
 *
 * Sets of patients come from the cohort index and may be too large, never too small.  Where it is damaged
 * everybody is looked at. */
#include "index/rank.h"
#include "index/run.h"
#include "index/store.h"

#include <stdlib.h>

enum { LOOKED_UP = 64 };

/* A term looked up before: forms of one word share their beginnings. */
struct looked_up {
	uint64_t digest;
	struct cohort set;
};

struct listing {
	struct rank *r;
	struct cohort all;                 /* of patients that are there, maybe more */
	struct cohort left, right;         /* for halves of a word */
	struct cohort position, positions; /* for words of a name */
	uint32_t words;                    /* of a set */
	struct run *runs;
	uint32_t n_runs;
	struct looked_up looked_up[LOOKED_UP];
	struct cohort leaves[QUERY_LEAVES_MAX]; /* bits NULL: not asked for yet */
};

static struct cohort new_set(struct listing *l)
{
	struct cohort c = {arena_array(&l->r->room, uint64_t, l->words), l->all.n_numbers};
	return c;
}

static void clear(struct listing *l, struct cohort *c)
{
	memset(c->bits, 0, l->words * sizeof(*c->bits));
}

static void unite(struct listing *l, struct cohort *a, const struct cohort *b)
{
	for (uint32_t i = 0; i < l->words; i++)
		a->bits[i] |= b->bits[i];
}

static void intersect(struct listing *l, struct cohort *a, const struct cohort *b)
{
	for (uint32_t i = 0; i < l->words; i++)
		a->bits[i] &= b->bits[i];
}

static bool is_empty(const struct listing *l, const struct cohort *c)
{
	for (uint32_t i = 0; i < l->words; i++)
		if (c->bits[i])
			return false;
	return true;
}

static int no_memory(struct err *e)
{
	return err_set(e, LODE_NOMEM, "no memory for sets of patients");
}

/* ---- words ---- */

static int add_term(struct listing *l, struct cohort *out, struct slice term, struct err *e)
{
	uint64_t digest = digest64(term) | 1;
	struct looked_up *k = &l->looked_up[digest / 2 % LOOKED_UP];
	int rc = 0;
	if (k->digest != digest) {
		rc = scope_stop(l->r->stop, e);
		if (rc < 0)
			return rc;
		if (!k->set.bits)
			k->set = new_set(l);
		if (!k->set.bits)
			return no_memory(e);
		clear(l, &k->set);
		rc = runs_add_term(l->runs, l->n_runs, term, &k->set, e);
		k->digest = rc ? 0 : digest;
	}
	if (rc == 0)
		unite(l, out, &k->set);
	return rc;
}

/* "pre" and "eclampsia", for "preeclampsia". */
static int add_splits(struct listing *l, struct cohort *out, struct slice term, struct err *e)
{
	int rc = 0;
	for (size_t cut = 1; cut < term.n && rc == 0 && term.n >= MATCH_SPLIT_MIN; cut++) {
		if (((unsigned char)term.p[cut] & 0xc0) == 0x80)
			continue;
		clear(l, &l->left);
		clear(l, &l->right);
		rc = add_term(l, &l->left, slice_of(term.p, cut), e);
		if (rc == 0 && !is_empty(l, &l->left))
			rc = add_term(l, &l->right, slice_of(term.p + cut, term.n - cut), e);
		intersect(l, &l->left, &l->right);
		unite(l, out, &l->left);
	}
	return rc;
}

/* Patients that have some form of one word of the name. */
static int add_position(
	struct listing *l, uint32_t name, uint32_t at, struct cohort *out, struct err *e)
{
	const struct matcher *m = l->r->m;
	bool may_split = !(m->names[name].flags & MATCH_EXACT_WORDS);
	int rc = 0;
	for (uint32_t u = 0; u < m->n_uses && rc == 0; u++) {
		const struct match_use *use = &m->uses[u];
		bool joined = use->kind == MATCH_JOINED;
		if (use->name != name || !(use->at == at || (joined && use->at + 1 == at)))
			continue;
		rc = add_term(l, out, m->forms[use->form].term, e);
		if (rc == 0 && may_split && !joined)
			rc = add_splits(l, out, m->forms[use->form].term, e);
	}
	return rc;
}

static int add_name(struct listing *l, uint32_t name, struct cohort *out, struct err *e)
{
	const struct match_compiled *n = &l->r->m->names[name];
	bool any = n->flags & MATCH_MASKS; /* a mask may stand for the others */
	int rc = 0;
	clear(l, &l->positions);
	for (uint32_t p = 0; p < n->doc.n_words && rc == 0; p++) {
		clear(l, &l->position);
		rc = add_position(l, name, p, &l->position, e);
		if (p == 0 || any)
			unite(l, &l->positions, &l->position);
		else
			intersect(l, &l->positions, &l->position);
	}
	unite(l, out, &l->positions);
	return rc;
}

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
		rc = add_name(l, leaf->first_name + i, out, e);
	return rc ? rc : cohort_add_pending(l->r->snapshot, out, e);
}

static int add_leaf(
	struct listing *l, const struct query_node *n, struct cohort *out, struct err *e)
{
	struct cohort *set = &l->leaves[n->number];
	if (!set->bits) {
		struct cohort fresh = new_set(l);
		if (!fresh.bits)
			return no_memory(e);
		int rc = find_leaf(l, n, &fresh, e);
		if (rc < 0)
			return rc;
		*set = fresh;
	}
	unite(l, out, set);
	return 0;
}

/* Patients of whom the tree may be true; what is negated says nothing. */
static int judge(struct listing *l, const struct query_node *n, struct cohort *out, struct err *e)
{
	*out = new_set(l);
	if (!out->bits)
		return no_memory(e);
	if (n->kind == QUERY_REGEX || n->kind == QUERY_NOT || n->kind == QUERY_TYPE ||
		n->kind == QUERY_DATE) {
		unite(l, out, &l->all);
		return 0;
	}
	if (query_is_place(n))
		return add_leaf(l, n, out, e);
	int rc = judge(l, n->first, out, e);
	for (const struct query_node *c = n->first->next; c && rc == 0; c = c->next) {
		struct cohort one;
		rc = judge(l, c, &one, e);
		if (rc == 0 && n->kind == QUERY_OR)
			unite(l, out, &one);
		else if (rc == 0)
			intersect(l, out, &one);
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
		return no_memory(e);
	r->patients = at;
	r->patients[r->n_patients++] = id;
	return 0;
}

static int list_set(struct listing *l, const struct cohort *set, struct err *e)
{
	size_t cap = 0;
	uint32_t number;
	RECALL_EACH(number, set->bits, l->words)
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
	return rc == LODE_NOMEM ? no_memory(e) : rc;
}

int rank_list_patients(struct rank *r, struct err *e)
{
	struct listing l = {.r = r};
	struct cohort set;
	struct err why = {0};
	int rc = cohort_create(r->snapshot, &r->room, &l.all, e);
	if (rc < 0)
		return rc;
	l.words = (l.all.n_numbers + 63) / 64;
	l.left = new_set(&l);
	l.right = new_set(&l);
	l.position = new_set(&l);
	l.positions = new_set(&l);
	if (!l.left.bits || !l.right.bits || !l.position.bits || !l.positions.bits)
		return no_memory(e);
	for (uint32_t i = 0; i < l.all.n_numbers; i++)
		recall_set(l.all.bits, i);
	rc = runs_open(r->snapshot, true, &r->room, &l.runs, &l.n_runs, &why);
	if (rc == 0)
		rc = judge(&l, r->tree, &set, &why);
	for (uint32_t k = 0; k < r->n_items && rc == 0; k++)
		rc = add_scored(&l, r->items[k].node, &set, &why);
	bool everybody = rc == 0 && memcmp(set.bits, l.all.bits, l.words * sizeof(uint64_t)) == 0;
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
