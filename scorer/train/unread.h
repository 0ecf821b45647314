/* The cue engine as it would be had its writer not read one report.
 *
 * The rules were mended on the labelled rows that the stack is fitted on, so there they are right more often
 * than on notes nobody has read, and a stack fitted on what they say there trusts them too much.  A phrase that
 * governs mentions in one report alone is taken for one that was written down after reading it (Good, Biometrika
 * 1953: what has been seen once tells how much has not been seen at all), and that report is judged without it. */
#ifndef LODESTONE_TRAIN_UNREAD_H
#define LODESTONE_TRAIN_UNREAD_H

#include "scorer/train/eval_data.h"

struct cue_engine;

/* Phrases that govern mentions of the rows that may be read, with the reports they do so in. */
struct unread;

/* Report halves are left out.  Data and engine must outlive it.  LODE_NOMEM. */
int unread_create(struct unread **out, const struct eval_data *data, const struct cue_engine *cues,
	struct err *e);
void unread_destroy(struct unread *u);

/* As cue_judge, without the phrases that govern in the item's report alone; true: there was one. */
bool unread_judge(const struct unread *u, const struct eval_item *item, struct assertion *out);

#endif
