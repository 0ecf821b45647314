/* A mention's window of subwords: the one way to cut it, for training and for judging. */
#ifndef LODESTONE_SCORER_WINDOW_H
#define LODESTONE_SCORER_WINDOW_H

#include "scorer/scorer.h"

enum { WINDOW_LEFT_WORDS = 36, WINDOW_RIGHT_WORDS = 20 };

/* show_mention: the mention's own words (at most 12 subwords of them) instead of [COND].  scratch is used and
 * left as it was found.  LODE_NOMEM. */
int window_cut(const struct tok_vocabulary *v, const struct mention_context *m, bool show_mention,
	struct arena *scratch, struct window *out);

#endif
