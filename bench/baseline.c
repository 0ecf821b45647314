/* What a simpler tool would say: the same cue rules without the index, the names and the verdict of lodestone.
 *
 *   baseline METHOD QUESTIONS [CHUNKS] < NOTES
 *
 * NOTES and QUESTIONS are NDJSON as `lodestone ingest` and `lodestone eval` take them, and what is printed is
 * what `eval --answers` takes, so that one program scores all.  METHOD is
 *   grep    every note in which the asked words stand as they are (case aside, whole words): grep -iwF
 *   scan    every sentence of the chart that has all the asked words, in any order and number (a final s aside);
 *           the mention is the shortest stretch of it that covers them.  Reads the whole chart for every question
 *   chunks  the same within the stretches that CHUNKS lists: lines {"qid","us","chunks":[{"note","start","end"}]},
 *           us being the microseconds that finding them took
 * Every mention is judged by cue_judge.  Present when one mention says so, absent when there are only others,
 * not mentioned without any; the probability is the greatest p_present.  Times are of one core, the notes being
 * in memory: reading them from disk is not counted. */
#include "base/json.h"
#include "scorer/scorer.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum { FIRST = 50, WORDS_MAX = 32 };
#define ARENA_MAX ((size_t)8 << 30)

struct note {
	struct slice patient, id, type, text;
};

struct mention {
	struct slice note;
	uint32_t start, end;
	double p_present;
	bool is_present;
};

struct bench {
	struct buf input[3];         /* notes, questions, chunks: read whole */
	struct arena arena, scratch; /* scratch: of one note */
	struct tokenizer *tokenizer;
	struct cue_engine *cues;
	struct note *notes; /* by patient */
	size_t n_notes, notes_cap;
	struct mention *mentions; /* of this question */
	size_t n_mentions, mentions_cap;
	struct json *chunks; /* lines of CHUNKS, by `next` */
};

/* The asked words, folded, without a final s. */
struct asked {
	struct slice text;
	struct slice words[WORDS_MAX];
	unsigned n;
};

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "baseline: %s: %s\n", what, why);
	exit(2);
}

static double now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ---- input ---- */

static struct slice read_all(int fd, struct buf *to)
{
	static const size_t step = (size_t)1 << 20;
	for (;;) {
		char *room = buf_room(to, step);
		ssize_t n = room ? read(fd, room, step) : -1;
		if (n < 0)
			die("input", "cannot be read");
		if (n == 0)
			return buf_slice(to);
		to->n += (size_t)n;
	}
}

static struct slice read_file(const char *path, struct buf *to)
{
	FILE *f = fopen(path, "re");
	if (!f)
		die(path, "cannot be opened");
	struct slice all = read_all(fileno(f), to);
	fclose(f);
	return all;
}

static bool next_line(struct slice *rest, struct slice *line)
{
	do {
		if (!rest->n)
			return false;
		const char *end = memchr(rest->p, '\n', rest->n);
		size_t n = end ? (size_t)(end - rest->p) : rest->n, used = n + (end ? 1 : 0);
		*line = slice_of(rest->p, n);
		*rest = slice_of(rest->p + used, rest->n - used);
	} while (line->n == 0);
	return true;
}

static void read_note(struct bench *b, struct slice line)
{
	struct json_field f[] = {{.key = "patient", .required = true},
		{.key = "note_id", .required = true}, {.key = "text", .required = true},
		{.key = "type"}};
	struct slice meta;
	struct err e = {0};
	if (json_scan_object(line, f, 4, &b->arena, &meta, &e))
		die("notes", e.text);
	b->notes = arena_grow(&b->arena, b->notes, b->n_notes, sizeof(*b->notes), &b->notes_cap);
	if (!b->notes)
		die("notes", "out of memory");
	b->notes[b->n_notes++] = (struct note){f[0].value, f[1].value, f[3].value, f[2].value};
}

static int compare_notes(const void *a, const void *b)
{
	const struct note *x = a, *y = b;
	int order = slice_cmp(x->patient, y->patient);
	return order ? order : slice_cmp(x->id, y->id);
}

static struct slice text_of(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);
	return v && v->type == JSON_STRING ? v->str : slice_of("", 0);
}

static uint32_t number_of(const struct json *o, const char *key)
{
	int64_t n = 0;
	const struct json *v = json_get(o, key);
	if (v && json_int(v, 0, UINT32_MAX, &n))
		die(key, "must be a whole number");
	return (uint32_t)n;
}

static struct json *parse(struct bench *b, struct slice line, const char *what)
{
	struct json *o;
	struct err e = {0};
	if (json_parse(line, &b->arena, &o, &e))
		die(what, e.text);
	return o;
}

/* ---- mentions ---- */

static void add(
	struct bench *b, const struct note *n, const struct tok_doc *doc, size_t start, size_t end)
{
	struct assertion a;
	struct mention_context m = {doc, (uint32_t)start, (uint32_t)end, n->type};
	if (cue_judge(b->cues, &m, &b->scratch, &a))
		die("judging", "out of memory");
	b->mentions = arena_grow(
		&b->arena, b->mentions, b->n_mentions, sizeof(*b->mentions), &b->mentions_cap);
	if (!b->mentions)
		die("mentions", "out of memory");
	b->mentions[b->n_mentions++] = (struct mention){
		n->id, (uint32_t)start, (uint32_t)end, a.p_present, a.class == ASSERT_PRESENT};
}

static void scan_note(struct bench *b, const struct note *n, struct tok_doc *doc)
{
	struct err e = {0};
	arena_reset(&b->scratch);
	if (tok_scan(b->tokenizer, n->text, &b->scratch, doc, &e))
		die("tokenizer", e.text);
}

static bool is_letter(struct slice s, size_t at)
{
	unsigned char c = at < s.n ? (unsigned char)s.p[at] : 0;
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' ||
	       c >= 0x80;
}

/* Both cases of the first byte are looked for, so that memchr does the walking. */
static const char *first_of(const char *p, size_t n, char first)
{
	char other = (char)((first | 32) >= 'a' && (first | 32) <= 'z' ? first ^ 32 : first);
	const char *a = memchr(p, first, n);
	const char *b = other == first ? NULL : memchr(p, other, a ? (size_t)(a - p) : n);
	return b ? b : a;
}

static void grep_note(struct bench *b, const struct asked *q, const struct note *n)
{
	struct tok_doc doc = {0};
	struct slice s = n->text;
	for (size_t at = 0; q->text.n && s.n - at >= q->text.n; at++) {
		const char *p = first_of(s.p + at, s.n - at - q->text.n + 1, *q->text.p);
		if (!p)
			return;
		at = (size_t)(p - s.p);
		if (strncasecmp(p, q->text.p, q->text.n) != 0 || (at && is_letter(s, at - 1)) ||
			is_letter(s, at + q->text.n))
			continue;
		if (!doc.text.p)
			scan_note(b, n, &doc);
		add(b, n, &doc, at, at + q->text.n);
	}
}

static struct slice stem(struct slice term)
{
	if (term.n > 3 && term.p[term.n - 1] == 's')
		term.n--;
	return term;
}

/* The shortest stretch of the words first..end - 1 that has all the asked ones; false: there is none. */
static bool cover(const struct asked *q, const struct tok_doc *doc, uint32_t first, uint32_t end,
	uint32_t *from, uint32_t *to)
{
	uint32_t last[WORDS_MAX], best = UINT32_MAX;
	for (unsigned k = 0; k < q->n; k++)
		last[k] = UINT32_MAX;
	for (uint32_t w = first; w < end; w++) {
		struct slice term = stem(tok_term(doc, &doc->words[w]));
		bool is_asked = false;
		uint32_t oldest = w;
		for (unsigned k = 0; k < q->n; k++) {
			if (slice_eq(term, q->words[k])) {
				last[k] = w;
				is_asked = true;
			}
			oldest = last[k] == UINT32_MAX || oldest == UINT32_MAX ? UINT32_MAX
				 : last[k] < oldest                            ? last[k]
									       : oldest;
		}
		if (!is_asked || oldest == UINT32_MAX || w - oldest >= best)
			continue;
		best = w - oldest;
		*from = oldest;
		*to = w;
	}
	return best != UINT32_MAX;
}

/* Sentences that lie in start..end at least partly. */
static void scan_sentences(
	struct bench *b, const struct asked *q, const struct note *n, size_t start, size_t end)
{
	struct tok_doc doc = {0};
	scan_note(b, n, &doc);
	uint32_t w = 0;
	for (uint32_t i = 0; i < doc.n_sentences; i++) {
		uint32_t first = w, from, to;
		while (w < doc.n_words && doc.words[w].start < doc.sentences[i].end)
			w++;
		if (doc.sentences[i].end <= start || doc.sentences[i].start >= end)
			continue;
		if (q->n && cover(q, &doc, first, w, &from, &to))
			add(b, n, &doc, doc.words[from].start, doc.words[to].end);
	}
}

static void scan_chunks(struct bench *b, const struct asked *q, const struct note *notes, size_t n,
	const struct json *found)
{
	const struct json *list = json_get(found, "chunks");
	for (const struct json *c = list ? list->first : NULL; c; c = c->next)
		for (size_t i = 0; i < n; i++)
			if (slice_eq(notes[i].id, text_of(c, "note")))
				scan_sentences(b, q, &notes[i], number_of(c, "start"),
					number_of(c, "end"));
}

/* ---- a question ---- */

static int best_first(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	return (x->p_present < y->p_present) - (x->p_present > y->p_present);
}

static bool has_needle(const struct bench *b, const struct json *question)
{
	struct slice note = text_of(question, "needle_note_id");
	uint32_t start = number_of(question, "mention_byte_start");
	uint32_t end = number_of(question, "mention_byte_end");
	for (size_t i = 0; i < b->n_mentions && i < FIRST; i++) {
		const struct mention *m = &b->mentions[i];
		if (slice_eq(m->note, note) && m->start < end && start < m->end &&
			m->end - m->start <= 2 * (end - start) + 40)
			return true;
	}
	return false;
}

static void print_answer(struct bench *b, const char *method, const struct json *question,
	double found_us, double judged_us)
{
	struct buf out = {0};
	struct json_writer w;
	double p = 0;
	bool is_present = false;
	for (size_t i = 0; i < b->n_mentions; i++) {
		is_present = is_present || b->mentions[i].is_present;
		p = b->mentions[i].p_present > p ? b->mentions[i].p_present : p;
	}
	if (b->n_mentions)
		qsort(b->mentions, b->n_mentions, sizeof(*b->mentions), best_first);
	json_init(&w, &out);
	json_begin_object(&w);
	json_kv_string(&w, "qid", text_of(question, "qid"));
	json_kv_str(&w, "verdict",
		is_present      ? "present"
		: b->n_mentions ? "absent"
				: "not_mentioned");
	json_kv_prob(&w, "probability", p);
	json_key(&w, "needle");
	if (json_get(question, "needle_note_id"))
		json_bool(&w, has_needle(b, question));
	else
		json_null(&w);
	json_kv_uint(&w, "mentions", b->n_mentions);
	json_kv_str(&w, "answered_by", method);
	json_key(&w, "elapsed_us");
	json_begin_object(&w);
	json_kv_uint(&w, "find", (uint64_t)found_us);
	json_kv_uint(&w, "total", (uint64_t)(found_us + judged_us));
	json_end_object(&w);
	json_end_object(&w);
	printf("%.*s\n", (int)out.n, out.p);
	buf_release(&out);
}

static void get_asked(struct bench *b, struct slice condition, struct asked *out)
{
	struct tok_doc doc;
	struct err e = {0};
	*out = (struct asked){.text = condition};
	if (tok_words(b->tokenizer, condition, &b->arena, &doc, &e))
		die("question", e.text);
	for (uint32_t i = 0; i < doc.n_words && out->n < WORDS_MAX; i++)
		out->words[out->n++] = stem(tok_term(&doc, &doc.words[i]));
}

static size_t first_note(const struct bench *b, struct slice patient)
{
	size_t low = 0, high = b->n_notes;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (slice_cmp(b->notes[middle].patient, patient) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct json *chunks_of(const struct bench *b, struct slice qid)
{
	for (const struct json *line = b->chunks; line; line = line->next)
		if (slice_eq(text_of(line, "qid"), qid))
			return line;
	return NULL;
}

static void answer(struct bench *b, const char *method, const struct json *question)
{
	struct asked q;
	struct slice patient = text_of(question, "patient");
	size_t from = first_note(b, patient), to = from;
	const struct json *found = chunks_of(b, text_of(question, "qid"));
	while (to < b->n_notes && slice_eq(b->notes[to].patient, patient))
		to++;
	b->n_mentions = 0;
	double start = now_us();
	get_asked(b, text_of(question, "condition"), &q);
	if (strcmp(method, "chunks") == 0)
		scan_chunks(b, &q, b->notes + from, to - from, found);
	for (size_t i = from; i < to; i++) {
		if (strcmp(method, "grep") == 0)
			grep_note(b, &q, &b->notes[i]);
		else if (strcmp(method, "scan") == 0)
			scan_sentences(b, &q, &b->notes[i], 0, SIZE_MAX);
	}
	print_answer(b, method, question, found ? number_of(found, "us") : 0, now_us() - start);
}

static void close_bench(struct bench *b)
{
	for (unsigned i = 0; i < 3; i++)
		buf_release(&b->input[i]);
	cue_engine_destroy(b->cues);
	tok_destroy(b->tokenizer);
	arena_release(&b->scratch);
	arena_release(&b->arena);
}

static void open_bench(struct bench *b)
{
	struct err e = {0};
	arena_init(&b->arena, ARENA_MAX);
	arena_init(&b->scratch, ARENA_MAX);
	if (tok_create(&b->tokenizer, &e) || cue_engine_create(&b->cues, &e))
		die("start", e.text);
}

int main(int argc, char **argv)
{
	struct bench b = {0};
	struct slice line;
	bool is_chunks = argc > 1 && strcmp(argv[1], "chunks") == 0;
	if (argc != 3 + is_chunks ||
		(!is_chunks && strcmp(argv[1], "grep") != 0 && strcmp(argv[1], "scan") != 0))
		die("usage", "baseline grep|scan|chunks QUESTIONS [CHUNKS] < NOTES");
	open_bench(&b);
	struct slice notes = read_all(STDIN_FILENO, &b.input[0]);
	struct slice questions = read_file(argv[2], &b.input[1]);
	while (next_line(&notes, &line))
		read_note(&b, line);
	qsort(b.notes, b.n_notes, sizeof(*b.notes), compare_notes);
	struct slice chunks = is_chunks ? read_file(argv[3], &b.input[2]) : slice_of("", 0);
	for (struct json **end = &b.chunks; next_line(&chunks, &line); end = &(*end)->next)
		*end = parse(&b, line, "chunks");
	while (next_line(&questions, &line))
		answer(&b, argv[1], parse(&b, line, "questions"));
	close_bench(&b);
	return 0;
}
