/* Whether a relative beside the mention is the one who has it. */
#include "scorer/cue_scan.h"

/* A relative beside a verb of speech only tells ("mother states he has fever"). */
static bool only_speaks(const struct cue_stretch *s, unsigned mark)
{
	const struct cue_mark *relative = &s->marks[mark];
	for (unsigned i = mark + 1; i < s->n_marks; i++) {
		const struct cue_mark *m = &s->marks[i];
		if (m->first > relative->last + 2)
			return false;
		if (m->rule->role == ROLE_SPEECH)
			return true;
	}
	return false;
}

/* "in her mother", "of his father": a preposition within three words before the relative; "because"
 * opens a clause whose subject the relative is. */
static bool hangs_on_preposition(const struct cue_stretch *s, unsigned word, uint32_t bits)
{
	for (unsigned i = word; i-- > 0 && word - i <= 3;) {
		if (s->bars[i] & BAR_CAUSE)
			return false;
		if (s->bars[i] & bits)
			return true;
	}
	return false;
}

/* "Sister: lupus", "Aunt - lymphoma" in a list of the family. */
static bool labels_a_line(
	const struct cue_stretch *s, const struct cue_mark *relative, uint32_t bars, uint32_t gap)
{
	unsigned next = relative->last + 1u;
	gap = next == s->n ? gap : s->gap[next];
	return gap & (BAR_COLON | BAR_DASH) && !(bars & BAR_LINE);
}

/* A possessive 's is in a word's span, not in its term. */
static bool is_genitive(const struct tok_doc *d, const struct tok_word *w)
{
	const char *end = d->text.p + w->end;
	uint32_t n = w->end - w->start;
	return (n > 2 && memcmp(end - 2, "'s", 2) == 0) ||
	       (n > 4 && memcmp(end - 4, "\u2019s", 4) == 0);
}

/* "his father's old gout", "her sister's lupus": nothing else stands between. */
static bool is_possessor(
	const struct cue_stretch *s, const struct cue_mark *relative, uint32_t bars)
{
	enum { ADJECTIVES = 2 };
	const struct tok_doc *d = s->doc;
	bool genitive = is_genitive(d, &d->words[s->first + relative->last]);
	return genitive && !(bars & ~(uint32_t)BAR_LINE) && s->n - 1 - relative->last <= ADJECTIVES;
}

/* "who is a nurse, and has": after a comma a verb may be the main clause's again. */
static bool clause_is_over(const struct cue_stretch *s, unsigned from)
{
	bool comma = false;
	for (unsigned i = from; i < s->n; i++) {
		comma |= i > from && s->gap[i] & BAR_COMMA;
		if (comma && s->bars[i] & (BAR_VERB | BAR_POSITIVE | BAR_BE))
			return true;
	}
	return false;
}

/* "her sister, whose lupus", "his mother, who has lupus": no preposition before the relative changes
 * it. */
static bool begins_a_clause(
	const struct cue_stretch *s, const struct cue_mark *relative, uint32_t bars)
{
	unsigned next = relative->last + 1u;
	if (next >= s->n || !(s->bars[next] & BAR_WHO))
		return false;
	if (s->bars[next] & BAR_POSITIVE) /* whose */
		return true;
	return bars & (BAR_VERB | BAR_POSITIVE) && !clause_is_over(s, next + 1);
}

bool cue_relative_has_it(
	const struct cue_stretch *before, unsigned mark, uint32_t bars, uint32_t gap_before)
{
	const uint32_t ends = BAR_SEMI | BAR_PARA | BAR_ITEM | BAR_STOP | BAR_SUBJECT | BAR_CLOSE;
	const struct cue_mark *relative = &before->marks[mark];
	if (bars & ends || only_speaks(before, mark))
		return false;
	if (is_possessor(before, relative, bars) || begins_a_clause(before, relative, bars))
		return true;
	if (hangs_on_preposition(before, relative->first, BAR_WITH | BAR_PREP | BAR_FOR))
		return false;
	return bars & (BAR_VERB | BAR_POSITIVE | BAR_WITH) ||
	       labels_a_line(before, relative, bars, gap_before);
}

bool cue_relative_is_owner(const struct cue_stretch *after, unsigned mark, uint32_t bars)
{
	const uint32_t ends = BAR_SEMI | BAR_PARA | BAR_ITEM | BAR_STOP | BAR_SUBJECT | BAR_COLON |
			      BAR_VERB | BAR_POSITIVE;
	return !(bars & ends) && !only_speaks(after, mark) &&
	       hangs_on_preposition(after, after->marks[mark].first, BAR_IN);
}
