/* A training run: draws windows, adds up the gradients of two shares, steps the optimiser.
 *
 * A step's windows are always split into the same TRAINER_SHARES shares, whose gradients are added in order,
 * so that one thread and two give the same bits.  What is drawn depends on seed and step alone. */
#ifndef LODESTONE_TRAIN_TRAINER_H
#define LODESTONE_TRAIN_TRAINER_H

#include "scorer/train/example.h"
#include "scorer/train/optimiser.h"
#include "scorer/train/pass.h"

enum { TRAINER_SHARES = 2 };

enum objective {
	OBJECTIVE_HEADS, /* labelled windows */
	OBJECTIVE_MLM, /* masked words of texts (Devlin et al.: "BERT", NAACL 2019, section 3.1) */
	OBJECTIVE_CAUSAL, /* the next word of texts */
	OBJECTIVE_MIXED, /* labelled windows, and texts under the language model that fits the mask */
	OBJECTIVES,
};
extern const char *const objective_names[OBJECTIVES];

/* Where windows come from; what is not used by the objective may be NULL.  Called from several threads. */
struct supply {
	void *self;
	int (*example)(void *self, uint64_t seed, uint64_t step, uint32_t index,
		struct arena *scratch, struct example *out);
	/* n ids of one text */
	int (*text)(void *self, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids,
		uint32_t n);
};

struct train_options {
	struct shape shape;
	struct optimiser_options optimiser;
	enum objective objective;
	uint32_t batch;         /* windows a step */
	uint32_t text_subwords; /* length of a stretch of text */
	float text_share;       /* of the windows, mixed objective only */
	float words_weight;     /* of the language model's loss beside the heads' */
	float masked;           /* share of subwords that are to be guessed */
	float smoothing;        /* of the heads' labels */
	uint32_t
		top_k; /* hidden units a token may fire, 0: any number; ReLU only, and no model file says it */
	float dropped; /* share of a labelled window's subwords that is blanked, on average */
	float l1;      /* on the sum of a token's hidden activations over all layers */
	float l1_rise,
		l1_fall; /* share of the run over which it rises from 0, and falls to 0 at the end */
	float average; /* share of the run, at its end, whose weights are averaged; 0: the last ones count */
	uint64_t seed;
	unsigned threads;
};

/* The shape's default, and the recipe of docs/scorer.md. */
struct train_options train_options_usual(void);
/* LODE_BADREQ with the first thing that does not fit. */
int train_options_check(const struct train_options *o, struct err *e);
float train_l1_at(const struct train_options *o, uint64_t step);

/* A drawn window, before it is known whose share it is. */
struct slot {
	uint16_t ids[SHAPE_WINDOW_MAX], target[SHAPE_WINDOW_MAX];
	uint8_t label[HEAD_COUNT];
	uint32_t n, read;
	float weight;
	int rc; /* of drawing it */
};

struct share {
	struct batch batch;
	struct pass *pass;
	struct arena scratch;
	float *gradient;
	struct losses losses;
};

struct trainer {
	struct train_options options;
	struct supply supply;
	struct layout layout;
	struct crew *crew;
	struct slot *slots; /* [options.batch] */
	struct share shares[TRAINER_SHARES];
	struct optimiser optimiser;
	float *weights;
	float *average; /* mean of the weights since trainer_averages_from(); NULL: not asked for */
	uint64_t step;  /* the next one */
};

/* What a step did; losses are means over the whole step. */
struct step_report {
	uint64_t step;
	double loss;                  /* what was minimised, L1 and all */
	double heads[HEAD_COUNT];     /* per labelled window; NAN: none */
	double right[HEAD_COUNT];     /* share of labelled windows */
	double words;                 /* nats per target; NAN: none */
	double hidden;                /* sum of hidden activations per token */
	double use[SHAPE_LAYERS_MAX]; /* share of hidden units that fired per token */
	double norm;
	float rate, l1;
	uint32_t tokens;
};

/* Weights at their first values.  The supply must outlive it. */
int trainer_create(
	struct trainer **out, const struct train_options *o, const struct supply *s, struct err *e);
void trainer_destroy(struct trainer *t);
int trainer_step(struct trainer *t, struct step_report *r, struct err *e);

/* Steps before the first whose weights are averaged. */
uint64_t trainer_averages_from(const struct train_options *o);
/* Steps that t->average is of by now; 0: none. */
uint64_t trainer_averaged(const struct trainer *t);
/* Weights become the average, where one was asked for and has begun; for the end of a run: no step may follow. */
void trainer_take_average(struct trainer *t);

/* Draws `count` windows, as many as fit a step at most, of another stream than training's, into the shares'
 * batches; windows of one stream and index never change. */
int trainer_draw(struct trainer *t, uint64_t seed, uint64_t step, uint32_t count, struct err *e);
/* Means of what lies in the shares' batches, by the present weights, no gradient. */
void trainer_measure(struct trainer *t, struct step_report *r);

/* The share of a step's windows [first, count) that is text, and its masking. */
bool slot_is_text(const struct train_options *o, uint32_t index);
void slot_fill(struct slot *slot, const struct train_options *o, const struct supply *s,
	uint64_t seed, uint64_t step, uint32_t index, struct arena *scratch);

#endif
