/* Any valid text, any mention: the cue engine stays inside the text and gives probabilities.  The
 * first two bytes choose the mention. */
#include "scorer/scorer.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct tokenizer *t;
	static struct cue_engine *c;
	struct err e;
	if (!t && (tok_create(&t, &e) || cue_engine_create(&c, &e)))
		return 0;
	size_t bad;
	if (n < 2 || tok_utf8_check(slice_of(bytes + 2, n - 2), &bad))
		return 0;
	struct slice text = slice_of(bytes + 2, n - 2);
	struct arena a;
	arena_init(&a, 16 << 20);
	struct tok_doc d;
	if (tok_scan(t, text, &a, &d, &e) == 0) {
		uint32_t start = (uint32_t)(text.n * bytes[0] / 256);
		uint32_t end = start + (uint32_t)((text.n - start) * bytes[1] / 256);
		struct mention_context m = {&d, start, end, {NULL, 0}};
		struct assertion out;
		assert(cue_judge(c, &m, &a, &out) == 0);
		assert(out.cue_start <= out.cue_end && out.cue_end <= text.n);
		assert(out.p_present > 0 && out.p_present < 1);
	}
	arena_release(&a);
	return 0;
}
