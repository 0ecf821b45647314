/* lodestone-train join: two networks into one model file, whose logits are averaged when it judges. */
#include "base/json.h"
#include "scorer/model.h"
#include "scorer/train/layout.h"
#include "scorer/train/options.h"
#include "scorer/train/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char intro[] =
	"usage: lodestone-train join --model FILE --with FILE --out FILE\n"
	"\n"
	"Writes a model of the networks of both, without a stack: calibrate fits one.  Shapes may differ in hidden units\n"
	"alone, as pruning leaves them: the narrower layer gets units that never fire.\n\n";

struct joining {
	const char *path[MODEL_NETWORKS_MAX], *out;
	struct scorer_model *model[MODEL_NETWORKS_MAX];
	struct layout wide;
	float *weights, *firing;
	struct err *e;
	bool wants_help;
};

#define AT(field) offsetof(struct joining, field)
static const struct option_row rows[] = {
	{"model", OPTION_TEXT, AT(path[0]), NULL, 0, "file of the first network"},
	{"with", OPTION_TEXT, AT(path[1]), NULL, 0, "file of the second"},
	{"out", OPTION_TEXT, AT(out), NULL, 0, "model file to write"},
	{"help", OPTION_FLAG, AT(wants_help), NULL, 0, "this"},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct model_parts *parts_of(const struct joining *j, unsigned k)
{
	return model_parts(j->model[k]);
}

/* The shape both fit: the wider of each layer.  LODE_BADREQ when they differ in something else. */
static int common_shape(struct joining *j, struct shape *out)
{
	struct shape a = parts_of(j, 0)->shape, b = parts_of(j, 1)->shape;
	*out = a;
	for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++) {
		out->d_ff[l] = a.d_ff[l] > b.d_ff[l] ? a.d_ff[l] : b.d_ff[l];
		a.d_ff[l] = b.d_ff[l] = 0;
	}
	bool is_alike = a.vocabulary == b.vocabulary && a.d == b.d && a.heads == b.heads &&
			a.layers == b.layers && a.window == b.window && a.mask == b.mask &&
			a.position == b.position && a.activation == b.activation &&
			a.has_heads == b.has_heads;
	if (!is_alike || !slice_eq(parts_of(j, 0)->vocabulary, parts_of(j, 1)->vocabulary))
		return err_set(j->e, LODE_BADREQ, "%s and %s are of other shapes or subwords",
			j->path[0], j->path[1]);
	for (unsigned k = 0; k < MODEL_NETWORKS_MAX; k++)
		if (model_networks(parts_of(j, k)) > 1 ||
			!parts_of(j, k)->firing != !parts_of(j, 0)->firing)
			return err_set(j->e, LODE_BADREQ,
				"%s is no single network, or one of both says nothing of its units",
				j->path[k]);
	return LODE_OK;
}

/* Rows of a matrix into the left of wider rows; what is beyond stays 0, and a unit whose row is 0 never fires. */
static void spread(
	const float *from, const struct tensor_place *a, float *to, const struct tensor_place *b)
{
	for (uint32_t r = 0; r < a->rows; r++)
		memcpy(to + b->offset + (size_t)r * b->cols, from + a->offset + (size_t)r * a->cols,
			a->cols * sizeof(float));
}

static int take_network(struct joining *j, unsigned k, size_t units)
{
	const struct model_parts *p = parts_of(j, k);
	struct layout own;
	int rc = layout_init(&own, &p->shape, j->e);
	if (rc)
		return rc;
	for (unsigned i = 0; i < own.n_tensors; i++)
		spread(p->weights, &own.tensors[i], j->weights + k * j->wide.floats,
			&j->wide.tensors[i]);
	const float *firing = p->firing;
	float *to = j->firing + k * units;
	for (uint32_t l = 0; firing && l < own.shape.layers; l++) {
		memcpy(to, firing, own.shape.d_ff[l] * sizeof(float));
		firing += own.shape.d_ff[l];
		to += j->wide.shape.d_ff[l];
	}
	return LODE_OK;
}

static int write_joined(const struct joining *j)
{
	struct buf training = {0};
	struct json_writer w;
	json_init(&w, &training);
	json_begin_object(&w);
	json_key(&w, "networks");
	json_begin_array(&w);
	for (unsigned k = 0; k < MODEL_NETWORKS_MAX; k++)
		json_raw(&w, parts_of(j, k)->training.n ? parts_of(j, k)->training : SLICE("{}"));
	json_end_array(&w);
	json_end_object(&w);
	struct model_parts parts = {.shape = j->wide.shape,
		.networks = MODEL_NETWORKS_MAX,
		.weights = j->weights,
		.vocabulary = parts_of(j, 0)->vocabulary,
		.firing = parts_of(j, 0)->firing ? j->firing : NULL,
		.training = buf_slice(&training)};
	int rc = training.failed ? err_set(j->e, LODE_NOMEM, "no memory for the metadata")
				 : model_write(j->out, &parts, model_is_bf16(j->model[0]), j->e);
	buf_release(&training);
	return rc;
}

static int join(struct joining *j)
{
	struct shape s;
	size_t units = 0;
	int rc = LODE_OK;
	for (unsigned k = 0; rc == LODE_OK && k < MODEL_NETWORKS_MAX; k++)
		rc = model_open(&j->model[k], j->path[k], j->e);
	if (rc == LODE_OK)
		rc = common_shape(j, &s);
	if (rc == LODE_OK)
		rc = layout_init(&j->wide, &s, j->e);
	if (rc)
		return rc;
	for (uint32_t l = 0; l < s.layers; l++)
		units += s.d_ff[l];
	j->weights = floats_new(MODEL_NETWORKS_MAX * j->wide.floats);
	j->firing = calloc(MODEL_NETWORKS_MAX * units + 1, sizeof(float));
	if (!j->weights || !j->firing)
		return err_set(j->e, LODE_NOMEM, "no memory for two networks");
	memset(j->weights, 0, MODEL_NETWORKS_MAX * j->wide.floats * sizeof(float));
	for (unsigned k = 0; rc == LODE_OK && k < MODEL_NETWORKS_MAX; k++)
		rc = take_network(j, k, units);
	return rc ? rc : write_joined(j);
}

int verb_join(int argc, char **argv)
{
	struct err e = {0};
	struct joining j = {.e = &e};
	int rc = options_parse(argc, argv, rows, ROWS, &j, &e);
	if (rc == 0 && j.wants_help) {
		printf("%s", intro);
		options_help(stdout, rows, ROWS, &j);
		return 0;
	}
	if (rc == 0 && (!j.path[0] || !j.path[1] || !j.out))
		rc = err_set(&e, LODE_BADREQ, "--model, --with and --out are needed");
	if (rc) {
		fprintf(stderr, "lodestone-train: %s (join --help lists the options)\n", e.text);
		return 2;
	}
	rc = join(&j);
	for (unsigned k = 0; k < MODEL_NETWORKS_MAX; k++)
		scorer_close(j.model[k]);
	free(j.weights);
	free(j.firing);
	if (rc)
		fprintf(stderr, "lodestone-train: %s\n", e.text);
	return rc ? 1 : 0;
}
