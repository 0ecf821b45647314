/* ask: one question, or a file of them, about one chart. */
#include "client/ask.h"

#include "client/client.h"
#include "client/scope.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *names_fault(const struct args *a)
{
	if (args_has(a, OPT_LEXICON) && args_has(a, OPT_NO_LEXICON))
		return "--lexicon and --no-lexicon exclude each other";
	return NULL;
}

/* Members that choose names. */
static void put_names(struct json_writer *w, const struct args *a)
{
	const char *name;
	unsigned at = 0;
	if (args_has(a, OPT_LEXICON) || args_has(a, OPT_NO_LEXICON)) {
		json_key(w, "lexicons");
		json_begin_array(w);
		while ((name = args_next(a, OPT_LEXICON, &at)))
			json_str(w, name);
		json_end_array(w);
	}
	if (args_has(a, OPT_NARROWER))
		json_kv_bool(w, "narrower", true);
	if (args_has(a, OPT_SYNONYMS_FIRST))
		json_kv_bool(w, "synonyms_first", true);
}

static int put_asked(
	struct json_writer *w, const struct args *a, struct slice question, struct err *e)
{
	const char *condition = args_value(a, OPT_CONDITION), *value = args_value(a, OPT_VALUE);
	if (value)
		json_kv_str(w, "value", value);
	else if (condition)
		json_kv_str(w, "condition", condition);
	else
		json_kv_string(w, "question", question);
	put_names(w, a);
	return scope_put(w, a, e);
}

int ask_put_question(struct json_writer *w, const struct args *a, int first, struct err *e)
{
	struct buf words = {0};
	bool has_condition = args_has(a, OPT_CONDITION);
	const char *fault = names_fault(a);
	if (fault)
		return err_set(e, LODE_BADREQ, "%s", fault);
	if (has_condition == (a->n_operands > first))
		return err_set(e, LODE_BADREQ, "give a QUESTION or --condition NAME");
	int rc = has_condition ? 0 : scope_words(&words, a, first, e);
	if (rc == 0)
		rc = put_asked(w, a, buf_slice(&words), e);
	buf_release(&words);
	return rc;
}

int ask_put_shown(struct json_writer *w, const struct args *a, struct err *e)
{
	uint64_t limit = 0;
	int rc = args_uint(a, OPT_LIMIT, 0, UINT32_MAX, &limit, e);
	if (rc)
		return rc;
	if (args_has(a, OPT_LIMIT))
		json_kv_uint(w, "evidence_limit", limit);
	if (args_has(a, OPT_WHY) && !args_has(a, OPT_VALUE))
		json_kv_bool(w, "why", true);
	return 0;
}

static int write_body(struct buf *out, const struct args *a, struct slice question, struct err *e)
{
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	int rc = put_asked(&w, a, question, e);
	if (rc == 0)
		rc = ask_put_shown(&w, a, e);
	if (rc)
		return rc;
	json_end_object(&w);
	return out->failed ? err_set(e, LODE_NOMEM, "out of memory") : 0;
}

static void show(struct call *c, const struct json *answer)
{
	if (args_format(c->args) != FORMAT_TEXT)
		call_put_json(c, false);
	else if (args_has(c->args, OPT_VALUE))
		ask_value_text(&c->out, &c->look, answer);
	else
		ask_text(&c->out, &c->look, answer, args_has(c->args, OPT_WHY));
}

/* Of one value: found or not, as a search has it. */
static int exit_of(const struct call *c, const struct json *answer)
{
	if (!args_has(c->args, OPT_VALUE))
		return ask_verdict_exit(answer);
	int64_t n;
	if (json_int(json_get(answer, "found"), 0, INT64_MAX, &n))
		return EXIT_FAILED;
	return n ? EXIT_DONE : EXIT_NONE;
}

/* Asks and appends the answer, as --format wants it, to c->out.  0 or an exit code; *verdict_exit
 * is set with 0 only. */
static int ask_one(struct call *c, struct slice question, int *verdict_exit)
{
	struct err e = {0};
	struct buf body = {0}, url = {0};
	struct json *answer;
	int code = 0;
	int rc = write_body(&body, c->args, question, &e);
	call_patient_url(&url, slice_str(c->args->operands[0]), "/ask");
	if (rc == 0 && url.failed)
		rc = err_set(&e, LODE_NOMEM, "out of memory");
	if (rc)
		code = call_fail(c, &e);
	else
		code = call_expect(c, "POST", buf_slice(&url), "application/json", buf_slice(&body),
			EXIT_FAILED);
	if (code == 0)
		code = call_json(c, &answer);
	if (code == 0) {
		*verdict_exit = exit_of(c, answer);
		show(c, answer);
	}
	if (code == 0 && *verdict_exit == EXIT_FAILED) {
		print_failure("the daemon's answer has no verdict");
		code = EXIT_FAILED;
	}
	buf_release(&body);
	buf_release(&url);
	return code;
}

static struct slice trimmed(struct slice s)
{
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == ' '))
		s.n--;
	while (s.n && (*s.p == ' ' || *s.p == '\t'))
		s = slice_of(s.p + 1, s.n - 1);
	return s;
}

static void before_answer(struct call *c, struct slice question, unsigned n)
{
	if (args_format(c->args) == FORMAT_JSON)
		buf_put_str(&c->out, n ? "," : "[");
	if (args_format(c->args) != FORMAT_TEXT)
		return;
	if (n)
		buf_put_byte(&c->out, '\n');
	print_style(&c->out, &c->look, STYLE_DIM);
	buf_put_str(&c->out, "? ");
	print_safe(&c->out, &c->look, question);
	print_plain(&c->out, &c->look);
	buf_put_byte(&c->out, '\n');
}

/* One request per question, answers printed as they come.  A question that fails is complained
 * about by its line; the others are asked all the same, unless the daemon is gone or refuses. */
static int ask_lines(struct call *c, FILE *from, const char *name)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	unsigned number = 0, answered = 0, asked = 0;
	int worst = 0, verdict;
	while ((n = getline(&line, &cap, from)) >= 0) {
		struct slice question = trimmed(slice_of(line, (size_t)n));
		number++;
		if (question.n == 0)
			continue;
		asked++;
		size_t mark = c->out.n;
		before_answer(c, question, answered);
		int code = EXIT_FAILED;
		if (print_is_utf8(question) && !memchr(question.p, '\0', question.n))
			code = ask_one(c, question, &verdict);
		else
			print_failure("the question is not UTF-8");
		if (code) {
			c->out.n = mark;
			worst = worst ? worst : code;
			print_failure("%s:%u: not answered", name, number);
		} else {
			answered++;
		}
		if (code == EXIT_UNREACHABLE || code == EXIT_DENIED)
			break;
		if (call_print(c, 0))
			worst = EXIT_FAILED;
	}
	if (ferror(from)) {
		print_failure("cannot read %s: %s", name, strerror(errno));
		worst = EXIT_FAILED;
	} else if (asked == 0) {
		print_warning("%s: no questions", name);
		worst = EXIT_NONE;
	}
	if (args_format(c->args) == FORMAT_JSON)
		buf_put_str(&c->out, answered ? "]\n" : "[]\n");
	free(line);
	return call_print(c, worst);
}

static int ask_file(struct call *c, const char *name)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *from = is_stdin ? stdin : fopen(name, "re");
	if (!from) {
		print_failure("cannot open %s: %s", name, strerror(errno));
		return EXIT_FAILED;
	}
	int code = ask_lines(c, from, name);
	if (!is_stdin)
		fclose(from);
	return code;
}

static const char *usage_fault(const struct args *a)
{
	int ways = args_has(a, OPT_CONDITION) + args_has(a, OPT_QUESTIONS) +
		   args_has(a, OPT_VALUE) + (a->n_operands > 1);
	if (ways != 1)
		return "ask takes a QUESTION, or --condition NAME, --value TEST, or --questions FILE";
	if (args_has(a, OPT_QUESTIONS) && args_has(a, OPT_EXIT_VERDICT))
		return "--exit-verdict goes with one question";
	return names_fault(a);
}

int ask_run(const struct args *a)
{
	struct call c;
	struct err e = {0};
	struct buf words = {0};
	int verdict = EXIT_FAILED;
	const char *fault = usage_fault(a);
	if (fault) {
		print_failure("%s", fault);
		return EXIT_FAILED;
	}
	bool has_words = a->n_operands > 1;
	if (has_words && scope_words(&words, a, 1, &e)) {
		print_failure("%s", e.text);
		buf_release(&words);
		return EXIT_FAILED;
	}
	int code = call_open(a, &c);
	if (code == 0 && args_has(a, OPT_QUESTIONS))
		code = ask_file(&c, args_value(a, OPT_QUESTIONS));
	else if (code == 0) {
		code = ask_one(&c, buf_slice(&words), &verdict);
		if (code == 0)
			code = call_print(
				&c, args_has(a, OPT_EXIT_VERDICT) || args_has(a, OPT_VALUE)
					    ? verdict
					    : EXIT_DONE);
	}
	buf_release(&words);
	call_close(&c);
	return code;
}
