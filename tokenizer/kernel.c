#include "tokenizer/kernel.h"

#include "tokenizer/tokenizer.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { BLOCK = 64 };

/* Classes of one block of 64 bytes, a bit per byte. */
struct block {
	uint64_t plain, hard, line, colon, stop, mask;
};

/* Bits whose right neighbour is set too; the last one's neighbour is in another block, so it counts. */
static inline uint64_t doubled(uint64_t v)
{
	return v & (v >> 1 | 1ull << (BLOCK - 1));
}

static inline void block_store(struct tok_bits *b, size_t i, const struct block *k)
{
	b->plain[i] = k->plain;
	b->hard[i] = k->hard;
	b->line[i] = k->line;
	b->colon[i] = k->colon;
	b->stop[i] = k->stop;
	b->mask[i] = k->mask;
}

/* One loop for all kernels; inlined into each so that the block function inlines too.  The last,
 * short block is padded with NULs, which belong to no class. */
#define CLASSIFY_LOOP(block_of)                   \
	size_t i = 0, w = 0;                      \
	struct block k;                           \
	for (; n - i >= BLOCK; i += BLOCK, w++) { \
		k = block_of(p + i);              \
		block_store(b, w, &k);            \
	}                                         \
	if (i < n) {                              \
		char last[BLOCK] = {0};           \
		memcpy(last, p + i, n - i);       \
		k = block_of(last);               \
		block_store(b, w, &k);            \
	}                                         \
	b->n = n

/* ---- scalar ---- */

enum { PLAIN = 1, HARD = 2, LINE = 4, COLON = 8, STOP = 16, OPEN = 32, TWIN = 64 };

static inline unsigned byte_class(unsigned char c)
{
	unsigned char letter = (unsigned char)((c | 0x20) - 'a');
	unsigned twin = c == 'X' ? TWIN : 0;
	if (letter < 26 || (unsigned char)(c - '0') < 10)
		return PLAIN | twin;
	if (c >= 0x80)
		return HARD | (c == 0xE2 ? STOP : 0);
	switch (c) {
	case '\'': return HARD;
	case '\n': return LINE;
	case ':': return COLON;
	case '.':
	case '?':
	case '!':
	case ')': return STOP;
	case '[':
	case '<': return OPEN;
	case '*':
	case '_': return TWIN;
	default: return 0;
	}
}

static struct block scalar_block(const char *p)
{
	struct block k = {0};
	for (unsigned i = 0; i < BLOCK; i++) {
		uint64_t c = byte_class((unsigned char)p[i]);
		k.plain |= (c & 1) << i;
		k.hard |= (c >> 1 & 1) << i;
		k.line |= (c >> 2 & 1) << i;
		k.colon |= (c >> 3 & 1) << i;
		k.stop |= (c >> 4 & 1) << i;
		bool twin = (c & TWIN) && (i == BLOCK - 1 || p[i + 1] == p[i]);
		k.mask |= (uint64_t)(twin || (c & OPEN)) << i;
	}
	return k;
}

static void scalar_classify(const char *p, size_t n, struct tok_bits *b)
{
	CLASSIFY_LOOP(scalar_block);
}

static size_t scalar_ascii_run(const char *p, size_t n)
{
	size_t i = 0;
	for (; n - i >= 8; i += 8) {
		uint64_t v;
		memcpy(&v, p + i, sizeof(v));
		/* A NUL borrows into its high bit; a false alarm only leaves the fast loop early. */
		if ((v | (v - 0x0101010101010101ull)) & 0x8080808080808080ull)
			break;
	}
	while (i < n && p[i] > 0)
		i++;
	return i;
}

static size_t scalar_cp_count(const char *p, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xC0) != 0x80;
	return count;
}

static const struct tok_kernel scalar = {
	"scalar", scalar_ascii_run, scalar_cp_count, scalar_classify};

#if defined(__x86_64__)

/* ---- AVX2 ---- */

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

struct pair {
	__m256i a, b;
};

AVX2 static inline uint64_t pair_mask(__m256i a, __m256i b)
{
	return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b)
							   << 32;
}

AVX2 static inline uint64_t pair_eq(struct pair v, char c)
{
	__m256i want = _mm256_set1_epi8(c);
	return pair_mask(_mm256_cmpeq_epi8(v.a, want), _mm256_cmpeq_epi8(v.b, want));
}

/* x - low < count, unsigned: AVX2 only compares signed, hence the min. */
AVX2 static inline __m256i in_range(__m256i x, char low, char count)
{
	__m256i d = _mm256_sub_epi8(x, _mm256_set1_epi8(low));
	return _mm256_cmpeq_epi8(_mm256_min_epu8(d, _mm256_set1_epi8((char)(count - 1))), d);
}

AVX2 static inline __m256i is_plain(__m256i x)
{
	__m256i letter = in_range(_mm256_or_si256(x, _mm256_set1_epi8(0x20)), 'a', 26);
	return _mm256_or_si256(letter, in_range(x, '0', 10));
}

AVX2 static inline struct block avx2_block(const char *p)
{
	struct pair v = {_mm256_loadu_si256((const __m256i *)p),
		_mm256_loadu_si256((const __m256i *)(p + 32))};
	struct block k;
	k.plain = pair_mask(is_plain(v.a), is_plain(v.b));
	k.hard = pair_mask(v.a, v.b) | pair_eq(v, '\'');
	k.line = pair_eq(v, '\n');
	k.colon = pair_eq(v, ':');
	k.stop = pair_eq(v, '.') | pair_eq(v, '?') | pair_eq(v, '!') | pair_eq(v, ')') |
		 pair_eq(v, (char)0xE2);
	k.mask = pair_eq(v, '[') | pair_eq(v, '<') | doubled(pair_eq(v, '*')) |
		 doubled(pair_eq(v, '_')) | doubled(pair_eq(v, 'X'));
	return k;
}

AVX2 static void avx2_classify(const char *p, size_t n, struct tok_bits *b)
{
	CLASSIFY_LOOP(avx2_block);
}

AVX2 static size_t avx2_ascii_run(const char *p, size_t n)
{
	size_t i = 0;
	for (; n - i >= 32; i += 32) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(p + i));
		__m256i nul = _mm256_cmpeq_epi8(v, _mm256_setzero_si256());
		unsigned bad = (unsigned)_mm256_movemask_epi8(_mm256_or_si256(v, nul));
		if (bad)
			return i + (size_t)__builtin_ctz(bad);
	}
	return i + scalar_ascii_run(p + i, n - i);
}

AVX2 static size_t avx2_cp_count(const char *p, size_t n)
{
	size_t i = 0, count = 0;
	for (; n - i >= 32; i += 32) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(p + i));
		/* Continuation bytes are -128..-65 as signed chars. */
		__m256i starts = _mm256_cmpgt_epi8(v, _mm256_set1_epi8(-65));
		count += (size_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(starts));
	}
	return count + scalar_cp_count(p + i, n - i);
}

static const struct tok_kernel avx2 = {"avx2", avx2_ascii_run, avx2_cp_count, avx2_classify};

/* ---- AVX-512 ---- */

#define AVX512 __attribute__((target("avx512f,avx512bw,bmi,popcnt")))

AVX512 static inline uint64_t wide_eq(__m512i v, char c)
{
	return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(c));
}

AVX512 static inline uint64_t wide_in_range(__m512i v, char low, char count)
{
	return _mm512_cmplt_epu8_mask(
		_mm512_sub_epi8(v, _mm512_set1_epi8(low)), _mm512_set1_epi8(count));
}

AVX512 static inline struct block avx512_block(const char *p)
{
	__m512i v = _mm512_loadu_si512(p);
	struct block k;
	k.plain = wide_in_range(_mm512_or_si512(v, _mm512_set1_epi8(0x20)), 'a', 26) |
		  wide_in_range(v, '0', 10);
	k.hard = _mm512_movepi8_mask(v) | wide_eq(v, '\'');
	k.line = wide_eq(v, '\n');
	k.colon = wide_eq(v, ':');
	k.stop = wide_eq(v, '.') | wide_eq(v, '?') | wide_eq(v, '!') | wide_eq(v, ')') |
		 wide_eq(v, (char)0xE2);
	k.mask = wide_eq(v, '[') | wide_eq(v, '<') | doubled(wide_eq(v, '*')) |
		 doubled(wide_eq(v, '_')) | doubled(wide_eq(v, 'X'));
	return k;
}

AVX512 static void avx512_classify(const char *p, size_t n, struct tok_bits *b)
{
	CLASSIFY_LOOP(avx512_block);
}

AVX512 static size_t avx512_ascii_run(const char *p, size_t n)
{
	size_t i = 0;
	for (; n - i >= 64; i += 64) {
		__m512i v = _mm512_loadu_si512(p + i);
		uint64_t bad = _mm512_movepi8_mask(v) | wide_eq(v, 0);
		if (bad)
			return i + (size_t)__builtin_ctzll(bad);
	}
	return i + scalar_ascii_run(p + i, n - i);
}

AVX512 static size_t avx512_cp_count(const char *p, size_t n)
{
	size_t i = 0, count = 0;
	for (; n - i >= 64; i += 64) {
		__m512i v = _mm512_loadu_si512(p + i);
		uint64_t starts = _mm512_cmpgt_epi8_mask(v, _mm512_set1_epi8(-65));
		count += (size_t)__builtin_popcountll(starts);
	}
	return count + scalar_cp_count(p + i, n - i);
}

static const struct tok_kernel avx512 = {
	"avx512", avx512_ascii_run, avx512_cp_count, avx512_classify};

#endif

unsigned tok_kernels(const struct tok_kernel *list[TOK_KERNELS])
{
	unsigned n = 0;
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512bw"))
		list[n++] = &avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
		__builtin_cpu_supports("popcnt"))
		list[n++] = &avx2;
#endif
	list[n++] = &scalar;
	return n;
}

const struct tok_kernel *tok_kernel_best(void)
{
	const struct tok_kernel *list[TOK_KERNELS];
	tok_kernels(list);
	return list[0];
}

const char *tok_kernel(void)
{
	return tok_kernel_best()->name;
}

int tok_classify(
	const struct tok_kernel *k, struct slice text, struct arena *a, struct tok_bits *out)
{
	size_t words = text.n / BLOCK + 1;
	uint64_t *all = arena_alloc(a, 6 * words * sizeof(*all));
	if (!all)
		return LODE_NOMEM;
	*out = (struct tok_bits){
		.plain = all,
		.hard = all + words,
		.line = all + 2 * words,
		.colon = all + 3 * words,
		.stop = all + 4 * words,
		.mask = all + 5 * words,
	};
	if (text.n == 0)
		memset(all, 0, 6 * words * sizeof(*all));
	else
		k->classify(text.p, text.n, out);
	return LODE_OK;
}
