#include "tokenizer/abbreviation.h"

#include <ctype.h>
#include <stdlib.h>

enum { WORD_MAX = 12 };

/* Sorted; small letters. */
static const char open_words[][WORD_MAX] = {"approx", "appx", "art", "asst", "attn", "ave", "ca",
	"capt", "cf", "col", "dr", "drs", "e.g", "eg", "esp", "fig", "figs", "gov", "hon", "i.e",
	"ie", "incl", "lt", "messrs", "mr", "mrs", "ms", "mt", "prof", "rep", "rev", "sen", "sgt",
	"st", "viz", "vs"};

static const char dotted_words[][WORD_MAX] = {"abd", "adm", "am", "amt", "ant", "appt", "avg",
	"b.i.d", "bid", "bilat", "caps", "cc", "cm", "co", "cont", "corp", "dept", "diff", "disch",
	"dist", "dos", "dtrs", "dx", "ed", "est", "etc", "ext", "exts", "freq", "ft", "fx", "gen",
	"gm", "gms", "gtt", "hosp", "hr", "hrs", "hs", "ht", "hx", "i.m", "i.v", "im", "inc", "inf",
	"inj", "int", "iv", "jr", "kg", "lab", "lat", "lb", "lbs", "lg", "ltd", "max", "mcg", "med",
	"meds", "meq", "mg", "mgs", "min", "mins", "ml", "mm", "mo", "mod", "mos", "neg", "neuro",
	"norm", "occ", "oz", "p.o", "p.r.n", "pm", "po", "pos", "post", "prev", "prn", "prox", "pt",
	"pts", "pulm", "q.d", "q.i.d", "qd", "qid", "reg", "resp", "rt", "rx", "sec", "secs", "sl",
	"sm", "sq", "sr", "subq", "sup", "surg", "sx", "tab", "tabs", "temp", "tid", "tsp", "tx",
	"vol", "wk", "wks", "wnl", "wt", "yr", "yrs"};

static const char number_words[][WORD_MAX] = {"no", "nos", "num"};

static const char beginners[][WORD_MAX] = {"a", "abdomen", "after", "all", "although", "an", "as",
	"at", "before", "both", "but", "chest", "during", "extremities", "following", "for", "he",
	"heart", "heent", "her", "his", "however", "i", "if", "in", "it", "labs", "lungs", "mr",
	"mrs", "ms", "neck", "no", "not", "of", "on", "our", "overall", "patient", "plan", "please",
	"pt", "she", "since", "skin", "the", "then", "there", "these", "they", "this", "to",
	"today", "vital", "was", "we", "when", "while", "will", "with", "you", "your"};

static int compare(const void *key, const void *word)
{
	return strcmp(key, word);
}

#define LISTED(key, list)                                                                        \
	(bsearch((key), (list), sizeof(list) / sizeof((list)[0]), sizeof((list)[0]), compare) != \
		NULL)

/* Small letters of a short word at key; false when it is too long to be listed. */
static bool lower_key(struct slice word, char key[WORD_MAX])
{
	if (word.n == 0 || word.n >= WORD_MAX)
		return false;
	for (size_t i = 0; i < word.n; i++)
		key[i] = (char)tolower((unsigned char)word.p[i]);
	key[word.n] = '\0';
	return true;
}

/* Single letters with stops between: "p.o", "U.S". */
static bool is_dotted(struct slice word)
{
	if (word.n < 3 || word.n % 2 == 0)
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (i % 2 ? word.p[i] != '.' : !isalpha((unsigned char)word.p[i]))
			return false;
	return true;
}

enum tok_abbreviation tok_abbreviation_of(struct slice word)
{
	char key[WORD_MAX];
	if (!lower_key(word, key))
		return ABBR_NONE;
	if (word.n == 1)
		return isalpha((unsigned char)key[0]) ? ABBR_LETTER : ABBR_NONE;
	if (LISTED(key, open_words))
		return ABBR_OPEN;
	if (LISTED(key, number_words))
		return ABBR_NUMBER;
	return is_dotted(word) || LISTED(key, dotted_words) ? ABBR_DOTTED : ABBR_NONE;
}

bool tok_begins_sentence(struct slice word)
{
	char key[WORD_MAX];
	return lower_key(word, key) && LISTED(key, beginners);
}
