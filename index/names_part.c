/* Names made by replacing a part of the condition ("RUE DVT", "renal abscess"). */
#include "index/names_list.h"

/* A name made of the condition by replacing parts of it, still to be looked at. */
struct variant {
	struct slice text;
	bool is_ambiguous, as_written, is_first;
	enum via via;
};

enum { VARIANTS_MAX = 32 };

struct variants {
	struct variant at[VARIANTS_MAX];
	uint32_t n;
};

/* Words [first, end) of p. */
struct place {
	const struct parsed *p;
	const struct variant *of;
	uint32_t first, end;
};

static int add_replaced(struct widening *w, struct variants *v, const struct place *at,
	const struct name *with, struct err *e)
{
	struct slice text = at->p->doc.text;
	size_t start = at->p->doc.words[at->first].start, end = at->p->doc.words[at->end - 1].end;
	size_t size = text.n - (end - start) + with->text.n;
	if (v->n == VARIANTS_MAX || size > MATCH_BYTES_MAX)
		return 0;
	char *room = arena_alloc(w->a, size);
	if (!room)
		return err_set(e, LODE_NOMEM, "no memory for names");
	memcpy(room, text.p, start);
	memcpy(room + start, with->text.p, with->text.n);
	memcpy(room + start + with->text.n, text.p + end, text.n - end);
	struct name name = *with;
	name.text = slice_of(room, size);
	name.is_ambiguous |= at->of->is_ambiguous;
	name.as_written |= at->of->as_written;
	name.in_list = false;
	name.is_first &= at->of->is_first;
	int rc = names_add(w, name, e);
	if (rc > 0)
		v->at[v->n++] = (struct variant){
			name.text, name.is_ambiguous, name.as_written, name.is_first, name.via};
	return rc < 0 ? rc : 0;
}

/* Replaces the part, which is `found`, by the other names of its concept. */
static int replace_by(struct widening *w, struct variants *v, const struct place *at, uint8_t l,
	const struct lexicon_name *found, struct err *e)
{
	const struct lexicon *lex = w->o->lexicons[l];
	bool by_brief = found->relation == LEXICON_ABBREVIATION;
	struct meant m = {.lexicon = l, .relation = NAME_SAME};
	struct lexicon_concept c;
	struct lexicon_name n;
	uint32_t full = 0;
	int rc = 0;
	if (!lexicon_concept(lex, found->concept, &c))
		return 0;
	for (uint32_t i = 0; i < c.n_names && rc == 0; i++) {
		if (!lexicon_name(lex, c.first_name + i, &n))
			continue;
		bool part = found->relation == LEXICON_PART;
		if (part != (n.relation == LEXICON_PART) ||
			(n.relation > LEXICON_EXACT && n.relation != LEXICON_ABBREVIATION && !part))
			continue;
		if (n.relation <= LEXICON_EXACT && full++ >= PART_NAMES_MAX)
			continue;
		enum via via = by_brief || n.relation == LEXICON_ABBREVIATION ? VIA_ABBREVIATION
									      : VIA_SYNONYM;
		struct name name = names_name_of(&n, &m, via);
		name.relation = NAME_SAME;
		name.is_ambiguous = (n.flags & LEXICON_AMBIGUOUS) != 0;
		name.is_first = names_is_listed(found) && names_is_listed(&n);
		rc = add_replaced(w, v, at, &name, e);
	}
	return rc;
}

/* A single word of a foreign vocabulary has too many names to be put into any condition. */
static bool may_replace(const struct lexicon *lex, const struct lexicon_name *n, uint32_t words)
{
	if (n->flags & LEXICON_AMBIGUOUS)
		return false;
	if (n->relation == LEXICON_ABBREVIATION || n->relation == LEXICON_PART)
		return lex == lexicon_builtin() || words > 1;
	return n->relation <= LEXICON_EXACT && (words > 1 || lex == lexicon_builtin());
}

/* Only the longest names that begin at this word: "diabetes" is not taken out of "diabetes
 * mellitus". */
static int replace_at(struct widening *w, struct variants *v, struct place *at, struct err *e)
{
	struct walk walks[LEXICONS_MAX];
	struct lexicon_name n;
	uint32_t most = 0;
	int rc = 0;
	for (uint32_t l = 0; l < w->o->n_lexicons; l++) {
		walk_from(w->o->lexicons[l], at->p, at->first, &walks[l]);
		for (uint32_t i = 0; i < walks[l].n; i++)
			most = walks[l].at[i].end > most ? walks[l].at[i].end : most;
	}
	at->end = most;
	if (most == 0 || (at->first == 0 && most == at->p->doc.n_words))
		return 0;
	for (uint32_t l = 0; l < w->o->n_lexicons; l++) {
		const struct lexicon *lex = w->o->lexicons[l];
		for (uint32_t i = 0; i < walks[l].n; i++)
			for (uint32_t j = 0; rc == 0 && walks[l].at[i].end == most &&
					     lexicon_node_name(lex, walks[l].at[i].node, j, &n);
				j++)
				if (may_replace(lex, &n, most - at->first) &&
					walk_fits(at->p, at->first, most, &n))
					rc = replace_by(w, v, at, (uint8_t)l, &n, e);
	}
	return rc;
}

/* Every combination of parts: what one replacement made is taken apart in its turn, and looked up. */
int names_add_variants(struct widening *w, struct slice other, struct err *e)
{
	struct variants v = {.at = {{.text = w->at[0].text, .is_first = true}}, .n = 1};
	int rc = 0;
	if (other.n) {
		v.at[v.n++] = (struct variant){.text = other};
		rc = names_add(w,
			(struct name){
				.text = other, .via = VIA_SYNONYM, .lexicon = NAME_NO_LEXICON},
			e);
	}
	rc = rc < 0 ? rc : 0;
	for (uint32_t i = 0; i < v.n && rc == 0; i++) {
		struct variant of = v.at[i];
		struct place at = {.of = &of};
		struct parsed p;
		uint32_t meant = w->n_meant;
		rc = parse_name(w->t, w->a, of.text, &p, e);
		if (rc < 0 || p.doc.n_words > MATCH_WORDS_MAX)
			continue;
		at.p = &p;
		for (at.first = 0; at.first < p.doc.n_words && rc == 0; at.first++)
			rc = replace_at(w, &v, &at, e);
		if (rc == 0 && i > 0 && !of.is_ambiguous) {
			names_mean_whole(w, &p, &(struct meant){.relation = NAME_SAME});
			rc = names_add_same(w, meant, e);
		}
	}
	return rc;
}
