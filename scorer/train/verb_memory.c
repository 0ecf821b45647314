/* lodestone-train memory: can the training texts be got back out of a model? */
#include "scorer/train/memory.h"
#include "scorer/train/mixture.h"
#include "scorer/train/options.h"
#include "scorer/train/verbs.h"

#include <stdio.h>
#include <stdlib.h>

enum { STRETCH = 72, HOLE_FROM = 24, PLACES = 200, PLACES_MOST = 1000000 };

struct memory_asked {
	const char *model, *lexicon;
	uint32_t places;
	bool wants_help;
};

static const char intro[] =
	"usage: lodestone-train memory --model FILE [OPTIONS]\n\n"
	"Hides words of the training texts and lets the model fill them in; 1: some came out whole.\n\n";

#define AT(field) offsetof(struct memory_asked, field)
static const struct option_row rows[] = {
	{"model", OPTION_TEXT, AT(model), NULL, 0, "file to look into"},
	{"places", OPTION_U32, AT(places), NULL, 0, "stretches of text to try"},
	{"lexicon", OPTION_TEXT, AT(lexicon), NULL, 0, "folder of names"},
	{"help", OPTION_FLAG, AT(wants_help), NULL, 0, "this"},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* Each network by itself: neither may know a text. */
static int try_each(const struct scorer_model *m, const uint16_t *ids, struct memory_report *out)
{
	struct model_parts one = *model_parts(m);
	int rc = LODE_OK;
	one.networks = 1;
	for (uint32_t k = 0; rc == LODE_OK && k < model_networks(model_parts(m)); k++) {
		rc = memory_try(&one, model_vocabulary(m), ids, STRETCH, HOLE_FROM, out);
		one.weights += shape_floats(&one.shape);
	}
	return rc;
}

static int look(const char *path, uint32_t places, const char *lexicon, struct memory_report *out,
	struct err *e)
{
	struct scorer_model *m = NULL;
	struct mixture *mixture = NULL;
	struct mixture_options o = mixture_usual();
	uint16_t ids[STRETCH];
	o.lexicon = lexicon;
	o.share[EXAMPLE_LABELLED] = 0;
	int rc = model_open(&m, path, e);
	if (rc == 0)
		rc = mixture_create(&mixture, &o, model_vocabulary(m), e);
	uint32_t tries = rc ? 0 : places * model_networks(model_parts(m));
	for (uint32_t i = 0; rc == 0 && out->places < tries && i < 20 * places; i++) {
		rc = mixture_draw_text(mixture, 77, 0, i, ids, STRETCH);
		if (rc == 0)
			rc = try_each(m, ids, out);
		if (rc)
			err_set(e, rc, "filling holes: %s", err_words(rc));
	}
	mixture_destroy(mixture);
	scorer_close(m);
	return rc;
}

static int check(const struct memory_asked *a, struct err *e)
{
	if (!a->model)
		return err_set(e, LODE_BADREQ, "--model is needed");
	if (a->places < 1 || a->places > PLACES_MOST)
		return err_set(e, LODE_BADREQ, "--places: 1 to %d", PLACES_MOST);
	return LODE_OK;
}

int verb_memory(int argc, char **argv)
{
	struct memory_asked a = {
		.lexicon = LODESTONE_SOURCE_DIR "/index/lexicon", .places = PLACES};
	struct err e = {0};
	struct memory_report r = {0};
	int rc = options_parse(argc, argv, rows, ROWS, &a, &e);
	if (rc == 0 && a.wants_help) {
		printf("%s", intro);
		options_help(stdout, rows, ROWS, &a);
		return 0;
	}
	if (rc == 0)
		rc = check(&a, &e);
	if (rc) {
		fprintf(stderr, "lodestone-train: %s (memory --help lists the options)\n", e.text);
		return 2;
	}
	rc = look(a.model, a.places, a.lexicon, &r, &e);
	if (rc) {
		fprintf(stderr, "lodestone-train: %s\n", e.text);
		return 1;
	}
	printf("%u stretches of the training texts, %d words of each hidden: %u came out whole, "
	       "%.2f %% of the words, at most %u words in a row from the first\n",
		r.places, MEMORY_WORDS, r.whole,
		r.places ? 100.0 * r.words_right / (r.places * MEMORY_WORDS) : 0, r.longest);
	return r.whole == 0 ? 0 : 1;
}
