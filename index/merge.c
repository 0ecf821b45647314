#include "index/merge.h"

#include "index/order.h"

#include <stdlib.h>

enum { DROPPED = UINT32_MAX };

/* One input on its way: where its terms are read, and where its chunks have gone. */
struct source {
	const struct merge_input *in;
	struct term_walk walk;
	struct joins_walk joins;
	uint32_t *chunk_to; /* by chunk: its number in the new segment, or DROPPED */
};

/* A source in the heap.  Most terms are told apart, or known to be equal, without looking further. */
struct at_term {
	uint64_t head; /* of its current term: order_head */
	uint32_t size; /* bytes of the term */
	uint32_t number;
};

struct merge {
	struct merger *m;
	const struct dict *dict;
	struct source *sources;
	uint32_t n;
	struct at_term *heap; /* by term, then by number of the source: chunks stay ascending */
	uint32_t n_heap;
	struct posting *postings; /* of one term */
	struct err *e;
};

int merger_init(struct merger *m)
{
	*m = (struct merger){0};
	return compressor_create(&m->z);
}

void merger_release(struct merger *m)
{
	compressor_destroy(m->z);
	segment_builder_release(&m->builder);
	buf_release(&m->frame);
	buf_release(&m->text);
	*m = (struct merger){0};
}

/* ---- notes ---- */

static int copy_frames(struct merge *g, const struct source *s, const struct note_view *v)
{
	uint32_t n = segment_frames_of(v->text_bytes);
	int rc = 0;
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		struct slice frame;
		rc = segment_frame(s->in->seg, v->first_frame + i, &frame, g->e);
		if (rc == 0)
			rc = segment_builder_frame(&g->m->builder, frame);
	}
	return rc;
}

static int recode_frames(struct merge *g, const struct source *s, const struct note_view *v)
{
	struct merger *m = g->m;
	buf_clear(&m->text);
	char *room = buf_room(&m->text, (size_t)v->text_bytes + 1);
	if (!room)
		return LODE_NOMEM;
	int rc = segment_text(s->in->seg, v, s->in->dict, m->z, room, g->e);
	if (rc)
		return rc;
	struct slice text = {room, v->text_bytes};
	if (!digest128_eq(digest128(text), v->digest))
		return err_set(g->e, LODE_CORRUPT, "a note's text does not match its digest");
	return codec_put_text(m->z, g->dict, text, &m->frame, &m->builder);
}

/* Chunks come in ascending order; those of dead notes are passed over. */
static int copy_joins(struct merge *g, struct source *s, uint32_t chunk)
{
	const char *joins = NULL;
	uint8_t n = 0;
	int more = 1;
	while (more > 0 && s->joins.chunk <= chunk)
		more = joins_walk_next(&s->joins, &n, &joins, g->e);
	return more < 0 ? more : segment_builder_joins(&g->m->builder, n, joins);
}

static int copy_note(struct merge *g, struct source *s, const struct note_view *v)
{
	struct segment_builder *b = &g->m->builder;
	uint32_t base = b->n_chunks;
	int rc = segment_builder_note(b, v, v->n_chunks);
	for (uint32_t i = 0; rc == 0 && i < v->n_chunks; i++) {
		struct chunk_view c;
		rc = segment_chunk(s->in->seg, v->first_chunk + i, &c, g->e);
		if (rc == 0 && c.note != v->ordinal)
			rc = err_set(g->e, LODE_CORRUPT, "a chunk of another note");
		if (rc == 0)
			rc = segment_builder_chunk(b, c.start, c.end - c.start, c.words);
		if (rc == 0)
			rc = copy_joins(g, s, v->first_chunk + i);
		s->chunk_to[v->first_chunk + i] = base + i;
	}
	if (rc)
		return rc;
	bool is_same = s->in->seg->dict_id == (g->dict ? g->dict->id : 0);
	return is_same ? copy_frames(g, s, v) : recode_frames(g, s, v);
}

static int copy_notes(struct merge *g, struct source *s)
{
	const struct segment *seg = s->in->seg;
	int rc = 0;
	s->chunk_to = malloc(seg->n_chunks * sizeof(*s->chunk_to));
	if (!s->chunk_to)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < seg->n_chunks; i++)
		s->chunk_to[i] = DROPPED;
	for (uint32_t i = 0; rc == 0 && i < seg->n_notes; i++) {
		struct note_view v;
		if (bitmap_get(s->in->dead, i))
			continue;
		rc = segment_note(seg, i, &v, g->e);
		if (rc == 0)
			rc = copy_note(g, s, &v);
	}
	return rc;
}

/* ---- terms ---- */

static struct slice term_of(const struct merge *g, const struct at_term *at)
{
	return term_walk_term(&g->sources[at->number].walk);
}

/* 1: *at stands on its next term; 0: there is none. */
static int walk_on(struct merge *g, struct at_term *at)
{
	int more = term_walk_next(&g->sources[at->number].walk, g->e);
	if (more <= 0)
		return more;
	struct slice term = term_of(g, at);
	at->head = order_head(term);
	at->size = (uint32_t)term.n;
	return more;
}

static int compare(const struct merge *g, const struct at_term *a, const struct at_term *b)
{
	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	if (a->size <= sizeof(a->head) && b->size <= sizeof(b->head))
		return (a->size > b->size) - (a->size < b->size);
	return slice_cmp(term_of(g, a), term_of(g, b));
}

static bool is_before(const struct merge *g, const struct at_term *a, const struct at_term *b)
{
	int c = compare(g, a, b);
	return c ? c < 0 : a->number < b->number;
}

/* heap[at] goes where it belongs below.  First all the way down, then up again: a term that was just
 * read mostly belongs near the leaves (Wegener 1993, bottom-up heapsort). */
static void sift_down(struct merge *g, uint32_t at)
{
	struct at_term moved = g->heap[at];
	uint32_t top = at;
	for (uint32_t child; (child = 2 * at + 1) < g->n_heap; at = child) {
		if (child + 1 < g->n_heap && is_before(g, &g->heap[child + 1], &g->heap[child]))
			child++;
		g->heap[at] = g->heap[child];
	}
	for (uint32_t up; at > top && is_before(g, &moved, &g->heap[up = (at - 1) / 2]); at = up)
		g->heap[at] = g->heap[up];
	g->heap[at] = moved;
}

/* The first source goes on to its next term, or leaves. */
static int advance(struct merge *g)
{
	int more = walk_on(g, &g->heap[0]);
	if (more < 0)
		return more;
	if (more == 0)
		g->heap[0] = g->heap[--g->n_heap];
	if (g->n_heap)
		sift_down(g, 0);
	return 0;
}

static int start_heap(struct merge *g)
{
	for (uint32_t i = 0; i < g->n; i++) {
		struct at_term *at = &g->heap[g->n_heap];
		at->number = i;
		int more = walk_on(g, at);
		if (more < 0)
			return more;
		g->n_heap += more > 0;
	}
	for (uint32_t i = g->n_heap / 2; i-- > 0;)
		sift_down(g, i);
	return 0;
}

/* Live postings of the source's current term, behind the n there are. */
static int take_postings(struct merge *g, const struct source *s, size_t *n)
{
	enum { TF_MOST = (1 << 12) - 1 };
	struct postings p;
	int rc = term_walk_postings(&s->walk, &p, g->e);
	if (rc)
		return rc;
	while (postings_next(&p)) {
		uint32_t to = s->chunk_to[p.chunk];
		if (to != DROPPED)
			g->postings[(*n)++] = (struct posting){
				.chunk = to, .tf = p.tf < TF_MOST ? p.tf : TF_MOST};
	}
	return p.bad ? err_set(g->e, LODE_CORRUPT, "postings do not parse") : 0;
}

/* Does at stand on that term, which `first` stood on? */
static bool is_at(const struct merge *g, const struct at_term *at, const struct at_term *first,
	struct slice term)
{
	return at->head == first->head && at->size == first->size &&
	       (term.n <= sizeof(at->head) || slice_eq(term_of(g, at), term));
}

static int merge_terms(struct merge *g, void (*each)(void *arg, struct slice term), void *arg)
{
	char room[TOK_TERM_MAX];
	int rc = start_heap(g);
	while (rc == 0 && g->n_heap) {
		const struct at_term now = g->heap[0];
		struct slice term = term_of(g, &now);
		size_t n = 0;
		bool is_told = false;
		memcpy(room, term.p, term.n);
		term.p = room;
		while (rc == 0 && g->n_heap && is_at(g, &g->heap[0], &now, term)) {
			const struct source *s = &g->sources[g->heap[0].number];
			size_t before = n;
			rc = take_postings(g, s, &n);
			is_told |= n > before && !s->in->is_covered;
			if (rc == 0)
				rc = advance(g);
		}
		if (rc || n == 0)
			continue;
		segment_builder_term(&g->m->builder, term, g->postings, n);
		if (each && is_told)
			each(arg, term);
	}
	return rc;
}

/* ---- the whole ---- */

static int run(struct merge *g, const struct merge_input *in,
	void (*each)(void *arg, struct slice term), void *arg)
{
	int rc = 0;
	segment_builder_begin(&g->m->builder, g->dict ? g->dict->id : 0);
	for (uint32_t i = 0; rc == 0 && i < g->n; i++) {
		g->sources[i] = (struct source){
			.in = &in[i], .walk = term_walk_of(in[i].seg), .joins = {.s = in[i].seg}};
		/* merge_segments frees the sources; the analyzer loses sight of them.
		 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		rc = copy_notes(g, &g->sources[i]);
	}
	if (rc)
		return rc;
	g->postings = malloc((g->m->builder.n_chunks + 1UL) * sizeof(*g->postings));
	return g->postings ? merge_terms(g, each, arg) : LODE_NOMEM;
}

int merge_segments(struct merger *m, const struct merge_input *in, uint32_t n,
	const struct dict *dict, void (*each)(void *arg, struct slice term), void *arg,
	struct buf *out, struct patient_segment *listed, struct err *e)
{
	struct err why = {0};
	struct merge g = {.m = m, .dict = dict, .n = n, .e = &why};
	g.sources = calloc(n + 1UL, sizeof(*g.sources));
	g.heap = calloc(n + 1UL, sizeof(*g.heap));
	int rc = g.sources && g.heap ? run(&g, in, each, arg) : LODE_NOMEM;
	for (uint32_t i = 0; g.sources && i < n; i++)
		free(g.sources[i].chunk_to);
	free(g.sources);
	free(g.heap);
	free(g.postings);
	const struct segment_builder *b = &m->builder;
	buf_clear(out);
	if (rc == 0 && b->n_notes > 0)
		rc = segment_builder_finish(&m->builder, out);
	if (rc)
		return err_set(e, rc, "merge: %s", why.text[0] ? why.text : err_words(rc));
	*listed = (struct patient_segment){
		.n_notes = b->n_notes, .n_chunks = b->n_chunks, .raw_bytes = b->raw_bytes};
	return 0;
}
