/* Which cues govern a mention.  Two walks, outward from the mention to the left and to the right,
 * collect what stands in between; a cue governs when nothing that ends its scope has been met. */
#include "scorer/cue_scan.h"

#include <limits.h>

struct walk {
	const struct cue_engine *c;
	const struct tok_doc *doc;
	uint32_t first, last; /* words of the mention */
	uint32_t sentence;
	struct cue_stretch *before, *after, *lead; /* not cleared: 3 KB each */
	uint32_t gap_before, gap_after;
	struct cue_view *view;
};

static void offer(struct cue_governor *g, const struct cue_stretch *s, const struct cue_mark *m,
	uint32_t bars, unsigned distance)
{
	if (g->rule && g->distance <= distance)
		return;
	const struct tok_word *w = s->doc->words + s->first;
	*g = (struct cue_governor){m->rule, w[m->first].start, w[m->last].end, bars, distance};
}

/* ---- words of the note ---- */

static bool is_short_number(const struct tok_word *w)
{
	return w->kind == TOK_WORD_NUMBER && w->end - w->start < 3;
}

/* ---- the two walks ---- */

/* What an answered item raises: it is over. */
static const uint32_t ANSWERED = BAR_ITEM | BAR_SEMI | BAR_STOP;

static bool stands_right(const struct cue_stretch *s, const struct cue_mark *m)
{
	if (m->rule->flags & CUE_TIGHT) {
		const struct tok_word *w = &s->doc->words[s->first + m->last];
		return w->end < s->doc->text.n && s->doc->text.p[w->end] == '-';
	}
	return true;
}

/* The mention is an item of a list that an "or" holds together. */
static bool is_or_list(uint32_t or_after)
{
	return or_after && !(or_after & (BAR_VERB | BAR_SEMI | BAR_SUBJECT | BAR_BE | BAR_STOP));
}

static void meet_ahead(struct walk *k, unsigned mark, uint32_t bars, uint32_t gap_bars)
{
	const struct cue_stretch *s = k->before;
	const struct cue_mark *m = &s->marks[mark];
	unsigned distance = s->n - 1 - m->last;
	enum cue_role role = m->rule->role;
	if (role == ROLE_RELATIVE) {
		if (distance <= 16 && cue_relative_has_it(s, mark, bars, k->gap_before))
			offer(&k->view->ahead[ROLE_OTHER], s, m, bars, distance);
		return;
	}
	if (!(m->rule->side & SIDE_AHEAD) || (m->rule->reach && distance > m->rule->reach))
		return;
	if (m->rule->flags & CUE_NEXT && distance > 0)
		return;
	uint32_t counted = m->rule->flags & CUE_LEAD ? bars & ~(gap_bars & BAR_COLON) : bars;
	uint32_t stops = m->rule->stops;
	if (m->rule->flags & CUE_OR_LIST && (bars & BAR_OR || is_or_list(k->view->or_after)))
		stops &= ~(uint32_t)BAR_COMMA;
	if (counted & stops || !stands_right(s, m))
		return;
	offer(&k->view->ahead[role], s, m, counted, distance);
}

/* A preposition hangs the mention on another noun ("no pain at HOME"), unless a list goes on after
 * it ("no pain at rest, FEVER"). */
static uint32_t word_bars(uint32_t raised, uint32_t met)
{
	return met & (BAR_COMMA | BAR_OR | BAR_AND) ? raised & ~(uint32_t)BAR_PREP : raised;
}

static void walk_back(struct walk *k)
{
	const struct cue_stretch *s = k->before;
	uint32_t bars = 0;
	unsigned closed = 0; /* parentheses that were opened and closed before the mention */
	unsigned mark = s->n_marks;
	for (unsigned i = s->n; i-- > 0;) {
		uint32_t gap = i + 1 == s->n ? k->gap_before : s->gap[i + 1];
		uint32_t before_gap = bars;
		if (gap & BAR_CLOSE)
			closed++;
		bars |= gap & ~(uint32_t)(closed ? BAR_CLOSE | BAR_OPEN : BAR_CLOSE);
		if (gap & BAR_OPEN && closed)
			closed--;
		uint32_t own_gap = gap & ~before_gap;
		if (cue_is_answer(s, i, s->gap[i]))
			bars |= ANSWERED;
		while (mark > 0 && s->marks[mark - 1].last == i) {
			mark--;
			meet_ahead(k, mark, bars | (closed ? BAR_CLOSE : 0), own_gap);
		}
		if (!closed)
			bars |= word_bars(s->bars[i], bars);
		if (bars & BAR_PARA)
			return;
	}
}

static bool is_alone(const struct cue_stretch *s, const struct cue_mark *m)
{
	if (m->last + 1u == s->n || s->gap[m->last + 1] & ~(uint32_t)BAR_SLASH)
		return true;
	return cue_is_closed(s->doc, s->doc->words[s->first + m->last].end);
}

static void meet_behind(struct walk *k, unsigned mark, unsigned distance, uint32_t bars)
{
	const struct cue_stretch *s = k->after;
	const struct cue_mark *m = &s->marks[mark];
	uint32_t stops = m->rule->stops;
	if (m->rule->role == ROLE_RELATIVE) {
		if (distance <= 9 && cue_relative_is_owner(s, mark, bars))
			offer(&k->view->behind[ROLE_OTHER], s, m, bars, distance);
		return;
	}
	if (!(m->rule->side & SIDE_BEHIND) || (m->rule->reach && distance > m->rule->reach))
		return;
	if (m->rule->flags & CUE_COLON) {
		if (distance > 0 || !(bars & (BAR_COLON | BAR_DASH)))
			return;
		bars &= ~(uint32_t)(BAR_COLON | BAR_DASH);
	}
	if (m->rule->flags & CUE_NEXT && distance > 0)
		return;
	if (bars & stops || (m->rule->flags & CUE_ALONE && !is_alone(s, m)))
		return;
	offer(&k->view->behind[m->rule->role], s, m, bars, distance);
}

/* Passes a printed choice to its answer, with the marks on the way; the bars in front of it. */
static uint32_t skip_choice(const struct cue_stretch *s, unsigned *i, unsigned *mark, uint32_t gap)
{
	*i += 2;
	while (*mark < s->n_marks && s->marks[*mark].first < *i)
		++*mark;
	return gap & ~(uint32_t)(BAR_OPEN | BAR_CLOSE);
}

/* A bracket straight after the mention ("RASH (resolved)", "DVT (deep vein thrombosis) prophylaxis")
 * is about the mention, and its words do not count as distance. */
static void walk_on(struct walk *k)
{
	const struct cue_stretch *s = k->after;
	uint32_t bars = 0;
	unsigned opened = 0, mark = 0, aside = 0;
	bool in_aside = k->gap_after & BAR_OPEN;
	for (unsigned i = 0; i < s->n; i++) {
		uint32_t gap = i == 0 ? k->gap_after : s->gap[i];
		if (cue_offers_choice(s, i)) {
			bars |= skip_choice(s, &i, &mark, gap);
			aside = i;
			in_aside = false;
			gap = s->gap[i] & ~(uint32_t)BAR_CLOSE;
		}
		if (gap & BAR_CLOSE && i > 0) {
			if (in_aside)
				aside = i;
			else if (!opened)
				bars |= BAR_CLOSE;
			opened -= opened > 0;
			in_aside = false;
		}
		opened += gap & BAR_OPEN && i > 0;
		bars |= gap & ~(uint32_t)BAR_CLOSE;
		for (; mark < s->n_marks && s->marks[mark].first <= i; mark++)
			if (s->marks[mark].first == i && !opened)
				meet_behind(k, mark, i - aside, bars);
		if (!opened && !in_aside)
			bars |= s->bars[i];
		if (cue_is_answer(s, i, gap))
			bars |= ANSWERED;
		if (!k->view->or_after && bars & BAR_OR)
			k->view->or_after = bars;
		if (bars & BAR_PARA)
			return;
	}
}

/* ---- headings and lead-ins ---- */

static void take_lead(struct walk *k, uint16_t flag, unsigned slack)
{
	const struct cue_stretch *s = k->lead;
	for (unsigned i = 0; i < s->n_marks; i++) {
		const struct cue_mark *m = &s->marks[i];
		if (m->rule->flags & flag && m->last + 1 + slack >= s->n)
			offer(&k->view->ahead[m->rule->role], s, m, 0, UINT_MAX);
	}
}

static void scan_bytes(struct walk *k, uint32_t from, uint32_t to)
{
	const struct tok_doc *d = k->doc;
	uint32_t first = tok_word_at(d, from), n = 0;
	while (first + n < d->n_words && d->words[first + n].end <= to)
		n++;
	if (n > CUE_WORDS) {
		first += n - CUE_WORDS;
		n = CUE_WORDS;
	}
	cue_scan(k->c, d, first, n, k->lead);
}

static bool ends_with_colon(const struct tok_doc *d, const struct tok_sentence *s)
{
	uint32_t end = s->end;
	while (end > s->start && (uint8_t)d->text.p[end - 1] <= ' ')
		end--;
	return end > s->start && d->text.p[end - 1] == ':';
}

/* Sentences of a list are short, or begin with a number or bullet. */
static bool is_list_item(const struct tok_doc *d, const struct tok_sentence *s)
{
	enum { ITEM_WORDS = 8, ITEM_BYTES = 120 };
	uint32_t at = s->start;
	while (at < s->end && (uint8_t)d->text.p[at] <= ' ')
		at++;
	if (at < s->end && (d->text.p[at] == '-' || d->text.p[at] == '*'))
		return true;
	if (s->end - s->start > ITEM_BYTES &&
		!(at < s->end && d->text.p[at] >= '0' && d->text.p[at] <= '9'))
		return false;
	uint32_t first = tok_word_at(d, s->start), n = 0;
	if (first < d->n_words && d->words[first].start == at && is_short_number(&d->words[first]))
		return true;
	while (first + n < d->n_words && d->words[first + n].start < s->end && n <= ITEM_WORDS)
		n++;
	return n <= ITEM_WORDS;
}

/* Capitals alone on their line: a heading though its section is none of those known. */
static bool is_bare_heading(const struct tok_doc *d, const struct tok_sentence *s)
{
	enum { HEADING_BYTES = 32 };
	const char *p = d->text.p;
	if (s->end - s->start > HEADING_BYTES || (s->start > 0 && p[s->start - 1] != '\n'))
		return false;
	bool capitals = false;
	for (uint32_t at = s->start; at < s->end; at++) {
		bool capital = p[at] >= 'A' && p[at] <= 'Z';
		if (!capital && (uint8_t)p[at] > ' ')
			return false;
		capitals |= capital;
	}
	return capitals;
}

/* "She has no:" and the list under it, at most LIST_MAX items on. */
static void look_at_lead_in(struct walk *k)
{
	enum { LIST_MAX = 16, SLACK = 3 };
	const struct tok_doc *d = k->doc;
	uint32_t section = d->sentences[k->sentence].section;
	uint32_t at = k->sentence;
	/* the heading leads in nothing any more */
	bool left_it = k->view->section != d->sections[section].class;
	for (unsigned back = 0; back < LIST_MAX && at > 0; back++) {
		if (back > 0 && !is_list_item(d, &d->sentences[at]))
			return;
		const struct tok_sentence *s = &d->sentences[--at];
		if (s->section != section || (left_it && s->start < d->sections[section].body))
			return;
		if (is_bare_heading(d, s)) {
			scan_bytes(k, s->start, s->end);
			take_lead(k, CUE_HEADING, 0);
			return;
		}
		if (ends_with_colon(d, s)) {
			scan_bytes(k, s->start, s->end);
			take_lead(k, CUE_LEAD, SLACK);
			return;
		}
	}
}

static void look_at_heading(struct walk *k)
{
	const struct tok_doc *d = k->doc;
	const struct tok_section *s = &d->sections[d->sentences[k->sentence].section];
	if (s->body <= s->start || k->doc->words[k->first].start < s->body)
		return;
	scan_bytes(k, s->start, s->body);
	take_lead(k, CUE_HEADING, CUE_WORDS);
}

/* ---- the mention itself ---- */

static void look_at_own_words(struct walk *k)
{
	const struct tok_doc *d = k->doc;
	uint32_t n = k->last - k->first + 1;
	if (n < 2)
		return;
	cue_scan(k->c, d, k->first, n > 6 ? 6 : n, k->lead);
	const struct cue_stretch *s = k->lead;
	for (unsigned i = 0; i < s->n_marks; i++) {
		const struct cue_mark *m = &s->marks[i];
		if (m->first == 0 && m->rule->role == ROLE_NEGATE && m->last + 1u < n &&
			m->rule->side & SIDE_AHEAD && !(m->rule->flags & CUE_TIGHT))
			offer(&k->view->ahead[ROLE_NEGATE], s, m, 0, 0);
	}
}

/* The sign that leads the list item the mention stands in; 0: none, or signs trail in this list.
 * What stands in the line under a box is no longer ticked by it. */
static uint32_t sign_in_front(const struct walk *k)
{
	const uint32_t ends = BAR_SEMI | BAR_PARA | BAR_STOP | BAR_COLON;
	const struct cue_stretch *s = k->before;
	uint32_t nearest = 0, met = 0;
	for (unsigned i = s->n + 1; i-- > 0;) {
		uint32_t gap = i == s->n ? k->gap_before : s->gap[i];
		if (gap & (GAP_MINUS | GAP_PLUS)) {
			if (!nearest && gap & BAR_ITEM && met & BAR_LINE)
				return 0;
			nearest = nearest ? nearest : gap;
			if (gap & GAP_LEADS)
				return nearest;
		}
		/* the box of a yes or no */
		if (gap & ends || (i < s->n && cue_is_answer(s, i, gap)))
			return 0;
		met |= gap;
	}
	return 0;
}

/* A box at the start of the next line, or after "cough:", is not the mention's own. */
static bool leads_next(uint32_t gap)
{
	return gap & BAR_ITEM && gap & GAP_LEADS;
}

static void look_at_signs(struct walk *k)
{
	static const struct cue_rule minus = {ROLE_NEGATE, SIDE_BOTH, 0, 0, 0, "(-)"};
	static const struct cue_rule query = {ROLE_POSSIBLE, SIDE_AHEAD, 0, 0, 0, "?"};
	const struct tok_word *first = &k->doc->words[k->first], *last = &k->doc->words[k->last];
	if (k->gap_before & GAP_QUESTION)
		k->view->ahead[ROLE_POSSIBLE] =
			(struct cue_governor){&query, first->start - 1, first->start, 0, 0};
	uint32_t gaps = k->before->all_gaps | k->gap_before | k->after->all_gaps | k->gap_after;
	if (!(gaps & (GAP_MINUS | GAP_PLUS)))
		return;
	enum cue_answer answer = cue_ticked(k->after, k->gap_after);
	if (answer == ANSWER_YES)
		return;
	uint32_t front = sign_in_front(k);
	if (front & GAP_MINUS && answer == ANSWER_NONE)
		k->view->ahead[ROLE_NEGATE] =
			(struct cue_governor){&minus, first->start, first->start, 0, 0};
	else if (answer == ANSWER_NO ||
		 (!front && k->gap_after & GAP_MINUS && !leads_next(k->gap_after)))
		k->view->behind[ROLE_NEGATE] =
			(struct cue_governor){&minus, last->end, last->end, 0, 0};
}

/* The words of the sentence before the mention, from byte `from` on. */
static void stretch_before(struct walk *k, uint32_t from)
{
	const struct tok_word *w = &k->doc->words[k->first];
	uint32_t n = 0;
	while (n < k->first && n < CUE_WORDS && w[-(ptrdiff_t)n - 1].end > from)
		n++;
	cue_scan(k->c, k->doc, k->first - n, n, k->before);
	if (n > 0) {
		const struct tok_word *start = w - n, *last = n < k->first ? start - 1 : NULL;
		k->before->gap[0] = cue_gap(
			k->doc, last ? last->end : 0, start->start, last && is_short_number(last));
		k->before->all_gaps |= k->before->gap[0];
	}
	uint32_t at = k->first ? w[-1].end : 0;
	k->gap_before = cue_gap(k->doc, at, w->start, k->first && is_short_number(w - 1));
}

/* The words of the sentence after the mention, up to byte `to`. */
static void stretch_after(struct walk *k, uint32_t to)
{
	const struct tok_word *w = &k->doc->words[k->last];
	uint32_t left = k->doc->n_words - k->last - 1, n = 0;
	while (n < left && n < CUE_WORDS && w[n + 1].start < to)
		n++;
	cue_scan(k->c, k->doc, k->last + 1, n, k->after);
	uint32_t end = left ? w[1].start : (uint32_t)k->doc->text.n;
	k->gap_after = cue_gap(k->doc, w->end, end, false);
}

void cue_look(const struct cue_engine *c, const struct mention_context *m, struct cue_view *out)
{
	const struct tok_doc *d = m->doc;
	struct cue_stretch before, after, lead;
	struct walk k = {
		.c = c, .doc = d, .before = &before, .after = &after, .lead = &lead, .view = out};
	*out = (struct cue_view){.section = TOK_SEC_NONE};
	k.first = tok_word_at(d, m->start);
	if (k.first >= d->n_words || d->n_sentences == 0)
		return;
	k.last = k.first;
	while (k.last + 1 < d->n_words && d->words[k.last + 1].start < m->end)
		k.last++;
	k.sentence = tok_sentence_at(d, d->words[k.first].start);
	const struct tok_sentence *s = &d->sentences[k.sentence];
	out->section = cue_section_class(d, k.sentence);
	stretch_before(&k, s->start);
	stretch_after(&k, s->end);
	walk_on(&k); /* first: it finds the "or" that walk_back asks for */
	walk_back(&k);
	look_at_lead_in(&k);
	look_at_heading(&k);
	look_at_own_words(&k);
	look_at_signs(&k);
}
