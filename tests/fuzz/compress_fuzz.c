/* Arbitrary bytes as a compressed stream: first byte chooses the kind and the size of the pieces. */
#include "base/compress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count(void *arg, struct slice piece)
{
	size_t *seen = arg;
	*seen += piece.n;
	return *seen > (1 << 20) ? LODE_TOOBIG : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	enum compress_kind kind = data[0] % 3;
	size_t step = 1 + data[0] / 3, seen = 0;
	struct decoder *d;
	struct err e;
	if (decoder_create(kind, 20, &d))
		return 0;
	int rc = 0;
	for (size_t at = 1; rc == 0 && at < size; at += step) {
		size_t n = size - at < step ? size - at : step;
		rc = decoder_feed(d, slice_of(data + at, n), count, &seen, &e);
	}
	if (rc == 0)
		decoder_finish(d, &e);
	decoder_destroy(d);
	return 0;
}
