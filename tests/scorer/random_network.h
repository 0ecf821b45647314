/* Random shapes, weights and windows for tests of the network and its file. */
#ifndef LODESTONE_TESTS_SCORER_RANDOM_NETWORK_H
#define LODESTONE_TESTS_SCORER_RANDOM_NETWORK_H

#include "scorer/network.h"

struct random {
	uint64_t state;
};
uint32_t random_below(struct random *r, uint32_t n);
float random_normal(struct random *r); /* mean 0, variance 1 */

struct shape random_shape(struct random *r);
/* Scaled as an initialisation would be, so that states stay of the order of one.  The caller frees it. */
float *random_weights(struct random *r, const struct shape *s);
/* ids: room for s->window. */
struct network_input random_window(
	struct random *r, const struct shape *s, uint32_t n, uint16_t *ids);

#endif
