/* Ranked search: what the postings say, by chunk and by note.
 *
 * df, the number of chunks and their mean length are those of all live notes, whatever the scope, so that
 * neither a scope nor a compaction changes a score. */
#include "index/rank.h"

static uint64_t count_bits(const uint64_t *map, const uint64_t *live, uint32_t words)
{
	uint64_t n = 0;
	for (uint32_t i = 0; i < words; i++)
		n += (uint64_t)__builtin_popcountll(live ? map[i] & live[i] : map[i]);
	return n;
}

static void unite(uint64_t *a, const uint64_t *b, uint32_t words)
{
	for (uint32_t i = 0; i < words; i++)
		a[i] |= b[i];
}

/* ---- words ---- */

static void add_tf(uint16_t *tf, const struct postings *p)
{
	uint32_t sum = tf[p->chunk] + p->tf;
	tf[p->chunk] = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
}

static uint16_t *new_tf(struct rank *r, const struct rank_segment *s)
{
	return arena_array(&r->room, uint16_t, s->recall.seg->n_chunks);
}

/* Term frequencies of a name of one word, all its forms together. */
static void read_tf(const struct rank_segment *s, uint32_t name, uint16_t *tf)
{
	const struct matcher *m = s->recall.m;
	for (uint32_t f = 0; f < m->n_forms; f++) {
		struct postings p;
		uint32_t u = m->forms[f].first;
		while (u < m->forms[f].end && m->uses[u].name != name)
			u++;
		if (u == m->forms[f].end)
			continue;
		if (recall_postings(&s->recall, f, &p) > 0)
			while (postings_next(&p))
				add_tf(tf, &p);
	}
}

/* Of what a query names by words, the postings know all when it is one word of no mask; but where it may
 * stand split. */
static bool is_known(const struct rank *r, const struct rank_leaf *l)
{
	if (r->scope && r->scope->sections)
		return false;
	return l->node->sections == QUERY_ALL_SECTIONS && !l->node->widened && !l->in_near &&
	       l->n_names == 1 && r->m->names[l->first_name].doc.n_words == 1;
}

/* Notes of chunks. */
static int mark_chunks(struct rank *r, struct rank_segment *s, const uint64_t *chunks,
	uint64_t **notes, struct err *e)
{
	uint32_t chunk;
	*notes = arena_array(&r->room, uint64_t, s->note_words);
	if (!*notes)
		return err_set(e, LODE_NOMEM, "no memory for a search");
	RECALL_EACH(chunk, chunks, s->recall.words)
	{
		struct chunk_view v;
		int rc = segment_chunk(s->recall.seg, chunk, &v, e);
		if (rc < 0)
			return rc;
		recall_set(*notes, v.note);
	}
	return 0;
}

static int read_words(struct rank *r, struct rank_segment *s, uint32_t leaf, struct err *e)
{
	const struct rank_leaf *l = &r->leaves[leaf];
	for (uint32_t i = l->first_name; i < l->first_name + l->n_names; i++)
		recall_name(&s->recall, i, s->chunks[leaf], s->chunks[leaf]);
	if (!is_known(r, l))
		return 0;
	s->tf[leaf] = new_tf(r, s);
	if (!s->tf[leaf])
		return err_set(e, LODE_NOMEM, "no memory for a search");
	read_tf(s, l->first_name, s->tf[leaf]);
	const uint64_t *split = s->recall.split[l->first_name];
	return split ? mark_chunks(r, s, split, &s->doubt[leaf], e) : 0;
}

/* ---- prefixes ---- */

struct prefix_walk {
	struct rank *r;
	struct slice *terms;
	size_t n, cap;
};

static int list_term(void *arg, struct slice term, uint32_t df)
{
	struct prefix_walk *w = arg;
	struct arena *a = &w->r->scratch;
	struct slice *terms = arena_grow(a, w->terms, w->n, sizeof(*terms), &w->cap);
	struct slice copy = arena_slice(a, term);
	if (!terms || !copy.p)
		return LODE_NOMEM;
	w->terms = terms;
	w->terms[w->n++] = copy;
	return 0;
}

/* Digests of the words that a prefix stands for, in live notes. */
struct prefix_terms {
	uint64_t slots[4 * RANK_PREFIX_MAX];
	uint32_t n;
};

static void note_term(struct prefix_terms *seen, struct slice term)
{
	uint64_t digest = digest64(term) | 1;
	uint32_t size = sizeof(seen->slots) / sizeof(*seen->slots);
	uint32_t at = (uint32_t)(digest % size);
	while (seen->slots[at] && seen->slots[at] != digest)
		at = (at + 1) % size;
	seen->n += seen->slots[at] == 0;
	seen->slots[at] = digest;
}

static int read_prefix_term(struct rank *r, struct rank_segment *s, uint32_t leaf,
	struct slice term, bool *live, struct err *e)
{
	struct postings p;
	int rc = segment_term(s->recall.seg, term, &p, e);
	if (rc < 0)
		return rc == LODE_NOTFOUND ? err_set(e, LODE_CORRUPT, "terms are out of order")
					   : rc;
	while (postings_next(&p)) {
		recall_set(s->chunks[leaf], p.chunk);
		*live |= !s->live || recall_has(s->live, p.chunk);
		if (s->tf[leaf])
			add_tf(s->tf[leaf], &p);
	}
	return p.bad ? err_set(e, LODE_CORRUPT, "postings do not parse") : 0;
}

static int read_prefix(struct rank *r, struct rank_segment *s, uint32_t leaf,
	struct prefix_terms *seen, struct err *e)
{
	const struct rank_leaf *l = &r->leaves[leaf];
	struct prefix_walk w = {.r = r};
	bool by_postings = l->node->sections == QUERY_ALL_SECTIONS && !l->in_near &&
			   !(r->scope && r->scope->sections);
	if (by_postings && !(s->tf[leaf] = new_tf(r, s)))
		return err_set(e, LODE_NOMEM, "no memory for a search");
	int rc = segment_terms(s->recall.seg, l->prefix, list_term, &w, e);
	if (rc == LODE_NOMEM)
		err_set(e, rc, "no memory for the words of a prefix");
	for (size_t i = 0; i < w.n && rc == 0; i++) {
		bool live = false;
		/* A mask's term begins with a control sign, so no prefix takes it. */
		rc = read_prefix_term(r, s, leaf, w.terms[i], &live, e);
		if (rc == 0 && live)
			note_term(seen, w.terms[i]);
		if (rc == 0 && seen->n > RANK_PREFIX_MAX)
			rc = err_set(e, LODE_BADREQ,
				"query: column %u: the prefix stands for more than %d words in this "
				"chart; write more letters",
				l->node->column, (int)RANK_PREFIX_MAX);
	}
	arena_reset(&r->scratch);
	return rc;
}

/* ---- segments ---- */

static int find_live(
	struct rank *r, const struct chart_segment *cs, struct rank_segment *s, struct err *e)
{
	s->n_live = cs->seg.n_chunks;
	s->live_words = cs->seg.n_words;
	if (!cs->dead)
		return 0;
	s->live = recall_bitmap(&s->recall);
	if (!s->live)
		return err_set(e, LODE_NOMEM, "no memory for a search");
	for (uint32_t i = 0; i < cs->seg.n_chunks; i++) {
		struct chunk_view v;
		int rc = segment_chunk(&cs->seg, i, &v, e);
		if (rc < 0)
			return rc;
		if (chart_note_is_dead(cs, v.note)) {
			s->n_live--;
			s->live_words -= v.words;
		} else {
			recall_set(s->live, i);
		}
	}
	return 0;
}

static int mark_notes(struct rank *r, struct rank_segment *s, uint32_t leaf, struct err *e)
{
	if (s->chunks[leaf])
		return mark_chunks(r, s, s->chunks[leaf], &s->notes[leaf], e);
	s->notes[leaf] = arena_array(&r->room, uint64_t, s->note_words);
	if (!s->notes[leaf])
		return err_set(e, LODE_NOMEM, "no memory for a search");
	memset(s->notes[leaf], 0xff, s->note_words * sizeof(uint64_t));
	return 0;
}

static int read_leaf(struct rank *r, struct rank_segment *s, uint32_t leaf,
	struct prefix_terms **seen, struct err *e)
{
	const struct query_node *n = r->leaves[leaf].node;
	int rc = 0;
	if (n->kind == QUERY_REGEX)
		return mark_notes(r, s, leaf, e);
	s->chunks[leaf] = recall_bitmap(&s->recall);
	if (n->kind == QUERY_PREFIX && !seen[leaf])
		seen[leaf] = arena_new(&r->room, struct prefix_terms);
	if (!s->chunks[leaf] || (n->kind == QUERY_PREFIX && !seen[leaf]))
		return err_set(e, LODE_NOMEM, "no memory for a search");
	if (n->kind == QUERY_PREFIX)
		rc = read_prefix(r, s, leaf, seen[leaf], e);
	else
		rc = read_words(r, s, leaf, e);
	return rc ? rc : mark_notes(r, s, leaf, e);
}

/* Chunks that hold a leaf, or one of an OR. */
static void unite_leaves(const struct rank_segment *s, const struct query_node *n, uint64_t *out)
{
	if (query_is_place(n)) {
		unite(out, s->chunks[n->number], s->recall.words);
		return;
	}
	for (const struct query_node *c = n->first; c; c = c->next)
		unite_leaves(s, c, out);
}

static uint64_t count_chunks(
	const struct rank_segment *s, const struct query_node *n, uint64_t *room)
{
	memset(room, 0, s->recall.words * sizeof(*room));
	unite_leaves(s, n, room);
	return count_bits(room, s->live, s->recall.words);
}

/* Of each operand of a NEAR, or of the leaf.  room: a bitmap. */
static void add_df(struct rank_item *item, const struct rank_segment *s, uint64_t *room)
{
	const struct query_node *n = item->node;
	uint64_t *df = item->df;
	if (n->kind != QUERY_NEAR) {
		*df += count_bits(s->chunks[n->number], s->live, s->recall.words);
		return;
	}
	for (const struct query_node *c = n->first; c; c = c->next)
		*df++ += count_chunks(s, c, room);
}

static int read_segment(struct rank *r, uint32_t segment, struct prefix_terms **seen, struct err *e)
{
	const struct chart_segment *cs = &r->c->segments[segment];
	struct rank_segment *s = arena_new(&r->room, struct rank_segment);
	if (!s)
		return err_set(e, LODE_NOMEM, "no memory for segment %u", segment);
	s->note_words = (cs->seg.n_notes + 63) / 64;
	int rc = recall_begin(&s->recall, r->m, &cs->seg, true, &r->room, e);
	if (rc == 0)
		rc = find_live(r, cs, s, e);
	for (uint32_t i = 0; i < r->n_leaves && rc == 0; i++)
		rc = read_leaf(r, s, i, seen, e);
	if (rc < 0)
		return rc;
	for (uint32_t k = 0; k < r->n_items; k++)
		add_df(&r->items[k], s, s->recall.scratch);
	if (!r->snapshot) {
		r->chunks += s->n_live;
		r->length += s->live_words;
	}
	r->segments[segment] = s;
	return 0;
}

int rank_recall(struct rank *r, struct err *e)
{
	struct prefix_terms *seen[QUERY_LEAVES_MAX] = {0};
	r->segments = arena_array(&r->room, struct rank_segment *, r->c->n_segments);
	if (!r->segments)
		return err_set(e, LODE_NOMEM, "no memory for %u segments", r->c->n_segments);
	for (uint32_t i = 0; i < r->c->n_segments; i++) {
		struct err why = {0};
		if (r->c->segments[i].damaged)
			continue;
		int rc = scope_stop(r->stop, e);
		if (rc < 0)
			return rc;
		rc = read_segment(r, i, seen, &why);
		if (rc == LODE_CORRUPT)
			scope_lose_segment(r->c, i, r->scope, r->counts, why.text);
		else if (rc < 0)
			return err_set(e, rc, "%s", why.text);
	}
	return 0;
}

/* ---- what may and what must be true ---- */

static int new_verdict(
	struct rank *r, const struct rank_segment *s, struct rank_verdict *out, struct err *e)
{
	out->may = arena_array(&r->scratch, uint64_t, s->note_words);
	out->must = arena_array(&r->scratch, uint64_t, s->note_words);
	return out->may && out->must ? 0 : err_set(e, LODE_NOMEM, "no memory for a search");
}

static int judge_condition(struct rank *r, uint32_t segment, const struct query_node *n,
	struct rank_verdict *v, struct err *e)
{
	const struct chart_segment *cs = &r->c->segments[segment];
	for (uint32_t i = 0; i < cs->seg.n_notes; i++) {
		struct note_view note;
		/* What does not parse is met, and counted, when the notes are gone through. */
		if (chart_note_is_dead(cs, i) || chart_note(r->c, segment, i, &note, NULL) < 0)
			continue;
		if (query_note_passes(n, note.type, note.date))
			recall_set(v->may, i);
	}
	memcpy(v->must, v->may, r->segments[segment]->note_words * sizeof(*v->may));
	return 0;
}

static int judge_joined(struct rank *r, uint32_t segment, const struct query_node *n,
	struct rank_verdict *v, struct err *e)
{
	const struct rank_segment *s = r->segments[segment];
	int rc = rank_judge(r, segment, n->first, v, e);
	for (const struct query_node *c = n->first->next; c && rc == 0; c = c->next) {
		struct rank_verdict one;
		rc = rank_judge(r, segment, c, &one, e);
		for (uint32_t i = 0; i < s->note_words && rc == 0; i++) {
			bool either = n->kind == QUERY_OR;
			v->may[i] = either ? v->may[i] | one.may[i] : v->may[i] & one.may[i];
			v->must[i] = either ? v->must[i] | one.must[i] : v->must[i] & one.must[i];
		}
	}
	if (rc == 0 && n->kind == QUERY_NEAR)
		memset(v->must, 0, s->note_words * sizeof(*v->must));
	return rc;
}

int rank_judge(struct rank *r, uint32_t segment, const struct query_node *n,
	struct rank_verdict *out, struct err *e)
{
	const struct rank_segment *s = r->segments[segment];
	if (n->kind == QUERY_AND || n->kind == QUERY_OR || n->kind == QUERY_NEAR)
		return judge_joined(r, segment, n, out, e);
	int rc = new_verdict(r, s, out, e);
	if (rc < 0)
		return rc;
	if (n->kind == QUERY_TYPE || n->kind == QUERY_DATE)
		return judge_condition(r, segment, n, out, e);
	if (n->kind == QUERY_NOT) {
		struct rank_verdict v;
		rc = rank_judge(r, segment, n->first, &v, e);
		for (uint32_t i = 0; i < s->note_words && rc == 0; i++) {
			out->may[i] = ~v.must[i];
			out->must[i] = ~v.may[i];
		}
		return rc;
	}
	memcpy(out->may, s->notes[n->number], s->note_words * sizeof(uint64_t));
	const uint64_t *doubt = s->doubt[n->number];
	for (uint32_t i = 0; i < s->note_words && s->tf[n->number]; i++)
		out->must[i] = out->may[i] & ~(doubt ? doubt[i] : 0);
	return 0;
}
