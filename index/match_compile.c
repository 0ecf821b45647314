/* Names made ready for the matcher: words, gaps, and every form each word may take in a note. */
#include "index/match.h"

#include <assert.h>
#include <stdlib.h>

enum { MASK_BYTES = 512 }; /* a mask in the note: none of the four dialects goes near */

/* A name that is a function word in small letters ("AS", "ALL") is asked for as the abbreviation
 * when it is written in capitals; every other condition is found caselessly. */
static unsigned flags_of(const struct name *name)
{
	unsigned listed = abbrev_match_flags(name->text);
	if (name->as_spelled)
		return MATCH_MASKS | MATCH_EXACT_WORDS;
	if (name->as_written)
		return listed | MATCH_MASKS | MATCH_CAPITALS | MATCH_WRITTEN;
	if (name->via == VIA_ABBREVIATION)
		return listed | MATCH_MASKS | MATCH_CAPITALS;
	return MATCH_MASKS | (listed & MATCH_IN_PROSE ? listed : 0);
}

unsigned match_flags(const struct name *name)
{
	return flags_of(name) | (name->is_unmasked ? MATCH_UNMASKED : 0) |
	       (name->is_companion ? MATCH_COMPANION : 0);
}

struct build {
	struct matcher *m;
	struct arena *a;
	size_t cap_forms, cap_uses;
	uint32_t position; /* the first use of the position being compiled */
};

static uint32_t form_of(struct build *b, struct slice term)
{
	struct matcher *m = b->m;
	uint64_t h = digest64(term);
	while (m->slots[h & m->slot_mask]) {
		assert(m->forms);
		uint32_t i = m->slots[h & m->slot_mask] - 1;
		if (slice_eq(m->forms[i].term, term))
			return i;
		h++;
	}
	struct match_form *forms =
		arena_grow(b->a, m->forms, m->n_forms, sizeof(*forms), &b->cap_forms);
	struct slice copy = arena_slice(b->a, term);
	if (!forms || !copy.p)
		return UINT32_MAX;
	m->forms = forms;
	m->forms[m->n_forms] = (struct match_form){.term = copy};
	m->slots[h & m->slot_mask] = m->n_forms + 1;
	m->seen[match_seen(term) / 64] |= (uint64_t)1 << match_seen(term) % 64;
	return m->n_forms++;
}

/* The first kind a form has for a position stands: exact before inflected. */
static int add_use(struct build *b, struct slice term, uint32_t name, uint32_t at, uint8_t kind)
{
	struct matcher *m = b->m;
	uint32_t form = form_of(b, term);
	if (form == UINT32_MAX)
		return LODE_NOMEM;
	for (uint32_t u = b->position; u < m->n_uses; u++)
		if (m->uses[u].form == form &&
			(m->uses[u].kind == MATCH_JOINED) == (kind == MATCH_JOINED))
			return 0;
	struct match_use *uses = arena_grow(b->a, m->uses, m->n_uses, sizeof(*uses), &b->cap_uses);
	if (!uses)
		return LODE_NOMEM;
	m->uses = uses;
	m->uses[m->n_uses++] = (struct match_use){form, name, at, kind};
	return 0;
}

/* The term and, unless the name is to be taken word by word, its inflections.  written: the word in
 * the name's own letters; a join has none, so it is given the term. */
static int add_forms(struct build *b, struct slice written, struct slice term, uint32_t name,
	uint32_t at, uint8_t kind)
{
	struct inflections other;
	int rc = add_use(b, term, name, at, kind);
	if (b->m->names[name].flags & MATCH_EXACT_WORDS)
		return rc;
	inflect_written(written, term, &other);
	for (uint32_t i = 0; i < other.n && rc == 0; i++)
		rc = add_use(b, other.at[i], name, at,
			kind == MATCH_JOINED ? MATCH_JOINED : MATCH_INFLECTED);
	return rc;
}

/* "follow-up" -> "followup".  Not "a symptomatic" -> "asymptomatic": a function word and a blank
 * are two words in earnest. */
static int add_join(struct build *b, uint32_t name, uint32_t at)
{
	const struct match_compiled *n = &b->m->names[name];
	struct slice left = tok_term(&n->doc, &n->doc.words[at]);
	struct slice right = tok_term(&n->doc, &n->doc.words[at + 1]);
	char room[2 * TOK_TERM_MAX];
	if (n->doc.words[at].kind == TOK_WORD_MASK || n->doc.words[at + 1].kind == TOK_WORD_MASK ||
		left.n + right.n < MATCH_SPLIT_MIN || left.n + right.n > TOK_TERM_MAX ||
		!gap_may_join(&n->gaps[at]))
		return 0;
	if (inflect_is_function_word(left) && slice_eq(n->gaps[at].text, SLICE(" ")))
		return 0;
	memcpy(room, left.p, left.n);
	memcpy(room + left.n, right.p, right.n);
	struct slice joined = slice_of(room, left.n + right.n);
	return add_forms(b, joined, joined, name, at, MATCH_JOINED);
}

static bool has_digit(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

/* What is left of the name must still say something without the masked word. */
static bool says_enough(const struct match_compiled *n, uint32_t without)
{
	size_t least = n->doc.n_words == 2 ? 5 : 4;
	for (uint32_t i = 0; i < n->doc.n_words; i++) {
		struct slice term = tok_term(&n->doc, &n->doc.words[i]);
		if (i != without && n->doc.words[i].kind == TOK_WORD_PLAIN && !has_digit(term) &&
			term.n >= least && !inflect_is_function_word(term))
			return true;
	}
	return false;
}

static bool may_be_masked(const struct match_compiled *n)
{
	return (n->flags & MATCH_MASKS) && !(n->flags & MATCH_UNMASKED);
}

static bool is_maskable(const struct match_compiled *n, uint32_t at)
{
	if (!may_be_masked(n) || n->doc.n_words < 2 || n->doc.words[at].kind != TOK_WORD_PLAIN ||
		has_digit(tok_term(&n->doc, &n->doc.words[at])))
		return false;
	return (n->doc.n_words > 2 || at == 0) && says_enough(n, at);
}

/* A match that crosses m chunk borders holds m - 1 whole chunks, none under half the target.  A
 * word of the note is at most 8 bytes for a byte of its term (case folding and accents take 3 or
 * 4), unless the term was cut at its limit and the word has no bound. */
static void set_reach(struct match_compiled *n)
{
	size_t most = 0, mask = 0;
	for (uint32_t i = 0; i < n->doc.n_words; i++) {
		size_t bytes = n->doc.words[i].term_bytes;
		if (bytes + 4 >= TOK_TERM_MAX) {
			n->reach = n->masked_reach = n->bytes = UINT32_MAX;
			return;
		}
		most += 8 * (bytes + 4);
		if (n->doc.words[i].kind == TOK_WORD_MASK)
			most += MASK_BYTES;
		if (n->maskable[i])
			mask = MASK_BYTES;
		if (i + 1 < n->doc.n_words)
			most += n->gaps[i].text.n > MATCH_GAP_MAX ? n->gaps[i].text.n
								  : MATCH_GAP_MAX;
	}
	n->bytes = (uint32_t)most;
	n->reach = 1 + (uint32_t)(most / (TOK_CHUNK_TARGET / 2));
	n->masked_reach = 1 + (uint32_t)((most + mask) / (TOK_CHUNK_TARGET / 2));
}

static int compile_name(const struct match_name *in, uint32_t number, struct tokenizer *t,
	struct arena *a, struct match_compiled *n, struct err *e)
{
	size_t bad;
	*n = (struct match_compiled){.text = in->text, .via = in->via, .flags = in->flags};
	if (in->text.n > MATCH_BYTES_MAX)
		return err_set(e, LODE_BADREQ, "name %u has %zu bytes; at most %d are searched for",
			number, in->text.n, MATCH_BYTES_MAX);
	if (tok_utf8_check(in->text, &bad) < 0)
		return err_set(
			e, LODE_BADREQ, "name %u is not valid UTF-8 at byte %zu", number, bad);
	int rc = tok_words(t, in->text, a, &n->doc, e);
	if (rc < 0)
		return rc;
	if (n->doc.n_words == 0 || n->doc.n_words > MATCH_WORDS_MAX)
		return err_set(e, LODE_BADREQ, "name %u has %u words; it must have 1 to %d", number,
			n->doc.n_words, MATCH_WORDS_MAX);
	n->gaps = arena_array(a, struct gap_rule, n->doc.n_words);
	n->maskable = arena_array(a, bool, n->doc.n_words);
	n->capitals = arena_array(a, bool, n->doc.n_words);
	n->brief = arena_array(a, bool, n->doc.n_words);
	if (!n->gaps || !n->maskable || !n->capitals || !n->brief)
		return err_set(e, LODE_NOMEM, "no memory for name %u", number);
	for (uint32_t i = 0; i + 1 < n->doc.n_words; i++) {
		const struct tok_word *w = &n->doc.words[i];
		gap_rule_init(&n->gaps[i],
			slice_of(n->doc.text.p + w[0].end, w[1].start - w[0].end),
			tok_term(&n->doc, &w[0]), tok_term(&n->doc, &w[1]));
	}
	for (uint32_t i = 0; i < n->doc.n_words; i++) {
		struct slice word = match_word_text(&n->doc, i);
		n->maskable[i] = is_maskable(n, i);
		n->brief[i] = inflect_is_brief(word);
		n->capitals[i] = (n->flags & MATCH_CAPITALS) &&
				 ((n->brief[i] && (n->flags & MATCH_WRITTEN)) ||
					 (abbrev_match_flags(word) & MATCH_CAPITALS));
	}
	set_reach(n);
	return 0;
}

static int compile_forms(struct build *b, uint32_t name)
{
	const struct match_compiled *n = &b->m->names[name];
	int rc = 0;
	for (uint32_t i = 0; i < n->doc.n_words && rc == 0; i++) {
		uint8_t kind = n->doc.words[i].kind;
		struct slice term = tok_term(&n->doc, &n->doc.words[i]);
		b->position = b->m->n_uses;
		rc = kind == TOK_WORD_PLAIN
			     ? add_forms(b, match_word_text(&n->doc, i), term, name, i, MATCH_EXACT)
			     : add_use(b, term, name, i, MATCH_EXACT);
		if (rc == 0 && i + 1 < n->doc.n_words && !(n->flags & MATCH_EXACT_WORDS))
			rc = add_join(b, name, i);
	}
	return rc;
}

static int by_form(const void *a, const void *b)
{
	const struct match_use *x = a, *y = b;
	if (x->form != y->form)
		return x->form < y->form ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

static void order_uses(struct matcher *m)
{
	if (m->n_uses > 1)
		qsort(m->uses, m->n_uses, sizeof(*m->uses), by_form);
	for (uint32_t u = 0; u < m->n_uses; u++) {
		struct match_form *f = &m->forms[m->uses[u].form];
		if (f->end == 0)
			f->first = u;
		f->end = u + 1;
	}
}

int matcher_create(const struct match_name *names, uint32_t n_names, struct tokenizer *t,
	struct arena *a, struct matcher **out, struct err *e)
{
	struct matcher *m = arena_new(a, struct matcher);
	struct match_compiled *compiled = arena_array(a, struct match_compiled, n_names);
	size_t words = 0, slots = 16;
	if (!m || !compiled)
		return err_set(e, LODE_NOMEM, "no memory for %u names", n_names);
	*m = (struct matcher){.names = compiled, .n_names = n_names};
	for (uint32_t i = 0; i < n_names; i++) {
		int rc = compile_name(&names[i], i, t, a, &compiled[i], e);
		if (rc < 0)
			return rc;
		words += compiled[i].doc.n_words;
		m->any_mask |= may_be_masked(&compiled[i]);
	}
	/* Each word and each pair of words has itself and its inflections; half of the slots stay free. */
	while (slots < words * 2 * (INFLECT_MAX + 1) * 2)
		slots *= 2;
	m->slots = arena_array(a, uint32_t, slots);
	m->slot_mask = (uint32_t)slots - 1;
	if (!m->slots)
		return err_set(e, LODE_NOMEM, "no memory for %zu name words", words);
	struct build b = {.m = m, .a = a};
	for (uint32_t i = 0; i < n_names; i++)
		if (compile_forms(&b, i) < 0)
			return err_set(e, LODE_NOMEM, "no memory for %zu name words", words);
	order_uses(m);
	*out = m;
	return 0;
}
