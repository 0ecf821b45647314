/* compact: the daemon's upkeep of everything, waited for. */
#include "client/call.h"
#include "client/client.h"
#include "client/layout.h"

static const struct json *sizes_of(const struct json *summary, const char *key)
{
	const struct json *o = json_get(summary, key);
	return o && o->type == JSON_OBJECT ? o : NULL;
}

static void put_size(struct call *c, const struct json *summary, const char *key, const char *end)
{
	int64_t bytes = 0, segments = 0;
	const struct json *o = sizes_of(summary, key);
	const struct json *n = o ? json_get(o, "file_bytes") : NULL;
	const struct json *s = o ? json_get(o, "segments") : NULL;
	if (n)
		json_int(n, 0, INT64_MAX, &bytes);
	if (s)
		json_int(s, 0, INT64_MAX, &segments);
	buf_printf(&c->out, "%.1f MB in %lld segments%s", (double)bytes / 1e6, (long long)segments,
		end);
}

static int put_text(struct call *c, const struct json *summary)
{
	const struct json *complete = json_get(summary, "complete");
	const struct json *damage = json_get(summary, "damage");
	put_size(c, summary, "before", " before, ");
	put_size(c, summary, "after", " now\n");
	int code = call_print(c, EXIT_DONE);
	if (code || (complete && complete->type == JSON_TRUE))
		return code;
	print_failure("not everything could be compacted: %.*s",
		damage && damage->type == JSON_STRING ? (int)damage->str.n : 0,
		damage && damage->str.p ? damage->str.p : "");
	return EXIT_FAILED;
}

int compact_run(const struct args *a)
{
	struct call c;
	struct json *answer;
	struct slice body = args_has(a, OPT_PURGE) ? SLICE("{\"purge\":true}") : SLICE("{}");
	int code = call_open(a, &c);
	if (code == 0)
		code = call_expect(&c, "POST", SLICE("/v1/admin/compact"), "application/x-ndjson",
			body, EXIT_FAILED);
	if (code == 0)
		code = call_json(&c, &answer);
	const struct json *summary = code == 0 ? json_get(answer, "summary") : NULL;
	if (code == 0 && (!summary || summary->type != JSON_OBJECT)) {
		print_failure("the daemon's answer has no summary");
		code = EXIT_FAILED;
	} else if (code == 0 && args_format(a) == FORMAT_TEXT) {
		code = put_text(&c, summary);
	} else if (code == 0) {
		call_put_json(&c, false);
		code = call_print(&c, EXIT_DONE);
	}
	call_close(&c);
	return code;
}
