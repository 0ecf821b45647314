/* The cue rules as data (private to scorer and its tests).  docs/cues.md explains the classes. */
#ifndef LODESTONE_SCORER_CUE_RULES_H
#define LODESTONE_SCORER_CUE_RULES_H

#include <stddef.h>
#include <stdint.h>

enum cue_role {
	ROLE_NEGATE,
	ROLE_POSSIBLE,
	ROLE_HYPOTHETICAL,
	ROLE_HISTORICAL,
	ROLE_FUTURE,
	ROLE_OTHER,    /* other person, whatever follows */
	ROLE_RESOLVED, /* was there, is gone */
	ROLE_AFFIRM,   /* takes a negation back that came over a comma */
	ROLE_CURRENT,  /* takes a historical default back: "now", "currently" */
	ROLE_PATIENT,  /* takes an other-person default back: "the patient has" */
	ROLE_RELATIVE, /* family word: other person when it is the one who has it */
	ROLE_SPEECH,   /* verb that makes the relative beside it a mere speaker */
	ROLE_PSEUDO,   /* looks like a cue and is none: silences what it contains */
	ROLE_BARRIER,  /* no cue, but may end the scope of one */
	ROLE_COUNT,
};

/* Where the mention must stand. */
enum cue_side {
	SIDE_AHEAD = 1,  /* after the cue */
	SIDE_BEHIND = 2, /* before the cue */
	SIDE_BOTH = 3,
};

/* What may stand between a cue and a mention.  Bits 0-10 come from punctuation, the others from
 * ROLE_BARRIER phrases. */
enum cue_barrier {
	BAR_COMMA = 1 << 0,
	BAR_SEMI = 1 << 1,
	BAR_COLON = 1 << 2,
	BAR_LINE = 1 << 3,
	BAR_PARA = 1 << 4,  /* blank line */
	BAR_ITEM = 1 << 5,  /* "2." or "2)" in front of a list item */
	BAR_CLOSE = 1 << 6, /* a parenthesis that held the cue was closed */
	BAR_STOP = 1 << 7,  /* full stop the sentence splitter let pass */
	BAR_SLASH = 1 << 8,
	BAR_DASH = 1 << 9, /* hyphen with blanks around it */
	BAR_OPEN = 1 << 10,
	BAR_BUT = 1 << 12,      /* but, however, although ... */
	BAR_VERB = 1 << 13,     /* a finite verb with its own object: has, shows, developed ... */
	BAR_POSITIVE = 1 << 14, /* positive for, complains of ... */
	BAR_SUBJECT = 1 << 15,  /* patient, he, she */
	BAR_CAUSE = 1 << 16,    /* due to, secondary to, because of */
	BAR_WHO = 1 << 17,      /* who, which, that */
	BAR_AND = 1 << 18,
	BAR_OR = 1 << 19,
	BAR_WITH = 1 << 20,
	BAR_NOW = 1 << 21,     /* now, presents, admitted: back to this episode */
	BAR_PREP = 1 << 22,    /* preposition that hangs the mention on another noun */
	BAR_BE = 1 << 23,      /* is, are, was, were */
	BAR_PRONOUN = 1 << 24, /* he, she */
	BAR_FOR = 1 << 25,
	BAR_OWNER = 1 << 26, /* his, her */
	BAR_IN = 1 << 11,    /* in, of: what stands before belongs to who follows */
	BAR_AS = 1 << 27,    /* as, as well as */
};

enum cue_flags {
	CUE_LEAD = 1,      /* also governs a list it leads in: "Denies:" */
	CUE_COLON = 2,     /* only straight after "mention:" or "mention -" */
	CUE_ALONE = 4,     /* only when punctuation or the end of the sentence follows */
	CUE_HEADING = 8,   /* as a heading it governs its section */
	CUE_GENERAL = 16,  /* hypothetical about people at large, so not in the future */
	CUE_TIGHT = 64,    /* only within words: hyphen or slash in front of it */
	CUE_OR_LIST = 128, /* commas end it only where no "or" holds the list together */
	CUE_NEXT = 256,    /* only straight beside the mention */
	CUE_COMMA = 512,   /* a barrier only after a comma */
};

/* One line of the table: phrases that behave alike, separated by '|'.  "#num" stands for a number,
 * "#year" for 1900-2099; "/" between words must stand in the text too. */
struct cue_rule {
	uint8_t role, side;
	uint8_t reach; /* most words between cue and mention; 0: any number */
	uint16_t flags;
	uint32_t
		stops; /* enum cue_barrier bits that end the scope; for ROLE_BARRIER those it raises */
	const char *phrases;
};

struct cue_table {
	const struct cue_rule *rules;
	unsigned n;
};

extern const struct cue_table cue_table_negation, cue_table_certainty, cue_table_frame,
	cue_table_scope;

/* Scope ends that most rules share.  A list ("fever, chills or cough") is one scope, so commas,
 * "and" and "or" end none of the list-like cues. */
#define ENDS   ((uint32_t)(BAR_SEMI | BAR_PARA | BAR_ITEM | BAR_STOP | BAR_CLOSE | BAR_BUT))
#define CLAUSE (ENDS | BAR_COLON | BAR_POSITIVE | BAR_NOW)
#define NEGS   (CLAUSE | BAR_VERB | BAR_CAUSE | BAR_WHO | BAR_SUBJECT)
#define NEAR   (CLAUSE | BAR_COMMA | BAR_VERB | BAR_WHO | BAR_SUBJECT)
#define NP     (NEAR | BAR_CAUSE | BAR_WITH | BAR_BE)

#define AHEAD  SIDE_AHEAD
#define BEHIND SIDE_BEHIND
#define BOTH   SIDE_BOTH

#endif
