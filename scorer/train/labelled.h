/* The rows of mentions-dev/training.tsv as windows to train on. */
#ifndef LODESTONE_TRAIN_LABELLED_H
#define LODESTONE_TRAIN_LABELLED_H

#include "scorer/train/eval_data.h"
#include "scorer/train/example.h"
#include "scorer/train/random.h"

struct labelled_needs {
	struct tokenizer *tokenizer;
	const struct cue_engine *cues;
	const struct tok_vocabulary *vocabulary;
	const struct eval_data *data;
	uint32_t rows;                /* at most so many, always the same ones; 0: none */
	const struct slice *excluded; /* sorted ids of reports to leave out */
	unsigned n_excluded;
	uint64_t seed;
};

struct labelled;
int labelled_build(struct labelled **out, const struct labelled_needs *needs, struct err *e);
void labelled_destroy(struct labelled *l);
uint32_t labelled_rows(const struct labelled *l);

/* A row, by 1/sqrt of how often its labels come up, in one of its wordings: as it stands, with slips of the
 * keyboard, and, where the rules judge it as its label says, in other words and without its heading. */
void labelled_draw(const struct labelled *l, struct random *r, struct example *out);

#endif
