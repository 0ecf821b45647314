#include "client/report.h"

#include "base/json.h"
#include "client/source.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

enum {
	REJECTS_SHOWN = 20,
	BAR_EVERY_US = 100 * 1000,
};

static uint64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

int report_open(struct report *r, const struct args *a, struct err *e)
{
	*r = (struct report){.is_dry = args_has(a, OPT_DRY_RUN), .start_us = now_us()};
	look_init(&r->look, args_value(a, OPT_COLOR));
	r->has_bar = isatty(STDERR_FILENO) == 1;
	r->file_name = args_value(a, OPT_REJECTS);
	if (!r->file_name)
		return 0;
	for (int i = 0; i < a->n_operands; i++)
		if (source_is_same(a->operands[i], r->file_name))
			return err_set(e, LODE_BADREQ, "--rejects %s would overwrite an input",
				r->file_name);
	r->file = fopen(r->file_name, "we");
	if (!r->file)
		return err_set(e, LODE_IO, "cannot write %s: %s", r->file_name, strerror(errno));
	return 0;
}

static double seconds(const struct report *r)
{
	double s = (double)(now_us() - r->start_us) / 1e6;
	return s > 1e-6 ? s : 1e-6;
}

static void clear_bar(struct report *r)
{
	if (r->bar_drawn)
		fputs("\r\x1b[K", stderr);
	r->bar_drawn = false;
}

static void put_eta(struct buf *out, const struct report *r)
{
	if (r->total_bytes == 0 || r->read_bytes == 0 || r->read_bytes > r->total_bytes)
		return;
	double share = (double)r->read_bytes / (double)r->total_bytes;
	uint64_t left = (uint64_t)(seconds(r) * (1 - share) / share + 0.5);
	buf_printf(out, "  %3.0f%%  ETA %llu:%02llu", share * 100, (unsigned long long)(left / 60),
		(unsigned long long)(left % 60));
}

void report_bar(struct report *r, bool is_forced)
{
	uint64_t now = r->has_bar ? now_us() : 0;
	if (!r->has_bar || (!is_forced && now - r->drawn_us < BAR_EVERY_US))
		return;
	struct buf line = {0};
	r->drawn_us = now;
	buf_put_str(&line, "\r");
	print_count(&line, r->sent_lines);
	buf_put_str(&line, " notes  ");
	print_bytes(&line, (double)r->text_bytes / seconds(r));
	buf_put_str(&line, "/s");
	put_eta(&line, r);
	if (r->rejected) {
		buf_put_str(&line, "  ");
		print_count(&line, r->rejected);
		buf_put_str(&line, " rejected");
	}
	buf_put_str(&line, "\x1b[K");
	fwrite(line.p, 1, line.n, stderr);
	fflush(stderr);
	buf_release(&line);
	r->bar_drawn = true;
}

static void put_place(struct buf *out, const char *file, uint64_t line, struct slice reason)
{
	static const struct look look = {.ascii = false};
	print_safe(out, &look, slice_str(file));
	buf_printf(out, ":%llu: ", (unsigned long long)line);
	print_safe(out, &look, reason);
}

void report_reject(struct report *r, const char *file, uint64_t line, struct slice reason)
{
	struct buf text = {0};
	r->rejected++;
	put_place(&text, file, line, reason);
	buf_put_byte(&text, '\n');
	if (r->file)
		fwrite(text.p, 1, text.n, r->file);
	if (r->rejected <= REJECTS_SHOWN) {
		clear_bar(r);
		fwrite(text.p, 1, text.n, stderr);
	}
	buf_release(&text);
}

void report_note(struct report *r, const char *file, const char *text)
{
	clear_bar(r);
	print_failure("%s: %s", file, text);
}

static void put_json(struct buf *out, const struct report *r, bool is_whole)
{
	struct json_writer w;
	json_init(&w, out);
	json_begin_object(&w);
	json_kv_bool(&w, "complete", is_whole);
	json_kv_bool(&w, "dry_run", r->is_dry);
	json_kv_uint(&w, "lines", r->lines);
	json_kv_uint(&w, "added", r->added);
	json_kv_uint(&w, "replaced", r->replaced);
	json_kv_uint(&w, "unchanged", r->unchanged);
	json_kv_uint(&w, "rejected", r->rejected + r->unlisted);
	json_kv_uint(&w, "rejects_listed", r->rejected);
	json_kv_uint(&w, "phi_notes", r->phi_notes);
	json_kv_uint(&w, "bytes", r->text_bytes);
	json_kv_uint(&w, "elapsed_us", (uint64_t)(seconds(r) * 1e6));
	json_end_object(&w);
	buf_put_byte(out, '\n');
}

static void put_part(struct buf *out, uint64_t n, const char *word)
{
	print_count(out, n);
	buf_printf(out, " %s", word);
}

static void put_text(struct buf *out, const struct report *r, bool is_whole)
{
	uint64_t rejected = r->rejected + r->unlisted;
	if (!is_whole) {
		print_style(out, &r->look, STYLE_BAD);
		buf_put_str(out, "INCOMPLETE, at least: ");
		print_plain(out, &r->look);
	}
	if (r->is_dry) {
		put_part(out, r->lines - rejected,
			r->lines - rejected == 1 ? "note would be sent, "
						 : "notes would be sent, ");
	} else {
		put_part(out, r->added, r->added == 1 ? "note added, " : "notes added, ");
		put_part(out, r->replaced, "replaced, ");
		put_part(out, r->unchanged, "unchanged, ");
	}
	print_style(out, &r->look, rejected ? STYLE_WARN : STYLE_BOLD);
	put_part(out, rejected, "rejected");
	print_plain(out, &r->look);
	buf_put_str(out, "   ");
	print_bytes(out, (double)r->text_bytes);
	buf_put_str(out, " in ");
	print_duration(out, (uint64_t)(seconds(r) * 1e6));
	buf_put_str(out, ", ");
	print_bytes(out, (double)r->text_bytes / seconds(r));
	buf_put_str(out, "/s\n");
}

static void say_hidden(const struct report *r)
{
	if (r->unlisted)
		print_warning("%llu rejected lines were not listed by the daemon%s",
			(unsigned long long)r->unlisted,
			r->file ? "" : "; --rejects FILE gets all of them");
	if (r->rejected > REJECTS_SHOWN && !r->file)
		print_warning("%llu more rejected lines are not shown here; use --rejects FILE",
			(unsigned long long)(r->rejected - REJECTS_SHOWN));
	else if (r->rejected > REJECTS_SHOWN)
		print_warning("all rejected lines are in %s", r->file_name);
	if (r->phi_notes)
		print_warning("%llu notes hold what looks like identifiers; lodestone phi-scan "
			      "FILE shows where",
			(unsigned long long)r->phi_notes);
}

int report_close(struct report *r, enum format format, bool is_whole, struct err *e)
{
	struct buf out = {0};
	clear_bar(r);
	say_hidden(r);
	if (!is_whole && !r->is_dry)
		print_warning("what was committed stays; the same files may be sent again");
	if (format == FORMAT_TEXT)
		put_text(&out, r, is_whole);
	else
		put_json(&out, r, is_whole);
	int rc = print_out(buf_slice(&out), e);
	buf_release(&out);
	bool is_torn = r->file && ferror(r->file);
	if (r->file && (fclose(r->file) != 0 || is_torn) && rc == 0)
		rc = err_set(e, LODE_IO, "cannot write %s: %s", r->file_name, strerror(errno));
	r->file = NULL;
	return rc;
}
