/* A labelled mention, whatever its source, and where examples come from. */
#ifndef LODESTONE_TRAIN_EXAMPLE_H
#define LODESTONE_TRAIN_EXAMPLE_H

#include "scorer/window.h"

enum { LABEL_UNKNOWN = 255 }; /* the axis is not scored */
enum { SHOWN_PERCENT = 25 }; /* of windows that show the mention's own words, which judging hides */

struct example {
	struct window window;
	uint8_t label[4]; /* class by axis, enum order of scorer.h, or LABEL_UNKNOWN */
	uint8_t source;   /* enum example_source */
	float weight;
};

enum example_source { EXAMPLE_MADE_UP, EXAMPLE_WEAK, EXAMPLE_LABELLED, EXAMPLE_SOURCES };

/* Draws examples: the same (seed, step, index) gives the same example on any thread. */
struct mixture;
int mixture_draw(const struct mixture *m, uint64_t seed, uint64_t step, uint32_t index,
	struct arena *scratch, struct example *out);
/* A stretch of subwords for the language-model objectives, n ids of one text. */
int mixture_draw_text(const struct mixture *m, uint64_t seed, uint64_t step, uint32_t index,
	uint16_t *ids, uint32_t n);

#endif
