/* One run of the laboratory: trains a network by its arm's options and one seed, probes it on the way, and leaves a
 * table.  The table is a file named by the run's options, seed, texts and kernel path, so a finished run is not run
 * again; labelled rows and the lexicon, which arms that judge read, are not in the name. */
#ifndef LODESTONE_TRAIN_LAB_RUN_H
#define LODESTONE_TRAIN_LAB_RUN_H

#include "scorer/train/lab_table.h"
#include "scorer/train/lab_texts.h"
#include "scorer/train/mixture.h"
#include "scorer/train/use.h"

enum { LAB_NAME = 48, LAB_TITLE = 640 };

struct lab_arm {
	char name[LAB_NAME]; /* within its experiment: "lr 0.01, no warm-up" */
	struct train_options train;
	uint32_t probe_every;  /* steps; the first and the last are always probed */
	uint32_t probe_tokens; /* of each batch a probe looks at */
	bool has_pair;         /* a second batch, for what is off by chance */
	bool is_shuffled;
	bool has_drift;   /* pre-activations at each probe (lab_drift) */
	bool has_removal; /* units taken out at the end (lab_removal) */
	bool has_effect;  /* and those of the least effect first */
	bool has_meaning; /* what units fire on, at the end (lab_meaning) */
	bool is_judge; /* the scorer's own task: labelled windows, and macro-F1 at the end (lab_judge) */
};

/* What all runs share. */
struct lab_bench {
	const struct lab_texts *texts;
	const struct mixture *mixture; /* labelled windows, for arms that judge; NULL: none */
	const char *runs;              /* folder of the tables */
};

/* Everything that decides the run's numbers, in one line: LAB_TITLE bytes. */
void lab_title(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed, char *out);
/* Path of its table. */
int lab_path(
	const struct lab_bench *b, const struct lab_arm *a, uint64_t seed, char *out, size_t room);
bool lab_is_done(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed);
int lab_load(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed,
	struct lab_table *out, struct err *e);
/* Multiply-adds, about: what runs are compared by to tell how long they will take. */
double lab_cost(const struct lab_arm *a);
/* Runs it and writes its table. */
int lab_run(const struct lab_bench *b, const struct lab_arm *a, uint64_t seed, struct err *e);

/* ---- the parts of a run ---- */

/* Mean loss over `tokens` of a stream, by the present weights: of a language model nats a subword, else nats a labelled
 * window, its four axes added up. */
int lab_loss(struct trainer *t, uint64_t stream, uint32_t tokens, double *out, struct err *e);

struct lab_drift;
int lab_drift_begin(struct lab_drift **out, const struct shape *s, uint32_t probes, struct err *e);
void lab_drift_end(struct lab_drift *d);
/* use: what was just measured on the probe's stream. */
int lab_drift_take(struct lab_drift *d, struct trainer *t, const struct use *use, uint32_t tokens,
	struct err *e);
void lab_drift_report(const struct lab_drift *d, uint32_t step, struct lab_table *out);

/* use: of other tokens than those whose loss is measured.  has_effect: a third order beside rarity and chance, by a
 * unit's sum of activations times the length of its column of wo (both factors of what it adds to the stream, as in
 * Sun et al., "A Simple and Effective Pruning Approach", 2306.11695, section 3). */
int lab_removal(struct trainer *t, const struct use *use, uint32_t tokens, uint64_t seed,
	bool has_effect, struct lab_table *out, struct err *e);
int lab_meaning(
	struct trainer *t, uint32_t tokens, uint64_t seed, struct lab_table *out, struct err *e);
int lab_judge(const struct lab_bench *b, struct trainer *t, struct lab_table *out, struct err *e);

#endif
