/* What the parts of the verb `eval` share: questions with labels and the answers to them. */
#ifndef LODESTONE_CLIENT_EVAL_H
#define LODESTONE_CLIENT_EVAL_H

#include "base/json.h"
#include "client/args.h"
#include "client/call.h"
#include "client/eval_stat.h"

enum {
	EVAL_BY_MAX = 8,     /* --by options */
	EVAL_STEPS_MAX = 16, /* members of elapsed_us, and the client's own clock */
	EVAL_FIRST = 50,     /* the needle must be among that many pieces of evidence */
};

enum eval_verdict {
	SAID_PRESENT,
	SAID_ABSENT,
	SAID_UNCERTAIN,
	SAID_NOT_MENTIONED,
	SAID_ERROR, /* no answer came */
	SAID_COUNT,
};
extern const char *const eval_verdict_names[SAID_COUNT];

/* A question, its label and what was answered.  Strings live as long as the set. */
struct eval_item {
	uint64_t line; /* of the file of questions */
	struct slice qid, patient, question, condition;
	struct slice by[EVAL_BY_MAX]; /* values of the --by fields; empty: no such field */
	bool has_needle;              /* the place is known: */
	struct slice note;
	uint64_t start, end; /* bytes */
	double depth;        /* of the needle in the chart, 0..1; NaN: not known */
	uint64_t words;      /* of the chart; 0: not known */

	enum eval_verdict verdict;
	struct slice basis;
	bool is_found; /* the needle is among the evidence; has_needle only */
	uint64_t mentions, quotes, bad_quotes;
	uint64_t chunks_total, chunks_matched, tokens; /* tokens: that the model read */
	double step_us[EVAL_STEPS_MAX];                /* by eval_set.steps; NaN: not told */
	struct eval_outcome outcome;
};

struct eval_set {
	struct arena arena;
	struct buf text, answers; /* of the files; strings point into them */
	const char *file;
	struct eval_item *items;
	size_t n, cap;
	const char *by[EVAL_BY_MAX];
	unsigned n_by;
	struct slice steps[EVAL_STEPS_MAX]; /* each ends with a NUL */
	unsigned n_steps;
	struct slice answered_by; /* "rules", a model's digest, or what the answers' file says */
};

/* ---- eval_read.c ---- */

/* Reads a file of questions, complaining (FILE:LINE: ...) about each bad line; LODE_BADREQ when there was
 * one.  by: n_by names of fields.  The set is to be released whatever comes back. */
int eval_read(const char *file, const char *const *by, unsigned n_by, struct eval_set *out,
	struct err *e);
void eval_release(struct eval_set *s);

/* The items in order of qid; NULL: out of memory, else to be freed. */
struct eval_item **eval_sorted(struct eval_set *s);

/* What the verdict counts as: fills in item->outcome but for the label. */
void eval_count(struct eval_item *item, double probability);
/* Index of the step of that name, made when new; -1: too many. */
int eval_step(struct eval_set *s, struct slice name);

/* ---- eval_answers.c ---- */

/* Writes the answers, a line for each question, replacing `file` as a whole. */
int eval_write(const char *file, const struct eval_set *s, struct err *e);

/* Fills in the answers of `s`, once, from a file that eval_write wrote, or another program in its form.
 * Every question must have a line there; lines of other questions are passed over.  Complains as
 * eval_read. */
int eval_read_answers(const char *file, struct eval_set *s, struct err *e);

/* ---- eval_ask.c ---- */

/* Asks every question and checks every quote.  Complains; 0 or the exit code. */
int eval_ask(struct call *c, struct eval_set *s);

#endif
