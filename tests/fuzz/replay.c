/* Runs a fuzz target over every file of a folder: past crashes and seeds, in the ordinary suite. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *dir, const char *name)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "rb");
	if (!f)
		return -1;
	uint8_t *data = malloc(1 << 20);
	size_t n = data ? fread(data, 1, 1 << 20, f) : 0;
	fclose(f);
	/* An exact copy, so that a read past the end is seen by ASan. */
	uint8_t *exact = malloc(n ? n : 1);
	if (!data || !exact)
		abort();
	for (size_t i = 0; i < n; i++)
		exact[i] = data[i];
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *d = argc == 2 ? opendir(argv[1]) : NULL;
	if (!d) {
		fprintf(stderr, "usage: replay FOLDER-OF-SEEDS\n");
		return 2;
	}
	unsigned n = 0;
	for (struct dirent *e; (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		if (replay(argv[1], e->d_name) != 0) {
			fprintf(stderr, "cannot read %s/%s\n", argv[1], e->d_name);
			return 1;
		}
		n++;
	}
	closedir(d);
	if (n == 0) {
		fprintf(stderr, "no seeds in %s\n", argv[1]);
		return 1;
	}
	printf("%u seeds replayed\n", n);
	return 0;
}
