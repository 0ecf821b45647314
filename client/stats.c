/* stats and health: what the daemon says of itself.  check: lodestoned's own offline mode. */
#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int facts(const struct args *a, struct slice url)
{
	struct call c;
	struct json *answer;
	struct slice none = {0};
	int code = call_open(a, &c);
	if (code == 0)
		code = call_expect(&c, "GET", url, "application/json", none, EXIT_FAILED);
	if (code == 0 && args_format(a) != FORMAT_TEXT)
		call_put_json(&c, false);
	else if (code == 0 && json_parse(buf_slice(&c.answer), &c.arena, &answer, NULL) == 0 &&
		 answer->type == JSON_OBJECT)
		layout_facts(&c.out, &c.look, answer);
	else if (code == 0) /* "ready" in plain words */
		print_wrapped(&c.out, &c.look, 0, buf_slice(&c.answer), NULL, 0);
	if (code == 0)
		code = call_print(&c, EXIT_DONE);
	call_close(&c);
	return code;
}

int stats_run(const struct args *a)
{
	return facts(a, SLICE("/v1/stats"));
}

int health_run(const struct args *a)
{
	return facts(a, SLICE("/healthz"));
}

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

int check_run(const struct args *a)
{
	char path[8192];
	char *argv[] = {
		(char[]){"lodestoned"}, (char[]){"--check"}, (char[]){"--data"}, NULL, NULL};
	const char *data = args_value(a, OPT_DATA);
	if (!data) {
		print_failure("check needs --data DIR");
		return EXIT_FAILED;
	}
	argv[3] = strdup(data);
	find_daemon(path, sizeof(path));
	if (argv[3])
		execvp(path, argv);
	print_failure("cannot run %s: %s", path, strerror(errno));
	free(argv[3]);
	return EXIT_FAILED;
}
