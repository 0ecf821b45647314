#include "daemon/token_file.h"

#include "base/file.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

static void take_name(struct token_file *f, const char *path)
{
	const char *end = path + strlen(path), *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	if (slash && slash > path && strcmp(name, "tokenizer.json") == 0) {
		end = slash;
		for (name = end; name > path && name[-1] != '/';)
			name--;
	}
	snprintf(f->name, sizeof(f->name), "%.*s", (int)(end - name), name);
}

int token_file_open(const char *path, struct token_file *out, struct err *e)
{
	struct buf bytes = {.limit = TOK_COUNTER_BYTES};
	struct err why = {0};
	*out = (struct token_file){0};
	if (!path || !path[0])
		return 0;
	int rc = file_load(path, &bytes, &why);
	if (rc == 0)
		rc = tok_counter_open(&out->counter, buf_slice(&bytes), &why);
	buf_release(&bytes);
	if (rc)
		return err_set(e, rc, "context_tokenizer: %.60s: %.110s", path, why.text);
	take_name(out, path);
	struct tok_counter_info info = tok_counter_info(out->counter);
	log_info("context counts by tokenizer %s: %s, %u ids, %u added, digest %s", out->name,
		info.model, info.ids, info.added, info.digest);
	return 0;
}

void token_file_close(struct token_file *f)
{
	tok_counter_close(f->counter);
	f->counter = NULL;
}

void token_file_put(struct json_writer *w, const struct token_file *f)
{
	if (!f->counter) {
		json_null(w);
		return;
	}
	struct tok_counter_info info = tok_counter_info(f->counter);
	json_begin_object(w);
	json_kv_str(w, "name", f->name);
	json_kv_str(w, "digest", info.digest);
	json_kv_str(w, "model", info.model);
	json_kv_uint(w, "ids", info.ids);
	json_end_object(w);
}
