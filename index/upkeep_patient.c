/* Which segments of a patient are merged, and the merge. */
#include "index/bundle.h"
#include "index/upkeep.h"

#include <stdlib.h>

/* ---- which ---- */

struct plan {
	const struct patient_record *rec;
	struct chart *chart; /* same order of segments */
	bool *taken;
	uint32_t n_taken;
};

static int by_text(const void *left, const void *right, void *arg)
{
	const struct patient_segment *all = arg;
	const struct patient_segment *a = &all[*(const uint32_t *)left],
				     *b = &all[*(const uint32_t *)right];
	if (a->raw_bytes != b->raw_bytes)
		return a->raw_bytes < b->raw_bytes ? -1 : 1;
	return a->segno < b->segno ? -1 : a->segno > b->segno;
}

static void take(struct plan *p, uint32_t i)
{
	if (!p->taken[i])
		p->n_taken++;
	p->taken[i] = true;
}

/* All that is bundled, and of the others, from the smallest on, those that what is taken already
 * outweighs by half: sizes grow geometrically, so a byte is rewritten a few times in its life and a
 * chart has a few segments. */
static int take_fresh(struct plan *p, struct arena *a)
{
	const struct patient_record *r = p->rec;
	uint32_t *order = arena_array(a, uint32_t, r->n_segments);
	uint64_t text = 0;
	if (!order)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < r->n_segments; i++) {
		order[i] = i;
		if (!r->segments[i].bundle)
			continue;
		take(p, i);
		text += r->segments[i].raw_bytes;
	}
	if (p->n_taken == 0)
		return 0;
	qsort_r(order, r->n_segments, sizeof(*order), by_text, r->segments);
	for (uint32_t k = 0; k < r->n_segments; k++) {
		const struct patient_segment *s = &r->segments[order[k]];
		if (p->taken[order[k]])
			continue;
		if (s->raw_bytes > 2 * text || text + s->raw_bytes > UPKEEP_SEGMENT_TEXT)
			break;
		take(p, order[k]);
		text += s->raw_bytes;
	}
	return 0;
}

/* All but those that a single batch would have left so. */
static void take_all(struct plan *p, bool everything, uint32_t dict_id)
{
	const struct patient_record *r = p->rec;
	for (uint32_t i = 0; i < r->n_segments; i++) {
		const struct patient_segment *s = &r->segments[i];
		bool is_full = r->n_segments == 1 || s->raw_bytes > UPKEEP_SEGMENT_TEXT / 2;
		bool is_good = !s->bundle && s->n_dead == 0 && is_full &&
			       p->chart->segments[i].seg.dict_id == dict_id;
		if (everything || !is_good)
			take(p, i);
	}
}

static int make_plan(struct upkeep *u, struct plan *p)
{
	p->taken = arena_array(&u->arena, bool, p->rec->n_segments);
	if (!p->taken)
		return LODE_NOMEM;
	if (u->goal == UPKEEP_FRESH)
		return take_fresh(p, &u->arena);
	take_all(p, u->goal == UPKEEP_PURGE, u->dict ? u->dict->id : 0);
	return 0;
}

/* ---- terms for the cohort index ---- */

struct covering {
	struct upkeep *u;
	uint32_t number;
};

static void cover_term(void *arg, struct slice term)
{
	struct covering *c = arg;
	run_add(&c->u->pairs, term, c->number);
}

static int cover_segment(struct upkeep *u, uint32_t number, const struct segment *s, struct err *e)
{
	struct term_walk w = term_walk_of(s);
	int more;
	while ((more = term_walk_next(&w, e)) > 0)
		run_add(&u->pairs, term_walk_term(&w), number);
	return more;
}

/* Are the segment's terms in runs that stay? */
static bool is_covered(const struct upkeep *u, const struct plan *p, uint32_t i)
{
	return u->goal != UPKEEP_PURGE && p->rec->segments[i].segno < p->rec->covered;
}

/* ---- merging ---- */

/* Segments [*at, ...) that are taken, up to the text of one segment; *at moves behind them. */
static uint32_t next_group(const struct plan *p, uint32_t *at, uint32_t *group)
{
	uint64_t text = 0, chunks = 0;
	uint32_t n = 0;
	for (; *at < p->rec->n_segments; ++*at) {
		const struct patient_segment *s = &p->rec->segments[*at];
		if (!p->taken[*at])
			continue;
		if (n > 0 && (text + s->raw_bytes > UPKEEP_SEGMENT_TEXT ||
				     chunks + s->n_chunks > SEGMENT_CHUNKS_MAX))
			break;
		text += s->raw_bytes;
		chunks += s->n_chunks;
		group[n++] = *at;
	}
	return n;
}

/* One bundled segment that needs no other change gets a place of its own. */
static bool is_move(const struct upkeep *u, const struct plan *p, uint32_t i)
{
	const struct patient_segment *s = &p->rec->segments[i];
	uint32_t wanted = u->dict ? u->dict->id : 0;
	return u->goal != UPKEEP_PURGE && s->bundle && s->n_dead == 0 &&
	       p->chart->segments[i].seg.dict_id == wanted;
}

static int make_moved(
	struct upkeep *u, const struct plan *p, uint32_t i, struct upkeep_made *made, struct err *e)
{
	made->is_moved = true;
	made->listed = p->rec->segments[i];
	if (buf_put_slice(&made->blob, p->chart->segments[i].seg.blob) != 0)
		return err_set(e, LODE_NOMEM, "no memory for a segment");
	return is_covered(u, p, i)
		       ? 0
		       : cover_segment(u, p->rec->number, &p->chart->segments[i].seg, e);
}

static int make_merged(struct upkeep *u, const struct plan *p, const uint32_t *group, uint32_t n,
	struct upkeep_made *made, struct err *e)
{
	struct covering covering = {u, p->rec->number};
	struct merge_input *in = arena_array(&u->arena, struct merge_input, n);
	if (!in)
		return err_set(e, LODE_NOMEM, "no memory for a merge");
	for (uint32_t i = 0; i < n; i++) {
		const struct chart_segment *s = &p->chart->segments[group[i]];
		in[i] = (struct merge_input){&s->seg, s->dead, s->dict, is_covered(u, p, group[i])};
	}
	return merge_segments(
		&u->merger, in, n, u->dict, cover_term, &covering, &made->blob, &made->listed, e);
}

static int make_all(
	struct upkeep *u, const struct plan *p, struct upkeep_patient *out, struct err *e)
{
	uint32_t *group = arena_array(&u->arena, uint32_t, p->n_taken + 1UL);
	out->made = arena_array(&u->arena, struct upkeep_made, p->n_taken + 1UL);
	if (!group || !out->made)
		return err_set(e, LODE_NOMEM, "no memory for a merge");
	int rc = 0;
	for (uint32_t at = 0, n; rc == 0 && (n = next_group(p, &at, group)) > 0;) {
		struct upkeep_made *made = &out->made[out->n_made++];
		rc = n == 1 && is_move(u, p, group[0]) ? make_moved(u, p, group[0], made, e)
						       : make_merged(u, p, group, n, made, e);
		u->text += made->listed.raw_bytes;
		u->memory += made->blob.cap;
	}
	return rc;
}

static int list_consumed(struct upkeep *u, const struct plan *p, struct upkeep_patient *out)
{
	out->consumed = arena_array(&u->arena, struct patient_segment, p->n_taken + 1UL);
	if (!out->consumed)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < p->rec->n_segments; i++)
		if (p->taken[i])
			out->consumed[out->n_consumed++] = p->rec->segments[i];
	return 0;
}

static int cover_untaken(struct upkeep *u, const struct plan *p, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < p->rec->n_segments; i++)
		if (!p->taken[i] && !is_covered(u, p, i))
			rc = cover_segment(u, p->rec->number, &p->chart->segments[i].seg, e);
	return rc;
}

static void release_made(struct upkeep_patient *p)
{
	for (uint32_t i = 0; i < p->n_made; i++)
		buf_release(&p->made[i].blob);
	p->n_made = 0;
}

/* The record and the chart of a patient; LODE_NOTFOUND: deleted since. */
static int read_patient(struct upkeep *u, uint32_t number, struct patient_record *rec,
	struct plan *p, struct err *e)
{
	struct slice id, value;
	struct txn *t = &u->snapshot->txn;
	int rc = store_number(t, number, &id, e);
	if (rc)
		return rc;
	rc = chart_open(u->snapshot, id, &u->arena, &p->chart, e);
	if (rc)
		return rc;
	if (p->chart->info.damaged_segments)
		return err_set(e, LODE_CORRUPT, "%s", p->chart->info.damage);
	rc = txn_get(t, DB_PATIENT, p->chart->patient, &value);
	if (rc)
		return err_set(e, rc, "%s", t->err.text);
	p->rec = rec;
	return patient_decode(p->chart->patient, value, &u->arena, rec, e);
}

static int build(struct upkeep *u, uint32_t number, struct upkeep_patient *out, struct err *e)
{
	struct patient_record rec = {0};
	struct plan p = {0};
	int rc = read_patient(u, number, &rec, &p, e);
	if (rc)
		return rc;
	*out = (struct upkeep_patient){
		.id = p.chart->patient, .number = number, .next_segno = rec.next_segno};
	rc = make_plan(u, &p);
	if (rc == 0)
		rc = list_consumed(u, &p, out);
	if (rc)
		return err_set(e, rc, "no memory for a patient's segments");
	if (p.n_taken == 0 && !patient_is_pending(&rec))
		return LODE_NOTFOUND;
	rc = cover_untaken(u, &p, e);
	return rc ? rc : make_all(u, &p, out, e);
}

int upkeep_add_patient(struct upkeep *u, uint32_t number, struct err *e)
{
	struct err why = {0};
	struct upkeep_patient made = {0};
	int rc = build(u, number, &made, &why);
	if (rc == 0) {
		struct upkeep_patient *p = arena_grow(
			&u->arena, u->patients, u->n_patients, sizeof(*p), &u->patients_cap);
		if (p) {
			u->patients = p;
			p[u->n_patients++] = made;
			return 0;
		}
		rc = err_set(&why, LODE_NOMEM, "no memory for a share of upkeep");
	}
	release_made(&made);
	if (rc == LODE_CORRUPT && u->result.skipped++ == 0)
		memcpy(u->result.damage, why.text, sizeof(u->result.damage));
	if (rc == LODE_NOTFOUND || rc == LODE_CORRUPT)
		return 0;
	return err_set(e, rc, "%s", why.text);
}

/* ---- storing ---- */

/* Are all that the share consumes still there, just so? */
static bool is_unchanged(const struct upkeep_patient *p, const struct patient_record *now)
{
	for (uint32_t i = 0; i < p->n_consumed; i++) {
		const struct patient_segment *c = &p->consumed[i];
		uint32_t k = 0;
		while (k < now->n_segments && now->segments[k].segno != c->segno)
			k++;
		if (k == now->n_segments || now->segments[k].digest != c->digest ||
			now->segments[k].n_dead != c->n_dead ||
			now->segments[k].bundle != c->bundle)
			return false;
	}
	return true;
}

static void remove_consumed(
	struct write *w, const struct upkeep_patient *p, struct patient_record *r)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < r->n_segments; i++) {
		char room[KEY_SEGMENT_BYTES];
		uint32_t k = 0;
		while (k < p->n_consumed && p->consumed[k].segno != r->segments[i].segno)
			k++;
		if (k == p->n_consumed)
			r->segments[kept++] = r->segments[i];
		else if (!r->segments[i].bundle)
			txn_del(&w->txn, DB_SEGMENT,
				key_segment(room, r->number, r->segments[i].segno));
	}
	r->n_segments = kept;
}

static int by_segno(const void *left, const void *right)
{
	const struct patient_segment *a = left, *b = right;
	return (a->segno > b->segno) - (a->segno < b->segno);
}

static void put_made(struct write *w, struct upkeep_made *m, struct patient_record *r)
{
	char room[KEY_SEGMENT_BYTES];
	struct patient_segment *s = &m->listed;
	if (s->n_notes == 0) /* all of them were dead */
		return;
	if (!m->is_moved)
		s->segno = r->next_segno++;
	struct slice key = key_segment(room, r->number, s->segno);
	if (!m->is_moved)
		s->digest = segment_seal(key, m->blob.p, m->blob.n);
	s->bundle = s->at = s->bytes = 0;
	txn_put_new(&w->txn, DB_SEGMENT, key, buf_slice(&m->blob));
	r->segments[r->n_segments++] = *s;
}

int upkeep_put_patient(struct upkeep *u, struct write *w, struct upkeep_patient *p, struct err *e)
{
	struct slice value;
	struct patient_record r;
	int rc = txn_get(&w->txn, DB_PATIENT, p->id, &value);
	if (rc == LODE_NOTFOUND)
		return 0;
	if (rc)
		return err_set(e, rc, "%s", w->txn.err.text);
	uint64_t checksum = record_checksum(value);
	rc = patient_decode(p->id, value, &w->arena, &r, e);
	if (rc)
		return rc;
	if (r.number != p->number)
		return 0;
	if (!is_unchanged(p, &r))
		return buf_put(&u->again, &p->number, sizeof(p->number));
	struct patient_record now = r;
	now.segments = arena_array(
		&w->arena, struct patient_segment, (size_t)r.n_segments + p->n_made + 1);
	if (!now.segments)
		return err_set(e, LODE_NOMEM, "no memory for a patient's segments");
	memcpy(now.segments, r.segments, r.n_segments * sizeof(*r.segments));
	remove_consumed(w, p, &now);
	for (uint32_t i = 0; i < p->n_made; i++)
		put_made(w, &p->made[i], &now);
	qsort(now.segments, now.n_segments, sizeof(*now.segments), by_segno);
	/* What came in since the snapshot lies below what was written now, so it keeps the patient
	 * pending and the terms are covered again: twice does no harm. */
	now.covered = r.next_segno == p->next_segno ? now.next_segno : p->next_segno;
	u->result.patients++;
	u->result.segments_before += r.n_segments;
	u->result.segments_now += now.n_segments;
	for (uint32_t i = 0; i < p->n_made; i++)
		u->result.text_bytes += p->made[i].listed.raw_bytes;
	return write_patient(w, p->id, &r, checksum, &now, e);
}
