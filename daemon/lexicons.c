#include "daemon/lexicons.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXIT_USAGE = 2 };

static int attach(struct lexicons *l, struct slice path, struct err *e)
{
	char room[4096];
	struct lexicon *opened;
	struct lexicon_info info;
	if (path.n == 0)
		return 0;
	if (l->n == LEXICONS_MAX || path.n >= sizeof(room))
		return err_set(e, LODE_TOOBIG, "lexicons: at most %d files, paths under %zu bytes",
			LEXICONS_MAX - 1, sizeof(room));
	memcpy(room, path.p, path.n);
	room[path.n] = '\0';
	int rc = lexicon_open(room, &opened, e);
	if (rc)
		return rc;
	l->at[l->n++] = opened;
	lexicon_info(opened, &info);
	log_info("lexicon %s: %u concepts, %u names, digest %s", info.label, info.concepts,
		info.names, info.digest);
	return 0;
}

int lexicons_open(const char *list, struct lexicons *out, struct err *e)
{
	struct slice rest = slice_str(list);
	int rc = 0;
	*out = (struct lexicons){.at = {lexicon_builtin()}, .n = 1};
	while (rc == 0 && rest.n) {
		const char *colon = memchr(rest.p, ':', rest.n);
		size_t n = colon ? (size_t)(colon - rest.p) : rest.n;
		rc = attach(out, slice_of(rest.p, n), e);
		n += colon != NULL;
		rest = slice_of(rest.p + n, rest.n - n);
	}
	return rc;
}

/* The first is the built-in one, which lives on. */
void lexicons_close(struct lexicons *l)
{
	for (uint32_t i = 1; i < l->n; i++) {
		/* Drops const: the list lends them, and here they end. */
		union {
			const struct lexicon *in;
			struct lexicon *out;
		} own = {.in = l->at[i]};
		lexicon_close(own.out);
	}
	l->n = 0;
}

int lexicons_build(const char *path, char *const *inputs, unsigned n_inputs)
{
	struct lexicon_report r;
	struct err e = {0};
	int rc = lexicon_build(path, inputs, n_inputs, &r, &e);
	if (rc) {
		fprintf(stderr, "lodestoned: %s\n", e.text[0] ? e.text : err_words(rc));
		return EXIT_USAGE;
	}
	printf("%s: %u concepts, %u names (%u abbreviations), %u is_a, digest %s\n", r.info.label,
		r.info.concepts, r.info.names, r.info.abbreviations, r.info.is_a, r.info.digest);
	if (r.skipped || r.repeated || r.orphans)
		printf("left out: %u names too long or without words, %u repeated, %u is_a of "
		       "concepts that are not there\n",
			r.skipped, r.repeated, r.orphans);
	return fflush(stdout) ? EXIT_USAGE : EXIT_SUCCESS;
}
