/* The names under which a condition is searched for: itself, and what the lexicons make of it or of a
 * part of it ("RUE DVT" <-> "right upper extremity deep vein thrombosis").  docs/lexicon.md. */
#include "index/names_list.h"

#include <ctype.h>

const char *const via_names[VIA_COUNT] = {
	[VIA_EXACT] = "exact",
	[VIA_INFLECTION] = "inflection",
	[VIA_SYNONYM] = "synonym",
	[VIA_ABBREVIATION] = "abbreviation",
	[VIA_SPELLING] = "spelling",
	[VIA_MASK] = "mask",
	[VIA_RANKED] = "ranked",
	[VIA_PROXY] = "proxy",
};

const char *const name_relation_names[NAME_RELATIONS] = {
	[NAME_SAME] = "same",
	[NAME_NARROWER] = "narrower",
	[NAME_BROADER] = "broader",
	[NAME_RELATED] = "related",
};

/* ---- the list ---- */

static struct slice key_of(struct arena *a, const struct tok_doc *d)
{
	char *room = arena_alloc(a, d->terms_bytes + (size_t)d->n_words + 1);
	size_t n = 0;
	for (uint32_t i = 0; room && i < d->n_words; i++) {
		struct slice term = tok_term(d, &d->words[i]);
		if (i > 0)
			room[n++] = ' ';
		memcpy(room + n, term.p, term.n);
		n += term.n;
	}
	return slice_of(room, n);
}

/* The name that has these words, or NULL. */
static struct name *listed(struct widening *w, struct slice key)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (slice_eq(w->keys[i], key))
			return &w->at[i];
	return NULL;
}

/* A name that is there, or does not fit, is left out.  name.text is borrowed from a lexicon or the
 * arena.  1: added. */
int names_add(struct widening *w, struct name name, struct err *e)
{
	struct tok_doc d;
	size_t bad;
	if (name.text.n > MATCH_BYTES_MAX || tok_utf8_check(name.text, &bad) < 0)
		return 0;
	int rc = tok_words(w->t, name.text, w->a, &d, e);
	if (rc < 0)
		return rc;
	struct slice key = key_of(w->a, &d);
	if (!key.p)
		return err_set(e, LODE_NOMEM, "no memory for names");
	if (d.n_words == 0 || d.n_words > MATCH_WORDS_MAX)
		return 0;
	struct name *had = listed(w, key);
	if (had) {
		if (had->relation == name.relation || name.relation == NAME_NARROWER)
			had->is_far &= name.is_far;
		return 0;
	}
	if (w->n == w->most) {
		w->is_cut = true;
		return 0;
	}
	w->keys[w->n] = key;
	w->at[w->n++] = name;
	return 1;
}

/* What a name of a concept says of the condition, when the concept does so much. */
static enum name_relation compose(enum name_relation concept, uint8_t relation)
{
	static const enum name_relation of_name[LEXICON_RELATIONS] = {
		[LEXICON_NARROW] = NAME_NARROWER,
		[LEXICON_BROAD] = NAME_BROADER,
		[LEXICON_RELATED] = NAME_RELATED,
		[LEXICON_PART] = NAME_RELATED};
	enum name_relation name = of_name[relation];
	if (concept == NAME_SAME || name == concept)
		return name;
	return name == NAME_SAME ? concept : NAME_RELATED;
}

/* The condition was found under a name that means less than the concept, so the concept means more. */
static enum name_relation turned(uint8_t relation)
{
	enum name_relation r = compose(NAME_SAME, relation);
	return r == NAME_NARROWER ? NAME_BROADER : r == NAME_BROADER ? NAME_NARROWER : r;
}

/* An abbreviation or a full form of one. */
bool names_is_listed(const struct lexicon_name *n)
{
	return n->relation == LEXICON_ABBREVIATION || n->flags & LEXICON_FIRST;
}

struct name names_name_of(const struct lexicon_name *n, const struct meant *m, enum via via)
{
	enum name_relation relation = compose(m->relation, n->relation);
	bool brief = n->relation == LEXICON_ABBREVIATION;
	return (struct name){.text = n->text,
		.via = via,
		.is_ambiguous = (n->flags & LEXICON_AMBIGUOUS) || relation == NAME_RELATED,
		.in_list = (n->flags & LEXICON_LIST) && relation != NAME_RELATED,
		.as_written = brief && (n->flags & LEXICON_CAPITALS),
		.as_spelled = n->relation == LEXICON_MISSPELT,
		.relation = relation,
		.lexicon = m->lexicon,
		.is_far = m->is_far,
		.is_first = m->is_listed && relation == NAME_SAME && names_is_listed(n)};
}

/* ---- concepts ---- */

static void add_meant(struct widening *w, struct meant m)
{
	for (uint32_t i = 0; i < w->n_meant; i++) {
		struct meant *had = &w->meant[i];
		if (had->lexicon != m.lexicon || had->concept != m.concept)
			continue;
		m.is_listed |= had->is_listed;
		if (m.relation < had->relation)
			*had = m;
		else if (m.relation == had->relation)
			had->is_far &= m.is_far;
		had->is_listed = m.is_listed;
		return;
	}
	if (w->n_meant < CONCEPTS_MAX)
		w->meant[w->n_meant++] = m;
}

/* Concepts that have the whole of p as a name.  An ambiguous abbreviation is not taken for any. */
void names_mean_whole(struct widening *w, const struct parsed *p, const struct meant *as)
{
	for (uint32_t l = 0; l < w->o->n_lexicons; l++) {
		const struct lexicon *lex = w->o->lexicons[l];
		struct lexicon_name n;
		struct walk k;
		walk_from(lex, p, 0, &k);
		for (uint32_t i = 0; i < k.n; i++)
			for (uint32_t j = 0; k.at[i].end == p->doc.n_words &&
					     lexicon_node_name(lex, k.at[i].node, j, &n);
				j++) {
				if (n.relation >= LEXICON_PART || n.flags & LEXICON_AMBIGUOUS ||
					!walk_fits(p, 0, k.at[i].end, &n))
					continue;
				enum name_relation r = turned(n.relation);
				add_meant(w,
					(struct meant){.lexicon = (uint8_t)l,
						.by_brief = n.relation == LEXICON_ABBREVIATION,
						.is_listed = as->is_listed && names_is_listed(&n),
						.relation = r == NAME_SAME ? as->relation
							    : as->relation == NAME_SAME
								    ? r
								    : NAME_RELATED,
						.is_far = as->is_far,
						.concept = n.concept});
			}
	}
}

int names_mean_text(struct widening *w, struct slice text, const struct meant *as, struct err *e)
{
	struct parsed p;
	int rc = parse_name(w->t, w->a, text, &p, e);
	if (rc == 0 && p.doc.n_words > 0 && p.doc.n_words <= MATCH_WORDS_MAX)
		names_mean_whole(w, &p, as);
	return rc;
}

/* Names of one concept whose relation is within the bits of `which`. */
int names_add_of(struct widening *w, const struct meant *m, unsigned which, struct err *e)
{
	const struct lexicon *lex = w->o->lexicons[m->lexicon];
	struct lexicon_concept c;
	struct lexicon_name n;
	if (!lexicon_concept(lex, m->concept, &c))
		return 0;
	for (uint32_t i = 0; i < c.n_names; i++) {
		if (!lexicon_name(lex, c.first_name + i, &n) || !(which >> n.relation & 1))
			continue;
		enum via via = m->by_brief || n.relation == LEXICON_ABBREVIATION ? VIA_ABBREVIATION
										 : VIA_SYNONYM;
		int rc = names_add(w, names_name_of(&n, m, via), e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int names_add_same(struct widening *w, uint32_t first, struct err *e)
{
	static const unsigned order[] = {NAMES_BRIEF, NAMES_FULL, NAMES_ALIKE};
	int rc = 0;
	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		for (uint32_t i = first; i < w->n_meant && rc == 0; i++)
			if (w->meant[i].relation == NAME_SAME)
				rc = names_add_of(w, &w->meant[i], order[k], e);
	return rc;
}

/* What stands under a name of the concept elsewhere: two lexicons that share one name lend each other
 * the rest.  Once, and by full names only: a short one may be anything's. */
static int follow_names(struct widening *w, struct err *e)
{
	uint32_t meant = w->n_meant, names = w->n;
	int rc = 0;
	for (uint32_t i = 1; i < names && rc == 0; i++) {
		const struct name *n = &w->at[i];
		if (n->relation == NAME_SAME && !n->as_written && !n->is_ambiguous &&
			n->text.n > INITIALS_MOST)
			rc = names_mean_text(w, n->text,
				&(struct meant){.relation = NAME_SAME, .is_far = true}, e);
	}
	return rc ? rc : names_add_same(w, meant, e);
}

static bool has_words(struct slice key, struct slice words)
{
	for (size_t i = 0; i + words.n <= key.n; i++)
		if ((i == 0 || key.p[i - 1] == ' ') && memcmp(key.p + i, words.p, words.n) == 0 &&
			(i + words.n == key.n || key.p[i + words.n] == ' '))
			return true;
	return false;
}

/* Of names that overlap the longest is found.  One that has a near name's words stands where that would be found,
 * and decides as it would. */
static void mark_near(struct widening *w)
{
	uint32_t n = w->n;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; w->at[i].is_far && j < n; j++) {
			const struct name *near = &w->at[j];
			w->at[i].is_far = near->is_far || near->is_ambiguous ||
					  near->relation != NAME_SAME ||
					  !has_words(w->keys[i], w->keys[j]);
		}
}

/* ---- "carcinoma of the breast" ---- */

static bool is_between(struct slice term)
{
	return slice_eq(term, SLICE("of")) || slice_eq(term, SLICE("in"));
}

/* "A of (the) B", "A in B" -> "B A", for looking it up.  Empty: p has no such form. */
static struct slice turn_round(struct widening *w, const struct parsed *p)
{
	const struct tok_doc *d = &p->doc;
	for (uint32_t i = 1; i + 1 < d->n_words; i++) {
		if (!is_between(tok_term(d, &d->words[i])))
			continue;
		uint32_t from = i + 1;
		if (from + 1 < d->n_words && slice_eq(tok_term(d, &d->words[from]), SLICE("the")))
			from++;
		size_t head = d->words[i - 1].end, start = d->words[from].start;
		size_t tail = d->words[d->n_words - 1].end - start;
		char *room = arena_alloc(w->a, tail + 1 + head);
		if (!room)
			break;
		memcpy(room, d->text.p + start, tail);
		room[tail] = ' ';
		memcpy(room + tail + 1, d->text.p, head);
		return slice_of(room, tail + 1 + head);
	}
	return (struct slice){0};
}

/* ---- all together ---- */

static struct slice trimmed(struct slice s)
{
	while (s.n > 0 && isspace((unsigned char)s.p[0]))
		s = slice_of(s.p + 1, s.n - 1);
	while (s.n > 0 && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

static int check_condition(
	struct slice condition, struct tokenizer *t, struct arena *a, struct err *e)
{
	size_t bad;
	struct tok_doc doc;
	if (condition.n > MATCH_BYTES_MAX)
		return err_set(e, LODE_BADREQ,
			"condition has %zu bytes; at most %d are searched for", condition.n,
			MATCH_BYTES_MAX);
	if (tok_utf8_check(condition, &bad) < 0)
		return err_set(e, LODE_BADREQ, "condition is not valid UTF-8 at byte %zu", bad);
	int rc = tok_words(t, condition, a, &doc, e);
	if (rc < 0)
		return rc;
	if (doc.n_words == 0 || doc.n_words > MATCH_WORDS_MAX)
		return err_set(e, LODE_BADREQ, "condition has %u words; it must have 1 to %d",
			doc.n_words, MATCH_WORDS_MAX);
	return 0;
}

static int add_all(struct widening *w, struct err *e)
{
	const struct meant asked = {.relation = NAME_SAME, .is_listed = true};
	struct parsed p;
	int rc = parse_name(w->t, w->a, w->at[0].text, &p, e);
	if (rc < 0)
		return rc;
	names_mean_whole(w, &p, &asked);
	struct slice other = turn_round(w, &p);
	if (other.n)
		rc = names_mean_text(w, other, &asked, e);
	if (rc == 0)
		rc = names_add_same(w, 0, e);
	if (rc == 0)
		rc = follow_names(w, e);
	if (rc == 0)
		rc = names_add_variants(w, other, e);
	if (rc == 0)
		rc = names_add_adjectives(w, &p, e);
	if (rc == 0)
		rc = names_add_near(w, e);
	if (rc == 0 && w->o->initials)
		rc = names_add_initials(w, e);
	names_add_unlike(w);
	w->is_cut = false; /* of rare combinations nobody misses one */
	w->most = w->n + NARROWER_MAX;
	uint32_t meant = w->n_meant;
	for (uint32_t i = 0; w->o->narrower && i < meant && rc == 0; i++)
		if (w->meant[i].relation == NAME_SAME)
			rc = names_add_descendants(w, &w->meant[i], e);
	mark_near(w);
	return rc;
}

static int order_names(struct widening *w, struct names *out, struct err *e)
{
	struct name *at = arena_array(w->a, struct name, w->n);
	struct names names = {
		.at = at, .is_cut = w->is_cut, .unlike = w->unlike, .n_unlike = w->n_unlike};
	if (!at)
		return err_set(e, LODE_NOMEM, "no memory for names");
	for (uint32_t i = 0; i < w->n; i++)
		if (w->at[i].is_first)
			at[names.n++] = w->at[i];
	names.n_first = names.n;
	for (uint32_t i = 0; i < w->n; i++)
		if (!w->at[i].is_first && !w->at[i].is_initials)
			at[names.n++] = w->at[i];
	names.n_full = names.n;
	for (uint32_t i = 0; i < w->n; i++)
		if (w->at[i].is_initials)
			at[names.n++] = w->at[i];
	*out = names;
	return 0;
}

int names_widen_by(const struct names_options *options, struct slice condition, struct tokenizer *t,
	struct arena *a, struct names *out, struct err *e)
{
	condition = trimmed(condition);
	int rc = check_condition(condition, t, a, e);
	if (rc < 0)
		return rc;
	struct widening *w = arena_new(a, struct widening);
	if (!w)
		return err_set(e, LODE_NOMEM, "no memory for names");
	w->o = options;
	w->t = t;
	w->a = a;
	w->most = NAMES_MAX;
	struct name asked = {.text = arena_slice(a, condition),
		.via = VIA_EXACT,
		.lexicon = NAME_NO_LEXICON,
		.is_first = true};
	rc = asked.text.p ? names_add(w, asked, e) : LODE_NOMEM;
	if (rc > 0)
		rc = add_all(w, e);
	if (rc < 0)
		return err_set(e, rc, "no memory for names");
	return order_names(w, out, e);
}

int names_is_known(const struct names_options *options, struct slice text, struct tokenizer *t,
	struct arena *a, bool *out, struct err *e)
{
	struct parsed p;
	struct walk *k = arena_new(a, struct walk);
	int rc = k ? parse_name(t, a, text, &p, e) : LODE_NOMEM;
	bool known = false;
	if (rc)
		return err_set(e, rc, "no memory for names");
	for (uint32_t l = 0; l < options->n_lexicons && p.doc.n_words > 0; l++) {
		const struct lexicon *lex = options->lexicons[l];
		struct lexicon_name n;
		walk_from(lex, &p, 0, k);
		for (uint32_t i = 0; i < k->n; i++)
			for (uint32_t j = 0; k->at[i].end == p.doc.n_words &&
					     lexicon_node_name(lex, k->at[i].node, j, &n);
				j++)
				known |= n.relation < LEXICON_PART;
	}
	*out = known;
	return 0;
}

int names_widen(struct slice condition, struct tokenizer *t, struct arena *a, struct names *out,
	struct err *e)
{
	const struct lexicon *builtin = lexicon_builtin();
	struct names_options options = {.lexicons = &builtin, .n_lexicons = 1};
	return names_widen_by(&options, condition, t, a, out, e);
}
