#include "tests/scorer/eval_data.h"

#include "base/compress.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIELDS_MAX = 16, ITEMS_MAX = 8192, REPORTS_MAX = 4096 };

struct report {
	struct slice id, text;
	struct tok_doc *doc; /* NULL until it is asked for */
};

struct loader {
	struct tokenizer *tokenizer;
	struct eval_data *data;
	struct report *reports;
	unsigned n_reports;
};

const char *eval_data_dir(void)
{
	const char *dir = getenv("LODESTONE_DATA");
	return dir && *dir ? dir : LODESTONE_SOURCE_DIR "/../shared/data";
}

/* ---- files ---- */

static int read_file(const char *name, struct arena *a, struct slice *out, struct err *e)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s", eval_data_dir(), name);
	FILE *f = fopen(path, "rb");
	if (!f)
		return err_set(e, LODE_NOTFOUND, "%s is absent", name);
	struct buf b = {.p = NULL};
	char piece[65536];
	for (size_t n; (n = fread(piece, 1, sizeof(piece), f)) > 0;)
		buf_put(&b, piece, n);
	fclose(f);
	*out = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return out->p ? 0 : err_set(e, LODE_NOMEM, "%s", name);
}

static int into_buf(void *arg, struct slice piece)
{
	return buf_put_slice(arg, piece);
}

static int read_zstd(const char *name, struct arena *a, struct slice *out, struct err *e)
{
	struct slice packed = {NULL, 0};
	int rc = read_file(name, a, &packed, e);
	struct decoder *d = NULL;
	struct buf b = {.p = NULL};
	if (rc == 0)
		rc = decoder_create(COMPRESS_ZSTD, 27, &d);
	if (rc == 0)
		rc = decoder_feed(d, packed, into_buf, &b, e);
	if (rc == 0)
		rc = decoder_finish(d, e);
	if (rc == 0) {
		*out = arena_slice(a, buf_slice(&b));
		rc = out->p ? 0 : LODE_NOMEM;
	}
	decoder_destroy(d);
	buf_release(&b);
	return rc;
}

static bool next_line(struct slice *rest, struct slice *line)
{
	if (rest->n == 0)
		return false;
	const char *nl = memchr(rest->p, '\n', rest->n);
	size_t n = nl ? (size_t)(nl - rest->p) : rest->n;
	*line = slice_of(rest->p, n);
	*rest = slice_of(rest->p + n + (nl ? 1 : 0), rest->n - n - (nl ? 1 : 0));
	return true;
}

/* ---- reports ---- */

static int load_reports(struct loader *l, struct err *e)
{
	struct slice rest = {NULL, 0}, line;
	struct arena *a = &l->data->arena;
	int rc = read_zstd("mtsamples-dev/reports.jsonl.zst", a, &rest, e);
	l->reports = arena_array(a, struct report, REPORTS_MAX);
	while (rc == 0 && next_line(&rest, &line) && l->n_reports < REPORTS_MAX) {
		struct json *j;
		rc = json_parse(line, a, &j, e);
		const struct json *id = rc ? NULL : json_get(j, "id");
		const struct json *text = rc ? NULL : json_get(j, "text");
		if (rc == 0 && (!id || !text))
			rc = err_set(e, LODE_BADREQ, "report %u lacks id or text", l->n_reports);
		if (rc == 0 && id && text)
			l->reports[l->n_reports++] = (struct report){id->str, text->str, NULL};
	}
	return rc;
}

static int scan(struct loader *l, struct slice text, struct tok_doc **out, struct err *e)
{
	struct tok_doc *d = arena_new(&l->data->arena, struct tok_doc);
	if (!d)
		return err_set(e, LODE_NOMEM, "documents");
	int rc = tok_scan(l->tokenizer, text, &l->data->arena, d, e);
	*out = d;
	return rc;
}

static int report_doc(struct loader *l, struct slice id, struct eval_item *item, struct err *e)
{
	for (unsigned i = 0; i < l->n_reports; i++) {
		struct report *r = &l->reports[i];
		if (!slice_eq(r->id, id))
			continue;
		item->cluster = i;
		int rc = r->doc ? 0 : scan(l, r->text, &r->doc, e);
		item->doc = r->doc;
		return rc;
	}
	return err_set(e, LODE_NOTFOUND, "a mention names a report that is not there");
}

/* ---- rows ---- */

static unsigned split(struct slice line, struct slice f[FIELDS_MAX])
{
	unsigned n = 0;
	while (n < FIELDS_MAX) {
		const char *tab = memchr(line.p, '\t', line.n);
		size_t len = tab ? (size_t)(tab - line.p) : line.n;
		f[n++] = slice_of(line.p, len);
		if (!tab)
			break;
		line = slice_of(tab + 1, line.n - len - 1);
	}
	if (n && f[n - 1].n && f[n - 1].p[f[n - 1].n - 1] == '\r')
		f[n - 1].n--;
	return n;
}

static int value_of(struct slice s, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (slice_eq(s, slice_str(names[i])))
			return i;
	return GOLD_SKIP;
}

static uint32_t number(struct slice s)
{
	uint32_t v = 0;
	for (size_t i = 0; i < s.n; i++)
		v = v * 10 + (uint32_t)(s.p[i] - '0');
	return v;
}

static bool is(struct slice s, const char *word)
{
	return slice_eq(s, slice_str(word));
}

static struct eval_item *new_item(struct loader *l)
{
	return l->data->n < ITEMS_MAX ? &l->data->items[l->data->n] : NULL;
}

static int mention_row(struct loader *l, struct slice line, enum eval_set set, struct err *e)
{
	struct slice f[FIELDS_MAX];
	unsigned n = split(line, f);
	struct eval_item *item = new_item(l);
	if (n < (set == EVAL_MENTIONS ? 10 : 9) || !item)
		return err_set(e, LODE_BADREQ, "a mention row has %u fields", n);
	if (is(f[4], "not_a_problem"))
		return 0;
	*item = (struct eval_item){.set = set, .start = number(f[1]), .end = number(f[2])};
	item->half = set == EVAL_MENTIONS && is(f[9], "report") ? EVAL_REPORT : EVAL_TUNE;
	item->gold[AXIS_NEGATION] = value_of(f[4], negation_names, 2);
	item->gold[AXIS_CERTAINTY] = value_of(f[5], certainty_names, 3);
	item->gold[AXIS_EXPERIENCER] = value_of(f[6], experiencer_names, 2);
	item->gold[AXIS_TEMPORALITY] = value_of(f[7], temporality_names, 3);
	item->gold_present = is(f[8], "yes") ? 1 : is(f[8], "no") ? 0 : GOLD_SKIP;
	int rc = report_doc(l, f[0], item, e);
	l->data->n += rc == 0;
	return rc;
}

static int folded(char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool is_filler(char c)
{
	return c == ' ' || c == '\t' || c == '"' || c == '\'';
}

/* How many bytes of the text from `at` spell the condition, modulo case and blanks; 0: it does not. */
static size_t spelt(struct slice text, size_t at, struct slice condition)
{
	size_t i = at, k = 0;
	while (k < condition.n) {
		if (is_filler(condition.p[k])) {
			k++;
			continue;
		}
		while (i < text.n && i > at && is_filler(text.p[i]))
			i++;
		if (i >= text.n || folded(text.p[i]) != folded(condition.p[k]))
			return 0;
		i++;
		k++;
	}
	return i - at;
}

static bool locate(struct slice text, struct slice condition, struct eval_item *item)
{
	for (size_t at = 0; at < text.n; at++) {
		size_t n = spelt(text, at, condition);
		bool inside = at > 0 &&
			      ((folded(text.p[at - 1]) >= 'a' && folded(text.p[at - 1]) <= 'z'));
		if (n == 0 || inside)
			continue;
		item->start = (uint32_t)at;
		item->end = (uint32_t)(at + n);
		return true;
	}
	return false;
}

static uint32_t hash_of(struct slice s)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619u;
	return h;
}

static int negex_row(struct loader *l, struct slice line, struct err *e)
{
	struct slice f[FIELDS_MAX];
	unsigned n = split(line, f);
	struct eval_item *item = new_item(l);
	if (n < 9 || !item)
		return err_set(e, LODE_BADREQ, "a negex row has %u fields", n);
	*item = (struct eval_item){.set = EVAL_NEGEX, .cluster = hash_of(f[2])};
	item->half = is(f[8], "report") ? EVAL_REPORT : EVAL_TUNE;
	item->gold[AXIS_NEGATION] = is(f[3], "Negated") ? NEG_NEGATED : NEG_AFFIRMED;
	item->gold[AXIS_TEMPORALITY] = is(f[4], "Historical") ? TIME_HISTORICAL
				       : is(f[4], "Recent")   ? TIME_RECENT
							      : TIME_FUTURE;
	item->gold[AXIS_CERTAINTY] = is(f[4], "Not particular") ? CERT_HYPOTHETICAL : CERT_CERTAIN;
	item->gold[AXIS_EXPERIENCER] = is(f[5], "Patient") ? EXP_PATIENT : EXP_OTHER;
	item->gold_present = item->gold[AXIS_NEGATION] == NEG_AFFIRMED &&
			     item->gold[AXIS_CERTAINTY] == CERT_CERTAIN &&
			     item->gold[AXIS_EXPERIENCER] == EXP_PATIENT;
	if (!locate(f[2], f[1], item)) {
		/* Still scored, as what stands at the end of the sentence. */
		l->data->not_located++;
		item->start = item->end = (uint32_t)f[2].n;
	}
	struct tok_doc *d = NULL;
	int rc = scan(l, f[2], &d, e);
	item->doc = d;
	l->data->n += rc == 0;
	return rc;
}

static int load_rows(struct loader *l, const char *name, enum eval_set set, struct err *e)
{
	struct slice rest = {NULL, 0}, line;
	int rc = read_file(name, &l->data->arena, &rest, e);
	if (rc == 0)
		next_line(&rest, &line); /* column names */
	while (rc == 0 && next_line(&rest, &line))
		rc = set == EVAL_NEGEX ? negex_row(l, line, e) : mention_row(l, line, set, e);
	return rc;
}

int eval_load(struct tokenizer *t, struct eval_data *out, struct err *e)
{
	*out = (struct eval_data){.n = 0};
	arena_init(&out->arena, (size_t)1 << 30);
	out->items = arena_array(&out->arena, struct eval_item, ITEMS_MAX);
	struct loader l = {.tokenizer = t, .data = out};
	int rc = out->items ? load_reports(&l, e) : LODE_NOMEM;
	if (rc == 0)
		rc = load_rows(&l, "negex-dev/dev.tsv", EVAL_NEGEX, e);
	if (rc == 0)
		rc = load_rows(&l, "mentions-dev/mentions.tsv", EVAL_MENTIONS, e);
	if (rc == 0)
		rc = load_rows(&l, "mentions-dev/training.tsv", EVAL_TRAINING, e);
	return rc;
}

void eval_release(struct eval_data *d)
{
	arena_release(&d->arena);
}
