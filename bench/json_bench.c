/* MB/s of json_scan_object, json_parse and jansson over NDJSON notes, taking turns so that all see
 * the same machine.  Usage: json_bench [file.ndjson]; without a file 64 MB of made-up 3 KB notes,
 * a line break (escaped) about every 70 bytes.
 *   gcc -O2 -g -I. -D_GNU_SOURCE bench/json_bench.c base/{json,json_scan,arena,buf,err}.c \
 *       -lm -ljansson -o /tmp/json_bench && taskset -c 0 /tmp/json_bench */
#include "base/json.h"

#include "tests/fuzz/jansson_oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 7, NOTE_BYTES = 3000, CORPUS_BYTES = 64 << 20 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A made-up word of 2..11 letters; one in 200 with a letter outside ASCII. */
static void put_word(struct buf *b)
{
	if (rand() % 200 == 0)
		buf_put_str(b, "\xc3\xa9");
	for (int n = 2 + rand() % 9; n > 0; n--)
		buf_put_byte(b, (uint8_t)("etaoinshrdlucmfwypvbgk"[rand() % 22]));
}

static void put_note(struct buf *b, unsigned i)
{
	buf_printf(b,
		"{\"patient\":\"p%05u\",\"note_id\":\"n%u\",\"date\":\"2143-05-%02u\","
		"\"type\":\"Progress note\",\"text\":\"",
		i / 200, i, 1 + i % 28);
	size_t line = b->n, start = b->n, n = NOTE_BYTES / 2 + (size_t)rand() % NOTE_BYTES;
	while (b->n - start < n) {
		put_word(b);
		if (b->n - line > 50 + (size_t)rand() % 40) {
			buf_put_str(b, "\\n");
			line = b->n;
		} else {
			buf_put_str(b, rand() % 60 ? " " : ", \\\"");
		}
	}
	buf_printf(
		b, "\",\"encounter\":\"e%u\",\"ward\":\"7B\",\"version\":%d}\n", i / 9, rand() % 5);
}

static void load(struct buf *b, const char *path)
{
	if (!path) {
		srand(7);
		for (unsigned i = 0; b->n < CORPUS_BYTES; i++)
			put_note(b, i);
		return;
	}
	FILE *f = fopen(path, "r");
	size_t n = 1;
	while (f && n > 0 && buf_room(b, 1 << 20)) {
		n = fread(b->p + b->n, 1, 1 << 20, f);
		b->n += n;
	}
	if (f)
		fclose(f);
}

static struct arena arena;

static bool scan_line(struct slice line)
{
	struct json_field f[] = {{.key = "patient"}, {.key = "note_id"}, {.key = "date"},
		{.key = "type"}, {.key = "text"}, {.key = "encounter"}, {.key = "author_role"}};
	struct slice meta;
	return json_scan_object(line, f, 7, &arena, &meta, NULL) == 0;
}

static bool parse_line(struct slice line)
{
	struct json *v;
	return json_parse(line, &arena, &v, NULL) == 0;
}

static bool jansson_line(struct slice line)
{
	json_t *v = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
	json_decref(v);
	return v != NULL;
}

/* Seconds over all lines; the arena is emptied after each line. */
static double run(struct slice text, bool (*take)(struct slice), size_t *taken)
{
	double start = now();
	*taken = 0;
	for (const char *p = text.p, *past = p + text.n, *nl; p < past; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(past - p));
		if (!nl)
			break;
		*taken += take(slice_of(p, (size_t)(nl - p)));
		arena_release(&arena);
	}
	return now() - start;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		bool (*take)(struct slice);
	} runs[] = {{"json_scan_object", scan_line}, {"json_parse", parse_line},
		{"jansson", jansson_line}};
	double seconds[3][ROUNDS];
	size_t taken[3];
	struct buf text = {0};
	arena_init(&arena, 1 << 30);
	load(&text, argc > 1 ? argv[1] : NULL);
	for (int r = 0; r < ROUNDS; r++)
		for (int i = 0; i < 3; i++)
			seconds[i][r] = run(buf_slice(&text), runs[i].take, &taken[i]);
	for (int i = 0; i < 3; i++) {
		qsort(seconds[i], ROUNDS, sizeof(double), compare);
		printf("%-18s %8.0f MB/s median of %d (best %.0f), %zu lines taken\n", runs[i].name,
			(double)text.n / seconds[i][ROUNDS / 2] / 1e6, ROUNDS,
			(double)text.n / seconds[i][0] / 1e6, taken[i]);
	}
	buf_release(&text);
	return 0;
}
