#include "scorer/kernel.h"

#include <string.h>

/* Vectors as gcc and clang spell them for every target: one text, three widths.  may_alias and the small
 * alignment let any float pointer be read as a vector. */
typedef float f16v __attribute__((vector_size(64), aligned(4), may_alias));
typedef float f8v __attribute__((vector_size(32), aligned(4), may_alias));
typedef float f4v __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t i16v __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint32_t u16v __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t i8v __attribute__((vector_size(32), aligned(4), may_alias));
typedef uint32_t u8v __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t i4v __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint32_t u4v __attribute__((vector_size(16), aligned(4), may_alias));

/* exp by 2^whole * polynomial (Cephes, Moshier): |rest| <= ln 2 / 2.  Adding 1.5 * 2^23 rounds to a whole
 * number and leaves it in the low bits. */
static const float exp_lowest = -87.3f, log2e = 1.44269504088896341f, round_magic = 12582912.0f,
		   ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;

#define EXP_POLYNOMIAL(r)                                                                  \
	((((((1.9875691500e-4f * (r) + 1.3981999507e-3f) * (r) + 8.3334519073e-3f) * (r) + \
		   4.1665795894e-2f) *                                                     \
			  (r) +                                                            \
		  1.6666665459e-1f) *                                                      \
			 (r) +                                                             \
		 5.0000001201e-1f) *                                                       \
			(r) * (r) +                                                        \
		(r) + 1.0f)

static inline float exp_one(float x)
{
	if (x < exp_lowest)
		return 0;
	float whole = x * log2e + round_magic;
	int32_t bits;
	memcpy(&bits, &whole, sizeof(bits));
	whole -= round_magic;
	float rest = x - whole * ln2_high - whole * ln2_low;
	float value = EXP_POLYNOMIAL(rest);
	int32_t out;
	memcpy(&out, &value, sizeof(out));
	out = (int32_t)((uint32_t)out + ((uint32_t)bits << 23));
	memcpy(&value, &out, sizeof(value));
	return value;
}

#if defined(__x86_64__)
#define PATH(name) avx512_##name
#define PATH_NAME  "avx512"
#define TARGET     __attribute__((target("avx512f,avx512bw,avx512dq,fma")))
#define VEC        f16v
#define IVEC       i16v
#define UVEC       u16v
#define LANES      16
#define TILE_ROWS  8
#include "scorer/kernel_path.h"

#define PATH(name) avx2_##name
#define PATH_NAME  "avx2"
#define TARGET     __attribute__((target("avx2,fma")))
#define VEC        f8v
#define IVEC       i8v
#define UVEC       u8v
#define LANES      8
#define TILE_ROWS  4
#include "scorer/kernel_path.h"
#endif

#define PATH(name) portable_##name
#define PATH_NAME  "portable"
#define TARGET
#define VEC       f4v
#define IVEC      i4v
#define UVEC      u4v
#define LANES     4
#define TILE_ROWS 4
#include "scorer/kernel_path.h"

unsigned kernel_paths(const struct kernel *list[KERNEL_PATHS])
{
	unsigned n = 0;
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
		__builtin_cpu_supports("avx512dq"))
		list[n++] = &avx512_kernel;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		list[n++] = &avx2_kernel;
#endif
	list[n++] = &portable_kernel;
	return n;
}

const struct kernel *kernel_best(void)
{
	const struct kernel *list[KERNEL_PATHS];
	kernel_paths(list);
	return list[0];
}

/* ---- packing ---- */

size_t kernel_packed_floats(uint32_t depth, uint32_t n)
{
	return ((size_t)n + KERNEL_COLS - 1) / KERNEL_COLS * KERNEL_COLS * depth;
}

void kernel_pack_rows(uint32_t depth, uint32_t n, const float *w, size_t ldw, float *out)
{
	enum { BLOCK = 16 }; /* one cache line of each of 32 rows at a time */
	for (uint32_t j = 0; j < n; j += KERNEL_COLS, out += (size_t)depth * KERNEL_COLS) {
		uint32_t cols = n - j < KERNEL_COLS ? n - j : KERNEL_COLS;
		if (cols < KERNEL_COLS)
			memset(out, 0, (size_t)depth * KERNEL_COLS * sizeof(*out));
		for (uint32_t p = 0; p < depth; p += BLOCK) {
			uint32_t end = depth - p < BLOCK ? depth : p + BLOCK;
			for (uint32_t c = 0; c < cols; c++)
				for (uint32_t q = p; q < end; q++)
					out[(size_t)q * KERNEL_COLS + c] = w[(j + c) * ldw + q];
		}
	}
}

void kernel_pack_cols(uint32_t depth, uint32_t n, const float *w, size_t ldw, float *out)
{
	for (uint32_t j = 0; j < n; j += KERNEL_COLS) {
		uint32_t cols = n - j < KERNEL_COLS ? n - j : KERNEL_COLS;
		for (uint32_t p = 0; p < depth; p++, out += KERNEL_COLS) {
			const float *from = w + p * ldw + j;
			if (cols == KERNEL_COLS) {
				memcpy(out, from, KERNEL_COLS * sizeof(*out));
			} else {
				memcpy(out, from, cols * sizeof(*out));
				memset(out + cols, 0, (KERNEL_COLS - cols) * sizeof(*out));
			}
		}
	}
}

/* ---- products ---- */

/* A panel of DEPTH_BLOCK x 32 floats (32 KB) stays in the first-level cache while the rows of a pass by;
 * ROW_BLOCK of those rows stay in the second. */
enum { DEPTH_BLOCK = 256, ROW_BLOCK = 256 };

struct product {
	const struct kernel *kernel;
	const float *a;
	size_t lda;
	bool by_cols;
	float *c;
	size_t ldc;
};

static void tile(const struct product *g, uint32_t row, uint32_t rows, uint32_t p, uint32_t depth,
	const float *b, float *c, size_t ldc, bool add)
{
	if (g->by_cols) {
		g->kernel->tile_by_cols(g->a + p * g->lda + row, g->lda, b, depth, c, ldc, add);
		return;
	}
	const float *a[KERNEL_ROWS];
	for (uint32_t r = 0; r < KERNEL_ROWS; r++)
		a[r] = g->a + (row + (r < rows ? r : 0)) * g->lda + p;
	g->kernel->tile_by_rows(a, b, depth, c, ldc, add);
}

/* A tile that hangs over the edge of c goes through a whole one beside it. */
static void edge_tile(const struct product *g, uint32_t row, uint32_t rows, uint32_t p,
	uint32_t depth, const float *b, uint32_t col, uint32_t cols, bool add)
{
	float whole[KERNEL_ROWS * KERNEL_COLS];
	tile(g, row, rows, p, depth, b, whole, KERNEL_COLS, false);
	for (uint32_t r = 0; r < rows; r++) {
		float *to = g->c + (row + r) * g->ldc + col;
		const float *from = whole + (size_t)r * KERNEL_COLS;
		for (uint32_t j = 0; j < cols; j++)
			to[j] = add ? to[j] + from[j] : from[j];
	}
}

/* Rows row..row_end of c, depth p..p+depth. */
static void block(const struct product *g, uint32_t row, uint32_t row_end, uint32_t n, uint32_t p,
	uint32_t depth, uint32_t whole_depth, const float *packed, bool add)
{
	for (uint32_t col = 0; col < n; col += KERNEL_COLS) {
		const float *b = packed + (size_t)col * whole_depth + (size_t)p * KERNEL_COLS;
		uint32_t cols = n - col < KERNEL_COLS ? n - col : KERNEL_COLS;
		for (uint32_t i = row; i < row_end; i += KERNEL_ROWS) {
			uint32_t rows = row_end - i < KERNEL_ROWS ? row_end - i : KERNEL_ROWS;
			if (rows == KERNEL_ROWS && cols == KERNEL_COLS)
				tile(g, i, rows, p, depth, b, g->c + i * g->ldc + col, g->ldc, add);
			else
				edge_tile(g, i, rows, p, depth, b, col, cols, add);
		}
	}
}

static void product(const struct product *g, uint32_t m, uint32_t n, uint32_t depth,
	const float *packed, bool add)
{
	for (uint32_t i = 0; i < m; i += ROW_BLOCK) {
		uint32_t end = m - i < ROW_BLOCK ? m : i + ROW_BLOCK;
		for (uint32_t p = 0; p < depth; p += DEPTH_BLOCK) {
			uint32_t some = depth - p < DEPTH_BLOCK ? depth - p : DEPTH_BLOCK;
			block(g, i, end, n, p, some, depth, packed, add || p);
		}
	}
}

void kernel_product(const struct kernel *k, uint32_t m, uint32_t n, uint32_t depth, const float *a,
	size_t lda, const float *packed, float *c, size_t ldc, bool add)
{
	struct product g = {k, a, lda, false, c, ldc};
	product(&g, m, n, depth, packed, add);
}

void kernel_product_by_cols(const struct kernel *k, uint32_t m, uint32_t n, uint32_t depth,
	const float *a, size_t lda, const float *packed, float *c, size_t ldc, bool add)
{
	struct product g = {k, a, lda, true, c, ldc};
	product(&g, m, n, depth, packed, add);
}
