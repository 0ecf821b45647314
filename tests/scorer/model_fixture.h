/* Small model files for tests. */
#ifndef LODESTONE_TESTS_SCORER_MODEL_FIXTURE_H
#define LODESTONE_TESTS_SCORER_MODEL_FIXTURE_H

#include "scorer/model.h"

/* Parts with memory of their own behind them. */
struct model_fixture {
	struct model_parts parts;
	struct buf vocabulary;
	struct stack stack;
	float *weights, *firing;
};

/* Random weights from the seed for the shape, whose vocabulary is set to that of the bytes alone.  With a
 * stack and firing when asked. */
void model_fixture_init(
	struct model_fixture *f, const struct shape *s, uint64_t seed, bool has_all);
void model_fixture_finish(struct model_fixture *f);
struct shape model_fixture_shape(void); /* the smallest there is, two layers */

/* Answers what the rules answer (weight on the rule features alone), as surely as the weight says. */
struct stack model_fixture_rule_stack(float weight);

/* Puts right digests into a file whose header has places for them, so that a change is judged by what it
 * says; false when it has none. */
bool model_fix_digests(struct slice bytes);

#endif
