/* One window of a step: a labelled mention, or a stretch of text with words to guess. */
#include "scorer/train/random.h"
#include "scorer/train/trainer.h"

#include <string.h>

enum { PURPOSE_MASK = 0x6d61736b, PURPOSE_DROP = 0x64726f70 };

bool slot_is_text(const struct train_options *o, uint32_t index)
{
	switch (o->objective) {
	case OBJECTIVE_MLM:
	case OBJECTIVE_CAUSAL: return true;
	case OBJECTIVE_MIXED:
		return (uint32_t)((float)(index + 1) * o->text_share) >
		       (uint32_t)((float)index * o->text_share);
	default: return false;
	}
}

/* Eight of ten masked words are blanked, one is another word, one stays (BERT). */
static void mask_words(struct slot *s, const struct train_options *o, struct random *r)
{
	bool any = false;
	uint32_t words = o->shape.vocabulary;
	for (uint32_t i = 0; i < s->n; i++) {
		bool is_masked = s->ids[i] >= TOK_SUBWORD_BYTES && random_unit(r) < o->masked;
		uint32_t way = random_below(r, 10), other = random_below(r, words);
		if (!is_masked)
			continue;
		any = true;
		s->target[i] = s->ids[i];
		if (way < 8)
			s->ids[i] = TOK_SUB_BLANK;
		else if (way == 8 && other >= TOK_SUBWORD_BYTES)
			s->ids[i] = (uint16_t)other;
	}
	uint32_t one = random_below(r, s->n);
	if (!any) {
		s->target[one] = s->ids[one];
		s->ids[one] = TOK_SUB_BLANK;
	}
}

static int fill_text(struct slot *s, const struct train_options *o, const struct supply *from,
	uint64_t seed, uint64_t step, uint32_t index)
{
	s->n = o->text_subwords;
	int rc = from->text(from->self, seed, step, index, s->ids, s->n);
	if (rc)
		return rc;
	struct random r = random_for(seed, PURPOSE_MASK, step, index);
	if (o->shape.mask == MASK_CAUSAL) {
		for (uint32_t i = 0; i + 1 < s->n; i++)
			s->target[i] = s->ids[i + 1];
	} else {
		mask_words(s, o, &r);
	}
	return LODE_OK;
}

/* Blanks words of a labelled window, each window at a rate of its own up to twice the share: a few rows drawn
 * dozens of times are else learnt by heart (word dropout; Iyyer et al., ACL 2015, section 3.2). */
static void drop_words(struct slot *s, float share, struct random *r)
{
	float rate = 2 * share * random_unit(r);
	for (uint32_t i = 0; i < s->n; i++)
		if (s->ids[i] >= TOK_SUBWORD_BYTES && random_unit(r) < rate)
			s->ids[i] = TOK_SUB_BLANK;
}

static int fill_example(struct slot *s, const struct train_options *o, const struct supply *from,
	uint64_t seed, uint64_t step, uint32_t index, struct arena *scratch)
{
	struct example e = {0};
	int rc = from->example(from->self, seed, step, index, scratch, &e);
	if (rc)
		return rc;
	if (e.window.n < 1 || e.window.n > o->shape.window || e.window.mark >= e.window.n)
		return LODE_BADREQ;
	s->n = e.window.n;
	memcpy(s->ids, e.window.ids, s->n * sizeof(*s->ids));
	s->read = o->shape.mask == MASK_CAUSAL ? s->n - 1 : e.window.mark;
	for (unsigned axis = 0; axis < 4; axis++)
		s->label[axis] =
			e.label[axis] < shape_head_classes[axis] ? e.label[axis] : CLASS_UNKNOWN;
	s->weight = e.weight;
	struct random r = random_for(seed, PURPOSE_DROP, step, index);
	if (o->dropped > 0)
		drop_words(s, o->dropped, &r);
	return LODE_OK;
}

void slot_fill(struct slot *s, const struct train_options *o, const struct supply *from,
	uint64_t seed, uint64_t step, uint32_t index, struct arena *scratch)
{
	s->read = 0;
	s->weight = 0;
	memset(s->label, CLASS_UNKNOWN, sizeof(s->label));
	for (uint32_t i = 0; i < SHAPE_WINDOW_MAX; i++)
		s->target[i] = TARGET_NONE;
	s->rc = slot_is_text(o, index) ? fill_text(s, o, from, seed, step, index)
				       : fill_example(s, o, from, seed, step, index, scratch);
	for (uint32_t i = 0; s->rc == 0 && i < s->n; i++)
		if (s->ids[i] >= o->shape.vocabulary)
			s->rc = LODE_BADREQ;
}
