/* lodestone-train lab: the sparsity laboratory (docs/sparsity.md). */
#include "scorer/train/lab_crew.h"
#include "scorer/train/lab_judge.h"
#include "scorer/train/lab_report.h"
#include "scorer/train/lab_trunk.h"
#include "scorer/train/options.h"
#include "scorer/train/probe.h"
#include "scorer/train/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { IDS = 2048, EXPERIMENTS_MAX = 32, MADE_UP = 3000, MADE_UP_TINY = 100 };
enum { DONE, FAILED, MISUSED, INTERRUPTED = 130 };

struct lab_asked {
	struct lab_size size;
	enum lab_source source;
	const char *out, *runs, *vocabulary, *lexicon, *model;
	uint32_t jobs, seeds, widest, arms;
	float scale;
	bool is_quick, is_tiny, is_quiet, is_trunk, wants_help;
	const struct lab_experiment *experiments[EXPERIMENTS_MAX];
	unsigned n;
};

static const char intro[] =
	"usage: lodestone-train lab all|EXPERIMENT... [OPTIONS]\n"
	"       lodestone-train lab trunk --model FILE [OPTIONS]\n"
	"\n"
	"Trains small networks, watches which hidden units fire, and leaves a CSV and figures of each experiment.\n"
	"A run that has ended is a file in the folder of runs and is not run again.\n\n";

#define AT(field) offsetof(struct lab_asked, field)
static const struct option_row rows[] = {
	{"quick", OPTION_FLAG, AT(is_quick), NULL, 0, "the smallest budgets, as --scale 1"},
	{"scale", OPTION_FLOAT, AT(scale), NULL, 0, "budgets of tokens, in quick ones"},
	{"seeds", OPTION_U32, AT(seeds), NULL, 0, "runs of each arm, 1 to 16"},
	{"widest", OPTION_U32, AT(widest), NULL, 0,
		"of S9, hidden units a layer, 64 to 32768; 0: 4096 at scales below 2, else all"},
	{"arms", OPTION_U32, AT(arms), NULL, 0,
		"the first so many arms of each experiment; 0: all"},
	{"jobs", OPTION_U32, AT(jobs), NULL, 0, "runs at a time, each on one thread"},
	{"out", OPTION_TEXT, AT(out), NULL, 0, "folder for CSVs and figures"},
	{"runs", OPTION_TEXT, AT(runs), NULL, 0, "folder of ended runs (OUT/runs)"},
	{"texts", OPTION_CHOICE, AT(source), lab_source_names, LAB_SOURCES,
		"real, made-up, or real where they are"},
	{"vocabulary", OPTION_TEXT, AT(vocabulary), NULL, 0, "subwords, the first 2,048 are used"},
	{"lexicon", OPTION_TEXT, AT(lexicon), NULL, 0, "folder of names"},
	{"model", OPTION_TEXT, AT(model), NULL, 0, "file that trunk looks at"},
	{"tiny", OPTION_FLAG, AT(is_tiny), NULL, 0, "networks of seconds, for tests"},
	{"quiet", OPTION_FLAG, AT(is_quiet), NULL, 0, "no progress"},
	{"help", OPTION_FLAG, AT(wants_help), NULL, 0, "this"},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static struct lab_asked usual(void)
{
	return (struct lab_asked){.scale = 16,
		.seeds = 3,
		.jobs = 2,
		.out = "lab",
		.vocabulary = LODESTONE_SOURCE_DIR "/scorer/model/vocabulary.bin",
		.lexicon = LODESTONE_SOURCE_DIR "/index/lexicon"};
}

static void help(void)
{
	struct lab_asked a = usual();
	printf("%s", intro);
	for (unsigned i = 0; i < lab_experiment_count; i++)
		printf("  %-8s %s\n", lab_experiments[i].name, lab_experiments[i].what);
	printf("  %-8s %s\n\n", "trunk", "a model file: what it uses on the windows it judges");
	options_help(stdout, rows, ROWS, &a);
}

/* ---- what is asked ---- */

static int take_experiment(struct lab_asked *a, const char *name, struct err *e)
{
	if (strcmp(name, "trunk") == 0) {
		a->is_trunk = true;
		return LODE_OK;
	}
	bool is_all = strcmp(name, "all") == 0, is_known = is_all;
	for (unsigned i = 0; i < lab_experiment_count; i++) {
		const struct lab_experiment *x = &lab_experiments[i];
		if (!is_all && strcmp(name, x->name) != 0)
			continue;
		is_known = true;
		if (a->n < EXPERIMENTS_MAX)
			a->experiments[a->n++] = x;
	}
	return is_known ? LODE_OK : err_set(e, LODE_BADREQ, "no such experiment: %s", name);
}

static int read_asked(struct lab_asked *a, int argc, char **argv, struct err *e)
{
	int first = 1, rc = LODE_OK;
	for (; rc == 0 && first < argc && argv[first][0] != '-'; first++)
		rc = take_experiment(a, argv[first], e);
	if (rc == 0)
		rc = options_parse(argc - first + 1, argv + first - 1, rows, ROWS, a, e);
	if (rc || a->wants_help)
		return rc;
	if (a->is_trunk != (a->model != NULL) || (a->is_trunk && a->n))
		return err_set(e, LODE_BADREQ, "trunk goes with --model, and alone");
	if (!a->n && !a->is_trunk)
		return err_set(e, LODE_BADREQ,
			"which experiment? all, or s1 to s9, levers, recipe, judge");
	a->size = (struct lab_size){
		a->is_quick ? 1 : (double)a->scale, a->seeds, a->widest, a->arms, a->is_tiny};
	if (!(a->size.scale > 0 && a->size.scale <= 1000))
		return err_set(e, LODE_BADREQ, "--scale: above 0, to 1000");
	if (a->widest && (a->widest < LAB_NARROWEST || a->widest > LAB_WIDEST))
		return err_set(
			e, LODE_BADREQ, "--widest: 0, or %d to %d", LAB_NARROWEST, LAB_WIDEST);
	if (a->seeds < 1 || a->seeds > LAB_SEEDS || a->jobs < 1 || a->jobs > LAB_JOBS)
		return err_set(
			e, LODE_BADREQ, "--seeds: 1 to %d; --jobs: 1 to %d", LAB_SEEDS, LAB_JOBS);
	return LODE_OK;
}

static int make_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0755) == 0 || errno == EEXIST)
		return LODE_OK;
	return err_set(e, LODE_IO, "%s: cannot be made: %s", path, strerror(errno));
}

/* ---- the runs ---- */

static int list_runs(
	const struct lab_asked *a, const struct lab_bench *b, struct lab_queue *q, struct err *e)
{
	struct lab_arm *arms = calloc(LAB_ARMS, sizeof(*arms));
	int rc = LODE_OK;
	if (!arms)
		return err_set(e, LODE_NOMEM, "no memory for a plan");
	for (unsigned x = 0; rc == 0 && x < a->n; x++) {
		unsigned n = lab_arms(a->experiments[x], &a->size, arms);
		for (uint64_t seed = 1; rc == 0 && seed <= a->seeds; seed++)
			for (unsigned i = 0; rc == 0 && i < n; i++) {
				arms[i].train.shape.vocabulary = IDS;
				rc = lab_queue_add(
					q, b, a->experiments[x]->name, &arms[i], seed, e);
			}
	}
	free(arms);
	return rc;
}

static int run_all(const struct lab_asked *a, const struct lab_texts *texts, struct lab_bench *b,
	struct err *e)
{
	struct lab_queue q = {0};
	struct mixture *mixture = NULL;
	int rc = list_runs(a, b, &q, e);
	if (rc == 0 && lab_queue_has_judges(&q)) {
		rc = lab_mixture(&mixture, texts, a->lexicon, b->runs, e);
		b->mixture = mixture;
	}
	if (rc == 0)
		rc = lab_queue_run(&q, b, a->jobs, a->is_quiet, e);
	b->mixture = NULL;
	mixture_destroy(mixture);
	lab_queue_release(&q);
	return rc;
}

static int lab(const struct lab_asked *a, struct err *e)
{
	struct lab_texts texts;
	char runs[1024];
	if (snprintf(runs, sizeof(runs), "%s/runs", a->out) >= (int)sizeof(runs))
		return err_set(e, LODE_TOOBIG, "%s: the path is too long", a->out);
	struct lab_bench b = {.texts = &texts, .runs = a->runs ? a->runs : runs};
	int rc = make_folder(a->out, e);
	if (rc == 0 && a->is_trunk)
		return lab_trunk(a->model, a->lexicon, a->source == LAB_TEXTS_MADE_UP, PROBE_TOKENS,
			a->out, e);
	if (rc == 0)
		rc = make_folder(b.runs, e);
	if (rc == 0)
		rc = lab_texts_open(&texts, a->vocabulary, IDS, a->source,
			a->is_tiny ? MADE_UP_TINY : MADE_UP, a->lexicon, e);
	if (rc)
		return rc;
	rc = run_all(a, &texts, &b, e);
	for (unsigned x = 0; rc == 0 && x < a->n; x++)
		rc = lab_report(&b, a->experiments[x], &a->size, IDS, a->out, e);
	lab_texts_close(&texts);
	return rc;
}

int verb_lab(int argc, char **argv)
{
	struct lab_asked a = usual();
	struct err e = {0};
	int rc = read_asked(&a, argc, argv, &e);
	if (rc) {
		fprintf(stderr, "lodestone-train: %s (lab --help lists them)\n", e.text);
		return MISUSED;
	}
	if (a.wants_help) {
		help();
		return DONE;
	}
	rc = lab(&a, &e);
	if (rc == LODE_CANCELLED) {
		fprintf(stderr, "lodestone-train: stopped; the same command goes on\n");
		return INTERRUPTED;
	}
	if (rc)
		fprintf(stderr, "lodestone-train: %s\n", e.text);
	return rc ? FAILED : DONE;
}
