/* How far a probability can be trusted: calibration, and what leaving out the unsure buys.
 *
 * Cox: "Two Further Applications of a Model for Binary Regression", Biometrika 45, 1958 (slope and intercept);
 * El-Yaniv, Wiener: "On the Foundations of Noise-free Selective Classification", JMLR 11, 2010 (risk-coverage). */
#ifndef LODESTONE_TRAIN_CALIBRATION_H
#define LODESTONE_TRAIN_CALIBRATION_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

struct outcome {
	double p;         /* of "present" */
	uint32_t cluster; /* items of one report or sentence */
	uint8_t present;  /* 0 or 1 */
};

enum { RELIABILITY_BINS = 10 };

struct calibration {
	uint32_t n, present;
	double brier, log_loss; /* nats; p is kept 1e-4 off 0 and 1 */
	double slope, intercept;
	double slope_low, slope_high; /* 95 %, 400 resamples of clusters */
	double ece;                   /* expected calibration error, ten bins of equal width */
	struct {
		uint32_t n;
		double p, present; /* means */
	} bin[RELIABILITY_BINS];
};

/* LODE_BADREQ unless both outcomes are there; LODE_NOMEM. */
int calibration_of(const struct outcome *rows, uint32_t n, struct calibration *out, struct err *e);

/* logit(p), p kept 1e-4 off 0 and 1. */
double calibration_logit(double p);

/* Rows by how sure p is, surest first: errors of "present where p >= .5" among the first `coverage` of them. */
struct selective {
	uint32_t answered, wrong;
	double threshold; /* the least max(p, 1 - p) among the answered */
};
int selective_at(const struct outcome *rows, uint32_t n, double coverage, struct selective *out,
	struct err *e);

/* A reliability diagram of up to four systems as SVG. */
struct reliability {
	const char *name, *color;
	const struct calibration *is;
};
void reliability_svg(const struct reliability *systems, unsigned n, struct buf *out);

#endif
