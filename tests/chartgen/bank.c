/* All banks, compiled once; what a chart may use of them. */
#include "chartgen.h"

#include <stdlib.h>

struct compiled_bank banks[BANK_COUNT] = {
#define X(bank_name) [BANK_##bank_name] = {.name = #bank_name},
	BANK_LIST(X)
#undef X
};
unsigned bank_items;

static const char *const *const sources[BANK_COUNT] = {
#define X(name) bank_##name,
	BANK_LIST(X)
#undef X
};

void banks_compile(void)
{
	masks_compile();
	bank_items = 0;
	for (unsigned b = 0; b < BANK_COUNT; b++) {
		struct compiled_bank *k = &banks[b];
		while (sources[b][k->n])
			k->n++;
		k->first = bank_items;
		bank_items += k->n;
		k->at = must_alloc(NULL, k->n * sizeof(*k->at));
		for (unsigned i = 0; i < k->n; i++)
			template_compile(sources[b][i], &k->at[i]);
	}
}

void banks_destroy(void)
{
	masks_destroy();
	for (unsigned b = 0; b < BANK_COUNT; b++) {
		for (unsigned i = 0; i < banks[b].n; i++)
			free(banks[b].at[i].ops);
		free(banks[b].at);
		banks[b].at = NULL;
		banks[b].n = 0;
	}
}

const struct template *bank_pick(struct chart *c, enum bank b)
{
	const uint16_t *allowed = c->allowed + banks[b].first;
	uint16_t *recent = c->recent[b], item = 0;
	for (unsigned t = 0; t < RECENT; t++) {
		item = allowed[rng_below(&c->rng, c->n_allowed[b])];
		bool is_recent = false;
		for (unsigned i = 0; i < RECENT; i++)
			is_recent |= recent[i] == item;
		if (!is_recent)
			break;
	}
	recent[c->n_recent[b]++ % RECENT] = item;
	return &banks[b].at[item];
}
