/* Other forms of an English medical word, by rule.  A form that is no word costs one look-up in the
 * chart's dictionary and nothing else, so the rules are generous; they must only never turn a word
 * into another that means something else, hence the two short lists of exceptions. */
#include "index/match.h"

enum { BRIEF_MAX = 5 }; /* letters of a word in capitals that is taken for an abbreviation */

/* One rule reads both ways: a word that ends in `one` has a form that ends in `other` and back. */
struct ending {
	const char *one, *other;
	uint8_t stem; /* bytes that must stand before the ending */
};

static const struct ending endings[] = {
	{"y", "ies", 3},     /* biopsy */
	{"is", "es", 3},     /* metastasis */
	{"us", "i", 3},      /* thrombus */
	{"um", "a", 3},      /* diverticulum */
	{"oma", "omata", 2}, /* stroma */
	{"a", "ae", 3},      /* bulla */
	{"ix", "ices", 3},   /* appendix */
	{"ex", "ices", 3},   /* cortex */
	{"ax", "aces", 3},   /* thorax */
	{"nx", "nges", 3},   /* phalanx */
	{"en", "ina", 3},    /* foramen */
	{"is", "ides", 3},   /* arthritis */
	{"on", "a", 4},      /* ganglion */
	{"f", "ves", 2},     /* calf */
	{"fe", "ves", 2},    /* knife */
	{"foot", "feet", 0}, /* also forefoot */
	{"tooth", "teeth", 0},
	{"child", "children", 0},
};

/* American, British.  `where`: '^' only at the start of a word, '$' only at its end. */
struct spelling {
	const char *american, *british;
	char where;
};

static const struct spelling spellings[] = {
	{"hem", "haem", 0}, {"emia", "aemia", 0}, {"emic", "aemic", 0}, {"edem", "oedem", 0},
	{"esophag", "oesophag", 0}, {"rrhe", "rrhoe", 0}, {"pnea", "pnoea", 0},
	{"pnei", "pnoei", 0}, {"pedi", "paedi", 0}, {"gynec", "gynaec", 0}, {"cesar", "caesar", 0},
	{"cec", "caec", 0}, {"fec", "faec", '^'}, {"fet", "foet", '^'}, {"celi", "coeli", '^'},
	{"esthe", "aesthe", 0}, {"estro", "oestro", '^'}, {"etio", "aetio", 0},
	{"ameb", "amoeb", 0}, {"homeo", "homoeo", '^'}, {"leuk", "leuc", 0}, {"sulf", "sulph", 0},
	{"tumor", "tumour", 0}, {"color", "colour", 0}, {"labor", "labour", '^'},
	{"odor", "odour", 0}, {"behavior", "behaviour", 0}, {"fiber", "fibre", 0},
	{"center", "centre", 0}, {"liter", "litre", 0}, {"meter", "metre", '$'},
	{"meters", "metres", '$'}, {"caliber", "calibre", 0}, {"goiter", "goitre", 0},
	{"titer", "titre", 0}, {"maneuver", "manoeuvre", 0}, {"mold", "mould", '^'},
	{"gray", "grey", 0}, {"ize", "ise", '$'}, {"ized", "ised", '$'}, {"izes", "ises", '$'},
	{"izing", "ising", '$'}, {"ization", "isation", 0}, {"yze", "yse", '$'},
	{"yzed", "ysed", '$'}, {"yzing", "ysing", '$'}, {"aluminum", "aluminium", 0},
	{"aging", "ageing", '$'}, {"defense", "defence", 0},
	{"ophthalm", "opthalm", 0}, /* not British, but as frequent as the right spelling */
};

static const char *const function_words[] = {"a", "after", "all", "an", "and", "any", "are", "as",
	"at", "be", "been", "but", "by", "can", "did", "do", "due", "for", "from", "had", "has",
	"have", "he", "her", "hers", "him", "his", "if", "in", "into", "is", "it", "its", "may",
	"my", "no", "non", "nor", "nos", "not", "of", "off", "on", "one", "or", "our", "out",
	"over", "per", "post", "she", "so", "than", "that", "the", "their", "this", "to", "two",
	"under", "us", "via", "was", "we", "were", "who", "with", "yes", "you", NULL};

/* Words whose last s is no plural, and what would be left without it. */
static const char *const no_plural[] = {"aid", "aids", "new", "news", "sar", "sars", "sid", "sids",
	"len", "lens", "mer", "mers", "alway", "always", NULL};

static bool in_list(struct slice word, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == word.n && memcmp(*list, word.p, word.n) == 0)
			return true;
	return false;
}

bool inflect_is_function_word(struct slice word)
{
	return word.n <= 5 && in_list(word, function_words);
}

static bool ends_with(struct slice w, const char *ending)
{
	size_t n = strlen(ending);
	return w.n >= n && memcmp(w.p + w.n - n, ending, n) == 0;
}

static bool is_known(struct slice word, const struct inflections *out, struct slice form)
{
	if (slice_eq(word, form))
		return true;
	for (uint32_t i = 0; i < out->n; i++)
		if (slice_eq(out->at[i], form))
			return true;
	return false;
}

/* Adds head + tail + rest, unless it is there, too long, or a function word. */
static void add(struct slice word, struct inflections *out, struct slice head, struct slice tail,
	struct slice rest)
{
	size_t n = head.n + tail.n + rest.n;
	if (out->n == INFLECT_MAX || n > INFLECT_BYTES || n < 2)
		return;
	char *p = out->room[out->n];
	memcpy(p, head.p, head.n);
	memcpy(p + head.n, tail.p, tail.n);
	memcpy(p + head.n + tail.n, rest.p, rest.n);
	struct slice form = {p, n};
	if (!is_known(word, out, form) && !inflect_is_function_word(form))
		out->at[out->n++] = form;
}

/* Replaces the last `cut` bytes of w. */
static void add_ending(
	struct slice word, struct inflections *out, struct slice w, size_t cut, const char *ending)
{
	add(word, out, slice_of(w.p, w.n - cut), slice_str(ending), SLICE(""));
}

static void add_plural_s(struct slice word, struct inflections *out, struct slice w)
{
	if (in_list(w, no_plural))
		return;
	bool sibilant = ends_with(w, "x") || ends_with(w, "z") || ends_with(w, "ch") ||
			ends_with(w, "sh") || ends_with(w, "s");
	if (!sibilant || w.n < 4)
		add_ending(word, out, w, 0, "s");
	if ((sibilant || ends_with(w, "o")) && w.n >= 4)
		add_ending(word, out, w, 0, "es");
	/* In a shorter word the s is seldom a plural's: "cts", "gas", "pus". */
	if (w.n >= 5 && ends_with(w, "s") && !ends_with(w, "ss") && !ends_with(w, "us") &&
		!ends_with(w, "is"))
		add_ending(word, out, w, 1, "");
	if (w.n > 4 && (ends_with(w, "ses") || ends_with(w, "xes") || ends_with(w, "zes") ||
			       ends_with(w, "ches") || ends_with(w, "shes") || ends_with(w, "oes")))
		add_ending(word, out, w, 2, "");
}

static void add_endings(struct slice word, struct inflections *out, struct slice w)
{
	add_plural_s(word, out, w);
	if (w.n < 4)
		return;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		const struct ending *r = &endings[i];
		size_t one = strlen(r->one), other = strlen(r->other);
		if (ends_with(w, r->other) && w.n - other >= r->stem)
			add_ending(word, out, w, other, r->one);
		if (ends_with(w, r->one) && w.n - one >= r->stem)
			add_ending(word, out, w, one, r->other);
	}
}

static const char *find(struct slice w, const char *part, char where)
{
	size_t n = strlen(part);
	if (w.n < n)
		return NULL;
	if (where == '^')
		return memcmp(w.p, part, n) == 0 ? w.p : NULL;
	if (where == '$')
		return ends_with(w, part) ? w.p + w.n - n : NULL;
	return memmem(w.p, w.n, part, n);
}

/* A bit per letter of the word: most rules are about letters it does not have. */
static uint32_t letters_of(struct slice w)
{
	uint32_t letters = 0;
	for (size_t i = 0; i < w.n; i++)
		letters |= 1u << (w.p[i] & 31);
	return letters;
}

static bool has_letter(uint32_t letters, const char *part)
{
	return letters >> (part[0] & 31) & 1;
}

/* The spelling of the other shore, one rule at a time.  The British parts hold the American ones
 * ("aemia" holds "emia"), so they are looked for first. */
static void add_spellings(struct slice word, struct inflections *out)
{
	uint32_t letters = letters_of(word);
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		const struct spelling *s = &spellings[i];
		if (!has_letter(letters, s->british) && !has_letter(letters, s->american))
			continue;
		const char *from = s->british, *to = s->american;
		const char *at = find(word, from, s->where);
		if (!at) {
			from = s->american, to = s->british;
			at = find(word, from, s->where);
		}
		if (!at)
			continue;
		size_t skip = (size_t)(at - word.p) + strlen(from);
		add(word, out, slice_of(word.p, (size_t)(at - word.p)), slice_str(to),
			slice_of(word.p + skip, word.n - skip));
	}
}

void inflect(struct slice word, struct inflections *out)
{
	out->n = 0;
	if (word.n < 2 || word.n >= INFLECT_BYTES || inflect_is_function_word(word))
		return;
	for (size_t i = 0; i < word.n; i++)
		if ((word.p[i] >= '0' && word.p[i] <= '9') || (unsigned char)word.p[i] < ' ')
			return;
	if (word.n < 4) {
		add_plural_s(word, out, word);
		return;
	}
	/* Spellings first among the derived: their plurals come last and may be cut off. */
	add_endings(word, out, word);
	uint32_t first = out->n;
	add_spellings(word, out);
	for (uint32_t i = first, n = out->n; i < n; i++)
		add_endings(word, out, out->at[i]);
}

static size_t capitals_at_start(struct slice written)
{
	size_t n = 0;
	while (n < written.n && written.p[n] >= 'A' && written.p[n] <= 'Z')
		n++;
	return n;
}

bool inflect_is_brief(struct slice written)
{
	return written.n >= 2 && capitals_at_start(written) == written.n &&
	       (written.n <= BRIEF_MAX || abbrev_is_listed(written));
}

void inflect_written(struct slice written, struct slice term, struct inflections *out)
{
	size_t capitals = capitals_at_start(written);
	uint32_t kept = 0;
	if (capitals >= 2 && capitals <= BRIEF_MAX && written.n == capitals + 1 &&
		written.p[capitals] == 's' && term.n == written.n) {
		out->n = 0;
		add_ending(term, out, term, 1, "");
		return;
	}
	inflect(term, out);
	if (!inflect_is_brief(written))
		return;
	/* Longer forms only; of what is listed as an abbreviation only the plural. */
	bool listed = abbrev_is_listed(written);
	for (uint32_t i = 0; i < out->n; i++) {
		bool plural = out->at[i].n == term.n + 1 && ends_with(out->at[i], "s");
		if (plural || (!listed && out->at[i].n > term.n))
			out->at[kept++] = out->at[i];
	}
	out->n = kept;
}
