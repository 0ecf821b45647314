#include "scorer/stack.h"

#include <math.h>
#include <stdio.h>

static const float log_lowest = -12;

static unsigned first_logit(unsigned axis)
{
	unsigned first = 0;
	for (unsigned i = 0; i < axis; i++)
		first += shape_head_classes[i];
	return first;
}

const char *stack_class_name(unsigned axis, unsigned class)
{
	switch (axis) {
	case HEAD_NEGATION: return negation_names[class];
	case HEAD_CERTAINTY: return certainty_names[class];
	case HEAD_EXPERIENCER: return experiencer_names[class];
	default: return temporality_names[class];
	}
}

enum stack_section stack_section_of(enum tok_section_class c)
{
	switch (c) {
	case TOK_SEC_PMH:
	case TOK_SEC_PSH:
	case TOK_SEC_SOCIAL:
	case TOK_SEC_BIRTH:
	case TOK_SEC_OBSTETRIC: return STACK_HISTORY;
	case TOK_SEC_FAMILY: return STACK_FAMILY;
	case TOK_SEC_CHIEF_COMPLAINT:
	case TOK_SEC_INDICATION: return STACK_REASON;
	case TOK_SEC_IMPRESSION:
	case TOK_SEC_ASSESSMENT:
	case TOK_SEC_DIAGNOSES: return STACK_JUDGED;
	case TOK_SEC_PLAN:
	case TOK_SEC_DISCHARGE:
	case TOK_SEC_FOLLOW_UP:
	case TOK_SEC_RISKS: return STACK_AHEAD;
	default: return STACK_SECTIONS;
	}
}

unsigned stack_rule_class(unsigned axis, const struct assertion *rules)
{
	switch (axis) {
	case HEAD_NEGATION: return rules->negation;
	case HEAD_CERTAINTY: return rules->certainty;
	case HEAD_EXPERIENCER: return rules->experiencer;
	default: return rules->temporality;
	}
}

unsigned stack_model_class(unsigned axis, const float *logits)
{
	const float *v = logits + first_logit(axis);
	unsigned best = 0;
	for (unsigned c = 1; c < shape_head_classes[axis]; c++)
		if (v[c] > v[best])
			best = c;
	return best;
}

/* ---- features ---- */

uint32_t stack_n_features(unsigned axis)
{
	uint32_t classes = shape_head_classes[axis];
	return 2 * classes + classes * classes + STACK_CUES + STACK_SECTIONS + 1;
}

static void log_probabilities(const float *v, unsigned classes, float *out)
{
	double most = -INFINITY, sum = 0;
	for (unsigned c = 0; c < classes; c++)
		most = v[c] > most ? v[c] : most;
	for (unsigned c = 0; c < classes; c++)
		sum += exp(v[c] - most);
	for (unsigned c = 0; c < classes; c++) {
		float p = (float)(v[c] - most - log(sum));
		out[c] = p > log_lowest ? p : log_lowest;
	}
}

void stack_features(unsigned axis, const struct assertion *rules, const float *logits,
	enum tok_section_class section, float out[STACK_FEATURES_MAX])
{
	unsigned classes = shape_head_classes[axis], said = stack_rule_class(axis, rules);
	enum stack_section group = stack_section_of(section);
	float *model = out, *rule = model + classes, *both = rule + classes;
	float *cue = both + (size_t)classes * classes, *place = cue + STACK_CUES;
	float *resolved = place + STACK_SECTIONS;
	log_probabilities(logits + first_logit(axis), classes, model);
	for (unsigned r = 0; r < classes; r++) {
		rule[r] = r == said;
		for (unsigned c = 0; c < classes; c++)
			both[r * classes + c] = r == said ? model[c] : 0;
	}
	for (unsigned k = 0; k < STACK_CUES; k++)
		cue[k] = k + 1 == (unsigned)rules->cue_kind;
	for (unsigned s = 0; s < STACK_SECTIONS; s++)
		place[s] = s == (unsigned)group;
	*resolved = rules->is_resolved;
}

void stack_feature_name(unsigned axis, uint32_t feature, char room[64])
{
	static const char *const sections[STACK_SECTIONS] = {
		"history", "family", "reason", "judged", "ahead"};
	uint32_t classes = shape_head_classes[axis], i = feature;
	if (i < classes) {
		snprintf(room, 64, "model %s", stack_class_name(axis, i));
	} else if ((i -= classes) < classes) {
		snprintf(room, 64, "rule %s", stack_class_name(axis, i));
	} else if ((i -= classes) < classes * classes) {
		snprintf(room, 64, "rule %s x model %s", stack_class_name(axis, i / classes),
			stack_class_name(axis, i % classes));
	} else if ((i -= classes * classes) < STACK_CUES) {
		snprintf(room, 64, "cue %s", cue_kind_names[i + 1]);
	} else if ((i -= STACK_CUES) < STACK_SECTIONS) {
		snprintf(room, 64, "section %s", sections[i]);
	} else {
		snprintf(room, 64, "resolved");
	}
}

/* ---- answers ---- */

void stack_axis_probabilities(const struct stack_axis *x, const float *features, double p[3])
{
	double most = -INFINITY, sum = 0;
	for (uint32_t c = 0; c < x->classes; c++) {
		p[c] = x->weight[c][x->features];
		for (uint32_t f = 0; f < x->features; f++)
			p[c] += (double)x->weight[c][f] * features[f];
		most = p[c] > most ? p[c] : most;
	}
	for (uint32_t c = 0; c < x->classes; c++)
		sum += p[c] = exp(p[c] - most);
	for (uint32_t c = 0; c < x->classes; c++)
		p[c] /= sum;
}

double stack_product(double p[STACK_AXES][3])
{
	return p[HEAD_NEGATION][NEG_AFFIRMED] * p[HEAD_CERTAINTY][CERT_CERTAIN] *
	       p[HEAD_EXPERIENCER][EXP_PATIENT] * (1 - p[HEAD_TEMPORALITY][TIME_FUTURE]);
}

static double log_odds(double p)
{
	const double least = 1e-6;
	p = p < least ? least : p > 1 - least ? 1 - least : p;
	return log(p / (1 - p));
}

void stack_present_features(double p[STACK_AXES][3], double out[STACK_PRESENT])
{
	out[0] = log_odds(p[HEAD_NEGATION][NEG_AFFIRMED]);
	out[1] = log_odds(p[HEAD_CERTAINTY][CERT_CERTAIN]);
	out[2] = log_odds(p[HEAD_EXPERIENCER][EXP_PATIENT]);
	out[3] = log_odds(1 - p[HEAD_TEMPORALITY][TIME_FUTURE]);
}

double stack_present(const struct stack *s, double p[STACK_AXES][3])
{
	double x[STACK_PRESENT], z = s->present[STACK_PRESENT];
	stack_present_features(p, x);
	for (unsigned i = 0; i < STACK_PRESENT; i++)
		z += s->present[i] * x[i];
	return 1 / (1 + exp(-z));
}

static unsigned likeliest(const double *p, unsigned classes)
{
	unsigned best = 0;
	for (unsigned c = 1; c < classes; c++)
		if (p[c] > p[best])
			best = c;
	return best;
}

void stack_answer(const struct stack *s, const struct assertion *rules, const float *logits,
	enum tok_section_class section, struct assertion *out)
{
	double p[STACK_AXES][3] = {{0}};
	unsigned class[STACK_AXES];
	float features[STACK_FEATURES_MAX];
	for (unsigned axis = 0; axis < STACK_AXES; axis++) {
		stack_features(axis, rules, logits, section, features);
		stack_axis_probabilities(&s->axis[axis], features, p[axis]);
		class[axis] = likeliest(p[axis], shape_head_classes[axis]);
	}
	*out = *rules;
	out->negation = (enum negation) class[HEAD_NEGATION];
	out->certainty = (enum certainty) class[HEAD_CERTAINTY];
	out->experiencer = (enum experiencer) class[HEAD_EXPERIENCER];
	out->temporality = (enum temporality) class[HEAD_TEMPORALITY];
	out->p_negation = p[HEAD_NEGATION][class[HEAD_NEGATION]];
	out->p_certainty = p[HEAD_CERTAINTY][class[HEAD_CERTAINTY]];
	out->p_experiencer = p[HEAD_EXPERIENCER][class[HEAD_EXPERIENCER]];
	out->p_temporality = p[HEAD_TEMPORALITY][class[HEAD_TEMPORALITY]];
	out->p_present = stack_present(s, p);
	/* Labelled rows call a possible condition neither present nor absent, so none says that it is surely there. */
	if (out->certainty == CERT_POSSIBLE && out->p_present > (double)s->abstain_high)
		out->p_present = (double)s->abstain_high;
	out->class = assertion_class_of(out);
}

int stack_check(const struct stack *s, struct err *e)
{
	if (s->layout != STACK_LAYOUT)
		return err_set(e, LODE_VERSION, "stack of layout %u, this version applies %d",
			s->layout, STACK_LAYOUT);
	for (unsigned axis = 0; axis < STACK_AXES; axis++)
		if (s->axis[axis].features != stack_n_features(axis) ||
			s->axis[axis].classes != shape_head_classes[axis])
			return err_set(e, LODE_CORRUPT,
				"stack of %s: %u features, layout %d has %u",
				shape_head_names[axis], s->axis[axis].features, STACK_LAYOUT,
				stack_n_features(axis));
	if (!(s->abstain_low >= 0 && s->abstain_low <= s->abstain_high && s->abstain_high <= 1))
		return err_set(e, LODE_CORRUPT, "stack: the band of doubt is none");
	return LODE_OK;
}
