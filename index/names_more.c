/* Names beside the same: narrower and broader ones, initials, adjectives. */
#include "index/names_list.h"

/* ---- less, more, near ---- */

struct descent {
	uint32_t *queue;
	uint32_t n;
};

static bool was_queued(const struct descent *d, uint32_t concept)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (d->queue[i] == concept)
			return true;
	return false;
}

int names_add_descendants(struct widening *w, const struct meant *of, struct err *e)
{
	const struct lexicon *lex = w->o->lexicons[of->lexicon];
	struct descent d = {arena_array(w->a, uint32_t, QUEUE_MAX), 0};
	struct lexicon_concept c;
	int rc = 0;
	if (!d.queue)
		return err_set(e, LODE_NOMEM, "no memory for names");
	d.queue[d.n++] = of->concept;
	for (uint32_t at = 0; at < d.n && rc == 0 && !w->is_cut; at++) {
		struct meant m = {.lexicon = of->lexicon,
			.relation = at ? NAME_NARROWER : NAME_SAME,
			.is_far = of->is_far,
			.concept = d.queue[at]};
		if (at > 0)
			rc = names_add_of(w, &m, NAMES_BRIEF | NAMES_FULL | NAMES_ALIKE, e);
		if (!lexicon_concept(lex, m.concept, &c))
			continue;
		for (uint32_t i = 0; i < c.n_children; i++) {
			uint32_t child = lexicon_child(lex, &c, i);
			if (child == LEXICON_NONE || was_queued(&d, child))
				continue;
			if (d.n == QUEUE_MAX) {
				w->is_cut = true;
				break;
			}
			d.queue[d.n++] = child;
		}
	}
	return rc;
}

int names_add_near(struct widening *w, struct err *e)
{
	int rc = 0;
	for (uint32_t i = 0; i < w->n_meant && rc == 0; i++)
		rc = w->meant[i].relation == NAME_SAME
			     ? names_add_of(w, &w->meant[i], NAMES_NEAR, e)
			     : names_add_of(
				       w, &w->meant[i], NAMES_BRIEF | NAMES_FULL | NAMES_ALIKE, e);
	return rc;
}

/* ---- other things ---- */

static bool has_unlike(const struct widening *w, struct slice text)
{
	for (uint32_t i = 0; i < w->n_unlike; i++)
		if (slice_eq(w->unlike[i], text))
			return true;
	return false;
}

void names_add_unlike(struct widening *w)
{
	struct lexicon_concept c;
	struct lexicon_name n;
	for (uint32_t k = 0; k < w->n_meant; k++) {
		const struct meant *m = &w->meant[k];
		const struct lexicon *lex = w->o->lexicons[m->lexicon];
		if (m->relation != NAME_SAME || !lexicon_concept(lex, m->concept, &c))
			continue;
		for (uint32_t i = 0; i < c.n_names; i++)
			if (lexicon_name(lex, c.first_name + i, &n) &&
				n.relation == LEXICON_UNLIKE && w->n_unlike < UNLIKE_MAX &&
				!has_unlike(w, n.text))
				w->unlike[w->n_unlike++] = n.text;
	}
}

/* ---- initials ---- */

/* First letters of the words that carry meaning; empty: too few, too many, or not letters. */
static struct slice initials_of(struct widening *w, const struct tok_doc *d)
{
	char room[INITIALS_MOST];
	size_t n = 0;
	for (uint32_t i = 0; i < d->n_words; i++) {
		struct slice term = tok_term(d, &d->words[i]);
		if (inflect_is_function_word(term))
			continue;
		if (n == INITIALS_MOST || d->words[i].kind != TOK_WORD_PLAIN || term.p[0] < 'a' ||
			term.p[0] > 'z')
			return (struct slice){0};
		room[n++] = (char)(term.p[0] - 'a' + 'A');
	}
	return n < INITIALS_LEAST ? (struct slice){0} : arena_slice(w->a, slice_of(room, n));
}

/* Known to mean something: then it is listed already, or means something else. */
static bool is_known_brief(struct widening *w, struct slice brief, struct err *e)
{
	struct parsed p;
	struct walk k;
	if (parse_name(w->t, w->a, brief, &p, e) < 0)
		return true;
	walk_from(lexicon_builtin(), &p, 0, &k);
	return k.n > 0;
}

int names_add_initials(struct widening *w, struct err *e)
{
	uint32_t names = w->n, made = 0;
	int rc = 0;
	for (uint32_t i = 0; i < names && made < INITIALS_MAX && rc >= 0; i++) {
		struct name of = w->at[i];
		struct tok_doc d;
		if (of.relation != NAME_SAME || of.as_written || of.is_ambiguous ||
			(i > 0 && (of.via != VIA_SYNONYM || of.lexicon == NAME_NO_LEXICON)))
			continue;
		rc = tok_words(w->t, of.text, w->a, &d, e);
		struct slice brief = rc < 0 ? (struct slice){0} : initials_of(w, &d);
		if (brief.n == 0 || is_known_brief(w, brief, e))
			continue;
		rc = names_add(w,
			(struct name){.text = brief,
				.via = VIA_ABBREVIATION,
				.is_ambiguous = true,
				.is_initials = true,
				.as_written = true,
				.lexicon = NAME_NO_LEXICON},
			e);
		made += rc > 0;
	}
	return rc < 0 ? rc : 0;
}

/* ---- adjectives ---- */

enum {
	ADJECTIVES_MAX = 3,
	ADJECTIVE_LEAST = 5, /* bytes of the word */
};

/* The condition with its last word replaced; p == NULL: no memory. */
static struct slice with_last(struct widening *w, const struct tok_doc *d, struct slice last)
{
	size_t start = d->words[d->n_words - 1].start;
	char *room = arena_alloc(w->a, start + last.n);
	if (!room)
		return (struct slice){0};
	memcpy(room, d->text.p, start);
	memcpy(room + start, last.p, last.n);
	return slice_of(room, start + last.n);
}

static int add_adjectives_of(
	struct widening *w, const struct tok_doc *d, struct slice last, struct err *e)
{
	struct inflections other;
	uint32_t made = 0;
	int rc = 0;
	inflect_adjective(last, false, &other);
	for (uint32_t i = 0; i < other.n && made < ADJECTIVES_MAX && rc >= 0; i++) {
		struct slice text = with_last(w, d, other.at[i]);
		if (!text.p)
			return err_set(e, LODE_NOMEM, "no memory for names");
		rc = names_add(w,
			(struct name){.text = text,
				.via = VIA_SYNONYM,
				.is_ambiguous = true,
				.is_adjective = true,
				.lexicon = NAME_NO_LEXICON},
			e);
		made += rc > 0;
	}
	return rc < 0 ? rc : 0;
}

/* Only a noun that a lexicon knows makes sense: "-ic" is the end of many words. */
static int add_nouns_of(
	struct widening *w, const struct tok_doc *d, struct slice last, struct err *e)
{
	struct inflections other;
	int rc = 0;
	inflect_adjective(last, true, &other);
	for (uint32_t i = 0; i < other.n && rc >= 0; i++) {
		uint32_t meant = w->n_meant;
		struct slice text = with_last(w, d, other.at[i]);
		if (!text.p)
			return err_set(e, LODE_NOMEM, "no memory for names");
		rc = names_mean_text(w, text, &(struct meant){.relation = NAME_SAME}, e);
		if (rc < 0 || w->n_meant == meant)
			continue;
		rc = names_add(w,
			(struct name){.text = text, .via = VIA_SYNONYM, .lexicon = NAME_NO_LEXICON},
			e);
		if (rc >= 0)
			rc = names_add_same(w, meant, e);
	}
	return rc < 0 ? rc : 0;
}

int names_add_adjectives(struct widening *w, const struct parsed *p, struct err *e)
{
	const struct tok_word *word = &p->doc.words[p->doc.n_words - 1];
	struct slice last = tok_term(&p->doc, word);
	bool is_known = w->n_meant > 0;
	if (word->kind != TOK_WORD_PLAIN || last.n < ADJECTIVE_LEAST || w->o->n_lexicons == 0)
		return 0;
	uint32_t meant = w->n_meant;
	int rc = add_nouns_of(w, &p->doc, last, e);
	/* Asked by an adjective that is no name of its own: with a noun behind it, "diabetic
	 * retinopathy", it says less. */
	if (rc == 0 && !is_known && w->n_meant > meant)
		w->at[0].is_adjective = true;
	return rc == 0 && is_known ? add_adjectives_of(w, &p->doc, last, e) : rc;
}
