/* Input files -> a compiled lexicon on disk. */
#include "index/lexicon.h"

#include "base/file.h"

#include <stdio.h>

static int fill_report(struct slice bytes, const char *path, const struct lexicon_counts *counts,
	struct lexicon_report *out, struct err *e)
{
	struct lexicon *l;
	const char *slash = strrchr(path, '/');
	int rc = lexicon_view(bytes, slash ? slash + 1 : path, &l, e);
	if (rc)
		return rc;
	*out = (struct lexicon_report){.skipped = counts->skipped,
		.repeated = counts->repeated,
		.orphans = counts->orphans};
	lexicon_info(l, &out->info);
	snprintf(out->room, 33, "%s", out->info.digest);
	snprintf(out->room + 33, 64, "%s", out->info.label);
	out->info.digest = out->room;
	out->info.label = out->room + 33;
	lexicon_close(l);
	return 0;
}

int lexicon_build(const char *path, char *const *inputs, unsigned n_inputs,
	struct lexicon_report *out, struct err *e)
{
	struct lexicon_builder *b;
	struct lexicon_counts counts;
	struct buf bytes = {0};
	int rc = lexicon_builder_create(&b);
	if (rc)
		return err_set(e, rc, "no memory for a lexicon");
	for (unsigned i = 0; i < n_inputs && rc == 0; i++)
		rc = lexicon_read(b, inputs[i], e);
	if (rc == 0)
		rc = lexicon_builder_finish(b, &bytes, &counts, e);
	if (rc == 0 && counts.names == 0)
		rc = err_set(e, LODE_BADREQ, "the inputs hold no name");
	if (rc == 0)
		rc = fill_report(buf_slice(&bytes), path, &counts, out, e);
	if (rc == 0)
		rc = file_replace(path, &(struct slice){bytes.p, bytes.n}, 1, 0644, e);
	buf_release(&bytes);
	lexicon_builder_destroy(b);
	return rc;
}
