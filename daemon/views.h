/* Votes: what is made of a mention from less or other text, and how far the votes agree (docs/uncertainty.md). */
#ifndef LODESTONE_DAEMON_VIEWS_H
#define LODESTONE_DAEMON_VIEWS_H

#include "daemon/verdict.h"

/* Entropy above which a question is looked at again, without a model or with one whose file says nothing of it.
 * bench/doubt.py --fit; docs/uncertainty.md has the fit. */
#define VIEWS_THRESHOLD 0.21

enum {
	VIEWS_MENTIONS_MAX = 256, /* of a question that are viewed */
	VIEWS_BYTES_MAX = 4096,   /* a sentence longer than this is viewed in its note alone */
};

enum view {
	VIEW_NOTE,       /* in the whole note: the answer */
	VIEW_SENTENCE,   /* its sentence alone */
	VIEW_NEIGHBOURS, /* and the sentences beside it, under no heading */
	VIEW_HEADING,    /* the section's heading, then its sentence */
	VIEW_MODEL,      /* the network alone */
	VIEW_COUNT,
};
extern const char *const view_names[VIEW_COUNT];

/* Shares of one vote; the rest of 1 is for "neither". */
struct vote {
	double confirm, deny;
};

/* Of one mention; in the request's arena. */
struct views {
	struct vote of[VIEW_COUNT];
	bool has[VIEW_COUNT];
};

/* The views that need the note's text: all but VIEW_NOTE and VIEW_MODEL, which are in the evidence.  scratch is left
 * as it was found.  LODE_NOMEM. */
int views_take(const struct cue_engine *cues, struct tokenizer *t, const struct mention_context *m,
	struct arena *scratch, struct views *out);

/* The votes of a mention; views NULL: of the note alone. */
void views_of(const struct evidence *e, struct views *out);
/* 0 all agree, 1 even between the three. */
double views_entropy(const struct evidence *e);
/* The same over the mentions that carry the answer, after verdict_judge; 0 for none. */
double views_chart_entropy(const struct evidence *at, uint32_t n, const struct judgement *j);

#endif
