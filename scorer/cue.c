/* From the cues that govern a mention to its four axes and their probabilities. */
#include "scorer/cue_precision.h"
#include "scorer/cue_scan.h"

static const struct cue_governor *nearer(const struct cue_governor *a, const struct cue_governor *b)
{
	if (!a->rule || !b->rule)
		return a->rule ? a : b->rule ? b : NULL;
	return b->distance < a->distance ? b : a;
}

static const struct cue_governor *governs(const struct cue_view *v, enum cue_role role)
{
	return nearer(&v->ahead[role], &v->behind[role]);
}

static bool is_nearer(const struct cue_governor *a, const struct cue_governor *b)
{
	return a && (!b || a->distance < b->distance);
}

/* "No ascites, tense abdomen, jaundice present": a denial that came over a comma and is not held
 * together by "or" gives way to a verb that affirms. */
static bool is_taken_back(const struct cue_view *v, const struct cue_governor *negation)
{
	if (negation != &v->ahead[ROLE_NEGATE] || !(negation->bars & BAR_COMMA))
		return false;
	return !(negation->bars & BAR_OR) && !v->or_after && v->behind[ROLE_AFFIRM].rule;
}

static struct cue_decision judge_negation(const struct cue_view *v)
{
	const struct cue_governor *g = governs(v, ROLE_NEGATE);
	const struct cue_governor *risk = governs(v, ROLE_HYPOTHETICAL);
	/* "no risk of": the risk is denied, not the condition */
	bool denies_risk = g && is_nearer(risk, g) && !(risk->rule->flags & CUE_GENERAL);
	if (!g || denies_risk || is_taken_back(v, g))
		return (struct cue_decision){NEG_AFFIRMED, CUE_NONE, NULL};
	return (struct cue_decision){NEG_NEGATED, CUE_NEGATION, g};
}

static struct cue_decision judge_certainty(
	const struct cue_view *v, const struct cue_decision *negation)
{
	const struct cue_governor *hypothetical = governs(v, ROLE_HYPOTHETICAL);
	const struct cue_governor *possible = governs(v, ROLE_POSSIBLE);
	if (hypothetical && !(negation->by && hypothetical->rule->flags & CUE_GENERAL))
		return (struct cue_decision){CERT_HYPOTHETICAL, CUE_HYPOTHETICAL, hypothetical};
	if (v->section == TOK_SEC_RISKS && negation->value == NEG_AFFIRMED)
		return (struct cue_decision){CERT_HYPOTHETICAL, CUE_SECTION, NULL};
	if (possible && negation->value == NEG_AFFIRMED)
		return (struct cue_decision){CERT_POSSIBLE, CUE_POSSIBLE, possible};
	return (struct cue_decision){CERT_CERTAIN, CUE_NONE, NULL};
}

static struct cue_decision judge_experiencer(const struct cue_view *v)
{
	const struct cue_governor *other = governs(v, ROLE_OTHER);
	const struct cue_governor *own =
		v->ahead[ROLE_PATIENT].rule ? &v->ahead[ROLE_PATIENT] : NULL;
	const struct cue_governor *risk = governs(v, ROLE_HYPOTHETICAL);
	if (other && is_nearer(own, other))
		other = NULL;
	/* "his uncle had gout, which puts him at risk of stones" */
	if (other && other->rule->role == ROLE_RELATIVE && is_nearer(risk, other))
		other = NULL;
	if (other)
		return (struct cue_decision){EXP_OTHER, CUE_OTHER_PERSON, other};
	if (v->section == TOK_SEC_FAMILY && !v->ahead[ROLE_PATIENT].rule)
		return (struct cue_decision){EXP_OTHER, CUE_SECTION, NULL};
	return (struct cue_decision){EXP_PATIENT, CUE_NONE, NULL};
}

/* "No diabetes" in the past history is a denial of today; "denies smoking" in the social history is
 * read as of the past. */
static bool section_is_past(uint8_t section, unsigned negation)
{
	switch (section) {
	case TOK_SEC_PMH: return negation == NEG_AFFIRMED;
	case TOK_SEC_PSH:
	case TOK_SEC_BIRTH:
	case TOK_SEC_SOCIAL:
	case TOK_SEC_OBSTETRIC: return true;
	default: return false;
	}
}

static struct cue_decision judge_temporality(const struct cue_view *v,
	const struct cue_decision *negation, const struct cue_decision *certainty,
	const struct cue_decision *experiencer)
{
	if (certainty->value == CERT_HYPOTHETICAL) {
		bool general = certainty->by && certainty->by->rule->flags & CUE_GENERAL;
		return (struct cue_decision){
			general ? TIME_RECENT : TIME_FUTURE, certainty->kind, certainty->by};
	}
	const struct cue_governor *past = governs(v, ROLE_HISTORICAL);
	const struct cue_governor *resolved = governs(v, ROLE_RESOLVED);
	const struct cue_governor *now = &v->ahead[ROLE_CURRENT];
	if (resolved)
		return (struct cue_decision){TIME_HISTORICAL, CUE_RESOLVED, resolved};
	if (past && !(now->rule && is_nearer(now, past)))
		return (struct cue_decision){TIME_HISTORICAL, CUE_HISTORICAL, past};
	const struct cue_governor *planned = governs(v, ROLE_FUTURE);
	if (planned)
		return (struct cue_decision){TIME_FUTURE, CUE_FUTURE, planned};
	if (experiencer->value == EXP_OTHER)
		return (struct cue_decision){TIME_HISTORICAL, experiencer->kind, experiencer->by};
	if (section_is_past(v->section, negation->value) && !now->rule)
		return (struct cue_decision){TIME_HISTORICAL, CUE_SECTION, NULL};
	return (struct cue_decision){TIME_RECENT, CUE_NONE, NULL};
}

/* The cue to show: the one that made the class what it is. */
static const struct cue_decision *deciding(const struct cue_verdict *v)
{
	switch (v->class) {
	case ASSERT_SOMEONE_ELSE: return &v->experiencer;
	case ASSERT_HYPOTHETICAL:
	case ASSERT_POSSIBLE: return &v->certainty;
	case ASSERT_ABSENT: return &v->negation;
	default: return &v->temporality;
	}
}

void cue_decide(const struct cue_view *v, struct cue_verdict *out)
{
	out->negation = judge_negation(v);
	out->certainty = judge_certainty(v, &out->negation);
	out->experiencer = judge_experiencer(v);
	out->temporality = judge_temporality(v, &out->negation, &out->certainty, &out->experiencer);
	struct assertion a = {
		.negation = out->negation.value,
		.certainty = out->certainty.value,
		.experiencer = out->experiencer.value,
	};
	out->class = assertion_class_of(&a);
	out->deciding = *deciding(out);
}

void cue_conclude(const struct cue_verdict *v, struct assertion *out)
{
	*out = (struct assertion){
		.negation = v->negation.value,
		.certainty = v->certainty.value,
		.experiencer = v->experiencer.value,
		.temporality = v->temporality.value,
		.p_negation = precision_negation[v->negation.value][v->negation.kind],
		.p_certainty = precision_certainty[v->certainty.value][v->certainty.kind],
		.p_experiencer = precision_experiencer[v->experiencer.value][v->experiencer.kind],
		.p_temporality = precision_temporality[v->temporality.value][v->temporality.kind],
		.p_present = precision_present[v->class][v->deciding.kind],
		.class = v->class,
		.is_resolved = v->temporality.kind == CUE_RESOLVED,
		.cue_kind = v->deciding.kind,
	};
	if (v->deciding.by) {
		out->cue_start = v->deciding.by->start;
		out->cue_end = v->deciding.by->end;
	}
}

int cue_judge(const struct cue_engine *c, const struct mention_context *m, struct arena *scratch,
	struct assertion *out)
{
	struct cue_view view;
	struct cue_verdict v;
	cue_look(c, m, &view);
	cue_decide(&view, &v);
	cue_conclude(&v, out);
	return 0;
}
