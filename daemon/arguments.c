#include "daemon/arguments.h"

#include <getopt.h>
#include <string.h>

enum { LEXICONS_BYTES_MAX = 64 << 10 };

void arguments_help(void)
{
	printf("usage: lodestoned --data DIR [--socket PATH] [--config FILE] [--set KEY=VALUE]\n"
	       "       lodestoned --data DIR --check | --reindex\n"
	       "       lodestoned --check-audit FILE\n"
	       "       lodestoned --phi-scan FILE...\n"
	       "       lodestoned --build-lexicon FILE INPUT...\n"
	       "       lodestoned --version | --help\n\n"
	       "Runs in the foreground, logs to stderr.  Without --socket it serves the socket that\n"
	       "systemd hands over.  SIGHUP reads the config file again.  --check verifies every\n"
	       "stored record, --check-audit the numbers and the chain of an audit log; both exit 0\n"
	       "(sound), 1 (damaged) or 2 (could not look).  --phi-scan looks for identifiers in files\n"
	       "of notes and exits 0 (none), 1 (some) or 2 (could not look).  --reindex rewrites an\n"
	       "index that another version of the tokenizer made; the old one stays until the new one\n"
	       "is whole.  --model FILE has that model judge mentions, none the cue rules alone\n"
	       "(docs/scorer.md).  --lexicon FILE (may be repeated) attaches a compiled lexicon,\n"
	       "--build-lexicon compiles one from INPUT files (docs/lexicon.md).\n"
	       "--context-tokenizer FILE has context count tokens as that tokenizer.json says\n"
	       "(docs/context.md).\n\n"
	       "Settings, as lines `key = value` of the config file or as --set key=value\n"
	       "(bytes take K, M and G; * needs a restart):\n");
	config_help(stdout);
}

static int set_pair(struct config *c, const char *pair, struct err *e)
{
	const char *equals = strchr(pair, '=');
	if (!equals)
		return err_set(e, LODE_BADREQ, "--set takes key=value");
	return config_set(c, slice_of(pair, (size_t)(equals - pair)), slice_str(equals + 1), e);
}

/* One more of the list that the setting holds. */
static int add_lexicon(struct config *c, const char *path, struct err *e)
{
	struct buf list = {.limit = LEXICONS_BYTES_MAX};
	bool has = c->lexicons && c->lexicons[0];
	if (!path[0] || strchr(path, ':'))
		return err_set(e, LODE_BADREQ, "--lexicon takes a path without a colon");
	buf_printf(&list, "%s%s%s", has ? c->lexicons : "", has ? ":" : "", path);
	int rc = list.failed ? err_set(e, LODE_TOOBIG, "--lexicon: too many of them")
			     : config_set(c, SLICE("lexicons"), buf_slice(&list), e);
	buf_release(&list);
	return rc;
}

static const struct option long_options[] = {
	{"data", required_argument, NULL, 'd'},
	{"socket", required_argument, NULL, 's'},
	{"model", required_argument, NULL, 'm'},
	{"config", required_argument, NULL, 'c'},
	{"set", required_argument, NULL, 'x'},
	{"check", no_argument, NULL, 'k'},
	{"check-live", no_argument, NULL, 'l'},
	{"reindex", no_argument, NULL, 'r'},
	{"check-audit", required_argument, NULL, 'a'},
	{"phi-scan", no_argument, NULL, 'p'},
	{"lexicon", required_argument, NULL, 'L'},
	{"build-lexicon", required_argument, NULL, 'b'},
	{"context-tokenizer", required_argument, NULL, 't'},
	{"version", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int take_option(struct arguments *a, int c, struct config *out, struct err *e)
{
	switch (c) {
	case 'd': return config_set(out, SLICE("data"), slice_str(optarg), e);
	case 's': return config_set(out, SLICE("socket"), slice_str(optarg), e);
	case 'm': return config_set(out, SLICE("model"), slice_str(optarg), e);
	case 'x': return set_pair(out, optarg, e);
	case 'k': a->mode = MODE_CHECK; return 0;
	case 'l': a->mode = MODE_CHECK_LIVE; return 0;
	case 'r': a->mode = MODE_REINDEX; return 0;
	case 'L': return add_lexicon(out, optarg, e);
	case 't': return config_set(out, SLICE("context_tokenizer"), slice_str(optarg), e);
	case 'b':
		a->mode = MODE_BUILD_LEXICON;
		a->lexicon_file = optarg;
		return 0;
	case 'a':
		a->mode = MODE_CHECK_AUDIT;
		a->audit_file = optarg;
		return 0;
	case 'p': a->mode = MODE_PHI_SCAN; return 0;
	default: return 0;
	}
}

static int read_files(struct arguments *a, struct config *out, struct err *e)
{
	int c, rc = 0;
	bool takes_files = false;
	optind = 0; /* glibc: start over */
	while (rc == 0 && (c = getopt_long(a->argc, a->argv, "", long_options, NULL)) != -1) {
		if (c == '?')
			return LODE_BADREQ;
		if (c == 'h' || c == 'v') {
			a->mode = c == 'h' ? MODE_HELP : MODE_VERSION;
			return 0;
		}
		if (c == 'c')
			rc = config_read(out, optarg, e);
		takes_files = takes_files || c == 'p' || c == 'b';
	}
	a->files = a->argv + optind;
	a->n_files = a->argc - optind;
	if (rc == 0 && a->n_files > 0 && !takes_files)
		rc = err_set(e, LODE_BADREQ, "%.100s: an argument without an option; see --help",
			a->files[0]);
	if (rc == 0 && a->n_files == 0 && takes_files)
		rc = err_set(
			e, LODE_BADREQ, "--phi-scan and --build-lexicon need files; see --help");
	return rc;
}

int arguments_read(struct arguments *a, struct config *out, struct err *e)
{
	int c;
	a->mode = MODE_SERVE;
	int rc = read_files(a, out, e);
	if (rc || a->mode != MODE_SERVE)
		return rc;
	optind = 0;
	while (rc == 0 && (c = getopt_long(a->argc, a->argv, "", long_options, NULL)) != -1)
		rc = take_option(a, c, out, e);
	bool needs_data = a->mode != MODE_CHECK_AUDIT && a->mode != MODE_PHI_SCAN &&
			  a->mode != MODE_BUILD_LEXICON;
	if (rc == 0 && !(out->data && *out->data) && needs_data)
		rc = err_set(e, LODE_BADREQ, "--data is needed; see --help");
	return rc;
}
