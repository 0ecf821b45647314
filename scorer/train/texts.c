#include "scorer/train/texts.h"

#include "base/compress.h"
#include "base/json.h"
#include "scorer/train/csv.h"
#include "tokenizer/tokenizer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* RECORD_BYTES bounds what one line's unescaped strings may take. */
enum { READ_BYTES = 1 << 16, ZSTD_WINDOW = 27, RECORD_BYTES = 256 << 20 };

/* Ids to leave out, sorted; `met` counts those that came by. */
struct skips {
	struct buf bytes;
	struct skip {
		struct slice id;
		bool is_met;
	} * list;
	size_t n;
};

struct reading {
	const struct texts *texts;
	struct skips skips;
	int (*visit)(void *arg, const struct slice *values);
	void *arg;
	struct err *e;
	size_t record;
};

static bool ends_with(struct slice s, const char *end)
{
	size_t n = strlen(end);
	return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

void texts_named(char *arg, struct texts *out)
{
	char *colon = strchr(arg, ':');
	if (colon)
		*colon = '\0';
	bool is_csv = ends_with(slice_str(arg), ".csv");
	*out = (struct texts){
		.path = arg,
		.skip = colon ? colon + 1 : NULL,
		.fields = {is_csv ? "encounter_id" : "id", is_csv ? "note" : "text"},
		.n_fields = 2,
	};
}

/* ---- files ---- */

static int append(void *arg, struct slice piece)
{
	return buf_put_slice(arg, piece);
}

static int decode(FILE *f, const char *path, struct buf *out, struct err *e)
{
	char block[READ_BYTES];
	struct decoder *d = NULL;
	int rc = LODE_OK;
	size_t n;
	while (rc == LODE_OK && (n = fread(block, 1, sizeof(block), f)) > 0) {
		struct slice in = slice_of(block, n);
		if (!d)
			rc = decoder_create(compress_guess(in), ZSTD_WINDOW, &d);
		if (rc == LODE_OK)
			rc = decoder_feed(d, in, append, out, e);
	}
	if (rc == LODE_OK && ferror(f))
		rc = err_set(e, LODE_IO, "%s cannot be read: %s", path, strerror(errno));
	if (rc == LODE_OK && d)
		rc = decoder_finish(d, e);
	decoder_destroy(d);
	return rc;
}

static int read_file(const char *path, struct buf *out, struct err *e)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return err_set(e, LODE_IO, "%s cannot be opened: %s", path, strerror(errno));
	int rc = decode(f, path, out, e);
	fclose(f);
	if (rc == LODE_NOMEM)
		return err_set(e, rc, "no memory for %s", path);
	return rc;
}

/* The next line without its end; false at the end of the bytes. */
static bool next_line(struct slice *rest, struct slice *line)
{
	if (rest->n == 0)
		return false;
	const char *end = memchr(rest->p, '\n', rest->n);
	line->p = rest->p;
	line->n = end ? (size_t)(end - rest->p) : rest->n;
	size_t taken = line->n + (end ? 1 : 0);
	*rest = slice_of(rest->p + taken, rest->n - taken);
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

/* ---- ids to leave out ---- */

static int skip_order(const void *a, const void *b)
{
	const struct skip *x = a, *y = b;
	return slice_cmp(x->id, y->id);
}

static int skips_load(struct skips *s, const char *path, struct err *e)
{
	size_t lines = 1;
	int rc = read_file(path, &s->bytes, e);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < s->bytes.n; i++)
		lines += s->bytes.p[i] == '\n';
	s->list = calloc(lines, sizeof(*s->list));
	if (!s->list)
		return err_set(e, LODE_NOMEM, "no memory for the ids of %s", path);
	struct slice rest = buf_slice(&s->bytes), line;
	while (next_line(&rest, &line))
		if (line.n)
			s->list[s->n++].id = line;
	qsort(s->list, s->n, sizeof(*s->list), skip_order);
	return LODE_OK;
}

static bool skips_have(struct skips *s, struct slice id)
{
	struct skip key = {.id = id};
	struct skip *found =
		s->n ? bsearch(&key, s->list, s->n, sizeof(*s->list), skip_order) : NULL;
	if (found)
		found->is_met = true;
	return found != NULL;
}

static int skips_all_met(const struct skips *s, const struct texts *t, struct err *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (!s->list[i].is_met)
			return err_set(e, LODE_NOTFOUND, "%s names ids that %s does not have",
				t->skip, t->path);
	return LODE_OK;
}

static void skips_release(struct skips *s)
{
	free(s->list);
	buf_release(&s->bytes);
}

/* ---- records ---- */

static int hand_out(struct reading *r, const struct slice *values)
{
	const struct texts *t = r->texts;
	if (values[0].n == 0)
		return err_set(r->e, LODE_BADREQ, "%s, record %zu: no %s", t->path, r->record,
			t->fields[0]);
	size_t bad;
	for (size_t i = 0; i < t->n_fields; i++)
		if (values[i].n && tok_utf8_check(values[i], &bad) < 0)
			return err_set(r->e, LODE_BADREQ, "%s, record %zu: %s is no UTF-8 text",
				t->path, r->record, t->fields[i]);
	return skips_have(&r->skips, values[0]) ? LODE_OK : r->visit(r->arg, values);
}

static int read_line(struct reading *r, struct slice line, struct arena *scratch)
{
	const struct texts *t = r->texts;
	struct json_field fields[TEXTS_FIELDS_MAX] = {0};
	struct slice values[TEXTS_FIELDS_MAX] = {0}, meta;
	struct err why = {0};
	for (size_t i = 0; i < t->n_fields; i++)
		fields[i].key = t->fields[i];
	int rc = json_scan_object(line, fields, t->n_fields, scratch, &meta, &why);
	if (rc < 0)
		return err_set(r->e, rc, "%s, line %zu: %s", t->path, r->record, why.text);
	for (size_t i = 0; i < t->n_fields; i++)
		values[i] = fields[i].value;
	return hand_out(r, values);
}

static int read_lines(struct reading *r, struct slice rest)
{
	struct arena scratch;
	struct slice line;
	int rc = LODE_OK;
	arena_init(&scratch, RECORD_BYTES);
	while (rc == LODE_OK && next_line(&rest, &line)) {
		r->record++;
		if (line.n)
			rc = read_line(r, line, &scratch);
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	return rc;
}

static int read_table(struct reading *r, struct slice rest)
{
	const struct texts *t = r->texts;
	struct csv csv = {0};
	struct slice values[TEXTS_FIELDS_MAX] = {0};
	size_t column[TEXTS_FIELDS_MAX];
	int rc = csv_next(&csv, &rest);
	for (size_t i = 0; i < t->n_fields && rc > 0; i++) {
		column[i] = csv_column(&csv, t->fields[i]);
		if (column[i] == csv.n)
			rc = err_set(
				r->e, LODE_BADREQ, "%s has no column %s", t->path, t->fields[i]);
	}
	while (rc > 0 && (rc = csv_next(&csv, &rest)) > 0) {
		r->record++;
		for (size_t i = 0; i < t->n_fields; i++)
			values[i] = column[i] < csv.n ? csv.fields[column[i]] : (struct slice){0};
		int done = hand_out(r, values);
		if (done < 0)
			rc = done;
	}
	if (rc < 0 && r->e && r->e->code == 0)
		rc = err_set(r->e, rc, "%s, record %zu cannot be read", t->path, r->record + 1);
	csv_release(&csv);
	return rc;
}

int texts_each(const struct texts *t, int (*visit)(void *arg, const struct slice *values),
	void *arg, struct err *e)
{
	struct buf bytes = {0};
	struct reading r = {.texts = t, .visit = visit, .arg = arg, .e = e};
	if (t->n_fields == 0 || t->n_fields > TEXTS_FIELDS_MAX)
		return err_set(e, LODE_BUG, "%zu fields were asked for", t->n_fields);
	int rc = t->skip ? skips_load(&r.skips, t->skip, e) : LODE_OK;
	if (rc == LODE_OK)
		rc = read_file(t->path, &bytes, e);
	if (rc == LODE_OK)
		rc = ends_with(slice_str(t->path), ".csv") ? read_table(&r, buf_slice(&bytes))
							   : read_lines(&r, buf_slice(&bytes));
	if (rc == LODE_OK)
		rc = skips_all_met(&r.skips, t, e);
	skips_release(&r.skips);
	buf_release(&bytes);
	return rc;
}
