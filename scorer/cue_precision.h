/* Precision of each rule outcome, (right + 1) / (all + 2), on the tune halves of
 * negex-dev and mentions-dev; cells of fewer than 5 rows take training.tsv with
 * them.  Made by cue_eval --write-precision; do not edit. */
#ifndef LODESTONE_SCORER_CUE_PRECISION_H
#define LODESTONE_SCORER_CUE_PRECISION_H

#include "scorer/scorer.h"

static const double precision_negation[2][CUE_KIND_COUNT] = {
	{
		0.9965, /* affirmed by none: 566 of 567 */
		0.9965, /* affirmed by negation: 0 of 0, so the row's */
		0.9965, /* affirmed by possible: 0 of 0, so the row's */
		0.9965, /* affirmed by hypothetical: 0 of 0, so the row's */
		0.9965, /* affirmed by historical: 0 of 0, so the row's */
		0.9965, /* affirmed by future: 0 of 0, so the row's */
		0.9965, /* affirmed by other_person: 0 of 0, so the row's */
		0.9965, /* affirmed by resolved: 0 of 0, so the row's */
		0.9965, /* affirmed by section: 0 of 0, so the row's */
	},
	{
		0.9784, /* negated by none: 0 of 0, so the row's */
		0.9784, /* negated by negation: 135 of 137 */
		0.9784, /* negated by possible: 0 of 0, so the row's */
		0.9784, /* negated by hypothetical: 0 of 0, so the row's */
		0.9784, /* negated by historical: 0 of 0, so the row's */
		0.9784, /* negated by future: 0 of 0, so the row's */
		0.9784, /* negated by other_person: 0 of 0, so the row's */
		0.9784, /* negated by resolved: 0 of 0, so the row's */
		0.9784, /* negated by section: 0 of 0, so the row's */
	},
};

static const double precision_certainty[3][CUE_KIND_COUNT] = {
	{
		0.9876, /* certain by none: 634 of 641 */
		0.9876, /* certain by negation: 0 of 0, so the row's */
		0.9876, /* certain by possible: 0 of 0, so the row's */
		0.9876, /* certain by hypothetical: 0 of 0, so the row's */
		0.9876, /* certain by historical: 0 of 0, so the row's */
		0.9876, /* certain by future: 0 of 0, so the row's */
		0.9876, /* certain by other_person: 0 of 0, so the row's */
		0.9876, /* certain by resolved: 0 of 0, so the row's */
		0.9876, /* certain by section: 0 of 0, so the row's */
	},
	{
		0.7143, /* possible by none: 0 of 0, so the row's */
		0.7143, /* possible by negation: 0 of 0, so the row's */
		0.7143, /* possible by possible: 14 of 19 */
		0.7143, /* possible by hypothetical: 0 of 0, so the row's */
		0.7143, /* possible by historical: 0 of 0, so the row's */
		0.7143, /* possible by future: 0 of 0, so the row's */
		0.7143, /* possible by other_person: 0 of 0, so the row's */
		0.7143, /* possible by resolved: 0 of 0, so the row's */
		0.7143, /* possible by section: 0 of 0, so the row's */
	},
	{
		0.9688, /* hypothetical by none: 0 of 0, so the row's */
		0.9688, /* hypothetical by negation: 0 of 0, so the row's */
		0.9688, /* hypothetical by possible: 0 of 0, so the row's */
		0.9688, /* hypothetical by hypothetical: 30 of 30 */
		0.9688, /* hypothetical by historical: 0 of 0, so the row's */
		0.9688, /* hypothetical by future: 0 of 0, so the row's */
		0.9688, /* hypothetical by other_person: 0 of 0, so the row's */
		0.9688, /* hypothetical by resolved: 0 of 0, so the row's */
		0.9688, /* hypothetical by section: 0 of 0, so the row's */
	},
};

static const double precision_experiencer[2][CUE_KIND_COUNT] = {
	{
		0.9956, /* patient by none: 677 of 679 */
		0.9956, /* patient by negation: 0 of 0, so the row's */
		0.9956, /* patient by possible: 0 of 0, so the row's */
		0.9956, /* patient by hypothetical: 0 of 0, so the row's */
		0.9956, /* patient by historical: 0 of 0, so the row's */
		0.9956, /* patient by future: 0 of 0, so the row's */
		0.9956, /* patient by other_person: 0 of 0, so the row's */
		0.9956, /* patient by resolved: 0 of 0, so the row's */
		0.9956, /* patient by section: 0 of 0, so the row's */
	},
	{
		0.8889, /* other by none: 0 of 0, so the row's */
		0.8889, /* other by negation: 0 of 0, so the row's */
		0.8889, /* other by possible: 0 of 0, so the row's */
		0.8889, /* other by hypothetical: 0 of 0, so the row's */
		0.8889, /* other by historical: 0 of 0, so the row's */
		0.8889, /* other by future: 0 of 0, so the row's */
		0.8889, /* other by other_person: 23 of 25 */
		0.8889, /* other by resolved: 0 of 0, so the row's */
		0.6667, /* other by section: 1 of 1, training.tsv with them */
	},
};

static const double precision_temporality[3][CUE_KIND_COUNT] = {
	{
		0.9431, /* recent by none: 563 of 596 */
		0.9432, /* recent by negation: 0 of 0, so the row's */
		0.9432, /* recent by possible: 0 of 0, so the row's */
		0.8000, /* recent by hypothetical: 7 of 8, training.tsv with them */
		0.9432, /* recent by historical: 0 of 0, so the row's */
		0.9432, /* recent by future: 0 of 0, so the row's */
		0.9432, /* recent by other_person: 0 of 0, so the row's */
		0.9432, /* recent by resolved: 0 of 0, so the row's */
		0.9432, /* recent by section: 0 of 0, so the row's */
	},
	{
		0.8630, /* historical by none: 0 of 0, so the row's */
		0.8630, /* historical by negation: 0 of 0, so the row's */
		0.8630, /* historical by possible: 0 of 0, so the row's */
		0.8630, /* historical by hypothetical: 0 of 0, so the row's */
		0.8500, /* historical by historical: 33 of 38 */
		0.8630, /* historical by future: 0 of 0, so the row's */
		0.7917, /* historical by other_person: 18 of 22 */
		0.3333, /* historical by resolved: 0 of 1, training.tsv with them */
		0.9231, /* historical by section: 11 of 11 */
	},
	{
		0.9615, /* future by none: 0 of 0, so the row's */
		0.9615, /* future by negation: 0 of 0, so the row's */
		0.9615, /* future by possible: 0 of 0, so the row's */
		0.9615, /* future by hypothetical: 24 of 24 */
		0.9615, /* future by historical: 0 of 0, so the row's */
		0.3333, /* future by future: 0 of 1, training.tsv with them */
		0.9615, /* future by other_person: 0 of 0, so the row's */
		0.9615, /* future by resolved: 0 of 0, so the row's */
		0.9615, /* future by section: 0 of 0, so the row's */
	},
};

/* How many of them the patient has or has had; "cannot tell" counts as not. */
static const double precision_present[ASSERT_COUNT][CUE_KIND_COUNT] = {
	{
		0.0741, /* associated_with_someone_else by none: 0 of 0, so the row's */
		0.0741, /* associated_with_someone_else by negation: 0 of 0, so the row's */
		0.0741, /* associated_with_someone_else by possible: 0 of 0, so the row's */
		0.0741, /* associated_with_someone_else by hypothetical: 0 of 0, so the row's */
		0.0741, /* associated_with_someone_else by historical: 0 of 0, so the row's */
		0.0741, /* associated_with_someone_else by future: 0 of 0, so the row's */
		0.0741, /* associated_with_someone_else by other_person: 1 of 25 */
		0.0741, /* associated_with_someone_else by resolved: 0 of 0, so the row's */
		0.3333, /* associated_with_someone_else by section: 0 of 1, training.tsv with them */
	},
	{
		0.0312, /* hypothetical by none: 0 of 0, so the row's */
		0.0312, /* hypothetical by negation: 0 of 0, so the row's */
		0.0312, /* hypothetical by possible: 0 of 0, so the row's */
		0.0312, /* hypothetical by hypothetical: 0 of 30 */
		0.0312, /* hypothetical by historical: 0 of 0, so the row's */
		0.0312, /* hypothetical by future: 0 of 0, so the row's */
		0.0312, /* hypothetical by other_person: 0 of 0, so the row's */
		0.0312, /* hypothetical by resolved: 0 of 0, so the row's */
		0.0312, /* hypothetical by section: 0 of 0, so the row's */
	},
	{
		0.0149, /* absent by none: 0 of 0, so the row's */
		0.0149, /* absent by negation: 1 of 132 */
		0.0149, /* absent by possible: 0 of 0, so the row's */
		0.0149, /* absent by hypothetical: 0 of 0, so the row's */
		0.0149, /* absent by historical: 0 of 0, so the row's */
		0.0149, /* absent by future: 0 of 0, so the row's */
		0.0149, /* absent by other_person: 0 of 0, so the row's */
		0.0149, /* absent by resolved: 0 of 0, so the row's */
		0.0149, /* absent by section: 0 of 0, so the row's */
	},
	{
		0.2381, /* possible by none: 0 of 0, so the row's */
		0.2381, /* possible by negation: 0 of 0, so the row's */
		0.2381, /* possible by possible: 4 of 19 */
		0.2381, /* possible by hypothetical: 0 of 0, so the row's */
		0.2381, /* possible by historical: 0 of 0, so the row's */
		0.2381, /* possible by future: 0 of 0, so the row's */
		0.2381, /* possible by other_person: 0 of 0, so the row's */
		0.2381, /* possible by resolved: 0 of 0, so the row's */
		0.2381, /* possible by section: 0 of 0, so the row's */
	},
	{
		0.9843, /* present by none: 438 of 444 */
		0.9835, /* present by negation: 0 of 0, so the row's */
		0.9835, /* present by possible: 0 of 0, so the row's */
		0.9835, /* present by hypothetical: 0 of 0, so the row's */
		0.9375, /* present by historical: 29 of 30 */
		0.6667, /* present by future: 1 of 1, training.tsv with them */
		0.9835, /* present by other_person: 0 of 0, so the row's */
		0.9835, /* present by resolved: 0 of 0, so the row's */
		0.9167, /* present by section: 10 of 10 */
	},
};

#endif
