#include "scorer/train/crew.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { THREADS_MAX = 16 };

struct member {
	struct crew *crew;
	pthread_t thread;
	unsigned number; /* 1..; the caller is 0 */
};

/* All below `lock` belongs to it.  A round begins when `round` grows and has ended when no member is busy. */
struct crew {
	unsigned threads;
	struct member members[THREADS_MAX];
	pthread_mutex_t lock;
	pthread_cond_t begin, end;
	uint64_t round;
	unsigned busy;
	bool stop;
	unsigned tasks;
	void (*work)(void *arg, unsigned task);
	void *arg;
};

static void run_share(const struct crew *c, unsigned number)
{
#if defined(__x86_64__)
	unsigned before = _mm_getcsr();
	_mm_setcsr(before | 0x8040); /* flush to zero, denormals are zero */
#endif
	for (unsigned task = number; task < c->tasks; task += c->threads)
		c->work(c->arg, task);
#if defined(__x86_64__)
	_mm_setcsr(before);
#endif
}

static void *member_main(void *arg)
{
	struct member *m = arg;
	struct crew *c = m->crew;
	uint64_t seen = 0;
	pthread_mutex_lock(&c->lock);
	for (;;) {
		while (c->round == seen && !c->stop)
			pthread_cond_wait(&c->begin, &c->lock);
		if (c->stop)
			break;
		seen = c->round;
		pthread_mutex_unlock(&c->lock);
		run_share(c, m->number);
		pthread_mutex_lock(&c->lock);
		if (--c->busy == 0)
			pthread_cond_signal(&c->end);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

int crew_create(struct crew **out, unsigned threads)
{
	if (threads < 1 || threads > THREADS_MAX)
		return LODE_BADREQ;
	struct crew *c = calloc(1, sizeof(*c));
	if (!c)
		return LODE_NOMEM;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->begin, NULL);
	pthread_cond_init(&c->end, NULL);
	for (c->threads = 1; c->threads < threads; c->threads++) {
		struct member *m = &c->members[c->threads];
		*m = (struct member){.crew = c, .number = c->threads};
		if (pthread_create(&m->thread, NULL, member_main, m)) {
			crew_destroy(c);
			return LODE_IO;
		}
	}
	*out = c;
	return LODE_OK;
}

void crew_destroy(struct crew *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_broadcast(&c->begin);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 1; i < c->threads; i++)
		pthread_join(c->members[i].thread, NULL);
	pthread_cond_destroy(&c->begin);
	pthread_cond_destroy(&c->end);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

unsigned crew_threads(const struct crew *c)
{
	return c->threads;
}

void crew_run(struct crew *c, unsigned tasks, void (*work)(void *arg, unsigned task), void *arg)
{
	pthread_mutex_lock(&c->lock);
	c->tasks = tasks;
	c->work = work;
	c->arg = arg;
	c->busy = c->threads - 1;
	c->round++;
	pthread_cond_broadcast(&c->begin);
	pthread_mutex_unlock(&c->lock);
	run_share(c, 0);
	pthread_mutex_lock(&c->lock);
	while (c->busy)
		pthread_cond_wait(&c->end, &c->lock);
	pthread_mutex_unlock(&c->lock);
}
