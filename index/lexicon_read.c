/* Input files of a lexicon: which format a file has, and its lines. */
#include "index/lexicon.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 1 << 20 };

struct format {
	const char *ending;  /* of the file's name */
	const char *heading; /* first line of the file; NULL: any */
	lexicon_line *take;
};

static const struct format formats[] = {
	{".tsv", "# lodestone concepts", lexicon_tsv_concept},
	{".tsv", "# lodestone abbreviations", lexicon_tsv_abbreviation},
	{".tsv", "# lodestone parts", lexicon_tsv_part},
	{".tsv", "# lodestone unlike", lexicon_tsv_unlike},
	{".tsv", "# lodestone words", lexicon_tsv_word},
	{".tsv", "source\tid\ttype\tsurface", lexicon_tsv_table},
	{".obo", NULL, lexicon_obo_line},
	{".csv", NULL, lexicon_icd_csv},
	{".txt", NULL, lexicon_icd_order},
	{".rrf", NULL, lexicon_rrf_line},
};

static bool has_ending(const char *path, const char *ending)
{
	size_t n = strlen(path), k = strlen(ending);
	return n >= k && strcasecmp(path + n - k, ending) == 0;
}

static const struct format *format_of(const char *path, struct slice first, struct err *e)
{
	bool known = false;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		const struct format *f = &formats[i];
		if (!has_ending(path, f->ending))
			continue;
		known = true;
		if (!f->heading || slice_eq(first, slice_str(f->heading)))
			return f;
	}
	if (known)
		err_set(e, LODE_BADREQ,
			"%.90s:1: a TSV begins with # lodestone concepts, abbreviations, parts or "
			"words, or with source, id, type, surface",
			path);
	else
		err_set(e, LODE_BADREQ, "%.100s: not .tsv, .obo, .csv, .txt or .RRF", path);
	return NULL;
}

static struct slice without_end(const char *p, size_t n)
{
	while (n && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	return slice_of(p, n);
}

static int take_line(
	struct lexicon_input *in, const struct format *f, struct slice line, struct err *e)
{
	struct err inner = {0};
	int rc = 0;
	if (line.n > LINE_MAX_BYTES)
		rc = err_set(&inner, LODE_TOOBIG, "over %d bytes", LINE_MAX_BYTES);
	else if (line.n && memchr(line.p, '\0', line.n))
		rc = err_set(&inner, LODE_BADREQ, "holds a NUL");
	else
		rc = f->take(in, line, &inner);
	if (rc)
		return err_set(e, rc, "%.90s:%u: %.80s", in->path, in->line,
			inner.text[0] ? inner.text : err_words(rc));
	return 0;
}

static int read_lines(struct lexicon_input *in, FILE *f, struct err *e)
{
	const struct format *format = NULL;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int rc = 0;
	while (rc == 0 && (n = getline(&line, &cap, f)) > 0) {
		struct slice s = without_end(line, (size_t)n);
		if (++in->line == 1) {
			format = format_of(in->path, s, e);
			rc = !format                            ? LODE_BADREQ
			     : format->take == lexicon_obo_line ? lexicon_obo_begin(in)
								: 0;
		}
		if (rc == 0)
			rc = take_line(in, format, s, e);
	}
	if (rc == 0 && ferror(f))
		rc = err_set(e, LODE_IO, "%.100s: %s", in->path, strerror(errno));
	if (rc == 0 && !format)
		rc = err_set(e, LODE_BADREQ, "%.100s: is empty", in->path);
	if (in->state) {
		int ended = lexicon_obo_end(in, rc == 0 ? e : NULL);
		rc = rc ? rc : ended;
	}
	free(line);
	return rc;
}

int lexicon_read(struct lexicon_builder *b, const char *path, struct err *e)
{
	struct lexicon_input in = {.b = b, .path = path};
	FILE *f = fopen(path, "re");
	if (!f)
		return err_set(e, LODE_IO, "%.100s: %s", path, strerror(errno));
	int rc = read_lines(&in, f, e);
	fclose(f);
	return rc;
}
