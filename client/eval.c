/* eval: labelled questions put to the daemon (or answers taken from a file), scored. */
#include "client/eval.h"

#include "client/client.h"
#include "client/eval_report.h"
#include "client/source.h"

#include <stdlib.h>

static bool is_picture(const char *file)
{
	size_t n = strlen(file);
	return n > 4 && (strcmp(file + n - 4, ".svg") == 0 || strcmp(file + n - 4, ".png") == 0);
}

static const char *usage_fault(const struct args *a)
{
	const char *picture = args_value(a, OPT_PICTURE);
	const char *ask_by = args_value(a, OPT_ASK_BY), *unit = args_value(a, OPT_RESAMPLE);
	if (ask_by && strcmp(ask_by, "question") != 0 && strcmp(ask_by, "condition") != 0)
		return "--ask-by must be one of: question condition";
	if (unit && strcmp(unit, "questions") != 0 && strcmp(unit, "patients") != 0)
		return "--resample must be one of: questions patients";
	if (args_has(a, OPT_ANSWERS) && (args_has(a, OPT_BODY) || ask_by))
		return "with --answers nothing is asked: --ask-by and --body have no place";
	if (args_has(a, OPT_AGAINST) && strcmp(a->operands[0], "-") == 0)
		return "with --against the questions must be a file: they are read twice";
	if (args_has(a, OPT_OUT) && source_is_same(a->operands[0], args_value(a, OPT_OUT)))
		return "--out would overwrite the questions";
	if (picture && !is_picture(picture))
		return "--picture must end in .svg or .png";
	return NULL;
}

static int read_by(const struct args *a, const char **by, unsigned *n, struct err *e)
{
	unsigned at = 0;
	const char *field;
	*n = 0;
	while ((field = args_next(a, OPT_BY, &at))) {
		if (*n == EVAL_BY_MAX)
			return err_set(e, LODE_BADREQ, "--by: at most %d fields", EVAL_BY_MAX);
		by[(*n)++] = field;
	}
	return 0;
}

/* Names in it are the user's and the charts': on a terminal they are made safe. */
static void put_json(struct call *c, const struct eval_report *r)
{
	struct buf json = {0};
	eval_put_json(&json, r);
	c->out.failed = c->out.failed || json.failed;
	if (c->look.is_terminal)
		print_json_safe(&c->out, buf_slice(&json));
	else
		buf_put_slice(&c->out, buf_slice(&json));
	buf_release(&json);
}

/* The answers are there; the rest is telling. */
static int tell(struct call *c, struct eval_set *s, const struct eval_set *against)
{
	struct err e = {0};
	struct eval_report *r = calloc(1, sizeof(*r));
	const char *unit = args_value(c->args, OPT_RESAMPLE);
	const char *out = args_value(c->args, OPT_OUT), *picture = args_value(c->args, OPT_PICTURE);
	bool by_patient = unit && strcmp(unit, "patients") == 0;
	int rc = r ? 0 : err_set(&e, LODE_NOMEM, "out of memory");
	/* First what took long to get. */
	if (rc == 0 && out)
		rc = eval_write(out, s, &e);
	if (rc == 0)
		rc = eval_report_make(s, against, by_patient, r, &e);
	if (rc == 0 && args_format(c->args) == FORMAT_TEXT)
		eval_put_text(&c->out, &c->look, r);
	else if (rc == 0)
		put_json(c, r);
	int code = rc ? EXIT_FAILED : call_print(c, EXIT_DONE);
	if (rc == 0 && picture)
		rc = eval_picture_write(picture, r, &e);
	if (rc)
		print_failure("%s", e.text);
	free(r);
	return rc ? EXIT_FAILED : code;
}

/* call_open would look for a daemon. */
static void open_without_daemon(const struct args *a, struct call *out)
{
	*out = (struct call){.args = a};
	arena_init(&out->arena, 0);
	look_init(&out->look, args_value(a, OPT_COLOR));
}

static int get_answers(struct call *c, const struct args *a, struct eval_set *s, bool *is_open)
{
	struct err e = {0};
	const char *answers = args_value(a, OPT_ANSWERS);
	if (!answers) {
		int code = call_open(a, c);
		*is_open = true;
		return code ? code : eval_ask(c, s);
	}
	open_without_daemon(a, c);
	*is_open = true;
	if (eval_read_answers(answers, s, &e) == 0)
		return EXIT_DONE;
	print_failure("%s", e.text);
	return EXIT_FAILED;
}

static int read_against(
	const struct eval_set *s, const char *file, struct eval_set *out, struct err *e)
{
	int rc = eval_read(s->file, s->by, s->n_by, out, e);
	return rc ? rc : eval_read_answers(file, out, e);
}

int eval_run(const struct args *a)
{
	struct err e = {0};
	struct call c;
	struct eval_set s = {0}, other = {0};
	const char *by[EVAL_BY_MAX], *fault = usage_fault(a), *against = args_value(a, OPT_AGAINST);
	unsigned n_by = 0;
	bool is_open = false;
	int code = EXIT_DONE;
	int rc = fault ? err_set(&e, LODE_BADREQ, "%s", fault) : read_by(a, by, &n_by, &e);
	if (rc == 0)
		rc = eval_read(a->operands[0], by, n_by, &s, &e);
	/* Before anything is asked: a wrong file would be found out late. */
	if (rc == 0 && against)
		rc = read_against(&s, against, &other, &e);
	if (rc) {
		print_failure("%s", e.text);
		code = EXIT_FAILED;
	} else {
		code = get_answers(&c, a, &s, &is_open);
	}
	if (code == EXIT_DONE) {
		other.file = against;
		code = tell(&c, &s, against ? &other : NULL);
	}
	if (is_open)
		call_close(&c);
	eval_release(&s);
	eval_release(&other);
	return code;
}
