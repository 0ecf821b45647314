/* stats and health: what the daemon says of itself. */
#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"

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
