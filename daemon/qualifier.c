#include "daemon/qualifier.h"

enum { PARTED_MAX = 4 /* words that may stand between two words of a condition */ };

enum group { SIDE, SEVERITY, COURSE, KIND };

/* Not "multiple", "small", "primary", "upper" ...: they are part of what a condition is as often as they
 * qualify it (multiple sclerosis, small cell lung cancer). */
static const struct qualifier qualifiers[] = {{"left", SIDE, 1}, {"right", SIDE, 2},
	{"bilateral", SIDE, 3}, {"bilaterally", SIDE, 3}, {"unilateral", SIDE, 4},
	{"mild", SEVERITY, 1}, {"mildly", SEVERITY, 1}, {"minimal", SEVERITY, 1},
	{"slight", SEVERITY, 1}, {"moderate", SEVERITY, 2}, {"moderately", SEVERITY, 2},
	{"severe", SEVERITY, 3}, {"severely", SEVERITY, 3}, {"marked", SEVERITY, 3},
	{"massive", SEVERITY, 3}, {"extensive", SEVERITY, 3}, {"acute", COURSE, 1},
	{"acutely", COURSE, 1}, {"subacute", COURSE, 2}, {"chronic", COURSE, 3},
	{"recurrent", KIND, 0}, {"persistent", KIND, 0}, {"intermittent", KIND, 0},
	{"symptomatic", KIND, 0}, {"significant", KIND, 0}};

/* May stand within a coordination or beside a qualifier, and turn nothing round. */
static const char *const small[] = {"a", "an", "and", "at", "by", "for", "from", "her", "his", "in",
	"of", "on", "or", "the", "to", "with", NULL};

/* May stand inside a condition that was asked without them, besides the qualifiers. */
static const char *const inserted[] = {"upper", "lower", "superior", "inferior", "anterior",
	"posterior", "medial", "lateral", "proximal", "distal", "mid", "middle", "apical", "basal",
	"large", "small", "tiny", "diffuse", "focal", "localized", "multiple", "new", "old",
	"early", "known", "likely", "partial", "complete", "primary", "metastatic", "progressive",
	NULL};

/* With one of these between, two words belong to two statements. */
static const char *const statements[] = {"is", "was", "are", "were", "has", "had", "have", "with",
	"without", "no", "not", "but", "for", "from", "who", "which", "that", "she", "he",
	"patient", "denies", "denied", "due", "than", "because", "after", "before", "clear",
	"normal", NULL};

static bool is_one_of(struct slice word, const char *const *list)
{
	for (; *list; list++)
		if (slice_eq(word, slice_str(*list)))
			return true;
	return false;
}

const struct qualifier *qualifier_of(struct slice word)
{
	for (size_t i = 0; i < sizeof(qualifiers) / sizeof(*qualifiers); i++)
		if (slice_eq(word, slice_str(qualifiers[i].word)))
			return &qualifiers[i];
	return NULL;
}

bool qualifier_covers(const struct qualifier *found, const struct qualifier *asked)
{
	if (found->group != asked->group)
		return false;
	if (found->class == 0 || asked->class == 0)
		return found == asked;
	bool both = found->group == SIDE && found->class == 3 && asked->class <= 2;
	return both || found->class == asked->class;
}

bool qualifier_opposes(const struct qualifier *found, const struct qualifier *asked)
{
	return found->group == asked->group && found->class && asked->class &&
	       !qualifier_covers(found, asked);
}

bool qualifier_is_small(struct slice word)
{
	return is_one_of(word, small);
}

bool qualifier_may_stand_inside(struct slice word)
{
	return qualifier_of(word) || is_one_of(word, inserted);
}

bool qualifier_turns(struct slice word)
{
	return slice_eq(word, SLICE("of")) || slice_eq(word, SLICE("in")) ||
	       slice_eq(word, SLICE("involving"));
}

uint32_t qualifier_word_from(const struct tok_doc *d, uint32_t start)
{
	uint32_t low = 0, high = d->n_words;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (d->words[mid].start < start)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool has_any(struct slice text, const char *bytes)
{
	for (size_t i = 0; i < text.n; i++)
		if (strchr(bytes, text.p[i]))
			return true;
	return false;
}

bool qualifier_may_part(const struct tok_doc *d, uint32_t from, uint32_t to)
{
	if (from == to)
		return true;
	struct slice between = slice_of(
		d->text.p + d->words[from - 1].end, d->words[to].start - d->words[from - 1].end);
	bool all = true, joined = has_any(between, ",/&");
	if (to - from > PARTED_MAX || has_any(between, ".;:()[]?!"))
		return false;
	for (uint32_t i = from; i < to; i++) {
		struct slice word = tok_term(d, &d->words[i]);
		if (is_one_of(word, statements) || d->words[i].kind != TOK_WORD_PLAIN)
			return false;
		joined |= slice_eq(word, SLICE("and")) || slice_eq(word, SLICE("or"));
		all &= qualifier_may_stand_inside(word);
	}
	return all || joined;
}
