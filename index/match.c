/* Compiled names run over the words of a note.
 *
 * Every form of every name word is interned once; a note's words become form numbers by one hash
 * look-up each, and only a word that may begin a name is looked at further. */
#include "index/match.h"

#include <stdlib.h>

enum { NO_FORM = UINT32_MAX };

/* Cost of a way to match, compared as a number: a mask outweighs an inflection. */
enum { COST_INFLECTED = 1, COST_MASKED = 2 };

struct state {
	uint32_t at;   /* next word of the name */
	uint32_t word; /* next word of the note */
	uint32_t cost;
};

struct run {
	const struct matcher *m;
	const struct tok_doc *doc;
	struct arena *a;
	uint32_t *forms; /* per word of the note */
	uint32_t *
		pairs; /* form of this word and the next written as one, where a hyphen splits them */
	uint32_t *tried;     /* per name: word it was last tried at, plus one */
	struct state *queue; /* states of one try */
	size_t n_queue, cap_queue;
	size_t fresh; /* the next push cannot repeat a live state when n_queue is still this */
	struct hit *hits;
	size_t n_hits, cap_hits;
};

uint32_t matcher_form(const struct matcher *m, struct slice term)
{
	if (!(m->seen[match_seen(term) / 64] >> match_seen(term) % 64 & 1))
		return NO_FORM;
	for (uint64_t h = digest64(term);; h++) {
		uint32_t slot = m->slots[h & m->slot_mask];
		if (slot == 0)
			return NO_FORM;
		if (slice_eq(m->forms[slot - 1].term, term))
			return slot - 1;
	}
}

static struct slice gap_after(const struct tok_doc *d, uint32_t word)
{
	return slice_of(
		d->text.p + d->words[word].end, d->words[word + 1].start - d->words[word].end);
}

static uint32_t pair_form(const struct run *r, uint32_t word)
{
	const struct tok_doc *d = r->doc;
	struct slice gap = gap_after(d, word);
	struct slice left = tok_term(d, &d->words[word]), right = tok_term(d, &d->words[word + 1]);
	char room[2 * TOK_TERM_MAX];
	if (left.n + right.n < MATCH_SPLIT_MIN || left.n + right.n > TOK_TERM_MAX ||
		!gap_splits(gap, left, right))
		return NO_FORM;
	memcpy(room, left.p, left.n);
	memcpy(room + left.n, right.p, right.n);
	return matcher_form(r->m, slice_of(room, left.n + right.n));
}

static int number_words(struct run *r)
{
	const struct tok_doc *d = r->doc;
	r->forms = arena_alloc(r->a, 2 * sizeof(uint32_t) * (d->n_words + (size_t)1));
	r->tried = arena_array(r->a, uint32_t, r->m->n_names);
	if (!r->forms || !r->tried)
		return LODE_NOMEM;
	r->pairs = r->forms + d->n_words + 1;
	for (uint32_t i = 0; i < d->n_words; i++) {
		r->forms[i] = matcher_form(r->m, tok_term(d, &d->words[i]));
		r->pairs[i] = i + 1 < d->n_words ? pair_form(r, i) : NO_FORM;
	}
	return 0;
}

static uint8_t mask_type(const struct tok_doc *d, uint32_t word)
{
	uint32_t low = 0, high = d->n_masks;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (d->masks[mid].start < d->words[word].start)
			low = mid + 1;
		else
			high = mid;
	}
	return low < d->n_masks ? d->masks[low].type : TOK_MASK_OTHER;
}

/* De-identification takes proper names, and what it takes for one, out of the middle of eponyms;
 * dates, ages, numbers and telephones it takes elsewhere.  The head of a name (its last word) says
 * what kind of thing it is, so only a mask for a name or of no type may hide it. */
static bool mask_stands(const struct match_compiled *n, uint32_t at, uint8_t type)
{
	if (!n->maskable[at])
		return false;
	if (n->doc.n_words == 2)
		return type == TOK_MASK_NAME;
	if (at + 1 == n->doc.n_words)
		return type == TOK_MASK_NAME || type == TOK_MASK_UNTYPED;
	return type == TOK_MASK_NAME || type == TOK_MASK_UNTYPED || type == TOK_MASK_PLACE ||
	       type == TOK_MASK_OTHER;
}

static int push(struct run *r, uint32_t at, uint32_t word, uint32_t cost)
{
	for (size_t i = r->n_queue == r->fresh ? 0 : r->n_queue; i-- > 0;) {
		const struct state *s = &r->queue[i];
		if (s->at == at && s->word == word && s->cost == cost)
			return 0;
	}
	struct state *queue = arena_grow(r->a, r->queue, r->n_queue, sizeof(*queue), &r->cap_queue);
	if (!queue)
		return LODE_NOMEM;
	r->queue = queue;
	r->queue[r->n_queue++] = (struct state){at, word, cost};
	return 0;
}

/* The first use of the form at this position of the name, or at a later place in their order. */
static uint32_t find_use(
	const struct matcher *m, const struct match_form *f, uint32_t name, uint32_t at)
{
	uint32_t low = f->first, high = f->end;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct match_use *u = &m->uses[mid];
		if (u->at < at || (u->at == at && u->name < name))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool has_small_letter(const struct tok_doc *d, uint32_t word)
{
	const struct tok_word *w = &d->words[word];
	if (w->kind != TOK_WORD_PLAIN)
		return false;
	for (uint32_t i = w->start; i < w->end; i++)
		if (d->text.p[i] >= 'a' && d->text.p[i] <= 'z')
			return true;
	return false;
}

/* Two words on either side: in a text all in capitals an abbreviation cannot be told from a word. */
static bool in_prose(const struct tok_doc *d, uint32_t first, uint32_t end)
{
	for (uint32_t i = first >= 2 ? first - 2 : 0; i < end + 2 && i < d->n_words; i++)
		if ((i < first || i >= end) && has_small_letter(d, i))
			return true;
	return false;
}

/* "CTS" is no plural of "CT", nor "CTs" the abbreviation "CTS"; in a text all in capitals "DVTS" is
 * the plural of "DVT". */
static bool is_other_abbreviation(const struct match_compiled *n, uint32_t at, uint8_t kind,
	const struct tok_doc *d, uint32_t word)
{
	struct slice asked = match_word_text(&n->doc, at), found = match_word_text(d, word);
	if (!n->brief[at] || !(n->flags & MATCH_MASKS))
		return false;
	if (kind == MATCH_EXACT)
		return asked.p[asked.n - 1] == 'S' && found.p[found.n - 1] == 's' &&
		       found.p[0] >= 'A' && found.p[0] <= 'Z' && found.n >= 2 &&
		       found.p[1] >= 'A' && found.p[1] <= 'Z';
	return kind == MATCH_INFLECTED && found.p[found.n - 1] == 'S' &&
	       (d->words[word].term_bytes < 4 || in_prose(d, word, word + 1));
}

/* Follows every use of the form for this name at this position. */
static int push_uses(struct run *r, uint32_t form, uint32_t name, struct state s, bool split)
{
	if (form == NO_FORM)
		return 0;
	const struct match_form *f = &r->m->forms[form];
	int rc = 0;
	for (uint32_t u = find_use(r->m, f, name, s.at); u < f->end && rc == 0; u++) {
		const struct match_use *use = &r->m->uses[u];
		if (use->name != name || use->at != s.at)
			break;
		if (is_other_abbreviation(
			    &r->m->names[name], s.at, use->kind, r->doc, s.word + split))
			continue;
		if (use->kind == MATCH_JOINED && !split)
			rc = push(r, s.at + 2, s.word + 1, s.cost | COST_INFLECTED);
		else if (use->kind != MATCH_JOINED && split)
			rc = push(r, s.at + 1, s.word + 2, s.cost | COST_INFLECTED);
		else if (use->kind != MATCH_JOINED)
			rc = push(r, s.at + 1, s.word + 1,
				s.cost | (use->kind == MATCH_INFLECTED ? COST_INFLECTED : 0));
	}
	return rc;
}

static int step(struct run *r, uint32_t name, struct state s)
{
	const struct match_compiled *n = &r->m->names[name];
	const struct tok_doc *d = r->doc;
	if (s.word >= d->n_words)
		return 0;
	if (s.at > 0 && !gap_allows(&n->gaps[s.at - 1], gap_after(d, s.word - 1)))
		return 0;
	int rc = push_uses(r, r->forms[s.word], name, s, false);
	if (rc == 0 && !(n->flags & MATCH_EXACT_WORDS))
		rc = push_uses(r, r->pairs[s.word], name, s, true);
	if (rc == 0 && d->words[s.word].kind == TOK_WORD_MASK && !(s.cost & COST_MASKED) &&
		(n->flags & MATCH_MASKS) && mask_stands(n, s.at, mask_type(d, s.word)))
		rc = push(r, s.at + 1, s.word + 1, s.cost | COST_MASKED);
	return rc;
}

/* Joins and splits move words about, so the letters are looked for anywhere in the span. */
static bool has_capitals(const struct match_compiled *n, const char *p, size_t bytes)
{
	for (uint32_t i = 0; i < n->doc.n_words; i++) {
		struct slice word = match_word_text(&n->doc, i);
		if (n->capitals[i] && !memmem(p, bytes, word.p, word.n))
			return false;
	}
	return true;
}

static bool is_beside(struct slice gap)
{
	uint32_t lines = 0;
	for (size_t i = 0; i < gap.n; i++) {
		if (strchr(".;:!?", gap.p[i]))
			return false;
		lines += gap.p[i] == '\n';
	}
	return lines < 2;
}

/* The words beside a match, folded; none across a sentence's end or a blank line. */
static struct slice word_before(const struct tok_doc *d, uint32_t first)
{
	if (first == 0 || !is_beside(gap_after(d, first - 1)))
		return SLICE("");
	return tok_term(d, &d->words[first - 1]);
}

static struct slice word_behind(const struct tok_doc *d, uint32_t end)
{
	if (end >= d->n_words || !is_beside(gap_after(d, end - 1)))
		return SLICE("");
	return tok_term(d, &d->words[end]);
}

static bool written_as_asked(
	const struct match_compiled *n, const struct tok_doc *d, uint32_t first, uint32_t end)
{
	uint32_t from = d->words[first].start, to = d->words[end - 1].end;
	if ((n->flags & MATCH_CAPITALS) && !has_capitals(n, d->text.p + from, to - from))
		return false;
	if ((n->flags & MATCH_IN_PROSE) && !in_prose(d, first, end))
		return false;
	if ((n->flags & MATCH_MASKS) &&
		abbrev_is_another_thing(n->text, word_before(d, first), word_behind(d, end)))
		return false;
	if (n->flags & MATCH_NO_LABEL) {
		while (to < d->text.n && (d->text.p[to] == ' ' || d->text.p[to] == '\t'))
			to++;
		if (to < d->text.n && d->text.p[to] == ':')
			return false;
	}
	return true;
}

static bool mask_within(const struct tok_doc *d, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		if (d->words[i].kind == TOK_WORD_MASK)
			return true;
	return false;
}

static int add_hit(struct run *r, uint32_t name, uint32_t first, const struct state *best)
{
	const struct match_compiled *n = &r->m->names[name];
	const struct tok_doc *d = r->doc;
	struct hit *hits = arena_grow(r->a, r->hits, r->n_hits, sizeof(*hits), &r->cap_hits);
	if (!hits)
		return LODE_NOMEM;
	r->hits = hits;
	r->hits[r->n_hits++] = (struct hit){
		.start = d->words[first].start,
		.end = d->words[best->word - 1].end,
		.name = name,
		.via = best->cost & COST_MASKED      ? VIA_MASK
		       : best->cost & COST_INFLECTED ? VIA_INFLECTION
						     : n->via,
		.mask_overlap = mask_within(d, first, best->word),
	};
	return 0;
}

/* All ways in which the name can stand from this word on; keeps the best.  Breadth first without
 * repeats: the number of states is bounded by the name's length squared. */
static int try_name(struct run *r, uint32_t name, uint32_t first)
{
	const struct match_compiled *n = &r->m->names[name];
	const struct state *best = NULL;
	if (r->tried[name] == first + 1)
		return 0;
	r->tried[name] = first + 1;
	r->n_queue = 0;
	int rc = push(r, 0, first, 0);
	for (size_t i = 0; i < r->n_queue && rc == 0; i++) {
		r->fresh = i + 1;
		if (r->queue[i].at < n->doc.n_words)
			rc = step(r, name, r->queue[i]);
	}
	for (size_t i = 0; i < r->n_queue && rc == 0; i++) {
		const struct state *s = &r->queue[i];
		if (s->at < n->doc.n_words || !written_as_asked(n, r->doc, first, s->word))
			continue;
		if (!best || s->cost < best->cost ||
			(s->cost == best->cost && s->word > best->word))
			best = s;
	}
	return rc == 0 && best ? add_hit(r, name, first, best) : rc;
}

static int try_form(struct run *r, uint32_t form, uint32_t first)
{
	int rc = 0;
	if (form == NO_FORM)
		return 0;
	const struct match_form *f = &r->m->forms[form];
	for (uint32_t u = f->first; u < f->end && r->m->uses[u].at == 0 && rc == 0; u++)
		rc = try_name(r, r->m->uses[u].name, first);
	return rc;
}

static int try_masks(struct run *r, uint32_t first)
{
	int rc = 0;
	for (uint32_t i = 0; i < r->m->n_names && rc == 0; i++)
		if ((r->m->names[i].flags & MATCH_MASKS) && r->m->names[i].maskable[0])
			rc = try_name(r, i, first);
	return rc;
}

static int by_start(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

int matcher_run(const struct matcher *m, const struct tok_doc *doc, struct arena *a,
	struct hit **hits, uint32_t *n_hits)
{
	struct run r = {.m = m, .doc = doc, .a = a};
	int rc = number_words(&r);
	for (uint32_t i = 0; i < doc->n_words && rc == 0; i++) {
		rc = try_form(&r, r.forms[i], i);
		if (rc == 0)
			rc = try_form(&r, r.pairs[i], i);
		if (rc == 0 && m->any_mask && doc->words[i].kind == TOK_WORD_MASK)
			rc = try_masks(&r, i);
	}
	if (rc < 0)
		return rc;
	if (r.n_hits > 1)
		qsort(r.hits, r.n_hits, sizeof(*r.hits), by_start);
	*hits = r.hits;
	*n_hits = (uint32_t)r.n_hits;
	return 0;
}

static int by_length(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	uint32_t one = x->end - x->start, other = y->end - y->start;
	if (one != other)
		return one > other ? -1 : 1;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

int matcher_resolve(struct hit *hits, uint32_t *n_hits, struct arena *a)
{
	uint32_t n = *n_hits, kept = 0, low = UINT32_MAX, high = 0;
	if (n < 2)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		low = hits[i].start < low ? hits[i].start : low;
		high = hits[i].end > high ? hits[i].end : high;
	}
	bool *taken = arena_calloc(a, high - low, 1);
	if (!taken)
		return LODE_NOMEM;
	qsort(hits, n, sizeof(*hits), by_length);
	/* A hit taken before is at least as long, so if the two overlap it holds an end of this. */
	for (uint32_t i = 0; i < n; i++) {
		uint32_t start = hits[i].start - low, end = hits[i].end - low;
		if (taken[start] || taken[end - 1])
			continue;
		memset(taken + start, true, end - start);
		hits[kept++] = hits[i];
	}
	qsort(hits, kept, sizeof(*hits), by_start);
	*n_hits = kept;
	return 0;
}
