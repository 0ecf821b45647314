/* The wider look, taken when no name of the condition stands in the chart: all words of the
 * condition (or inflections) in one sentence and close together, in any order, as in "carcinoma of
 * the breast" for "breast carcinoma".  What it finds is shown but decides nothing (STANCE_HINT): "the
 * lung is clear and she has breast cancer" holds the words of lung cancer as well. */
#include "daemon/ask_state.h"

enum {
	WORDS_MAX =
		12, /* more words than this in one sentence by chance is a phrase we would have met */
	SPAN_SLACK = 40 /* bytes that other words may take between those of the condition */
};

/* Words too common to look for alone. */
static bool is_function_word(struct slice w)
{
	static const char *const list[] = {"a", "an", "and", "at", "by", "for", "from", "in", "of",
		"on", "or", "the", "to", "with", NULL};
	for (const char *const *p = list; *p; p++)
		if (slice_eq(slice_str(*p), w))
			return true;
	return false;
}

struct wanted {
	struct slice words[WORDS_MAX];
	uint32_t n;
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
		bool seen = is_function_word(t) || d.words[i].kind == TOK_WORD_MASK;
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
		at[i] = (struct name){w->words[i], VIA_EXACT, false};
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

struct look {
	struct request *r;
	struct ask *q;
	uint32_t n_words;
	size_t span_max;
};

/* Adds the places of one note where all words stand together inside one sentence. */
static int on_note(void *arg, const struct note_view *note, const struct tok_doc *doc,
	const struct hit *hits, uint32_t n_hits)
{
	struct look *l = arg;
	struct arena *scratch = &l->r->worker->scratch;
	int rc = 0;
	for (uint32_t from = 0, to; rc == 0 && next_cover(hits, n_hits, l->n_words, &from, &to);
		from++) {
		struct hit h = {.start = hits[from].start, .via = VIA_RANKED};
		for (uint32_t i = from; i <= to; i++) {
			h.end = hits[i].end > h.end ? hits[i].end : h.end;
			h.mask_overlap |= hits[i].mask_overlap;
		}
		if (h.end - h.start > l->span_max ||
			tok_sentence_at(doc, h.start) != tok_sentence_at(doc, h.end - 1))
			continue;
		rc = ask_add_mention(l->r, l->q, note, doc, &h, scratch);
		from = to;
	}
	return rc;
}

int ask_widen(struct request *r, struct ask *q, struct err *e)
{
	struct slice condition = q->questions[q->current].condition;
	struct search_stop stop = request_stop(r);
	struct wanted words = {0};
	struct search_counts counts = {0};
	q->rounds[q->n_rounds++] = (struct ask_round){.by_words = true};
	int rc = pick_words(r, q, condition, &words, e);
	if (rc <= 0)
		return rc;
	uint32_t span_max = (uint32_t)(2 * condition.n + SPAN_SLACK);
	struct names names = {names_of(q, &words), words.n, span_max};
	if (!names.at)
		return err_set(e, LODE_NOMEM, "no memory for the question");
	struct look look = {r, q, words.n, span_max};
	rc = chart_find(q->chart, &names, &q->scope, r->worker->tok, &stop, &r->worker->scratch,
		on_note, &look, &counts, e);
	q->counts.complete &= counts.complete;
	if (!counts.complete && !q->counts.why[0])
		memcpy(q->counts.why, counts.why, sizeof(q->counts.why));
	if (counts.notes_searched < q->counts.notes_searched)
		q->counts.notes_searched = counts.notes_searched;
	q->rounds[q->n_rounds - 1].mentions = q->n_evidence;
	return rc;
}
