/* The identifier guard: what to do with a note that looks as if de-identification had missed
 * something, and the account of it.  Types, places and counts; never the text. */
#ifndef LODESTONE_DAEMON_GUARD_H
#define LODESTONE_DAEMON_GUARD_H

#include "base/json.h"
#include "index/index.h"

enum { GUARD_PLACES_TOLD = 100 };

/* Bits are 1 << enum tok_phi_type; a type in neither is allowed, and not looked for. */
struct guard_policy {
	uint32_t flagged, rejected;
};

/* "flag", "reject" or "allow" for every type, "TYPE=..." for one, parted by blanks or commas, later
 * ones over earlier ones.  LODE_BADREQ. */
int guard_policy_read(const char *text, struct guard_policy *out, struct err *e);

/* Zero-initialise and set the policy. */
struct guard {
	struct guard_policy policy;
	uint64_t found[TOK_PHI_COUNT]; /* places, those of rejected notes too */
	uint64_t notes;                /* that had any */
	struct buf places;             /* the first of them as JSON objects, a comma before each */
	uint32_t place_ends[GUARD_PLACES_TOLD]; /* in places */
	unsigned n_places;
};

/* Looks at the text of one note before it is taken in.  LODE_BADREQ: the policy rejects it; e has
 * the type and the place.  scratch is used and left as it is: the caller empties it. */
int guard_note(struct guard *g, struct tokenizer *t, struct arena *scratch,
	const struct note_in *note, struct err *e);
uint64_t guard_total(const struct guard *g);
/* Adds what `from` has found, and forgets it there. */
void guard_take(struct guard *g, struct guard *from);
void guard_release(struct guard *g);
/* The member "phi" of a summary: {"notes":N,"found":{"phone":N,...},"places":[...]}. */
void guard_write(const struct guard *g, struct json_writer *w);

#endif
