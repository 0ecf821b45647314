/* section_gold_test FILE LEAST [notes]: sections of notes that were marked by hand, and class F1.
 *
 * A file of fixtures/sections: notes begin with a line "=== name"; ⟦class⟧ stands where a section begins
 * and is taken out before the text is scanned.  A section is right when one of its class begins there,
 * list marks and blanks aside.  Fails when the F1 over all sections, or the mean over the classes other than
 * "other", is below LEAST (in hundredths), or when sections do not cover the text.  With "notes", a line for
 * each note: right, given and wanted sections. */
#include "tests/tokenizer/covering.h"

#include <stdio.h>
#include <stdlib.h>

enum { SECTIONS_MAX = 64, TEXT_MAX = 1 << 16 };

#define OPEN  "\xe2\x9f\xa6"
#define CLOSE "\xe2\x9f\xa7"

struct gold {
	uint32_t start;
	int class;
};

struct score {
	unsigned right[TOK_SEC_COUNT], given[TOK_SEC_COUNT], want[TOK_SEC_COUNT];
	unsigned bytes_right, bytes, faults;
};

static bool is_verbose, by_note;

/* Takes the marks out of a note; number of sections, or -1. */
static int read_note(struct slice raw, char *text, size_t *n, struct gold *g)
{
	int count = 0;
	*n = 0;
	for (size_t i = 0; i < raw.n;) {
		if (raw.n - i < 3 || memcmp(raw.p + i, OPEN, 3) != 0) {
			text[(*n)++] = raw.p[i++];
			continue;
		}
		const char *name = raw.p + i + 3, *end = memmem(name, raw.n - i - 3, CLOSE, 3);
		if (!end || count == SECTIONS_MAX)
			return -1;
		int class = tok_section_by_name(slice_of(name, (size_t)(end - name)));
		if (class < 0)
			return -1;
		g[count++] = (struct gold){(uint32_t)*n, class};
		i = (size_t)(end + 3 - raw.p);
	}
	return count;
}

/* The first letter at or after i: list marks, numbers and blanks do not move a section. */
static uint32_t letter_at(const char *text, size_t n, uint32_t i)
{
	while (i < n && !((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z'))
		i++;
	return i;
}

static int gold_class_at(const struct gold *g, int n, uint32_t at)
{
	int class = TOK_SEC_NONE;
	for (int i = 0; i < n && g[i].start <= at; i++)
		class = g[i].class;
	return class;
}

/* Neighbours of one class count as one: a heading inside the section it names moves nothing. */
static int merge_gold(struct gold *g, int n)
{
	int kept = 0;
	for (int i = 0; i < n; i++)
		if (kept == 0 || g[i].class != g[kept - 1].class)
			g[kept++] = g[i];
	return kept;
}

static void compare(
	const struct tok_doc *d, struct gold *g, int n, const char *name, struct score *s)
{
	const char *text = d->text.p;
	n = merge_gold(g, n);
	for (int i = 0; i < n; i++)
		s->want[g[i].class] += g[i].class != TOK_SEC_NONE;
	for (uint32_t k = 0; k < d->n_sections; k++) {
		const struct tok_section *x = &d->sections[k];
		bool is_right = false;
		for (int i = 0; i < n; i++)
			is_right =
				is_right || (g[i].class == x->class &&
						    letter_at(text, d->text.n, g[i].start) ==
							    letter_at(text, d->text.n, x->start));
		if (x->class == TOK_SEC_NONE || (k > 0 && x[-1].class == x->class))
			continue;
		s->given[x->class]++;
		s->right[x->class] += is_right;
		if (!is_right && is_verbose)
			printf("%s: at %u %s, not %s: %.30s\n", name, x->start,
				tok_section_name(x->class),
				tok_section_name(
					(enum tok_section_class)gold_class_at(g, n, x->start)),
				text + x->start);
	}
	for (uint32_t i = 0; i < d->text.n; i++) {
		int have = d->sections[tok_section_at(d, i)].class;
		s->bytes++;
		s->bytes_right += have == gold_class_at(g, n, i);
	}
	for (int i = 0; i < n && is_verbose; i++) {
		uint32_t at = letter_at(text, d->text.n, g[i].start);
		const struct tok_section *x = &d->sections[tok_section_at(d, at)];
		if (letter_at(text, d->text.n, x->start) != at && g[i].class != TOK_SEC_NONE)
			printf("%s: missed %s: %.30s\n", name,
				tok_section_name((enum tok_section_class)g[i].class),
				text + g[i].start);
	}
}

static unsigned sum_of(const unsigned counts[TOK_SEC_COUNT])
{
	unsigned sum = 0;
	for (int c = 0; c < TOK_SEC_COUNT; c++)
		sum += counts[c];
	return sum;
}

static void take_score(
	const struct tok_doc *d, struct gold *g, int n, const char *name, struct score *s)
{
	unsigned right = sum_of(s->right), given = sum_of(s->given), want = sum_of(s->want);
	compare(d, g, n, name, s);
	if (by_note)
		printf("note\t%s\t%u\t%u\t%u\n", name, sum_of(s->right) - right,
			sum_of(s->given) - given, sum_of(s->want) - want);
}

static void take_note(struct tokenizer *t, struct slice raw, const char *name, struct score *s)
{
	static char text[TEXT_MAX];
	struct gold g[SECTIONS_MAX];
	struct tok_doc d;
	struct arena a;
	size_t n;
	int count = raw.n < TEXT_MAX ? read_note(raw, text, &n, g) : -1;
	arena_init(&a, 16 << 20);
	if (count < 0 || tok_scan(t, slice_of(text, n), &a, &d, NULL) < 0 || covering(&d, &a)) {
		printf("%s: not read, or not covered\n", name);
		s->faults++;
	} else {
		text[n] = '\0';
		take_score(&d, g, count, name, s);
	}
	arena_release(&a);
}

static void take_file(struct tokenizer *t, struct slice all, struct score *s)
{
	while (all.n) {
		char name[64] = {0};
		const char *line = memchr(all.p, '\n', all.n);
		const char *next =
			line ? memmem(line, (size_t)(all.p + all.n - line), "\n=== ", 5) : NULL;
		if (!line || memcmp(all.p, "=== ", 4) != 0) {
			s->faults++;
			return;
		}
		snprintf(name, sizeof(name), "%.*s", (int)(line - all.p - 4), all.p + 4);
		size_t used = next ? (size_t)(next + 1 - all.p) : all.n;
		take_note(t, slice_of(line + 1, used - (size_t)(line + 1 - all.p)), name, s);
		all = slice_of(all.p + used, all.n - used);
	}
}

static double f1(unsigned right, unsigned given, unsigned want)
{
	return given + want ? 2.0 * right / (given + want) : 1;
}

static bool report(const struct score *s, double least)
{
	unsigned right = 0, given = 0, want = 0, classes = 0;
	double sum = 0;
	for (int c = 0; c < TOK_SEC_COUNT; c++) {
		right += s->right[c];
		given += s->given[c];
		want += s->want[c];
		if (s->given[c] + s->want[c])
			printf("%-26s F1 %.2f  right %u of %u, given %u\n",
				tok_section_name((enum tok_section_class)c),
				f1(s->right[c], s->given[c], s->want[c]), s->right[c], s->want[c],
				s->given[c]);
		if (s->want[c] && c != TOK_SEC_OTHER) {
			sum += f1(s->right[c], s->given[c], s->want[c]);
			classes++;
		}
	}
	double all = f1(right, given, want), mean = classes ? sum / classes : 0;
	printf("all sections F1 %.3f (right %u of %u, given %u); mean of %u classes %.3f; bytes in the right class "
	       "%.3f\n",
		all, right, want, given, classes, mean,
		s->bytes ? (double)s->bytes_right / s->bytes : 0);
	return s->faults == 0 && all >= least && mean >= least;
}

int main(int argc, char **argv)
{
	struct score s = {0};
	struct tokenizer *t;
	struct buf all = {0};
	FILE *f = argc > 2 ? fopen(argv[1], "rb") : NULL;
	by_note = argc > 3 && strcmp(argv[3], "notes") == 0;
	is_verbose = getenv("SECTIONS_VERBOSE") != NULL;
	if (!f || tok_create(&t, NULL) < 0) {
		fprintf(stderr, "usage: section_gold_test FILE LEAST [notes]\n");
		return 2;
	}
	for (char *room; (room = buf_room(&all, 4096)) != NULL;) {
		size_t n = fread(room, 1, 4096, f);
		if (n == 0)
			break;
		all.n += n;
	}
	fclose(f);
	take_file(t, buf_slice(&all), &s);
	bool is_good = report(&s, atof(argv[2]) / 100);
	tok_destroy(t);
	buf_release(&all);
	return is_good ? 0 : 1;
}
