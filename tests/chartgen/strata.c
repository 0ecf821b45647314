/* What the chart says about an asked condition, stratum by stratum, and the verdict that follows by
 * docs/verdict.md.  The gold is right by construction: nothing here reads the chart back. */
#include "chartgen.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	NEVER = -1,
	ALWAYS = 1 << 30,
	ISSUE_LEXICON = 5,
	PLACE_TRIES = 400,
	COPIES = 20,
	TENTHS = 10
};

static void say(struct question *q, const char *verdict, const char *basis)
{
	q->verdict = verdict;
	q->basis = basis;
}

/* Plants one mention in a note dated after `after` and before `before` (days); returns its day. */
static int put(
	struct chart *c, unsigned i, enum kind kind, int after, int before, const char *surface)
{
	for (unsigned t = 0; t < PLACE_TRIES; t++) {
		unsigned note = pick_note(c, kind, after, before);
		if (note < c->n_notes && plant_make(c, kind, note, i, surface))
			return c->notes[note].day;
	}
	fprintf(stderr, "chartgen: no place for kind %d in chart %s\n", (int)kind, c->id);
	exit(2);
}

static const char *name_of(const struct question *q)
{
	return conditions[q->condition].name;
}

static int put_name(struct chart *c, struct question *q, unsigned i, enum kind kind)
{
	return put(c, i, kind, NEVER, ALWAYS, name_of(q));
}

/* A day that leaves room for a later one: within the first 70 % of the notes. */
static int early(const struct chart *c)
{
	return c->notes[c->n_notes * 7 / 10].day;
}

static void put_sentences(
	struct chart *c, unsigned i, const char *list, unsigned n, bool is_mention)
{
	char marked[256];
	unsigned all = list_count(list), first = rng_below(&c->rng, all);
	for (unsigned k = 0; k < n; k++) {
		list_item(list, (first + k) % all, marked, sizeof(marked));
		for (unsigned t = 0; t < PLACE_TRIES; t++) {
			unsigned note = pick_note(c, KIND_AS_IT_IS, NEVER, ALWAYS);
			if (note < c->n_notes && plant_sentence(c, marked, note, i, is_mention))
				break;
		}
	}
}

/* ---- one outcome out of several ---- */

static void one_of_certain(struct chart *c, struct question *q, unsigned i, const char *surface)
{
	switch (rng_below(&c->rng, 4)) {
	case 0:
		put(c, i, KIND_HISTORY, NEVER, ALWAYS, surface);
		say(q, "present", "confirmed");
		break;
	case 1:
		put(c, i, KIND_DENY, NEVER, ALWAYS, surface);
		say(q, "absent", "denied");
		break;
	default: put(c, i, KIND_AFFIRM, NEVER, ALWAYS, surface); say(q, "present", "confirmed");
	}
}

/* ---- the five distractor strata ---- */

static void plan_near_miss(struct chart *c, struct question *q, unsigned i)
{
	char near[96];
	unsigned n = list_count(conditions[q->condition].near);
	for (unsigned k = 0, times = 2 + rng_below(&c->rng, 3); k < times; k++) {
		list_item(conditions[q->condition].near, k % n, near, sizeof(near));
		put(c, i, KIND_NEAR, NEVER, ALWAYS, near);
	}
	say(q, "not_mentioned", "none_found");
	if (rng_chance(&c->rng, 40))
		one_of_certain(c, q, i, name_of(q));
}

static void possessive(const char *name, char *out, size_t cap)
{
	size_t n = strcspn(name, " ");
	snprintf(out, cap, "%.*s's%s", (int)n, name, name + n);
}

static void plan_vocabulary(struct chart *c, struct question *q, unsigned i)
{
	const struct condition *k = &conditions[q->condition];
	char surface[96];
	strcpy(surface, k->name);
	if (!k->abbreviations && k->flags & COND_EPONYM) {
		possessive(k->name, surface, sizeof(surface));
	} else if (k->abbreviations && rng_chance(&c->rng, 80)) {
		unsigned n = list_count(k->abbreviations);
		char *to = !k->senses && rng_chance(&c->rng, 30) ? q->asked : surface;
		list_item(k->abbreviations, rng_below(&c->rng, n), to, sizeof(surface));
	} else {
		for (char *p = surface; *p; p++)
			*p = (char)toupper((unsigned char)*p);
	}
	one_of_certain(c, q, i, surface);
}

static void plan_template(struct chart *c, struct question *q, unsigned i)
{
	bool is_on = rng_chance(&c->rng, 50);
	put_name(c, q, i, is_on ? KIND_BOX_ON : KIND_BOX_OFF);
	say(q, is_on ? "present" : "absent", is_on ? "confirmed" : "denied");
}

static void plan_section(struct chart *c, struct question *q, unsigned i)
{
	static const struct {
		enum kind kind;
		const char *verdict, *basis;
	} variants[] = {
		{KIND_LIST_OWN, "present", "confirmed"},
		{KIND_LIST_FAMILY, "absent", "family_only"},
		{KIND_LIST_RISK, "absent", "hypothetical_only"},
		{KIND_LIST_SUSPECT, "uncertain", "suspected_only"},
	};
	unsigned v = rng_below(&c->rng, 4);
	put_name(c, q, i, variants[v].kind);
	say(q, variants[v].verdict, variants[v].basis);
}

static void plan_polysemy(struct chart *c, struct question *q, unsigned i)
{
	char acronym[32];
	const struct condition *k = &conditions[q->condition];
	put_sentences(c, i, k->senses, 1 + rng_below(&c->rng, 3), false);
	say(q, "not_mentioned", "none_found");
	if (!rng_chance(&c->rng, 40))
		return;
	list_item(k->abbreviations, 0, acronym, sizeof(acronym));
	one_of_certain(c, q, i, rng_chance(&c->rng, 50) ? acronym : k->name);
}

/* ---- plain strata ---- */

static void plan_never(struct chart *c, struct question *q, unsigned i)
{
	say(q, "not_mentioned", "none_found");
}

static void plan_single_present(struct chart *c, struct question *q, unsigned i)
{
	put_name(c, q, i, KIND_AFFIRM);
	say(q, "present", "confirmed");
}

static void plan_single_denied(struct chart *c, struct question *q, unsigned i)
{
	put_name(c, q, i, rng_chance(&c->rng, 75) ? KIND_DENY : KIND_DENY_PAST);
	say(q, "absent", "denied");
}

static void plan_historical(struct chart *c, struct question *q, unsigned i)
{
	put_name(c, q, i, KIND_HISTORY);
	say(q, "present", "confirmed");
}

static void plan_family(struct chart *c, struct question *q, unsigned i)
{
	put_name(c, q, i, rng_chance(&c->rng, 80) ? KIND_FAMILY : KIND_FAMILY_DENY);
	if (rng_chance(&c->rng, 30))
		put_name(c, q, i, KIND_FAMILY);
	say(q, "absent", "family_only");
}

static void plan_hypothetical(struct chart *c, struct question *q, unsigned i)
{
	put_name(c, q, i, KIND_HYPOTHETICAL);
	if (rng_chance(&c->rng, 30))
		put_name(c, q, i, KIND_HYPOTHETICAL);
	say(q, "absent", "hypothetical_only");
}

static void plan_suspected(struct chart *c, struct question *q, unsigned i)
{
	put_name(c, q, i, KIND_SUSPECT);
	say(q, "uncertain", "suspected_only");
}

/* ---- several mentions ---- */

static void plan_confirmed_then_denied(struct chart *c, struct question *q, unsigned i)
{
	int day = put(c, i, KIND_AFFIRM, NEVER, early(c), name_of(q));
	put(c, i, KIND_DENY, day, ALWAYS, name_of(q));
	say(q, "uncertain", "conflicting");
}

static void plan_denied_then_confirmed(struct chart *c, struct question *q, unsigned i)
{
	enum kind kind = rng_chance(&c->rng, 70) ? KIND_DENY : KIND_DENY_PAST;
	int day = put(c, i, kind, NEVER, early(c), name_of(q));
	put(c, i, KIND_AFFIRM, day, ALWAYS, name_of(q));
	say(q, "present", "confirmed");
}

static void plan_resolved(struct chart *c, struct question *q, unsigned i)
{
	say(q, "present", "confirmed");
	if (rng_chance(&c->rng, 40)) {
		put_name(c, q, i, KIND_RESOLVED);
		return;
	}
	int half = c->notes[c->n_notes * 4 / 10].day, late = c->notes[c->n_notes * 8 / 10].day;
	int day = put(c, i, KIND_AFFIRM, NEVER, half, name_of(q));
	day = put(c, i, KIND_RESOLVED, day, late, name_of(q));
	if (!rng_chance(&c->rng, 50))
		return;
	put(c, i, KIND_DENY, day, ALWAYS, name_of(q));
	say(q, "present", "conflicting");
}

static void plan_many_weak(struct chart *c, struct question *q, unsigned i)
{
	for (unsigned k = 0, n = 6 + rng_below(&c->rng, 10); k < n; k++)
		put_name(c, q, i, KIND_SUSPECT);
	say(q, "uncertain", "suspected_only");
}

static void plan_copies(struct chart *c, struct question *q, unsigned i)
{
	static const struct {
		enum kind kind;
		const char *verdict, *basis;
	} variants[] = {
		{KIND_AFFIRM, "present", "confirmed"},
		{KIND_DENY, "absent", "denied"},
		{KIND_SUSPECT, "uncertain", "suspected_only"},
	};
	unsigned v = rng_below(&c->rng, 3), first = c->n_plants, note = 0;
	do { /* a place that progress notes have, as copy-forward goes */
		while (c->n_plants > first)
			free(c->plants[--c->n_plants].sentence);
		put_name(c, q, i, variants[v].kind);
	} while (!note_has(NOTE_PROGRESS, c->plants[first].section));
	note = c->plants[first].note;
	for (unsigned k = 1, step = 0; k < COPIES && step < c->n_notes; step++)
		if (++note < c->n_notes)
			k += plant_copy(c, first, note);
		else
			break;
	/* Too near to the end of the chart: the rest before it. */
	for (unsigned back = c->plants[first].note; back-- > 0 && c->n_plants - first < COPIES;)
		plant_copy(c, first, back);
	q->independent = 1;
	say(q, variants[v].verdict, variants[v].basis);
}

static void plan_family_and_patient(struct chart *c, struct question *q, unsigned i)
{
	put_name(c, q, i, KIND_FAMILY);
	put_name(c, q, i, rng_chance(&c->rng, 60) ? KIND_AFFIRM : KIND_HISTORY);
	say(q, "present", "confirmed");
}

static void plan_mixture(struct chart *c, struct question *q, unsigned i)
{
	put_name(c, q, i, KIND_FAMILY);
	switch (rng_below(&c->rng, 3)) {
	case 0:
		put_name(c, q, i, KIND_DENY);
		say(q, "absent", "denied");
		break;
	case 1:
		put_name(c, q, i, KIND_HYPOTHETICAL);
		say(q, "absent", "family_only");
		break;
	default: put_name(c, q, i, KIND_SUSPECT); say(q, "uncertain", "suspected_only");
	}
}

static void plan_suspected_then_denied(struct chart *c, struct question *q, unsigned i)
{
	int day = put(c, i, KIND_SUSPECT, NEVER, early(c), name_of(q));
	put(c, i, KIND_DENY, day, ALWAYS, name_of(q));
	say(q, "absent", "denied");
}

/* ---- other words for it ---- */

static void plan_proxy(struct chart *c, struct question *q, unsigned i)
{
	put_sentences(c, i, conditions[q->condition].proxy, 1, true);
	q->expect_from_issue = ISSUE_LEXICON;
	say(q, "uncertain", "indication_only");
}

static void plan_synonym(struct chart *c, struct question *q, unsigned i)
{
	char surface[96];
	const char *list = conditions[q->condition].synonyms;
	list_item(list, rng_below(&c->rng, list_count(list)), surface, sizeof(surface));
	q->expect_from_issue = ISSUE_LEXICON;
	one_of_certain(c, q, i, surface);
}

static void plan_misspelt(struct chart *c, struct question *q, unsigned i)
{
	char surface[96];
	while (!typo_name(&c->rng, name_of(q), surface, sizeof(surface)))
		;
	q->expect_from_issue = ISSUE_LEXICON;
	one_of_certain(c, q, i, surface);
}

/* "___ disease" could hide anything; only a mask that says it was a name can stand for an eponym. */
static bool mask_says_name(unsigned dialect)
{
	return dialect == 0 || dialect == 2 || dialect == 4; /* see mask_forms */
}

static void plan_masked(struct chart *c, struct question *q, unsigned i)
{
	const struct condition *k = &conditions[q->condition];
	if (!(k->flags & COND_EPONYM) || !mask_says_name(c->dialect) || rng_chance(&c->rng, 30)) {
		put_name(c, q, i, KIND_BESIDE_MASK);
		say(q, "present", "confirmed");
		return;
	}
	/* The tool took the eponym for a person: "[**Last Name (un) 4231**] disease". */
	struct text surface = {0};
	expand_once(c, mask_forms[c->dialect][SLOT_EPONYM], &surface, NULL);
	text_adds(&surface, k->name + strcspn(k->name, " "));
	text_addc(&surface, 0);
	put(c, i, KIND_AFFIRM, NEVER, ALWAYS, surface.p);
	text_destroy(&surface);
	say(q, "uncertain", "suspected_only");
}

/* ---- doubt: what a second look is for ---- */

/* The asked name leaves it open and another name for the same thing, later, says it; or nothing does. */
static void plan_doubt(struct chart *c, struct question *q, unsigned i)
{
	char other[96];
	const char *list = conditions[q->condition].synonyms;
	list_item(list, rng_below(&c->rng, list_count(list)), other, sizeof(other));
	unsigned variant = rng_below(&c->rng, 10);
	int day = put(c, i, KIND_SUSPECT, NEVER, early(c), name_of(q));
	say(q, "uncertain", "suspected_only");
	if (variant < 3) {
		put(c, i, KIND_AFFIRM, day, ALWAYS, other);
		say(q, "present", "confirmed");
	} else if (variant < 5) {
		put(c, i, KIND_DENY, day, ALWAYS, other);
		say(q, "absent", "denied");
	} else if (variant < 7) {
		while (!typo_name(&c->rng, name_of(q), other, sizeof(other)))
			;
		put(c, i, KIND_AFFIRM, day, ALWAYS, other);
		say(q, "present", "confirmed");
	} else if (variant < 8) {
		put(c, i, KIND_SUSPECT, day, ALWAYS, other);
	}
}

/* ---- depth: one mention, in a tenth of the chart's words that goes round with the question ---- */

/* Notes of the chart that lie in that tenth with all their words: [first, end). */
static void notes_of_tenth(const struct chart *c, unsigned tenth, unsigned *first, unsigned *end)
{
	uint64_t all = 0, before = 0;
	for (unsigned n = 0; n < c->n_notes; n++)
		all += c->notes[n].weight;
	*first = c->n_notes;
	*end = 0;
	for (unsigned n = 0; n < c->n_notes; n++) {
		uint64_t after = before + c->notes[n].weight;
		if (before * TENTHS >= all * tenth && after * TENTHS <= all * (tenth + 1)) {
			*first = n < *first ? n : *first;
			*end = n + 1;
		}
		before = after;
	}
}

static void plan_depth(struct chart *c, struct question *q, unsigned i)
{
	static const enum kind kinds[] = {KIND_AFFIRM, KIND_AFFIRM, KIND_DENY, KIND_HISTORY};
	unsigned k = rng_below(&c->rng, 4), first, end, t = 0;
	notes_of_tenth(c, i % TENTHS, &first, &end);
	if (first >= end)
		t = PLACE_TRIES;
	for (; t < PLACE_TRIES; t++) {
		unsigned note = first + rng_below(&c->rng, end - first);
		if (kind_fits(kinds[k], c->notes[note].type) &&
			plant_make(c, kinds[k], note, i, name_of(q)))
			break;
	}
	if (t == PLACE_TRIES) {
		fprintf(stderr,
			"chartgen: no place in a tenth of chart %s: more notes are needed\n",
			c->id);
		exit(2);
	}
	bool is_denied = kinds[k] == KIND_DENY;
	say(q, is_denied ? "absent" : "present", is_denied ? "denied" : "confirmed");
}

/* ---- the table ---- */

static const struct {
	const char *name;
	unsigned weight;
	void (*plan)(struct chart *, struct question *, unsigned);
} strata[] = {
	{"near_miss", 24, plan_near_miss},
	{"vocabulary", 24, plan_vocabulary},
	{"template", 24, plan_template},
	{"section", 24, plan_section},
	{"polysemy", 22, plan_polysemy},
	{"never", 56, plan_never},
	{"single_present", 30, plan_single_present},
	{"single_denied", 24, plan_single_denied},
	{"confirmed_then_denied", 18, plan_confirmed_then_denied},
	{"denied_then_confirmed", 18, plan_denied_then_confirmed},
	{"resolved", 16, plan_resolved},
	{"many_weak", 12, plan_many_weak},
	{"copies", 14, plan_copies},
	{"family", 16, plan_family},
	{"family_and_patient", 12, plan_family_and_patient},
	{"mixture", 12, plan_mixture},
	{"historical", 14, plan_historical},
	{"hypothetical", 16, plan_hypothetical},
	{"suspected", 16, plan_suspected},
	{"suspected_then_denied", 12, plan_suspected_then_denied},
	{"proxy", 26, plan_proxy},
	{"synonym", 20, plan_synonym},
	{"misspelt", 18, plan_misspelt},
	{"masked", 18, plan_masked},
	{"doubt", 0, plan_doubt},
	{"depth", 0, plan_depth},
};
enum { STRATA = sizeof(strata) / sizeof(strata[0]), ASKED_FOR = 2 };
const unsigned stratum_count =
	STRATA - ASKED_FOR; /* of the mix; the last only where they are asked for */
const unsigned stratum_none = STRATA;

unsigned stratum_by_name(const char *name)
{
	unsigned s = 0;
	while (s < STRATA && strcmp(strata[s].name, name) != 0)
		s++;
	return s;
}

const char *stratum_name(unsigned stratum)
{
	return strata[stratum].name;
}

static uint8_t *mix; /* stratum of each question */

/* Each stratum once, then smooth weighted round robin: as often as its weight says, evenly spread. */
void strata_prepare(unsigned questions, unsigned only)
{
	int credit[STRATA] = {0}, total = 0;
	mix = must_alloc(mix, questions + 1);
	if (only < STRATA) {
		memset(mix, (int)only, questions);
		return;
	}
	for (unsigned s = 0; s < stratum_count; s++)
		total += (int)strata[s].weight;
	for (unsigned q = 0; q < questions; q++) {
		unsigned best = 0;
		for (unsigned s = 0; s < stratum_count; s++) {
			credit[s] += (int)strata[s].weight;
			if (credit[s] > credit[best])
				best = s;
		}
		if (q < stratum_count)
			best = q;
		credit[best] -= total;
		mix[q] = (uint8_t)best;
	}
}

unsigned stratum_of(unsigned number)
{
	return mix[number];
}

bool stratum_takes(unsigned stratum, unsigned condition)
{
	const struct condition *k = &conditions[condition];
	void (*plan)(struct chart *, struct question *, unsigned) = strata[stratum].plan;
	if (plan == plan_near_miss)
		return k->near;
	if (plan == plan_vocabulary)
		return k->abbreviations || k->flags & COND_EPONYM;
	if (plan == plan_polysemy)
		return k->senses;
	if (plan == plan_proxy)
		return k->proxy;
	if (plan == plan_synonym)
		return k->synonyms;
	if (plan == plan_misspelt)
		return !(k->flags & COND_SHORT);
	if (plan == plan_doubt)
		return k->synonyms && !(k->flags & (COND_SHORT | COND_SYMPTOM));
	if (plan == plan_template)
		return k->flags & COND_SYMPTOM || condition % 4 == 0;
	if (plan == plan_masked)
		return k->flags & COND_EPONYM || condition % 6 == 0;
	return !(k->flags & COND_SYMPTOM);
}

bool stratum_masks(unsigned stratum)
{
	return strata[stratum].plan == plan_masked;
}

void stratum_plan(struct chart *c, struct question *q, unsigned index)
{
	strata[q->stratum].plan(c, q, index);
}
