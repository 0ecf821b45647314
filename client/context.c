/* context: the passages of a chart that speak of a condition, for a language model to read. */
#include "client/ask.h"
#include "client/client.h"
#include "client/layout.h"

#include <stdlib.h>

static int put_budget(struct json_writer *w, const struct args *a, struct err *e)
{
	uint64_t budget = 0;
	const char *scale = args_value(a, OPT_TOKEN_SCALE), *by = args_value(a, OPT_TOKENS_BY);
	char *end = NULL;
	int rc = args_uint(a, OPT_BUDGET, 1, UINT32_MAX, &budget, e);
	if (rc)
		return rc;
	if (budget)
		json_kv_uint(w, "budget", budget);
	if (by)
		json_kv_str(w, "tokens_by", by);
	if (!scale)
		return 0;
	double x = strtod(scale, &end);
	if (end == scale || *end || !(x > 0) || x > 100)
		return err_set(e, LODE_BADREQ, "--token-scale is a number such as 1.2");
	json_key(w, "token_scale");
	json_double(w, x, 4);
	return 0;
}

/* Line by line, since print_safe knows no line ends. */
static void put_text(struct call *c, const struct json *answer)
{
	struct slice text = layout_str(answer, "text");
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		print_safe(&c->out, &c->look, slice_of(text.p, n));
		buf_put_byte(&c->out, '\n');
		n += end != NULL;
		text = slice_of(text.p + n, text.n - n);
	}
}

/* To stderr: the text alone is what a model is given. */
static void say_size(const struct json *answer)
{
	const struct json *left = json_get(answer, "left_out"),
			  *passages = json_get(answer, "passages");
	struct slice by = layout_str(json_get(answer, "tokenizer"), "name");
	uint64_t mentions = layout_uint(left, "mentions");
	struct buf text = {0};
	buf_printf(&text, "%u passages, %s%llu of %llu tokens",
		passages && passages->type == JSON_ARRAY ? passages->n : 0, by.n ? "" : "about ",
		(unsigned long long)layout_uint(answer, "tokens"),
		(unsigned long long)layout_uint(answer, "budget"));
	if (by.n)
		buf_printf(&text, " (%.*s)", (int)by.n, by.p);
	buf_printf(&text, "; left out: %llu mentions, %llu copies", (unsigned long long)mentions,
		(unsigned long long)layout_uint(left, "copies"));
	/* Nothing is amiss where all had room. */
	if (mentions)
		print_warning("%.*s", (int)text.n, text.p ? text.p : "");
	else
		print_note("%.*s", (int)text.n, text.p ? text.p : "");
	buf_release(&text);
}

int context_run(const struct args *a)
{
	static const struct ask_form form = {.tail = "/context",
		.put_members = put_budget,
		.put_text = put_text,
		.say = say_size};
	return ask_run_form(a, &form);
}
