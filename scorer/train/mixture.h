/* Where training examples come from, and in what shares. */
#ifndef LODESTONE_TRAIN_MIXTURE_H
#define LODESTONE_TRAIN_MIXTURE_H

#include "scorer/train/example.h"

struct mixture_options {
	const char *lexicon;           /* folder of concepts.tsv and abbreviations.tsv */
	double share[EXAMPLE_SOURCES]; /* of the draws; need not add up to 1 */
	float weight[EXAMPLE_SOURCES]; /* of an example's losses; 0: 1 */
	uint32_t rows;                 /* of the labelled ones, at most */
	const char
		*excluded; /* file of report ids, one a line, that must not be seen; NULL: none */
	const char *
		teachers; /* model files that label the weak windows, commas between; NULL: the cue engine does */
	uint64_t seed; /* of what is built once: weak windows, wordings */
};

/* The usual mixture, measured best (docs/accuracy.md). */
struct mixture_options mixture_usual(void);

/* Texts and labelled rows come from eval_data_dir(), as its README allows.  With no share of weak and
 * labelled examples nothing but the lexicon is needed, and texts are made up, too.  The vocabulary must outlive
 * it.  LODE_NOTFOUND when the data or the lexicon is absent. */
int mixture_create(struct mixture **out, const struct mixture_options *o,
	const struct tok_vocabulary *v, struct err *e);
void mixture_destroy(struct mixture *m);

/* Windows that were built once: weak, labelled rows. */
struct mixture_size {
	uint32_t weak, labelled;
	uint64_t subwords; /* of real texts */
};
struct mixture_size mixture_size(const struct mixture *m);

/* The texts of eval_data_dir() that may be trained on, less those that may not; returns how many.  Their paths
 * are the process's, written anew by each call. */
struct texts;
enum { TRAINING_TEXTS = 4 };
unsigned training_texts(struct texts *out);

#endif
