/* Multinomial logistic regression with an L2 penalty, by Newton's method with step halving, in double
 * (Hastie, Tibshirani, Friedman: "The Elements of Statistical Learning", 4.4.1). */
#ifndef LODESTONE_TRAIN_SOFTMAX_H
#define LODESTONE_TRAIN_SOFTMAX_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct softmax_rows {
	const double *x;      /* [n][features] */
	const uint8_t *y;     /* [n], below classes */
	const double *share;  /* [n] weight of each row; NULL: 1 */
	const double *centre; /* [classes][features + 1]: where the penalty is 0; NULL: 0 */
	uint32_t n, features, classes;
};

/* Minimises the mean loss + l2 / 2 * sum of squared distances of weights from the centre (not of the biases); weight:
 * [classes][features + 1], the last is the bias.  What weight holds at first is where it starts.  LODE_NOMEM;
 * LODE_BADREQ without rows. */
int softmax_fit(const struct softmax_rows *rows, double l2, double *weight, struct err *e);

/* Probabilities of one row into p[classes]. */
void softmax_probability(
	const double *weight, const double *x, uint32_t features, uint32_t classes, double *p);

/* Mean -log p of the rows' classes. */
double softmax_loss(const struct softmax_rows *rows, const double *weight);

#endif
