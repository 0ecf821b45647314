#include "daemon/verdict.h"

#include "base/err.h"
#include "daemon/copies.h"

#include <math.h>
#include <stdlib.h>

const char *const verdict_names[4] = {"present", "absent", "uncertain", "not_mentioned"};

const char *const basis_names[BASIS_COUNT] = {
#define X(name, wire) wire,
	BASIS_LIST(X)
#undef X
};

/* Rules give two kinds of probability: far from 1/2 (a plain statement) and near it (a hedge).  The
 * band only turns away what the precision table itself cannot tell from a coin. */
static const double abstain_low = 0.45, abstain_high = 0.55;

/* Not measured: a drug or a value names no condition, so less than even, more than a hint. */
static const double p_indication = 0.4;

/* With a stack: do its likeliest classes say that the patient has it, and its probability of all four together that
 * rather not, or the other way round? */
static bool is_torn(const struct evidence *e)
{
	const struct assertion *s = &e->said;
	bool is_said = s->negation == NEG_AFFIRMED && s->certainty == CERT_CERTAIN &&
		       s->experiencer == EXP_PATIENT && s->temporality != TIME_FUTURE;
	return e->scored && e->scored->has_stack && is_said != (s->p_present >= 0.5);
}

static enum stance stance_of(const struct evidence *e)
{
	const struct assertion *s = &e->said;
	if (e->via == VIA_PROXY)
		return STANCE_INDICATION;
	bool is_denied = s->negation == NEG_NEGATED && s->certainty == CERT_CERTAIN &&
			 s->temporality != TIME_FUTURE;
	if (e->is_ambiguous || e->via == VIA_RANKED || e->relation == NAME_RELATED)
		return STANCE_HINT;
	/* "No leukemia" rules out the acute one, but not the other way round. */
	if ((e->relation == NAME_BROADER && !is_denied) ||
		(e->relation == NAME_NARROWER && is_denied))
		return STANCE_HINT;
	if (s->experiencer == EXP_OTHER)
		return is_torn(e) ? STANCE_SUSPECTED : STANCE_OTHER_PERSON;
	if (s->certainty == CERT_POSSIBLE || is_torn(e))
		return STANCE_SUSPECTED;
	if (s->certainty == CERT_HYPOTHETICAL || s->temporality == TIME_FUTURE)
		return STANCE_HYPOTHETICAL;
	if (s->negation == NEG_NEGATED)
		return STANCE_DENIED;
	/* A mask took the place of a word of the name: nobody can be certain that it is the name. */
	if (e->mask_overlap)
		return STANCE_SUSPECTED;
	return STANCE_AFFIRMED;
}

bool verdict_is_plain(const struct evidence *e)
{
	return stance_of(e) != STANCE_HINT;
}

/* ---- who takes back whom ---- */

/* By day; by time within a day where both notes have one, in the same zone.  Undated notes and days
 * without times have no order. */
static bool is_later(const struct evidence *a, const struct evidence *b)
{
	enum { DAY = 10, TIME = 19 };
	if (a->date.n < DAY || b->date.n < DAY)
		return false;
	int c = memcmp(a->date.p, b->date.p, DAY);
	if (c || a->date.n < TIME || b->date.n != a->date.n)
		return c > 0;
	size_t zone = a->date.n - 1;
	while (zone > TIME && !strchr("+-Zz", a->date.p[zone]))
		zone--;
	if (memcmp(a->date.p + zone, b->date.p + zone, a->date.n - zone) != 0)
		return false;
	return memcmp(a->date.p, b->date.p, zone) > 0;
}

static bool holds(struct slice text, const char *word)
{
	return memmem(text.p, text.n, word, strlen(word)) != NULL;
}

/* A denial of all time ("no history of", "never had") as against one of today ("no chest pain").
 * Only the trigger's own words count: a section on the past makes no denial one of all time. */
static bool denies_history(const struct evidence *e)
{
	static const char *const marks[] = {"histor", "Histor", "HISTOR", "hx", "Hx", "HX", "h/o",
		"H/O", "ever", "EVER", "previous", "prior"};
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (e->cue.n && holds(e->cue, marks[i]))
			return true;
	return false;
}

static bool history_stands(const struct evidence *e)
{
	return e->said.temporality == TIME_HISTORICAL || e->said.is_resolved;
}

struct last_denial {
	const struct evidence *any, *of_history; /* the latest by date */
};

static void note_denial(struct last_denial *last, const struct evidence *e)
{
	if (e->date.n < 10)
		return;
	if (!last->any || is_later(e, last->any))
		last->any = e;
	if (denies_history(e) && (!last->of_history || is_later(e, last->of_history)))
		last->of_history = e;
}

/* An affirmation is taken back by a denial in a note of a later day; one that speaks of the past
 * only by a denial that speaks of the past too. */
static bool is_taken_back(const struct evidence *e, const struct last_denial *last)
{
	const struct evidence *d = history_stands(e) ? last->of_history : last->any;
	return d && is_later(d, e);
}

/* A suspicion, or what may be read either way, is settled by a denial further down in its own note, or in a later
 * one. */
static bool is_settled(const struct evidence *e, const struct last_denial *last)
{
	return e->is_denied_below || (last->any && is_later(last->any, e));
}

/* Stances, and what a note's later lines say to its earlier ones: one pass from the end. */
static void take_stances(struct evidence *at, uint32_t n, struct last_denial *last)
{
	bool denied = false;
	for (uint32_t i = n; i-- > 0;) {
		struct evidence *e = &at[i];
		e->order = i;
		e->is_superseded = false;
		e->stance = stance_of(e);
		if (i + 1 == n || at[i + 1].note_order != e->note_order)
			denied = false;
		e->is_denied_below = denied;
		denied |= e->stance == STANCE_DENIED && !e->is_beside;
	}
	for (uint32_t i = 0; i < n; i++)
		if (at[i].stance == STANCE_DENIED && !at[i].is_beside)
			note_denial(last, &at[i]);
}

bool verdict_is_committed(const struct evidence *e)
{
	switch (e->section_class) {
	case TOK_SEC_ASSESSMENT:
	case TOK_SEC_IMPRESSION:
	case TOK_SEC_DIAGNOSES:
	case TOK_SEC_HOSPITAL_COURSE: return true;
	default: return false;
	}
}

/* ---- confirmations that are all taken back ---- */

/* Even at most: A / (A + D), the square roots of what confirmations and denials weigh (docs/uncertainty.md).  Roots,
 * since ten notes that say the same are not ten witnesses. */
static double p_conflicting(const struct evidence *at, uint32_t n)
{
	const struct evidence *last = NULL;
	double affirmed = 0, denied = 0;
	for (uint32_t i = 0; i < n; i++)
		if (at[i].stance == STANCE_AFFIRMED && !at[i].is_beside &&
			(!last || is_later(&at[i], last)))
			last = &at[i];
	for (uint32_t i = 0; i < n; i++) {
		const struct evidence *e = &at[i];
		double weight = verdict_is_committed(e) ? 2 : 1, p = e->said.p_present;
		if (e->is_beside || e->copy_of != COPY_NONE)
			continue;
		if (e->stance == STANCE_AFFIRMED)
			affirmed += weight * p;
		else if (e->stance == STANCE_DENIED)
			denied += weight * (1 - p) * (last && is_later(e, last) ? 1 : 0.5);
	}
	affirmed = sqrt(affirmed);
	denied = sqrt(denied);
	double even = 0.5, p = affirmed + denied > 0 ? affirmed / (affirmed + denied) : even;
	return p < even ? p : even;
}

/* ---- the table ---- */

/* The highest probability of several mentions. */
struct highest {
	double p;
	bool is_unsure; /* the mention that has it lies in the band of doubt */
};

struct tally {
	uint32_t standing, standing_history, taken_back, suspected, denied, other, hypothetical,
		hints, indications;
	double p_conflict;
	struct highest affirmed, history, suspicion, rest;
};

bool verdict_is_unsure(const struct evidence *e)
{
	return e->scored && e->scored->is_unsure && e->stance != STANCE_HINT &&
	       e->stance != STANCE_INDICATION;
}

static void raise_to(struct highest *to, const struct evidence *e)
{
	if (e->said.p_present > to->p)
		*to = (struct highest){e->said.p_present, verdict_is_unsure(e)};
}

static void count_affirmed(struct tally *t, struct evidence *e, const struct last_denial *last)
{
	e->is_superseded = is_taken_back(e, last);
	if (e->is_superseded) {
		t->taken_back++;
		return;
	}
	t->standing++;
	raise_to(&t->affirmed, e);
	if (history_stands(e)) {
		t->standing_history++;
		raise_to(&t->history, e);
	}
}

static void count_one(struct tally *t, struct evidence *e, const struct last_denial *last)
{
	switch (e->stance) {
	case STANCE_AFFIRMED: count_affirmed(t, e, last); return;
	case STANCE_SUSPECTED:
		e->is_superseded = is_settled(e, last);
		if (e->is_superseded)
			return;
		t->suspected++;
		raise_to(&t->suspicion, e);
		return;
	case STANCE_DENIED: t->denied++; break;
	case STANCE_OTHER_PERSON: t->other++; break;
	case STANCE_HYPOTHETICAL: t->hypothetical++; break;
	case STANCE_INDICATION: t->indications++; return;
	case STANCE_HINT: t->hints++; return;
	}
	e->is_superseded = verdict_is_unsure(e) && is_settled(e, last);
	if (e->is_superseded)
		return;
	bool is_doubtful =
		t->rest.is_unsure || verdict_is_unsure(e); /* nothing is ruled out by the others */
	raise_to(&t->rest, e);
	t->rest.is_unsure = is_doubtful;
}

static void set(struct judgement *j, enum verdict v, enum basis b, double p)
{
	j->verdict = v;
	j->basis = b;
	j->probability = p;
}

/* present or absent by the mention that decides; where that one leaves doubt, the chart does. */
static void tell(struct judgement *j, enum verdict v, enum basis b, const struct highest *by)
{
	bool is_even = by->p > abstain_low && by->p < abstain_high;
	set(j, by->is_unsure || is_even ? VERDICT_UNCERTAIN : v, b, by->p);
}

/* Rows of the table from the top; the first that applies. */
static void decide(const struct tally *t, struct judgement *j)
{
	const double p_hint = 0.3;
	if (t->standing && t->taken_back && t->standing == t->standing_history)
		tell(j, VERDICT_PRESENT, BASIS_CONFLICTING, &t->history);
	else if (t->standing)
		tell(j, VERDICT_PRESENT, BASIS_CONFIRMED, &t->affirmed);
	else if (t->taken_back)
		set(j, VERDICT_UNCERTAIN, BASIS_CONFLICTING, t->p_conflict);
	else if (t->suspected)
		set(j, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY, t->suspicion.p);
	else if (t->indications && !t->denied)
		set(j, VERDICT_UNCERTAIN, BASIS_INDICATION_ONLY, p_indication);
	else if (t->denied)
		tell(j, VERDICT_ABSENT, BASIS_DENIED, &t->rest);
	else if (t->other)
		tell(j, VERDICT_ABSENT, BASIS_FAMILY_ONLY, &t->rest);
	else if (t->hypothetical)
		tell(j, VERDICT_ABSENT, BASIS_HYPOTHETICAL_ONLY, &t->rest);
	else if (t->hints)
		set(j, VERDICT_UNCERTAIN, BASIS_SUSPECTED_ONLY, p_hint);
	else
		set(j, VERDICT_NOT_MENTIONED, BASIS_NONE_FOUND, 0);
}

static uint32_t bases_found(const struct tally *t)
{
	uint32_t bits = 0;
	bits |= t->standing ? 1U << BASIS_CONFIRMED : 0;
	bits |= t->taken_back ? 1U << BASIS_CONFLICTING : 0;
	bits |= t->suspected ? 1U << BASIS_SUSPECTED_ONLY : 0;
	bits |= t->indications ? 1U << BASIS_INDICATION_ONLY : 0;
	bits |= t->denied ? 1U << BASIS_DENIED : 0;
	bits |= t->other ? 1U << BASIS_FAMILY_ONLY : 0;
	bits |= t->hypothetical ? 1U << BASIS_HYPOTHETICAL_ONLY : 0;
	return bits;
}

/* Each independent denial beside the affirmation nearest before it, else the first after it. */
static int list_contradictions(
	const struct evidence *at, uint32_t n, struct arena *a, struct judgement *j)
{
	uint32_t denials = 0, affirmed = UINT32_MAX;
	for (uint32_t i = 0; i < n; i++) {
		denials += at[i].stance == STANCE_DENIED && at[i].copy_of == COPY_NONE;
		if (at[i].stance == STANCE_AFFIRMED && affirmed == UINT32_MAX)
			affirmed = i;
	}
	if (denials == 0 || affirmed == UINT32_MAX)
		return 0;
	j->contradictions = arena_array(a, struct contradiction, denials);
	if (!j->contradictions)
		return LODE_NOMEM;
	for (uint32_t i = 0; i < n; i++) {
		if (at[i].stance == STANCE_AFFIRMED && at[i].copy_of == COPY_NONE)
			affirmed = i;
		if (at[i].stance == STANCE_DENIED && at[i].copy_of == COPY_NONE)
			j->contradictions[j->n_contradictions++] =
				(struct contradiction){affirmed, i};
	}
	return 0;
}

int verdict_judge(
	struct evidence *at, uint32_t n, bool complete, struct arena *a, struct judgement *out)
{
	struct judgement j = {0};
	struct last_denial last = {0};
	take_stances(at, n, &last);
	int rc = copies_find(at, n, a);
	struct tally t = {0}, beside = {0};
	for (uint32_t i = 0; i < n; i++) {
		count_one(at[i].is_beside ? &beside : &t, &at[i], &last);
		j.independent += at[i].copy_of == COPY_NONE;
	}
	if (rc == 0)
		rc = list_contradictions(at, n, a, &j);
	if (rc)
		return rc;
	t.p_conflict = p_conflicting(at, n);
	decide(&t, &j);
	j.bases = bases_found(&t) | bases_found(&beside);
	if (j.bases == 0)
		j.bases = 1U << (t.hints ? BASIS_SUSPECTED_ONLY : BASIS_NONE_FOUND);
	/* What was not looked at could hold a denial as well as a confirmation. */
	if (!complete) {
		j.verdict = VERDICT_UNCERTAIN;
		j.basis = BASIS_INCOMPLETE;
		j.bases |= 1U << BASIS_INCOMPLETE;
	}
	*out = j;
	return 0;
}

/* ---- order of the answer ---- */

static int rank_of(const struct evidence *e, const struct judgement *j)
{
	static const uint8_t when_present[] = {[STANCE_AFFIRMED] = 0,
		[STANCE_SUSPECTED] = 2,
		[STANCE_DENIED] = 1,
		[STANCE_OTHER_PERSON] = 3,
		[STANCE_HYPOTHETICAL] = 4,
		[STANCE_INDICATION] = 5,
		[STANCE_HINT] = 6};
	static const uint8_t when_absent[] = {[STANCE_DENIED] = 0,
		[STANCE_AFFIRMED] = 1,
		[STANCE_SUSPECTED] = 2,
		[STANCE_OTHER_PERSON] = 3,
		[STANCE_HYPOTHETICAL] = 4,
		[STANCE_INDICATION] = 5,
		[STANCE_HINT] = 6};
	enum { BESIDE = STANCE_HINT, HINT = 2 * STANCE_HINT };
	int r = j->verdict == VERDICT_ABSENT ? when_absent[e->stance] : when_present[e->stance];
	/* What other names say comes behind all that the asked one does, and before mere hints. */
	r = e->stance == STANCE_HINT ? HINT : e->is_beside ? r + BESIDE : r;
	/* Exact names before masked or reordered ones, originals before copies. */
	return r * 4 + (e->via == VIA_MASK || e->via == VIA_RANKED) * 2 + (e->copy_of != COPY_NONE);
}

static double sureness(const struct evidence *e)
{
	double p = e->said.p_present;
	return p < 0.5 ? 1 - p : p;
}

static int by_rank(const void *x, const void *y, void *arg)
{
	const struct evidence *a = x, *b = y;
	int ra = rank_of(a, arg), rb = rank_of(b, arg);
	if (ra != rb)
		return ra - rb;
	double pa = sureness(a), pb = sureness(b);
	if (pa > pb || pa < pb)
		return pa > pb ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

void verdict_sort(struct evidence *at, uint32_t n, const struct judgement *j)
{
	struct judgement copy = *j;
	if (n)
		qsort_r(at, n, sizeof(*at), by_rank, &copy);
}

double evidence_p_present(const struct evidence *e)
{
	return e->stance == STANCE_INDICATION ? p_indication : e->said.p_present;
}

const char *evidence_class(const struct evidence *e)
{
	switch (e->stance) {
	case STANCE_AFFIRMED: return "confirmation";
	case STANCE_DENIED: return "denial";
	case STANCE_INDICATION: return "indication";
	default: return "mention";
	}
}
