#include "scorer/train/progress.h"

#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int progress_begin(struct progress *p, const char *log_path, bool is_resumed, bool is_quiet,
	uint64_t first, uint64_t last, struct err *e)
{
	*p = (struct progress){.is_terminal = isatty(STDERR_FILENO),
		.is_quiet = is_quiet,
		.first = first,
		.last = last,
		.began = now()};
	p->shown = p->began;
	if (!log_path)
		return LODE_OK;
	p->log = fopen(log_path, is_resumed ? "ae" : "we");
	if (!p->log)
		return err_set(e, LODE_IO, "%s: cannot be opened for writing: %s", log_path,
			strerror(errno));
	return LODE_OK;
}

static void number(struct json_writer *w, const char *key, double v, int decimals)
{
	json_key(w, key);
	if (isfinite(v))
		json_double(w, v, decimals);
	else
		json_null(w);
}

static void log_step(
	FILE *log, const struct train_options *o, const struct step_report *r, double speed)
{
	struct buf b = {0};
	struct json_writer w;
	json_init(&w, &b);
	json_begin_object(&w);
	json_kv_uint(&w, "step", r->step);
	number(&w, "loss", r->loss, 6);
	if (o->shape.has_heads) {
		json_key(&w, "heads");
		json_begin_object(&w);
		for (unsigned h = 0; h < HEAD_COUNT; h++)
			number(&w, shape_head_names[h], r->heads[h], 6);
		json_end_object(&w);
		json_key(&w, "right");
		json_begin_object(&w);
		for (unsigned h = 0; h < HEAD_COUNT; h++)
			number(&w, shape_head_names[h], r->right[h], 4);
		json_end_object(&w);
	}
	number(&w, "words", r->words, 6);
	number(&w, "hidden", r->hidden, 4);
	json_key(&w, "use");
	json_begin_array(&w);
	for (uint32_t l = 0; l < o->shape.layers; l++)
		json_double(&w, r->use[l], 6);
	json_end_array(&w);
	number(&w, "norm", r->norm, 6);
	number(&w, "lr", (double)r->rate, 9);
	number(&w, "l1", (double)r->l1, 9);
	json_kv_uint(&w, "tokens", r->tokens);
	number(&w, "tokens_per_s", speed, 0);
	json_end_object(&w);
	buf_put_byte(&b, '\n');
	if (!b.failed)
		fwrite(b.p, 1, b.n, log);
	buf_release(&b);
}

static double mean_right(const struct step_report *r)
{
	double sum = 0, n = 0;
	for (unsigned h = 0; h < HEAD_COUNT; h++)
		if (isfinite(r->right[h])) {
			sum += r->right[h];
			n++;
		}
	return sum / n;
}

static void show(const struct progress *p, const struct step_report *r, double speed, double left)
{
	char heads[32] = "", words[32] = "";
	if (isfinite(mean_right(r)))
		snprintf(heads, sizeof(heads), "  right %.3f", mean_right(r));
	if (isfinite(r->words))
		snprintf(words, sizeof(words), "  words %.3f", r->words);
	fprintf(stderr,
		"%sstep %llu/%llu  loss %.4f%s%s  lr %.2e  %.1fk tokens/s  %.0f:%02.0f left%s",
		p->is_terminal ? "\r" : "", (unsigned long long)r->step + 1,
		(unsigned long long)p->last, r->loss, heads, words, (double)r->rate, speed / 1000,
		floor(left / 60), fmod(left, 60), p->is_terminal ? "\033[K" : "\n");
}

void progress_step(struct progress *p, const struct train_options *o, const struct step_report *r)
{
	double at = now(), gone = at - p->began + 1e-9;
	p->tokens += r->tokens;
	double speed = p->tokens / gone;
	uint64_t done = r->step + 1 - p->first;
	double left = gone / (double)done * (double)(p->last - r->step - 1);
	if (p->log)
		log_step(p->log, o, r, speed);
	bool is_due = at - p->shown > (p->is_terminal ? 0.2 : 10) || r->step + 1 == p->last;
	if (p->is_quiet || !is_due)
		return;
	p->shown = at;
	show(p, r, speed, left);
}

int progress_end(struct progress *p, struct err *e)
{
	if (p->is_terminal && !p->is_quiet)
		fputc('\n', stderr);
	if (!p->log)
		return LODE_OK;
	int failed = ferror(p->log);
	failed |= fclose(p->log);
	p->log = NULL;
	return failed ? err_set(e, LODE_IO, "the log cannot be written") : LODE_OK;
}
