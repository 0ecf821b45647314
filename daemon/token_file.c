#include "daemon/token_file.h"

#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int read_file(const char *path, struct buf *out, struct err *e)
{
	FILE *f = fopen(path, "re");
	char *room;
	if (!f)
		return err_set(e, LODE_IO, "%s", strerror(errno));
	while ((room = buf_room(out, 1 << 16)) != NULL) {
		size_t n = fread(room, 1, 1 << 16, f);
		if (n == 0)
			break;
		out->n += n;
	}
	bool is_bad = ferror(f) || out->failed;
	fclose(f);
	return is_bad ? err_set(e, LODE_IO, "cannot be read, or is over %d bytes",
				TOK_COUNTER_BYTES)
		      : 0;
}

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
	struct buf bytes = {.limit = TOK_COUNTER_BYTES + (1 << 16)};
	struct err why = {0};
	*out = (struct token_file){0};
	if (!path || !path[0])
		return 0;
	int rc = read_file(path, &bytes, &why);
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
