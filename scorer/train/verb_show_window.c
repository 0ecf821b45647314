/* lodestone-train show-window: what the network is given for a mention, subword by subword. */
#include "scorer/train/verbs.h"
#include "scorer/window.h"

#include <stdio.h>
#include <string.h>

enum { DONE, FAILED, MISUSED };
enum { NOTE_MAX = 16 << 20, ARENA_BYTES = 256 << 20 };

static const char usage[] =
	"usage: lodestone-train show-window VOCABULARY [--show-mention]\n"
	"\n"
	"Reads a note from standard input in which [[ ]] marks one mention, and prints its window.\n";

static const char *const special_names[TOK_SUB_UNHEADER + 1] = {"[PAD]", "[CLS]", "[SEP]", "[EOS]",
	"[M]", "[/M]", "[COND]", "[Q]", "[BLANK]", "[NL]", "[HDR]", "[/HDR]"};

static void print_id(const struct tok_vocabulary *v, uint16_t id)
{
	struct slice text = tok_subword_text(v, id);
	if (id >= TOK_SUBWORD_BYTES)
		printf("%.*s|", (int)text.n, text.p);
	else if (id >= TOK_SUB_SECTION)
		printf("[%s]", tok_section_name((enum tok_section_class)(id - TOK_SUB_SECTION)));
	else if (id >= TOK_SUB_MASK)
		printf("[MASK%d]", id - TOK_SUB_MASK);
	else
		printf("%s", id <= TOK_SUB_UNHEADER ? special_names[id] : "?");
}

static int read_all(FILE *f, struct buf *to, struct err *e)
{
	char block[1 << 14];
	size_t n;
	to->limit = NOTE_MAX;
	while (!to->failed && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_put(to, block, n);
	if (ferror(f))
		return err_set(e, LODE_IO, "the input cannot be read");
	return to->failed ? err_set(e, LODE_TOOBIG, "the input is too big") : LODE_OK;
}

static int open_vocabulary(struct tok_vocabulary **out, const char *path, struct err *e)
{
	struct buf bytes = {0};
	FILE *f = fopen(path, "rb");
	if (!f)
		return err_set(e, LODE_IO, "%s cannot be opened", path);
	int rc = read_all(f, &bytes, e);
	fclose(f);
	if (rc == LODE_OK)
		rc = tok_vocabulary_open(out, buf_slice(&bytes), e);
	buf_release(&bytes);
	return rc;
}

/* Takes the marks out of the note. */
static int unmark(struct buf *note, struct mention_context *m, struct err *e)
{
	const char *open = note->n ? memmem(note->p, note->n, "[[", 2) : NULL;
	size_t at = open ? (size_t)(open - note->p) : 0;
	const char *close = open ? memmem(open, note->n - at, "]]", 2) : NULL;
	if (!close)
		return err_set(e, LODE_BADREQ, "the note has no [[mention]]");
	size_t end = (size_t)(close - note->p), bad;
	memmove(note->p + end, note->p + end + 2, note->n - end - 2);
	memmove(note->p + at, note->p + at + 2, note->n - at - 4);
	note->n -= 4;
	m->start = (uint32_t)at;
	m->end = (uint32_t)(end - 2);
	if (tok_utf8_check(buf_slice(note), &bad) < 0)
		return err_set(e, LODE_BADREQ, "the note is no UTF-8 at byte %zu", bad);
	return LODE_OK;
}

static int show(const struct tok_vocabulary *v, bool show_mention, struct err *e)
{
	struct buf note = {0};
	struct tokenizer *t = NULL;
	struct arena a;
	struct tok_doc d;
	struct mention_context m = {.doc = &d};
	struct window w = {0};
	arena_init(&a, ARENA_BYTES);
	int rc = read_all(stdin, &note, e);
	if (rc == LODE_OK)
		rc = unmark(&note, &m, e);
	if (rc == LODE_OK)
		rc = tok_create(&t, e);
	if (rc == LODE_OK)
		rc = tok_scan(t, buf_slice(&note), &a, &d, e);
	if (rc == LODE_OK)
		rc = window_cut(v, &m, show_mention, &a, &w);
	for (unsigned i = 0; rc == LODE_OK && i < w.n; i++)
		print_id(v, w.ids[i]);
	if (rc == LODE_OK)
		printf("\n%u subwords\n", w.n);
	tok_destroy(t);
	arena_release(&a);
	buf_release(&note);
	return rc;
}

int verb_show_window(int argc, char **argv)
{
	struct err e = {0};
	struct tok_vocabulary *v = NULL;
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return DONE;
	}
	bool show_mention = argc == 3 && strcmp(argv[2], "--show-mention") == 0;
	if (argc < 2 || argc > 3 || argv[1][0] == '-' || (argc == 3 && !show_mention)) {
		fputs(usage, stderr);
		return MISUSED;
	}
	int rc = open_vocabulary(&v, argv[1], &e);
	if (rc == LODE_OK)
		rc = show(v, show_mention, &e);
	tok_vocabulary_close(v);
	if (rc < 0)
		fprintf(stderr, "lodestone-train: %s\n", e.code ? e.text : err_words(rc));
	return rc < 0 ? FAILED : DONE;
}
