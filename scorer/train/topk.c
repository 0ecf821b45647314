#include "scorer/train/topk.h"

/* The k-th largest of v[n], 1 <= k <= n, which is put in another order (Hoare: "Algorithm 65: Find", 1961). */
static float find_largest(float *v, uint32_t n, uint32_t k)
{
	uint32_t low = 0, high = n - 1, at = k - 1;
	while (low < high) {
		float middle = v[low + (high - low) / 2];
		uint32_t i = low, j = high;
		while (i <= j) {
			while (v[i] > middle)
				i++;
			while (v[j] < middle)
				j--;
			if (i > j)
				break;
			float t = v[i];
			v[i++] = v[j];
			v[j] = t;
			if (j == 0)
				break;
			j--;
		}
		if (at <= j)
			high = j;
		else if (at >= i)
			low = i;
		else
			break;
	}
	return v[at];
}

void keep_largest(float *h, uint32_t n, uint32_t k, float *room)
{
	uint32_t above = 0;
	for (uint32_t i = 0; i < n; i++)
		if (h[i] > 0)
			room[above++] = h[i];
	float bar = above > k ? find_largest(room, above, k) : 0;
	for (uint32_t i = 0; i < n; i++)
		h[i] = h[i] >= bar && h[i] > 0 ? h[i] : 0;
}
