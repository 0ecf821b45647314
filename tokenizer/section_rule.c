#include "tokenizer/section_rule.h"

#define SET(name) (1ull << TOK_SEC_##name)

/* Sections whose lines begin with labels of their own ("HEENT:", "Mother:", "HYPERTENSION:"), so
 * that an unknown label there is content. */
static const uint64_t labelled =
	SET(FAMILY) | SET(PMH) | SET(PSH) | SET(ROS) | SET(EXAM) | SET(LABS) | SET(FINDINGS) |
	SET(IMAGING) | SET(MEDICATIONS) | SET(ALLERGIES) | SET(VITALS) | SET(ASSESSMENT) |
	SET(PLAN) | SET(PROCEDURE) | SET(HOSPITAL_COURSE) | SET(DIAGNOSES) | SET(SOCIAL) |
	SET(DISCHARGE) | SET(FOLLOW_UP) | SET(OBSTETRIC) | SET(BIRTH) | SET(IMPRESSION);

/* Of these, where even a heading line of its own names a problem and stays inside. */
static const uint64_t by_problem = SET(ASSESSMENT) | SET(PLAN) | SET(HOSPITAL_COURSE);

/* Of these, prose or short lists that a longer heading in capitals ends. */
static const uint64_t short_lists =
	SET(FAMILY) | SET(SOCIAL) | SET(ALLERGIES) | SET(MEDICATIONS) | SET(PSH);

/* Where an exam, an operation or imaging usually follows without a heading of its own. */
static const uint64_t before_exam = SET(NONE) | SET(OTHER) | SET(CHIEF_COMPLAINT) | SET(HPI) |
				    SET(SOCIAL) | SET(ALLERGIES) | SET(MEDICATIONS) | SET(VITALS);
static const uint64_t before_exam_sure =
	SET(FAMILY) | SET(PMH) | SET(PSH) | SET(OBSTETRIC) | SET(BIRTH);
static const uint64_t before_procedure = SET(NONE) | SET(OTHER) | SET(DIAGNOSES) | SET(INDICATION) |
					 SET(FINDINGS) | SET(COMPLICATIONS) | SET(RISKS) |
					 SET(IMPRESSION) | SET(MEDICATIONS) | SET(HPI);
static const uint64_t before_imaging = SET(NONE) | SET(OTHER) | SET(CHIEF_COMPLAINT) | SET(HPI) |
				       SET(SOCIAL) | SET(ALLERGIES) | SET(MEDICATIONS) |
				       SET(VITALS) | SET(EXAM) | SET(LABS) | SET(OBSTETRIC);

/* The first half of a note. */
static const uint64_t history = SET(NONE) | SET(CHIEF_COMPLAINT) | SET(HPI) | SET(PMH) | SET(PSH) |
				SET(FAMILY) | SET(SOCIAL) | SET(ALLERGIES) | SET(ROS) | SET(BIRTH) |
				SET(OBSTETRIC);

static bool in(const struct tok_heading_site *s, uint64_t set)
{
	return set >> s->current & 1;
}

static bool key_is(const struct tok_label *l, const char *key)
{
	return l->n == strlen(key) && memcmp(l->key, key, l->n) == 0;
}

/* Capitals that mean something. */
static bool shouts(const struct tok_heading_site *s)
{
	return s->label->caps && !s->caps_text;
}

/* Words that are a heading also in ordinary case after a sentence ("... stable. Plan: start"). */
static bool speaks_alone(uint8_t class)
{
	const uint64_t set = SET(ASSESSMENT) | SET(PLAN) | SET(IMPRESSION) | SET(ALLERGIES) |
			     SET(MEDICATIONS) | SET(FINDINGS);
	return set >> class & 1;
}

static bool strong_opens(const struct tok_heading_site *s, uint8_t class)
{
	const struct tok_label *l = s->label;
	bool many = l->words >= 2;
	if (s->numbered && !s->in_series && !shouts(s) && in(s, labelled))
		return false;
	/* "Medication: penicillin" lists a kind of allergy. */
	if (s->current == TOK_SEC_ALLERGIES && key_is(l, "medication"))
		return false;
	if (s->inside == INSIDE_PLAIN)
		return l->caps && many;
	if (s->inside && !l->caps)
		return s->inside != INSIDE_COMMA && l->titled && l->first_capital &&
		       (many || (s->inside == INSIDE_SENTENCE_END && speaks_alone(class)));
	if (s->inside || s->has_colon)
		return true;
	/* A line of its own without a colon: a wrapped word must not do. */
	if (shouts(s))
		return true;
	return l->first_capital &&
	       (many ? l->titled || s->after_blank : s->after_blank || l->titled);
}

static bool weak_opens(const struct tok_heading_site *s)
{
	const struct tok_label *l = s->label;
	if (s->inside)
		return shouts(s) &&
		       (s->inside == INSIDE_SENTENCE_END || s->inside == INSIDE_LOST_LINE);
	if (in(s, by_problem | SET(ROS) | SET(DISCHARGE)))
		return shouts(s) && (s->has_colon || s->after_blank);
	if (s->numbered)
		return shouts(s) || !in(s, labelled);
	if (s->has_colon)
		return l->first_capital && (l->titled || l->words >= 3);
	return shouts(s) || (l->titled && l->first_capital && s->after_blank);
}

static bool exam_opens(const struct tok_heading_site *s)
{
	const struct tok_label *l = s->label;
	if (s->inside >= INSIDE_COMMA || (s->inside && !l->caps) || !l->first_capital)
		return false;
	if (in(s, before_exam_sure))
		return key_is(l, "heent") || key_is(l, "heart and lungs");
	if (!in(s, before_exam))
		return false;
	return s->has_colon || shouts(s) || s->after_blank;
}

static bool detail_opens(const struct tok_heading_site *s)
{
	if (s->inside >= INSIDE_COMMA || !in(s, before_procedure))
		return false;
	if (s->inside || in(s, SET(HPI) | SET(MEDICATIONS)) || !s->has_colon)
		return shouts(s);
	return s->label->titled && s->label->first_capital;
}

static bool study_opens(const struct tok_heading_site *s)
{
	if (s->inside >= INSIDE_COMMA || !in(s, before_imaging))
		return false;
	if (s->inside || !s->has_colon)
		return shouts(s) && (s->inside || s->after_blank);
	return s->label->titled && s->label->first_capital;
}

/* An exam goes on after its vital signs. */
static bool resumes_exam(const struct tok_heading_site *s, const struct tok_heading *h)
{
	return h->class == TOK_SEC_EXAM && s->current == TOK_SEC_VITALS &&
	       s->label->first_capital && s->has_colon && s->inside <= INSIDE_SENTENCE_END &&
	       (!s->inside || s->label->caps);
}

/* "Admission Date:" above the first heading, or after a blank line below it, heads no part of the note
 * but is no part of the section before it either. */
static bool admin_opens(const struct tok_heading_site *s)
{
	const struct tok_label *l = s->label;
	if (s->inside || s->numbered || !s->has_colon || s->alone || !l->titled ||
		!l->first_capital)
		return false;
	if (l->n >= 4 && memcmp(l->key, "dear", 4) == 0)
		return false;
	if (in(s, SET(NONE)))
		return !key_is(l, "re") && !key_is(l, "to") && !key_is(l, "from");
	return l->words >= 2 && s->after_blank && !in(s, by_problem);
}

int tok_rule_known(const struct tok_heading_site *s, const struct tok_heading *h)
{
	bool opens = false;
	switch ((enum tok_heading_level)h->level) {
	case HEADING_STRONG: opens = strong_opens(s, h->class); break;
	case HEADING_WEAK: opens = weak_opens(s); break;
	case HEADING_EXAM: opens = exam_opens(s) || resumes_exam(s, h); break;
	case HEADING_SYSTEM: opens = resumes_exam(s, h); break;
	case HEADING_DETAIL: opens = detail_opens(s); break;
	case HEADING_STUDY: opens = study_opens(s); break;
	case HEADING_ADMIN: return admin_opens(s) ? TOK_SEC_OTHER : -1;
	}
	/* "Diet:", "Activity:" are instructions at the end of a note, habits in its history. */
	if (opens && h->level == HEADING_WEAK && h->class == TOK_SEC_DISCHARGE && in(s, history))
		return TOK_SEC_OTHER;
	return opens ? h->class : -1;
}

static bool unknown_with_colon(const struct tok_heading_site *s)
{
	const struct tok_label *l = s->label;
	bool many = l->words >= 2;
	if (in(s, by_problem))
		return false;
	if (in(s, short_lists) && many && s->after_blank && shouts(s))
		return true;
	if (in(s, labelled))
		return shouts(s) && s->alone;
	if (shouts(s))
		return many || s->alone || s->after_blank;
	if (!s->after_blank)
		return false;
	return s->alone || (many && s->current != TOK_SEC_NONE);
}

int tok_rule_unknown(const struct tok_heading_site *s)
{
	const struct tok_label *l = s->label;
	if (s->inside || s->numbered || !l->first_capital || !l->titled || l->words > 6 || l->n < 4)
		return -1;
	if (l->n > 5 && memcmp(l->key, "dear ", 5) == 0)
		return -1;
	bool opens = s->has_colon ? unknown_with_colon(s)
				  : shouts(s) && s->after_blank && !in(s, labelled);
	return opens ? TOK_SEC_OTHER : -1;
}
