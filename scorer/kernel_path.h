/* One path of scorer/kernel.c, included there once for each width of vector.  No header of its own: it
 * wants PATH(name), TARGET, VEC, IVEC, UVEC (a vector of LANES floats and its integer twins), LANES and
 * TILE_ROWS, and takes them away again. */

/* TILE_ROWS x 2 vectors of c: all sums stay in registers, which is why the sizes differ by path. */
TARGET static inline __attribute__((always_inline)) void PATH(store)(
	const VEC sum[TILE_ROWS][2], float *c, size_t ldc, bool add)
{
#pragma GCC unroll 8
	for (unsigned r = 0; r < TILE_ROWS; r++) {
		VEC *to = (VEC *)(void *)(c + r * ldc);
		if (add) {
			to[0] += sum[r][0];
			to[1] += sum[r][1];
		} else {
			to[0] = sum[r][0];
			to[1] = sum[r][1];
		}
	}
}

TARGET static inline __attribute__((always_inline)) void PATH(rows_part)(
	const float *const *a, const float *b, uint32_t depth, float *c, size_t ldc, bool add)
{
	VEC sum[TILE_ROWS][2] = {0};
	const float *row[TILE_ROWS];

#pragma GCC unroll 8
	for (unsigned r = 0; r < TILE_ROWS; r++)
		row[r] = a[r];
	for (size_t p = 0; p < depth; p++) {
		const VEC *v = (const VEC *)(const void *)(b + p * KERNEL_COLS);
		VEC b0 = v[0], b1 = v[1];

#pragma GCC unroll 8
		for (unsigned r = 0; r < TILE_ROWS; r++) {
			sum[r][0] += row[r][p] * b0;
			sum[r][1] += row[r][p] * b1;
		}
	}
	PATH(store)(sum, c, ldc, add);
}

TARGET static inline __attribute__((always_inline)) void PATH(cols_part)(
	const float *a, size_t lda, const float *b, uint32_t depth, float *c, size_t ldc, bool add)
{
	VEC sum[TILE_ROWS][2] = {0};
	for (size_t p = 0; p < depth; p++) {
		const VEC *v = (const VEC *)(const void *)(b + p * KERNEL_COLS);
		VEC b0 = v[0], b1 = v[1];

#pragma GCC unroll 8
		for (unsigned r = 0; r < TILE_ROWS; r++) {
			sum[r][0] += a[p * lda + r] * b0;
			sum[r][1] += a[p * lda + r] * b1;
		}
	}
	PATH(store)(sum, c, ldc, add);
}

TARGET static void PATH(tile_by_rows)(const float *const a[KERNEL_ROWS], const float *b,
	uint32_t depth, float *c, size_t ldc, bool add)
{
	for (unsigned j = 0; j < KERNEL_COLS; j += 2 * LANES)
		for (unsigned i = 0; i < KERNEL_ROWS; i += TILE_ROWS)
			PATH(rows_part)(a + i, b + j, depth, c + i * ldc + j, ldc, add);
}

TARGET static void PATH(tile_by_cols)(
	const float *a, size_t lda, const float *b, uint32_t depth, float *c, size_t ldc, bool add)
{
	for (unsigned j = 0; j < KERNEL_COLS; j += 2 * LANES)
		for (unsigned i = 0; i < KERNEL_ROWS; i += TILE_ROWS)
			PATH(cols_part)(a + i, lda, b + j, depth, c + i * ldc + j, ldc, add);
}

TARGET static inline __attribute__((always_inline)) float PATH(sum)(const VEC *v)
{
	float part[LANES], total = 0;
	memcpy(part, v, sizeof(part));
	for (unsigned i = 0; i < LANES; i++)
		total += part[i];
	return total;
}

TARGET static float PATH(exp_sum)(float *x, uint32_t n, float shift)
{
	VEC sum = {0};
	uint32_t i = 0;
	for (; n - i >= LANES; i += LANES) {
		VEC v = *(const VEC *)(const void *)(x + i) - shift;
		IVEC is_normal = v >= exp_lowest;
		VEC whole = v * log2e + round_magic;
		UVEC bits = (UVEC)whole << 23;
		whole -= round_magic;
		VEC r = v - whole * ln2_high - whole * ln2_low;
		VEC value = EXP_POLYNOMIAL(r);
		value = (VEC)(((UVEC)value + bits) & (UVEC)is_normal);
		*(VEC *)(void *)(x + i) = value;
		sum += value;
	}
	float total = PATH(sum)(&sum);
	for (; i < n; i++)
		total += x[i] = exp_one(x[i] - shift);
	return total;
}

TARGET static float PATH(largest)(const float *x, uint32_t n)
{
	float most = x[0];
	uint32_t i = 0;
	if (n >= LANES) {
		VEC top = *(const VEC *)(const void *)x;
		for (i = LANES; n - i >= LANES; i += LANES) {
			VEC v = *(const VEC *)(const void *)(x + i);
			IVEC more = v > top;
			top = (VEC)(((IVEC)v & more) | ((IVEC)top & ~more));
		}
		float part[LANES];
		memcpy(part, &top, sizeof(part));
		for (unsigned j = 0; j < LANES; j++)
			most = part[j] > most ? part[j] : most;
	}
	for (; i < n; i++)
		most = x[i] > most ? x[i] : most;
	return most;
}

TARGET static float PATH(dot)(const float *x, const float *y, uint32_t n)
{
	VEC sum = {0};
	uint32_t i = 0;
	for (; n - i >= LANES; i += LANES)
		sum += *(const VEC *)(const void *)(x + i) * *(const VEC *)(const void *)(y + i);
	float total = PATH(sum)(&sum);
	for (; i < n; i++)
		total += x[i] * y[i];
	return total;
}

TARGET static uint32_t PATH(relu)(float *x, uint32_t n, float *sum)
{
	VEC left = {0};
	UVEC above = {0};
	uint32_t i = 0, count = 0;
	for (; n - i >= LANES; i += LANES) {
		VEC v = *(const VEC *)(const void *)(x + i);
		UVEC is_above = (UVEC)(v > 0);
		v = (VEC)((UVEC)v & is_above);
		*(VEC *)(void *)(x + i) = v;
		left += v;
		above -= is_above;
	}
	uint32_t part[LANES];
	memcpy(part, &above, sizeof(part));
	for (unsigned j = 0; j < LANES; j++)
		count += part[j];
	float total = PATH(sum)(&left);
	for (; i < n; i++) {
		x[i] = x[i] > 0 ? x[i] : 0;
		total += x[i];
		count += x[i] > 0;
	}
	*sum += total;
	return count;
}

TARGET static void PATH(relu_back)(float *slope, const float *kept, uint32_t n, float more)
{
	uint32_t i = 0;
	for (; n - i >= LANES; i += LANES) {
		UVEC is_above = (UVEC)(*(const VEC *)(const void *)(kept + i) > 0);
		VEC v = *(const VEC *)(const void *)(slope + i) + more;
		*(VEC *)(void *)(slope + i) = (VEC)((UVEC)v & is_above);
	}
	for (; i < n; i++)
		slope[i] = kept[i] > 0 ? slope[i] + more : 0;
}

static const struct kernel PATH(kernel) = {PATH_NAME, PATH(tile_by_rows), PATH(tile_by_cols),
	PATH(exp_sum), PATH(largest), PATH(dot), PATH(relu), PATH(relu_back)};

#undef PATH
#undef PATH_NAME
#undef TARGET
#undef VEC
#undef IVEC
#undef UVEC
#undef LANES
#undef TILE_ROWS
