/* All words of the condition (or inflections) in one sentence and close together.  In an order that
 * English has for it ("carcinoma of the breast" for "breast carcinoma"), with nothing between but
 * qualifiers or a coordination, that is the condition.  Any other order is a hint: "the lung is clear
 * and she has breast cancer" holds the words of lung cancer as well. */
#include "daemon/ask_state.h"
#include "daemon/qualifier.h"

enum {
	WORDS_MAX =
		12, /* more words than this in one sentence by chance is a phrase we would have met */
	SPAN_SLACK = 40 /* bytes that other words may take between those of the condition */
};

/* The condition's words without small ones and repeats, as asked. */
struct wanted {
	struct slice words[WORDS_MAX];
	uint32_t n;
	uint32_t heads; /* "carcinoma of the breast": words before the first "of"; 0: it has none */
};

/* 1: worth a look; 0: too few or too many words. */
static int pick_words(
	struct request *r, struct ask *q, struct slice condition, struct wanted *out, struct err *e)
{
	struct tok_doc d = {0};
	int rc = tok_words(r->worker->tok, condition, &q->memory, &d, e);
	if (rc)
		return rc;
	*out = (struct wanted){0};
	for (uint32_t i = 0; i < d.n_words; i++) {
		struct slice t = tok_term(&d, &d.words[i]);
		/* Numbers in another order are other numbers. */
		if (d.words[i].kind == TOK_WORD_NUMBER)
			return 0;
		if (qualifier_turns(t) && out->heads == 0)
			out->heads = out->n;
		bool seen = qualifier_is_small(t) || d.words[i].kind == TOK_WORD_MASK;
		for (uint32_t k = 0; k < out->n && !seen; k++)
			seen = slice_eq(out->words[k], t);
		if (seen)
			continue;
		if (out->n == WORDS_MAX)
			return 0;
		out->words[out->n++] = t;
	}
	return out->n >= 2;
}

/* Each word is looked for as a name of its own. */
static struct name *names_of(struct ask *q, const struct wanted *w)
{
	struct name *at = arena_array(&q->memory, struct name, w->n);
	for (uint32_t i = 0; at && i < w->n; i++)
		at[i] = (struct name){.text = w->words[i], .via = VIA_EXACT};
	return at;
}

/* From hits (sorted by start) the shortest run at or after `from` that has every word: its hit
 * indices, or false. */
static bool next_cover(
	const struct hit *hits, uint32_t n, uint32_t n_words, uint32_t *from, uint32_t *to)
{
	uint32_t all = (1U << n_words) - 1, have = 0;
	uint32_t last = *from;
	for (; last < n && have != all; last++)
		have |= hits[last].name < n_words ? 1U << hits[last].name : 0;
	if (have != all)
		return false;
	/* Walk back from the end: the last occurrence of each word makes the run shortest. */
	uint32_t first = last;
	for (have = 0; have != all;) {
		first--;
		have |= hits[first].name < n_words ? 1U << hits[first].name : 0;
	}
	*from = first;
	*to = last - 1;
	return true;
}

/* ---- orders ---- */

/* The words between two hits of one run. */
struct gap {
	const struct tok_doc *d;
	uint32_t from, to;
};

static struct gap gap_between(const struct tok_doc *d, const struct hit *a, const struct hit *b)
{
	return (struct gap){d, qualifier_word_from(d, a->end), qualifier_word_from(d, b->start)};
}

/* "of", "in the", ", ": what stands between head and modifier when the head comes first. */
static bool turns_round(const struct gap *g)
{
	bool turned = false;
	if (g->to - g->from > 4)
		return false;
	for (uint32_t i = g->from; i < g->to; i++) {
		struct slice word = tok_term(g->d, &g->d->words[i]);
		turned |= qualifier_turns(word);
		if (!qualifier_is_small(word) && !qualifier_turns(word) &&
			!qualifier_may_stand_inside(word))
			return false;
	}
	uint32_t before = g->d->words[g->from - 1].end, behind = g->d->words[g->to].start;
	bool comma = g->from == g->to && behind - before == 2 && g->d->text.p[before] == ',';
	return turned || comma;
}

/* Word i of the run is word (i + first) mod n of the condition, and only `turn` may be preceded by a
 * gap that turns it round. */
static bool runs_from(
	const struct tok_doc *d, const struct hit *hits, uint32_t n, uint32_t first, uint32_t turn)
{
	for (uint32_t i = 0; i < n; i++) {
		if (hits[i].name != (i + first) % n)
			return false;
		if (i == 0)
			continue;
		struct gap g = gap_between(d, &hits[i - 1], &hits[i]);
		if (g.from > g.to ||
			!(i == turn ? turns_round(&g) : qualifier_may_part(d, g.from, g.to)))
			return false;
	}
	return true;
}

static bool is_condition(
	const struct tok_doc *d, const struct hit *hits, uint32_t n, const struct wanted *w)
{
	const uint32_t never = 0;
	if (n != w->n)
		return false;
	if (w->heads > 0 && w->heads < n)
		return runs_from(d, hits, n, 0, w->heads) || runs_from(d, hits, n, w->heads, never);
	return runs_from(d, hits, n, 0, never) || runs_from(d, hits, n, n - 1, 1);
}

/* ---- the look ---- */

struct look {
	struct request *r;
	struct ask *q;
	const struct wanted *words;
	size_t span_max;
};

/* Adds the places of one note where all words stand together inside one sentence. */
static int on_note(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct look *l = arg;
	static const struct hit_sense sense;
	int rc = 0;
	for (uint32_t from = 0, to; rc == 0 && next_cover(hits, n_hits, l->words->n, &from, &to);
		from++) {
		struct hit h = {.start = hits[from].start, .via = VIA_RANKED};
		for (uint32_t i = from; i <= to; i++) {
			h.end = hits[i].end > h.end ? hits[i].end : h.end;
			h.mask_overlap |= hits[i].mask_overlap;
		}
		if (h.end - h.start > l->span_max ||
			tok_sentence_at(doc, h.start) != tok_sentence_at(doc, h.end - 1))
			continue;
		if (is_condition(doc, &hits[from], to - from + 1, l->words))
			h.via = VIA_INFLECTION;
		rc = ask_add_mention(l->r, l->q, note, doc, &h, &sense, &l->r->worker->scratch);
		from = to;
	}
	return rc;
}

/* 1: names of the words, that must all stand near; 0: nothing to look for. */
static int names_together(
	struct request *r, struct ask *q, struct wanted *words, struct names *out, struct err *e)
{
	struct slice condition = q->questions[q->current].condition;
	int rc = pick_words(r, q, condition, words, e);
	if (rc <= 0)
		return rc;
	*out = (struct names){.at = names_of(q, words),
		.n = words->n,
		.together = (uint32_t)(2 * condition.n + SPAN_SLACK),
		.unlike = q->names.unlike,
		.n_unlike = q->names.n_unlike};
	return out->at ? 1 : err_set(e, LODE_NOMEM, "no memory for the question");
}

int ask_words_names(struct request *r, struct ask *q, struct names *out, struct err *e)
{
	struct wanted words = {0};
	*out = (struct names){0};
	int rc = names_together(r, q, &words, out, e);
	return rc < 0 ? rc : 0;
}

int ask_look_words(struct request *r, struct ask *q, struct err *e)
{
	struct wanted words = {0};
	struct names names = {0};
	int rc = names_together(r, q, &words, &names, e);
	if (rc <= 0)
		return rc;
	struct look look = {r, q, &words, names.together};
	return ask_search(r, q, &names, LOOK_WORDS, on_note, &look, e);
}
