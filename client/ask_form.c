/* What timeline and context have in common: one question, one chart, one answer. */
#include "client/ask.h"
#include "client/client.h"

static int write_body(
	struct buf *out, const struct args *a, const struct ask_form *form, struct err *e)
{
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	int rc = ask_put_question(&w, a, 1, e);
	if (rc == 0)
		rc = form->put_members(&w, a, e);
	if (rc)
		return rc;
	json_end_object(&w);
	return out->failed ? err_set(e, LODE_NOMEM, "out of memory") : 0;
}

static int show(struct call *c, const struct ask_form *form)
{
	struct json *answer;
	int code = call_json(c, &answer);
	if (code)
		return code;
	int verdict = ask_verdict_exit(answer);
	bool is_text = args_format(c->args) == FORMAT_TEXT;
	if (is_text)
		form->put_text(c, answer);
	else
		call_put_json(c, false);
	code = call_print(c, verdict == EXIT_FAILED                  ? EXIT_FAILED
			     : verdict == EXIT_VERDICT_NOT_MENTIONED ? EXIT_NONE
								     : EXIT_DONE);
	if (is_text && form->say && code != EXIT_FAILED)
		form->say(answer);
	return code;
}

int ask_run_form(const struct args *a, const struct ask_form *form)
{
	struct call c;
	struct err e = {0};
	struct buf body = {0}, url = {0};
	if (write_body(&body, a, form, &e)) {
		print_failure("%s", e.text);
		buf_release(&body);
		return EXIT_FAILED;
	}
	call_patient_url(&url, slice_str(a->operands[0]), form->tail);
	int code = call_open(a, &c);
	if (code == 0)
		code = call_expect(&c, "POST", buf_slice(&url), "application/json",
			buf_slice(&body), EXIT_FAILED);
	if (code == 0)
		code = show(&c, form);
	buf_release(&body);
	buf_release(&url);
	call_close(&c);
	return code;
}
