/* Ranked search for people: BM25 over the chunks of one chart.
 *
 * df, the number of chunks and their mean length are those of the live notes of the whole chart,
 * whatever the scope, so that neither a scope nor a compaction changes a score.  A single word is
 * counted from the postings; phrases, words written apart, and everything under a section filter
 * from the text.  df of a phrase is the number of chunks where its words stand close enough. */
#include "index/recall.h"
#include "index/scope.h"

#include <math.h>
#include <stdlib.h>

enum { ITEMS_MAX = 32, WORK_BYTES = 192 << 20 };

static const double K1 = 1.2, B = 0.75;

struct rank_segment {
	struct recall recall;
	uint64_t *may[ITEMS_MAX]; /* chunks that may hold the item */
	uint16_t *tf[ITEMS_MAX];  /* per chunk, from the postings; NULL: only the text can tell */
};

struct scored {
	double score;
	uint32_t note, chunk; /* index in rank.notes; number in its segment */
};

struct rank {
	struct chart *c;
	const struct scope *scope;
	struct tokenizer *t;
	const struct search_stop *stop;
	struct arena work, scratch;
	bool any;
	struct match_name items[ITEMS_MAX];
	uint32_t n_items;
	struct matcher *m;
	struct rank_segment **segments;        /* NULL: damaged */
	uint64_t chunks, words, df[ITEMS_MAX]; /* of live notes */
	double idf[ITEMS_MAX];
	struct note_view *notes;
	size_t n_notes, cap_notes;
	struct scored *found;
	size_t n_found, cap_found;
	struct search_counts *counts;
};

/* ---- the query ---- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static int add_item(struct rank *r, struct slice text, unsigned flags, struct err *e)
{
	struct tok_doc doc;
	int rc = tok_words(r->t, text, &r->work, &doc, e);
	if (rc < 0 || doc.n_words == 0)
		return rc;
	if (r->n_items == ITEMS_MAX)
		return err_set(e, LODE_BADREQ, "query: more than %d words and phrases", ITEMS_MAX);
	r->items[r->n_items++] = (struct match_name){text, VIA_EXACT, flags};
	return 0;
}

static int parse(struct rank *r, struct slice q, struct err *e)
{
	size_t bad;
	int rc = 0;
	if (tok_utf8_check(q, &bad) < 0)
		return err_set(e, LODE_BADREQ, "query: not valid UTF-8 at byte %zu", bad);
	for (size_t i = 0, end; i < q.n && rc == 0; i = end) {
		bool quoted = q.p[i] == '"';
		end = i + 1;
		if (is_blank(q.p[i]))
			continue;
		while (end < q.n && q.p[end] != '"' && (quoted || !is_blank(q.p[end])))
			end++;
		if (quoted && end == q.n)
			return err_set(e, LODE_BADREQ,
				"query: the quote at column %zu is not closed",
				tok_cp_count(slice_of(q.p, i)) + 1);
		size_t start = quoted ? i + 1 : i;
		rc = add_item(
			r, slice_of(q.p + start, end - start), quoted ? MATCH_EXACT_WORDS : 0, e);
		end += quoted;
	}
	if (rc == 0 && r->n_items == 0)
		return err_set(
			e, LODE_BADREQ, "query: no words before column %zu", tok_cp_count(q) + 1);
	return rc;
}

/* ---- what the postings say ---- */

/* Term frequencies of a one-word item, all its forms together. */
static int read_tf(struct rank_segment *s, uint32_t item, uint16_t *tf, struct err *e)
{
	const struct matcher *m = s->recall.m;
	for (uint32_t f = 0; f < m->n_forms; f++) {
		struct postings p;
		uint32_t u = m->forms[f].first;
		while (u < m->forms[f].end && m->uses[u].name != item)
			u++;
		if (u == m->forms[f].end)
			continue;
		int rc = segment_term(s->recall.seg, m->forms[f].term, &p, e);
		if (rc == LODE_NOTFOUND)
			continue;
		if (rc < 0)
			return rc;
		while (postings_next(&p)) {
			uint32_t sum = tf[p.chunk] + p.tf;
			tf[p.chunk] = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
		}
	}
	return 0;
}

static int read_items(struct rank *r, struct rank_segment *s, struct err *e)
{
	for (uint32_t i = 0; i < r->n_items; i++) {
		s->may[i] = recall_bitmap(&s->recall);
		if (!s->may[i])
			return err_set(e, LODE_NOMEM, "no memory for item %u", i);
		recall_name(&s->recall, i, s->may[i], s->may[i]);
		if (r->m->names[i].doc.n_words > 1 || s->recall.split[i] ||
			(r->scope && r->scope->sections))
			continue;
		s->tf[i] = arena_array(&r->work, uint16_t, s->recall.seg->n_chunks);
		if (!s->tf[i])
			return err_set(e, LODE_NOMEM, "no memory for item %u", i);
		int rc = read_tf(s, i, s->tf[i], e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Adds the live chunks of one segment to the figures of the chart. */
static int add_figures(
	struct rank *r, const struct chart_segment *cs, struct rank_segment *s, struct err *e)
{
	uint64_t chunks = 0, words = 0, df[ITEMS_MAX] = {0};
	for (uint32_t i = 0; i < cs->seg.n_chunks; i++) {
		struct chunk_view v;
		int rc = segment_chunk(&cs->seg, i, &v, e);
		if (rc < 0)
			return rc;
		if (chart_note_is_dead(cs, v.note))
			continue;
		chunks++;
		words += v.words;
		for (uint32_t k = 0; k < r->n_items; k++)
			df[k] += recall_has(s->may[k], i);
	}
	r->chunks += chunks;
	r->words += words;
	for (uint32_t k = 0; k < r->n_items; k++)
		r->df[k] += df[k];
	return 0;
}

static int read_segment(struct rank *r, uint32_t segment, struct err *e)
{
	const struct chart_segment *cs = &r->c->segments[segment];
	struct rank_segment *s = arena_new(&r->work, struct rank_segment);
	if (!s)
		return err_set(e, LODE_NOMEM, "no memory for segment %u", segment);
	int rc = recall_begin(&s->recall, r->m, &cs->seg, true, &r->work, e);
	if (rc == 0)
		rc = read_items(r, s, e);
	if (rc == 0)
		rc = add_figures(r, cs, s, e);
	if (rc == 0)
		r->segments[segment] = s;
	return rc;
}

static int read_chart(struct rank *r, struct err *e)
{
	r->segments = arena_array(&r->work, struct rank_segment *, r->c->n_segments);
	if (!r->segments)
		return err_set(e, LODE_NOMEM, "no memory for %u segments", r->c->n_segments);
	for (uint32_t i = 0; i < r->c->n_segments; i++) {
		struct err why = {0};
		if (r->c->segments[i].damaged)
			continue;
		int rc = read_segment(r, i, &why);
		if (rc == LODE_CORRUPT)
			scope_lose_segment(r->c, i, r->scope, r->counts, why.text);
		else if (rc < 0)
			return err_set(e, rc, "%s", why.text);
	}
	for (uint32_t k = 0; k < r->n_items; k++)
		r->idf[k] = log(1 + ((double)r->chunks - (double)r->df[k] + 0.5) /
					    ((double)r->df[k] + 0.5));
	return 0;
}

/* ---- notes ---- */

static bool any_bit(const uint64_t *map, uint32_t first, uint32_t n)
{
	for (uint32_t i = first; i < first + n; i++)
		if (recall_has(map, i))
			return true;
	return false;
}

/* Could the note answer the query?  *unsure: only its text can tell. */
static bool may_answer(
	const struct rank *r, const struct rank_segment *s, const struct note_view *v, bool *unsure)
{
	uint32_t has = 0;
	*unsure = false;
	for (uint32_t k = 0; k < r->n_items; k++) {
		if (!any_bit(s->may[k], v->first_chunk, v->n_chunks))
			continue;
		has++;
		*unsure |= !s->tf[k];
	}
	return r->any ? has > 0 : has == r->n_items;
}

/* All hits of the note inside the section scope, in the scratch arena: LODE_CORRUPT with *why when
 * the text cannot be had. */
static int scan_note(struct rank *r, const struct note_view *v, struct tok_doc *doc,
	struct hit **hits, uint32_t *n, struct err *why)
{
	struct slice text;
	uint32_t kept = 0;
	int rc = chart_text(r->c, v, &r->scratch, &text, why);
	if (rc == 0)
		rc = tok_scan(r->t, text, &r->scratch, doc, why);
	if (rc == 0 && matcher_run(r->m, doc, &r->scratch, hits, n) < 0)
		rc = err_set(why, LODE_NOMEM, "no memory to search a note of %zu bytes", text.n);
	if (rc < 0)
		return rc;
	for (uint32_t i = 0; i < *n; i++)
		if (scope_has_byte(r->scope, doc, (*hits)[i].start))
			(*hits)[kept++] = (*hits)[i];
	*n = kept;
	return 0;
}

/* tf[chunk of the note * n_items + item], from the text. */
static int count_hits(struct rank *r, const struct rank_segment *s, const struct note_view *v,
	uint16_t *tf, struct err *why)
{
	struct tok_doc doc;
	struct hit *hits = NULL;
	uint32_t n = 0, chunk = 0;
	int rc = scan_note(r, v, &doc, &hits, &n, why);
	for (uint32_t i = 0; i < n && rc == 0; i++) {
		struct chunk_view c;
		rc = segment_chunk(s->recall.seg, v->first_chunk + chunk, &c, why);
		while (rc == 0 && hits[i].start >= c.end && chunk + 1 < v->n_chunks)
			rc = segment_chunk(s->recall.seg, v->first_chunk + ++chunk, &c, why);
		uint16_t *at = &tf[chunk * r->n_items + hits[i].name];
		*at = (uint16_t)(*at + (*at < UINT16_MAX));
	}
	return rc;
}

static void copy_tf(
	const struct rank *r, const struct rank_segment *s, const struct note_view *v, uint16_t *tf)
{
	for (uint32_t c = 0; c < v->n_chunks; c++)
		for (uint32_t k = 0; k < r->n_items; k++)
			tf[c * r->n_items + k] = s->tf[k] ? s->tf[k][v->first_chunk + c] : 0;
}

static bool answers(const struct rank *r, const struct note_view *v, const uint16_t *tf)
{
	uint32_t has = 0;
	for (uint32_t k = 0; k < r->n_items; k++) {
		uint32_t c = 0;
		while (c < v->n_chunks && tf[c * r->n_items + k] == 0)
			c++;
		has += c < v->n_chunks;
	}
	return r->any ? has > 0 : has == r->n_items;
}

static double score_of(const struct rank *r, const uint16_t *tf, uint32_t words)
{
	double score = 0, mean = r->words ? (double)r->words / (double)r->chunks : 1;
	for (uint32_t k = 0; k < r->n_items; k++)
		score += r->idf[k] * tf[k] * (K1 + 1) /
			 (tf[k] + K1 * (1 - B + B * (double)words / mean));
	return score;
}

static int keep_chunks(struct rank *r, const struct note_view *v, const uint16_t *tf, struct err *e)
{
	struct note_view *notes =
		arena_grow(&r->work, r->notes, r->n_notes, sizeof(*notes), &r->cap_notes);
	if (!notes)
		return err_set(e, LODE_NOMEM, "no memory for %zu notes", r->n_notes);
	r->notes = notes;
	r->notes[r->n_notes] = *v;
	for (uint32_t c = 0; c < v->n_chunks; c++, tf += r->n_items) {
		uint32_t items = 0;
		struct chunk_view chunk;
		for (uint32_t k = 0; k < r->n_items; k++)
			items += tf[k] > 0;
		if (items == 0)
			continue;
		int rc = segment_chunk(
			&r->c->segments[v->segment].seg, v->first_chunk + c, &chunk, e);
		struct scored *found =
			arena_grow(&r->work, r->found, r->n_found, sizeof(*found), &r->cap_found);
		if (rc < 0 || !found)
			return rc < 0 ? rc : err_set(e, LODE_NOMEM, "no memory for results");
		r->found = found;
		r->found[r->n_found++] = (struct scored){
			score_of(r, tf, chunk.words), (uint32_t)r->n_notes, v->first_chunk + c};
	}
	r->n_notes++;
	return 0;
}

static int rank_note(struct rank *r, const struct note_view *v, struct err *e)
{
	const struct rank_segment *s = r->segments[v->segment];
	struct err why = {0};
	bool unsure;
	if (!scope_has_note(r->scope, v) || !may_answer(r, s, v, &unsure))
		return 0;
	int rc = scope_stop(r->stop, e);
	if (rc < 0)
		return rc;
	uint16_t *tf = arena_array(&r->scratch, uint16_t, (size_t)v->n_chunks * r->n_items);
	if (!tf)
		return err_set(e, LODE_NOMEM, "no memory for a note of %u chunks", v->n_chunks);
	if (unsure)
		rc = count_hits(r, s, v, tf, &why);
	else
		copy_tf(r, s, v, tf);
	if (rc == LODE_CORRUPT) {
		scope_lost(r->counts, 1, why.text);
		return 0;
	}
	if (rc < 0)
		return err_set(e, rc, "%s", why.text);
	return answers(r, v, tf) ? keep_chunks(r, v, tf, e) : 0;
}

static int rank_notes(struct rank *r, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0; i < r->c->n_segments && rc == 0; i++) {
		const struct chart_segment *s = &r->c->segments[i];
		for (uint32_t n = 0; r->segments[i] && n < s->n_notes && rc == 0; n++) {
			struct note_view v;
			if (chart_note_is_dead(s, n))
				continue;
			/* scope_count has counted a record that does not parse. */
			if (chart_note(r->c, i, n, &v, NULL) == 0)
				rc = rank_note(r, &v, e);
			arena_reset(&r->scratch);
		}
	}
	return rc;
}

/* ---- the result ---- */

static int by_score(const void *a, const void *b, void *arg)
{
	const struct scored *x = a, *y = b;
	const struct rank *r = arg;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	int order =
		x->note == y->note ? 0 : scope_note_order(&r->notes[x->note], &r->notes[y->note]);
	return order ? order : x->chunk < y->chunk ? -1 : x->chunk > y->chunk;
}

/* Results of one note, in the order of its text: the note is read and scanned once for all. */
struct showing {
	const struct note_view *note;
	struct tok_doc doc;
	struct hit *hits; /* of the whole note, by start, not overlapping */
	uint32_t n_hits, hit;
	uint32_t byte, cp; /* code points before that byte; only moves forward */
};

static uint32_t cp_at(struct showing *s, uint32_t byte)
{
	s->cp += (uint32_t)tok_cp_count(slice_of(s->doc.text.p + s->byte, byte - s->byte));
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
	return 0;
}

static void fill_place(struct showing *s, struct ranked *out)
{
	uint32_t section;
	out->start = out->n_hits ? out->hits[0].start : out->chunk_start;
	out->end = out->n_hits ? out->hits[0].end : out->chunk_end;
	out->start_cp = cp_at(s, out->start);
	/* Not through cp_at: the next chunk may begin before the end of a hit. */
	out->end_cp = out->start_cp + (uint32_t)tok_cp_count(slice_of(
					      s->doc.text.p + out->start, out->end - out->start));
	section = tok_section_at(&s->doc, out->start);
	out->section = section < s->doc.n_sections ? s->doc.sections[section].class : TOK_SEC_NONE;
}

/* One result with its text and hits; LODE_CORRUPT: its text is damaged. */
static int show(struct rank *r, const struct scored *found, struct showing *s, struct arena *a,
	struct ranked *out, struct err *e)
{
	struct chunk_view chunk = {0};
	int rc = segment_chunk(&r->c->segments[s->note->segment].seg, found->chunk, &chunk, e);
	if (rc < 0)
		return rc;
	if (chunk.end > s->doc.text.n)
		return err_set(e, LODE_CORRUPT, "chunk %u ends past its note", found->chunk);
	*out = (struct ranked){.note = *s->note,
		.score = found->score,
		.chunk_start = chunk.start,
		.chunk_end = chunk.end};
	out->text = arena_slice(a, slice_of(s->doc.text.p + chunk.start, chunk.end - chunk.start));
	if (!out->text.p || fill_hits(s, out, a) < 0)
		return err_set(e, LODE_NOMEM, "no memory for the results");
	fill_place(s, out);
	return 0;
}

static int by_place(const void *a, const void *b, void *arg)
{
	const struct rank *r = arg;
	const struct scored *x = &r->found[*(const uint32_t *)a];
	const struct scored *y = &r->found[*(const uint32_t *)b];
	if (x->note != y->note)
		return x->note < y->note ? -1 : 1;
	return x->chunk < y->chunk ? -1 : x->chunk > y->chunk;
}

/* The results order[0..n), all of one note: LODE_CORRUPT when any of it cannot be had. */
static int show_note(struct rank *r, const uint32_t *order, uint32_t n, struct arena *a,
	struct ranked *at, struct err *e)
{
	struct showing s = {.note = &r->notes[r->found[order[0]].note]};
	int rc = scan_note(r, s.note, &s.doc, &s.hits, &s.n_hits, e);
	if (rc == 0 && matcher_resolve(s.hits, &s.n_hits, &r->scratch) < 0)
		rc = err_set(e, LODE_NOMEM, "no memory for the results");
	for (uint32_t i = 0; i < n && rc == 0; i++)
		rc = show(r, &r->found[order[i]], &s, a, &at[order[i]], e);
	return rc;
}

/* at[i] for the i-th best; those of a damaged note stay without text. */
static int show_notes(struct rank *r, uint32_t n, struct arena *a, struct ranked *at, struct err *e)
{
	uint32_t *order = arena_array(&r->work, uint32_t, n);
	if (!order)
		return err_set(e, LODE_NOMEM, "no memory for %u results", n);
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	if (n > 1)
		qsort_r(order, n, sizeof(*order), by_place, r);
	for (uint32_t i = 0, end; i < n; i = end) {
		struct err why = {0};
		for (end = i + 1; end < n && r->found[order[end]].note == r->found[order[i]].note;)
			end++;
		int rc = scope_stop(r->stop, &why);
		if (rc == 0)
			rc = show_note(r, order + i, end - i, a, at, &why);
		arena_reset(&r->scratch);
		if (rc == LODE_CORRUPT) {
			scope_lost(r->counts, 1, why.text);
			for (uint32_t k = i; k < end; k++)
				at[order[k]].text.p = NULL;
		} else if (rc < 0) {
			return err_set(e, rc, "%s", why.text);
		}
	}
	return 0;
}

static int show_best(
	struct rank *r, uint32_t limit, struct arena *a, struct ranked_result *out, struct err *e)
{
	if (r->n_found > 1)
		qsort_r(r->found, r->n_found, sizeof(*r->found), by_score, r);
	uint32_t n = r->n_found < limit ? (uint32_t)r->n_found : limit;
	out->matched = r->counts->chunks_matched = r->n_found;
	out->at = arena_array(a, struct ranked, n);
	if (!out->at)
		return err_set(e, LODE_NOMEM, "no memory for %u results", n);
	int rc = show_notes(r, n, a, out->at, e);
	for (uint32_t i = 0; i < n && rc == 0; i++)
		if (out->at[i].text.p)
			out->at[out->n++] = out->at[i];
	return rc;
}

int chart_rank(struct chart *c, struct slice query, bool any, const struct scope *scope,
	uint32_t limit, struct tokenizer *t, const struct search_stop *stop, struct arena *a,
	struct ranked_result *out, struct err *e)
{
	struct ranked_result result = {0};
	struct rank *r = calloc(1, sizeof(*r));
	if (!r)
		return err_set(e, LODE_NOMEM, "no memory for a search");
	*r = (struct rank){
		.c = c, .scope = scope, .t = t, .stop = stop, .any = any, .counts = &result.counts};
	arena_init(&r->work, WORK_BYTES);
	arena_init(&r->scratch, WORK_BYTES);
	int rc = scope_check(scope, e);
	if (rc == 0)
		rc = parse(r, query, e);
	if (rc == 0)
		rc = matcher_create(r->items, r->n_items, t, &r->work, &r->m, e);
	if (rc == 0) {
		scope_count(c, scope, &result.counts);
		rc = read_chart(r, e);
	}
	if (rc == 0)
		rc = rank_notes(r, e);
	if (rc == 0)
		rc = show_best(r, limit, a, &result, e);
	if (rc == 0)
		*out = result;
	arena_release(&r->scratch);
	arena_release(&r->work);
	free(r);
	return rc;
}
