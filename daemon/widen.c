/* Looks at the chart: by the condition's own names, and, when nothing but hints comes of that, wider
 * ones, one after the other until one of them finds something that is no hint (docs/lexicon.md).
 *
 * Evidence must be in date order whatever look found it, and a place is shown once: ask_widen puts it
 * in order at the end. */
#include "daemon/ask_state.h"
#include "daemon/indication.h"
#include "daemon/score.h"

#include <stdlib.h>

struct visit {
	struct request *r;
	struct ask *q;
	const struct names *names;
	uint32_t first; /* number of the first of them in q->names */
};

static int on_note(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct visit *v = arg;
	uint32_t before = v->q->n_evidence;
	int rc = ask_add_hits(v->r, v->q, v->names, note, doc, hits, n_hits);
	for (uint32_t i = before; i < v->q->n_evidence; i++)
		v->q->evidence[i].name += v->first;
	return rc;
}

/* Counts of several searches: complete when all were. */
static void add_counts(struct search_counts *to, const struct search_counts *c, bool is_first)
{
	if (is_first) {
		*to = *c;
		return;
	}
	to->chunks_matched += c->chunks_matched;
	if (c->notes_searched < to->notes_searched)
		to->notes_searched = c->notes_searched;
	if (to->complete && !c->complete)
		memcpy(to->why, c->why, sizeof(to->why));
	to->complete &= c->complete;
}

int ask_search(struct request *r, struct ask *q, const struct names *names, enum ask_look look,
	int (*each)(void *arg, const struct note_view *note, const struct tok_doc *doc,
		const struct hit *hits, uint32_t n_hits),
	void *arg, struct err *e)
{
	struct search_stop stop = request_stop(r);
	struct search_counts counts = {0};
	uint32_t before = q->n_evidence;
	struct ask_round *round = &q->rounds[q->n_rounds++];
	*round = (struct ask_round){.look = look};
	int rc = chart_find(q->chart, names, &q->scope, r->worker->tok, &stop, &r->worker->scratch,
		each, arg, &counts, e);
	if (rc == 0)
		rc = score_from(r, q, before, e);
	if (rc)
		return rc;
	add_counts(&q->counts, &counts, q->n_rounds == 1);
	round->mentions = q->n_evidence - before;
	return 0;
}

int ask_append_names(struct ask *q, const struct names *more, uint32_t *first)
{
	struct name *at = arena_array(&q->memory, struct name, q->names.n + more->n + 1UL);
	if (!at)
		return LODE_NOMEM;
	if (q->names.n)
		memcpy(at, q->names.at, q->names.n * sizeof(*at));
	if (more->n)
		memcpy(at + q->names.n, more->at, more->n * sizeof(*at));
	*first = q->names.n;
	q->names.at = at;
	q->names.n += more->n;
	return 0;
}

/* Names [first, first + n) of q->names are new in the round that comes. */
static int look_for(struct request *r, struct ask *q, uint32_t first, uint32_t n,
	enum ask_look look, struct err *e)
{
	struct names names = {.at = q->names.at + first,
		.n = n,
		.unlike = q->names.unlike,
		.n_unlike = q->names.n_unlike};
	struct visit visit = {r, q, &names, first};
	unsigned round = q->n_rounds;
	int rc = ask_search(r, q, &names, look, on_note, &visit, e);
	q->rounds[round].first_name = first;
	q->rounds[round].n_names = n;
	return rc;
}

int ask_look_names(struct request *r, struct ask *q, enum ask_look look, struct err *e)
{
	uint32_t n = look == LOOK_NAMES ? q->names.n_first : q->names.n_full;
	return look_for(r, q, 0, n, LOOK_NAMES, e);
}

static int look_for_synonyms(struct request *r, struct ask *q, struct err *e)
{
	uint32_t n = q->names.n_full - q->names.n_first;
	if (q->synonyms_first || n == 0)
		return 0;
	return look_for(r, q, q->names.n_first, n, LOOK_SYNONYMS, e);
}

int ask_look_spellings(struct request *r, struct ask *q, struct err *e)
{
	struct names made;
	uint32_t first;
	if (!q->spelling)
		return 0;
	int rc = chart_respell(
		q->chart, &q->names_options, &q->names, r->worker->tok, &q->memory, &made, e);
	if (rc || made.n == 0)
		return rc;
	if (ask_append_names(q, &made, &first))
		return err_set(e, LODE_NOMEM, "no memory for the question");
	return look_for(r, q, first, made.n, LOOK_SPELLING, e);
}

/* Names of what is_a the condition that were not asked for from the first. */
int ask_look_narrower(struct request *r, struct ask *q, struct err *e)
{
	struct names_options options = q->names_options;
	struct names all;
	uint32_t first, kept = 0;
	if (options.narrower)
		return 0;
	options.narrower = true;
	options.initials = false;
	int rc = names_widen_by(
		&options, q->questions[q->current].condition, r->worker->tok, &q->memory, &all, e);
	for (uint32_t i = 0; rc == 0 && i < all.n_full; i++) {
		bool known = all.at[i].relation != NAME_NARROWER || all.at[i].is_ambiguous;
		for (uint32_t k = 0; k < q->names.n_full && !known; k++)
			known = slice_eq(q->names.at[k].text, all.at[i].text);
		if (!known)
			all.at[kept++] = all.at[i];
	}
	all.n = kept;
	if (rc || kept == 0)
		return rc;
	if (ask_append_names(q, &all, &first))
		return err_set(e, LODE_NOMEM, "no memory for the question");
	return look_for(r, q, first, kept, LOOK_NARROWER, e);
}

/* ---- initials ---- */

enum {
	INITIALS_MAX = 8,
	BESIDE_MAX = 12,
	BESIDE_LEAST = 5 /* words, and bytes of one, that bear the initials out */
};

struct beside {
	struct visit visit;
	uint32_t n_initials; /* names before this are initials, the rest words */
};

static int on_initials(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct beside *b = arg;
	struct hit *kept = arena_array(&b->visit.r->worker->scratch, struct hit, n_hits);
	uint32_t n = 0;
	if (!kept)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < n_hits; i++)
		if (hits[i].name < b->n_initials)
			kept[n++] = hits[i];
	return n < n_hits && n > 0 ? on_note(&b->visit, note, doc, kept, n) : 0;
}

/* The initials, then the words that bear them out, in `at`; out->n 0: there is nothing to look for. */
static int initials_and_words(struct request *r, struct ask *q,
	struct name at[INITIALS_MAX + BESIDE_MAX], uint32_t *n_initials, struct names *out,
	struct err *e)
{
	struct tok_doc d;
	uint32_t n = 0;
	*out = (struct names){.at = at};
	for (uint32_t i = q->names.n_full; i < q->names.n && n < INITIALS_MAX; i++) {
		if (!q->names.at[i].is_initials)
			break;
		at[n++] = q->names.at[i];
	}
	*n_initials = n;
	if (n == 0)
		return 0;
	int rc = tok_words(r->worker->tok, q->questions[q->current].condition, &q->memory, &d, e);
	for (uint32_t i = 0; rc == 0 && i < d.n_words && n < *n_initials + BESIDE_MAX; i++)
		if (d.words[i].term_bytes >= BESIDE_LEAST && d.words[i].kind == TOK_WORD_PLAIN)
			at[n++] =
				(struct name){.text = tok_term(&d, &d.words[i]), .via = VIA_EXACT};
	out->n = n > *n_initials ? n : 0;
	return rc;
}

/* Capitals that may be anything count only where a word that they stand for is in the same note. */
int ask_look_initials(struct request *r, struct ask *q, struct err *e)
{
	uint32_t n = q->names.n_full;
	struct name at[INITIALS_MAX + BESIDE_MAX];
	struct beside b = {.visit = {r, q, NULL, n}};
	struct names names;
	int rc = initials_and_words(r, q, at, &b.n_initials, &names, e);
	if (rc || names.n == 0)
		return rc;
	b.visit.names = &names;
	unsigned round = q->n_rounds;
	rc = ask_search(r, q, &names, LOOK_INITIALS, on_initials, &b, e);
	q->rounds[round].first_name = n;
	q->rounds[round].n_names = b.n_initials;
	return rc;
}

/* ---- in order ---- */

static int by_place(const void *x, const void *y)
{
	const struct evidence *a = x, *b = y;
	int order = slice_cmp(a->date, b->date);
	if (order == 0)
		order = slice_cmp(a->note_id, b->note_id);
	if (order == 0)
		order = (a->start > b->start) - (a->start < b->start);
	if (order == 0)
		order = (a->round > b->round) - (a->round < b->round);
	return order;
}

static bool is_same_note(const struct evidence *a, const struct evidence *b)
{
	return slice_eq(a->note_id, b->note_id);
}

/* Of two pieces of evidence for one place the plain one stays, else that of the earlier look. */
static bool is_better(const struct evidence *a, const struct evidence *b)
{
	bool plain = verdict_is_plain(a), other = verdict_is_plain(b);
	return plain != other ? plain : a->round < b->round;
}

int ask_put_in_order(struct ask *q)
{
	struct note_view *notes = arena_array(&q->memory, struct note_view, q->n_notes + 1UL);
	uint32_t kept = 0, n_notes = 0;
	if (!notes)
		return LODE_NOMEM;
	if (q->n_evidence > 1)
		qsort(q->evidence, q->n_evidence, sizeof(*q->evidence), by_place);
	for (uint32_t i = 0; i < q->n_evidence; i++) {
		struct evidence e = q->evidence[i];
		struct evidence *last = kept ? &q->evidence[kept - 1] : NULL;
		bool same = last && is_same_note(last, &e);
		if (same && e.start < last->end) {
			e.note_order = last->note_order;
			if (is_better(&e, last))
				*last = e;
			continue;
		}
		if (!same)
			notes[n_notes++] = q->notes[e.note_order];
		e.note_order = n_notes - 1;
		q->evidence[kept++] = e;
	}
	q->n_evidence = kept;
	q->notes = notes;
	q->n_notes = n_notes;
	q->cap_notes = n_notes;
	return 0;
}

/* A name that is a hint, whatever stands there, and no other name makes more of it: it is no reason to
 * read a note.  Where one is read it counts still: a hint that is longer is the better reading of its
 * place, and "multiple sclerosis (MS)" makes MS more than a hint. */
static bool is_mere_hint(const struct name *n)
{
	return n->relation == NAME_RELATED || (n->is_ambiguous && !n->in_list && !n->is_adjective);
}

/* What other names say is shown where the asked name has decided (docs/decisions/0011). */
int ask_look_beside(struct request *r, struct ask *q, struct err *e)
{
	uint32_t before = q->n_evidence, kept = before, real = 0;
	if (q->n_plain == 0 || !q->other_names)
		return 0;
	for (uint32_t i = q->names.n_first; i < q->names.n_full; i++) {
		struct name *n = &q->names.at[i];
		n->is_unmasked = true;
		n->is_companion = is_mere_hint(n);
		real += !n->is_companion;
	}
	if (q->windows + SCORE_BESIDE_MAX < q->windows_most)
		q->windows_most = q->windows + SCORE_BESIDE_MAX;
	int rc = real ? look_for_synonyms(r, q, e) : 0;
	q->windows_most = SCORE_WINDOWS_MAX;
	for (uint32_t i = before; i < q->n_evidence; i++) {
		q->evidence[kept] = q->evidence[i];
		q->evidence[kept].is_beside = true;
		kept += verdict_is_plain(&q->evidence[i]);
	}
	q->n_evidence = kept;
	if (rc == 0 && kept > before && ask_put_in_order(q))
		rc = err_set(e, LODE_NOMEM, "no memory for the question");
	return rc;
}

/* ---- the wider looks ---- */

/* The patient's own state: what a chart says of relatives and of what may come settles nothing. */
static bool is_own_state(const struct evidence *e)
{
	return verdict_is_plain(e) && e->said.experiencer == EXP_PATIENT &&
	       e->said.certainty != CERT_HYPOTHETICAL && e->said.temporality != TIME_FUTURE;
}

/* The synonyms, where the asked name found nothing.  A far name is one only if two concepts that share a name are
 * the same thing: it decides where no near one speaks of the patient's own state (docs/decisions/0019). */
static int look_near_first(struct request *r, struct ask *q, struct err *e)
{
	uint32_t before = q->n_evidence;
	bool is_settled = false;
	int rc = look_for_synonyms(r, q, e);
	for (uint32_t i = before; rc == 0 && i < q->n_evidence; i++)
		is_settled |=
			!q->names.at[q->evidence[i].name].is_far && is_own_state(&q->evidence[i]);
	for (uint32_t i = before; is_settled && i < q->n_evidence; i++)
		q->evidence[i].is_beside = q->names.at[q->evidence[i].name].is_far &&
					   verdict_is_plain(&q->evidence[i]);
	return rc;
}

typedef int tell_names(
	void *arg, const struct names *some, const struct names *beside, struct err *e);

/* Who is told what the looks look for, over all charts. */
struct seek {
	struct request *r;
	struct ask *q;
	tell_names *each;
	void *arg;
};

/* Synonyms are among the names that ask_sought tells first. */
static int seek_nothing(struct seek *s, struct err *e)
{
	return 0;
}

static int seek_made(struct seek *s, const struct names *made, struct err *e)
{
	uint32_t first;
	if (made->is_cut)
		return err_set(e, LODE_TOOBIG, "too many names");
	if (made->n == 0)
		return 0;
	if (ask_append_names(s->q, made, &first))
		return err_set(e, LODE_NOMEM, "no memory for the question");
	return s->each(s->arg, made, NULL, e);
}

static int seek_spellings(struct seek *s, struct err *e)
{
	struct names made = {0};
	struct request *r = s->r;
	struct search_stop stop = request_stop(r);
	if (!s->q->spelling)
		return 0;
	int rc = snapshot_respell(r->snapshot, &s->q->names_options, &s->q->names, r->worker->tok,
		&stop, &r->worker->scratch, &s->q->memory, &made, e);
	arena_reset(&r->worker->scratch);
	return rc ? rc : seek_made(s, &made, e);
}

static int seek_qualified(struct seek *s, struct err *e)
{
	struct names made;
	int rc = ask_qualified_names(s->r, s->q, &made, e);
	made.is_cut = false; /* as in the look, which takes those that there are */
	return rc ? rc : seek_made(s, &made, e);
}

static int seek_words(struct seek *s, struct err *e)
{
	struct names words;
	int rc = ask_words_names(s->r, s->q, &words, e);
	return rc || words.n == 0 ? rc : s->each(s->arg, &words, NULL, e);
}

static int seek_initials(struct seek *s, struct err *e)
{
	struct name at[INITIALS_MAX + BESIDE_MAX];
	struct names all;
	uint32_t n;
	int rc = initials_and_words(s->r, s->q, at, &n, &all, e);
	if (rc || all.n == 0)
		return rc;
	struct names initials = {.at = at, .n = n}, words = {.at = at + n, .n = all.n - n};
	return s->each(s->arg, &initials, &words, e);
}

static int seek_indications(struct seek *s, struct err *e)
{
	struct names signs;
	int rc = ask_sign_names(s->r, s->q, &signs, e);
	if (rc == 0 && signs.is_cut)
		return err_set(e, LODE_TOOBIG, "too many signs");
	return rc || signs.n == 0 ? rc : s->each(s->arg, &signs, NULL, e);
}

/* Every look with what it looks for: a screen leaves out the charts that have nothing of it, so a look without a
 * true `seek` would make it answer otherwise than ask. */
static const struct {
	int (*look)(struct request *r, struct ask *q, struct err *e);
	int (*seek)(struct seek *s, struct err *e);
} looks[] = {
	{look_near_first, seek_nothing},
	{ask_look_spellings, seek_spellings},
	{ask_look_qualified, seek_qualified},
	{ask_look_words, seek_words},
	{ask_look_initials, seek_initials},
};

enum { N_LOOKS = sizeof(looks) / sizeof(looks[0]) };

int ask_widen(struct request *r, struct ask *q, struct err *e)
{
	int rc = 0;
	for (size_t i = 0; i < N_LOOKS && rc == 0 && q->n_plain == 0; i++)
		rc = looks[i].look(r, q, e);
	if (rc == 0 && ask_put_in_order(q))
		rc = err_set(e, LODE_NOMEM, "no memory for the question");
	return rc;
}

int ask_sought(struct request *r, struct ask *q, tell_names *each, void *arg, struct err *e)
{
	struct seek s = {r, q, each, arg};
	arena_release(&q->memory);
	int rc = ask_refuse_two(r, q, e);
	if (rc == 0)
		rc = names_widen_by(&q->names_options, q->questions[q->current].condition,
			r->worker->tok, &q->memory, &q->names, e);
	struct names full = q->names;
	full.n = full.n_full;
	if (rc == 0)
		rc = each(arg, &full, NULL, e);
	for (size_t i = 0; i < N_LOOKS && rc == 0; i++)
		rc = looks[i].seek(&s, e);
	return rc ? rc : seek_indications(&s, e);
}
