/* tokenizer: the doorway.  Text -> sections, sentences, masks, words, in one linear pass.
 *
 * All offsets are bytes into the text as given, half-open.  Sections and sentences are contiguous
 * and cover the text: the first starts at 0, each starts where the one before ended, the last ends
 * at the end.  Text is valid UTF-8 without NUL (tok_utf8_check first).
 *
 * TOK_VERSION names the behaviour of everything below; an index records it and refuses to mix.  It
 * is raised by any change that makes words, sentences or chunk borders come out otherwise. */
#ifndef LODESTONE_TOKENIZER_H
#define LODESTONE_TOKENIZER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { TOK_VERSION = 2 };

/* ---- UTF-8 and units ---- */

/* 0, or LODE_BADREQ with *bad = offset of the first byte that is no valid UTF-8 (or is NUL). */
int tok_utf8_check(struct slice text, size_t *bad);
/* Code points that start in the text. */
size_t tok_cp_count(struct slice text);

/* ---- sections ---- */

/* class, name on the wire and in `sections` filters */
#define TOK_SECTION_LIST(X)                               \
	X(NONE, "none")   /* before the first heading */  \
	X(OTHER, "other") /* a heading we do not class */ \
	X(CHIEF_COMPLAINT, "chief_complaint")             \
	X(HPI, "history_of_present_illness")              \
	X(PMH, "past_medical_history")                    \
	X(PSH, "past_surgical_history")                   \
	X(FAMILY, "family_history")                       \
	X(SOCIAL, "social_history")                       \
	X(ALLERGIES, "allergies")                         \
	X(MEDICATIONS, "medications")                     \
	X(ROS, "review_of_systems")                       \
	X(VITALS, "vital_signs")                          \
	X(EXAM, "physical_exam")                          \
	X(LABS, "laboratory_data")                        \
	X(IMAGING, "imaging")                             \
	X(PROCEDURE, "procedure")                         \
	X(INDICATION, "indication")                       \
	X(FINDINGS, "findings")                           \
	X(IMPRESSION, "impression")                       \
	X(ASSESSMENT, "assessment")                       \
	X(PLAN, "plan")                                   \
	X(HOSPITAL_COURSE, "hospital_course")             \
	X(DIAGNOSES, "diagnoses")                         \
	X(DISCHARGE, "discharge_instructions")            \
	X(FOLLOW_UP, "follow_up")                         \
	X(COMPLICATIONS, "complications")                 \
	X(RISKS, "risks_and_consent")                     \
	X(BIRTH, "birth_history")                         \
	X(OBSTETRIC, "obstetric_history")

enum tok_section_class {
#define X(name, wire) TOK_SEC_##name,
	TOK_SECTION_LIST(X)
#undef X
		TOK_SEC_COUNT,
};

const char *tok_section_name(enum tok_section_class c);
int tok_section_by_name(struct slice wire); /* class, or -1 */

/* The heading is start..body (empty where there is none), the text under it body..end. */
struct tok_section {
	uint32_t start, body, end;
	uint8_t class; /* enum tok_section_class */
};

/* A heading of a known class is a sentence of its own, so that its words are no cue for its body; a
 * heading of class OTHER is one only when it stands alone on its line. */
struct tok_sentence {
	uint32_t start, end; /* with its trailing blanks and line ends */
	uint32_t section;    /* index of the section it starts in */
};

/* ---- masks: placeholders that de-identification left ---- */

enum tok_mask_type {
	TOK_MASK_UNTYPED, /* ___ , *** , [**  **] */
	TOK_MASK_NAME,
	TOK_MASK_DATE,
	TOK_MASK_AGE,
	TOK_MASK_PLACE,   /* hospital, institution, street, city ... */
	TOK_MASK_ID,      /* record, account, unit numbers */
	TOK_MASK_CONTACT, /* phone, fax, e-mail, URL */
	TOK_MASK_OTHER,   /* typed, but none of these */
};

struct tok_mask {
	uint32_t start, end;
	uint8_t type; /* enum tok_mask_type */
};

/* ---- words ---- */

/* A word is a maximal run of letters and digits of any script; every other code point parts words
 * (hyphen, slash, underscore, full stop, also inside a number).  Inside a word an apostrophe before a
 * letter joins ("don't" -> dont); a possessive 's is in the span but not in the term ("Crohn's" ->
 * crohn).  Terms are folded: small letters, Latin letters without marks (ö -> o, ß -> ss, æ -> ae),
 * ligatures, full-width, super- and subscript forms as ASCII, Greek and Cyrillic small.
 * An index term is at most TOK_TERM_MAX bytes; a longer word is cut there (the span stays whole). */
enum { TOK_TERM_MAX = 64 };

/* Every mask is also a word, of kind TOK_WORD_MASK with the term "\x01m". */
enum tok_word_kind { TOK_WORD_PLAIN, TOK_WORD_NUMBER /* digits only */, TOK_WORD_MASK };

struct tok_word {
	uint32_t start, end; /* in the text */
	uint32_t term;       /* offset of the folded term in tok_doc.terms */
	uint8_t term_bytes;
	uint8_t kind;
};

/* Everything tok_scan finds; arrays and terms live in the caller's arena. */
struct tok_doc {
	struct slice text;
	struct tok_section *sections;
	uint32_t n_sections;
	struct tok_sentence *sentences;
	uint32_t n_sentences;
	struct tok_mask *masks;
	uint32_t n_masks;
	struct tok_word *words;
	uint32_t n_words;
	const char *terms; /* folded words end to end */
	uint32_t terms_bytes;
};

static inline struct slice tok_term(const struct tok_doc *d, const struct tok_word *w)
{
	return (struct slice){d->terms + w->term, w->term_bytes};
}

/* Makes what the first note would else wait for: the guard's patterns are compiled, some 30 ms. */
void tok_load(void);

/* One per thread, cheap to make; the tables behind it are built once per process and shared.
 * Headings and sentence ends are hand-written scanners, not PCRE2: see section.c, sentence.c. */
struct tokenizer;
int tok_create(struct tokenizer **out, struct err *e);
void tok_destroy(struct tokenizer *t);

/* text: valid UTF-8, under 2^31 bytes.  LODE_NOMEM when the arena is full. */
int tok_scan(struct tokenizer *t, struct slice text, struct arena *a, struct tok_doc *out,
	struct err *e);

/* Words of a query or a name, by the same rules (no sections, sentences). */
int tok_words(struct tokenizer *t, struct slice text, struct arena *a, struct tok_doc *out,
	struct err *e);

/* ---- identifiers that de-identification has missed ---- */

/* Those of Safe Harbor's list (45 CFR 164.514(b)(2)) that a pattern can reach; docs/phi.md says which
 * forms of each, and what is out of reach.  name, name on the wire and in the config. */
#define TOK_PHI_LIST(X)                                             \
	X(NAME, "name") /* after a title, a label or a signature */ \
	X(ADDRESS, "address")                                       \
	X(ZIP, "zip")                                               \
	X(DATE, "date")                                             \
	X(BIRTH, "birth_date")                                      \
	X(AGE, "age") /* over 89 */                                 \
	X(PHONE, "phone")                                           \
	X(FAX, "fax")                                               \
	X(EMAIL, "email")                                           \
	X(SSN, "ssn")                                               \
	X(MRN, "mrn")                                               \
	X(PLAN, "plan")                                             \
	X(ACCOUNT, "account")                                       \
	X(LICENCE, "licence")                                       \
	X(VEHICLE, "vehicle")                                       \
	X(DEVICE, "device")                                         \
	X(URL, "url")                                               \
	X(IP, "ip")

enum tok_phi_type {
#define X(name, wire) TOK_PHI_##name,
	TOK_PHI_LIST(X)
#undef X
		TOK_PHI_COUNT,
};

const char *tok_phi_name(enum tok_phi_type type);
int tok_phi_by_name(struct slice wire); /* type, or -1 */

struct tok_phi {
	uint32_t start, end; /* the identifier without its cue */
	uint8_t type;        /* enum tok_phi_type */
};

/* Looks for the types whose bits (1 << type) are set; what it finds is in order and disjoint, and no
 * mask.  text: valid UTF-8, under 2^31 bytes.  LODE_NOMEM when the arena is full. */
int tok_find_phi(struct tokenizer *t, struct slice text, uint32_t types, struct arena *a,
	struct tok_phi **out, uint32_t *n, struct err *e);

/* ---- values ---- */

/* A laboratory test, vital sign or score (value_list.c). */
struct tok_analyte {
	const char *name;  /* as answers call it */
	const char *names; /* other names, parted by '|' */
	const char *unit;  /* the usual one; "": none */
	const char *
		units; /* "unit:factor:offset|...": value in the usual unit = written * factor + offset */
	double least, most; /* in the usual unit: what is outside is no value of it */
	bool is_pair;       /* "120/80" */
};

unsigned tok_analytes(const struct tok_analyte **list);
/* By any of its names, whatever the case; NULL: not in the list. */
const struct tok_analyte *tok_analyte_by_name(struct slice name);
/* Whether a name of it that was found at start..end means it: "Mg" does, the unit in "5 mg" does not. */
bool tok_analyte_has(const struct tok_analyte *a, struct slice text, uint32_t start, uint32_t end);

enum tok_relation { TOK_EQUAL, TOK_BELOW, TOK_ABOVE, TOK_ABOUT };

/* A value as it stands in a text; low == high when it is no range. */
struct tok_value {
	uint32_t start, end;           /* the number, its range and unit, bytes */
	uint32_t unit_start, unit_end; /* equal: no unit is written */
	enum tok_relation relation;
	double low, high;             /* as written */
	double usual_low, usual_high; /* in the usual unit, which is guessed when none is written */
	double second_low, second_high; /* of a pair */
	bool has_second;
};

/* The value that stands on the line behind a name that ends at byte `after`: "temp 93.7", "EF of 25-30 %",
 * "Na | 118 |", "BP 82/40".  a NULL: any number.  False when there is none, or it is no value of the
 * test (a dose, a date, out of bounds). */
bool tok_value_read(
	struct slice text, uint32_t after, const struct tok_analyte *a, struct tok_value *out);

/* ---- chunks ---- */

enum { TOK_CHUNK_TARGET = 1400, TOK_CHUNK_MAX = 2800 };

/* Cuts a scanned text into chunks on sentence borders: ends[i] is the end of chunk i, the last is
 * the end of the text.  Every chunk but the last is at least TOK_CHUNK_TARGET / 2 bytes; none is
 * over TOK_CHUNK_MAX (a longer sentence is cut between words, or, in a run without blanks, between
 * code points).  An empty text has one empty chunk. */
int tok_chunks(const struct tok_doc *d, struct arena *a, uint32_t **ends, uint32_t *n);

/* ---- subwords: what the scorer reads ---- */

/* Ids below TOK_SUBWORD_BYTES are special and stand for no text of their own, then come the 256 bytes,
 * then merges by rank (Sennrich, Haddow, Birch: "Neural Machine Translation of Rare Words with
 * Subword Units", ACL 2016). */
enum tok_special {
	TOK_SUB_PAD,
	TOK_SUB_CLS,
	TOK_SUB_SEP,
	TOK_SUB_EOS,
	TOK_SUB_MARK,         /* [M]: the mention begins */
	TOK_SUB_UNMARK,       /* [/M] */
	TOK_SUB_COND,         /* stands for the mention's words */
	TOK_SUB_QUERY,        /* [Q]: the asked name begins */
	TOK_SUB_BLANK,        /* masked LM's hole */
	TOK_SUB_NEWLINE,      /* [NL] */
	TOK_SUB_HEADER,       /* [HDR]: a heading begins */
	TOK_SUB_UNHEADER,     /* [/HDR] */
	TOK_SUB_MASK = 16,    /* + enum tok_mask_type */
	TOK_SUB_SECTION = 24, /* + enum tok_section_class */
	TOK_SUBWORD_BYTES = 64,
	TOK_SUBWORD_MERGES = TOK_SUBWORD_BYTES + 256,
	TOK_SUBWORD_MAX = 32768, /* ids */
};

struct tok_subword {
	uint32_t start,
		end; /* bytes in the text; equal for a special that stands for nothing there */
	uint16_t id;
};

/* A vocabulary: immutable, shared between threads. */
struct tok_vocabulary;

/* bytes: a vocabulary as docs/model-format.md lays it out, borrowed only during the call.
 * LODE_CORRUPT with the place of what is wrong, LODE_VERSION, LODE_NOMEM. */
int tok_vocabulary_open(struct tok_vocabulary **out, struct slice bytes, struct err *e);
void tok_vocabulary_close(struct tok_vocabulary *v);
uint32_t tok_vocabulary_size(const struct tok_vocabulary *v); /* ids: specials, bytes and merges */

/* Subwords of d->text[start..end), small-lettered, with headings, line ends and masks as specials.
 * start and end are on code points.  Spans follow each other without a gap (a blank is in the span of
 * what follows it); a span is empty where a subword stands for no byte of its own: a heading's border,
 * a blank that tokenizer/piece.h puts in front, the rest of a letter that folds to several bytes.
 * LODE_NOMEM when the arena is full. */
int tok_subwords(const struct tok_vocabulary *v, const struct tok_doc *d, uint32_t start,
	uint32_t end, struct arena *a, struct tok_subword **out, uint32_t *n);
/* The bytes an id stands for ("" for specials), borrowed from the vocabulary. */
struct slice tok_subword_text(const struct tok_vocabulary *v, uint16_t id);

/* ---- how many tokens a language model makes of a text ---- */

/* A Hugging Face tokenizer.json, as far as docs/context.md says that one is understood.  Immutable, shared between
 * threads. */
struct tok_counter;

struct tok_counter_info {
	const char *model;  /* "BPE", "WordPiece" */
	const char *digest; /* XXH3-128 of the file, hex; borrowed from the counter */
	uint32_t ids, merges, added;
};

enum { TOK_COUNTER_BYTES = 64 << 20 }; /* of a file, at most */

/* json: the file, borrowed only during the call.  LODE_BADREQ with "byte N: " and what is wrong or not understood
 * there, LODE_TOOBIG, LODE_NOMEM. */
int tok_counter_open(struct tok_counter **out, struct slice json, struct err *e);
void tok_counter_close(struct tok_counter *c);
struct tok_counter_info tok_counter_info(const struct tok_counter *c);

/* What one thread needs to count: scratch memory, and counts of words that came by (1 MB).  Lives no longer than the
 * counter. */
struct tok_counting;
int tok_counting_create(struct tok_counting **out, const struct tok_counter *c); /* LODE_NOMEM */
void tok_counting_destroy(struct tok_counting *s);

/* As many tokens as the `tokenizers` library makes of the text (valid UTF-8) without special ones around it.
 * LODE_NOMEM; LODE_TOOBIG when a regex of the file gives up on the text. */
int tok_count(struct tok_counting *s, struct slice text, uint64_t *out, struct err *e);

/* ---- what a vocabulary is learnt from ---- */

enum { TOK_PIECE_MAX = 64 }; /* bytes of a piece, and of the longest merge */

/* A stretch that no merge crosses: a word, a digit, a run of one sign, with its leading blank, folded
 * (tokenizer/piece.h). */
struct tok_piece {
	uint32_t start, end;
	struct slice text; /* in the arena; "" for a special */
	uint16_t special;  /* enum tok_special; TOK_SUB_PAD: none */
};
int tok_pieces(const struct tok_doc *d, uint32_t start, uint32_t end, struct arena *a,
	struct tok_piece **out, uint32_t *n);
/* Shorthand that is to be one subword, with and without a leading blank; p NULL behind the last. */
struct slice tok_shorthand(unsigned i);

struct tok_merge {
	uint16_t left, right; /* ids below its own, which is TOK_SUBWORD_MERGES + its index */
};
/* Appends the bytes tok_vocabulary_open takes, unchecked.  LODE_NOMEM; LODE_TOOBIG. */
int tok_vocabulary_write(const struct tok_merge *merges, uint32_t n, struct buf *out);

/* Index of the sentence or section that holds a byte offset (the last one for the end). */
uint32_t tok_sentence_at(const struct tok_doc *d, uint32_t offset);
uint32_t tok_section_at(const struct tok_doc *d, uint32_t offset);
/* Index of the first word that ends behind a byte; n_words: there is none. */
uint32_t tok_word_at(const struct tok_doc *d, uint32_t offset);

/* Which code path the scanner took: "avx512", "avx2" or "scalar"; all give the same results. */
const char *tok_kernel(void);

#endif
