/* The command line: read at the start, and again at every reload, so that it always wins over the
 * config file. */
#ifndef LODESTONE_DAEMON_ARGUMENTS_H
#define LODESTONE_DAEMON_ARGUMENTS_H

#include "daemon/config.h"

enum run_mode {
	MODE_SERVE,
	MODE_CHECK,
	MODE_CHECK_LIVE, /* the daemon starts it: beside itself, so without the data folder's lock */
	MODE_CHECK_AUDIT,
	MODE_PHI_SCAN,
	MODE_REINDEX,
	MODE_BUILD_LEXICON,
	MODE_HELP,
	MODE_VERSION,
};

struct arguments {
	int argc; /* as main got them; getopt may reorder argv */
	char **argv;
	enum run_mode mode;
	const char *audit_file; /* MODE_CHECK_AUDIT */
	char **files;           /* MODE_PHI_SCAN, MODE_BUILD_LEXICON: within argv */
	int n_files;
	const char *lexicon_file; /* MODE_BUILD_LEXICON: what to write */
};

/* Config file, then --set and the rest, into out (after config_init).  LODE_BADREQ, LODE_IO; e is
 * empty when getopt has said it itself. */
int arguments_read(struct arguments *a, struct config *out, struct err *e);
void arguments_help(void);

#endif
