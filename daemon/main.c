/* lodestoned: argv, settings, start, signals, stop. */
#include "base/err.h"
#include "base/log.h"
#include "daemon/access.h"
#include "daemon/audit.h"
#include "daemon/config.h"
#include "daemon/notify.h"
#include "daemon/request.h"
#include "daemon/server.h"
#include "daemon/service.h"
#include "index/index.h"
#include "scorer/scorer.h"

#include <getopt.h>
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

enum { EXIT_USAGE = 2, SPARE_FILES = 64 };

struct program {
	struct config config;
	struct service service;
	struct server server;
	uv_signal_t term, interrupt;
	int data_fd; /* holds the data folder's lock */
	bool is_check;
};

/* ---- command line ---- */

static void print_help(void)
{
	printf("usage: lodestoned --data DIR --socket PATH [--model FILE] [--config FILE]\n"
	       "       lodestoned --data DIR --check\n"
	       "       lodestoned --version | --help\n\n"
	       "Runs in the foreground, logs to stderr.  --check verifies every stored record\n"
	       "and exits 0 (sound) or 1.\n\n"
	       "Settings, as lines `key = value` of the config file or as --set key=value\n"
	       "(bytes take K, M and G):\n");
	config_help(stdout);
}

static int fail_usage(const char *text)
{
	fprintf(stderr, "lodestoned: %s\n", text);
	return EXIT_USAGE;
}

static int set_pair(struct config *c, const char *pair, struct err *e)
{
	const char *equals = strchr(pair, '=');
	if (!equals)
		return err_set(e, LODE_BADREQ, "--set takes key=value");
	return config_set(c, slice_of(pair, (size_t)(equals - pair)), slice_str(equals + 1), e);
}

static const struct option long_options[] = {
	{"data", required_argument, NULL, 'd'},
	{"socket", required_argument, NULL, 's'},
	{"model", required_argument, NULL, 'm'},
	{"config", required_argument, NULL, 'c'},
	{"set", required_argument, NULL, 'x'},
	{"check", no_argument, NULL, 'k'},
	{"version", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int take_option(struct program *p, int c, struct err *e)
{
	switch (c) {
	case 'd': return config_set(&p->config, SLICE("data"), slice_str(optarg), e);
	case 's': return config_set(&p->config, SLICE("socket"), slice_str(optarg), e);
	case 'm': return config_set(&p->config, SLICE("model"), slice_str(optarg), e);
	case 'x': return set_pair(&p->config, optarg, e);
	case 'k': p->is_check = true; return 0;
	default: return 0;
	}
}

/* -1: go on; else the exit code.  The config file comes first, so that the command line wins. */
static int parse_arguments(struct program *p, int argc, char **argv)
{
	struct err e = {0};
	int c;
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (c == '?')
			return EXIT_USAGE;
		if (c == 'h') {
			print_help();
			return 0;
		}
		if (c == 'v') {
			printf("lodestoned %s\n", LODESTONE_VERSION);
			return 0;
		}
		if (c == 'c' && config_read(&p->config, optarg, &e))
			return fail_usage(e.text);
	}
	if (optind < argc)
		return fail_usage("arguments without an option; see --help");
	optind = 0; /* glibc: start over */
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (take_option(p, c, &e))
			return fail_usage(e.text);
	if (!p->config.data)
		return fail_usage("--data is needed; see --help");
	if (!p->config.socket && !p->is_check)
		return fail_usage("--socket is needed; see --help");
	return -1;
}

static bool start_log(const char *level)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};
	for (int i = 0; i < 4; i++)
		if (strcmp(level, names[i]) == 0) {
			log_init("lodestoned", (enum log_level)i);
			return true;
		}
	return false;
}

/* ---- process ---- */

static void prepare_process(const struct config *c)
{
	char number[24];
	struct rlimit files;
	long threads = c->workers + c->max_ingests + 2; /* the lanes' widths and one to spare */
	snprintf(number, sizeof(number), "%ld", threads);
	setenv("UV_THREADPOOL_SIZE", number, 1); /* before libuv's first work */
	umask(0077);
	prctl(PR_SET_DUMPABLE, 0); /* a core would hold note text */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	/* One heap per two threads: freed batches would else stay in the heaps of many. */
	mallopt(M_ARENA_MAX, 2);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 &&
		files.rlim_cur < (rlim_t)c->max_connections + SPARE_FILES)
		log_warn("%lu open files allowed are too few for max_connections=%lld",
			(unsigned long)files.rlim_cur, (long long)c->max_connections);
}

static int open_index(struct program *p, struct err *e)
{
	const struct config *c = &p->config;
	struct index_options options = {
		.map_bytes = (uint64_t)c->map_bytes, .max_db_bytes = (uint64_t)c->max_db_bytes};
	p->data_fd = access_lock_data(c->data, e);
	if (p->data_fd < 0)
		return p->data_fd;
	return index_open(c->data, &options, &p->service.index, e);
}

/* ---- check ---- */

static void say_problem(void *arg, const char *problem)
{
	printf("%s\n", problem);
}

static int run_check(struct program *p)
{
	struct err e = {0};
	/* Opening would create what is not there. */
	if (access(p->config.data, F_OK))
		return fail_usage("--check: no such data folder");
	int64_t problems = open_index(p, &e);
	if (problems == 0)
		problems = index_check(p->service.index, say_problem, NULL, &e);
	if (problems < 0)
		printf("%s\n", e.text[0] ? e.text : err_words((int)problems));
	else
		printf("%lld problems\n", (long long)problems);
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
}

static int start_signals(struct program *p, uv_loop_t *loop)
{
	int rc = uv_signal_init(loop, &p->term);
	if (rc == 0)
		rc = uv_signal_init(loop, &p->interrupt);
	p->term.data = p->interrupt.data = p;
	if (rc == 0)
		rc = uv_signal_start(&p->term, on_signal, SIGTERM);
	if (rc == 0)
		rc = uv_signal_start(&p->interrupt, on_signal, SIGINT);
	uv_unref((uv_handle_t *)&p->term);
	uv_unref((uv_handle_t *)&p->interrupt);
	return rc ? LODE_IO : 0;
}

static int start_service(struct program *p, uv_loop_t *loop, struct err *e)
{
	struct service *s = &p->service;
	const struct config *c = &p->config;
	unsigned queue = (unsigned)c->queue;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	s->loop = loop;
	s->config = c;
	s->start_ns = now_ns();
	s->next_id = (uint64_t)now.tv_sec << 32; /* ids of two runs do not meet */
	int rc = lane_init(&s->read, "read", (unsigned)c->workers, queue, true, e);
	if (rc == 0)
		rc = lane_init(&s->prepare, "prepare", (unsigned)c->max_ingests, queue, true, e);
	if (rc == 0)
		rc = lane_init(&s->write, "write", 1, queue, false, e);
	if (rc == 0)
		rc = cue_engine_create(&s->cues, e);
	if (rc == 0)
		rc = open_index(p, e);
	if (rc == 0)
		rc = audit_open(c->data, &s->audit, e);
	if (rc == 0)
		rc = start_signals(p, loop);
	return rc ? rc : server_start(&p->server, s, e);
}

static void finish_service(struct program *p)
{
	struct service *s = &p->service;
	lane_finish(&s->read);
	lane_finish(&s->prepare);
	lane_finish(&s->write);
	cue_engine_destroy(s->cues);
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
		log_info("ready on %s, kernel %s", p->config.socket, tok_kernel());
		notify_send("READY=1");
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
	return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct program p = {.data_fd = -1};
	if (config_init(&p.config))
		return EXIT_FAILURE;
	int rc = parse_arguments(&p, argc, argv);
	if (rc < 0 && !start_log(p.config.log_level))
		rc = fail_usage("log_level: must be error, warning, info or debug");
	if (rc < 0 && p.config.model && p.config.model[0])
		rc = fail_usage("--model: this version has the cue rules alone");
	if (rc < 0) {
		prepare_process(&p.config);
		rc = p.is_check ? run_check(&p) : serve(&p);
		index_close(p.service.index);
		if (p.data_fd >= 0)
			close(p.data_fd);
		if (!p.is_check)
			log_info("stopped");
	}
	config_release(&p.config);
	return rc;
}
