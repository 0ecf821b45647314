/* Any bytes: refused as UTF-8, or scanned so that everything is contiguous and covers the text. */
#include "tests/tokenizer/covering.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tokenizer *t;
	struct slice text = slice_of(data, size);
	struct arena a;
	struct tok_doc d;
	size_t bad = SIZE_MAX;
	if (!t && tok_create(&t, NULL) < 0)
		abort();
	if (tok_utf8_check(text, &bad) < 0) {
		if (bad >= size)
			abort();
		text.n = bad;
	}
	if (tok_utf8_check(text, &bad) < 0)
		abort();
	arena_init(&a, 64 << 20);
	if (tok_scan(t, text, &a, &d, NULL) == LODE_OK && covering(&d, &a))
		abort();
	if (tok_words(t, text, &a, &d, NULL) == LODE_OK && covering_words(&d))
		abort();
	arena_release(&a);
	return 0;
}
