/* Ranked search: the course of it.
 *
 * The postings say of each note whether it may answer the query, and whether it must; a text is read only
 * of a note that may and need not, or in which something stands that the postings cannot count. */
#include "index/rank.h"
#include "index/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double K1 = 1.2, B = 0.75;

/* ---- scores ---- */

static double idf_of(const struct rank *r, const struct rank_item *item)
{
	uint64_t df = item->df[0];
	if (item->node->kind == QUERY_NEAR) {
		uint32_t k = 1;
		for (const struct query_node *c = item->node->first->next; c; c = c->next, k++)
			df = item->df[k] < df ? item->df[k] : df;
	}
	return log(1 + ((double)r->chunks - (double)df + 0.5) / ((double)df + 0.5));
}

void rank_score(struct rank *r)
{
	double mean = r->length ? (double)r->length / (double)r->chunks : 1;
	const uint16_t *tf = r->tf;
	for (uint32_t k = 0; k < r->n_items; k++)
		r->items[k].idf = idf_of(r, &r->items[k]);
	for (size_t i = 0; i < r->n_found; i++, tf += r->n_items) {
		double norm = K1 * (1 - B + B * (double)r->found[i].length / mean), score = 0;
		for (uint32_t k = 0; k < r->n_items; k++)
			if (tf[k])
				score += r->items[k].idf * tf[k] * (K1 + 1) / (tf[k] + norm);
		r->found[i].score = score;
	}
}

/* Adds a chunk, and room for its term frequencies, zeroed: NULL when there is no memory. */
static uint16_t *keep(
	struct rank *r, uint32_t segment, uint32_t note, uint32_t chunk, const struct chunk_view *c)
{
	size_t row = r->n_items * sizeof(uint16_t);
	struct rank_scored *found =
		arena_grow(&r->work, r->found, r->n_found, sizeof(*found), &r->cap_found);
	uint16_t *tf = arena_grow(&r->work, r->tf, r->n_found, row ? row : 1, &r->cap_tf);
	if (!found || !tf)
		return NULL;
	r->found = found;
	r->tf = tf;
	r->found[r->n_found] = (struct rank_scored){.patient = r->patient,
		.segment = segment,
		.note = note,
		.chunk = chunk,
		.length = r->snapshot ? c->end - c->start : c->words};
	tf += r->n_found++ * r->n_items;
	return memset(tf, 0, row);
}

static int no_room(struct err *e)
{
	return err_set(e, LODE_NOMEM, "no memory for results");
}

/* A note that answers with nothing to show: its first chunk stands for it. */
static int keep_bare(struct rank *r, const struct note_view *v, struct err *e)
{
	struct chunk_view c;
	int rc = segment_chunk(&r->c->segments[v->segment].seg, v->first_chunk, &c, e);
	if (rc < 0)
		return rc;
	return keep(r, v->segment, v->ordinal, v->first_chunk, &c) ? 0 : no_room(e);
}

/* ---- notes whose text is read ---- */

/* Chunks of a note: hits of each item, and whether anything shown stands there. */
struct tally {
	uint16_t *tf; /* [chunk * n_items + item] */
	bool *shown;  /* [chunk] */
};

static int tally_places(struct rank *r, const struct note_view *v, const struct hit *hits,
	uint32_t n, uint32_t item, struct tally *t, struct err *e)
{
	const struct segment *seg = &r->c->segments[v->segment].seg;
	struct chunk_view c;
	uint32_t chunk = 0;
	int rc = n ? segment_chunk(seg, v->first_chunk, &c, e) : 0;
	for (uint32_t i = 0; i < n && rc == 0; i++) {
		while (rc == 0 && hits[i].start >= c.end && chunk + 1 < v->n_chunks)
			rc = segment_chunk(seg, v->first_chunk + ++chunk, &c, e);
		t->shown[chunk] = true;
		if (item == UINT32_MAX)
			continue;
		uint16_t *tf = &t->tf[(size_t)chunk * r->n_items + item];
		*tf = (uint16_t)(*tf + (*tf < UINT16_MAX));
	}
	return rc;
}

static int tally_note(struct rank *r, const struct note_view *v, const struct rank_text *text,
	struct tally *t, struct err *e)
{
	int rc = 0;
	uint32_t n;
	for (uint32_t k = 0; k < r->n_items && rc == 0; k++) {
		const struct hit *hits = rank_places(text, r->items[k].node, &n);
		rc = tally_places(r, v, hits, n, k, t, e);
	}
	for (uint32_t i = 0; i < r->n_leaves && rc == 0; i++)
		if (r->leaves[i].regex && r->leaves[i].shown)
			rc = tally_places(
				r, v, text->places[i], text->n_places[i], UINT32_MAX, t, e);
	return rc;
}

static int keep_chunks(
	struct rank *r, const struct note_view *v, const struct tally *t, struct err *e)
{
	size_t before = r->n_found, row = r->n_items * sizeof(uint16_t);
	for (uint32_t c = 0; c < v->n_chunks; c++) {
		struct chunk_view chunk;
		if (!t->shown[c])
			continue;
		int rc = segment_chunk(
			&r->c->segments[v->segment].seg, v->first_chunk + c, &chunk, e);
		if (rc < 0)
			return rc;
		uint16_t *tf = keep(r, v->segment, v->ordinal, v->first_chunk + c, &chunk);
		if (!tf)
			return no_room(e);
		memcpy(tf, t->tf + (size_t)c * r->n_items, row);
	}
	return r->n_found == before ? keep_bare(r, v, e) : 0;
}

static int rank_text_of(struct rank *r, const struct note_view *v, struct err *e)
{
	struct rank_text text;
	int rc = rank_read(r, v, false, &text, e);
	if (rc <= 0 || !rank_is_true(r, r->tree, v, &text))
		return rc < 0 ? rc : 0;
	struct tally t = {arena_array(&r->scratch, uint16_t, (size_t)v->n_chunks * r->n_items),
		arena_array(&r->scratch, bool, v->n_chunks)};
	if (!t.tf || !t.shown)
		return err_set(e, LODE_NOMEM, "no memory for a note of %u chunks", v->n_chunks);
	rc = tally_note(r, v, &text, &t, e);
	return rc ? rc : keep_chunks(r, v, &t, e);
}

/* ---- notes of which the postings know all ---- */

/* The notes are done by their chunks, in order; `placed` are those with something to show. */
static int rank_by_postings(struct rank *r, uint32_t segment, const uint64_t *notes, struct err *e)
{
	const struct rank_segment *s = r->segments[segment];
	uint64_t *chunks = arena_array(&r->room, uint64_t, s->recall.words);
	uint16_t *tf[QUERY_LEAVES_MAX];
	uint32_t chunk, n = 0, items[QUERY_LEAVES_MAX];
	if (!chunks)
		return err_set(e, LODE_NOMEM, "no memory for a search");
	for (uint32_t k = 0; k < r->n_items; k++) {
		const struct query_node *node = r->items[k].node;
		if (node->kind == QUERY_NEAR || !s->tf[node->number])
			continue;
		for (uint32_t i = 0; i < s->recall.words; i++)
			chunks[i] |= s->chunks[node->number][i];
		items[n] = k;
		tf[n++] = s->tf[node->number];
	}
	RECALL_EACH(chunk, chunks, s->recall.words)
	{
		struct chunk_view v;
		int rc = segment_chunk(s->recall.seg, chunk, &v, e);
		if (rc < 0)
			return rc;
		if (!notes || !recall_has(notes, v.note))
			continue;
		uint16_t *row = keep(r, segment, v.note, chunk, &v);
		if (!row)
			return no_room(e);
		for (uint32_t k = 0; k < n; k++)
			row[items[k]] = tf[k][chunk];
	}
	return 0;
}

/* ---- which notes, and how ---- */

struct choice {
	uint64_t *notes; /* that may answer, are live and in scope */
	uint64_t *text;  /* of those, whose text must be read */
	uint64_t *bare;  /* of the others, that have nothing to show */
};

static int choose(struct rank *r, uint32_t segment, struct choice *out, struct err *e)
{
	const struct chart_segment *cs = &r->c->segments[segment];
	const struct rank_segment *s = r->segments[segment];
	struct rank_verdict v;
	int rc = rank_judge(r, segment, r->tree, &v, e);
	uint64_t *all = rc ? NULL : arena_array(&r->room, uint64_t, 3 * (size_t)s->note_words);
	if (!all)
		return rc ? rc : err_set(e, LODE_NOMEM, "no memory for a search");
	*out = (struct choice){all, all + s->note_words, all + 2 * (size_t)s->note_words};
	for (uint32_t i = 0; i < s->note_words; i++) {
		uint64_t unsure = ~v.must[i], placed = 0;
		for (uint32_t k = 0; k < r->n_leaves; k++) {
			if (!r->leaves[k].shown)
				continue;
			placed |= s->notes[k][i];
			if (!s->tf[k])
				unsure |= s->notes[k][i];
			else if (s->doubt[k])
				unsure |= s->doubt[k][i];
		}
		out->notes[i] = v.may[i] & (cs->dead ? ~cs->dead[i] : ~(uint64_t)0);
		if (i + 1 == s->note_words && cs->seg.n_notes % 64)
			out->notes[i] &= ((uint64_t)1 << cs->seg.n_notes % 64) - 1;
		out->text[i] = out->notes[i] & unsure;
		out->bare[i] = out->notes[i] & ~unsure & ~placed;
	}
	return 0;
}

/* 1: in scope; 0: not, or its record is damaged (which is counted). */
static int look(struct rank *r, uint32_t segment, uint32_t note, struct note_view *v)
{
	struct err why = {0};
	if (chart_note(r->c, segment, note, v, &why) == 0)
		return scope_has_note(r->scope, v);
	/* scope_count has looked at every record when the scope is not the whole. */
	if (scope_is_whole(r->scope))
		scope_lost(r->counts, 1, why.text);
	return 0;
}

static int rank_one(struct rank *r, const struct note_view *v, bool by_text, struct err *e)
{
	struct err why = {0};
	int rc = scope_stop(r->stop, e);
	if (rc < 0)
		return rc;
	if (!by_text)
		return keep_bare(r, v, e);
	size_t before = r->n_found;
	rc = rank_text_of(r, v, &why);
	arena_reset(&r->scratch);
	if (rc == LODE_CORRUPT || rc == LODE_TOOBIG) {
		r->n_found = before;
		scope_lost(r->counts, 1, why.text);
		return 0;
	}
	return rc < 0 ? err_set(e, rc, "%s", why.text) : 0;
}

static int rank_segment(struct rank *r, uint32_t segment, struct err *e)
{
	const struct rank_segment *s = r->segments[segment];
	bool whole = scope_is_whole(r->scope);
	struct choice c = {0};
	uint32_t note;
	int rc = choose(r, segment, &c, e);
	arena_reset(&r->scratch);
	if (rc < 0 || !c.notes)
		return rc;
	RECALL_EACH(note, c.notes, s->note_words)
	{
		struct note_view v;
		bool by_text = recall_has(c.text, note), bare = recall_has(c.bare, note);
		if (whole && !by_text && !bare)
			continue;
		if (!look(r, segment, note, &v)) {
			c.notes[note >> 6] &= ~((uint64_t)1 << (note & 63));
			continue;
		}
		if (by_text || bare)
			rc = rank_one(r, &v, by_text, e);
		if (rc < 0)
			return rc;
	}
	for (uint32_t i = 0; i < s->note_words; i++)
		c.notes[i] &= ~c.text[i];
	return rank_by_postings(r, segment, c.notes, e);
}

static int rank_segments(struct rank *r, struct err *e)
{
	for (uint32_t i = 0; i < r->c->n_segments; i++) {
		struct err why = {0};
		size_t before = r->n_found;
		if (!r->segments[i])
			continue;
		int rc = rank_segment(r, i, &why);
		if (rc == LODE_CORRUPT) {
			r->n_found = before;
			scope_lose_segment(r->c, i, r->scope, r->counts, why.text);
		} else if (rc < 0) {
			return err_set(e, rc, "%s", why.text);
		}
	}
	return 0;
}

int rank_chart(struct rank *r, struct err *e)
{
	int rc = rank_recall(r, e);
	return rc ? rc : rank_segments(r, e);
}

/* ---- one chart, or all ---- */

static struct rank *begin(const struct rank_query *query, const struct scope *scope,
	struct tokenizer *t, const struct search_stop *stop, struct search_counts *counts)
{
	struct rank *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->query = query;
	r->scope = scope;
	r->t = t;
	r->stop = stop;
	r->counts = counts;
	arena_init(&r->work, RANK_WORK_BYTES);
	arena_init(&r->room, RANK_WORK_BYTES);
	arena_init(&r->scratch, RANK_WORK_BYTES);
	return r;
}

static void end(struct rank *r)
{
	rank_compile_release(r);
	arena_release(&r->scratch);
	arena_release(&r->room);
	arena_release(&r->work);
	free(r);
}

/* Nothing was found, in segments that may have been verified a while ago (trust.h). */
static void recheck(struct chart *c, const struct scope *scope, struct search_counts *counts)
{
	uint64_t before = c->info.damaged_segments;
	chart_recheck(c);
	if (counts->complete && c->info.damaged_segments > before)
		scope_count(c, scope, counts);
}

int chart_rank(struct chart *c, const struct rank_query *query, const struct scope *scope,
	struct tokenizer *t, const struct search_stop *stop, struct arena *a,
	struct ranked_result *out, struct err *e)
{
	struct ranked_result result = {0};
	struct rank *r = begin(query, scope, t, stop, &result.counts);
	if (!r)
		return err_set(e, LODE_NOMEM, "no memory for a search");
	r->c = c;
	r->patients = &c->patient;
	r->n_patients = 1;
	int rc = scope_check(scope, e);
	if (rc == 0)
		rc = rank_compile(r, e);
	if (rc == 0) {
		scope_count(c, scope, &result.counts);
		rc = rank_chart(r, e);
	}
	if (rc == 0 && r->n_found == 0)
		recheck(c, scope, &result.counts);
	if (rc == 0) {
		rank_score(r);
		rc = rank_show(r, a, &result, e);
	}
	if (rc == 0)
		*out = result;
	end(r);
	return rc;
}

/* Counts of one chart added to those of all. */
static void add_counts(struct search_counts *all, const struct search_counts *one)
{
	all->notes_in_scope += one->notes_in_scope;
	all->notes_searched += one->notes_searched;
	if (!one->complete && !all->why[0])
		memcpy(all->why, one->why, sizeof(all->why));
	all->complete &= one->complete;
}

/* One chart of the list: 1 when there is such a patient. */
static int rank_patient(struct rank *r, uint32_t i, struct search_counts *all, struct err *e)
{
	struct search_counts one;
	struct err why = {0};
	int rc = scope_stop(r->stop, e);
	if (rc < 0)
		return rc;
	rc = rank_open(r, i, &why);
	if (rc == LODE_CORRUPT) {
		all->complete = false;
		if (!all->why[0])
			snprintf(all->why, sizeof(all->why), "a patient record: %.120s", why.text);
		return 0;
	}
	if (rc <= 0)
		return rc ? err_set(e, rc, "%s", why.text) : 0;
	scope_count(r->c, r->scope, &one);
	r->counts = &one;
	rc = rank_chart(r, e);
	r->counts = all;
	add_counts(all, &one);
	return rc ? rc : 1;
}

static int rank_patients(struct rank *r, struct ranked_result *out, struct err *e)
{
	int rc = 0;
	struct search_counts *all = &out->counts;
	*all = (struct search_counts){.notes_total = r->snapshot->state.notes,
		.chunks_total = r->snapshot->state.chunks,
		.complete = true};
	out->patients_total = r->snapshot->state.patients;
	r->chunks = r->snapshot->state.chunks;
	r->length = r->snapshot->state.raw_bytes;
	for (uint32_t i = 0; i < r->n_patients && rc >= 0; i++) {
		rc = rank_patient(r, i, all, e);
		out->patients_opened += rc > 0;
	}
	if (scope_is_whole(r->scope)) {
		uint64_t lost = all->notes_in_scope - all->notes_searched;
		all->notes_in_scope = all->notes_total;
		all->notes_searched = all->notes_total - lost;
	}
	return rc < 0 ? rc : 0;
}

int snapshot_rank(struct snapshot *s, const struct rank_query *query, const struct scope *scope,
	struct tokenizer *t, const struct search_stop *stop, struct arena *a,
	struct ranked_result *out, struct err *e)
{
	struct ranked_result result = {0};
	struct rank *r = begin(query, scope, t, stop, &result.counts);
	if (!r)
		return err_set(e, LODE_NOMEM, "no memory for a search");
	r->snapshot = s;
	int rc = scope_check(scope, e);
	if (rc == 0)
		rc = rank_compile(r, e);
	if (rc == 0)
		rc = rank_list_patients(r, e);
	if (rc == 0)
		rc = rank_patients(r, &result, e);
	if (rc == 0) {
		rank_score(r);
		rc = rank_show(r, a, &result, e);
	}
	if (rc == 0)
		*out = result;
	end(r);
	return rc;
}
