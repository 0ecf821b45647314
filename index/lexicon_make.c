/* lexicon-make OUT.c INPUT...: a build step that compiles the built-in lexicon into a C array. */
#include "index/lexicon.h"

#include <stdio.h>

static int write_array(const char *path, struct slice bytes)
{
	FILE *f = fopen(path, "we");
	if (!f)
		return 1;
	fprintf(f,
		"#include \"index/lexicon.h\"\n\nconst unsigned char lexicon_default_bytes[] = {");
	for (size_t i = 0; i < bytes.n; i++)
		fprintf(f, "%s%u,", i % 24 ? "" : "\n", (unsigned char)bytes.p[i]);
	fprintf(f, "\n};\nconst size_t lexicon_default_size = sizeof(lexicon_default_bytes);\n");
	return fclose(f) ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct lexicon_builder *b;
	struct lexicon_counts counts;
	struct buf bytes = {0};
	struct err e = {0};
	if (argc < 3 || lexicon_builder_create(&b))
		return 2;
	int rc = 0;
	for (int i = 2; i < argc && rc == 0; i++)
		rc = lexicon_read(b, argv[i], &e);
	if (rc == 0)
		rc = lexicon_builder_finish(b, &bytes, &counts, &e);
	if (rc)
		fprintf(stderr, "lexicon-make: %s\n", e.text);
	else if (write_array(argv[1], buf_slice(&bytes)))
		fprintf(stderr, "lexicon-make: cannot write %s\n", argv[1]), rc = 1;
	buf_release(&bytes);
	lexicon_builder_destroy(b);
	return rc ? 1 : 0;
}
