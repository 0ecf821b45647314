/* chartgen: see README.md. */
#include "chartgen.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OUT_BUFFER = 1 << 20, WORDS_SPAN = 400, WORDS_A_NOTE = 60, WORDS_MAX = 20 * 1000 * 1000 };

static void usage(void)
{
	fputs("usage: chartgen [--patients N] [--words MIN-MAX] [--notes MIN-MAX] [--questions Q]\n"
	      "                [--seed S] [--only STRATUM] --out DIR\n"
	      "Writes DIR/notes.ndjson and DIR/questions.ndjson; the same arguments give the same bytes.\n",
		stderr);
	exit(2);
}

static void die(const char *what, const char *name)
{
	fprintf(stderr, "chartgen: %s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

static unsigned parse_number(const char *s, unsigned low, unsigned high)
{
	char *end;
	errno = 0;
	unsigned long v = strtoul(s, &end, 10);
	if (errno || end == s || *end || v < low || v > high)
		usage();
	return (unsigned)v;
}

static void parse_range(const char *s, unsigned *low, unsigned *high, unsigned least, unsigned most)
{
	char first[16];
	size_t n = strcspn(s, "-");
	if (s[n] != '-' || n >= sizeof(first))
		usage();
	memcpy(first, s, n);
	first[n] = 0;
	*low = parse_number(first, least, most);
	*high = parse_number(s + n + 1, *low, most);
}

static void parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {{"patients", required_argument, NULL, 'p'},
		{"words", required_argument, NULL, 'w'}, {"notes", required_argument, NULL, 'n'},
		{"questions", required_argument, NULL, 'q'}, {"seed", required_argument, NULL, 's'},
		{"out", required_argument, NULL, 'o'}, {"only", required_argument, NULL, 'y'}, {0}};
	for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
		switch (c) {
		case 'p': o->patients = parse_number(optarg, 1, 9999); break;
		case 'w': parse_range(optarg, &o->words_low, &o->words_high, 1, WORDS_MAX); break;
		case 'n': parse_range(optarg, &o->notes_low, &o->notes_high, 20, MAX_NOTES); break;
		case 'q': o->questions = parse_number(optarg, 0, 9999 * MAX_QUESTIONS); break;
		case 's': o->seed = strtoull(optarg, NULL, 0); break;
		case 'o': o->folder = optarg; break;
		case 'y':
			o->only = stratum_by_name(optarg);
			if (o->only == stratum_none)
				usage();
			break;
		default: usage();
		}
	}
	if (optind != argc || !o->folder)
		usage();
	unsigned notes = o->notes_high ? o->notes_high : 20;
	if (o->words_high - o->words_low < WORDS_SPAN || o->words_low < notes * WORDS_A_NOTE) {
		fprintf(stderr,
			"chartgen: --words must span %d, and hold %d for each of %u notes\n",
			WORDS_SPAN, WORDS_A_NOTE, notes);
		exit(2);
	}
	if (o->questions > o->patients * MAX_QUESTIONS) {
		fprintf(stderr, "chartgen: at most %d questions a patient\n", MAX_QUESTIONS);
		exit(2);
	}
}

static FILE *create(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "wb");
	if (!f)
		die("cannot write", path);
	setvbuf(f, NULL, _IOFBF, OUT_BUFFER);
	return f;
}

static void write_all(FILE *f, const struct text *t)
{
	if (t->n && fwrite(t->p, 1, t->n, f) != t->n)
		die("cannot write", "output");
}

static void generate(const struct options *o, FILE *notes, FILE *questions)
{
	struct chart *c = must_alloc(NULL, sizeof(*c));
	memset(c, 0, sizeof(*c));
	struct text scratch = {0}, line = {0};
	for (unsigned p = 0; p < o->patients; p++) {
		chart_plan(c, o, p);
		for (unsigned i = 0; i < c->n_notes; i++) {
			note_write(c, i, &scratch, &line);
			write_all(notes, &line);
		}
		gold_write(c, &line);
		write_all(questions, &line);
	}
	text_destroy(&scratch);
	text_destroy(&line);
	chart_destroy(c);
}

int main(int argc, char **argv)
{
	struct options o = {.patients = 44,
		.words_low = 200000,
		.words_high = 700000,
		.questions = 450,
		.seed = 1,
		.only = stratum_none};
	parse(argc, argv, &o);
	if (mkdir(o.folder, 0777) != 0 && errno != EEXIST)
		die("cannot make", o.folder);
	FILE *notes = create(o.folder, "notes.ndjson");
	FILE *questions = create(o.folder, "questions.ndjson");
	banks_compile();
	strata_prepare(o.questions, o.only);
	generate(&o, notes, questions);
	if (fclose(notes) != 0 || fclose(questions) != 0)
		die("cannot write", "output");
	strata_prepare(0, o.only);
	conditions_destroy();
	banks_destroy();
	return 0;
}
