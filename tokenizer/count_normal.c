#include "tokenizer/count.h"

#include "tokenizer/unicode.h"

static int add(const struct count_file *f, const struct json *at, struct count_normal step)
{
	struct tok_counter *c = f->to;
	if (c->n_normal == COUNT_STEPS) {
		count_pattern_release(&step.pattern);
		return count_refuse(f, at, "a normalizer of over %d steps", COUNT_STEPS);
	}
	c->normal[c->n_normal++] = step;
	return LODE_OK;
}

static int add_regex(const struct count_file *f, const struct json *at, const char *regex,
	struct slice by, bool keeps)
{
	struct count_normal step = {.kind = NORMAL_REPLACE, .by = by, .keeps = keeps};
	int rc = pattern_create(regex, PATTERN_UTF, &step.pattern.regex, f->e);
	return rc ? rc : add(f, at, step);
}

static int add_kind(const struct count_file *f, const struct json *at, enum count_normal_kind kind)
{
	return add(f, at, (struct count_normal){.kind = kind});
}

/* ---- reading ---- */

static int read_replace(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"pattern", "content", NULL};
	struct count_normal step = {.kind = NORMAL_REPLACE};
	struct slice by = {0};
	int rc = count_members(f, o, "Replace", known);
	if (rc == 0)
		rc = count_words(f, o, "content", &by);
	if (rc == 0)
		rc = count_keep(f, by, &step.by);
	if (rc == 0)
		rc = count_pattern(f, json_get(o, "pattern"), &step.pattern);
	return rc ? rc : add(f, o, step);
}

static int read_prepend(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"prepend", NULL};
	struct count_normal step = {.kind = NORMAL_PREPEND};
	struct slice by = {0};
	int rc = count_members(f, o, "Prepend", known);
	if (rc == 0)
		rc = count_words(f, o, "prepend", &by);
	if (rc == 0)
		rc = count_keep(f, by, &step.by);
	return rc ? rc : add(f, o, step);
}

static int read_strip(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"strip_left", "strip_right", NULL};
	bool left = true, right = true;
	int rc = count_members(f, o, "Strip", known);
	if (rc == 0)
		rc = count_flag(f, o, "strip_left", &left);
	if (rc == 0)
		rc = count_flag(f, o, "strip_right", &right);
	if (rc == 0 && left)
		rc = add_kind(f, o, NORMAL_STRIP_LEFT);
	if (rc == 0 && right)
		rc = add_kind(f, o, NORMAL_STRIP_RIGHT);
	return rc;
}

#define IDEOGRAPHS                                                        \
	"[\\x{4E00}-\\x{9FFF}\\x{3400}-\\x{4DBF}\\x{20000}-\\x{2A6DF}"    \
	"\\x{2A700}-\\x{2B73F}\\x{2B740}-\\x{2B81F}\\x{2B920}-\\x{2CEAF}" \
	"\\x{F900}-\\x{FAFF}\\x{2F800}-\\x{2FA1F}]"

static int read_bert(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {
		"clean_text", "handle_chinese_chars", "strip_accents", "lowercase", NULL};
	bool cleans = true, parts = true, lowers = true;
	int rc = count_members(f, o, "BertNormalizer", known);
	if (rc == 0)
		rc = count_flag(f, o, "clean_text", &cleans);
	if (rc == 0)
		rc = count_flag(f, o, "handle_chinese_chars", &parts);
	if (rc == 0)
		rc = count_flag(f, o, "lowercase", &lowers);
	bool strips = lowers; /* where it says nothing */
	if (rc == 0)
		rc = count_flag(f, o, "strip_accents", &strips);
	if (rc == 0 && cleans)
		rc = add_regex(
			f, o, "[\\x{fffd}\\p{Cc}\\p{Cf}\\p{Co}](?<![\\t\\n\\r])", SLICE(""), false);
	if (rc == 0 && cleans)
		rc = add_regex(f, o, "[" COUNT_WIDE_BLANKS "]", SLICE(" "), false);
	if (rc == 0 && parts)
		rc = add_regex(f, o, IDEOGRAPHS, SLICE(" "), true);
	if (rc == 0 && strips)
		rc = add_kind(f, o, NORMAL_NFD);
	if (rc == 0 && strips)
		rc = add_regex(f, o, "\\p{Mn}", SLICE(""), false);
	return rc || !lowers ? rc : add_kind(f, o, NORMAL_LOWER);
}

static int read_one(const struct count_file *f, const struct json *o)
{
	static const char *const none[] = {NULL};
	struct slice type = count_type(o);
	if (slice_eq(type, SLICE("Replace")))
		return read_replace(f, o);
	if (slice_eq(type, SLICE("Prepend")))
		return read_prepend(f, o);
	if (slice_eq(type, SLICE("Strip")))
		return read_strip(f, o);
	if (slice_eq(type, SLICE("BertNormalizer")))
		return read_bert(f, o);
	int rc = count_members(f, o, "a normalizer", none);
	if (rc)
		return rc;
	if (slice_eq(type, SLICE("NFC")))
		return add_kind(f, o, NORMAL_NFC);
	if (slice_eq(type, SLICE("NFD")))
		return add_kind(f, o, NORMAL_NFD);
	if (slice_eq(type, SLICE("Lowercase")))
		return add_kind(f, o, NORMAL_LOWER);
	if (slice_eq(type, SLICE("StripAccents")))
		return add_regex(f, o, "\\p{M}", SLICE(""), false);
	return count_refuse(f, o, "normalizer \"%.*s\" is not understood",
		(int)(type.n < 40 ? type.n : 40), type.p);
}

int count_read_normalizer(const struct count_file *f, const struct json *o)
{
	if (!o || o->type == JSON_NULL)
		return LODE_OK;
	return count_sequence(f, o, "normalizers", read_one);
}

/* ---- normalizing ---- */

static void replace(
	struct tok_counting *s, const struct count_normal *step, struct slice text, struct buf *out)
{
	struct count_finder finder = {.pattern = &step->pattern, .text = text};
	size_t from = 0, start, end;
	int rc;
	while ((rc = count_next(&finder, s->match, &start, &end)) > 0) {
		buf_put(out, text.p + from, start - from);
		buf_put_slice(out, step->by);
		if (step->keeps) {
			buf_put(out, text.p + start, end - start);
			buf_put_slice(out, step->by);
		}
		from = end;
	}
	if (rc < 0)
		count_failed(s, rc);
	buf_put(out, text.p + from, text.n - from);
}

static void apply(
	struct tok_counting *s, const struct count_normal *step, struct slice text, struct buf *out)
{
	buf_clear(out);
	switch (step->kind) {
	case NORMAL_NFC: uni_nfc(text, out); break;
	case NORMAL_NFD: uni_nfd(text, out); break;
	case NORMAL_LOWER: uni_lower(text, out); break;
	case NORMAL_PREPEND:
		buf_put_slice(out, text.n ? step->by : SLICE(""));
		buf_put_slice(out, text);
		break;
	case NORMAL_REPLACE: replace(s, step, text, out); break;
	case NORMAL_STRIP_LEFT: {
		size_t n = count_blanks_first(text);
		buf_put(out, text.p + n, text.n - n);
		break;
	}
	case NORMAL_STRIP_RIGHT: buf_put(out, text.p, text.n - count_blanks_last(text)); break;
	}
	if (out->failed)
		count_failed(s, LODE_NOMEM);
}

void count_normalize(struct tok_counting *s, struct slice *text)
{
	const struct tok_counter *c = s->counter;
	for (unsigned i = 0; i < c->n_normal && s->rc == 0; i++) {
		apply(s, &c->normal[i], *text, &s->normal[i % 2]);
		*text = buf_slice(&s->normal[i % 2]);
	}
}
