/* What the peers' programs share: reading notes and queries at memchr speed, clocks, printing results.
 * C and C++; each program includes it once.  For files of our own making: it trusts them more than a daemon may. */
#ifndef BENCH_NDJSON_H
#define BENCH_NDJSON_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct field {
	char *p;
	size_t n;
};

struct note {
	struct field patient, note_id, date, type, text;
};

struct query {
	char name[16], patient[64], words[200];
};

enum { TOP = 20, QUERIES_MAX = 10000 };

static inline void fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static inline double seconds(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* User and system time of the whole process. */
static inline double cpu_seconds(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static inline char *put_utf8(char *out, unsigned c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 63));
	} else {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 63));
		*out++ = (char)(0x80 | (c & 63));
	}
	return out;
}

static inline char *unescape_one(char **in, char *out)
{
	char c = *(*in)++, hex[5] = {0};
	switch (c) {
	case 'n': *out++ = '\n'; break;
	case 't': *out++ = '\t'; break;
	case 'r': *out++ = '\r'; break;
	case 'b': *out++ = '\b'; break;
	case 'f': *out++ = '\f'; break;
	case 'u':
		memcpy(hex, *in, 4);
		*in += 4;
		out = put_utf8(out, (unsigned)strtoul(hex, NULL, 16));
		break;
	default: *out++ = c;
	}
	return out;
}

/* A JSON string whose opening quote was passed, unescaped in place.  Returns what follows it. */
static inline char *read_string(char *p, char *end, struct field *f)
{
	char *out = p;
	f->p = p;
	for (;;) {
		char *quote = (char *)memchr(p, '"', (size_t)(end - p));
		if (!quote)
			fail("notes", "a string has no end");
		char *slash = (char *)memchr(p, '\\', (size_t)(quote - p));
		char *stop = slash ? slash : quote;
		memmove(out, p, (size_t)(stop - p));
		out += stop - p;
		p = stop + 1;
		if (!slash)
			break;
		out = unescape_one(&p, out);
	}
	f->n = (size_t)(out - f->p);
	return p;
}

/* {"key":"string", ...}; keys it does not know are skipped. */
static inline void parse_note(char *line, size_t n, struct note *note)
{
	char *p = line, *end = line + n;
	memset(note, 0, sizeof(*note));
	while ((p = (char *)memchr(p, '"', (size_t)(end - p)))) {
		struct field key, value;
		p = read_string(p + 1, end, &key);
		p = (char *)memchr(p, '"', (size_t)(end - p));
		if (!p)
			fail("notes", "a key has no value");
		p = read_string(p + 1, end, &value);
		if (key.n == 7 && !memcmp(key.p, "patient", 7))
			note->patient = value;
		else if (key.n == 7 && !memcmp(key.p, "note_id", 7))
			note->note_id = value;
		else if (key.n == 4 && !memcmp(key.p, "date", 4))
			note->date = value;
		else if (key.n == 4 && !memcmp(key.p, "type", 4))
			note->type = value;
		else if (key.n == 4 && !memcmp(key.p, "text", 4))
			note->text = value;
	}
}

/* The next note of f; line is its room, kept by the caller.  0 at the end of the file. */
static inline int next_note(FILE *f, char **line, size_t *room, struct note *note)
{
	ssize_t n = getline(line, room, f);
	if (n <= 0)
		return 0;
	parse_note(*line, (size_t)n, note);
	return 1;
}

static inline void put_part(char *out, size_t room, const char *part)
{
	size_t n = strlen(part);
	if (n >= room)
		fail("queries", "a part is too long");
	memcpy(out, part, n + 1);
}

static inline int read_queries(const char *path, struct query **out)
{
	FILE *f = fopen(path, "r");
	char line[400];
	int n = 0;
	struct query *q = (struct query *)calloc(QUERIES_MAX, sizeof(*q));
	if (!f || !q)
		fail(path, "cannot read");
	while (n < QUERIES_MAX && fgets(line, sizeof(line), f)) {
		char *patient = strchr(line, '\t'),
		     *words = patient ? strchr(patient + 1, '\t') : NULL;
		if (!words)
			fail(path, "not class, patient, words");
		*patient++ = *words++ = '\0';
		words[strcspn(words, "\n")] = '\0';
		put_part(q[n].name, sizeof(q[n].name), line);
		put_part(q[n].patient, sizeof(q[n].patient), patient);
		put_part(q[n].words, sizeof(q[n].words), words);
		n++;
	}
	fclose(f);
	*out = q;
	return n;
}

/* ---- results: NDJSON on stdout ---- */

struct timing {
	double *cpu_us, *wall_us; /* one a pass */
	char (*ids)[64];          /* of the last pass */
	int n_ids, n_hits;
	double cpu, wall; /* when the running one began */
};

static inline void timing_init(struct timing *t, int passes)
{
	t->cpu_us = (double *)calloc((size_t)passes, sizeof(double));
	t->wall_us = (double *)calloc((size_t)passes, sizeof(double));
	t->ids = (char(*)[64])calloc(TOP, 64);
	if (!t->cpu_us || !t->wall_us || !t->ids)
		fail("bench", "out of memory");
}

static inline void timing_free(struct timing *t)
{
	free(t->cpu_us);
	free(t->wall_us);
	free(t->ids);
}

static inline void timing_begin(struct timing *t)
{
	t->n_ids = t->n_hits = 0;
	t->wall = seconds(CLOCK_MONOTONIC);
	t->cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
}

static inline void timing_end(struct timing *t, int pass)
{
	t->cpu_us[pass] = (seconds(CLOCK_THREAD_CPUTIME_ID) - t->cpu) * 1e6;
	t->wall_us[pass] = (seconds(CLOCK_MONOTONIC) - t->wall) * 1e6;
}

/* A hit's note id, kept once; past TOP they are only counted. */
static inline void timing_id(struct timing *t, const char *id, size_t n)
{
	char name[64];
	t->n_hits++;
	snprintf(name, sizeof(name), "%.*s", (int)n, id);
	for (int i = 0; i < t->n_ids; i++)
		if (!strcmp(t->ids[i], name))
			return;
	if (t->n_ids < TOP)
		memcpy(t->ids[t->n_ids++], name, sizeof(name));
}

static inline void timing_print(const struct timing *t, int number, int passes)
{
	printf("{\"q\":%d,\"cpu_us\":[", number);
	for (int i = 0; i < passes; i++)
		printf("%s%.1f", i ? "," : "", t->cpu_us[i]);
	printf("],\"wall_us\":[");
	for (int i = 0; i < passes; i++)
		printf("%s%.1f", i ? "," : "", t->wall_us[i]);
	printf("],\"hits\":%d,\"ids\":[", t->n_hits);
	for (int i = 0; i < t->n_ids; i++)
		printf("%s\"%s\"", i ? "," : "", t->ids[i]);
	printf("]}\n");
}

#endif
