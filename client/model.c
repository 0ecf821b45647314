/* model: which one judges mentions, another one, none. */
#include "base/file.h"
#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"

static int usage(void)
{
	print_failure(
		"usage: lodestone model show [--sparsity] | attach FILE | detach [--restore]");
	return EXIT_FAILED;
}

/* A layer's share of units that fire on a token, and how many are seldom or never needed. */
static void put_layer(struct buf *out, const struct json *layer, unsigned number)
{
	uint64_t units = layout_uint(layer, "units"), never = layout_uint(layer, "never"),
		 rare = layout_uint(layer, "rare");
	double by = units ? 100.0 / (double)units : 0;
	buf_printf(out, "  %5u  %6llu  %9.2f %%  %6llu (%.0f %%)  %6llu (%.0f %%)\n", number,
		(unsigned long long)units, 100 * layout_num(layer, "active_fraction"),
		(unsigned long long)rare, by * (double)rare, (unsigned long long)never,
		by * (double)never);
}

static int show_sparsity(struct call *c, const struct json *answer)
{
	const struct json *layer = layout_first(json_get(answer, "card"), "firing");
	if (!layer) {
		buf_put_str(&c->out, "no model, or one whose units were not measured\n");
		return call_print(c, EXIT_DONE);
	}
	buf_put_str(&c->out, "  layer   units  a token fires  below 1 in 1,000    never fired\n");
	for (unsigned number = 1; layer; layer = layer->next)
		put_layer(&c->out, layer, number++);
	return call_print(c, EXIT_DONE);
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
	if (args_has(c->args, OPT_SPARSITY))
		return show_sparsity(c, answer);
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
		(args_has(a, OPT_RESTORE) && !is_detach) ||
		(args_has(a, OPT_SPARSITY) && (is_attach || is_detach)))
		return usage();
	if (is_attach && file_map(a->operands[1], &file, &e)) {
		print_failure("%s", e.text);
		return EXIT_FAILED;
	}
	int code = run(a, what, file);
	file_unmap(file);
	return code;
}
