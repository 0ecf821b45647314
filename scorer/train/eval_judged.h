/* The labelled sets judged by rules, by the model alone and by both joined. */
#ifndef LODESTONE_TRAIN_EVAL_JUDGED_H
#define LODESTONE_TRAIN_EVAL_JUDGED_H

#include "scorer/train/eval_score.h"

enum eval_system { SYSTEM_AFFIRMED, SYSTEM_RULES, SYSTEM_MODEL, SYSTEM_STACK, SYSTEMS };
extern const char *const eval_system_names[SYSTEMS];

struct eval_judged {
	const struct eval_data *data;
	struct eval_answer *answers[SYSTEMS]; /* [item] */
	struct scored *scored;                /* [item] */
};

/* LODE_NOMEM and what scorer_judge says. */
int eval_judge(const struct eval_data *data, const struct scorer_model *model,
	const struct cue_engine *cues, struct eval_judged *out, struct err *e);
void eval_judged_release(struct eval_judged *j);

/* Items of a set and half with a system's answers; both arrays are the caller's to free. */
struct eval_view eval_select(const struct eval_judged *j, enum eval_set set, enum eval_half half,
	enum eval_system system);
void eval_view_release(struct eval_view *v);

/* A copy of the negex rows with a slip of the keyboard in `percent` of the words of four letters and more outside
 * the mention, always the same; its texts live in its own arena. */
int eval_misspelt(const struct eval_data *data, struct tokenizer *t, unsigned percent,
	struct eval_data *out, struct err *e);

#endif
