#include "daemon/check.h"

#include "base/log.h"
#include "daemon/conn.h"
#include "daemon/service.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PROBLEMS_TOLD = 1000,
	LINE_MOST = 1024,
	READ_BYTES = 4096,
	EXIT_DAMAGED = 1,
	EXIT_UNSEEN = 2
};

/* ---- lodestoned --check ---- */

/* What a process does to itself, LMDB's assertions included; anything else came from outside. */
static bool is_crash(int number)
{
	return number == SIGSEGV || number == SIGBUS || number == SIGABRT || number == SIGFPE ||
	       number == SIGILL;
}

static const char *end_of_walk(int number)
{
	return is_crash(number) ? "the walk was ended by a damaged page"
				: "the walk was stopped before its end";
}

void check_follow_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setvbuf(stdout, NULL, _IOLBF, 0); /* what was found before a crash is told */
}

int check_in_child(int (*walk)(void *arg), void *arg)
{
	int status;
	fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		return walk(arg);
	if (child == 0) {
		check_follow_parent();
		exit(walk(arg));
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_UNSEEN;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("%s (signal %d)\n", end_of_walk(WTERMSIG(status)), WTERMSIG(status));
	return is_crash(WTERMSIG(status)) ? EXIT_DAMAGED : EXIT_UNSEEN;
}

/* ---- POST /v1/admin/check: what the child says as NDJSON lines, then a summary ---- */

/* Lives on until the child and its pipe are closed, when the request has gone before. */
struct check {
	struct request *r; /* NULL: gone */
	struct service *service;
	uv_process_t process;
	uv_pipe_t pipe;
	unsigned handles; /* of the two, not closed yet */
	int64_t exit_status;
	int signal;

	struct buf line, last; /* being read; the last whole one: the verdict, if none follows */
	int64_t problems, listed;
	char room[READ_BYTES];
};

static void destroy(struct check *c)
{
	buf_release(&c->line);
	buf_release(&c->last);
	free(c);
}

static void on_closed(uv_handle_t *h)
{
	struct check *c = h->data;
	if (--c->handles > 0)
		return;
	c->service->is_checking = false;
	if (c->r) {
		request_wake(c->r);
		return;
	}
	destroy(c);
}

static void on_child_exit(uv_process_t *process, int64_t status, int number)
{
	struct check *c = process->data;
	c->exit_status = status;
	c->signal = number;
	uv_close((uv_handle_t *)process, on_closed);
}

static void put_problem(struct check *c, struct slice problem)
{
	struct json_writer w;
	c->problems++;
	if (!c->r || c->listed == PROBLEMS_TOLD)
		return;
	c->listed++;
	json_init(&w, &c->r->out);
	json_begin_object(&w);
	json_kv_string(&w, "problem", problem);
	json_end_object(&w);
	buf_put_byte(&c->r->out, '\n');
}

static void take_line(struct check *c)
{
	if (c->last.n)
		put_problem(c, buf_slice(&c->last));
	struct buf swap = c->last;
	c->last = c->line;
	c->line = swap;
	c->line.n = 0;
}

static void on_read(uv_stream_t *pipe, ssize_t n, const uv_buf_t *b)
{
	struct check *c = pipe->data;
	for (ssize_t i = 0; i < n; i++)
		if (b->base[i] == '\n')
			take_line(c);
		else if (c->line.n < LINE_MOST)
			buf_put_byte(&c->line, (uint8_t)b->base[i]);
	if (n < 0)
		uv_close((uv_handle_t *)pipe, on_closed);
}

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *b)
{
	struct check *c = h->data;
	*b = uv_buf_init(c->room, sizeof(c->room));
}

/* Its end closes the handle. */
static void stop_child(struct check *c)
{
	if (uv_is_active((uv_handle_t *)&c->process))
		uv_process_kill(&c->process, SIGKILL);
}

static void check_release(struct request *r)
{
	struct check *c = r->state;
	c->r = NULL;
	if (c->handles)
		stop_child(c);
	else
		destroy(c);
}

static int spawn(struct check *c, const struct config *config)
{
	char map[40];
	snprintf(map, sizeof(map), "map_bytes=%lld", (long long)config->map_bytes);
	char *argv[] = {(char[]){"lodestoned"}, (char[]){"--check-live"}, (char[]){"--data"},
		config->data, (char[]){"--set"}, map, NULL};
	uv_stdio_container_t streams[] = {{.flags = UV_IGNORE},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = (uv_stream_t *)&c->pipe},
		{.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO}};
	uv_process_options_t options = {.file = "/proc/self/exe",
		.args = argv,
		.stdio = streams,
		.stdio_count = 3,
		.exit_cb = on_child_exit};
	int rc = uv_pipe_init(c->service->loop, &c->pipe, 0);
	if (rc)
		return rc;
	c->handles = 1;
	c->pipe.data = c->process.data = c;
	rc = uv_spawn(c->service->loop, &c->process, &options);
	c->handles++; /* a process that did not start is a handle all the same */
	if (rc)
		uv_close((uv_handle_t *)&c->process, on_closed);
	else
		rc = uv_read_start((uv_stream_t *)&c->pipe, on_alloc, on_read);
	if (rc)
		uv_close((uv_handle_t *)&c->pipe, on_closed);
	return rc;
}

static enum next check_start(struct request *r)
{
	struct service *s = r->service;
	if (s->is_checking)
		return request_fail(r, LODE_BUSY, "a check is running already");
	struct check *c = calloc(1, sizeof(*c));
	if (!c)
		return request_fail(r, LODE_NOMEM, "out of memory");
	c->r = r;
	c->service = s;
	r->state = c;
	r->release = check_release;
	/* A walk over everything: not within a question's time. */
	r->deadline_ns = r->start_ns + (uint64_t)s->config->check_deadline_ms * 1000000u;
	int rc = spawn(c, s->config);
	s->is_checking = c->handles > 0;
	return rc ? request_fail(r, LODE_IO, "no process could be started: %s", uv_strerror(rc))
		  : NEXT_STEP;
}

static enum next check_wait(struct request *r)
{
	struct check *c = r->state;
	if (r->service->is_draining)
		return request_fail(r, LODE_BUSY, "the daemon is shutting down");
	return c->handles ? NEXT_WAIT : NEXT_STEP;
}

/* It came to its end: "N problems" is its last line. */
static bool is_complete(const struct check *c)
{
	char want[40];
	int n = snprintf(want, sizeof(want), "%lld problems", (long long)c->problems);
	return !c->signal && slice_eq(buf_slice(&c->last), slice_of(want, (size_t)n));
}

static struct slice why_not(const struct check *c)
{
	if (c->signal)
		return slice_str(end_of_walk(c->signal));
	return c->last.n ? buf_slice(&c->last) : SLICE("the walk ended without a word");
}

static void put_summary(struct request *r, struct check *c, bool is_complete)
{
	struct json_writer w;
	json_init(&w, &r->out);
	json_begin_object(&w);
	json_key(&w, "summary");
	json_begin_object(&w);
	json_kv_uint(&w, "problems", (uint64_t)c->problems);
	json_kv_uint(&w, "problems_listed", (uint64_t)c->listed);
	json_kv_bool(&w, "complete", is_complete);
	if (!is_complete)
		json_kv_string(&w, "error", why_not(c));
	json_kv_uint(&w, "elapsed_us", request_elapsed_us(r));
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&r->out, '\n');
}

static enum next check_reply(struct request *r)
{
	struct check *c = r->state;
	struct metrics *m = &r->service->metrics;
	bool complete = is_complete(c);
	/* Each crash is damage; the last whole line was a problem before it. */
	if (c->signal && c->last.n)
		put_problem(c, buf_slice(&c->last));
	if (is_crash(c->signal))
		put_problem(c, slice_str(end_of_walk(c->signal)));
	m->checks += complete;
	m->check_problems += (uint64_t)c->problems;
	put_summary(r, c, complete);
	if (c->problems || !complete)
		log_error("check: %lld problems%s", (long long)c->problems,
			complete ? "" : ", and it could not go on");
	return request_reply(r, 200, "application/x-ndjson");
}

const struct step admin_check_steps[] = {
	{"start", ON_LOOP, check_start},
	{"walk", ON_LOOP, check_wait},
	{"reply", ON_LOOP, check_reply},
};
