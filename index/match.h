/* Names against the words of a note: pure, no storage.  Private to the room.
 *
 * A name is a run of folded words.  It stands in a note where each of its words equals the note's
 * word, or an inflection of it, one after the other, with nothing but light punctuation between
 * (match_gap.c says what).  Three further ways to stand there:
 *   joined   two words of the name written as one in the note ("follow-up" for "followup")
 *   split    one word of the name written as two with a hyphen between ("pre-eclampsia")
 *   masked   one word of the name replaced by a de-identification mask
 * Joined and split count as inflections. */
#ifndef LODESTONE_INDEX_MATCH_H
#define LODESTONE_INDEX_MATCH_H

#include "index/index.h"

enum {
	MATCH_WORDS_MAX = 64,  /* words of a name */
	MATCH_BYTES_MAX = 512, /* bytes of a name */
	MATCH_GAP_MAX =
		64, /* bytes between two words in the note, or the name's own gap if longer */
	MATCH_SPLIT_MIN = 3, /* bytes of the shortest word that may stand split or joined */
};

/* ---- inflect.c ---- */

enum { INFLECT_MAX = 16, INFLECT_BYTES = TOK_TERM_MAX };

/* Other forms of a word: plural and singular, Latin and Greek endings, British and American
 * spelling.  The word itself is not among them. */
struct inflections {
	uint32_t n;
	struct slice at[INFLECT_MAX]; /* into room, so the struct must not be copied */
	char room[INFLECT_MAX][INFLECT_BYTES];
};

/* word: folded.  Words with a digit, function words and masks have no other form; words under four
 * letters only a plural in -s; words under five never lose an -s. */
void inflect(struct slice word, struct inflections *out);
/* The forms of a name's word as it is written (term: the same folded).  An abbreviation only grows:
 * "MI" has "mis", but "CTS" is no plural of "CT"; "MIs" has "mi". */
void inflect_written(struct slice written, struct slice term, struct inflections *out);
/* All capitals, and short or on the abbreviation list. */
bool inflect_is_brief(struct slice written);
/* "of", "the", "with" ...: words that inflect into others and carry no meaning of their own. */
bool inflect_is_function_word(struct slice word);

/* ---- adjective.c ---- */

/* The adjectives of a condition ("cyanotic"), or the conditions of an adjective. */
void inflect_adjective(struct slice word, bool to_noun, struct inflections *out);

/* ---- spelling.c ---- */

/* Edits from a to b, a swap of neighbours counting as one; most + 1 when there are more. */
unsigned spelling_distance(struct slice a, struct slice b, unsigned most);

/* ---- match_gap.c ---- */

/* What stands between two words of a name; left and right are the words' folded terms. */
struct gap_rule {
	struct slice text; /* the name's own gap */
	bool blank_line;   /* it holds a blank line */
	bool digits;       /* it stands between two digits: "5-6", "1.5", "120/80" must stay so */
	bool short_left; /* the word before has one or two letters: "C. difficile" for "C difficile" */
};

void gap_rule_init(struct gap_rule *g, struct slice gap, struct slice left, struct slice right);
/* May the note have `gap` there?  Blanks, line breaks, hyphens, slashes, quotes and parentheses
 * always; other punctuation when the name has the same; a blank line only when the name has one. */
bool gap_allows(const struct gap_rule *g, struct slice gap);
/* Nothing but light punctuation, and not between two digits: the words may be written as one. */
bool gap_may_join(const struct gap_rule *g);
/* May one word stand split like this in a note?  "pre-eclampsia", "myocar-\n dial"; and "5 mg" for
 * "5mg", where a digit meets a letter. */
bool gap_splits(struct slice gap, struct slice left, struct slice right);
/* A digit meets a letter, so a blank alone may split. */
bool gap_is_border(struct slice left, struct slice right);

/* ---- match.c ---- */

enum match_flags {
	MATCH_EXACT_WORDS = 1, /* no inflection, join or split */
	MATCH_MASKS = 2,       /* a mask may stand for a word */
	MATCH_CAPITALS =
		4, /* its abbreviations that are listed so must be in capitals in the note */
	MATCH_IN_PROSE =
		8, /* and a neighbouring word must have a small letter: "AS" for the disease */
	MATCH_NO_LABEL = 16, /* not with a colon behind: "PE:" heads the physical examination */
	MATCH_WRITTEN = 32,  /* with MATCH_CAPITALS: every abbreviation in it, listed or not */
	MATCH_UNMASKED =
		64, /* with MATCH_MASKS: in all else as that, but no mask stands for a word */
	MATCH_COMPANION = 128, /* makes no note a candidate */
};

struct match_name {
	struct slice text;
	enum via via;
	unsigned flags;
};

/* What the matcher made of a name.  Positions are its words. */
struct match_compiled {
	struct slice text;
	struct tok_doc doc;
	struct gap_rule *gaps; /* n_words - 1 */
	bool *maskable;        /* per position: a mask may stand for it */
	bool *capitals;        /* per position: the note must have these very letters */
	bool *brief;           /* per position: an abbreviation, see inflect_is_brief */
	enum via via;
	unsigned flags;
	uint32_t reach; /* how many chunk borders a match may cross; UINT32_MAX: any number */
	uint32_t bytes; /* a match without a mask is no longer than this */
	uint32_t masked_reach; /* reach with a mask for one of its words */
};

enum match_kind { MATCH_EXACT, MATCH_INFLECTED, MATCH_JOINED };

/* A form (folded word of a note) stands for position `at` of a name; a JOINED one for at + 1 too. */
struct match_use {
	uint32_t form, name, at;
	uint8_t kind;
};

struct match_form {
	struct slice term;
	uint32_t first, end; /* its uses, ordered by position, name, kind */
};

enum { MATCH_SEEN = 2048 };

struct matcher {
	const struct match_compiled *names;
	uint32_t n_names;
	struct match_form *forms;
	uint32_t n_forms;
	struct match_use *uses;
	uint32_t n_uses;
	uint32_t *slots; /* hash of a term -> index + 1 of its form; open addressing */
	uint32_t slot_mask;
	uint64_t seen[MATCH_SEEN /
		      64]; /* most words of a note are turned away here: see match_seen */
	bool any_mask;     /* some name may match over a mask */
};

/* A word as it is written. */
static inline struct slice match_word_text(const struct tok_doc *d, uint32_t word)
{
	return slice_of(
		d->text.p + d->words[word].start, d->words[word].end - d->words[word].start);
}

/* The bit of a term in `seen`: what can be told of a word without hashing it. */
static inline uint32_t match_seen(struct slice term)
{
	if (term.n == 0)
		return 0;
	uint32_t first = (unsigned char)term.p[0], last = (unsigned char)term.p[term.n - 1];
	uint32_t middle = (unsigned char)term.p[term.n / 2];
	return (first * 9 + last * 37 + middle * 5 + (uint32_t)term.n * 131) % MATCH_SEEN;
}

/* How ask looks for a name that names_widen made: MATCH_* flags. */
unsigned match_flags(const struct name *name);
/* In the arena; names' texts are borrowed.  LODE_BADREQ: a name without words, over a limit, or not
 * UTF-8. */
int matcher_create(const struct match_name *names, uint32_t n_names, struct tokenizer *t,
	struct arena *a, struct matcher **out, struct err *e);
/* Index of the form, or UINT32_MAX. */
uint32_t matcher_form(const struct matcher *m, struct slice term);

/* Every place where a name stands, sorted by start, then end, then name: of one name at one start
 * only the best way (unmasked, uninflected, longest).  Hits are in the arena.  LODE_NOMEM. */
int matcher_run(const struct matcher *m, const struct tok_doc *doc, struct arena *a,
	struct hit **hits, uint32_t *n_hits);
/* Of overlapping hits the longest, then the lowest name, stays.  Sorts by start.  Returns how many
 * are left.  LODE_NOMEM. */
int matcher_resolve(struct hit *hits, uint32_t *n_hits, struct arena *a);

/* ---- sieve.c ---- */

/* Beginnings of the words that may stand on one side of a mask. */
struct sieve_side {
	struct slice *heads;
	size_t n, cap;
	bool initial[256]; /* first bytes of them in a text */
};

/* Where masks stand for words. */
struct sieve_masks {
	bool pass_all;
	bool hard_gaps; /* a name has punctuation between its words */
	struct sieve_side behind, before;
};

/* A beginning of a word, and the place it may take. */
struct sieve_head {
	struct slice text;
	uint32_t set, place;
};

/* Places of which one word each must stand within so many bytes. */
struct sieve_set {
	uint32_t first, n; /* in sieve_near.last */
	uint32_t bytes;
};

/* Where words stand close together: of a name of several words, or of all names sought together. */
struct sieve_near {
	bool pass_all;
	struct sieve_set *sets;
	struct sieve_head *heads; /* by first byte */
	size_t n_sets, n_heads, cap_heads;
	uint32_t bucket[257];
	uint32_t *last; /* per place: byte after the last such word's first one; 0: none */
	uint32_t n_last;
};

struct sieve {
	struct sieve_masks masks;
	struct sieve_near near;
};

/* together: as in struct names.  LODE_NOMEM. */
int sieve_init(struct sieve *s, const struct matcher *m, uint32_t together, struct arena *a);
/* False: in this text no mask stands for a word of any name. */
bool sieve_masks_pass(const struct sieve *s, struct slice text);
/* False: no name of several words stands here without a mask; together: not all names do.  One call
 * at a time. */
bool sieve_near_pass(struct sieve *s, struct slice text);

/* ---- glance.c ---- */

struct glance {
	const struct match_compiled *name;
	uint32_t anchor; /* its longest word */
};

/* False: not a name for this. */
bool glance_init(struct glance *g, const struct match_compiled *name);
/* False: the name does not stand in this text (valid UTF-8). */
bool glance_may_stand(const struct glance *g, struct slice text);

/* ---- abbrev.c ---- */

/* Do the words beside it (folded; empty: none) make another thing of this name: "robitussin" before
 * "DM"? */
bool abbrev_is_another_thing(struct slice name, struct slice before, struct slice next);
/* On the built-in list, letter by letter. */
bool abbrev_is_listed(struct slice word);

/* How a note must write this name, if it is on the list: MATCH_* flags, 0 if it is not. */
unsigned abbrev_match_flags(struct slice name);

#endif
