/* What the identifier guard knows: patterns, the words that call for them, ZIP codes.  Private to
 * tokenizer/phi*.c and their tests. */
#ifndef LODESTONE_TOKENIZER_PHI_H
#define LODESTONE_TOKENIZER_PHI_H

#include "base/pattern.h"
#include "tokenizer/tokenizer.h"

/* Group 1 of each is the identifier.  They see at most PHI_BEFORE bytes before the place that called
 * for them and PHI_AFTER behind it, so none of them may need more. */
enum phi_pattern {
	/* by shape, anchored at a digit */
	PHI_P_PHONE,
	PHI_P_PHONE_WORLD,
	PHI_P_SSN,
	PHI_P_CARD,
	PHI_P_IP,
	PHI_P_IP6,
	PHI_P_ZIP,
	PHI_P_AGE,
	PHI_P_DATE,
	/* by cue, anchored at the cue */
	PHI_P_PHONE_CUE,
	PHI_P_PAGER,
	PHI_P_SSN_CUE,
	PHI_P_ID,
	PHI_P_MR,
	PHI_P_NUMBERED,
	PHI_P_LABELLED,
	PHI_P_PLAN,
	PHI_P_ID_OF_PATIENT,
	PHI_P_ID_OF_PLAN,
	PHI_P_ID_OF_DEVICE,
	PHI_P_LICENCE,
	PHI_P_VIN,
	PHI_P_PLATE,
	PHI_P_SERIAL,
	PHI_P_URL,
	PHI_P_BIRTH,
	PHI_P_MONTH,
	PHI_P_AGE_CUE,
	PHI_P_AGE_WORD,
	PHI_P_TITLE,
	PHI_P_NAME,
	PHI_P_ROLE,
	PHI_P_SIGNED,
	PHI_P_BOX,
	/* searched for before the cue, ending with it */
	PHI_P_EMAIL,
	PHI_P_HOST,
	PHI_P_STREET,
	PHI_P_CREDENTIAL,
	PHI_PATTERNS,
	PHI_FIRST_BACKWARD = PHI_P_EMAIL,
};

enum { PHI_BEFORE = 100, PHI_AFTER = 200, PHI_CUE_BYTES = 16 };

/* What must stand behind a cue before its pattern is run: a look at a few bytes. */
enum phi_guard {
	PHI_ANY,
	PHI_DIGIT,     /* a digit within 40 bytes, on the same line */
	PHI_LABEL,     /* a digit within 24 bytes, and "#", ":" or a word in n, i or h before it */
	PHI_CAPITAL,   /* a capital letter, after punctuation and blanks */
	PHI_COLON,     /* a colon within 24 bytes, on the same line */
	PHI_HASH,      /* '#', "no" or "num", blanks before it allowed */
	PHI_SLASH_N,   /* "/N" */
	PHI_DOT_O,     /* ".O" */
	PHI_AFTER_DOT, /* before the cue: a full stop after a letter or digit */
	PHI_TITLED,    /* before the cue: a blank; the cue itself begins with a capital */
	PHI_CREDENTIAL_, /* the cue is in capitals; before it a comma or a letter, and a blank */
};

struct phi_cue {
	const char *word;
	uint8_t type;    /* enum tok_phi_type */
	uint8_t guard;   /* enum phi_guard */
	uint8_t pattern; /* enum phi_pattern */
};

/* Rows of one word stand together. */
extern const struct phi_cue phi_cues[];
extern const unsigned phi_cue_count;
extern const char *const phi_regexes[PHI_PATTERNS];

/* Whether five digits may be a ZIP code of the state whose name ends right before `end` (blanks and
 * a comma between them left out). */
bool phi_is_zip(const char *start, const char *end, const char *digits);

/* The compiled patterns and the table of cues, made at the first call, from any thread; NULL when
 * there was no memory for them. */
struct phi_tables {
	struct pattern *patterns[PHI_PATTERNS];
	uint8_t first[1024]; /* by phi_hash: row in phi_cues + 1, 0: none */
	uint64_t keys[256];  /* of the rows */
};
const struct phi_tables *phi_tables(void);

/* The first 8 bytes of a word, as small letters, 0 behind its end. */
static inline unsigned phi_hash(uint64_t key)
{
	return (unsigned)(key * 0x9E3779B97F4A7C15ull >> 54);
}

#endif
