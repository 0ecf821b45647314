/* The labelled sets of ../shared/data as items to judge (see its README for what they are). */
#ifndef LODESTONE_TRAIN_EVAL_DATA_H
#define LODESTONE_TRAIN_EVAL_DATA_H

#include "scorer/scorer.h"

enum eval_set { EVAL_NEGEX, EVAL_MENTIONS, EVAL_TRAINING };
enum eval_half { EVAL_TUNE, EVAL_REPORT, EVAL_ALL };
enum eval_axis { AXIS_NEGATION, AXIS_CERTAINTY, AXIS_EXPERIENCER, AXIS_TEMPORALITY, AXES };
enum { GOLD_SKIP = -1 };

struct eval_item {
	enum eval_set set;
	enum eval_half half;
	uint32_t cluster;    /* items of one report or sentence hang together */
	struct slice report; /* its id; of negex-dev the row's */
	const struct tok_doc *doc;
	uint32_t start, end;
	int gold[AXES];   /* enum value, or GOLD_SKIP */
	int gold_present; /* 1 yes, 0 no, GOLD_SKIP unsure */
};

struct eval_data {
	struct eval_item *items;
	unsigned n;
	unsigned not_located; /* negex conditions that are not in their sentence */
	struct arena arena;
};

/* Folder of the sets: LODESTONE_DATA, else ../shared/data beside the checkout. */
const char *eval_data_dir(void);

/* LODE_NOTFOUND when the folder is absent. */
int eval_load(struct tokenizer *t, struct eval_data *out, struct err *e);
/* Somebody's own labels instead: a table in the columns of mentions-dev/training.tsv, and the reports it
 * names, as JSON lines with id and text (zstd or plain).  All rows are EVAL_TRAINING, EVAL_TUNE.  LODE_BADREQ
 * with the row that is wrong. */
int eval_load_labels(struct tokenizer *t, const char *labels, const char *reports,
	struct eval_data *out, struct err *e);
void eval_release(struct eval_data *d);

#endif
