/* lodestone-train train: windows in, a model file out. */
#include "base/file.h"
#include "base/json.h"
#include "scorer/train/checkpoint.h"
#include "scorer/train/export.h"
#include "scorer/train/probe.h"
#include "scorer/train/progress.h"
#include "scorer/train/train_asked.h"
#include "scorer/train/verbs.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { DONE, FAILED, MISUSED, INTERRUPTED = 130 };

/* All that a run holds. */
struct run {
	struct asked asked;
	struct buf vocabulary_bytes;
	struct tok_vocabulary *vocabulary;
	struct mixture *mixture;
	struct trainer *trainer;
	struct progress progress;
	struct probe probe;
	char command[1024];
};

static volatile sig_atomic_t stop_asked;

static void on_signal(int number)
{
	stop_asked = 1;
}

/* ---- the run ---- */

static int from_mixture(void *self, uint64_t seed, uint64_t step, uint32_t index,
	struct arena *scratch, struct example *out)
{
	return mixture_draw(self, seed, step, index, scratch, out);
}

static int text_from_mixture(
	void *self, uint64_t seed, uint64_t step, uint32_t index, uint16_t *ids, uint32_t n)
{
	return mixture_draw_text(self, seed, step, index, ids, n);
}

static int open_trainer(struct run *r, struct err *e)
{
	struct asked *a = &r->asked;
	struct checkpoint c = {0};
	const char *from = a->resume ? a->resume : a->init;
	int rc = from ? checkpoint_read(&c, from, e) : LODE_OK;
	if (rc)
		return rc;
	if (from && c.shape.layers == a->train.shape.layers) /* pruning has made them narrower */
		memcpy(a->train.shape.d_ff, c.shape.d_ff, sizeof(c.shape.d_ff));
	struct supply supply = {r->mixture, from_mixture, text_from_mixture};
	rc = trainer_create(&r->trainer, &a->train, &supply, e);
	if (rc == 0 && from)
		rc = checkpoint_apply(&c, r->trainer, a->init != NULL, e);
	if (rc == 0 && a->probe_every)
		rc = probe_begin(&r->probe, &a->train.shape, a->probe_csv, a->resume != NULL,
			a->probe_tokens, a->has_probe_pair, a->resume ? c.beside : SLICE(""), e);
	checkpoint_release(&c);
	return rc;
}

static int open_run(struct run *r, struct err *e)
{
	struct asked *a = &r->asked;
	struct slice map;
	int rc = file_map(a->vocabulary, &map, e);
	if (rc)
		return rc;
	rc = buf_put_slice(&r->vocabulary_bytes, map);
	file_unmap(map);
	if (rc)
		return err_set(e, rc, "%s: %s", a->vocabulary, err_words(rc));
	rc = tok_vocabulary_open(&r->vocabulary, buf_slice(&r->vocabulary_bytes), e);
	if (rc)
		return rc;
	a->train.shape.vocabulary = tok_vocabulary_size(r->vocabulary);
	rc = train_options_check(&a->train, e);
	if (rc == 0)
		rc = mixture_create(&r->mixture, &a->mixture, r->vocabulary, e);
	if (rc == 0)
		rc = open_trainer(r, e);
	if (rc == 0)
		rc = progress_begin(&r->progress, a->log, a->resume != NULL, a->is_quiet,
			r->trainer->step, a->train.optimiser.steps, e);
	return rc;
}

static void close_run(struct run *r)
{
	probe_finish(&r->probe);
	trainer_destroy(r->trainer);
	mixture_destroy(r->mixture);
	tok_vocabulary_close(r->vocabulary);
	buf_release(&r->vocabulary_bytes);
}

static int save(const struct run *r, struct err *e)
{
	struct buf beside = {0};
	if (!r->asked.checkpoint)
		return LODE_OK;
	int rc = r->asked.probe_every ? probe_state(&r->probe, &beside) : LODE_OK;
	rc = rc ? err_set(e, rc, "no memory for a checkpoint")
		: checkpoint_save(r->trainer, buf_slice(&beside), r->asked.checkpoint, e);
	buf_release(&beside);
	return rc;
}

static int probe(struct run *r, struct err *e)
{
	uint32_t removed = 0;
	int rc = probe_take(&r->probe, r->trainer, e);
	if (rc == 0 && r->asked.prune_after)
		rc = probe_prune(&r->probe, &r->trainer, r->asked.prune_after, &removed, e);
	if (removed && !r->asked.is_quiet)
		fprintf(stderr, "\nstep %llu: %u hidden units off in %u probes taken out\n",
			(unsigned long long)r->trainer->step, removed, r->asked.prune_after);
	return rc;
}

/* What is due before step t->step: a probe, then a checkpoint that knows of it. */
static int upkeep(struct run *r, struct err *e)
{
	const struct asked *a = &r->asked;
	uint64_t step = r->trainer->step;
	int rc = a->probe_every && step % a->probe_every == 0 ? probe(r, e) : LODE_OK;
	if (rc == 0 && step && a->checkpoint_every && step % a->checkpoint_every == 0)
		rc = save(r, e);
	return rc;
}

static int steps(struct run *r, struct err *e)
{
	uint64_t last = r->asked.train.optimiser.steps;
	int rc = r->trainer->step == 0 ? upkeep(r, e) : LODE_OK;
	while (rc == 0 && r->trainer->step < last && !stop_asked) {
		struct step_report report;
		rc = trainer_step(r->trainer, &report, e);
		if (rc)
			break;
		progress_step(&r->progress, &r->trainer->options, &report);
		rc = upkeep(r, e);
	}
	return rc ? rc : save(r, e);
}

/* ---- the model file ---- */

static void training_json(const struct run *r, struct buf *out)
{
	const struct train_options *o = &r->trainer->options;
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	json_kv_str(&w, "command", r->command);
	json_kv_str(&w, "version", LODESTONE_VERSION);
	json_kv_str(&w, "objective", objective_names[o->objective]);
	json_kv_uint(&w, "seed", o->seed);
	json_kv_uint(&w, "steps", r->trainer->step);
	json_kv_uint(&w, "batch", o->batch);
	json_kv_str(&w, "kernel", r->trainer->shares[0].pass->kernel->name);
	json_end_object(&w);
}

static int write_model(const struct run *r, struct err *e)
{
	const struct asked *a = &r->asked;
	struct buf training = {0};
	struct use use;
	if (!a->out)
		return LODE_OK;
	int rc = use_measure(&use, r->trainer, USE_STREAM_A, a->firing_tokens, e);
	if (rc)
		return rc;
	training_json(r, &training);
	struct export_options o = {
		.path = a->out,
		.vocabulary = buf_slice(&r->vocabulary_bytes),
		.training = buf_slice(&training),
		.is_bf16 = !a->is_f32,
	};
	rc = training.failed ? err_set(e, LODE_NOMEM, "no memory for the model's metadata")
			     : export_model(r->trainer, &use, &o, e);
	use_release(&use);
	buf_release(&training);
	return rc;
}

/* ---- the verb ---- */

/* Paths by their last part: a model goes to other people, whom the folders of this machine do not concern. */
static void remember_command(struct run *r, int argc, char **argv)
{
	size_t used = 0;
	for (int i = 0; i < argc && used < sizeof(r->command); i++) {
		const char *slash = strrchr(argv[i], '/');
		used += (size_t)snprintf(r->command + used, sizeof(r->command) - used, "%s%s",
			i ? " " : "", slash ? slash + 1 : argv[i]);
	}
}

static int run_all(struct run *r, struct err *e)
{
	int rc = open_run(r, e);
	if (rc)
		return rc;
	rc = steps(r, e);
	struct err log_error = {0};
	int log_rc = progress_end(&r->progress, &log_error);
	if (rc == 0 && log_rc)
		return err_set(e, log_rc, "%s", log_error.text);
	if (rc == 0 && !stop_asked) {
		trainer_take_average(r->trainer);
		rc = write_model(r, e);
	}
	return rc;
}

int verb_train(int argc, char **argv)
{
	struct run r = {.asked = asked_usual()};
	struct err e = {0};
	int rc = asked_read(&r.asked, argc, argv, &e);
	if (rc) {
		fprintf(stderr, "lodestone-train: %s (train --help lists the options)\n", e.text);
		return MISUSED;
	}
	if (r.asked.wants_help) {
		asked_help();
		return DONE;
	}
	remember_command(&r, argc, argv);
	struct sigaction action = {.sa_handler = on_signal};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	rc = run_all(&r, &e);
	close_run(&r);
	if (rc) {
		fprintf(stderr, "lodestone-train: %s\n", e.text);
		return FAILED;
	}
	if (stop_asked && r.asked.checkpoint)
		fprintf(stderr, "lodestone-train: stopped; --resume %s goes on\n",
			r.asked.checkpoint);
	return stop_asked ? INTERRUPTED : DONE;
}
