/* What needs no daemon: modes of lodestoned that we become. */
#include "client/client.h"
#include "client/print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* lodestoned beside us (installed), or where the build leaves it, or else on PATH. */
static void find_daemon(char *room, size_t room_bytes)
{
	static const char *const places[] = {"lodestoned", "../daemon/lodestoned"};
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(self, '/');
	for (size_t i = 0; slash && i < 2; i++) {
		int len = snprintf(
			room, room_bytes, "%.*s%s", (int)(slash - self + 1), self, places[i]);
		if (len > 0 && (size_t)len < room_bytes && access(room, X_OK) == 0)
			return;
	}
	snprintf(room, room_bytes, "lodestoned");
}

/* Comes back only when it cannot be run. */
static int run_daemon(char **argv)
{
	char path[8192];
	find_daemon(path, sizeof(path));
	execvp(path, argv);
	print_failure("cannot run %s: %s", path, strerror(errno));
	return EXIT_FAILED;
}

int check_run(const struct args *a)
{
	const char *data = args_value(a, OPT_DATA);
	char *argv[] = {
		(char[]){"lodestoned"}, (char[]){"--check"}, (char[]){"--data"}, NULL, NULL};
	if (!data) {
		print_failure("check needs --data DIR");
		return EXIT_FAILED;
	}
	argv[3] = strdup(data);
	int code = argv[3] ? run_daemon(argv) : EXIT_FAILED;
	free(argv[3]);
	return code;
}

int phi_scan_run(const struct args *a)
{
	const char *policy = args_value(a, OPT_POLICY);
	char *setting = NULL, *head[] = {(char[]){"lodestoned"}, (char[]){"--phi-scan"},
				      (char[]){"--set"}, NULL, (char[]){"--"}};
	char **argv = calloc((size_t)a->n_operands + 6, sizeof(*argv));
	int n = 0;
	if (!argv || asprintf(&setting, "phi_policy=%s", policy ? policy : "") < 0) {
		print_failure("out of memory");
		free(argv);
		return EXIT_FAILED;
	}
	head[3] = setting;
	for (int i = 0; i < 5; i++)
		if (policy || i < 2 || i == 4)
			argv[n++] = head[i];
	memcpy(argv + n, a->operands, (size_t)a->n_operands * sizeof(*argv));
	int code = run_daemon(argv);
	free(setting);
	free(argv);
	return code;
}

int lexicon_run(const struct args *a)
{
	const char *output = args_value(a, OPT_OUTPUT);
	if (strcmp(a->operands[0], "build") != 0 || !output) {
		print_failure("usage: lodestone lexicon build -o FILE INPUT...");
		return EXIT_FAILED;
	}
	char **argv = calloc((size_t)a->n_operands + 4, sizeof(*argv)), *file = strdup(output);
	int code = EXIT_FAILED;
	if (argv && file) {
		char *head[] = {
			(char[]){"lodestoned"}, (char[]){"--build-lexicon"}, file, (char[]){"--"}};
		memcpy(argv, head, sizeof(head));
		memcpy(argv + 4, a->operands + 1, (size_t)(a->n_operands - 1) * sizeof(*argv));
		code = run_daemon(argv);
	} else {
		print_failure("out of memory");
	}
	free(file);
	free(argv);
	return code;
}
