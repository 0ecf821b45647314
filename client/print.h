/* What a person sees: text from notes made safe for a terminal, wrapped, marked and aligned.
 *
 * A note may hold anything that is UTF-8, and an id may hold nearly anything.  Control characters
 * (C0, DEL, C1), bidirectional controls and invisible format characters are shown as visible
 * escapes, \x1b or <U+202E>, so that a note can neither steer the terminal nor hide words. */
#ifndef LODESTONE_CLIENT_PRINT_H
#define LODESTONE_CLIENT_PRINT_H

#include "base/buf.h"
#include "base/err.h"

/* How the place we print to looks. */
struct look {
	unsigned width; /* columns to wrap at; 0: never wrap */
	bool colour;    /* ANSI colours and bold */
	bool ascii; /* the terminal is not UTF-8: its C1 codes could be our continuation bytes */
	bool is_terminal; /* stdout is one */
};

/* color: "auto", "always" or "never" (NULL: auto, which heeds NO_COLOR). */
void look_init(struct look *look, const char *color);

enum style { STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BAD, STYLE_WARN };
void print_style(struct buf *out, const struct look *look, enum style style); /* colours only */
void print_plain(struct buf *out, const struct look *look);

/* Appends the safe form of the character (or stray byte) at the start of s, which is not empty;
 * returns the bytes taken and adds to *columns. */
size_t print_glyph(struct buf *out, bool ascii, struct slice s, unsigned *columns);
/* All of s on one line: line ends and tabs are escaped too.  Returns its width in columns. */
unsigned print_safe(struct buf *out, const struct look *look, struct slice s);
unsigned print_columns(const struct look *look, struct slice s); /* the width print_safe has */

bool print_is_utf8(struct slice s);

/* A stretch of a text to show [in brackets], in bytes of that text.  Sorted, not overlapping. */
struct print_mark {
	size_t start, end;
};

/* Flows text into lines of look->width columns, each begun with `indent` blanks, runs of white
 * space (line ends too) made one blank, marks in brackets and bold.  Ends with a newline. */
void print_wrapped(struct buf *out, const struct look *look, unsigned indent, struct slice text,
	const struct print_mark *marks, size_t n_marks);

/* A line of parts set apart by blanks that goes on, indented, on the next line when the terminal
 * is narrow.  Zero-initialise but for out, look and indent (of the lines that follow). */
struct print_row {
	struct buf *out;
	const struct look *look;
	unsigned indent;
	unsigned column;
};
/* gap: blanks before it (none at the start of a line); pad: columns it takes at least. */
void print_part(struct print_row *row, unsigned gap, unsigned pad, struct slice safe_text);
void print_part_styled(
	struct print_row *row, unsigned gap, enum style style, struct slice safe_text);

void print_blanks(struct buf *out, unsigned n);
void print_count(struct buf *out, uint64_t n);     /* 1,234,567 */
void print_duration(struct buf *out, uint64_t us); /* 0.42 ms, 3.1 ms, 412 ms, 2.5 s */
void print_bytes(struct buf *out, double n);       /* 102.4 MB (powers of ten) */
/* JSON for a terminal: the same document with the dangerous characters of its strings written as
 * \uXXXX. */
void print_json_safe(struct buf *out, struct slice json);

/* To stderr, made safe: "lodestone: error: ..." */
void print_failure(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* All of b to stdout; LODE_IO when it could not be written. */
int print_out(struct slice s, struct err *e);

#endif
