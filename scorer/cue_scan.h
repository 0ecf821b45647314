/* Finding cues in the words around a mention (private to scorer and its tests). */
#ifndef LODESTONE_SCORER_CUE_SCAN_H
#define LODESTONE_SCORER_CUE_SCAN_H

#include "base/automaton.h"
#include "scorer/cue_rules.h"
#include "scorer/scorer.h"

/* A compiled phrase: what the automaton's value stands for. */
struct cue_phrase {
	const struct cue_rule *rule;
	uint16_t slashes; /* bit i: a '/' must stand between word i and i + 1 */
};

struct cue_engine {
	struct automaton *automaton;
	struct cue_phrase *phrases;
	unsigned n_phrases;
	uint32_t num, year, positive,
		negative; /* word ids of "#num", "#year", "positive", "negative" */
};

/* An engine over any tables, for benches and tests; they must outlive it. */
int cue_engine_build(const struct cue_table *const *tables, unsigned n_tables,
	struct cue_engine **out, struct err *e);

/* Words looked at on each side of a mention, and cues kept: a sentence that has more is no sentence
 * any more, and the nearest ones decide. */
enum { CUE_WORDS = 96, CUE_MARKS = 160 };

/* Gap bits of our own beside enum cue_barrier. */
enum cue_gap {
	GAP_MINUS = 1 << 28,    /* "(-)" */
	GAP_PLUS = 1 << 29,     /* "(+)" */
	GAP_QUESTION = 1 << 30, /* a '?' that stands in front of the next word */
	GAP_LEADS = 1u << 31,   /* "(-)" that belongs to the word after it */
};

struct cue_mark {
	const struct cue_rule *rule;
	uint16_t first, last; /* words of the stretch */
};

/* A stretch of words with its cues, in order of their ends; none lies within a longer one. */
struct cue_stretch {
	const struct tok_doc *doc;
	uint32_t first, n;           /* words doc->words[first .. first + n) */
	uint32_t gap[CUE_WORDS + 1]; /* [i] what stands between word i - 1 and i */
	uint32_t all_gaps;           /* bits of all of them */
	uint32_t bars[CUE_WORDS];    /* barrier bits that the word raises */
	struct cue_mark marks[CUE_MARKS];
	unsigned n_marks;
};

/* Scans words first..first+n (n <= CUE_WORDS). */
void cue_scan(const struct cue_engine *c, const struct tok_doc *d, uint32_t first, uint32_t n,
	struct cue_stretch *out);

/* What stands between two byte offsets that hold no word; after_number: a short number stands in
 * front, so that "2." begins a list item. */
uint32_t cue_gap(const struct tok_doc *d, uint32_t from, uint32_t to, bool after_number);

/* Forms: an answer after a label or a box. */
enum cue_answer { ANSWER_NONE, ANSWER_NO, ANSWER_YES };

/* Whether word i, with `gap` in front of it, answers the item before it and says nothing of the next
 * ("Snoring: no   Fever: yes"). */
bool cue_answers(const struct cue_stretch *s, unsigned i, uint32_t gap);
static inline bool cue_is_answer(const struct cue_stretch *s, unsigned i, uint32_t gap)
{
	bool choice = i >= 2 && s->gap[i - 1] & BAR_SLASH;
	return (gap || choice) && cue_answers(s, i, gap);
}

/* Whether words i and i + 1 are a form's printed choice and word i + 2 is the answer ("Fever: Y/N N"). */
bool cue_offers_choice(const struct cue_stretch *s, unsigned i);

/* Which of "yes" and "no" straight after the mention has the tick, in front of it or behind. */
enum cue_answer cue_ticked(const struct cue_stretch *after, uint32_t gap_after);

/* Whether what stands from byte `at` on begins something new: punctuation, a box, a line, or the
 * label of the next item. */
bool cue_is_closed(const struct tok_doc *d, uint32_t at);

/* Whether a relative before the mention has it: marks[mark] is the relative, `bars` and `gap_before`
 * stand between. */
bool cue_relative_has_it(
	const struct cue_stretch *before, unsigned mark, uint32_t bars, uint32_t gap_before);

/* Whether a relative after the mention has it ("colon cancer in his father"). */
bool cue_relative_is_owner(const struct cue_stretch *after, unsigned mark, uint32_t bars);

/* The nearest cue of a role that governs the mention. */
struct cue_governor {
	const struct cue_rule *rule; /* NULL: none */
	uint32_t start, end;         /* the cue, bytes in the text */
	uint32_t bars;               /* what stands between */
	unsigned distance;           /* words in between; UINT_MAX: from a heading or lead-in */
};

/* All that is said about a mention. */
struct cue_view {
	struct cue_governor ahead[ROLE_COUNT];  /* the cue stands before the mention */
	struct cue_governor behind[ROLE_COUNT]; /* the cue stands after it */
	uint32_t
		or_after; /* barriers up to the first "or" after the mention, 0 when there is none */
	uint8_t section;  /* enum tok_section_class */
};

void cue_look(const struct cue_engine *c, const struct mention_context *m, struct cue_view *out);

/* One axis: its value, and what decided it. */
struct cue_decision {
	unsigned value;
	enum cue_kind kind;
	const struct cue_governor *by; /* in the view; NULL: nothing, or the section */
};

struct cue_verdict {
	struct cue_decision negation, certainty, experiencer, temporality;
	enum assertion_class class;
	struct cue_decision deciding; /* the one of the four that made the class what it is */
};

/* The class of the section the sentence stands in; what begins with the label of an exam, a test or a
 * staging ("Mental status:") is family history no longer, though no heading parted it. */
uint8_t cue_section_class(const struct tok_doc *d, uint32_t sentence);

void cue_decide(const struct cue_view *v, struct cue_verdict *out);
/* As an assertion, with the probabilities of rules alone. */
void cue_conclude(const struct cue_verdict *v, struct assertion *out);

#endif
