/* The stack: rules and model -> calibrated probabilities, one multinomial logistic model per axis.
 *
 * Which numbers an axis' weights belong to, layout 2, in this order:
 *
 *   model    log-probability of each class of the axis by the model alone         [classes]
 *   rule     1 for the class that the rules say                                   [classes]
 *   rule x model   rule's 1 times model's log-probability, rule class by rule class [classes * classes]
 *   cue      1 for the kind of cue that decided the rules' class (cue_kind without "none") [8]
 *   section  1 for the group of the section that the mention stands in (below)    [5]
 *   resolved 1 when the rules found it said to be over                            [1]
 *
 * Log-probabilities are cut at -12.  Layout 1 had P(present) of one product.  A change of any of this is another layout. */
#ifndef LODESTONE_SCORER_STACK_H
#define LODESTONE_SCORER_STACK_H

#include "scorer/model.h"

enum { STACK_LAYOUT = 2, STACK_AXES = 4, STACK_CUES = CUE_KIND_COUNT - 1 };
enum { STACK_MODEL_LOGITS = 10 }; /* of the four axes, in the order of SHAPE_LOGITS */

/* Sections with a default of their own; all others are group "none" and have no 1. */
enum stack_section {
	STACK_HISTORY, /* past medical, surgical, obstetric, birth, social history */
	STACK_FAMILY,
	STACK_REASON,   /* indication, chief complaint */
	STACK_JUDGED,   /* impression, assessment, diagnoses */
	STACK_AHEAD,    /* plan, discharge instructions, follow-up, risks and consent */
	STACK_SECTIONS, /* also: none */
};
enum stack_section stack_section_of(enum tok_section_class c);

uint32_t stack_n_features(unsigned axis);
/* out: stack_n_features(axis).  rules: what cue_judge says; logits: [STACK_MODEL_LOGITS]. */
void stack_features(unsigned axis, const struct assertion *rules, const float *logits,
	enum tok_section_class section, float out[STACK_FEATURES_MAX]);
/* "model affirmed", "rule negated x model affirmed", "cue possible" ... NUL-terminated. */
void stack_feature_name(unsigned axis, uint32_t feature, char room[64]);

/* An axis' class by the rules, and by the model alone (the largest logit; the first of equals). */
unsigned stack_rule_class(unsigned axis, const struct assertion *rules);
unsigned stack_model_class(unsigned axis, const float *logits);
const char *stack_class_name(unsigned axis, unsigned class);

/* Probabilities of an axis' classes. */
void stack_axis_probabilities(const struct stack_axis *x, const float *features, double p[3]);
/* The product of affirmed, certain, the patient's own and not in the future: presence by axes that are taken for
 * independent, where nothing has been fitted.  p[axis][class]. */
double stack_product(double p[STACK_AXES][3]);
/* What "the patient has or has had it" is judged by: log-odds of affirmed, of certain, of the patient's own and of
 * not in the future, each cut to those of 1e-6.  p[axis][class].  Their product would take the axes for independent,
 * and a doubt for as much as a denial. */
enum { STACK_PRESENT = 4 };
void stack_present_features(double p[STACK_AXES][3], double out[STACK_PRESENT]);
/* sigmoid of their weighted sum and the constant */
double stack_present(const struct stack *s, double p[STACK_AXES][3]);

/* Fills *out: classes and their probabilities, p_present and class; cue and is_resolved are the rules'. */
void stack_answer(const struct stack *s, const struct assertion *rules, const float *logits,
	enum tok_section_class section, struct assertion *out);
/* LODE_VERSION for another layout, LODE_CORRUPT for other numbers of features than the layout's. */
int stack_check(const struct stack *s, struct err *e);

#endif
