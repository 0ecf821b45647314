/* Pre-tokenizers: a text is cut by one step after the other, depth first, and what the last one leaves is counted. */
#include "tokenizer/count.h"

#include "tokenizer/normal.h"

/* ---- reading ---- */

static int add(const struct count_file *f, const struct json *at, struct count_split step)
{
	struct tok_counter *c = f->to;
	if (c->n_split == COUNT_STEPS) {
		count_pattern_release(&step.pattern);
		return count_refuse(f, at, "a pre-tokenizer of over %d steps", COUNT_STEPS);
	}
	c->split[c->n_split++] = step;
	return LODE_OK;
}

static int add_regex(const struct count_file *f, const struct json *at, const char *regex,
	enum count_behavior behavior, bool is_inverted)
{
	struct count_split step = {
		.kind = SPLIT_AT, .behavior = behavior, .is_inverted = is_inverted};
	int rc = pattern_create(regex, PATTERN_UTF, &step.pattern.regex, f->e);
	return rc ? rc : add(f, at, step);
}

static int read_behavior(const struct count_file *f, const struct json *o, enum count_behavior *out)
{
	static const char *const names[] = {[PART_REMOVED] = "Removed",
		[PART_ISOLATED] = "Isolated",
		[PART_WITH_PREVIOUS] = "MergedWithPrevious",
		[PART_WITH_NEXT] = "MergedWithNext",
		[PART_JOINED] = "Contiguous"};
	struct slice name = slice_str(names[*out]);
	int rc = count_words(f, o, "behavior", &name);
	if (rc)
		return rc;
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_eq(name, slice_str(names[i]))) {
			*out = (enum count_behavior)i;
			return LODE_OK;
		}
	return count_refuse(f, json_get(o, "behavior"), "this behavior is not understood");
}

static int read_split(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"pattern", "behavior", "invert", NULL};
	struct count_split step = {.kind = SPLIT_AT, .behavior = PART_ISOLATED};
	int rc = count_members(f, o, "Split", known);
	if (rc == 0 && !json_get(o, "behavior"))
		rc = count_refuse(f, o, "Split without \"behavior\"");
	if (rc == 0)
		rc = read_behavior(f, o, &step.behavior);
	if (rc == 0)
		rc = count_flag(f, o, "invert", &step.is_inverted);
	if (rc == 0)
		rc = count_pattern(f, json_get(o, "pattern"), &step.pattern);
	return rc ? rc : add(f, o, step);
}

static int read_byte_level(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"add_prefix_space", "trim_offsets", "use_regex", NULL};
	static const char words[] =
		"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^" COUNT_BLANKS
		"\\p{L}\\p{N}]+|[" COUNT_BLANKS "]+(?![^" COUNT_BLANKS "])|[" COUNT_BLANKS "]+";
	bool has_blank = true, has_regex = true;
	int rc = count_members(f, o, "ByteLevel", known);
	if (rc == 0)
		rc = count_flag(f, o, "add_prefix_space", &has_blank);
	if (rc == 0)
		rc = count_flag(f, o, "use_regex", &has_regex);
	if (rc == 0 && has_blank)
		rc = add(f, o,
			(struct count_split){.kind = SPLIT_PREFIX, .prepend = PREPEND_ALWAYS});
	if (rc == 0 && has_regex)
		rc = add_regex(f, o, words, PART_ISOLATED, false);
	return rc ? rc : add(f, o, (struct count_split){.kind = SPLIT_BYTES});
}

static int read_scheme(const struct count_file *f, const struct json *o, enum count_prepend *out)
{
	static const char *const names[] = {
		[PREPEND_NEVER] = "never", [PREPEND_FIRST] = "first", [PREPEND_ALWAYS] = "always"};
	struct slice name = {0};
	bool old = true;
	int rc = count_words(f, o, "prepend_scheme", &name);
	if (rc == 0)
		rc = count_flag(f, o, "add_prefix_space", &old);
	*out = old ? PREPEND_ALWAYS : PREPEND_NEVER;
	for (unsigned i = 0; i < 3 && name.p; i++)
		if (slice_eq(name, slice_str(names[i]))) {
			*out = (enum count_prepend)i;
			name.p = NULL;
		}
	if (rc == 0 && name.p)
		rc = count_refuse(
			f, json_get(o, "prepend_scheme"), "this scheme is not understood");
	/* Which text is the first is known at the first step, and where nothing was put in front of it. */
	bool knows_first = f->to->n_split == 0;
	for (unsigned i = 0; i < f->to->n_normal; i++)
		knows_first &= f->to->normal[i].kind != NORMAL_PREPEND;
	if (rc == 0 && *out == PREPEND_FIRST && !knows_first)
		rc = count_refuse(
			f, o, "prepend_scheme \"first\" behind other steps is not understood");
	return rc;
}

static int read_metaspace(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {
		"replacement", "str_rep", "add_prefix_space", "prepend_scheme", "split", NULL};
	struct count_split step = {.kind = SPLIT_METASPACE}, words = {.kind = SPLIT_AT};
	struct slice by = SLICE("\xe2\x96\x81");
	bool splits = true;
	unsigned n = 0;
	int rc = count_members(f, o, "Metaspace", known);
	if (rc == 0)
		rc = count_words(f, o, "replacement", &by);
	if (rc == 0 && (by.n == 0 || (tok_decode(by.p, &n), n != by.n)))
		rc = count_refuse(f, o, "\"replacement\" is not one letter");
	if (rc == 0)
		rc = read_scheme(f, o, &step.prepend);
	if (rc == 0)
		rc = count_flag(f, o, "split", &splits);
	if (rc == 0)
		rc = count_keep(f, by, &step.by);
	if (rc == 0)
		rc = add(f, o, step);
	words.behavior = PART_WITH_NEXT;
	words.pattern.bytes = step.by;
	return rc || !splits ? rc : add(f, o, words);
}

static int read_digits(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"individual_digits", NULL};
	bool alone = false;
	int rc = count_members(f, o, "Digits", known);
	if (rc == 0)
		rc = count_flag(f, o, "individual_digits", &alone);
	return rc ? rc : add_regex(f, o, "\\p{N}", alone ? PART_ISOLATED : PART_JOINED, false);
}

#define RUST_LETTERS COUNT_LETTERS "\\x{200c}\\x{200d}"
#define PUNCTUATION  "[!-/:-@\\[-`{-~\\p{P}]"

static int read_punctuation(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"behavior", NULL};
	enum count_behavior behavior = PART_ISOLATED;
	int rc = count_members(f, o, "Punctuation", known);
	if (rc == 0)
		rc = read_behavior(f, o, &behavior);
	return rc ? rc : add_regex(f, o, PUNCTUATION, behavior, false);
}

static int read_delimiter(const struct count_file *f, const struct json *o)
{
	static const char *const known[] = {"delimiter", NULL};
	struct count_split step = {.kind = SPLIT_AT, .behavior = PART_REMOVED};
	struct slice by = {0};
	int rc = count_members(f, o, "CharDelimiterSplit", known);
	if (rc == 0)
		rc = count_words(f, o, "delimiter", &by);
	if (rc == 0 && by.n == 0)
		rc = count_refuse(f, o, "CharDelimiterSplit without \"delimiter\"");
	if (rc == 0)
		rc = count_keep(f, by, &step.pattern.bytes);
	return rc ? rc : add(f, o, step);
}

static int read_one(const struct count_file *f, const struct json *o)
{
	static const struct {
		const char *name;
		int (*read)(const struct count_file *f, const struct json *o);
	} kinds[] = {{"Split", read_split}, {"ByteLevel", read_byte_level},
		{"Metaspace", read_metaspace}, {"Digits", read_digits},
		{"Punctuation", read_punctuation}, {"CharDelimiterSplit", read_delimiter}};
	static const char *const none[] = {NULL};
	struct slice type = count_type(o);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (slice_eq(type, slice_str(kinds[i].name)))
			return kinds[i].read(f, o);
	int rc = count_members(f, o, "a pre-tokenizer", none);
	if (rc)
		return rc;
	if (slice_eq(type, SLICE("WhitespaceSplit")))
		return add_regex(f, o, "[" COUNT_BLANKS "]+", PART_REMOVED, false);
	if (slice_eq(type, SLICE("Whitespace")))
		return add_regex(f, o, "[" RUST_LETTERS "]+|[^" RUST_LETTERS COUNT_BLANKS "]+",
			PART_REMOVED, true);
	if (slice_eq(type, SLICE("BertPreTokenizer"))) {
		rc = add_regex(f, o, "[" COUNT_BLANKS "]+", PART_REMOVED, false);
		return rc ? rc : add_regex(f, o, PUNCTUATION, PART_ISOLATED, false);
	}
	return count_refuse(f, o, "pre-tokenizer \"%.*s\" is not understood",
		(int)(type.n < 40 ? type.n : 40), type.p);
}

int count_read_pre_tokenizer(const struct count_file *f, const struct json *o)
{
	if (!o || o->type == JSON_NULL)
		return LODE_OK;
	return count_sequence(f, o, "pretokenizers", read_one);
}

/* ---- cutting ---- */

static void cut(struct tok_counting *s, unsigned step, struct slice text, bool is_first);

/* Pieces of one step on their way to the next one.  What waits may still be joined with what follows. */
struct parts {
	struct tok_counting *s;
	const struct count_split *split;
	unsigned step;
	struct slice text;
	size_t start, end; /* of the one that waits */
	bool waits, was_found;
};

static void let_go(struct parts *p)
{
	if (p->waits && p->end > p->start)
		cut(p->s, p->step + 1, slice_of(p->text.p + p->start, p->end - p->start), false);
	p->waits = false;
}

static void put_part(struct parts *p, size_t start, size_t end, bool is_found)
{
	bool joins = false;
	is_found = is_found != p->split->is_inverted;
	switch (p->split->behavior) {
	case PART_REMOVED:
	case PART_ISOLATED: break;
	case PART_WITH_PREVIOUS: joins = is_found && !p->was_found; break;
	case PART_WITH_NEXT: joins = !is_found && p->was_found; break;
	case PART_JOINED: joins = is_found == p->was_found; break;
	}
	if (!joins || !p->waits) {
		let_go(p);
		p->start = start;
		p->waits = true;
	}
	p->end = end;
	if (is_found && p->split->behavior == PART_REMOVED)
		p->waits = false;
	p->was_found = is_found;
}

static void cut_at(struct tok_counting *s, unsigned step, struct slice text)
{
	struct parts p = {.s = s, .split = &s->counter->split[step], .step = step, .text = text};
	struct count_finder finder = {.pattern = &p.split->pattern, .text = text};
	size_t from = 0, start, end;
	int rc = 0;
	while (s->rc == 0 && (rc = count_next(&finder, s->match, &start, &end)) > 0) {
		if (from != start)
			put_part(&p, from, start, false);
		put_part(&p, start, end, true);
		from = end;
	}
	if (rc < 0)
		count_failed(s, rc);
	if (from != text.n)
		put_part(&p, from, text.n, false);
	let_go(&p);
}

/* The letters that stand for bytes: those that print stand for themselves, the others follow at U+0100. */
static void put_bytes(struct buf *out, struct slice text)
{
	static const uint16_t firsts[][2] = {{0x21, 0x7E}, {0xA1, 0xAC}, {0xAE, 0xFF}};
	char bytes[4];
	for (size_t i = 0; i < text.n; i++) {
		unsigned c = (unsigned char)text.p[i], others = c;
		if (c > 0x20 && c < 0x7F) {
			buf_put_byte(out, (uint8_t)c);
			continue;
		}
		for (int k = 0; k < 3; k++) {
			if (c >= firsts[k][0] && c <= firsts[k][1])
				others = UINT32_MAX;
			else if (c > firsts[k][1] && others != UINT32_MAX)
				others -= firsts[k][1] - firsts[k][0] + 1u;
		}
		buf_put(out, bytes, tok_encode(others == UINT32_MAX ? c : 0x100 + others, bytes));
	}
}

static bool begins_with(struct slice text, struct slice with)
{
	return text.n >= with.n && memcmp(text.p, with.p, with.n) == 0;
}

static void put_metaspace(
	struct buf *out, const struct count_split *split, struct slice text, bool is_first)
{
	bool has_one = text.n && (text.p[0] == ' ' || begins_with(text, split->by));
	if (split->prepend == PREPEND_ALWAYS || (split->prepend == PREPEND_FIRST && is_first))
		buf_put_slice(out, has_one ? SLICE("") : split->by);
	while (text.n) {
		const char *blank = memchr(text.p, ' ', text.n);
		size_t n = blank ? (size_t)(blank - text.p) : text.n;
		buf_put(out, text.p, n);
		buf_put_slice(out, blank ? split->by : SLICE(""));
		n += blank != NULL;
		text = slice_of(text.p + n, text.n - n);
	}
}

static void cut(struct tok_counting *s, unsigned step, struct slice text, bool is_first)
{
	if (s->rc)
		return;
	if (step == s->counter->n_split) {
		count_piece(s, text);
		return;
	}
	const struct count_split *split = &s->counter->split[step];
	struct buf *out = &s->split[step];
	buf_clear(out);
	switch (split->kind) {
	case SPLIT_AT: cut_at(s, step, text); return;
	case SPLIT_BYTES: put_bytes(out, text); break;
	case SPLIT_METASPACE: put_metaspace(out, split, text, is_first); break;
	case SPLIT_PREFIX:
		buf_put_str(out, text.p[0] == ' ' ? "" : " ");
		buf_put_slice(out, text);
		break;
	}
	if (out->failed)
		count_failed(s, LODE_NOMEM);
	else
		cut(s, step + 1, buf_slice(out), false);
}

void count_split(struct tok_counting *s, struct slice text, bool is_first)
{
	if (text.n)
		cut(s, 0, text, is_first);
}
