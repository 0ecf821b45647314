/* scorer: the doorway.  A mention in its context -> the four assertion axes with probabilities.
 *
 * The rules are the cue engine (scorer/cue): an independent engine of the ConText class (Harkema, Dowling,
 * Thornblade, Chapman: "ConText", J Biomed Inform 42(5), 2009).  Beside them a model may stand, joined to
 * them by a stack (docs/scorer.md).  The axes mean what i2b2 2010 and ConText mean by them; docs/cues.md. */
#ifndef LODESTONE_SCORER_H
#define LODESTONE_SCORER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "tokenizer/tokenizer.h"

enum negation { NEG_AFFIRMED, NEG_NEGATED };
enum certainty { CERT_CERTAIN, CERT_POSSIBLE, CERT_HYPOTHETICAL };
enum experiencer { EXP_PATIENT, EXP_OTHER };
enum temporality { TIME_RECENT, TIME_HISTORICAL, TIME_FUTURE };

extern const char *const negation_names[2];    /* "affirmed", "negated" */
extern const char *const certainty_names[3];   /* "certain", "possible", "hypothetical" */
extern const char *const experiencer_names[2]; /* "patient", "other" */
extern const char *const temporality_names[3]; /* "recent", "historical", "future" */

/* i2b2 2010-style class that follows from the axes, first that applies. */
enum assertion_class {
	ASSERT_SOMEONE_ELSE,
	ASSERT_HYPOTHETICAL,
	ASSERT_ABSENT,
	ASSERT_POSSIBLE,
	ASSERT_PRESENT,
	ASSERT_COUNT,
};
extern const char *const assertion_names[ASSERT_COUNT]; /* "associated_with_someone_else", ... */

enum cue_kind {
	CUE_NONE,
	CUE_NEGATION,
	CUE_POSSIBLE,
	CUE_HYPOTHETICAL,
	CUE_HISTORICAL,
	CUE_FUTURE,
	CUE_OTHER_PERSON,
	CUE_RESOLVED, /* was there, is gone: affirmed and historical */
	CUE_SECTION,  /* the section's default decided, not a word in the sentence */
	CUE_KIND_COUNT,
};
extern const char *const cue_kind_names[CUE_KIND_COUNT];

/* What a mention says.  p_* is the probability of the value beside it: without a model the measured
 * precision of that rule outcome on the tune halves (scorer/cue_precision.h). */
struct assertion {
	enum negation negation;
	enum certainty certainty;
	enum experiencer experiencer;
	enum temporality temporality;
	double p_negation, p_certainty, p_experiencer, p_temporality;
	double p_present; /* P(the patient has or has had it | this mention) */
	enum assertion_class class;
	bool is_resolved; /* said to be over: "resolved", "s/p", "no longer" */
	/* the trigger that decided the class: kind and byte span in the text; start == end: none */
	enum cue_kind cue_kind;
	uint32_t cue_start, cue_end;
};

/* Where the mention stands; note_type may be empty. */
struct mention_context {
	const struct tok_doc *doc; /* the whole note, scanned */
	uint32_t start, end;       /* the mention, bytes in doc->text */
	struct slice note_type;
};

struct cue_engine; /* immutable after create; shared between threads */
int cue_engine_create(struct cue_engine **out, struct err *e);
void cue_engine_destroy(struct cue_engine *c);
unsigned cue_engine_rules(const struct cue_engine *c);

/* Judges one mention.  scratch is used and left as it was found.  LODE_NOMEM. */
int cue_judge(const struct cue_engine *c, const struct mention_context *m, struct arena *scratch,
	struct assertion *out);

enum assertion_class assertion_class_of(const struct assertion *a);

/* ---- the model ---- */

/* A model file, opened and checked; immutable, shared between threads, counted by its owner. */
struct scorer_model;
/* LODE_NOTFOUND, LODE_IO, LODE_NOMEM; LODE_CORRUPT, LODE_VERSION with the reason and its place in the
 * file; LODE_BADREQ for a whole model that cannot judge mentions (no heads, too short a window). */
int scorer_open(struct scorer_model **out, const char *path, struct err *e);
int scorer_open_bytes(struct scorer_model **out, struct slice bytes, struct err *e); /* copied */
void scorer_close(struct scorer_model *m);

/* From now on what it answers is remembered in so many bytes, and a window that it has read before is not run again: no
 * answer changes, but `fired` and `of` of scorer_use count the windows that were run alone.  Once, before other threads
 * use it.  LODE_NOMEM; LODE_BADREQ: too few bytes. */
int scorer_keep(struct scorer_model *m, size_t bytes);
struct scorer_kept {
	uint64_t bytes, windows; /* that it may take, that it holds */
	uint64_t asked, found;   /* windows, since scorer_keep */
};
void scorer_kept(
	const struct scorer_model *m, struct scorer_kept *out); /* zeros: nothing is kept */

/* 32 hex digits and NUL: the file's name for itself (docs/model-format.md). */
void scorer_digest(const struct scorer_model *m, char room[33]);
/* Appends what the file says of itself as one JSON object: digest, config, training, stack or null, bytes
 * in memory, share of units that fire by layer or null.  LODE_NOMEM. */
int scorer_card(const struct scorer_model *m, struct buf *out);

/* Judges mentions with the cue engine and, model not NULL, with the model and the stack beside it. */
struct scorer_lane; /* one per thread: scratch for a batch of windows, kept between calls */
int scorer_lane_create(struct scorer_lane **out, const struct cue_engine *c, struct err *e);
void scorer_lane_destroy(struct scorer_lane *l);

enum { SCORER_AXES = 4, SCORER_LOGITS = 10, SCORER_LAYERS_MAX = 24 };

struct scored {
	struct assertion answer; /* what is answered: the stack's, or without one the rules' */
	struct assertion rules;  /* what the cue engine alone says */
	/* of the model alone: negation 2, certainty 3, experiencer 2, temporality 3 */
	float logits[SCORER_LOGITS];
	enum tok_section_class section; /* as the window and the stack have it; has_model only */
	bool has_model, has_stack;
	bool disagree;  /* rules and model alone differ in a class of some axis */
	bool is_unsure; /* has_stack: p_present lies in the file's band of doubt */
};

/* What calls cost, added up, for `scorer` in an answer. */
struct scorer_use {
	uint64_t tokens; /* subwords of the windows */
	uint32_t layers;
	uint64_t fired[SCORER_LAYERS_MAX], of[SCORER_LAYERS_MAX]; /* hidden units, by layer */
};

/* out: [n]; use is added to and may be NULL.  What a mention is given does not depend on the others of the
 * call.  LODE_NOMEM. */
int scorer_judge(struct scorer_lane *l, const struct scorer_model *model,
	const struct mention_context *mentions, uint32_t n, struct arena *scratch,
	struct scored *out, struct scorer_use *use);

/* The same in two halves, for mentions whose notes do not stay in memory: what the model reads of one, cut
 * while its note is there, and all of them judged together afterwards. */
enum { WINDOW_SUBWORDS = 80 };
struct window {
	uint16_t ids[WINDOW_SUBWORDS];
	uint8_t n;
	uint8_t mark;    /* index of [M] */
	uint8_t section; /* enum tok_section_class */
};
int scorer_cut(const struct scorer_model *model, const struct mention_context *mention,
	struct arena *scratch, struct window *out); /* LODE_NOMEM */
/* out: rules are set by the caller, the rest is filled in.  LODE_NOMEM. */
int scorer_join(struct scorer_lane *l, const struct scorer_model *model,
	const struct window *const *windows, uint32_t n, struct scored *const *out,
	struct scorer_use *use);

/* out: as scorer_join would set it for a window of the same bytes as the one `same` was judged by. */
void scorer_join_same(
	const struct scorer_model *model, const struct scored *same, struct scored *out);

/* An axis by number, 0..3: its name, how many classes it has, and its class by the model alone. */
const char *scorer_axis_name(unsigned axis);
unsigned scorer_axis_classes(unsigned axis);
const char *scorer_model_class(unsigned axis, const struct scored *s);
/* By the model alone: that the patient has or has had it, and that it is somebody else's, hypothetical or still to
 * come.  has_model only. */
void scorer_model_vote(const struct scored *s, double *present, double *neither);
/* The entropy of votes above which the file says to look again (docs/uncertainty.md).  False: it says nothing. */
bool scorer_doubt(const struct scorer_model *m, double *threshold);
/* The stack's inputs that are not zero, with their names; has_model only.  Returns how many. */
enum { SCORER_FEATURES_MAX = 48, SCORER_FEATURE_NAME = 64 };
uint32_t scorer_features(unsigned axis, const struct scored *s, float value[SCORER_FEATURES_MAX],
	char name[SCORER_FEATURES_MAX][SCORER_FEATURE_NAME]);

#endif
