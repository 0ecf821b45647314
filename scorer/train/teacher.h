/* Models that label windows in place of the cue rules alone: what each joins from rules and network, averaged
 * (self-training; Yarowsky, ACL 1995; soft labels of an ensemble: Hinton, Vinyals, Dean 2015). */
#ifndef LODESTONE_TRAIN_TEACHER_H
#define LODESTONE_TRAIN_TEACHER_H

#include "scorer/scorer.h"
#include "scorer/window.h"

struct teacher;

/* paths: model files, commas between.  LODE_BADREQ for none or too many, for one without a stack or whose subwords
 * are not those of the vocabulary; what scorer_open says. */
enum { TEACHERS_MAX = 8 };
int teacher_open(
	struct teacher **out, const char *paths, const struct tok_vocabulary *v, struct err *e);
void teacher_close(struct teacher *t);

/* p[axis][class]: the mean over the models.  rules: what the cue engine says of the mention.  Any thread may call. */
int teacher_judge(
	struct teacher *t, const struct window *w, const struct assertion *rules, double p[4][3]);

#endif
