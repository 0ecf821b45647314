/* lodestone: the command line of lodestoned. */
#include "base/log.h"
#include "base/standard.h"
#include "client/args.h"
#include "client/client.h"
#include "client/print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int (*const runs[])(const struct args *a) = {
	[VERB_INGEST] = ingest_run,
	[VERB_ASK] = ask_run,
	[VERB_SCREEN] = screen_run,
	[VERB_TIMELINE] = timeline_run,
	[VERB_CONTEXT] = context_run,
	[VERB_SEARCH] = search_run,
	[VERB_SHOW] = show_run,
	[VERB_PATIENTS] = patients_run,
	[VERB_STATS] = stats_run,
	[VERB_HEALTH] = health_run,
	[VERB_DELETE] = delete_run,
	[VERB_PHI_SCAN] = phi_scan_run,
	[VERB_COMPACT] = compact_run,
	[VERB_EVAL] = eval_run,
	[VERB_MODEL] = model_run,
	[VERB_CHECK] = check_run,
	[VERB_LEXICON] = lexicon_run,
};

static int say(struct buf *text, int code)
{
	struct err e = {0};
	if (print_out(buf_slice(text), &e)) {
		print_failure("%s", e.text);
		code = EXIT_FAILED;
	}
	buf_release(text);
	return code;
}

static bool is_plain_name(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-'))
			return false;
	return *name && *name != '-';
}

/* lodestone-foo on PATH, as git and notmuch do it.  It finds the socket in LODESTONE_SOCKET. */
static int run_foreign(const struct args *a, char **argv)
{
	char program[128];
	const char *socket_path = args_value(a, OPT_SOCKET);
	int n = snprintf(program, sizeof(program), "lodestone-%s", a->foreign);
	if (is_plain_name(a->foreign) && n > 0 && (size_t)n < sizeof(program)) {
		if (socket_path)
			setenv("LODESTONE_SOCKET", socket_path, 1);
		char *name = argv[a->foreign_at];
		argv[a->foreign_at] = program;
		execvp(program, argv + a->foreign_at);
		argv[a->foreign_at] = name;
		if (errno != ENOENT) {
			print_failure("cannot run %s: %s", program, strerror(errno));
			return EXIT_FAILED;
		}
	}
	print_failure("no such verb: %s (lodestone --help lists them)", a->foreign);
	return EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct args a;
	struct err e = {0};
	struct buf text = {0};
	standard_hold();
	log_init("lodestone", LOG_INFO_);
	if (args_parse(argc, argv, &a, &e)) {
		print_failure("%s", e.text);
		return EXIT_FAILED;
	}
	if (args_has(&a, OPT_VERSION)) {
		buf_put_str(&text, "lodestone " LODESTONE_VERSION "\n");
		return say(&text, EXIT_DONE);
	}
	if (args_has(&a, OPT_HELP)) {
		args_help(&text, a.verb, a.is_short_help);
		return say(&text, EXIT_DONE);
	}
	if (a.foreign)
		return run_foreign(&a, argv);
	if (a.verb == VERB_NONE) {
		args_help(&text, VERB_NONE, true);
		fwrite(text.p, 1, text.n, stderr);
		buf_release(&text);
		return EXIT_FAILED;
	}
	return runs[a.verb](&a);
}
