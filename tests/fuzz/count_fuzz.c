/* Two bytes: how many of what follows are a tokenizer.json; the rest is a text.  The file is refused, or the text is
 * counted: the same from the cache as anew, and no worse for what was counted before. */
#include "base/bytes.h"
#include "tokenizer/tokenizer.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_true)
{
	if (!is_true)
		abort();
}

static int count(struct tok_counting *s, struct slice text, uint64_t *out)
{
	*out = 0;
	return tok_count(s, text, out, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tok_counter *c = NULL;
	struct tok_counting *s = NULL, *fresh = NULL;
	size_t bad;
	if (size < 2)
		return 0;
	size_t n = load_le16(data), rest = size - 2;
	n = n < rest ? n : rest;
	struct slice text = slice_of(data + 2 + n, rest - n);
	if (tok_counter_open(&c, slice_of(data + 2, n), NULL) < 0)
		return 0;
	if (tok_utf8_check(text, &bad) < 0)
		text.n = bad;
	check(tok_counting_create(&s, c) == 0 && tok_counting_create(&fresh, c) == 0);
	uint64_t first, again, half, anew;
	int rc = count(s, text, &first);
	check(count(s, text, &again) == rc && again == first);
	size_t middle = text.n / 2;
	while (middle > 0 && ((unsigned char)text.p[middle] & 0xC0) == 0x80)
		middle--;
	count(s, slice_of(text.p, middle), &half);
	check(count(fresh, text, &anew) == rc && anew == first);
	count(fresh, slice_of(text.p, middle), &anew);
	check(anew == half);
	tok_counting_destroy(s);
	tok_counting_destroy(fresh);
	tok_counter_close(c);
	return 0;
}
