/* What a run of the laboratory measured: a long table of numbers that is also its file, and the statistics over seeds. */
#ifndef LODESTONE_TRAIN_LAB_TABLE_H
#define LODESTONE_TRAIN_LAB_TABLE_H

#include "base/buf.h"
#include "base/err.h"

/* `at` is where in a curve a value belongs; it is 0 where nothing is said.  Shares are of 1. */
enum lab_measure {
	LAB_LOSS,  /* nats a subword on held-out text */
	LAB_TOKEN, /* use by token, by window, by batch (docs/training.md) */
	LAB_SEQUENCE,
	LAB_BATCH,
	LAB_DEAD,        /* units off in 5 or more probes in a row */
	LAB_OFF,         /* units off since the probe before, of all units of the layer */
	LAB_ON,          /* units back on */
	LAB_NULL,        /* on in the probe's batch and not in another at the same moment */
	LAB_UNIT_RATE,   /* at: percentile over units; share of tokens on which a unit fires */
	LAB_TOKEN_UNITS, /* at: percentile over tokens; share of units that fire */
	LAB_DYING, /* at: probes after a unit's last firing; median of mean / deviation of its pre-activation */
	LAB_LIVING, /* the same of units of the layer that never went off, at the same probes */
	LAB_DEATHS, /* units whose death was followed */
	LAB_JUMP, /* at: percentile over deaths; the largest fall between two probes, of the whole fall */
	LAB_REMOVED_RARE,   /* at: share of all units taken out, rarest first; nats lost */
	LAB_REMOVED_RANDOM, /* as many of each layer, by chance */
	LAB_REMOVED_WEAK,   /* least effect first */
	LAB_REMOVED_UNUSED, /* at: share of all units, those off in the probe; nats lost */
	LAB_REMOVED_MLP, /* a whole layer's (or, layer -1, all) hidden units taken out; nats lost */
	LAB_REMOVABLE,   /* at: nats allowed; share of all units that may go, rarest first */
	LAB_REMOVABLE_RANDOM,
	LAB_REMOVABLE_WEAK,
	LAB_READS, /* at: percentile over units; share of a unit's firings on its commonest subword */
	LAB_READS_NULL, /* the same where each unit fires on as many tokens of chance */
	LAB_FORETELLS,  /* as LAB_READS, of the subword that comes next */
	LAB_FORETELLS_NULL,
	LAB_VARIETY, /* at: percentile; distinct subwords a firing */
	LAB_F1,      /* macro-F1 over four axes, tune half of mentions-dev, model alone */
	LAB_RIGHT, /* share of labels right on windows of the mixture, rows trained on among them */
	LAB_MEASURES
};
extern const char *const lab_measure_names[LAB_MEASURES];

enum { LAB_ALL_LAYERS = -1 };

struct lab_row {
	uint32_t step;
	int32_t layer; /* LAB_ALL_LAYERS: of the whole network */
	enum lab_measure measure;
	double at, value;
};

struct lab_table {
	struct lab_row *rows;
	size_t n, room;
	bool failed; /* out of memory */
};

void lab_add(struct lab_table *t, const struct lab_row *row);
void lab_table_release(struct lab_table *t);
/* "# title", the columns step,layer,measure,at,value, the rows, "# N rows". */
int lab_table_write(const struct lab_table *t, const char *title, const char *path, struct err *e);
/* LODE_NOTFOUND; LODE_CORRUPT with the line for what lab_table_write would not have written, or another title. */
int lab_table_read(struct lab_table *t, const char *title, const char *path, struct err *e);

/* The row's value; NAN: there is none.  step LAB_LAST: the last step that has one. */
#define LAB_LAST UINT32_MAX
double lab_value(
	const struct lab_table *t, enum lab_measure m, uint32_t step, int32_t layer, double at);
/* Steps that have the measure at that layer, in order, at most room of them. */
unsigned lab_steps(const struct lab_table *t, enum lab_measure m, int32_t layer, uint32_t *steps,
	unsigned room);

/* Mean and 95 % interval by Student's t (Gosset 1908) over seeds; with fewer than two values the ends are the mean.
 * NANs are left out. */
struct lab_interval {
	double mean, low, high;
	unsigned n;
};
struct lab_interval lab_interval_of(const double *values, unsigned n);
/* Of a[i] - b[i], same seed by same seed. */
struct lab_interval lab_difference_of(const double *a, const double *b, unsigned n);

/* Nearest rank of n >= 1 values, which are put in order; at: percent. */
double lab_percentile(double *values, unsigned n, double at);

/* Where a rising curve first reaches `level`, between points by the straight line; the last x where it never does,
 * the first where it begins above. */
double lab_crossing(const double *x, const double *y, unsigned n, double level);

#endif
