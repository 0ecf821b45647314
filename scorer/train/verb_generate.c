/* lodestone-train generate: made-up examples as a table. */
#include "scorer/train/verbs.h"

#include "scorer/scorer.h"
#include "scorer/train/example.h"
#include "scorer/train/generate.h"
#include "scorer/train/options.h"

#include <stdio.h>
#include <stdlib.h>

static const char intro[] =
	"usage: lodestone-train generate [OPTIONS]\n\n"
	"Prints made-up examples: negation, certainty, experiencer, temporality, and the note with its mention in\n"
	"double brackets.\n\n";

struct generate_asked {
	uint32_t n;
	uint64_t seed;
	const char *lexicon;
	bool wants_help;
};

#define AT(field) offsetof(struct generate_asked, field)
static const struct option_row rows[] = {
	{"n", OPTION_U32, AT(n), NULL, 0, "how many"},
	{"seed", OPTION_U64, AT(seed), NULL, 0, "of what is made up"},
	{"lexicon", OPTION_TEXT, AT(lexicon), NULL, 0, "folder of names"},
	{"help", OPTION_FLAG, AT(wants_help), NULL, 0, "this"},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

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

static int print_notes(const struct generate_asked *a, struct err *e)
{
	struct arena arena;
	struct names names;
	struct generator *g = NULL;
	struct made_note note = {.text = {.p = NULL}};
	arena_init(&arena, 64 << 20);
	int rc = names_load(a->lexicon, &arena, &names, e);
	if (rc == 0)
		rc = generator_create(&g, &names, e);
	for (uint32_t i = 0; rc == 0 && i < a->n; i++) {
		rc = generator_make(g, a->seed, 0, i, &note, e);
		if (rc == 0)
			print_note(&note);
	}
	buf_release(&note.text);
	generator_destroy(g);
	arena_release(&arena);
	return rc;
}

int verb_generate(int argc, char **argv)
{
	struct generate_asked a = {
		.n = 20, .seed = 1, .lexicon = LODESTONE_SOURCE_DIR "/index/lexicon"};
	struct err e = {0};
	int rc = options_parse(argc, argv, rows, ROWS, &a, &e);
	if (rc) {
		fprintf(stderr, "lodestone-train: %s (generate --help lists the options)\n",
			e.text);
		return 2;
	}
	if (a.wants_help) {
		printf("%s", intro);
		options_help(stdout, rows, ROWS, &a);
		return 0;
	}
	rc = print_notes(&a, &e);
	if (rc)
		fprintf(stderr, "lodestone-train: %s\n", e.text);
	return rc ? 1 : 0;
}
