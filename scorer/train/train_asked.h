/* The command line of lodestone-train train. */
#ifndef LODESTONE_TRAIN_TRAIN_ASKED_H
#define LODESTONE_TRAIN_TRAIN_ASKED_H

#include "scorer/train/mixture.h"
#include "scorer/train/trainer.h"

/* All that the command line says. */
struct asked {
	struct train_options train;
	struct mixture_options mixture;
	const char *vocabulary, *out, *checkpoint, *resume, *init, *log, *widths, *l1_anneal,
		*shares;
	uint32_t checkpoint_every, firing_tokens;
	const char *probe_csv;
	uint32_t probe_every, probe_tokens, prune_after; /* 0: never */
	bool has_probe_pair;
	bool is_f32, is_quiet, wants_help;
};

struct asked asked_usual(void);
/* Reads argv[1..] into *a, whose values stand where nothing is said; paths that are written to are tried.
 * LODE_BADREQ, LODE_IO with the option and the reason. */
int asked_read(struct asked *a, int argc, char **argv, struct err *e);
void asked_help(void); /* on stdout */

#endif
