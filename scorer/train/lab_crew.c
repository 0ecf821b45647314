#include "scorer/train/lab_crew.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stop_asked;

static void on_signal(int number)
{
	stop_asked = 1;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the list ---- */

int lab_queue_add(struct lab_queue *q, const struct lab_bench *b, const char *experiment,
	const struct lab_arm *a, uint64_t seed, struct err *e)
{
	char path[1024], other[1024];
	if (lab_path(b, a, seed, path, sizeof(path)))
		return err_set(e, LODE_TOOBIG, "%s: the path is too long", b->runs);
	for (unsigned i = 0; i < q->n; i++) {
		lab_path(b, &q->jobs[i].arm, q->jobs[i].seed, other, sizeof(other));
		if (strcmp(path, other) == 0)
			return LODE_OK;
	}
	q->listed++;
	if (lab_is_done(b, a, seed)) {
		q->done++;
		return LODE_OK;
	}
	if (q->n == q->room) {
		unsigned room = q->room ? 2 * q->room : 32;
		struct lab_job *jobs = realloc(q->jobs, room * sizeof(*jobs));
		if (!jobs)
			return err_set(e, LODE_NOMEM, "no memory for a plan");
		q->jobs = jobs;
		q->room = room;
	}
	q->jobs[q->n++] = (struct lab_job){*a, seed, experiment, lab_cost(a)};
	return LODE_OK;
}

bool lab_queue_has_judges(const struct lab_queue *q)
{
	for (unsigned i = 0; i < q->n; i++)
		if (q->jobs[i].arm.train.objective != OBJECTIVE_CAUSAL)
			return true;
	return false;
}

void lab_queue_release(struct lab_queue *q)
{
	free(q->jobs);
	*q = (struct lab_queue){0};
}

/* ---- running ---- */

/* A run under way. */
struct place {
	pid_t pid; /* 0: free */
	unsigned job;
	double began;
};

struct shift {
	struct lab_queue *q;
	const struct lab_bench *b;
	struct place places[LAB_JOBS];
	unsigned at_once, next, ended;
	double began, cost_done, cost_all;
	bool is_quiet;
};

/* In the child: the run, its reason on stderr when it fails. */
static void be_child(const struct shift *s, const struct lab_job *j)
{
	struct err e = {0};
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	int rc = lab_run(s->b, &j->arm, j->seed, &e);
	if (rc)
		fprintf(stderr, "lodestone-train: lab %s, %s, seed %llu: %s\n", j->experiment,
			j->arm.name, (unsigned long long)j->seed, e.text);
	_exit(rc ? 1 : 0);
}

static int start(struct shift *s, struct place *p, struct err *e)
{
	p->job = s->next++;
	p->began = now();
	fflush(NULL);
	p->pid = fork();
	if (p->pid == 0)
		be_child(s, &s->q->jobs[p->job]);
	if (p->pid > 0)
		return LODE_OK;
	p->pid = 0;
	return err_set(e, LODE_IO, "a run cannot be started: %s", strerror(errno));
}

static void tell(const struct shift *s, const struct place *p)
{
	const struct lab_job *j = &s->q->jobs[p->job];
	double gone = now() - s->began, left = gone * (s->cost_all - s->cost_done) / s->cost_done;
	if (!s->is_quiet)
		fprintf(stderr, "%u/%u  %s, %s, seed %llu  %.0f s  about %.0f:%02.0f left\n",
			s->q->done + s->ended, s->q->done + s->q->n, j->experiment, j->arm.name,
			(unsigned long long)j->seed, now() - p->began, (double)(int)(left / 60),
			left - 60 * (double)(int)(left / 60));
}

static int take_end(struct shift *s, struct err *e)
{
	int status;
	pid_t pid = waitpid(-1, &status, 0);
	if (pid < 0)
		return errno == EINTR ? LODE_OK
				      : err_set(e, LODE_IO, "waiting: %s", strerror(errno));
	for (unsigned i = 0; i < s->at_once; i++) {
		struct place *p = &s->places[i];
		if (p->pid != pid)
			continue;
		const struct lab_job *j = &s->q->jobs[p->job];
		p->pid = 0;
		s->ended++;
		s->cost_done += j->cost;
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			return stop_asked ? LODE_OK
					  : err_set(e, LODE_IO, "lab %s, %s, seed %llu failed",
						    j->experiment, j->arm.name,
						    (unsigned long long)j->seed);
		tell(s, p);
	}
	return LODE_OK;
}

static void give_up(struct shift *s)
{
	for (unsigned i = 0; i < s->at_once; i++)
		if (s->places[i].pid) {
			kill(s->places[i].pid, SIGTERM);
			waitpid(s->places[i].pid, NULL, 0);
		}
}

int lab_queue_run(struct lab_queue *q, const struct lab_bench *b, unsigned at_once, bool is_quiet,
	struct err *e)
{
	struct shift s = {.q = q, .b = b, .at_once = at_once, .began = now(), .is_quiet = is_quiet};
	struct sigaction action = {.sa_handler = on_signal};
	int rc = LODE_OK;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	for (unsigned i = 0; i < q->n; i++)
		s.cost_all += q->jobs[i].cost;
	if (!is_quiet)
		fprintf(stderr, "%u runs, %u of them there already\n", q->listed, q->done);
	while (rc == 0 && s.ended < q->n && !stop_asked) {
		for (unsigned i = 0; rc == 0 && i < at_once && s.next < q->n; i++)
			if (!s.places[i].pid)
				rc = start(&s, &s.places[i], e);
		if (rc == 0)
			rc = take_end(&s, e);
	}
	give_up(&s);
	if (rc == 0 && stop_asked)
		return err_set(e, LODE_CANCELLED, "stopped");
	return rc;
}
