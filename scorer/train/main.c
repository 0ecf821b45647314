/* lodestone-train: makes the scorer's vocabulary and weights.  Offline; the daemon never links it. */
#include "scorer/train/verbs.h"

#include <stdio.h>
#include <string.h>

static const struct verb {
	const char *name, *what;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{"calibrate", "fit how rules and model are joined, into a model file", verb_calibrate},
	{"evaluate", "rules, model and both joined on the labelled sets", verb_evaluate},
	{"generate", "print made-up examples as a table", verb_generate},
	{"join", "two networks into one model file", verb_join},
	{"lab", "watch hidden units over training: the sparsity laboratory", verb_lab},
	{"show-window", "print the window of a mention in a note", verb_show_window},
	{"memory", "try to get the training texts back out of a model", verb_memory},
	{"train", "train the network on windows of notes", verb_train},
	{"vocabulary", "learn a vocabulary of subwords from texts", verb_vocabulary},
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static void help(FILE *to)
{
	fprintf(to, "usage: lodestone-train VERB [OPTIONS]\n\n");
	for (size_t i = 0; i < VERBS; i++)
		fprintf(to, "  %-14s %s\n", verbs[i].name, verbs[i].what);
	fprintf(to, "\nlodestone-train VERB --help says more.\n");
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		help(stdout);
		return 0;
	}
	for (size_t i = 0; argc > 1 && i < VERBS; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	if (argc > 1)
		fprintf(stderr, "lodestone-train: no such verb: %s\n", argv[1]);
	help(stderr);
	return 2;
}
