/* What the built-in lexicon's abbreviations ask of a note, and the words that make another thing of
 * one.  The abbreviations themselves: index/lexicon/abbreviations.tsv. */
#include "index/lexicon.h"
#include "index/match.h"

#include <strings.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The node of an abbreviation: ASCII letters and digits, words parted by blanks. */
static uint32_t node_of(const struct lexicon *l, struct slice name)
{
	uint32_t node = LEXICON_ROOT;
	char word[LEXICON_BYTES_MAX];
	if (name.n > sizeof(word))
		return LEXICON_NONE;
	for (size_t i = 0; i < name.n && node != LEXICON_NONE;) {
		size_t n = 0;
		for (; i < name.n && is_letter(name.p[i]); i++)
			word[n++] = (char)(name.p[i] | (name.p[i] > '9' ? 0x20 : 0));
		if (n == 0 || (i < name.n && name.p[i] != ' '))
			return LEXICON_NONE;
		node = lexicon_step(l, node, lexicon_word(l, slice_of(word, n)));
		i++;
	}
	return node;
}

/* Flags of the abbreviations that are this, letter by letter; *listed: there is one. */
static unsigned flags_of(struct slice name, bool *listed)
{
	const struct lexicon *l = lexicon_builtin();
	uint32_t node = node_of(l, name);
	struct lexicon_name n;
	unsigned flags = 0;
	*listed = false;
	for (uint32_t i = 0; node != LEXICON_NONE && lexicon_node_name(l, node, i, &n); i++) {
		if (n.relation != LEXICON_ABBREVIATION || !slice_eq(n.text, name))
			continue;
		*listed = true;
		flags |= n.flags;
	}
	return flags;
}

unsigned abbrev_match_flags(struct slice name)
{
	bool listed;
	unsigned flags = flags_of(name, &listed);
	return (flags & LEXICON_CAPITALS ? MATCH_CAPITALS : 0U) |
	       (flags & LEXICON_IN_PROSE ? MATCH_IN_PROSE : 0U) |
	       (flags & LEXICON_NO_LABEL ? MATCH_NO_LABEL : 0U);
}

bool abbrev_is_listed(struct slice word)
{
	bool listed;
	flags_of(word, &listed);
	return listed;
}

/* What a word beside an abbreviation makes of it.  A dot in front: the word stands before, not
 * behind.  "#": a number, "###": one from 300 to 999 (ml; no heart beats so fast), "##": one of five
 * digits (a ZIP code). */
static const struct {
	const char *name;
	const char *beside; /* '|'-separated, folded */
} other_things[] = {
	{"miller", "fisher"},
	{"CVA", "tenderness|angle"},
	/* dextromethorphan */
	{"DM", ".robitussin|.mucinex|.guaifenesin|.tussin|.delsym|.promethazine|.phenergan|cough"},
	/* morphine sulfate */
	{"MS", "#|contin|mg|ir"},
	/* Michigan */
	{"MI", "##|.flint|.detroit|.arbor|.lansing|.rapids|.kalamazoo|.dearborn|.saginaw|.pontiac"},
	/* tidal volume */
	{"VT", "###|ml|cc"},
	{"NPH", "#|insulin|units|unit|.insulin|.humulin|.novolin|.units|sliding"},
	{"CA", "125|19|15|27"},          /* tumor markers */
	{"RA", ".on|sat|sats|pressure"}, /* room air, right atrium */
	{"CP", "angle|angles"},          /* costophrenic */
	{"MR", "imaging|angiogram|angiography|venogram|scan|spectroscopy|enterography"},
	{"PD", "catheter|cath|fluid|exchange|exchanges|dwell"}, /* peritoneal dialysis */
	{"PE", "tube|tubes"},                                   /* pressure equalization */
	{"ED", ".the|.in|.to|.from|.via|physician|attending|resident|visit|course"},
	{"SI", "joint|joints"},                                 /* sacroiliac */
	{"ET", "tube|tubes"},                                   /* endotracheal */
	{"TR", "band"},                                         /* radial compression */
	{"GAD", "antibody|antibodies|65|.anti"},                /* glutamate decarboxylase */
	{"DDD", "pacemaker|pacer|ppm|mode|pacing|paced|.mode"}, /* dual-chamber pacing */
	{"AF", "soft|flat|open"},                               /* anterior fontanelle */
	{"ALS", "crew|unit|ambulance|transport"},               /* advanced life support */
	{"CDI", ".dressing|.dressings|.dsg|.drsg|.incision|.incisions|.site|.sites|.wound|.is|.are"},
	{"MAC", "anesthesia|sedation|.under"},    /* monitored anesthesia care */
	{"CAD", "software|algorithm|.detection"}, /* computer-aided detection */
	{"DOE", ".john|.jane"},
	{"SCD", "boot|boots|sleeve|sleeves|device|devices|pump|machine|stocking|stockings"}, /* compression */
	{"SCDs", ".bilateral|.with|on|in|to"},
	{"GBS", "swab|culture|prophylaxis|status|screen|positive|negative|colonization|colonized"}, /* streptococci */
	{"SLE", ".eyes|.eye"}, /* slit lamp examination */
	{"PAD", ".heating|.abd|.gauze|.nursing|.foam"},
};

static bool is_number(struct slice word, size_t least, size_t most)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
	return word.n >= least && word.n <= most;
}

static bool is_one_of(struct slice before, struct slice next, const char *beside)
{
	for (size_t n; *beside; beside += n + (beside[n] == '|')) {
		n = strcspn(beside, "|");
		bool in_front = *beside == '.';
		struct slice one = slice_of(beside + in_front, n - in_front);
		if (slice_eq(one, SLICE("###")) && is_number(next, 3, 3) && next.p[0] >= '3')
			return true;
		if (slice_eq(one, SLICE("#")) && is_number(next, 1, 3))
			return true;
		if (slice_eq(one, SLICE("##")) && is_number(next, 5, 5))
			return true;
		if (slice_eq(in_front ? before : next, one))
			return true;
	}
	return false;
}

bool abbrev_is_another_thing(struct slice name, struct slice before, struct slice next)
{
	for (size_t i = 0; i < sizeof(other_things) / sizeof(other_things[0]); i++)
		if (strlen(other_things[i].name) == name.n &&
			strncasecmp(other_things[i].name, name.p, name.n) == 0 &&
			is_one_of(before, next, other_things[i].beside))
			return true;
	return false;
}
