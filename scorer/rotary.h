/* Rotary positions (Su et al., "RoFormer", Neurocomputing 568, 2024): of a head's 64 values the pairs
 * (j, j + 32) are turned by position * 10000^(-j / 32), for q and k alike. */
#ifndef LODESTONE_SCORER_ROTARY_H
#define LODESTONE_SCORER_ROTARY_H

#include "scorer/shape.h"

enum { ROTARY_PAIRS = SHAPE_HEAD_DIM / 2 };

/* table: [positions][2][ROTARY_PAIRS], cosines then sines. */
void rotary_table(uint32_t positions, float *table);
/* Turns one head by the table's row of its position; back undoes it, which is also the gradient's way. */
void rotary_turn(float *head, const float *row);
void rotary_turn_back(float *head, const float *row);

#endif
