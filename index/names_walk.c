#include "index/names_walk.h"

int parse_name(
	struct tokenizer *t, struct arena *a, struct slice text, struct parsed *p, struct err *e)
{
	int rc = tok_words(t, text, a, &p->doc, e);
	if (rc < 0)
		return rc;
	p->other = arena_alloc(a, sizeof(*p->other) * (p->doc.n_words + (size_t)1));
	if (!p->other)
		return err_set(e, LODE_NOMEM, "no memory for names");
	for (uint32_t i = 0; i < p->doc.n_words; i++)
		inflect_written(match_word_text(&p->doc, i), tok_term(&p->doc, &p->doc.words[i]),
			&p->other[i]);
	return 0;
}

struct states {
	const struct lexicon *l;
	uint32_t the;
	struct reached at[WALK_MAX];
	uint32_t n;
};

static void push(struct states *s, uint32_t node, struct slice term, uint32_t end)
{
	uint32_t to = lexicon_step(s->l, node, lexicon_word(s->l, term));
	if (to == LEXICON_NONE || s->n == WALK_MAX)
		return;
	for (uint32_t i = 0; i < s->n; i++)
		if (s->at[i].node == to && s->at[i].end == end)
			return;
	s->at[s->n++] = (struct reached){to, end};
}

static void push_forms(struct states *s, const struct parsed *p, uint32_t node, uint32_t word)
{
	push(s, node, tok_term(&p->doc, &p->doc.words[word]), word + 1);
	for (uint32_t k = 0; k < p->other[word].n; k++)
		push(s, node, p->other[word].at[k], word + 1);
}

static void push_joined(struct states *s, const struct parsed *p, uint32_t node, uint32_t word)
{
	char room[2 * TOK_TERM_MAX];
	if (word + 1 >= p->doc.n_words)
		return;
	struct slice left = tok_term(&p->doc, &p->doc.words[word]);
	struct slice right = tok_term(&p->doc, &p->doc.words[word + 1]);
	if (left.n + right.n > TOK_TERM_MAX || inflect_is_function_word(left))
		return;
	memcpy(room, left.p, left.n);
	memcpy(room + left.n, right.p, right.n);
	push(s, node, slice_of(room, left.n + right.n), word + 2);
}

static bool is_article(const struct parsed *p, uint32_t word)
{
	struct slice term = tok_term(&p->doc, &p->doc.words[word]);
	return slice_eq(term, SLICE("the")) || slice_eq(term, SLICE("a")) ||
	       slice_eq(term, SLICE("an"));
}

/* "Hardening of arteries" and "hardening of the arteries" are one name, whichever is the lexicon's. */
static void push_past_article(
	struct states *s, const struct parsed *p, uint32_t node, uint32_t word)
{
	if (is_article(p, word)) {
		if (word + 1 < p->doc.n_words)
			push_forms(s, p, node, word + 1);
		return;
	}
	uint32_t the = lexicon_step(s->l, node, s->the);
	if (the != LEXICON_NONE)
		push_forms(s, p, the, word);
}

void walk_from(const struct lexicon *l, const struct parsed *p, uint32_t first, struct walk *out)
{
	struct states s = {.l = l, .the = lexicon_word(l, SLICE("the"))};
	s.at[s.n++] = (struct reached){LEXICON_ROOT, first};
	out->n = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		uint32_t node = s.at[i].node, word = s.at[i].end;
		if (i > 0 && lexicon_node_names(l, node) > 0)
			out->at[out->n++] = s.at[i];
		if (word >= p->doc.n_words || word - first >= LEXICON_WORDS_MAX)
			continue;
		push_forms(&s, p, node, word);
		push_joined(&s, p, node, word);
		if (i > 0)
			push_past_article(&s, p, node, word);
	}
}

bool walk_fits(const struct parsed *p, uint32_t first, uint32_t end, const struct lexicon_name *n)
{
	if (n->relation != LEXICON_ABBREVIATION)
		return true;
	uint32_t start = p->doc.words[first].start;
	/* A plural has a letter more than its singular: "MIs" is MI, but "RA" is not RAS. */
	if (end == first + 1 && p->doc.words[first].term_bytes < n->text.n)
		return false;
	/* Where small letters mean something else ("hearing aids"), a condition of several words must
	 * have it in capitals. */
	bool whole = first == 0 && end == p->doc.n_words;
	return whole || !(n->flags & LEXICON_CAPITALS) ||
	       (p->doc.text.n - start >= n->text.n &&
		       memcmp(p->doc.text.p + start, n->text.p, n->text.n) == 0);
}
