#include "scorer/rotary.h"

#include <math.h>

void rotary_table(uint32_t positions, float *table)
{
	for (uint32_t i = 0; i < positions; i++, table += (size_t)2 * ROTARY_PAIRS)
		for (unsigned j = 0; j < ROTARY_PAIRS; j++) {
			double angle = i * pow(10000, -(double)j / ROTARY_PAIRS);
			table[j] = (float)cos(angle);
			table[ROTARY_PAIRS + j] = (float)sin(angle);
		}
}

void rotary_turn(float *head, const float *row)
{
	for (unsigned j = 0; j < ROTARY_PAIRS; j++) {
		float a = head[j], b = head[j + ROTARY_PAIRS];
		head[j] = a * row[j] - b * row[ROTARY_PAIRS + j];
		head[j + ROTARY_PAIRS] = b * row[j] + a * row[ROTARY_PAIRS + j];
	}
}

void rotary_turn_back(float *head, const float *row)
{
	for (unsigned j = 0; j < ROTARY_PAIRS; j++) {
		float a = head[j], b = head[j + ROTARY_PAIRS];
		head[j] = a * row[j] + b * row[ROTARY_PAIRS + j];
		head[j + ROTARY_PAIRS] = b * row[j] - a * row[ROTARY_PAIRS + j];
	}
}
