/* lodestoned: settings, start, signals, stop. */
#include "base/err.h"
#include "base/log.h"
#include "base/standard.h"
#include "daemon/access.h"
#include "daemon/arguments.h"
#include "daemon/audit.h"
#include "daemon/check.h"
#include "daemon/config.h"
#include "daemon/lexicons.h"
#include "daemon/models.h"
#include "daemon/guard.h"
#include "daemon/notify.h"
#include "daemon/phi_scan.h"
#include "daemon/reload.h"
#include "daemon/request.h"
#include "daemon/server.h"
#include "daemon/service.h"
#include "daemon/token_file.h"
#include "daemon/watch.h"
#include "index/index.h"
#include "scorer/scorer.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, SPARE_FILES = 64, OPEN_TRIES = 8 };

struct program {
	struct arguments arguments;
	struct config config;
	struct service service;
	struct server server;
	struct watch watch;
	struct reload reload;
	uv_signal_t term, interrupt, hangup;
	struct lexicons lexicons;
	struct token_file tokens;
	struct models models;
	int data_fd; /* holds the data folder's lock */
};

/* ---- process ---- */

enum { MALLOC_PIECE = 32 << 20 /* the most that glibc takes */, MALLOC_KEPT = 64 << 20 };

static void prepare_process(const struct config *c)
{
	char number[24];
	struct rlimit files;
	/* The lanes' widths, and one for the audit log's syncs. */
	long threads = c->workers + c->screen_workers + c->ingest_workers + 3;
	snprintf(number, sizeof(number), "%ld", threads);
	setenv("UV_THREADPOOL_SIZE", number, 1); /* before libuv's first work */
	umask(0077);
	prctl(PR_SET_DUMPABLE, 0); /* a core would hold note text */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error like a full disk */
	signal(SIGHUP, SIG_IGN);  /* until the loop listens to it */
	/* One heap per two threads: freed batches would else stay in the heaps of many. */
	mallopt(M_ARENA_MAX, 2);
	/* A batch is some megabytes that are freed and wanted again at once: a fifth of an ingest's time
	 * went into giving them back page by page.  The keeper does it when nothing is written any more. */
	mallopt(M_MMAP_THRESHOLD, MALLOC_PIECE);
	mallopt(M_TRIM_THRESHOLD, MALLOC_KEPT);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 &&
		files.rlim_cur < (rlim_t)c->max_connections + SPARE_FILES)
		log_warn("%lu open files allowed are too few for max_connections=%lld",
			(unsigned long)files.rlim_cur, (long long)c->max_connections);
}

static struct index_options index_settings(const struct config *c)
{
	/* A queued request may hold a snapshot between its steps: one for each that may wait or run. */
	return (struct index_options){.map_bytes = (uint64_t)c->map_bytes,
		.max_db_bytes = (uint64_t)c->max_db_bytes,
		.readers = (unsigned)(2 * c->queue + c->workers + c->screen_workers +
				      c->ingest_workers + 16)};
}

static int open_index(struct program *p, struct err *e)
{
	const struct config *c = &p->config;
	struct index_options options = index_settings(c);
	options.is_beside = p->arguments.mode == MODE_CHECK_LIVE;
	return index_open(c->data, &options, &p->service.index, e);
}

static int lock_and_open(struct program *p, struct err *e)
{
	p->data_fd = access_lock_data(p->config.data, e);
	return p->data_fd < 0 ? p->data_fd : open_index(p, e);
}

/* ---- check ---- */

/* What could not be written is no result, whatever it says. */
static int finish_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "lodestoned: cannot write the output: %s\n", strerror(errno));
	return EXIT_USAGE;
}

static void say_problem(void *arg, const char *problem)
{
	printf("%s\n", problem);
}

/* The daemon commits meanwhile: what is read at opening may be of two revisions. */
static int open_beside(struct program *p, struct err *e)
{
	int rc = LODE_BUSY;
	for (int tries = 0; rc && tries < OPEN_TRIES; tries++) {
		*e = (struct err){0};
		index_close(p->service.index);
		p->service.index = NULL;
		rc = open_index(p, e);
	}
	return rc;
}

static int walk(void *arg)
{
	struct program *p = arg;
	struct err e = {0};
	bool is_live = p->arguments.mode == MODE_CHECK_LIVE;
	int64_t problems = is_live ? open_beside(p, &e) : lock_and_open(p, &e);
	if (problems == 0)
		problems = index_check(p->service.index, say_problem, NULL, &e);
	if (problems < 0)
		printf("%s\n", e.text[0] ? e.text : err_words((int)problems));
	else
		printf("%lld problems\n", (long long)problems);
	/* 1 is damage; that it could not be looked at (another daemon has it) is no verdict on it. */
	if (problems < 0 && problems != LODE_CORRUPT)
		return EXIT_USAGE;
	return finish_output(problems == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static int run_check(struct program *p)
{
	/* Opening would create what is not there. */
	if (access(p->config.data, F_OK)) {
		fprintf(stderr, "lodestoned: --check: no such data folder\n");
		return EXIT_USAGE;
	}
	if (p->arguments.mode == MODE_CHECK)
		return check_in_child(walk, p);
	check_follow_parent();
	return walk(p);
}

/* ---- reindex ---- */

static void say_progress(void *arg, uint64_t notes, uint64_t bytes)
{
	uint64_t *all = arg;
	*all = notes;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%llu notes, %.0f MB", (unsigned long long)notes,
			(double)bytes / 1e6);
}

static int run_reindex(struct program *p)
{
	const struct config *c = &p->config;
	struct index_options options = index_settings(c);
	struct err e = {0};
	uint64_t notes = 0;
	if (access(c->data, F_OK)) {
		fprintf(stderr, "lodestoned: --reindex: no such data folder\n");
		return EXIT_USAGE;
	}
	int rc = p->data_fd = access_lock_data(c->data, &e);
	if (rc >= 0)
		rc = index_reindex(c->data, &options, say_progress, &notes, &e);
	if (isatty(STDERR_FILENO) && notes)
		fputc('\n', stderr);
	if (rc == 0)
		printf("rewritten: %llu notes\n", (unsigned long long)notes);
	else
		fprintf(stderr, "lodestoned: --reindex: %s; the index is as it was\n",
			e.text[0] ? e.text : err_words(rc));
	return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- check the audit log ---- */

static int run_check_audit(const char *path)
{
	struct err e = {0};
	int64_t problems = audit_check(path, say_problem, NULL, &e);
	if (problems < 0)
		printf("%s\n", e.text);
	else
		printf("%lld problems\n", (long long)problems);
	/* 1 is damage; that it could not be looked at (another daemon has it) is no verdict on it. */
	if (problems < 0 && problems != LODE_CORRUPT)
		return EXIT_USAGE;
	return problems == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- serve ---- */

static void on_signal(uv_signal_t *handle, int number)
{
	struct program *p = handle->data;
	if (p->service.is_draining)
		_exit(EXIT_FAILURE); /* asked twice: at once; LMDB needs no farewell */
	log_info("signal %d: draining, %u connections", number, p->service.connections);
	notify_send("STOPPING=1");
	server_drain(&p->server);
	keeper_drain(&p->service.keeper);
}

static void on_hangup(uv_signal_t *handle, int number)
{
	struct program *p = handle->data;
	struct reload_result done;
	struct err e = {0};
	if (!p->service.is_draining)
		reload_run(&p->reload, &done, &e); /* says it in the log */
}

static int start_signals(struct program *p, uv_loop_t *loop, struct err *e)
{
	const struct {
		uv_signal_t *handle;
		uv_signal_cb run;
		int number;
	} rows[] = {{&p->term, on_signal, SIGTERM}, {&p->interrupt, on_signal, SIGINT},
		{&p->hangup, on_hangup, SIGHUP}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int rc = uv_signal_init(loop, rows[i].handle);
		rows[i].handle->data = p;
		if (rc == 0)
			rc = uv_signal_start(rows[i].handle, rows[i].run, rows[i].number);
		if (rc)
			return err_set(e, LODE_IO, "signals: %s", uv_strerror(rc));
		uv_unref((uv_handle_t *)rows[i].handle);
	}
	return 0;
}

static int start_service(struct program *p, uv_loop_t *loop, struct err *e)
{
	struct service *s = &p->service;
	const struct config *c = &p->config;
	unsigned queue = (unsigned)c->queue;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	s->loop = loop;
	s->lexicons = &p->lexicons;
	s->tokens = &p->tokens;
	s->models = &p->models;
	s->config = c;
	s->reload = &p->reload;
	p->reload = (struct reload){&p->arguments, &p->config, s, &p->server, &p->watch};
	s->start_ns = now_ns();
	s->next_id = (uint64_t)now.tv_sec << 32; /* ids of two runs do not meet */
	tok_load();
	int rc = lane_init(&s->read, loop, "read", (unsigned)c->workers, queue, true, e);
	if (rc == 0)
		rc = lane_init(
			&s->screen, loop, "screen", (unsigned)c->screen_workers, queue, true, e);
	if (rc == 0)
		rc = lane_init(
			&s->prepare, loop, "prepare", (unsigned)c->ingest_workers, queue, true, e);
	if (rc == 0)
		rc = lane_init(&s->write, loop, "write", 1, queue, false, e);
	if (rc == 0)
		rc = lane_init(&s->upkeep, loop, "upkeep", 1, queue, false, e);
	commits_init(&s->commits, &s->write);
	if (rc == 0)
		rc = cue_engine_create(&s->cues, e);
	if (rc == 0)
		rc = lexicons_open(c->lexicons, &p->lexicons, e);
	if (rc == 0)
		rc = token_file_open(c->context_tokenizer, &p->tokens, e);
	if (rc == 0)
		rc = lock_and_open(p, e);
	if (rc == 0)
		rc = models_start(&p->models, c, e);
	if (rc == 0)
		rc = audit_open(c->data, loop, &s->audit, e);
	if (rc == 0)
		rc = start_signals(p, loop, e);
	return rc ? rc : server_start(&p->server, s, e);
}

static void finish_service(struct program *p)
{
	struct service *s = &p->service;
	lane_finish(&s->read);
	lane_finish(&s->screen);
	lane_finish(&s->prepare);
	lane_finish(&s->write);
	lane_finish(&s->upkeep);
	cue_engine_destroy(s->cues);
	lexicons_close(&p->lexicons);
	token_file_close(&p->tokens);
	models_finish(&p->models);
	audit_close(s->audit);
}

static void close_left(uv_handle_t *h, void *arg)
{
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

static int serve(struct program *p)
{
	uv_loop_t loop;
	struct err e = {0};
	if (uv_loop_init(&loop))
		return EXIT_FAILURE;
	int rc = start_service(p, &loop, &e);
	if (rc == 0) {
		log_info("ready on %s, kernel %s", server_path(&p->server), tok_kernel());
		watch_start(&p->watch, &p->service);
		keeper_start(&p->service.keeper, &p->service);
		watch_ready(&p->watch);
		uv_run(&loop, UV_RUN_DEFAULT);
	} else {
		log_error("%s", e.text[0] ? e.text : err_words(rc));
	}
	server_finish(&p->server);
	uv_walk(&loop, close_left, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop)) {
		log_error("handles are left in the loop");
		rc = LODE_BUG;
	}
	finish_service(p);
	/* A setting that cannot be does not get better by another start (lodestoned.service). */
	return rc == LODE_BADREQ ? EXIT_USAGE : rc ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run(struct program *p)
{
	prepare_process(&p->config);
	int rc = p->arguments.mode == MODE_SERVE     ? serve(p)
		 : p->arguments.mode == MODE_REINDEX ? run_reindex(p)
						     : run_check(p);
	index_close(p->service.index);
	if (p->data_fd >= 0)
		close(p->data_fd);
	if (p->arguments.mode == MODE_SERVE)
		log_info("stopped");
	return rc;
}

static int start(struct program *p)
{
	struct err e = {0};
	enum log_level level;
	struct guard_policy policy;
	int rc = arguments_read(&p->arguments, &p->config, &e);
	if (rc == 0)
		rc = config_log_level(&p->config, &level, &e);
	if (rc == 0)
		rc = guard_policy_read(p->config.phi_policy, &policy, &e);
	bool has_socket = p->config.socket && *p->config.socket;
	if (rc == 0 && p->arguments.mode == MODE_SERVE && !has_socket && !getenv("LISTEN_FDS"))
		rc = err_set(&e, LODE_BADREQ,
			"--socket is needed, or a socket from systemd; see --help");
	if (rc) {
		if (e.text[0])
			fprintf(stderr, "lodestoned: %s\n", e.text);
		return EXIT_USAGE;
	}
	log_init("lodestoned", level);
	switch (p->arguments.mode) {
	case MODE_HELP: arguments_help(); return EXIT_SUCCESS;
	case MODE_VERSION: printf("lodestoned %s\n", LODESTONE_VERSION); return EXIT_SUCCESS;
	case MODE_CHECK_AUDIT: return run_check_audit(p->arguments.audit_file);
	case MODE_PHI_SCAN:
		return phi_scan_files(&p->config, p->arguments.files, p->arguments.n_files);
	case MODE_BUILD_LEXICON:
		return lexicons_build(p->arguments.lexicon_file, p->arguments.files,
			(unsigned)p->arguments.n_files);
	case MODE_CHECK:
	case MODE_CHECK_LIVE:
	case MODE_REINDEX:
	case MODE_SERVE: break;
	}
	return run(p);
}

int main(int argc, char **argv)
{
	static struct program p = {.data_fd = -1};
	standard_hold();
	p.arguments.argc = argc;
	p.arguments.argv = argv;
	if (config_init(&p.config))
		return EXIT_FAILURE;
	int rc = finish_output(start(&p));
	config_release(&p.config);
	return rc;
}
