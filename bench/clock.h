/* What the benchmarks measure with. */
#ifndef LODESTONE_BENCH_CLOCK_H
#define LODESTONE_BENCH_CLOCK_H

#include <time.h>

/* Processor time of all threads of this process, seconds. */
static inline double cpu_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
