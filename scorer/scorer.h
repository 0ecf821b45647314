/* scorer: the doorway.  A mention in its context -> the four assertion axes with probabilities.
 *
 * Today the judge is the cue engine alone (scorer/cue): an independent engine of the ConText class
 * (Harkema, Dowling, Thornblade, Chapman: "ConText", J Biomed Inform 42(5), 2009).  The axes mean
 * what i2b2 2010 and ConText mean by them; see docs/cues.md. */
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
/* LODE_NOTFOUND, LODE_IO, LODE_CORRUPT, LODE_VERSION with the reason and its place in the file. */
int scorer_open(struct scorer_model **out, const char *path, struct err *e);
void scorer_close(struct scorer_model *m);

/* Judges mentions with the cue engine and, model not NULL, with the model and the stack beside it. */
struct scorer_lane; /* one per thread: scratch for a batch of windows */
int scorer_lane_create(struct scorer_lane **out, const struct cue_engine *c, struct err *e);
void scorer_lane_destroy(struct scorer_lane *l);

struct scored {
	struct assertion answer; /* what is answered */
	struct assertion rules;  /* what the cue engine alone says */
	float logits
		[10]; /* of the model alone: negation 2, certainty 3, experiencer 2, temporality 3 */
	bool has_model;
	bool disagree; /* rules and model alone differ in a class of some axis */
};

/* What one call cost, for `scorer` in an answer. */
struct scorer_use {
	uint64_t tokens;
	uint32_t layers;
	double active[24]; /* share of hidden units that fired, by layer */
};

int scorer_judge(struct scorer_lane *l, const struct scorer_model *model,
	const struct mention_context *mentions, uint32_t n, struct arena *scratch,
	struct scored *out, struct scorer_use *use);

#endif
