/* chartgen: synthetic charts with planted mentions and their gold.  See README.md.
 *
 * Everything of a chart hangs off struct chart, which is used again for the next patient; notes are
 * written one at a time, so memory does not grow with the length of a chart.  The program ends with
 * a message when memory is out.  It shares no code with the daemon it is there to judge. */
#ifndef CHARTGEN_H
#define CHARTGEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	OPEN = -1
}; /* an axis that is left open: null in the gold, not scored; also: end of a list */

/* ---- rng.c ---- */

struct rng {
	uint64_t state;
};
/* Streams of different (seed, stream) are independent of each other. */
struct rng rng_make(uint64_t seed, uint64_t stream);
uint32_t rng_below(struct rng *r, uint32_t n); /* 0..n-1; n > 0 */
int rng_between(struct rng *r, int low, int high);
bool rng_chance(struct rng *r, unsigned percent);

/* ---- text.c: growing text, and the small template language ---- */

struct text {
	char *p;
	size_t n, cap;
};
void text_add(struct text *t, const char *p, size_t n);
void text_adds(struct text *t, const char *s);
void text_addc(struct text *t, char c);
void text_destroy(struct text *t);
void *must_alloc(void *p, size_t bytes);     /* realloc that ends the program when it fails */
size_t count_words(const char *p, size_t n); /* separated by blanks and line ends */

/* Templates: {bank} an item of a bank, {3-9} a number, {5|10|20} one of these, {^x} the same with a
 * capital, and what slot_names in text.c lists: {name} {bg} {C} ... */
enum slot {
	SLOT_NAME,   /* masked */
	SLOT_DOCTOR, /* masked */
	SLOT_PLACE,  /* masked */
	SLOT_DATE,   /* masked */
	SLOT_EPONYM, /* masked name that stands in a name of a disease */
	SLOT_AGE,
	SLOT_SEX,
	SLOT_HE,
	SLOT_HIS,
	SLOT_HIM,
	SLOT_YEAR,
	SLOT_OWN,     /* a background condition of the patient */
	SLOT_DENIED,  /* a background condition the patient does not have */
	SLOT_FAMILY,  /* one that runs in the family */
	SLOT_SURFACE, /* the planted name */
	SLOT_COUNT,
};

enum { MASK_SLOTS = SLOT_EPONYM + 1, DIALECTS = 5, MAX_OPS = 40 };
extern const char *const mask_forms[DIALECTS][MASK_SLOTS];

struct op {
	const char *p; /* literal */
	uint16_t n, low, high;
	uint8_t kind, capital, what; /* what: bank or slot */
};

struct template
{
	const char *source;
	struct op *ops;
	unsigned n;
};

/* What a template is filled with beside the chart; start and end become the surface's place. */
struct fill {
	const char *surface;
	size_t start, end;
};

struct chart;
void template_compile(const char *source, struct template *out); /* ops on the heap */
void template_expand(struct chart *c, const struct template *t, struct text *out, struct fill *f);
void masks_compile(void);
void masks_destroy(void);
void expand_once(struct chart *c, const char *source, struct text *out, struct fill *f);

/* ---- words.c, filler.c: banks ---- */

#define BANK_LIST(X)      \
	X(symptom)        \
	X(symptom_list)   \
	X(finding)        \
	X(med)            \
	X(service)        \
	X(food)           \
	X(person)         \
	X(duration)       \
	X(side)           \
	X(procedure)      \
	X(preop)          \
	X(place_body)     \
	X(diet)           \
	X(job)            \
	X(hobby)          \
	X(allergy)        \
	X(complaint)      \
	X(hpi)            \
	X(subjective)     \
	X(pmh_more)       \
	X(surgery)        \
	X(social)         \
	X(kin)            \
	X(kin_state)      \
	X(ros)            \
	X(vitals)         \
	X(exam)           \
	X(lab)            \
	X(imaging)        \
	X(assess)         \
	X(plan)           \
	X(course)         \
	X(instruct)       \
	X(follow)         \
	X(indication)     \
	X(consent)        \
	X(op_finding)     \
	X(op_step)        \
	X(complication)   \
	X(reason)         \
	X(recommend)      \
	X(rad_procedure)  \
	X(rad_indication) \
	X(technique)      \
	X(comparison)     \
	X(rad_finding)    \
	X(rad_impression) \
	X(shift)          \
	X(addendum)       \
	X(ddx)            \
	X(boxes)          \
	X(h_cc)           \
	X(h_hpi)          \
	X(h_subj)         \
	X(h_pmh)          \
	X(h_psh)          \
	X(h_meds)         \
	X(h_allergy)      \
	X(h_social)       \
	X(h_family)       \
	X(h_ros)          \
	X(h_checks)       \
	X(h_vitals)       \
	X(h_exam)         \
	X(h_labs)         \
	X(h_imaging)      \
	X(h_assess)       \
	X(h_plan)         \
	X(h_course)       \
	X(h_dx)           \
	X(h_dmeds)        \
	X(h_instruct)     \
	X(h_follow)       \
	X(h_preop)        \
	X(h_proc)         \
	X(h_indic)        \
	X(h_consent)      \
	X(h_findings)     \
	X(h_descr)        \
	X(h_compl)        \
	X(h_reason)       \
	X(h_recs)         \
	X(h_radproc)      \
	X(h_radind)       \
	X(h_tech)         \
	X(h_compar)       \
	X(h_radfind)      \
	X(h_radimp)       \
	X(h_ddx)          \
	X(h_addendum)

enum bank {
#define X(name) BANK_##name,
	BANK_LIST(X)
#undef X
		BANK_COUNT,
};
#define X(name) extern const char *const bank_##name[];
BANK_LIST(X)
#undef X

struct compiled_bank {
	const char *name;
	struct template *at;
	unsigned n, first; /* first: number of its first item among all banks' items */
};
extern struct compiled_bank banks[BANK_COUNT];
extern unsigned bank_items; /* of all banks */
void banks_compile(void);
void banks_destroy(void);
const struct template *bank_pick(struct chart *c, enum bank b);

/* ---- condition.c ---- */

enum condition_flags {
	COND_SYMPTOM = 1, /* may stand beside a checkbox */
	COND_EPONYM = 2,  /* the first word may be eaten by a mask */
	COND_SHORT = 4,   /* no word long enough for a believable typo */
};

/* Lists are separated by '|'. */
struct condition {
	const char *name, *abbreviations, *synonyms;
	const char *near;        /* names of other things that look alike; never contain a name */
	const char *proxy;       /* sentences that only point to it, the pointer between < and > */
	const char *proxy_words; /* kept out of charts that are asked about it */
	const char *senses;      /* sentences with one of the abbreviations in another sense */
	const char *groups;      /* conditions that share a letter are never in one chart */
	unsigned flags;
};
extern const struct condition conditions[];
extern const unsigned condition_count;

/* True when text holds the term as whole words, letter case aside. */
bool holds_term(const char *text, const char *term);
/* True when it holds any name, abbreviation, synonym or proxy word of the condition. */
bool holds_condition(const char *text, unsigned condition);
/* True when the two cannot be told apart cleanly within one chart. */
bool conditions_collide(unsigned a, unsigned b);
/* The k-th element of a list, copied; returns how many there are. */
unsigned list_item(const char *list, unsigned k, char *out, size_t cap);
unsigned list_count(const char *list);
/* A bit per bank item: does it name the condition?  Made when first asked for. */
const uint8_t *condition_ban(unsigned condition);
void conditions_destroy(void);

/* ---- section.c: what notes are made of ---- */

/* section, heading bank, style, bank of its sentences */
#define SECTION_LIST(X)                            \
	X(CC, h_cc, LINE, complaint)               \
	X(HPI, h_hpi, PROSE, hpi)                  \
	X(SUBJ, h_subj, PROSE, subjective)         \
	X(PMH, h_pmh, ITEMS, pmh_more)             \
	X(PSH, h_psh, ITEMS, surgery)              \
	X(MEDS, h_meds, ITEMS, med)                \
	X(ALLERGY, h_allergy, LINE, allergy)       \
	X(SOCIAL, h_social, PROSE, social)         \
	X(FAMILY, h_family, ITEMS, kin)            \
	X(ROS, h_ros, PROSE, ros)                  \
	X(CHECKS, h_checks, LINES, boxes)          \
	X(VITALS, h_vitals, LINE, vitals)          \
	X(EXAM, h_exam, LINES, exam)               \
	X(LABS, h_labs, LINES, lab)                \
	X(IMAGING, h_imaging, PROSE, imaging)      \
	X(DDX, h_ddx, ITEMS, ddx)                  \
	X(ASSESS, h_assess, PROSE, assess)         \
	X(PLAN, h_plan, LINES, plan)               \
	X(DX, h_dx, ITEMS, pmh_more)               \
	X(COURSE, h_course, PROSE, course)         \
	X(DMEDS, h_dmeds, ITEMS, med)              \
	X(INSTRUCT, h_instruct, PROSE, instruct)   \
	X(FOLLOW, h_follow, PROSE, follow)         \
	X(PREOP, h_preop, LINE, preop)             \
	X(PROC, h_proc, LINE, procedure)           \
	X(INDIC, h_indic, PROSE, indication)       \
	X(CONSENT, h_consent, PROSE, consent)      \
	X(FINDINGS, h_findings, PROSE, op_finding) \
	X(DESCR, h_descr, PROSE, op_step)          \
	X(COMPL, h_compl, LINE, complication)      \
	X(REASON, h_reason, LINE, reason)          \
	X(RECS, h_recs, LINES, recommend)          \
	X(RADPROC, h_radproc, LINE, rad_procedure) \
	X(RADIND, h_radind, LINE, rad_indication)  \
	X(TECH, h_tech, PROSE, technique)          \
	X(COMPAR, h_compar, LINE, comparison)      \
	X(RADFIND, h_radfind, PROSE, rad_finding)  \
	X(RADIMP, h_radimp, LINES, rad_impression) \
	X(SHIFT, COUNT, PROSE, shift)              \
	X(ADDENDUM, h_addendum, PROSE, addendum)

enum section {
#define X(name, heading, style, bank) SEC_##name,
	SECTION_LIST(X)
#undef X
		SEC_COUNT,
};

enum note_type {
	NOTE_HP,
	NOTE_PROGRESS,
	NOTE_CONSULT,
	NOTE_DISCHARGE,
	NOTE_OPERATIVE,
	NOTE_NURSING,
	NOTE_RADIOLOGY,
	NOTE_TYPES
};
bool note_has(enum note_type type, enum section s);

enum section_style { LINE, LINES, ITEMS, PROSE };
struct section_form {
	enum bank heading, sentences; /* heading BANK_COUNT: none */
	enum section_style style;
};
extern const struct section_form section_forms[SEC_COUNT];

/* A section in a type of note: its share of the words (0: a few lines whatever the length) and how
 * often it is there.  Ends with share OPEN. */
struct section_use {
	enum section section;
	int share;
	unsigned percent;
};
extern const struct section_use *const section_uses[NOTE_TYPES];
extern const char *const note_type_names[NOTE_TYPES];
extern const char *const note_roles[NOTE_TYPES];

/* ---- plant.c: planted mentions ---- */

enum kind {
	KIND_AFFIRM,
	KIND_HISTORY,
	KIND_RESOLVED,
	KIND_DENY,
	KIND_DENY_PAST, /* "no history of" */
	KIND_SUSPECT,
	KIND_HYPOTHETICAL,
	KIND_FAMILY,
	KIND_FAMILY_DENY, /* "no family history of" */
	KIND_BOX_ON,
	KIND_BOX_OFF,
	KIND_LIST_OWN, /* bare, only the heading tells */
	KIND_LIST_FAMILY,
	KIND_LIST_RISK,
	KIND_LIST_SUSPECT,
	KIND_BESIDE_MASK, /* affirmed, masks around it */
	KIND_NEAR,        /* {C} is a near-miss name: no mention */
	KIND_AS_IT_IS,    /* the surface is the whole sentence: proxies and other senses */
	KIND_COUNT,
};

struct axes {
	signed char negation, certainty, experiencer, temporality;
};
extern const struct axes kind_axes[KIND_COUNT];

struct plant_form {
	enum kind kind;
	uint64_t sections; /* a bit per enum section */
	const char *source;
};
extern const struct plant_form plant_forms[];
extern const unsigned plant_form_count;

struct plant {
	unsigned note, question;
	enum section section;
	enum kind kind;
	struct axes axes;
	bool is_mention;           /* false: a distractor without gold */
	char *sentence;            /* owned */
	size_t surface, surface_n; /* place of the mention in the sentence */
	size_t start, end;         /* in the note, once it is written */
};

/* Plants a mention of `surface` in the note, in a sentence none of the chart's other questions is
 * named in.  False when the note's type has no place for that kind. */
bool plant_make(
	struct chart *c, enum kind kind, unsigned note, unsigned question, const char *surface);
/* The same sentence and place once more: copy-forward.  False when the type has no such section. */
bool plant_copy(struct chart *c, unsigned plant, unsigned note);
/* A proxy or another sense of an abbreviation: its span is between < and >, if any. */
bool plant_sentence(
	struct chart *c, const char *marked, unsigned note, unsigned question, bool is_mention);
bool kind_fits(enum kind kind, enum note_type type);
void plants_sort(struct chart *c); /* by note */
void plants_clear(struct chart *c);

/* ---- typo.c ---- */

/* One slip of the keyboard in one word of at least six letters.  False: no such word. */
bool typo_name(struct rng *r, const char *name, char *out, size_t cap);
/* Now and then slips in lower-case words of text from `from` on; masks are left alone. */
void typo_filler(struct rng *r, struct text *t, size_t from);

/* ---- strata.c: what a question's chart says ---- */

struct question {
	unsigned number; /* over the whole run */
	unsigned stratum, condition;
	char asked[96]; /* the name asked */
	const char *verdict, *basis;
	unsigned form;              /* of the question */
	unsigned expect_from_issue; /* 0: now */
	unsigned independent;       /* mentions without copies */
};

extern const unsigned stratum_count, stratum_none; /* none: past the last */
const char *stratum_name(unsigned stratum);
/* The same mix whatever the seed; only: a stratum that all questions are of, or a number that none has. */
void strata_prepare(unsigned questions, unsigned only);
unsigned stratum_by_name(const char *name); /* stratum_none: there is none of that name */
unsigned stratum_of(unsigned number);
bool stratum_masks(unsigned stratum); /* a mask may take the place of an eponym */
bool stratum_takes(unsigned stratum, unsigned condition);
void stratum_plan(struct chart *c, struct question *q, unsigned index);

/* ---- chart.c ---- */

enum { MAX_NOTES = 2000, MAX_QUESTIONS = 20, OWN_MAX = 10, OTHER_MAX = 6, RECENT = 4 };

struct note_plan {
	enum note_type type;
	int day, minute; /* since the start of the chart */
	unsigned encounter;
	unsigned weight; /* share of the words */
};

struct chart {
	struct rng rng;
	unsigned number;
	char id[24];
	unsigned dialect, heading_style, bullet, box, wrap, age;
	bool is_female, is_crlf;
	int start_day; /* days since 2100-01-01 */
	uint32_t words_wanted, words_written;
	struct note_plan notes[MAX_NOTES];
	unsigned n_notes;
	struct question questions[MAX_QUESTIONS];
	unsigned n_questions;
	unsigned own[OWN_MAX], denied[OTHER_MAX], family[OTHER_MAX];
	unsigned n_own, n_denied, n_family, last_condition;
	struct plant *plants;
	unsigned n_plants, cap_plants;
	uint16_t *allowed; /* item numbers within each bank, from banks[b].first on */
	unsigned n_allowed[BANK_COUNT];
	uint16_t recent[BANK_COUNT][RECENT]; /* items not to be used again at once */
	unsigned n_recent[BANK_COUNT];
	struct text own_list, med_list, last_assess; /* copied forward */
	int note_day;                                /* of the note being written */
};

struct options {
	unsigned patients, words_low, words_high, notes_low, notes_high, questions;
	uint64_t seed;
	unsigned only; /* stratum of all questions, or past the last */
	const char *folder;
};

void chart_plan(struct chart *c, const struct options *o, unsigned patient);
void chart_destroy(struct chart *c);
void date_text(int day, char out[16]); /* days since 2100-01-01 -> yyyy-mm-dd */
unsigned pick_note(struct chart *c, enum kind kind, int after_day, int before_day);

/* ---- note.c, gold.c: writing ---- */

void note_write(struct chart *c, unsigned note, struct text *scratch, struct text *line);
void json_string(struct text *out, const char *p, size_t n);
void gold_write(const struct chart *c, struct text *out);

#endif
