/* One path of scorer/sparse.c, included there once for each width of vector.  No header of its own: it
 * wants PATH(name), TARGET, VEC, IVEC (a vector of LANES floats and of as many integers) and LANES, and
 * takes them away again. */

TARGET static uint32_t PATH(fire)(
	enum shape_activation activation, float *up, const float *gate, uint32_t n)
{
	IVEC fired = {0};
	for (uint32_t i = 0; i < n; i += LANES) {
		VEC *at = (VEC *)(void *)(up + i);
		VEC v = *at;
		v = (VEC)((IVEC)v & (v > 0));
		if (activation == ACTIVATION_DRELU) {
			VEC g = *(const VEC *)(const void *)(gate + i);
			v *= (VEC)((IVEC)g & (g > 0));
		} else if (activation == ACTIVATION_RELU_SQUARED) {
			v *= v;
		}
		*at = v;
		fired -= v > 0;
	}
	uint32_t total = 0;
	for (unsigned i = 0; i < LANES; i++)
		total += (uint32_t)fired[i];
	return total;
}

/* Four units at a time: each has sums of its own, so that no addition waits for the one before. */
TARGET static inline __attribute__((always_inline)) void PATH(add_part)(
	const uint16_t *unit, const float *value, uint32_t count, const float *panel, float *y)
{
	VEC sum[4][2] = {0};
	uint32_t i = 0;
	for (; count - i >= 4; i += 4)
#pragma GCC unroll 4
		for (unsigned k = 0; k < 4; k++) {
			const VEC *row = (const VEC *)(const void *)(panel + (size_t)unit[i + k] *
										     KERNEL_COLS);
			sum[k][0] += value[i + k] * row[0];
			sum[k][1] += value[i + k] * row[1];
		}
	for (; i < count; i++) {
		const VEC *row = (const VEC *)(const void *)(panel + (size_t)unit[i] * KERNEL_COLS);
		sum[0][0] += value[i] * row[0];
		sum[0][1] += value[i] * row[1];
	}
	VEC *to = (VEC *)(void *)y;
	to[0] += (sum[0][0] + sum[1][0]) + (sum[2][0] + sum[3][0]);
	to[1] += (sum[0][1] + sum[1][1]) + (sum[2][1] + sum[3][1]);
}

TARGET static void PATH(add)(const uint16_t *unit, const float *value, uint32_t count,
	const float *packed, uint32_t depth, uint32_t cols, float *y)
{
	for (uint32_t j = 0; j < cols; j += 2 * LANES) {
		const float *panel = packed + (size_t)(j / KERNEL_COLS) * KERNEL_COLS * depth;
		PATH(add_part)(unit, value, count, panel + j % KERNEL_COLS, y + j);
	}
}

#undef PATH
#undef TARGET
#undef VEC
#undef IVEC
#undef LANES
