#include "scorer/train/lab_trunk.h"

#include "scorer/model.h"
#include "scorer/train/lab_run.h"

#include <stdio.h>
#include <string.h>

static int draw_example(void *self, uint64_t seed, uint64_t step, uint32_t index,
	struct arena *scratch, struct example *out)
{
	return mixture_draw(self, seed, step, index, scratch, out);
}

/* A trainer that holds the weights of one of the model's networks and will not be stepped. */
static int open_trainer(struct trainer **out, const struct scorer_model *m, uint32_t which,
	struct mixture *mixture, struct err *e)
{
	const struct model_parts *parts = model_parts(m);
	struct train_options o = train_options_usual();
	struct supply supply = {.self = mixture, .example = draw_example};
	o.shape = parts->shape;
	o.objective = OBJECTIVE_HEADS;
	o.text_subwords = o.shape.window < o.text_subwords ? o.shape.window : o.text_subwords;
	o.batch = 32;
	int rc = trainer_create(out, &o, &supply, e);
	size_t floats = shape_floats(&parts->shape);
	if (rc == 0)
		memcpy((*out)->weights, parts->weights + which * floats, floats * sizeof(float));
	return rc;
}

static void note_use(const struct use *use, const struct shape *s, struct lab_table *out)
{
	printf("| layer | units | token, %% | window, %% | batch, %% | below 1 in 1,000 tokens, %% |\n"
	       "|---|---|---|---|---|---|\n");
	for (uint32_t l = 0; l < s->layers; l++) {
		const struct layer_use *u = &use->layer[l];
		uint32_t rare = 0;
		for (uint32_t i = 0; i < s->d_ff[l]; i++)
			rare += (uint64_t)u->fired[i] * 1000 < use->tokens;
		lab_add(out, &(struct lab_row){0, (int32_t)l, LAB_TOKEN, 0, u->token});
		lab_add(out, &(struct lab_row){0, (int32_t)l, LAB_SEQUENCE, 0, u->sequence});
		lab_add(out, &(struct lab_row){0, (int32_t)l, LAB_BATCH, 0, u->batch});
		printf("| %u | %u | %.2f | %.1f | %.1f | %.1f |\n", l + 1, s->d_ff[l],
			100 * u->token, 100 * u->sequence, 100 * u->batch,
			100.0 * rare / s->d_ff[l]);
	}
	printf("\n%u tokens, %u windows of %.1f subwords\n", use->tokens, use->windows,
		(double)use->tokens / use->windows);
}

static void print_removal(const struct lab_table *t, uint32_t layers)
{
	printf("units that may go for 0.01 and 0.05 nats a window, rarest first: %.1f and %.1f %%; "
	       "least effect first: %.1f and %.1f %%; by chance: %.1f and %.1f %%\nwhole layers taken out, nats:",
		100 * lab_value(t, LAB_REMOVABLE, LAB_LAST, LAB_ALL_LAYERS, .01),
		100 * lab_value(t, LAB_REMOVABLE, LAB_LAST, LAB_ALL_LAYERS, .05),
		100 * lab_value(t, LAB_REMOVABLE_WEAK, LAB_LAST, LAB_ALL_LAYERS, .01),
		100 * lab_value(t, LAB_REMOVABLE_WEAK, LAB_LAST, LAB_ALL_LAYERS, .05),
		100 * lab_value(t, LAB_REMOVABLE_RANDOM, LAB_LAST, LAB_ALL_LAYERS, .01),
		100 * lab_value(t, LAB_REMOVABLE_RANDOM, LAB_LAST, LAB_ALL_LAYERS, .05));
	for (uint32_t l = 0; l < layers; l++)
		printf(" %.4f", lab_value(t, LAB_REMOVED_MLP, LAB_LAST, (int32_t)l, 0));
	printf("; all: %.4f\n", lab_value(t, LAB_REMOVED_MLP, LAB_LAST, LAB_ALL_LAYERS, 0));
}

/* The file is of the name of the network's number, the first's of none. */
static int path_of(const char *folder, uint32_t which, char *out, size_t room, struct err *e)
{
	int n = which ? snprintf(out, room, "%s/trunk-%u.csv", folder, which + 1)
		      : snprintf(out, room, "%s/trunk.csv", folder);
	return n > 0 && (size_t)n < room
		       ? LODE_OK
		       : err_set(e, LODE_TOOBIG, "%s: the path is too long", folder);
}

static int measure(
	struct trainer *t, const char *model, uint32_t tokens, const char *path, struct err *e)
{
	struct use use;
	struct lab_table table = {0};
	int rc = use_measure(&use, t, USE_STREAM_A, tokens, e);
	if (rc)
		return rc;
	note_use(&use, &t->layout.shape, &table);
	rc = lab_removal(t, &use, tokens, 1, true, &table, e);
	if (rc == 0)
		print_removal(&table, t->layout.shape.layers);
	if (rc == 0)
		rc = lab_table_write(&table, model, path, e);
	lab_table_release(&table);
	use_release(&use);
	return rc;
}

static int measure_network(const struct scorer_model *m, uint32_t which, struct mixture *mixture,
	const char *model, uint32_t tokens, const char *folder, struct err *e)
{
	char path[1024];
	struct trainer *t = NULL;
	uint32_t networks = model_networks(model_parts(m));
	int rc = path_of(folder, which, path, sizeof(path), e);
	if (rc == 0)
		rc = open_trainer(&t, m, which, mixture, e);
	if (rc == 0 && networks > 1)
		printf("%snetwork %u of %u, by itself:\n\n", which ? "\n" : "", which + 1,
			networks);
	if (rc == 0)
		rc = measure(t, model, tokens, path, e);
	trainer_destroy(t);
	return rc;
}

int lab_trunk(const char *model, const char *lexicon, bool is_made_up, uint32_t tokens,
	const char *folder, struct err *e)
{
	struct scorer_model *m = NULL;
	struct mixture *mixture = NULL;
	struct mixture_options o = mixture_usual();
	o.lexicon = lexicon;
	if (is_made_up)
		o.share[EXAMPLE_WEAK] = o.share[EXAMPLE_LABELLED] = 0;
	int rc = scorer_open(&m, model, e);
	if (rc == 0)
		rc = mixture_create(&mixture, &o, model_vocabulary(m), e);
	for (uint32_t k = 0; rc == 0 && k < model_networks(model_parts(m)); k++)
		rc = measure_network(m, k, mixture, model, tokens, folder, e);
	mixture_destroy(mixture);
	scorer_close(m);
	return rc;
}
