/* lodestone-train generate N: made-up examples as a table. */
#include "scorer/train/verbs.h"

#include "scorer/scorer.h"
#include "scorer/train/example.h"
#include "scorer/train/generate.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const *const value_names[4] = {
	negation_names, certainty_names, experiencer_names, temporality_names};

static void print_text(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		putchar(s.p[i] == '\n' ? '|' : s.p[i]);
}

static void print_note(const struct made_note *n)
{
	struct slice t = buf_slice(&n->text);
	for (unsigned axis = 0; axis < 4; axis++)
		printf("%s\t",
			n->label[axis] == LABEL_UNKNOWN ? "?" : value_names[axis][n->label[axis]]);
	print_text(slice_of(t.p, n->start));
	printf("[[");
	print_text(slice_of(t.p + n->start, n->end - n->start));
	printf("]]");
	print_text(slice_of(t.p + n->end, t.n - n->end));
	putchar('\n');
}

int verb_generate(int argc, char **argv)
{
	uint32_t n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 20;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *lexicon = argc > 3 ? argv[3] : LODESTONE_SOURCE_DIR "/index/lexicon";
	struct err e = {0, ""};
	struct arena arena;
	struct names names;
	struct generator *g = NULL;
	struct made_note note = {.text = {.p = NULL}};
	arena_init(&arena, 64 << 20);
	int rc = names_load(lexicon, &arena, &names, &e);
	if (rc == 0)
		rc = generator_create(&g, &names, &e);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		rc = generator_make(g, seed, 0, i, &note, &e);
		if (rc == 0)
			print_note(&note);
	}
	if (rc)
		fprintf(stderr, "lodestone-train: %s\n", e.text);
	buf_release(&note.text);
	generator_destroy(g);
	arena_release(&arena);
	return rc ? 1 : 0;
}
