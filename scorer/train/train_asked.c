#include "scorer/train/train_asked.h"

#include "scorer/train/options.h"
#include "scorer/train/probe.h"

#include <limits.h>
#include <libgen.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHECKPOINT_EVERY = 250 };

static const char intro[] =
	"usage: lodestone-train train --vocabulary FILE [OPTIONS]\n"
	"\n"
	"Trains the scorer's network and writes a model file.  SIGINT ends it after the step with a checkpoint,\n"
	"from which --resume goes on bit for bit.\n\n";

#define AT(field) offsetof(struct asked, field)
static const struct option_row rows[] = {
	{"vocabulary", OPTION_TEXT, AT(vocabulary), NULL, 0,
		"subwords, a file of lodestone-train vocabulary"},
	{"out", OPTION_TEXT, AT(out), NULL, 0, "model file to write at the end"},
	{"checkpoint", OPTION_TEXT, AT(checkpoint), NULL, 0, "file to save the run in"},
	{"checkpoint-every", OPTION_U32, AT(checkpoint_every), NULL, 0,
		"steps between checkpoints"},
	{"resume", OPTION_TEXT, AT(resume), NULL, 0, "checkpoint to go on from"},
	{"init", OPTION_TEXT, AT(init), NULL, 0, "checkpoint to take the first weights from"},
	{"log", OPTION_TEXT, AT(log), NULL, 0, "a JSON object per step"},
	{"objective", OPTION_CHOICE, AT(train.objective), objective_names, OBJECTIVES,
		"heads, mlm, causal or mixed"},
	{"steps", OPTION_U32, AT(train.optimiser.steps), NULL, 0, "steps of the whole run"},
	{"batch", OPTION_U32, AT(train.batch), NULL, 0, "windows a step"},
	{"lr", OPTION_FLOAT, AT(train.optimiser.rate), NULL, 0, "highest learning rate"},
	{"lr-last", OPTION_FLOAT, AT(train.optimiser.rate_last), NULL, 0,
		"share of it at the last step"},
	{"warmup", OPTION_U32, AT(train.optimiser.warmup), NULL, 0, "steps over which it rises"},
	{"decay", OPTION_CHOICE, AT(train.optimiser.decay), rate_decay_names, RATE_DECAYS,
		"linear, cosine or constant"},
	{"weight-decay", OPTION_FLOAT, AT(train.optimiser.weight_decay), NULL, 0, "of matrices"},
	{"beta-second", OPTION_FLOAT, AT(train.optimiser.beta_second), NULL, 0, "AdamW's"},
	{"clip", OPTION_FLOAT, AT(train.optimiser.clip), NULL, 0,
		"largest norm of the gradient, 0: any"},
	{"d", OPTION_U32, AT(train.shape.d), NULL, 0, "width of the network"},
	{"heads", OPTION_U32, AT(train.shape.heads), NULL, 0, "of attention, 64 wide"},
	{"layers", OPTION_U32, AT(train.shape.layers), NULL, 0, "how many"},
	{"ff", OPTION_TEXT, AT(widths), NULL, 0,
		"hidden units, one number or one per layer with commas"},
	{"window", OPTION_U32, AT(train.shape.window), NULL, 0, "longest window, subwords"},
	{"mask", OPTION_CHOICE, AT(train.shape.mask), shape_mask_names, 2, "of attention"},
	{"position", OPTION_CHOICE, AT(train.shape.position), shape_position_names, 2,
		"how places are told apart"},
	{"activation", OPTION_CHOICE, AT(train.shape.activation), shape_activation_names, 3,
		"of hidden units"},
	{"text-subwords", OPTION_U32, AT(train.text_subwords), NULL, 0,
		"length of a stretch of text"},
	{"text-share", OPTION_FLOAT, AT(train.text_share), NULL, 0,
		"share of windows that are text (mixed)"},
	{"words-weight", OPTION_FLOAT, AT(train.words_weight), NULL, 0,
		"of the language model's loss (mixed)"},
	{"masked", OPTION_FLOAT, AT(train.masked), NULL, 0, "share of subwords to be guessed"},
	{"smoothing", OPTION_FLOAT, AT(train.smoothing), NULL, 0, "of labels"},
	{"dropped", OPTION_FLOAT, AT(train.dropped), NULL, 0,
		"share of labelled windows' subwords that are blanked, on average"},
	{"l1", OPTION_FLOAT, AT(train.l1), NULL, 0,
		"weight of a token's sum of hidden activations"},
	{"l1-anneal", OPTION_TEXT, AT(l1_anneal), NULL, 0,
		"RISE:FALL, shares of the run in which it rises and falls"},
	{"average", OPTION_FLOAT, AT(train.average), NULL, 0,
		"share of the run, at its end, whose weights are averaged, 0: none"},
	{"seed", OPTION_U64, AT(train.seed), NULL, 0, "of weights, windows and masks"},
	{"threads", OPTION_U32, AT(train.threads), NULL, 0, "1 or 2; the result is the same"},
	{"shares", OPTION_TEXT, AT(shares), NULL, 0, "MADE-UP:WEAK:LABELLED, shares of examples"},
	{"rows", OPTION_U32, AT(mixture.rows), NULL, 0, "labelled rows, at most"},
	{"lexicon", OPTION_TEXT, AT(mixture.lexicon), NULL, 0, "folder of names"},
	{"excluded", OPTION_TEXT, AT(mixture.excluded), NULL, 0,
		"file of report ids not to be seen"},
	{"teachers", OPTION_TEXT, AT(mixture.teachers), NULL, 0,
		"model files with a stack, commas between, that label the weak windows"},
	{"data-seed", OPTION_U64, AT(mixture.seed), NULL, 0, "of windows that are built once"},
	{"probe-every", OPTION_U32, AT(probe_every), NULL, 0,
		"steps between probes of the hidden layers, 0: none"},
	{"probe-csv", OPTION_TEXT, AT(probe_csv), NULL, 0, "table of the probes, a row per layer"},
	{"probe-tokens", OPTION_U32, AT(probe_tokens), NULL, 0, "tokens of a probe"},
	{"probe-pair", OPTION_FLAG, AT(has_probe_pair), NULL, 0,
		"a second batch, for what is off by chance"},
	{"prune-after", OPTION_U32, AT(prune_after), NULL, 0,
		"take out units off in that many probes in a row, 0: none"},
	{"firing-tokens", OPTION_U32, AT(firing_tokens), NULL, 0,
		"tokens for the units' firing statistics"},
	{"f32", OPTION_FLAG, AT(is_f32), NULL, 0, "weights in the file as f32, not bf16"},
	{"quiet", OPTION_FLAG, AT(is_quiet), NULL, 0, "no progress"},
	{"help", OPTION_FLAG, AT(wants_help), NULL, 0, "this"},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* "a:b:c" or "a,b,c" into n numbers; false when there are more or other things. */
static bool numbers(const char *text, char between, double *out, unsigned room, unsigned *n)
{
	for (*n = 0; *n < room; text++) {
		char *end;
		double v = strtod(text, &end);
		if (end == text || !(v >= 0 && v <= UINT32_MAX))
			return false;
		out[(*n)++] = v;
		text = end;
		if (*text != between)
			return *text == '\0';
	}
	return false;
}

static int take_lists(struct asked *a, struct err *e)
{
	double v[SHAPE_LAYERS_MAX];
	unsigned n;
	if (a->widths) {
		if (!numbers(a->widths, ',', v, SHAPE_LAYERS_MAX, &n) ||
			(n != 1 && n != a->train.shape.layers))
			return err_set(e, LODE_BADREQ,
				"--ff: %s is not one number, or one for each layer", a->widths);
		for (unsigned l = 0; l < SHAPE_LAYERS_MAX; l++)
			a->train.shape.d_ff[l] = (uint32_t)v[n == 1 ? 0 : l < n ? l : n - 1];
	}
	if (a->l1_anneal) {
		if (!numbers(a->l1_anneal, ':', v, 2, &n) || n != 2)
			return err_set(
				e, LODE_BADREQ, "--l1-anneal: %s is not RISE:FALL", a->l1_anneal);
		a->train.l1_rise = (float)v[0];
		a->train.l1_fall = (float)v[1];
	}
	if (a->shares) {
		if (!numbers(a->shares, ':', v, EXAMPLE_SOURCES, &n) || n != EXAMPLE_SOURCES)
			return err_set(e, LODE_BADREQ, "--shares: %s is not MADE-UP:WEAK:LABELLED",
				a->shares);
		for (unsigned i = 0; i < EXAMPLE_SOURCES; i++)
			a->mixture.share[i] = v[i];
	}
	return LODE_OK;
}

/* An hour of training must not end at a path that cannot be written. */
static int check_writable(const char *path, struct err *e)
{
	char copy[PATH_MAX];
	if (!path)
		return LODE_OK;
	int n = snprintf(copy, sizeof(copy), "%s", path);
	if (n < 0 || (size_t)n >= sizeof(copy))
		return err_set(e, LODE_TOOBIG, "a path of %d bytes is too long", n);
	if (access(dirname(copy), W_OK))
		return err_set(e, LODE_IO, "%s: its folder cannot be written in", path);
	return LODE_OK;
}

int asked_read(struct asked *a, int argc, char **argv, struct err *e)
{
	int rc = options_parse(argc, argv, rows, ROWS, a, e);
	if (rc == 0)
		rc = take_lists(a, e);
	if (rc || a->wants_help)
		return rc;
	if (!a->vocabulary)
		return err_set(e, LODE_BADREQ, "--vocabulary is needed");
	if (a->prune_after && (a->prune_after < PRUNE_LEAST || !a->probe_every))
		return err_set(e, LODE_BADREQ, "--prune-after: at least %d, with --probe-every",
			PRUNE_LEAST);
	if (a->probe_tokens < 1 || a->probe_tokens > 1 << 20)
		return err_set(e, LODE_BADREQ, "--probe-tokens: 1 to %d", 1 << 20);
	if (a->firing_tokens < 1 || a->firing_tokens > 1 << 20)
		return err_set(e, LODE_BADREQ, "--firing-tokens: 1 to %d", 1 << 20);
	if (a->resume && a->init)
		return err_set(e, LODE_BADREQ, "--resume and --init exclude each other");
	rc = check_writable(a->out, e);
	return rc ? rc : check_writable(a->checkpoint, e);
}

struct asked asked_usual(void)
{
	struct asked a = {
		.train = train_options_usual(),
		.mixture = mixture_usual(),
		.checkpoint_every = CHECKPOINT_EVERY,
		.firing_tokens = PROBE_TOKENS,
		.probe_tokens = PROBE_TOKENS,
	};
	a.mixture.lexicon = LODESTONE_SOURCE_DIR "/index/lexicon";
	return a;
}

void asked_help(void)
{
	struct asked usual = asked_usual();
	printf("%s", intro);
	options_help(stdout, rows, ROWS, &usual);
}
