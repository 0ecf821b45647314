/* Which mentions are copies of earlier ones: text that is carried forward from note to note.
 *
 * As Steinkamp et al. (JAMA Netw Open 2022;5(9):e2233348) measure duplication: a run of ten words that
 * stands elsewhere too.  Here the run must hold the mention, at the same place in it, in both notes.
 * Shorter sentences are carried forward too, so a whole sentence of fewer words counts as a run.
 * Blanks, capitals and punctuation do not matter. */
#ifndef LODESTONE_DAEMON_COPIES_H
#define LODESTONE_DAEMON_COPIES_H

#include "base/arena.h"
#include "tokenizer/tokenizer.h"

enum { COPIES_RUN = 10 /* words */ };

/* The runs that hold one mention: a digest each, of the words and of the mention's place in them. */
struct runs {
	uint64_t *at;
	uint32_t n; /* at most COPIES_RUN + 1 */
};

/* Of the words in bytes [start, end) of a note; in the arena.  LODE_NOMEM. */
int copies_runs(
	const struct tok_doc *d, uint32_t start, uint32_t end, struct arena *a, struct runs *out);

struct evidence;

/* Sets copy_of of each piece of evidence: the first before it that shares a run with it and stands in
 * another note, or COPY_NONE.  Twice in one note is emphasis, no copy.  LODE_NOMEM. */
int copies_find(struct evidence *at, uint32_t n, struct arena *a);

#endif
