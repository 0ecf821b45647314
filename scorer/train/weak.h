/* Mentions in real texts, labelled by the cue engine ("weak labels"; Ratner et al., "Data Programming",
 * NeurIPS 2016, is the idea).
 *
 * Built once from the texts that may be trained on; kept are subword ids only. */
#ifndef LODESTONE_TRAIN_WEAK_H
#define LODESTONE_TRAIN_WEAK_H

#include "scorer/train/example.h"
#include "scorer/train/names.h"
#include "scorer/train/random.h"
#include "scorer/train/teacher.h"
#include "scorer/train/texts.h"

struct weak_needs {
	struct tokenizer *tokenizer; /* used during the build only */
	const struct cue_engine *cues;
	const struct tok_vocabulary *vocabulary;
	const struct names *names;
	const struct texts *texts;
	unsigned n_texts;
	/* sorted ids of documents to leave out beside the texts' own lists: for models that must not have
	 * seen a report */
	const struct slice *excluded;
	unsigned n_excluded;
	struct teacher *
		teacher; /* labels what is drawn; NULL: the cue engine does.  Outlives the windows */
	uint64_t seed;
};

struct weak;
int weak_build(struct weak **out, const struct weak_needs *needs, struct err *e);
void weak_destroy(struct weak *w);

uint32_t weak_windows(const struct weak *w);
uint64_t weak_subwords(const struct weak *w); /* of all texts */

/* A window: what it says to the cue engine by 1/sqrt of how often the texts say it, then any of those.  With a teacher
 * each axis' label is drawn anew by its probabilities, so that the mean over draws is a soft label. */
int weak_draw(const struct weak *w, struct random *r, struct example *out);

/* n ids of one text, from a place at random, by length of the texts; filled up with TOK_SUB_PAD where no text
 * is that long. */
void weak_draw_text(const struct weak *w, struct random *r, uint16_t *ids, uint32_t n);

#endif
