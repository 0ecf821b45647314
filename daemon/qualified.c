/* "Severe aortic stenosis" where the chart says "aortic stenosis": the condition is looked for without
 * the words that only qualify it.  Where they stand beside it after all ("stenosis of the aortic
 * valve, severe", "left and right atrial enlargement") it is the condition; where they do not, what is
 * missing is said, and the mention denies what it denies and is else a hint. */
#include "daemon/ask_state.h"
#include "daemon/qualifier.h"

enum {
	ASKED_MAX = 6,  /* qualifiers of one condition */
	BESIDE_MAX = 5, /* words on either side that may qualify */
};

struct look {
	struct request *r;
	struct ask *q;
	const struct names *names; /* of the bare condition */
	uint32_t first;
	const struct qualifier *asked[ASKED_MAX];
	uint32_t n_asked;
};

/* The condition without its qualifiers; empty: it has none, or nothing else. */
static struct slice bare_condition(struct look *l, const struct tok_doc *d)
{
	/* A blank a word besides: nothing parts a mask from the words beside it. */
	char *room = arena_alloc(&l->q->memory, d->text.n + (size_t)d->n_words + 1);
	size_t n = 0, words = 0;
	for (uint32_t i = 0; room && i < d->n_words; i++) {
		struct slice term = tok_term(d, &d->words[i]);
		const struct qualifier *q = qualifier_of(term);
		if (q && l->n_asked < ASKED_MAX) {
			l->asked[l->n_asked++] = q;
			continue;
		}
		size_t bytes = d->words[i].end - d->words[i].start;
		if (n > 0)
			room[n++] = ' ';
		memcpy(room + n, d->text.p + d->words[i].start, bytes);
		n += bytes;
		words += !qualifier_is_small(term);
	}
	return l->n_asked && words ? slice_of(room, n) : (struct slice){0};
}

/* What stands beside a hit: which qualifiers are borne out, and how far the span then reaches. */
struct around {
	uint32_t found; /* bit per asked qualifier */
	bool is_opposed;
	uint32_t first, last; /* words */
};

static void look_at(const struct look *l, const struct tok_doc *d, uint32_t word, struct around *a)
{
	const struct qualifier *q = qualifier_of(tok_term(d, &d->words[word]));
	for (uint32_t i = 0; q && i < l->n_asked; i++) {
		if (qualifier_covers(q, l->asked[i])) {
			a->found |= 1U << i;
			a->first = word < a->first ? word : a->first;
			a->last = word > a->last ? word : a->last;
		}
		a->is_opposed |= qualifier_opposes(q, l->asked[i]);
	}
}

/* Does the walk from the hit go on over this word? */
static bool goes_on(const struct tok_doc *d, uint32_t word)
{
	static const char *const steps[] = {"is", "was", "which", "side", "sided", "remains", NULL};
	struct slice term = tok_term(d, &d->words[word]);
	if (qualifier_of(term) || qualifier_is_small(term))
		return true;
	for (const char *const *p = steps; *p; p++)
		if (slice_eq(term, slice_str(*p)))
			return true;
	return false;
}

static struct around look_around(const struct look *l, const struct tok_doc *d, const struct hit *h)
{
	uint32_t first = qualifier_word_from(d, h->start), end = qualifier_word_from(d, h->end);
	uint32_t sentence = tok_sentence_at(d, h->start);
	uint32_t from = d->sentences[sentence].start, to = d->sentences[sentence].end;
	struct around a = {.first = first, .last = end - 1};
	for (uint32_t i = first; i < end; i++)
		look_at(l, d, i, &a);
	for (uint32_t i = first; i > 0 && first - i < BESIDE_MAX; i--) {
		if (d->words[i - 1].start < from || !goes_on(d, i - 1))
			break;
		look_at(l, d, i - 1, &a);
	}
	for (uint32_t i = end; i < d->n_words && i - end < BESIDE_MAX; i++) {
		if (d->words[i].end > to || !goes_on(d, i))
			break;
		look_at(l, d, i, &a);
	}
	return a;
}

/* The qualifiers that do not stand there, blanks between. */
static int missing(struct look *l, const struct around *a, struct slice *out)
{
	size_t n = 0;
	char *room = arena_alloc(&l->q->memory, (size_t)ASKED_MAX * 16);
	if (!room)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < l->n_asked; i++) {
		if (a->found >> i & 1)
			continue;
		size_t bytes = strlen(l->asked[i]->word);
		if (n > 0)
			room[n++] = ' ';
		memcpy(room + n, l->asked[i]->word, bytes);
		n += bytes;
	}
	*out = slice_of(room, n);
	return 0;
}

static int on_note(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct look *l = arg;
	int rc = 0;
	for (uint32_t i = 0; i < n_hits && rc == 0; i++) {
		const struct name *name = &l->names->at[hits[i].name];
		struct around a = look_around(l, doc, &hits[i]);
		struct hit_sense sense = {.is_ambiguous = name->is_ambiguous};
		struct hit hit = hits[i];
		if (a.found + 1 < 1U << l->n_asked) {
			if (a.is_opposed)
				continue;
			sense.relation = NAME_BROADER;
			rc = missing(l, &a, &sense.partial);
		} else {
			hit.start = doc->words[a.first].start < hit.start
					    ? doc->words[a.first].start
					    : hit.start;
			hit.end =
				doc->words[a.last].end > hit.end ? doc->words[a.last].end : hit.end;
			hit.via = hit.via == VIA_EXACT ? VIA_INFLECTION : hit.via;
		}
		hit.name += l->first;
		if (rc == 0)
			rc = ask_add_mention(
				l->r, l->q, note, doc, &hit, &sense, &l->r->worker->scratch);
	}
	return rc;
}

/* Names of the bare condition; n 0: it is bare already. */
static int bare_names(struct look *l, struct names *out, struct err *e)
{
	struct ask *q = l->q;
	struct tokenizer *tok = l->r->worker->tok;
	struct names_options options = q->names_options;
	struct tok_doc d;
	uint32_t n = 0;
	options.narrower = options.initials = false;
	*out = (struct names){0};
	int rc = tok_words(tok, q->questions[q->current].condition, &q->memory, &d, e);
	struct slice bare = rc ? (struct slice){0} : bare_condition(l, &d);
	if (rc || bare.n == 0)
		return rc;
	rc = names_widen_by(&options, bare, tok, &q->memory, out, e);
	for (uint32_t i = 0; rc == 0 && i < out->n_full; i++)
		if (out->at[i].relation == NAME_SAME) {
			out->at[n] = out->at[i];
			out->at[n++].relation = NAME_BROADER;
		}
	out->n = n;
	return rc;
}

int ask_qualified_names(struct request *r, struct ask *q, struct names *out, struct err *e)
{
	struct look l = {.r = r, .q = q};
	return bare_names(&l, out, e);
}

int ask_look_qualified(struct request *r, struct ask *q, struct err *e)
{
	struct look l = {.r = r, .q = q};
	struct names names;
	int rc = bare_names(&l, &names, e);
	if (rc || names.n == 0)
		return rc;
	if (ask_append_names(q, &names, &l.first))
		return err_set(e, LODE_NOMEM, "no memory for the question");
	l.names = &names;
	unsigned round = q->n_rounds;
	rc = ask_search(r, q, &names, LOOK_QUALIFIED, on_note, &l, e);
	q->rounds[round].first_name = l.first;
	q->rounds[round].n_names = names.n;
	return rc;
}
