/* The experiments: which arms each has, and what is made of their tables. */
#ifndef LODESTONE_TRAIN_LAB_PLAN_H
#define LODESTONE_TRAIN_LAB_PLAN_H

#include "scorer/train/lab_run.h"

enum { LAB_ARMS = 24, LAB_SEEDS = 16 };
enum { LAB_NARROWEST = 64, LAB_WIDEST = 32768 }; /* of S9 */

/* How large: every budget is a number of steps of the quick size times `scale`. */
struct lab_size {
	double scale;
	uint32_t seeds;
	uint32_t widest; /* units of a layer, of S9; 0: as fits the scale */
	uint32_t arms;   /* the first so many of each experiment alone; 0: all */
	bool is_tiny; /* for the tests: a network and probes that take seconds even under a sanitizer */
};

struct lab_study {
	unsigned n_arms, seeds;
	struct lab_arm arms[LAB_ARMS];
	struct lab_table table[LAB_ARMS][LAB_SEEDS];
	struct lab_size size;
	double text;        /* tokens there are to train on */
	const char *source; /* of the texts, as a plot's foot says it */
};

struct lab_experiment {
	const char *name, *what;
	uint32_t measures; /* bits by enum lab_measure: what its CSV has */
	unsigned (*arms)(const struct lab_size *size, struct lab_arm *out);
	/* Figures of it, FOLDER/NAME*.svg. */
	int (*draw)(const struct lab_study *s, const char *folder, struct err *e);
};

extern const struct lab_experiment lab_experiments[];
extern const unsigned lab_experiment_count;

/* Mean and 95 % interval over seeds of an arm's measure; and of its difference from another arm's, seed by seed, at the
 * last step. */
struct lab_interval lab_over_seeds(const struct lab_study *s, unsigned arm, enum lab_measure m,
	uint32_t step, int32_t layer, double at);
struct lab_interval lab_gain_over(const struct lab_study *s, unsigned arm, unsigned base,
	enum lab_measure m, int32_t layer, double at);

/* The experiment's arms of that size, as many as are asked for; out: LAB_ARMS. */
unsigned lab_arms(const struct lab_experiment *x, const struct lab_size *size, struct lab_arm *out);
/* Tokens a run of the arm is trained on. */
double lab_tokens(const struct lab_arm *a);

/* ---- the figures, lab_figures*.c ---- */

int lab_draw_layers(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_scales(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_deaths(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_rates(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_drift(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_shuffled(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_removal(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_meaning(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_width(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_levers(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_recipe(const struct lab_study *s, const char *folder, struct err *e);
int lab_draw_judge(const struct lab_study *s, const char *folder, struct err *e);

#endif
