#include "daemon/phi_scan.h"

#include "base/compress.h"
#include "daemon/guard.h"
#include "daemon/lines.h"

#include <errno.h>
#include <unistd.h>

enum {
	FOUND_NONE,
	FOUND_SOME,
	FOUND_FAILED,
	TEXT_MAX = 64 << 20,
	LINES_BYTES = 4 << 20, /* taken in before they are walked */
	BLOCK_BYTES = 1 << 16,
	WINDOW_LOG = 27, /* --long=27, as archives of notes are often made */
};

struct sweep {
	struct guard_policy policy;
	struct tokenizer *tok;
	struct arena arena;
	struct buf line; /* of the answer */
	uint64_t notes, flagged, failed, found[TOK_PHI_COUNT];

	/* of the file under way */
	const char *name;
	bool is_known, is_notes; /* what kind of file it is */
	struct buf text;         /* all of it, or lines not looked at yet */
	struct lines_cut cut;
	uint64_t line_number;
};

static void complain(struct sweep *s, uint64_t line, const char *why)
{
	s->failed++;
	if (line)
		fprintf(stderr, "lodestoned: %s: line %llu: %s\n", s->name,
			(unsigned long long)line, why);
	else
		fprintf(stderr, "lodestoned: %s: %s\n", s->name, why);
}

static void put_place(struct sweep *s, uint64_t line, struct slice patient, struct slice note,
	const struct tok_phi *f)
{
	struct json_writer w;
	buf_clear(&s->line);
	json_init(&w, &s->line);
	json_begin_object(&w);
	json_kv_str(&w, "file", s->name);
	if (line)
		json_kv_uint(&w, "line", line);
	if (patient.p)
		json_kv_string(&w, "patient", patient);
	if (note.p)
		json_kv_string(&w, "note_id", note);
	json_kv_str(&w, "type", tok_phi_name(f->type));
	json_kv_uint(&w, "start", f->start);
	json_kv_uint(&w, "bytes", f->end - f->start);
	json_end_object(&w);
	buf_put_byte(&s->line, '\n');
	fwrite(s->line.p, 1, s->line.n, stdout);
}

static int scan_note(
	struct sweep *s, uint64_t line, struct slice text, struct slice patient, struct slice note)
{
	struct tok_phi *found;
	uint32_t n;
	size_t bad;
	struct err e = {0};
	if (tok_utf8_check(text, &bad) != 0) {
		complain(s, line, "the text is not UTF-8");
		return 0;
	}
	int rc = tok_find_phi(
		s->tok, text, s->policy.flagged | s->policy.rejected, &s->arena, &found, &n, &e);
	if (rc) {
		complain(s, line, e.text);
		return rc;
	}
	s->notes++;
	s->flagged += n > 0;
	for (uint32_t i = 0; i < n; i++) {
		s->found[found[i].type]++;
		put_place(s, line, patient, note, &found[i]);
	}
	return 0;
}

static int take_line(struct sweep *s, uint64_t number, struct slice line)
{
	enum { PATIENT, NOTE, TEXT, N_FIELDS };
	struct json_field f[N_FIELDS] = {[PATIENT] = {"patient", false, {0}},
		[NOTE] = {"note_id", false, {0}},
		[TEXT] = {"text", true, {0}}};
	struct slice meta = {0};
	struct err e = {0};
	int rc = line.p ? json_scan_object(line, f, N_FIELDS, &s->arena, &meta, &e) : LODE_TOOBIG;
	if (rc)
		complain(s, number, e.text[0] ? e.text : "the line is too long");
	else
		rc = scan_note(s, number, f[TEXT].value, f[PATIENT].value, f[NOTE].value);
	arena_reset(&s->arena);
	return rc == LODE_NOMEM ? rc : 0;
}

/* Looks at the whole lines that have come; with is_all at what is behind the last line end too. */
static int take_lines(struct sweep *s, bool is_all)
{
	struct buf whole = {0};
	struct slice line;
	lines_scan(&s->cut, &s->text);
	if (!is_all && s->cut.whole == 0)
		return 0;
	int rc = lines_take(&s->cut, &s->text, SIZE_MAX, is_all, &whole);
	struct lines_walk w = {
		.left = buf_slice(&whole), .limit = s->cut.limit, .number = s->line_number};
	while (rc == 0 && lines_next(&w, &line))
		rc = take_line(s, w.number, line);
	s->line_number = w.number;
	buf_release(&whole);
	return rc;
}

static int take_piece(void *arg, struct slice piece)
{
	struct sweep *s = arg;
	for (size_t i = 0; i < piece.n && !s->is_known; i++)
		if (!strchr(" \t\r\n", piece.p[i])) {
			s->is_known = true;
			s->is_notes = piece.p[i] == '{';
			s->text.limit = s->is_notes ? 0 : TEXT_MAX; /* lines have their own */
		}
	int rc = buf_put_slice(&s->text, piece);
	if (rc == 0 && s->is_notes && s->text.n >= LINES_BYTES)
		rc = take_lines(s, false);
	return rc;
}

static int read_all(struct sweep *s, FILE *f, struct err *e)
{
	struct decoder *d = NULL;
	char block[BLOCK_BYTES];
	size_t n = fread(block, 1, sizeof(block), f);
	int rc = decoder_create(compress_guess(slice_of(block, n)), WINDOW_LOG, &d);
	for (; rc == 0 && n; n = fread(block, 1, sizeof(block), f))
		rc = decoder_feed(d, slice_of(block, n), take_piece, s, e);
	if (rc == 0 && ferror(f))
		rc = err_set(e, LODE_IO, "%s", strerror(errno));
	if (rc == 0)
		rc = decoder_finish(d, e);
	decoder_destroy(d);
	if (rc == 0 && s->is_notes)
		return take_lines(s, true);
	if (rc == 0)
		rc = scan_note(s, 0, buf_slice(&s->text), (struct slice){0}, (struct slice){0});
	return rc;
}

static void scan_file(struct sweep *s, const char *name, size_t line_most)
{
	bool is_stdin = strcmp(name, "-") == 0;
	struct err e = {0};
	s->name = name;
	s->is_known = s->is_notes = false;
	s->cut = (struct lines_cut){.limit = line_most};
	s->line_number = 0;
	s->text = (struct buf){0};
	FILE *f = is_stdin ? stdin : fopen(name, "re");
	int rc = f ? read_all(s, f, &e) : err_set(&e, LODE_IO, "%s", strerror(errno));
	if (rc)
		complain(s, 0, e.text[0] ? e.text : err_words(rc));
	if (f && !is_stdin)
		fclose(f);
	buf_release(&s->text);
	arena_release(&s->arena);
}

static void put_summary(struct sweep *s)
{
	struct json_writer w;
	buf_clear(&s->line);
	json_init(&w, &s->line);
	json_begin_object(&w);
	json_key(&w, "summary");
	json_begin_object(&w);
	json_kv_uint(&w, "notes", s->notes);
	json_kv_uint(&w, "notes_flagged", s->flagged);
	json_kv_uint(&w, "failed", s->failed);
	json_key(&w, "found");
	json_begin_object(&w);
	for (unsigned i = 0; i < TOK_PHI_COUNT; i++)
		if (s->found[i])
			json_kv_uint(&w, tok_phi_name(i), s->found[i]);
	json_end_object(&w);
	json_end_object(&w);
	json_end_object(&w);
	buf_put_byte(&s->line, '\n');
	fwrite(s->line.p, 1, s->line.n, stdout);
}

int phi_scan_files(const struct config *c, char **files, int n)
{
	struct sweep s = {0};
	struct err e = {0};
	int rc = guard_policy_read(c->phi_policy, &s.policy, &e);
	if (rc == 0)
		rc = tok_create(&s.tok, &e);
	if (rc) {
		fprintf(stderr, "lodestoned: %s\n", e.text);
		return FOUND_FAILED;
	}
	arena_init(&s.arena, (size_t)1 << 30);
	for (int i = 0; i < n; i++)
		scan_file(&s, files[i], (size_t)c->max_ingest_line);
	put_summary(&s);
	tok_destroy(s.tok);
	buf_release(&s.line);
	if (fflush(stdout) != 0 || s.failed)
		return FOUND_FAILED;
	return s.flagged ? FOUND_SOME : FOUND_NONE;
}
