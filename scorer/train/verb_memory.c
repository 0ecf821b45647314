/* lodestone-train memory: can the training texts be got back out of a model? */
#include "scorer/train/flags.h"
#include "scorer/train/memory.h"
#include "scorer/train/mixture.h"
#include "scorer/train/verbs.h"

#include <stdio.h>
#include <stdlib.h>

enum { STRETCH = 72, HOLE_FROM = 24, PLACES = 200 };

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
	for (uint32_t i = 0; rc == 0 && out->places < places && i < 20 * places; i++) {
		rc = mixture_draw_text(mixture, 77, 0, i, ids, STRETCH);
		if (rc == 0)
			rc = memory_try(
				model_parts(m), model_vocabulary(m), ids, STRETCH, HOLE_FROM, out);
		if (rc)
			err_set(e, rc, "filling holes: %s", err_words(rc));
	}
	mixture_destroy(mixture);
	scorer_close(m);
	return rc;
}

int verb_memory(int argc, char **argv)
{
	static const char *const known[] = {"--model", "--places", "--lexicon", NULL};
	struct err e = {0, ""};
	struct memory_report r = {0};
	bool is_bad = false;
	const char *model = flag_text(argc, argv, "--model", NULL);
	const char *lexicon =
		flag_text(argc, argv, "--lexicon", LODESTONE_SOURCE_DIR "/index/lexicon");
	double places = flag_number(argc, argv, "--places", PLACES, &is_bad);
	if (!model || is_bad || !(places >= 1 && places <= 1e6) ||
		flag_unknown(argc, argv, known)) {
		fprintf(stderr,
			"use: lodestone-train memory --model FILE [--places %d] [--lexicon FOLDER]\n",
			PLACES);
		return 2;
	}
	int rc = look(model, (uint32_t)places, lexicon, &r, &e);
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
