#include "scorer/train/lab_plan.h"

#include <math.h>
#include <stdio.h>

/* The quick size.  Six layers and a decoder as in the paper; everything else is what a small machine allows. */
enum { D = 64, LAYERS = 6, FF = 256, WINDOW = 64, BATCH = 16, PROBE_TOKENS = 8192 };
enum { STEPS = 240, STEPS_GRID = 120, STEPS_WIDE = 64, STEPS_JUDGE = 150 };

static uint32_t scaled(const struct lab_size *size, double steps)
{
	double n = steps * size->scale;
	return n < 8 ? 8 : (uint32_t)(n + 0.5);
}

static uint32_t part(uint32_t steps, double share)
{
	uint32_t n = (uint32_t)(share * steps + 0.5);
	return n ? n : 1;
}

/* A language model that reads one way; `hot` below makes its learning rate high at once. */
static struct lab_arm language_model(const struct lab_size *size, const char *name, double steps)
{
	struct lab_arm a = {
		.train = train_options_usual(), .probe_tokens = PROBE_TOKENS, .has_pair = true};
	struct train_options *o = &a.train;
	snprintf(a.name, sizeof(a.name), "%s", name);
	o->shape = (struct shape){.d = D,
		.heads = 1,
		.layers = LAYERS,
		.window = WINDOW,
		.mask = MASK_CAUSAL,
		.position = POSITION_ROTARY};
	o->objective = OBJECTIVE_CAUSAL;
	o->batch = BATCH;
	o->text_subwords = WINDOW;
	o->optimiser.steps = scaled(size, steps);
	o->optimiser.rate = 2e-3f;
	o->optimiser.warmup = part(o->optimiser.steps, 0.2);
	for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++)
		o->shape.d_ff[l] = FF;
	a.probe_every = part(o->optimiser.steps, 0.05);
	if (size->is_tiny) {
		o->shape.layers = 2;
		o->shape.d = 16;
		o->shape.window = o->text_subwords = 16;
		o->batch = 8;
		a.probe_tokens = 256;
		for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++)
			o->shape.d_ff[l] = 32;
	}
	return a;
}

static void set_rate(struct lab_arm *a, double rate, double warmup)
{
	a->train.optimiser.rate = (float)rate;
	a->train.optimiser.warmup = warmup > 0 ? part(a->train.optimiser.steps, warmup) : 0;
}

static void set_width(struct lab_arm *a, uint32_t units)
{
	for (uint32_t l = 0; l < SHAPE_LAYERS_MAX; l++)
		a->train.shape.d_ff[l] = units;
}

/* ---- S1, S2, S3, S7, S8: one family of runs ---- */

static struct lab_arm calm(const struct lab_size *size)
{
	struct lab_arm a = language_model(size, "lr 0.002, warm-up", STEPS);
	a.has_removal = a.has_meaning = true;
	return a;
}

static struct lab_arm hot(const struct lab_size *size)
{
	struct lab_arm a = language_model(size, "lr 0.01, no warm-up", STEPS);
	set_rate(&a, 1e-2, 0);
	a.has_removal = a.has_meaning = true;
	return a;
}

static unsigned family(const struct lab_size *size, struct lab_arm *out)
{
	out[0] = calm(size);
	out[1] = hot(size);
	return 2;
}

/* ---- S4 ---- */

static unsigned rates(const struct lab_size *size, struct lab_arm *out)
{
	static const double rate[] = {5e-4, 2e-3, 1e-2}, warmup[] = {0, .2, .6};
	unsigned n = 0;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < 3; j++) {
			out[n] = language_model(size, "", STEPS_GRID);
			snprintf(out[n].name, LAB_NAME, "lr %g, warm-up %g", rate[i], warmup[j]);
			out[n].probe_every = part(out[n].train.optimiser.steps, 0.2);
			out[n].has_pair = false;
			set_rate(&out[n++], rate[i], warmup[j]);
		}
	return n;
}

/* ---- S5 ---- */

/* Probes lie close: units die within some dozen steps. */
static unsigned drift(const struct lab_size *size, struct lab_arm *out)
{
	static const double warmup[] = {0, .2};
	static const char *const names[] = {"lr 0.01, no warm-up", "lr 0.01, warm-up"};
	for (unsigned i = 0; i < 2; i++) {
		out[i] = language_model(size, names[i], STEPS_GRID);
		set_rate(&out[i], 1e-2, warmup[i]);
		out[i].probe_every = part(out[i].train.optimiser.steps, 0.02);
		out[i].probe_tokens /= 2;
		out[i].has_pair = false;
		out[i].has_drift = true;
	}
	return 2;
}

/* ---- S6 ---- */

static unsigned shuffled(const struct lab_size *size, struct lab_arm *out)
{
	out[0] = calm(size);
	out[1] = hot(size);
	for (unsigned i = 0; i < 2; i++) {
		out[2 + i] = out[i];
		out[2 + i].is_shuffled = true;
		out[2 + i].has_removal = out[2 + i].has_meaning = false;
		snprintf(out[2 + i].name, LAB_NAME, "%s, shuffled",
			i ? "lr 0.01, no warm-up" : "lr 0.002, warm-up");
	}
	return 4;
}

/* ---- S9 ---- */

/* The widest are left to larger sizes: one of them costs as much as all the rest of the quick one. */
static unsigned widths(const struct lab_size *size, struct lab_arm *out)
{
	static const uint32_t width[] = {LAB_NARROWEST, 256, 1024, 4096, 16384, LAB_WIDEST};
	uint32_t widest = size->widest ? size->widest : size->scale < 2 ? 4096 : LAB_WIDEST;
	unsigned n = 0;
	for (unsigned i = 0; i < 6 && width[i] <= (size->is_tiny ? 256 : widest); i++, n++) {
		out[i] = language_model(size, "", STEPS_WIDE);
		snprintf(out[i].name, LAB_NAME, "%u units", width[i]);
		out[i].probe_every = part(out[i].train.optimiser.steps, 0.25);
		set_rate(&out[i], 5e-3, .1);
		set_width(&out[i], width[i]);
	}
	return n;
}

/* ---- levers and the recipe ---- */

static struct lab_arm lever(const struct lab_size *size, const char *name)
{
	struct lab_arm a = language_model(size, name, STEPS_GRID);
	set_rate(&a, 1e-2, .2);
	a.probe_every = part(a.train.optimiser.steps, 0.2);
	a.has_pair = false;
	return a;
}

static struct lab_arm with_l1(
	const struct lab_size *size, const char *name, double l1, double rise, double fall)
{
	struct lab_arm a = lever(size, name);
	a.train.l1 = (float)l1;
	a.train.l1_rise = (float)rise;
	a.train.l1_fall = (float)fall;
	return a;
}

static unsigned levers(const struct lab_size *size, struct lab_arm *out)
{
	unsigned n = 0;
	out[n++] = lever(size, "plain ReLU");
	out[n++] = with_l1(size, "L1 3e-4", 3e-4, .1, 0);
	out[n++] = with_l1(size, "L1 1e-3", 1e-3, .1, 0);
	out[n++] = with_l1(size, "L1 3e-3", 3e-3, .1, 0);
	out[n++] = with_l1(size, "L1 1e-3 from step 0", 1e-3, 0, 0);
	out[n++] = with_l1(size, "L1 1e-3, falls in the end", 1e-3, .1, .2);
	out[n++] = lever(size, "ReLU squared");
	out[n - 1].train.shape.activation = ACTIVATION_RELU_SQUARED;
	out[n++] = lever(size, "dReLU, as many weights");
	out[n - 1].train.shape.activation = ACTIVATION_DRELU;
	if (!size->is_tiny)
		set_width(&out[n - 1], FF * 2 / 3 / 16 * 16);
	out[n++] = lever(size, "top 8");
	out[n - 1].train.top_k = 8;
	out[n++] = lever(size, "no weight decay");
	out[n - 1].train.optimiser.weight_decay = 0;
	out[n++] = lever(size, "weight decay 0.5");
	out[n - 1].train.optimiser.weight_decay = 0.5f;
	out[n++] = lever(size, "3 layers");
	out[n - 1].train.shape.layers = 3;
	out[n++] = lever(size, "9 layers");
	out[n - 1].train.shape.layers = size->is_tiny ? 4 : 9;
	return n;
}

/* Wide: what a narrow network loses by L1, and what it leaves of a window's units, is in docs/sparsity.md. */
enum { FF_RECIPE = 1024 };

static unsigned recipe(const struct lab_size *size, struct lab_arm *out)
{
	static const double l1[] = {0, 2e-3, 1.25e-3, 5e-4};
	unsigned n = 0, arms = size->scale < 2 ? 3 : 4; /* the quick set has a quarter of an hour */
	for (; n < arms; n++) {
		out[n] = language_model(size, "twin without L1", 2 * STEPS);
		if (l1[n] > 0)
			snprintf(out[n].name, LAB_NAME, "L1 %g", l1[n]);
		set_rate(&out[n], 1e-2, .2);
		if (!size->is_tiny)
			set_width(&out[n], FF_RECIPE);
		out[n].has_pair = false;
		out[n].has_removal = out[n].has_effect = true;
		out[n].train.l1 = (float)l1[n];
		out[n].train.l1_rise = .3f;
	}
	return n;
}

/* ---- the scorer's own task ---- */

static struct lab_arm judge(
	const struct lab_size *size, const char *name, uint32_t units, double l1)
{
	struct lab_arm a = language_model(size, name, STEPS_JUDGE);
	struct train_options *o = &a.train;
	o->shape.mask = MASK_BIDIRECTIONAL;
	o->shape.has_heads = true;
	o->shape.layers = size->is_tiny ? 2 : 4;
	o->shape.window = WINDOW_SUBWORDS;
	o->text_subwords = size->is_tiny ? 16 : WINDOW_SUBWORDS;
	o->objective = OBJECTIVE_HEADS;
	o->batch = size->is_tiny ? 8 : 32;
	o->l1 = (float)l1;
	o->l1_rise = .3f;
	set_rate(&a, 3e-3, .1);
	set_width(&a, units);
	a.is_judge = true;
	a.has_removal = true;
	a.has_pair = false;
	a.probe_every = part(o->optimiser.steps, 0.25);
	return a;
}

static unsigned judges(const struct lab_size *size, struct lab_arm *out)
{
	uint32_t wide = size->is_tiny ? 32 : 512;
	out[0] = judge(size, "dense, 16 units", 16, 0);
	out[1] = judge(size, "512 units", wide, 0);
	out[2] = judge(size, "512 units, L1", wide, 1e-3);
	out[3] = judge(size, "512 units, L1, language model beside", wide, 1e-3);
	out[3].train.objective = OBJECTIVE_MIXED;
	out[4] = judge(size, "the language model alone", wide, 0);
	out[4].train.objective = OBJECTIVE_MLM;
	out[4].is_judge = false;
	return 5;
}

/* ---- the table ---- */

#define BIT(m) (1u << (m))
enum {
	USE = BIT(LAB_LOSS) | BIT(LAB_TOKEN) | BIT(LAB_SEQUENCE) | BIT(LAB_BATCH),
	CHANGES = BIT(LAB_OFF) | BIT(LAB_ON) | BIT(LAB_NULL) | BIT(LAB_DEAD),
	PERCENTILES = BIT(LAB_UNIT_RATE) | BIT(LAB_TOKEN_UNITS),
	DRIFT = BIT(LAB_DYING) | BIT(LAB_LIVING) | BIT(LAB_DEATHS) | BIT(LAB_JUMP),
	REMOVAL = BIT(LAB_REMOVED_RARE) | BIT(LAB_REMOVED_RANDOM) | BIT(LAB_REMOVED_UNUSED) |
		  BIT(LAB_REMOVED_MLP) | BIT(LAB_REMOVABLE) | BIT(LAB_REMOVABLE_RANDOM) |
		  BIT(LAB_REMOVED_WEAK) | BIT(LAB_REMOVABLE_WEAK),
	MEANING = BIT(LAB_READS) | BIT(LAB_READS_NULL) | BIT(LAB_FORETELLS) |
		  BIT(LAB_FORETELLS_NULL) | BIT(LAB_VARIETY),
	JUDGED = BIT(LAB_F1) | BIT(LAB_RIGHT)
};

const struct lab_experiment lab_experiments[] = {
	{"s1", "use of each layer by a batch over training", BIT(LAB_LOSS) | BIT(LAB_BATCH), family,
		lab_draw_layers},
	{"s2", "use by token, by window and by batch side by side", USE | PERCENTILES, family,
		lab_draw_scales},
	{"s3", "units that go off against what chance turns off; units that come back", CHANGES,
		family, lab_draw_deaths},
	{"s4", "learning rate and warm-up", USE, rates, lab_draw_rates},
	{"s5", "drift or jump: pre-activations before a unit's death", BIT(LAB_BATCH) | DRIFT,
		drift, lab_draw_drift},
	{"s6", "shuffled text: is it the data or the optimiser", USE, shuffled, lab_draw_shuffled},
	{"s7", "units taken out, beside as many by chance and whole layers", REMOVAL, family,
		lab_draw_removal},
	{"s8", "what units fire on, by depth", MEANING, family, lab_draw_meaning},
	{"s9", "width", USE | CHANGES, widths, lab_draw_width},
	{"levers", "L1, its schedule, ReLU squared, dReLU, top-k, weight decay, depth", USE, levers,
		lab_draw_levers},
	{"recipe", "wide networks held sparse by L1 and their twin without",
		(USE & ~BIT(LAB_BATCH)) | REMOVAL, recipe, lab_draw_recipe},
	{"judge", "the scorer's own task: wide and sparse beside 16 dense units", USE | JUDGED,
		judges, lab_draw_judge},
};
const unsigned lab_experiment_count = sizeof(lab_experiments) / sizeof(lab_experiments[0]);

unsigned lab_arms(const struct lab_experiment *x, const struct lab_size *size, struct lab_arm *out)
{
	unsigned n = x->arms(size, out);
	return size->arms && size->arms < n ? size->arms : n;
}

double lab_tokens(const struct lab_arm *a)
{
	return (double)a->train.optimiser.steps * a->train.batch * a->train.text_subwords;
}
