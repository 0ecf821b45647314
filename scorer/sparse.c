#include "scorer/sparse.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef float f16v __attribute__((vector_size(64), aligned(4), may_alias));
typedef float f8v __attribute__((vector_size(32), aligned(4), may_alias));
typedef float f4v __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t i16v __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t i8v __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t i4v __attribute__((vector_size(16), aligned(4), may_alias));

#if defined(__x86_64__)
#define PATH(name) avx512_##name
#define TARGET     __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))
#define VEC        f16v
#define IVEC       i16v
#define LANES      16
#include "scorer/sparse_path.h"

#define PATH(name) avx2_##name
#define TARGET     __attribute__((target("avx2,fma")))
#define VEC        f8v
#define IVEC       i8v
#define LANES      8
#include "scorer/sparse_path.h"

/* Compressed in registers and stored whole: the compressing store is slow on some machines. */
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) static uint32_t avx512_list(
	const float *h, uint32_t n, uint16_t *unit, float *value)
{
	const __m512i lane =
		_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	uint32_t count = 0;
	for (uint32_t i = 0; i < n; i += 16) {
		__m512 v = _mm512_loadu_ps(h + i);
		__mmask16 is_on = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_GT_OQ);
		if (!is_on)
			continue;
		__m512i number = _mm512_add_epi32(lane, _mm512_set1_epi32((int)i));
		__m256i some = _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(is_on, number));
		_mm512_storeu_ps(value + count, _mm512_maskz_compress_ps(is_on, v));
		_mm256_storeu_si256((__m256i *)(void *)(unit + count), some);
		count += (uint32_t)__builtin_popcount(is_on);
	}
	return count;
}
#endif

#define PATH(name) portable_##name
#define TARGET
#define VEC   f4v
#define IVEC  i4v
#define LANES 4
#include "scorer/sparse_path.h"

/* Without a branch: each is written, and the next one over it when it was zero. */
static uint32_t plain_list(const float *h, uint32_t n, uint16_t *unit, float *value)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < n; i++) {
		unit[count] = (uint16_t)i;
		value[count] = h[i];
		count += h[i] > 0;
	}
	return count;
}

const struct sparse *sparse_of(const struct kernel *k)
{
	static const struct sparse portable = {portable_fire, plain_list, portable_add};
#if defined(__x86_64__)
	static const struct sparse avx512 = {avx512_fire, avx512_list, avx512_add},
				   avx2 = {avx2_fire, plain_list, avx2_add};
	if (strcmp(k->name, "avx512") == 0 && __builtin_cpu_supports("avx512vl"))
		return &avx512;
	if (strcmp(k->name, "avx512") == 0 || strcmp(k->name, "avx2") == 0)
		return &avx2;
#endif
	return &portable;
}
