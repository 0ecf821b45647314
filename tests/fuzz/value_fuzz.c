/* Any bytes behind any name: a value lies within them, on the line, and is one of its test. */
#include "tokenizer/tokenizer.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tok_analyte *list, *a = NULL;
	unsigned n = tok_analytes(&list);
	struct tok_value v;
	if (size < 2)
		return 0;
	if (data[0] < n)
		a = &list[data[0]];
	uint32_t after = data[1] % 16;
	struct slice text = slice_of(data + 2, size - 2);
	if (after > 0 && after <= text.n && a)
		tok_analyte_has(a, text, 0, after);
	if (!tok_value_read(text, after, a, &v))
		return 0;
	if (v.start < after || v.end <= v.start || v.end > text.n || v.high < v.low)
		abort();
	if (v.unit_end > v.unit_start && (v.unit_start < v.start || v.unit_end > v.end))
		abort();
	if (a && !(v.usual_low >= a->least && v.usual_low <= a->most))
		abort();
	if (v.has_second && !(a && a->is_pair && v.second_low < v.low))
		abort();
	if (memchr(text.p + v.start, 0x0a, v.end - v.start))
		abort();
	return 0;
}
