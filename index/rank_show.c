/* Ranked search: the best of the scored chunks, with what is asked for of them. */
#include "index/rank.h"

#include <stdlib.h>

/* A chunk that may be among the best. */
struct best {
	struct note_view note;
	struct slice patient;
	struct rank_scored scored;
	struct chunk_view chunk;
	bool lost; /* its text is damaged */
};

/* ---- selection ---- */

static void swap(double *a, double *b)
{
	double t = *a;
	*a = *b;
	*b = t;
}

/* Of three the one between. */
static double median(double a, double b, double c)
{
	double low = a < b ? a : b, high = a < b ? b : a;
	return c < low ? low : c > high ? high : c;
}

/* The k-th largest, k from 0; disorders v.  Quickselect (Hoare 1961) with Dijkstra's three ways, since
 * scores repeat. */
static double kth_largest(double *v, size_t n, size_t k)
{
	size_t low = 0, high = n;
	for (;;) {
		double pivot = median(v[low], v[low + (high - low) / 2], v[high - 1]);
		size_t above = low, i = low, below = high;
		while (i < below) {
			if (v[i] > pivot)
				swap(&v[i++], &v[above++]);
			else if (v[i] < pivot)
				swap(&v[i], &v[--below]);
			else
				i++;
		}
		if (k >= above && k < below)
			return pivot;
		if (k < above)
			high = above;
		else
			low = below;
	}
}

static bool is_one_note(const struct rank_scored *x, const struct rank_scored *y)
{
	return x->patient == y->patient && x->segment == y->segment && x->note == y->note;
}

/* Score, date, patient, note, offset. */
static int by_score(const void *a, const void *b)
{
	const struct best *x = a, *y = b;
	if (x->scored.score != y->scored.score)
		return x->scored.score > y->scored.score ? -1 : 1;
	if (is_one_note(&x->scored, &y->scored))
		return (x->scored.chunk > y->scored.chunk) - (x->scored.chunk < y->scored.chunk);
	int order = slice_cmp(x->note.date, y->note.date);
	if (order == 0)
		order = slice_cmp(x->patient, y->patient);
	return order ? order : slice_cmp(x->note.note_id, y->note.note_id);
}

/* The score of the last that is shown. */
static int find_least(struct rank *r, size_t limit, double *least, struct err *e)
{
	*least = -1;
	if (r->n_found <= limit)
		return 0;
	double *scores = arena_alloc(&r->work, r->n_found * sizeof(*scores));
	if (!scores)
		return err_set(e, LODE_NOMEM, "no memory for results");
	for (size_t i = 0; i < r->n_found; i++)
		scores[i] = r->found[i].score;
	*least = kth_largest(scores, r->n_found, limit - 1);
	return 0;
}

/* Note and borders of a chunk: 1; 0: damaged, and counted. */
static int look_up(struct rank *r, struct best *b, struct err *e)
{
	struct err why = {0};
	int rc = rank_open(r, b->scored.patient, &why);
	if (rc > 0)
		rc = chart_note(r->c, b->scored.segment, b->scored.note, &b->note, &why);
	if (rc == 0)
		rc = segment_chunk(
			&r->c->segments[b->scored.segment].seg, b->scored.chunk, &b->chunk, &why);
	b->patient = r->patients[b->scored.patient];
	if (rc < 0 && rc != LODE_CORRUPT)
		return err_set(e, rc, "%s", why.text);
	if (rc < 0)
		scope_lost(r->counts, 1, why.text);
	return rc == 0;
}

/* Those that may be among the first `limit`, in order. */
static int select_best(struct rank *r, size_t limit, struct best **out, size_t *n, struct err *e)
{
	double least;
	size_t count = 0;
	int rc = find_least(r, limit, &least, e);
	for (size_t i = 0; i < r->n_found && rc == 0; i++)
		count += r->found[i].score >= least;
	struct best *at = rc ? NULL : arena_alloc(&r->work, (count + 1) * sizeof(*at));
	if (!at)
		return rc ? rc : err_set(e, LODE_NOMEM, "no memory for results");
	*n = 0;
	for (size_t i = 0; i < r->n_found && rc >= 0; i++) {
		if (r->found[i].score < least)
			continue;
		at[*n] = (struct best){.scored = r->found[i]};
		rc = look_up(r, &at[*n], e);
		*n += rc > 0;
	}
	if (*n > 1)
		qsort(at, *n, sizeof(*at), by_score);
	*n = *n < limit ? *n : limit;
	*out = at;
	return rc < 0 ? rc : 0;
}

/* ---- one result ---- */

/* Results of one note, in the order of its text: the note is read once for all. */
struct showing {
	struct rank_text text;
	struct hit *hits; /* of the whole note, by start, not overlapping */
	uint32_t n_hits, hit;
	uint32_t byte, cp; /* code points before that byte; only moves forward */
};

static uint32_t cp_at(struct showing *s, uint32_t byte)
{
	struct slice text = s->text.doc.text;
	s->cp += (uint32_t)tok_cp_count(slice_of(text.p + s->byte, byte - s->byte));
	s->byte = byte;
	return s->cp;
}

static int fill_hits(struct showing *s, struct ranked *out, struct arena *a)
{
	while (s->hit < s->n_hits && s->hits[s->hit].start < out->chunk_start)
		s->hit++;
	while (s->hit + out->n_hits < s->n_hits &&
		s->hits[s->hit + out->n_hits].start < out->chunk_end)
		out->n_hits++;
	struct hit *hits = arena_array(a, struct hit, out->n_hits);
	if (!hits)
		return LODE_NOMEM;
	if (out->n_hits > 0)
		memcpy(hits, s->hits + s->hit, out->n_hits * sizeof(*hits));
	out->hits = hits;
	out->start = out->n_hits ? hits[0].start : out->chunk_start;
	out->end = out->n_hits ? hits[0].end : out->chunk_end;
	return 0;
}

static int fill_text(struct showing *s, struct ranked *out, struct arena *a)
{
	const struct tok_doc *d = &s->text.doc;
	out->text = arena_slice(
		a, slice_of(d->text.p + out->chunk_start, out->chunk_end - out->chunk_start));
	if (!out->text.p)
		return LODE_NOMEM;
	out->start_cp = cp_at(s, out->start);
	/* Not through cp_at: the next chunk may begin before the end of a hit. */
	out->end_cp = out->start_cp + (uint32_t)tok_cp_count(slice_of(
					      d->text.p + out->start, out->end - out->start));
	uint32_t section = tok_section_at(d, out->start);
	out->section = section < d->n_sections ? d->sections[section].class : TOK_SEC_NONE;
	return 0;
}

/* Note, score and borders: what needs no text. */
static struct ranked fill(const struct best *b)
{
	return (struct ranked){.patient = b->patient,
		.note = b->note,
		.score = b->scored.score,
		.chunk_start = b->chunk.start,
		.chunk_end = b->chunk.end,
		.start = b->chunk.start,
		.end = b->chunk.end};
}

static int show(struct rank *r, const struct best *b, struct showing *s, struct arena *a,
	struct ranked *out, struct err *e)
{
	*out = fill(b);
	if (out->chunk_end > s->text.doc.text.n)
		return err_set(e, LODE_CORRUPT, "chunk %u ends past its note", b->scored.chunk);
	if (fill_hits(s, out, a) < 0 || (r->query->show == RANKED_TEXT && fill_text(s, out, a) < 0))
		return err_set(e, LODE_NOMEM, "no memory for the results");
	return 0;
}

/* ---- results by note ---- */

static bool is_shown(const struct rank *r, const struct query_node *item)
{
	if (item->kind == QUERY_NEAR)
		for (uint32_t i = 0; i < r->n_items; i++)
			if (r->items[i].node == item)
				return true;
	return item->kind != QUERY_NEAR && r->leaves[item->number].shown &&
	       !r->leaves[item->number].in_near;
}

static size_t gather(
	const struct rank *r, struct showing *s, const struct query_node *item, struct hit *to)
{
	uint32_t n = 0;
	const struct hit *at = rank_places(&s->text, item, &n);
	if (!is_shown(r, item))
		return 0;
	if (to && n > 0)
		memcpy(to, at, n * sizeof(*to));
	return n;
}

static size_t gather_all(const struct rank *r, struct showing *s, struct hit *to)
{
	size_t n = 0;
	for (uint32_t i = 0; i < r->n_leaves; i++)
		n += gather(r, s, r->leaves[i].node, to ? to + n : NULL);
	for (uint32_t i = 0; i < r->n_nears; i++)
		n += gather(r, s, r->nears[i], to ? to + n : NULL);
	return n;
}

static int by_start(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	return (x->start > y->start) - (x->start < y->start);
}

/* All places shown, overlaps resolved. */
static int read_hits(struct rank *r, const struct best *b, struct showing *s, struct err *e)
{
	int rc = rank_read(r, &b->note, r->query->show == RANKED_TEXT, &s->text, e);
	if (rc < 0)
		return rc;
	s->n_hits = (uint32_t)gather_all(r, s, NULL);
	s->hits = arena_alloc(&r->scratch, (s->n_hits + (size_t)1) * sizeof(*s->hits));
	if (!s->hits)
		return err_set(e, LODE_NOMEM, "no memory for the results");
	gather_all(r, s, s->hits);
	if (s->n_hits > 1)
		qsort(s->hits, s->n_hits, sizeof(*s->hits), by_start);
	return matcher_resolve(s->hits, &s->n_hits, &r->scratch) < 0
		       ? err_set(e, LODE_NOMEM, "no memory for the results")
		       : 0;
}

/* Indices into the results, by note and offset. */
static int by_place(const void *a, const void *b, void *arg)
{
	const struct best *best = arg;
	const struct rank_scored *x = &best[*(const uint32_t *)a].scored;
	const struct rank_scored *y = &best[*(const uint32_t *)b].scored;
	if (x->patient != y->patient)
		return x->patient < y->patient ? -1 : 1;
	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	return (x->chunk > y->chunk) - (x->chunk < y->chunk);
}

static int show_note(struct rank *r, struct best *best, const uint32_t *order, size_t n,
	struct arena *a, struct ranked *at, struct err *e)
{
	struct showing s = {0};
	struct err why = {0};
	int rc = scope_stop(r->stop, e);
	if (rc < 0)
		return rc;
	rc = rank_open(r, best[order[0]].scored.patient, &why);
	if (rc > 0)
		rc = read_hits(r, &best[order[0]], &s, &why);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = show(r, &best[order[i]], &s, a, &at[order[i]], &why);
	arena_reset(&r->scratch);
	if (rc == LODE_CORRUPT || rc == LODE_TOOBIG) {
		scope_lost(r->counts, 1, why.text);
		for (size_t i = 0; i < n; i++)
			best[order[i]].lost = true;
		return 0;
	}
	return rc < 0 ? err_set(e, rc, "%s", why.text) : 0;
}

/* at[i] for the i-th best; those of a damaged note are marked lost. */
static int show_notes(struct rank *r, struct best *best, size_t n, struct arena *a,
	struct ranked *at, struct err *e)
{
	uint32_t *order = arena_array(&r->work, uint32_t, n);
	int rc = 0;
	if (!order)
		return err_set(e, LODE_NOMEM, "no memory for %zu results", n);
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	if (n > 1)
		qsort_r(order, n, sizeof(*order), by_place, best);
	for (size_t i = 0, end; i < n && rc == 0; i = end) {
		end = i + 1;
		while (end < n && is_one_note(&best[order[i]].scored, &best[order[end]].scored))
			end++;
		rc = show_note(r, best, order + i, end - i, a, at, e);
	}
	return rc;
}

int rank_show(struct rank *r, struct arena *a, struct ranked_result *out, struct err *e)
{
	struct best *best = NULL;
	size_t n = 0;
	out->matched = r->counts->chunks_matched = r->n_found;
	int rc = r->query->limit ? select_best(r, r->query->limit, &best, &n, e) : 0;
	if (rc < 0)
		return rc;
	out->at = arena_array(a, struct ranked, n);
	if (!out->at)
		return err_set(e, LODE_NOMEM, "no memory for %zu results", n);
	for (size_t i = 0; i < n; i++)
		out->at[i] = fill(&best[i]);
	if (r->query->show != RANKED_CHUNKS)
		rc = show_notes(r, best, n, a, out->at, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		if (!best[i].lost)
			out->at[out->n++] = out->at[i];
	return rc;
}
