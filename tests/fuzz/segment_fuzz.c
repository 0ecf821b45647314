/* Arbitrary bytes as a segment whose checksums are right: the reader trusts nothing else. */
#include "tests/index/segment_exercise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct compressor *z;
	struct slice key = SLICE("\0\0\0\1\0\0\0\0");
	struct segment s;
	char *blob = malloc(size ? size : 1);
	if (!blob || (!z && compressor_create(&z) != 0))
		abort();
	memcpy(blob, data, size);
	if (exercise_fix_sums(key, blob, size) &&
		segment_open(key, slice_of(blob, size), load_le64(blob), &s, NULL) == 0)
		exercise_segment(&s, z);
	free(blob);
	return 0;
}
