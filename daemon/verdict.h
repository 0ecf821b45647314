/* Evidence -> one verdict for the chart: the table of docs/verdict.md, row by row.  Pure. */
#ifndef LODESTONE_DAEMON_VERDICT_H
#define LODESTONE_DAEMON_VERDICT_H

#include "base/arena.h"
#include "base/buf.h"
#include "daemon/copies.h"
#include "index/index.h"
#include "scorer/scorer.h"

enum verdict { VERDICT_PRESENT, VERDICT_ABSENT, VERDICT_UNCERTAIN, VERDICT_NOT_MENTIONED };
extern const char *const verdict_names[4];

/* name on the wire; in the order of design.md's table */
#define BASIS_LIST(X)                             \
	X(CONFIRMED, "confirmed")                 \
	X(CONFLICTING, "conflicting")             \
	X(SUSPECTED_ONLY, "suspected_only")       \
	X(INDICATION_ONLY, "indication_only")     \
	X(DENIED, "denied")                       \
	X(FAMILY_ONLY, "family_only")             \
	X(HYPOTHETICAL_ONLY, "hypothetical_only") \
	X(NONE_FOUND, "none_found")               \
	X(INCOMPLETE, "incomplete")

enum basis {
#define X(name, wire) BASIS_##name,
	BASIS_LIST(X)
#undef X
		BASIS_COUNT,
};
extern const char *const basis_names[BASIS_COUNT];

/* What one mention contributes to the verdict. */
enum stance {
	STANCE_AFFIRMED,     /* certain, the patient's own, now or in the past */
	STANCE_SUSPECTED,    /* possible; or the name itself is half masked */
	STANCE_DENIED,       /* negated, the patient's own */
	STANCE_OTHER_PERSON, /* someone else's, whatever is said of them */
	STANCE_HYPOTHETICAL, /* conditional, planned, prevention */
	STANCE_INDICATION,   /* does not name the condition, only points to it */
	STANCE_HINT, /* not surely the condition: an abbreviation with other common meanings, its
		      * words in another order, whatever is said of it; something broader affirmed,
		      * something narrower denied */
};

enum { COPY_NONE = -1 };

struct views; /* views.h */

/* A mention with everything the answer says of it.  Strings live in the request's arena. */
struct evidence {
	struct slice note_id, type, date; /* date empty: undated */
	char digest[33];                  /* of the note's text, hex */
	const char *section;
	uint8_t section_class;         /* enum tok_section_class */
	uint32_t start, end;           /* bytes */
	uint32_t start_cp, end_cp;     /* code points */
	uint32_t text_start, text_end; /* the text around it that is shown, bytes in the note */
	struct slice cue;              /* the trigger's text; empty: none */
	struct assertion said;         /* what is answered */
	/* with a model: what it makes of the mention, in the request's arena; else NULL */
	struct scored *scored;
	struct window *window;
	struct views *views; /* NULL: seen in its note alone */
	enum via via;
	uint32_t name; /* index into the names tried */
	bool mask_overlap;
	bool is_ambiguous;           /* the name has other common meanings */
	enum name_relation relation; /* of the name to the condition */
	struct slice partial;        /* words asked for that do not stand there; empty: none */
	unsigned round;
	struct runs runs;    /* of words that hold it */
	uint32_t order;      /* running number in date, note id, offset order */
	int32_t copy_of;     /* order of the first evidence that says the same, or COPY_NONE */
	uint32_t note_order; /* running number of its note */
	bool is_beside; /* by another name, where the asked or a nearer one decides: shown, no part of it */
	bool is_denied_below; /* a denial stands further down in its note */
	enum stance stance;
	bool is_superseded; /* an affirmation that was taken back; a suspicion or a doubt that a denial settled */
};

struct contradiction {
	uint32_t affirmed, denied; /* `order` of the evidence */
};

struct judgement {
	enum verdict verdict;
	enum basis basis;
	uint32_t bases; /* bit per basis: all that was found */
	double probability;
	uint32_t independent; /* evidence with copies collapsed */
	struct contradiction *contradictions;
	uint32_t n_contradictions;
};

/* Judges n pieces of evidence given in date, note id, offset order (`order` is set to 0..n-1 here, as are stance,
 * copy_of and is_superseded).  complete: the search looked everywhere.  LODE_NOMEM. */
int verdict_judge(
	struct evidence *at, uint32_t n, bool complete, struct arena *a, struct judgement *out);

/* Says something of the condition, whatever it says: no hint. */
bool verdict_is_plain(const struct evidence *e);

/* Neither surely the patient's nor surely not: the model's file says from where on it counts. */
bool verdict_is_unsure(const struct evidence *e);

/* It stands where authors commit themselves: assessment, impression, diagnoses, hospital course. */
bool verdict_is_committed(const struct evidence *e);

/* Sorts evidence best first for the answer: what decided the verdict, then by how sure, then by
 * date, note id, offset. */
void verdict_sort(struct evidence *at, uint32_t n, const struct judgement *j);

/* P(present | this alone): that of the words, or, for an indication, a figure of its own. */
double evidence_p_present(const struct evidence *e);
/* "confirmation", "denial", "indication", "mention": design.md's evidence_class. */
const char *evidence_class(const struct evidence *e);

#endif
