#include "index/narrow.h"

#include "index/scope.h"
#include "index/store.h"

struct cohort narrow_set(struct narrow *n)
{
	return (struct cohort){arena_array(n->a, uint64_t, n->words + 1UL), n->n_numbers};
}

int narrow_no_memory(struct err *e)
{
	return err_set(e, LODE_NOMEM, "no memory for sets of patients");
}

void narrow_clear(const struct narrow *n, struct cohort *c)
{
	memset(c->bits, 0, n->words * sizeof(*c->bits));
}

void narrow_unite(const struct narrow *n, struct cohort *a, const struct cohort *b)
{
	for (uint32_t i = 0; i < n->words; i++)
		a->bits[i] |= b->bits[i];
}

void narrow_intersect(const struct narrow *n, struct cohort *a, const struct cohort *b)
{
	for (uint32_t i = 0; i < n->words; i++)
		a->bits[i] &= b->bits[i];
}

static bool is_empty(const struct narrow *n, const struct cohort *c)
{
	for (uint32_t i = 0; i < n->words; i++)
		if (c->bits[i])
			return false;
	return true;
}

int narrow_init(struct narrow *n, struct snapshot *s, const struct search_stop *stop,
	struct arena *a, struct err *e)
{
	uint32_t numbers = (uint32_t)s->state.next_patient;
	*n = (struct narrow){
		.a = a, .stop = stop, .n_numbers = numbers, .words = (numbers + 63) / 64};
	n->left = narrow_set(n);
	n->right = narrow_set(n);
	n->position = narrow_set(n);
	n->all = narrow_set(n);
	n->but_one = narrow_set(n);
	if (!n->left.bits || !n->right.bits || !n->position.bits || !n->all.bits ||
		!n->but_one.bits)
		return narrow_no_memory(e);
	return runs_open(s, true, a, &n->runs, &n->n_runs, e);
}

/* ---- words ---- */

static int add_term(struct narrow *n, struct cohort *out, struct slice term, struct err *e)
{
	uint64_t digest = digest64(term) | 1;
	struct narrow_term *k = &n->looked_up[digest / 2 % NARROW_LOOKED_UP];
	int rc = 0;
	if (k->digest != digest) {
		rc = scope_stop(n->stop, e);
		if (rc < 0)
			return rc;
		if (!k->set.bits)
			k->set = narrow_set(n);
		if (!k->set.bits)
			return narrow_no_memory(e);
		narrow_clear(n, &k->set);
		rc = runs_add_term(n->runs, n->n_runs, term, &k->set, e);
		k->digest = rc ? 0 : digest;
	}
	if (rc == 0)
		narrow_unite(n, out, &k->set);
	return rc;
}

/* "pre" and "eclampsia", for "preeclampsia". */
static int add_splits(struct narrow *n, struct cohort *out, struct slice term, struct err *e)
{
	int rc = 0;
	for (size_t cut = 1; cut < term.n && rc == 0 && term.n >= MATCH_SPLIT_MIN; cut++) {
		if (((unsigned char)term.p[cut] & 0xc0) == 0x80)
			continue;
		narrow_clear(n, &n->left);
		narrow_clear(n, &n->right);
		rc = add_term(n, &n->left, slice_of(term.p, cut), e);
		if (rc == 0 && !is_empty(n, &n->left))
			rc = add_term(n, &n->right, slice_of(term.p + cut, term.n - cut), e);
		narrow_intersect(n, &n->left, &n->right);
		narrow_unite(n, out, &n->left);
	}
	return rc;
}

/* Patients that have some form of one word of the name. */
static int add_position(struct narrow *n, const struct matcher *m, uint32_t name, uint32_t at,
	struct cohort *out, struct err *e)
{
	bool may_split = !(m->names[name].flags & MATCH_EXACT_WORDS);
	int rc = 0;
	for (uint32_t u = 0; u < m->n_uses && rc == 0; u++) {
		const struct match_use *use = &m->uses[u];
		bool joined = use->kind == MATCH_JOINED;
		if (use->name != name || !(use->at == at || (joined && use->at + 1 == at)))
			continue;
		rc = add_term(n, out, m->forms[use->form].term, e);
		if (rc == 0 && may_split && !joined)
			rc = add_splits(n, out, m->forms[use->form].term, e);
	}
	return rc;
}

static int find_masks(struct narrow *n, struct err *e)
{
	if (n->masks.bits)
		return 0;
	struct cohort masks = narrow_set(n);
	if (!masks.bits)
		return narrow_no_memory(e);
	int rc = runs_add_term(n->runs, n->n_runs, SLICE("\x01m"), &masks, e);
	if (rc == 0)
		n->masks = masks;
	return rc;
}

/* all: patients that have every position so far; but_one: all but one, which a mask may stand for. */
int narrow_name(
	struct narrow *n, const struct matcher *m, uint32_t name, struct cohort *out, struct err *e)
{
	const struct match_compiled *c = &m->names[name];
	int rc = c->flags & MATCH_MASKS ? find_masks(n, e) : 0;
	memset(n->all.bits, 0xff, n->words * sizeof(*n->all.bits));
	narrow_clear(n, &n->but_one);
	for (uint32_t p = 0; p < c->doc.n_words && rc == 0; p++) {
		narrow_clear(n, &n->position);
		rc = add_position(n, m, name, p, &n->position, e);
		narrow_intersect(n, &n->but_one, &n->position);
		if (c->maskable[p])
			narrow_unite(n, &n->but_one, &n->all);
		narrow_intersect(n, &n->all, &n->position);
	}
	if (rc < 0)
		return rc;
	narrow_unite(n, out, &n->all);
	if (n->masks.bits) {
		narrow_intersect(n, &n->but_one, &n->masks);
		narrow_unite(n, out, &n->but_one);
	}
	return 0;
}

/* ---- for those who only have names ---- */

/* Adds who has some of the names, or, with names->together, who has each. */
static int add_names(struct narrow *n, const struct names *names, const struct matcher *m,
	struct cohort *out, struct err *e)
{
	struct cohort one = narrow_set(n), found = narrow_set(n);
	int rc = 0;
	if (!one.bits || !found.bits)
		return narrow_no_memory(e);
	for (uint32_t i = 0; i < names->n && rc == 0; i++) {
		narrow_clear(n, &one);
		rc = narrow_name(n, m, i, &one, e);
		if (i > 0 && names->together)
			narrow_intersect(n, &found, &one);
		else
			narrow_unite(n, &found, &one);
	}
	if (rc == 0)
		narrow_unite(n, out, &found);
	return rc;
}

int cohort_add_names(struct snapshot *s, struct cohort *c, const struct names *names,
	struct tokenizer *t, const struct search_stop *stop, struct arena *scratch, struct err *e)
{
	struct matcher *m = NULL;
	struct narrow *n = arena_new(scratch, struct narrow);
	struct match_name *in = arena_array(scratch, struct match_name, names->n + 1UL);
	if (!n || !in)
		return narrow_no_memory(e);
	if (names->n == 0)
		return 0;
	for (uint32_t i = 0; i < names->n; i++)
		in[i] = (struct match_name){
			names->at[i].text, names->at[i].via, match_flags(&names->at[i])};
	int rc = matcher_create(in, names->n, t, scratch, &m, e);
	if (rc == 0)
		rc = narrow_init(n, s, stop, scratch, e);
	if (rc == 0 && n->n_numbers != c->n_numbers)
		rc = err_set(e, LODE_BUG, "a set of another snapshot");
	return rc ? rc : add_names(n, names, m, c, e);
}
