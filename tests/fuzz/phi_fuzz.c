/* Any bytes: what is found lies within them, in order, disjoint, of a type that was asked for. */
#include "tokenizer/tokenizer.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tokenizer *t;
	struct arena a;
	struct tok_phi *found;
	uint32_t n, end = 0;
	if (!t && tok_create(&t, NULL) < 0)
		abort();
	uint32_t types =
		size > 2 ? (uint32_t)data[0] << 16 | (uint32_t)data[1] << 8 | data[2] : ~0u;
	if (size > 2 && data[0] & 0x80)
		types = ~0u;
	arena_init(&a, 64 << 20);
	if (tok_find_phi(t, slice_of(data, size), types, &a, &found, &n, NULL) < 0)
		n = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (found[i].start < end || found[i].end <= found[i].start || found[i].end > size)
			abort();
		if (found[i].type >= TOK_PHI_COUNT || !(types >> found[i].type & 1))
			abort();
		end = found[i].end;
	}
	arena_release(&a);
	return 0;
}
