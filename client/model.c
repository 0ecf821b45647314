/* model: which one judges mentions, another one, none. */
#include "base/file.h"
#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"

static int usage(void)
{
	print_failure("usage: lodestone model show | attach FILE | detach [--restore]");
	return EXIT_FAILED;
}

static int show(struct call *c)
{
	struct json *answer;
	if (args_format(c->args) != FORMAT_TEXT) {
		call_put_json(c, false);
		return call_print(c, EXIT_DONE);
	}
	int code = call_json(c, &answer);
	if (code)
		return code;
	layout_facts(&c->out, &c->look, answer);
	return call_print(c, EXIT_DONE);
}

static int change(struct call *c, const char *method, const char *url, struct slice body)
{
	struct slice target = slice_str(url);
	int code = call_expect(c, method, target, "application/json", body, EXIT_FAILED);
	return code ? code : show(c);
}

/* file: of attach alone. */
static int run(const struct args *a, const char *what, struct slice file)
{
	struct call c;
	struct slice none = {0};
	int code = call_open(a, &c);
	if (code == 0 && strcmp(what, "attach") == 0)
		code = change(&c, "PUT", "/v1/model", file);
	else if (code == 0 && strcmp(what, "detach") == 0)
		code = change(&c, "DELETE",
			args_has(a, OPT_RESTORE) ? "/v1/model?restore=1" : "/v1/model", none);
	else if (code == 0)
		code = change(&c, "GET", "/v1/model", none);
	call_close(&c);
	return code;
}

int model_run(const struct args *a)
{
	struct slice file = {0};
	struct err e = {0};
	const char *what = a->n_operands ? a->operands[0] : "show";
	bool is_attach = strcmp(what, "attach") == 0, is_detach = strcmp(what, "detach") == 0;
	if ((!is_attach && !is_detach && strcmp(what, "show") != 0) ||
		a->n_operands > (is_attach ? 2 : 1) || (is_attach && a->n_operands < 2) ||
		(args_has(a, OPT_RESTORE) && !is_detach))
		return usage();
	if (is_attach && file_map(a->operands[1], &file, &e)) {
		print_failure("%s", e.text);
		return EXIT_FAILED;
	}
	int code = run(a, what, file);
	file_unmap(file);
	return code;
}
