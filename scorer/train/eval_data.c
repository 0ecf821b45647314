#include "scorer/train/eval_data.h"

#include "scorer/train/files.h"
#include "scorer/train/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIELDS_MAX = 16, ITEMS_MAX = 65536, REPORTS_MAX = 32768 };

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

/* ---- reports ---- */

static int keep_report(void *arg, const struct slice *values)
{
	struct loader *l = arg;
	struct arena *a = &l->data->arena;
	if (!values[1].p)
		return LODE_BADREQ;
	if (l->n_reports == REPORTS_MAX)
		return LODE_TOOBIG;
	struct report *r = &l->reports[l->n_reports++];
	*r = (struct report){arena_slice(a, values[0]), arena_slice(a, values[1]), NULL};
	return r->id.p && r->text.p ? 0 : LODE_NOMEM;
}

static int load_reports(struct loader *l, const char *path, struct err *e)
{
	struct texts texts = {.path = path, .fields = {"id", "text"}, .n_fields = 2};
	l->reports = arena_array(&l->data->arena, struct report, REPORTS_MAX);
	struct err why = {0, ""};
	int rc = l->reports ? texts_each(&texts, keep_report, l, &why) : LODE_NOMEM;
	if (rc)
		return err_set(e, rc, "reports: %s", why.code ? why.text : err_words(rc));
	return 0;
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
		item->report = r->id;
		int rc = r->doc ? 0 : scan(l, r->text, &r->doc, e);
		item->doc = r->doc;
		return rc;
	}
	return err_set(e, LODE_NOTFOUND, "a mention names a report that is not there");
}

/* ---- rows ---- */

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
	unsigned n = file_fields(line, f, FIELDS_MAX);
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
	if (rc == 0 && (item->start >= item->end || item->end > item->doc->text.n))
		rc = err_set(
			e, LODE_BADREQ, "mention row %u lies outside its report", l->data->n + 1);
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
	unsigned n = file_fields(line, f, FIELDS_MAX);
	struct eval_item *item = new_item(l);
	if (n < 9 || !item)
		return err_set(e, LODE_BADREQ, "a negex row has %u fields", n);
	*item = (struct eval_item){.set = EVAL_NEGEX, .cluster = hash_of(f[2]), .report = f[0]};
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

static int load_rows(struct loader *l, const char *path, enum eval_set set, struct err *e)
{
	struct slice rest = {NULL, 0}, line;
	int rc = file_read(path, &l->data->arena, &rest, e);
	if (rc == 0)
		file_line(&rest, &line); /* column names */
	while (rc == 0 && file_line(&rest, &line))
		rc = set == EVAL_NEGEX ? negex_row(l, line, e) : mention_row(l, line, set, e);
	return rc;
}

static int loader_init(struct loader *l, struct tokenizer *t, struct eval_data *out, struct err *e)
{
	*out = (struct eval_data){.n = 0};
	arena_init(&out->arena, (size_t)1 << 30);
	out->items = arena_array(&out->arena, struct eval_item, ITEMS_MAX);
	*l = (struct loader){.tokenizer = t, .data = out};
	return out->items ? 0 : err_set(e, LODE_NOMEM, "labelled mentions");
}

int eval_load(struct tokenizer *t, struct eval_data *out, struct err *e)
{
	static const struct {
		const char *name;
		enum eval_set set;
	} tables[] = {{"negex-dev/dev.tsv", EVAL_NEGEX},
		{"mentions-dev/mentions.tsv", EVAL_MENTIONS},
		{"mentions-dev/training.tsv", EVAL_TRAINING}};
	char path[1024];
	struct loader l;
	int rc = loader_init(&l, t, out, e);
	/* Exit status 77 of tests hangs on the code: a folder that is not there is LODE_NOTFOUND. */
	snprintf(path, sizeof(path), "%s/mtsamples-dev/reports.jsonl.zst", eval_data_dir());
	if (rc == 0 && access(path, R_OK) != 0)
		rc = err_set(e, LODE_NOTFOUND, "%s is absent", path);
	if (rc == 0)
		rc = load_reports(&l, path, e);
	for (unsigned i = 0; rc == 0 && i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", eval_data_dir(), tables[i].name);
		rc = load_rows(&l, path, tables[i].set, e);
	}
	return rc;
}

int eval_load_labels(struct tokenizer *t, const char *labels, const char *reports,
	struct eval_data *out, struct err *e)
{
	struct loader l;
	int rc = loader_init(&l, t, out, e);
	if (rc == 0)
		rc = load_reports(&l, reports, e);
	if (rc == 0)
		rc = load_rows(&l, labels, EVAL_TRAINING, e);
	return rc;
}

void eval_release(struct eval_data *d)
{
	arena_release(&d->arena);
}
