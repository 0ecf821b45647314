/* Model files for other tests to use, and logits for them to compare.
 *
 *   model_probe make FILE [KEY=VALUE ...]    seed d heads layers d_ff window mask position activation bf16
 *                                            stack: 1 for firing and random weights (of no layout that may
 *                                            judge), 2 for one that answers what the rules say, and surely
 *   model_probe run FILE                     lines "READ ID ID ..." -> lines of logits: those of
 *                                            network_run, then those of network_reference */
#include "scorer/network.h"
#include "tests/scorer/model_fixture.h"

#include <stdio.h>
#include <stdlib.h>

static int complain(const struct err *e)
{
	fprintf(stderr, "model_probe: %s\n", e->text);
	return 1;
}

static uint32_t setting(int argc, char **argv, const char *key, uint32_t otherwise)
{
	size_t n = strlen(key);
	for (int i = 3; i < argc; i++)
		if (strncmp(argv[i], key, n) == 0 && argv[i][n] == '=')
			return (uint32_t)strtoul(argv[i] + n + 1, NULL, 10);
	return otherwise;
}

static int make(int argc, char **argv)
{
	struct shape s = {.d = setting(argc, argv, "d", 16),
		.heads = setting(argc, argv, "heads", 1),
		.layers = setting(argc, argv, "layers", 2),
		.window = setting(argc, argv, "window", 80),
		.mask = (enum shape_mask)setting(argc, argv, "mask", 0),
		.position = (enum shape_position)setting(argc, argv, "position", 0),
		.activation = (enum shape_activation)setting(argc, argv, "activation", 0),
		.has_heads = true};
	struct model_fixture f;
	struct err e = {0};
	for (uint32_t l = 0; l < s.layers && l < SHAPE_LAYERS_MAX; l++)
		s.d_ff[l] = setting(argc, argv, "d_ff", 16) + 16 * l;
	uint32_t stack = setting(argc, argv, "stack", 0);
	model_fixture_init(&f, &s, setting(argc, argv, "seed", 1), stack);
	if (stack == 2)
		f.stack = model_fixture_rule_stack(7);
	int rc = model_write(argv[2], &f.parts, setting(argc, argv, "bf16", 1), &e);
	model_fixture_finish(&f);
	return rc ? complain(&e) : 0;
}

static void print_logits(const float *logits)
{
	for (int i = 0; i < SHAPE_LOGITS; i++)
		printf("%s%.9g", i ? " " : "", (double)logits[i]);
	putchar('\n');
}

static int run_line(const struct scorer_model *m, struct network_scratch *scratch, char *line)
{
	uint16_t ids[SHAPE_WINDOW_MAX];
	char *next = line;
	float logits[SHAPE_LOGITS];
	struct network_input in = {.ids = ids, .read = (uint32_t)strtoul(line, &next, 10)};
	for (line = next; in.n < SHAPE_WINDOW_MAX; line = next) {
		unsigned long id = strtoul(line, &next, 10);
		if (next == line)
			break;
		ids[in.n++] = (uint16_t)id;
	}
	if (network_run(model_network(m, 0), scratch, &in, 1, logits, NULL) != 0)
		return 1;
	print_logits(logits);
	const struct model_parts *parts = model_parts(m);
	if (network_reference(&parts->shape, parts->weights, &in, logits, NULL) != 0)
		return 1;
	print_logits(logits);
	return 0;
}

static int run(const char *path)
{
	struct scorer_model *m;
	struct network_scratch *scratch;
	struct err e = {0};
	static char line[8 * SHAPE_WINDOW_MAX];
	if (scorer_open(&m, path, &e) != 0)
		return complain(&e);
	if (network_scratch_create(&scratch, model_network(m, 0), 1) != 0)
		return 1;
	int rc = 0;
	while (rc == 0 && fgets(line, sizeof(line), stdin))
		rc = run_line(m, scratch, line);
	network_scratch_destroy(scratch);
	scorer_close(m);
	return rc;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "make") == 0)
		return make(argc, argv);
	if (argc == 3 && strcmp(argv[1], "run") == 0)
		return run(argv[2]);
	fputs("model_probe make FILE [KEY=VALUE ...] | run FILE\n", stderr);
	return 2;
}
