/* Arithmetic of the network in f32: dense products through packed panels, and exponentials.  One path each
 * for AVX-512, AVX2 and any machine, chosen once by what the processor has.
 *
 * A product is c[m][n] (+)= a[m][depth] b[depth][n].  b is packed beforehand into panels of KERNEL_COLS
 * columns, so that weights are packed once and used by many blocks of rows.  a is read where it lies, by
 * rows or by columns: together these are the three products of a linear layer y = x w^T,
 *
 *     y = x w^T     a = x by rows,     b = w packed from rows
 *     dx = dy w     a = dy by rows,    b = w packed from columns
 *     dw += dy^T x  a = dy by columns, b = x packed from columns
 *
 * Results depend on the path (the sums are grouped alike, but not every machine fuses a multiply with its
 * add), never on how many threads share the work. */
#ifndef LODESTONE_SCORER_KERNEL_H
#define LODESTONE_SCORER_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KERNEL_ROWS = 8,
	KERNEL_COLS = 32,
	KERNEL_PATHS = 3,
};

struct kernel {
	const char *name; /* "avx512", "avx2", "portable" */
	/* c[8][32] (+)= a b; b: [depth][32].  a by rows: eight pointers to depth floats each. */
	void (*tile_by_rows)(const float *const a[KERNEL_ROWS], const float *b, uint32_t depth,
		float *c, size_t ldc, bool add);
	/* The same; a by columns: a[p * lda + row]. */
	void (*tile_by_cols)(const float *a, size_t lda, const float *b, uint32_t depth, float *c,
		size_t ldc, bool add);
	/* x[i] = exp(x[i] - shift), relative error below 3e-7, 0 where that is below 1e-38; the sum. */
	float (*exp_sum)(float *x, uint32_t n, float shift);
	/* Largest of n >= 1 floats. */
	float (*largest)(const float *x, uint32_t n);
	/* The sum of x[i] * y[i]. */
	float (*dot)(const float *x, const float *y, uint32_t n);
	/* x[i] = x[i] > 0 ? x[i] : 0; adds what is left to *sum and returns how many are above 0. */
	uint32_t (*relu)(float *x, uint32_t n, float *sum);
	/* slope[i] = kept[i] > 0 ? slope[i] + more : 0. */
	void (*relu_back)(float *slope, const float *kept, uint32_t n, float more);
};

/* The paths this machine can take, the best first; tests compare them. */
unsigned kernel_paths(const struct kernel *list[KERNEL_PATHS]);
const struct kernel *kernel_best(void);

/* Floats of b[depth][n] once packed. */
size_t kernel_packed_floats(uint32_t depth, uint32_t n);
/* out: kernel_packed_floats(depth, n), aligned to 64 bytes.  From w[n][depth] (row-major, ldw between rows):
 * b is w transposed. */
void kernel_pack_rows(uint32_t depth, uint32_t n, const float *w, size_t ldw, float *out);
/* From w[depth][n]: b is w itself. */
void kernel_pack_cols(uint32_t depth, uint32_t n, const float *w, size_t ldw, float *out);

/* a: m rows of depth floats, lda apart. */
void kernel_product(const struct kernel *k, uint32_t m, uint32_t n, uint32_t depth, const float *a,
	size_t lda, const float *packed, float *c, size_t ldc, bool add);
/* a: depth rows of m floats, lda apart; up to 7 floats behind the last of each row are read (and not used)
 * when m is no multiple of 8, so lda must have room for them and the last row as well. */
void kernel_product_by_cols(const struct kernel *k, uint32_t m, uint32_t n, uint32_t depth,
	const float *a, size_t lda, const float *packed, float *c, size_t ldc, bool add);

#endif
