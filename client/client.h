/* lodestone's verbs and what they exit with. */
#ifndef LODESTONE_CLIENT_CLIENT_H
#define LODESTONE_CLIENT_CLIENT_H

#include "client/args.h"

/* As grep and ripgrep, then our own.  docs/man/lodestone.1 has them in words. */
enum {
	EXIT_DONE = 0,
	EXIT_NONE = 1, /* nothing found; ingest: some lines were rejected */
	EXIT_FAILED = 2,
	EXIT_UNREACHABLE = 3,
	EXIT_BUSY = 4,
	EXIT_DENIED = 5,
	/* ask --exit-verdict */
	EXIT_VERDICT_PRESENT = 0,
	EXIT_VERDICT_NOT_MENTIONED = 1,
	EXIT_VERDICT_ABSENT = 10,
	EXIT_VERDICT_FAMILY = 11,
	EXIT_VERDICT_HYPOTHETICAL = 12,
	EXIT_VERDICT_UNCERTAIN = 13,
};

/* Each does the whole verb, messages included, and returns the exit code. */
int ingest_run(const struct args *a);
int ask_run(const struct args *a);
int screen_run(const struct args *a);
int timeline_run(const struct args *a);
int context_run(const struct args *a);
int search_run(const struct args *a);
int show_run(const struct args *a);
int patients_run(const struct args *a);
int delete_run(const struct args *a);
int stats_run(const struct args *a);
int health_run(const struct args *a);
int compact_run(const struct args *a);
int eval_run(const struct args *a);
int model_run(const struct args *a);
int check_run(const struct args *a);
int phi_scan_run(const struct args *a);
int lexicon_run(const struct args *a);

#endif
