/* context: the passages of a chart that speak of a condition, for a language model to read. */
#include "client/ask.h"
#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"

#include <stdlib.h>

static int write_body(struct buf *out, const struct args *a, struct err *e)
{
	struct json_writer w;
	uint64_t budget = 0;
	const char *scale = args_value(a, OPT_TOKEN_SCALE);
	char *end = NULL;
	json_init(&w, out);
	json_begin_object(&w);
	int rc = ask_put_question(&w, a, 1, e);
	if (rc == 0)
		rc = args_uint(a, OPT_BUDGET, 1, UINT32_MAX, &budget, e);
	if (rc)
		return rc;
	if (budget)
		json_kv_uint(&w, "budget", budget);
	double x = scale ? strtod(scale, &end) : 1;
	if (scale && (end == scale || *end || !(x > 0) || x > 100))
		return err_set(e, LODE_BADREQ, "--token-scale is a number such as 1.2");
	if (scale) {
		json_key(&w, "token_scale");
		json_double(&w, x, 4);
	}
	json_end_object(&w);
	return out->failed ? err_set(e, LODE_NOMEM, "out of memory") : 0;
}

/* Line by line, since print_safe knows no line ends. */
static void put_text(struct call *c, struct slice text)
{
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
	print_warning(
		"%u passages, about %llu of %llu tokens; left out: %llu mentions, %llu copies",
		passages && passages->type == JSON_ARRAY ? passages->n : 0,
		(unsigned long long)layout_uint(answer, "tokens"),
		(unsigned long long)layout_uint(answer, "budget"),
		(unsigned long long)layout_uint(left, "mentions"),
		(unsigned long long)layout_uint(left, "copies"));
}

int context_run(const struct args *a)
{
	struct call c;
	struct err e = {0};
	struct buf body = {0}, url = {0};
	struct json *answer;
	if (args_has(a, OPT_CONDITION) == (a->n_operands > 1)) {
		print_failure("context takes a QUESTION or --condition NAME");
		return EXIT_FAILED;
	}
	if (write_body(&body, a, &e)) {
		print_failure("%s", e.text);
		buf_release(&body);
		return EXIT_FAILED;
	}
	call_patient_url(&url, a->operands[0], "/context");
	int code = call_open(a, &c);
	if (code == 0)
		code = call_expect(&c, "POST", buf_slice(&url), "application/json",
			buf_slice(&body), EXIT_FAILED);
	if (code == 0)
		code = call_json(&c, &answer);
	if (code == 0) {
		int verdict = ask_verdict_exit(answer);
		bool is_text = args_format(a) == FORMAT_TEXT;
		if (is_text)
			put_text(&c, layout_str(answer, "text"));
		else
			call_put_json(&c, false);
		code = call_print(&c, verdict == EXIT_FAILED                  ? EXIT_FAILED
				      : verdict == EXIT_VERDICT_NOT_MENTIONED ? EXIT_NONE
									      : EXIT_DONE);
		if (is_text && code != EXIT_FAILED)
			say_size(answer);
	}
	buf_release(&body);
	buf_release(&url);
	call_close(&c);
	return code;
}
