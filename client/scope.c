#include "client/scope.h"

#include "client/print.h"

static void put_list(
	struct json_writer *w, const struct args *a, enum option option, const char *key)
{
	unsigned at = 0;
	const char *value = args_next(a, option, &at);
	if (!value)
		return;
	json_key(w, key);
	json_begin_array(w);
	for (; value; value = args_next(a, option, &at))
		json_str(w, value);
	json_end_array(w);
}

/* The writer would put U+FFFD for stray bytes: another question than the one asked. */
static int check_utf8(const struct args *a, struct err *e)
{
	for (unsigned i = 0; i < a->n_given; i++)
		if (a->given[i].option != OPT_SOCKET && a->given[i].option != OPT_QUESTIONS &&
			!print_is_utf8(slice_str(a->given[i].value)))
			return err_set(e, LODE_BADREQ, "an option's value is not UTF-8");
	return 0;
}

int scope_put(struct json_writer *w, const struct args *a, struct err *e)
{
	uint64_t deadline_ms = 0;
	int rc = check_utf8(a, e);
	if (rc == 0)
		rc = args_deadline(a, &deadline_ms, e);
	if (rc)
		return rc;
	if (args_has(a, OPT_FROM))
		json_kv_str(w, "from", args_value(a, OPT_FROM));
	if (args_has(a, OPT_TO))
		json_kv_str(w, "to", args_value(a, OPT_TO));
	if (args_has(a, OPT_AS_OF))
		json_kv_str(w, "as_of", args_value(a, OPT_AS_OF));
	put_list(w, a, OPT_TYPE, "types");
	put_list(w, a, OPT_SECTION, "sections");
	if (deadline_ms)
		json_kv_uint(w, "deadline_ms", deadline_ms);
	return 0;
}

int scope_words(struct buf *out, const struct args *a, int first, struct err *e)
{
	for (int i = first; i < a->n_operands; i++) {
		if (i > first)
			buf_put_byte(out, ' ');
		buf_put_str(out, a->operands[i]);
	}
	if (out->failed)
		return err_set(e, LODE_NOMEM, "out of memory");
	if (!print_is_utf8(buf_slice(out)))
		return err_set(e, LODE_BADREQ, "the words are not UTF-8");
	for (size_t i = 0; i < out->n; i++)
		if (out->p[i] != ' ' && out->p[i] != '\t')
			return 0;
	return err_set(e, LODE_BADREQ, "there are no words to look for");
}
