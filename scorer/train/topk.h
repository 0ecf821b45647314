/* Top-k: of a token's hidden units the k largest stay (Li et al., "The Lazy Neuron Phenomenon", ICLR 2023, section 4). */
#ifndef LODESTONE_TRAIN_TOPK_H
#define LODESTONE_TRAIN_TOPK_H

#include <stdint.h>

/* Sets to 0 what is below the k-th largest (k >= 1) of h[n]; what equals it stays.  room: n floats. */
void keep_largest(float *h, uint32_t n, uint32_t k, float *room);

#endif
