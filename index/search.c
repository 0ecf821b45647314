/* Every mention of some names in one chart: candidates from the postings, the answer from the text. */
#include "index/recall.h"
#include "index/scope.h"

#include <stdlib.h>

/* Candidates and compiled names of one search: a view is some 200 bytes, so this is 300,000 notes. */
enum { WORK_BYTES = 96 << 20 };

struct candidate {
	struct note_view note;
	/* What may make a name stand there: it has one word; all its words are near; a mask for one. */
	bool by_word, by_words, by_mask;
};

struct find {
	struct chart *c;
	const struct scope *scope;
	struct matcher *m;
	const struct names *names;
	struct tokenizer *t;
	struct matcher *unlike; /* names of other things; NULL: none, or no hit yet */
	uint32_t together;      /* of struct names */
	struct arena work;      /* freed at the end of the search */
	struct sieve sieve;
	struct candidate *at;
	size_t n, cap;
	struct search_counts *counts;
};

static int compile(struct find *f, const struct names *names, struct tokenizer *t, struct err *e)
{
	struct match_name *in = arena_array(&f->work, struct match_name, names->n);
	if (names->n == 0)
		return err_set(e, LODE_BADREQ, "no name to search for");
	if (!in)
		return err_set(e, LODE_NOMEM, "no memory for %u names", names->n);
	for (uint32_t i = 0; i < names->n; i++)
		in[i] = (struct match_name){
			names->at[i].text, names->at[i].via, match_flags(&names->at[i])};
	int rc = matcher_create(in, names->n, t, &f->work, &f->m, e);
	if (rc == 0 && sieve_init(&f->sieve, f->m, names->together, &f->work) < 0)
		rc = err_set(e, LODE_NOMEM, "no memory for %u names", names->n);
	return rc;
}

/* Not before there is a hit: it takes longer than a look at a small chart that has none. */
static int compile_unlike(struct find *f, struct err *e)
{
	const struct names *names = f->names;
	if (f->unlike || names->n_unlike == 0)
		return 0;
	struct match_name *in = arena_array(&f->work, struct match_name, names->n_unlike);
	if (!in)
		return err_set(e, LODE_NOMEM, "no memory for %u names", names->n_unlike);
	for (uint32_t i = 0; i < names->n_unlike; i++)
		in[i] = (struct match_name){.text = names->unlike[i]};
	return matcher_create(in, names->n_unlike, f->t, &f->work, &f->unlike, e);
}

static int add_candidate(struct find *f, uint32_t segment, uint32_t note, struct err *e)
{
	struct note_view v;
	if (chart_note_is_dead(&f->c->segments[segment], note))
		return 0;
	int rc = chart_note(f->c, segment, note, &v, e);
	if (rc < 0)
		return rc;
	if (!scope_has_note(f->scope, &v))
		return 0;
	struct candidate *at = arena_grow(&f->work, f->at, f->n, sizeof(*at), &f->cap);
	if (!at)
		return err_set(e, LODE_NOMEM, "no memory for %zu candidate notes", f->n);
	f->at = at;
	f->at[f->n++] = (struct candidate){.note = v};
	return 0;
}

/* Chunks by what may make a name stand there, as in struct candidate. */
struct chunks {
	uint64_t *word, *words, *mask, *any;
};

static int collect_notes(struct find *f, const struct recall *r, uint32_t segment,
	const struct chunks *c, struct err *e)
{
	uint32_t chunk, before = UINT32_MAX;
	size_t n_before = f->n; /* candidates before that note */
	for (uint32_t i = 0; i < r->words; i++)
		c->any[i] = c->word[i] | c->words[i] | c->mask[i];
	RECALL_EACH(chunk, c->any, r->words)
	{
		struct chunk_view v;
		int rc = segment_chunk(&f->c->segments[segment].seg, chunk, &v, e);
		if (rc == 0 && v.note != before) {
			n_before = f->n;
			rc = add_candidate(f, segment, v.note, e);
		}
		if (rc < 0)
			return rc;
		before = v.note;
		if (f->n == n_before)
			continue;
		f->at[n_before].by_word |= recall_has(c->word, chunk);
		f->at[n_before].by_words |= recall_has(c->words, chunk);
		f->at[n_before].by_mask |= recall_has(c->mask, chunk);
	}
	return 0;
}

static int collect_segment(struct find *f, uint32_t segment, struct arena *a, struct err *e)
{
	struct recall r;
	int rc = recall_begin(&r, f->m, &f->c->segments[segment].seg, false, a, e);
	if (rc < 0)
		return rc;
	struct chunks c = {
		recall_bitmap(&r), recall_bitmap(&r), recall_bitmap(&r), recall_bitmap(&r)};
	if (!c.word || !c.words || !c.mask || !c.any ||
		(f->together > 0 && recall_together(&r, f->together, c.words) < 0))
		return err_set(e, LODE_NOMEM, "no memory for %u chunks", r.seg->n_chunks);
	for (uint32_t i = 0; i < f->m->n_names && f->together == 0; i++) {
		const struct match_compiled *n = &f->m->names[i];
		if (!(n->flags & MATCH_COMPANION))
			recall_name(&r, i, n->doc.n_words > 1 ? c.words : c.word, c.mask);
	}
	return collect_notes(f, &r, segment, &c, e);
}

static int by_date(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	return scope_note_order(&x->note, &y->note);
}

static int collect(
	struct find *f, const struct search_stop *stop, struct arena *scratch, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0; i < f->c->n_segments && rc == 0; i++) {
		struct err why = {0};
		size_t n_before = f->n;
		if (f->c->segments[i].damaged)
			continue;
		rc = scope_stop(stop, e);
		if (rc < 0)
			return rc;
		rc = collect_segment(f, i, scratch, &why);
		arena_release(scratch);
		if (rc == LODE_CORRUPT) {
			f->n = n_before;
			scope_lose_segment(f->c, i, f->scope, f->counts, why.text);
			rc = 0;
		} else if (rc < 0 && e) {
			*e = why;
		}
	}
	if (f->n > 1)
		qsort(f->at, f->n, sizeof(*f->at), by_date);
	return rc;
}

static uint32_t in_sections(
	const struct scope *scope, const struct tok_doc *doc, struct hit *hits, uint32_t n)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < n; i++)
		if (scope_has_byte(scope, doc, hits[i].start))
			hits[kept++] = hits[i];
	return kept;
}

/* Drops the hits that lie in a longer name of something else. */
static int drop_unlike(
	struct find *f, const struct tok_doc *doc, struct hit *hits, uint32_t *n, struct arena *a)
{
	struct hit *other;
	uint32_t n_other, kept = 0;
	int rc = *n ? compile_unlike(f, NULL) : 0;
	if (rc < 0 || !f->unlike || *n == 0)
		return rc;
	rc = matcher_run(f->unlike, doc, a, &other, &n_other);
	if (rc < 0 || n_other == 0)
		return rc;
	for (uint32_t i = 0, k = 0; i < *n; i++) {
		bool inside = false;
		while (k < n_other && other[k].end < hits[i].start)
			k++;
		for (uint32_t j = k; j < n_other && other[j].start <= hits[i].start; j++)
			inside |= other[j].end >= hits[i].end;
		if (!inside)
			hits[kept++] = hits[i];
	}
	*n = kept;
	return 0;
}

/* How many chunks of the note hold the start of a hit. */
static uint64_t count_chunks(
	struct find *f, const struct note_view *v, const struct hit *hits, uint32_t n)
{
	uint64_t count = 0;
	uint32_t hit = 0;
	for (uint32_t i = 0; i < v->n_chunks && hit < n; i++) {
		struct chunk_view c;
		if (segment_chunk(&f->c->segments[v->segment].seg, v->first_chunk + i, &c, NULL) <
			0)
			break;
		count += hits[hit].start < c.end;
		while (hit < n && hits[hit].start < c.end)
			hit++;
	}
	return count;
}

typedef int find_each(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits);

static bool may_stand(struct sieve *s, const struct candidate *c, struct slice text)
{
	return c->by_word || (c->by_words && sieve_near_pass(s, text)) ||
	       (c->by_mask && sieve_masks_pass(s, text));
}

static int verify(struct find *f, const struct candidate *candidate, struct tokenizer *t,
	struct arena *scratch, find_each *each, void *arg, struct err *e)
{
	const struct note_view *v = &candidate->note;
	struct slice text;
	struct tok_doc doc;
	struct err why = {0};
	struct hit *hits = NULL;
	uint32_t n = 0;
	int rc = chart_text(f->c, v, scratch, &text, &why);
	if (rc == LODE_CORRUPT) {
		scope_lost(f->counts, 1, why.text);
		return 0;
	}
	if (rc == 0 && !may_stand(&f->sieve, candidate, text))
		return 0;
	/* The same words as tok_scan gives, for less: sections and sentences only where there are hits,
	 * which is as good as certain where the postings have a whole name. */
	bool whole = candidate->by_word;
	if (rc == 0)
		rc = (whole ? tok_scan : tok_words)(t, text, scratch, &doc, &why);
	if (rc == 0 && (matcher_run(f->m, &doc, scratch, &hits, &n) < 0 ||
			       matcher_resolve(hits, &n, scratch) < 0 ||
			       drop_unlike(f, &doc, hits, &n, scratch) < 0))
		rc = err_set(&why, LODE_NOMEM, "no memory to search a note of %zu bytes", text.n);
	if (rc == 0 && n > 0 && !whole)
		rc = tok_scan(t, text, scratch, &doc, &why);
	if (rc < 0)
		return err_set(e, rc, "%s", why.text);
	n = in_sections(f->scope, &doc, hits, n);
	if (n == 0)
		return 0;
	f->counts->chunks_matched += count_chunks(f, v, hits, n);
	return each(arg, v, &doc, hits, n);
}

int chart_find(struct chart *c, const struct names *names, const struct scope *scope,
	struct tokenizer *t, const struct search_stop *stop, struct arena *scratch, find_each *each,
	void *arg, struct search_counts *counts, struct err *e)
{
	struct find f = {.c = c,
		.scope = scope,
		.names = names,
		.t = t,
		.counts = counts,
		.together = names->together};
	arena_init(&f.work, WORK_BYTES);
	int rc = scope_check(scope, e);
	if (rc == 0)
		rc = compile(&f, names, t, e);
	if (rc == 0) {
		scope_count(c, scope, counts);
		rc = collect(&f, stop, scratch, e);
	}
	for (size_t i = 0; i < f.n && rc == 0; i++) {
		rc = scope_stop(stop, e);
		if (rc == 0)
			rc = verify(&f, &f.at[i], t, scratch, each, arg, e);
		arena_reset(scratch);
	}
	arena_release(scratch);
	arena_release(&f.work);
	return rc;
}
