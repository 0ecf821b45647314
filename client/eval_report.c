#include "client/eval_report.h"

#include <math.h>
#include <stdlib.h>

const double eval_coverages[EVAL_RISKS] = {0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1};

/* Some of a set's items. */
struct selection {
	const struct eval_item **items;
	size_t n;
};

/* ---- resampling ---- */

static int compare_patients(const void *a, const void *b)
{
	const struct eval_item *const *x = a, *const *y = b;
	int order = slice_cmp((*x)->patient, (*y)->patient);
	return order ? order : ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* What the resampling of a selection needs, in one block of memory. */
struct draws {
	uint32_t *start, *order;
	uint8_t *forced, *decided, *other;
	struct eval_units units;
};

/* Sorts the selection by patient, so that a patient's questions lie together. */
static int draws_make(struct selection *sel, bool by_patient, struct draws *out)
{
	uint32_t *room = calloc(2 * sel->n + 2, sizeof(*room));
	uint8_t *cells = calloc(3 * sel->n + 1, 1);
	if (!room || !cells) {
		free(room);
		free(cells);
		return LODE_NOMEM;
	}
	struct draws d = {.start = room,
		.order = room + sel->n + 1,
		.forced = cells,
		.decided = cells + sel->n,
		.other = cells + 2 * sel->n};
	if (sel->n)
		qsort(sel->items, sel->n, sizeof(struct eval_item *), compare_patients);
	uint32_t units = 0;
	for (size_t i = 0; i < sel->n; i++) {
		const struct eval_item *item = sel->items[i];
		d.order[i] = (uint32_t)i;
		d.forced[i] = (uint8_t)eval_cell_of(&item->outcome);
		d.decided[i] = (uint8_t)eval_cell_decided(&item->outcome);
		if (!by_patient || i == 0 || !slice_eq(item->patient, sel->items[i - 1]->patient))
			d.start[units++] = (uint32_t)i;
	}
	d.start[units] = (uint32_t)sel->n;
	d.units = (struct eval_units){d.start, d.order, units};
	*out = d;
	return 0;
}

static void draws_release(struct draws *d)
{
	free(d->start);
	free(d->forced);
}

/* ---- a part ---- */

static void count(const struct selection *sel, struct eval_part *p)
{
	p->n = sel->n;
	for (size_t i = 0; i < sel->n; i++) {
		const struct eval_item *item = sel->items[i];
		enum eval_cell decided = eval_cell_decided(&item->outcome);
		p->present += item->outcome.is_present;
		p->table[item->outcome.is_present][item->verdict]++;
		p->forced.n[eval_cell_of(&item->outcome)]++;
		if (decided != CELL_NONE)
			p->decided.n[decided]++;
		p->needles += item->has_needle;
		p->found += item->has_needle && item->is_found;
		p->quotes += item->quotes;
		p->bad_quotes += item->bad_quotes;
	}
	eval_scores(&p->forced, p->score);
	eval_scores(&p->decided, p->decided_score);
	eval_wilson(p->found, p->needles, &p->found_low, &p->found_high);
}

static int part_make(
	struct selection *sel, bool by_patient, struct slice name, struct eval_part *out)
{
	struct draws d;
	*out = (struct eval_part){.name = name};
	int rc = draws_make(sel, by_patient, &d);
	if (rc)
		return rc;
	count(sel, out);
	rc = eval_bootstrap(d.forced, &d.units, out->interval);
	if (rc == 0)
		rc = eval_bootstrap(d.decided, &d.units, out->decided_interval);
	draws_release(&d);
	return rc;
}

/* ---- strata ---- */

static int compare_names(const void *a, const void *b)
{
	const struct eval_part *x = a, *y = b;
	return slice_cmp(x->name, y->name);
}

/* The values of field `by`, as parts with a name and nothing else yet. */
static int list_values(struct eval_set *s, unsigned by, struct eval_strata *out)
{
	size_t cap = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct slice name = s->items[i].by[by];
		size_t k = 0;
		while (k < out->n && !slice_eq(out->parts[k].name, name))
			k++;
		if (k < out->n)
			continue;
		struct eval_part *parts =
			arena_grow(&s->arena, out->parts, out->n, sizeof(*parts), &cap);
		if (!parts)
			return LODE_NOMEM;
		out->parts = parts;
		out->parts[out->n++] = (struct eval_part){.name = name};
	}
	if (out->n)
		qsort(out->parts, out->n, sizeof(*out->parts), compare_names);
	return 0;
}

static int strata_make(struct eval_set *s, unsigned by, bool by_patient, struct selection *room,
	struct eval_strata *out)
{
	*out = (struct eval_strata){.field = s->by[by]};
	int rc = list_values(s, by, out);
	for (size_t k = 0; k < out->n && rc == 0; k++) {
		room->n = 0;
		for (size_t i = 0; i < s->n; i++)
			if (slice_eq(s->items[i].by[by], out->parts[k].name))
				room->items[room->n++] = &s->items[i];
		rc = part_make(room, by_patient, out->parts[k].name, &out->parts[k]);
	}
	return rc;
}

/* ---- times, sizes ---- */

static struct eval_times times_of(const struct eval_set *s, unsigned step, double *room)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (!isnan(s->items[i].step_us[step]))
			room[n++] = s->items[i].step_us[step];
	qsort(room, n, sizeof(*room), eval_compare);
	return (struct eval_times){s->steps[step], n, eval_percentile(room, n, 0.5),
		eval_percentile(room, n, 0.9), eval_percentile(room, n, 0.99),
		eval_percentile(room, n, 1)};
}

static struct eval_spread spread_of(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), eval_compare);
	return (struct eval_spread){
		n, eval_percentile(v, n, 0), eval_percentile(v, n, 0.5), eval_percentile(v, n, 1)};
}

static void sizes_make(struct selection *all, double *room, struct eval_report *out)
{
	size_t n = 0;
	qsort(all->items, all->n, sizeof(struct eval_item *), compare_patients);
	for (size_t i = 0; i < all->n; i++) {
		const struct eval_item *item = all->items[i];
		if (i && slice_eq(item->patient, all->items[i - 1]->patient))
			continue;
		out->charts++;
		if (item->words)
			room[n++] = (double)item->words;
	}
	out->words = spread_of(room, n);
	n = 0;
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i]->chunks_total)
			room[n++] = (double)all->items[i]->chunks_matched /
				    (double)all->items[i]->chunks_total;
	out->chunks = spread_of(room, n);
	n = 0;
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i]->tokens)
			room[n++] = (double)all->items[i]->tokens;
	out->tokens = spread_of(room, n);
	n = 0;
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i]->tokens && all->items[i]->words)
			room[n++] = (double)all->items[i]->words / (double)all->items[i]->tokens;
	out->words_per_token = spread_of(room, n);
}

static int probabilities_make(const struct eval_set *s, double *room, struct eval_report *out)
{
	struct eval_outcome *o = calloc(s->n + 1, sizeof(*o));
	if (!o)
		return LODE_NOMEM;
	for (size_t i = 0; i < s->n; i++)
		o[i] = s->items[i].outcome;
	eval_calibrate(o, s->n, &out->calibration);
	int rc = eval_risk(o, s->n, room);
	free(o);
	double sum = 0;
	for (size_t i = 0; i < s->n; i++)
		sum += room[i];
	out->risk_area = sum / (double)s->n;
	for (int k = 0; k < EVAL_RISKS; k++) {
		size_t kept = (size_t)ceil(eval_coverages[k] * (double)s->n - 1e-9);
		out->risk[k] = room[kept ? kept - 1 : 0];
	}
	return rc;
}

/* ---- a second run ---- */

static int against_make(struct selection *sel, const struct eval_set *mine,
	const struct eval_set *other, bool by_patient, struct eval_against *out)
{
	struct draws d;
	int rc = draws_make(sel, by_patient, &d);
	if (rc)
		return rc;
	for (size_t i = 0; i < sel->n; i++) {
		/* Both sets were read from the same file: items stand in the same order. */
		const struct eval_item *item = sel->items[i],
				       *twin = &other->items[item - mine->items];
		bool is_right = eval_is_right(&item->outcome), was = eval_is_right(&twin->outcome);
		d.other[i] = (uint8_t)eval_cell_of(&twin->outcome);
		out->both += is_right && was;
		out->only_this += is_right && !was;
		out->only_other += !is_right && was;
		out->neither += !is_right && !was;
	}
	out->mcnemar = eval_mcnemar(out->only_this, out->only_other);
	rc = eval_paired(d.forced, d.other, &d.units, out->gain);
	draws_release(&d);
	return rc;
}

static void select_all(const struct eval_set *s, struct selection *sel)
{
	sel->n = s->n;
	for (size_t i = 0; i < s->n; i++)
		sel->items[i] = &s->items[i];
}

static int make(struct eval_set *s, const struct eval_set *against, struct selection *sel,
	double *room, struct eval_report *out)
{
	bool by_patient = out->by_patient;
	select_all(s, sel);
	int rc = part_make(sel, by_patient, slice_str("all"), &out->all);
	struct eval_cells always = {
		{[CELL_TP] = out->all.present, [CELL_FP] = s->n - out->all.present}};
	eval_scores(&always, out->always);
	if (rc == 0)
		rc = probabilities_make(s, room, out);
	for (unsigned i = 0; i < s->n_by && rc == 0; i++)
		rc = strata_make(s, i, by_patient, sel, &out->strata[i]);
	for (unsigned i = 0; i < s->n_steps; i++)
		out->times[i] = times_of(s, i, room);
	select_all(s, sel);
	sizes_make(sel, room, out);
	if (rc == 0)
		rc = eval_grid_fill(s, &out->grid);
	if (rc == 0 && against) {
		out->against.file = against->file;
		rc = against_make(sel, s, against, by_patient, &out->against);
	}
	return rc;
}

int eval_report_make(struct eval_set *s, const struct eval_set *against, bool by_patient,
	struct eval_report *out, struct err *e)
{
	struct selection sel = {.items = calloc(s->n + 1, sizeof(struct eval_item *))};
	double *room = calloc(s->n + 1, sizeof(*room));
	*out = (struct eval_report){.set = s, .by_patient = by_patient};
	int rc = sel.items && room ? make(s, against, &sel, room, out) : LODE_NOMEM;
	free(sel.items);
	free(room);
	return rc ? err_set(e, rc, "out of memory") : 0;
}
