#include "client/print.h"

#include "base/log.h"
#include "client/glyph.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Narrower than this, wrapping does more harm than good. */
enum { WIDTH_MIN = 40 };

static unsigned terminal_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	unsigned long width = columns ? strtoul(columns, NULL, 10) : 0;
	if (!width && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (!width)
		return 80;
	return width < WIDTH_MIN ? WIDTH_MIN : width > 1000 ? 1000 : (unsigned)width;
}

void look_init(struct look *look, const char *color)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
	setlocale(LC_CTYPE, "");
	*look = (struct look){.is_terminal = isatty(STDOUT_FILENO) == 1};
	look->ascii = look->is_terminal && strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	look->width = look->is_terminal ? terminal_width() : 0;
	if (color && strcmp(color, "auto") != 0)
		look->colour = strcmp(color, "always") == 0;
	else
		look->colour =
			look->is_terminal && !(none && *none) && term && strcmp(term, "dumb") != 0;
}

void print_style(struct buf *out, const struct look *look, enum style style)
{
	static const char *const codes[] = {
		[STYLE_BOLD] = "\x1b[1m",
		[STYLE_DIM] = "\x1b[2m",
		[STYLE_GOOD] = "\x1b[1;32m",
		[STYLE_BAD] = "\x1b[1;31m",
		[STYLE_WARN] = "\x1b[1;33m",
	};
	if (look->colour)
		buf_put_str(out, codes[style]);
}

void print_plain(struct buf *out, const struct look *look)
{
	if (look->colour)
		buf_put_str(out, "\x1b[0m");
}

size_t print_glyph(struct buf *out, bool ascii, struct slice s, unsigned *columns)
{
	const unsigned char *p = (const unsigned char *)s.p;
	uint32_t c;
	size_t len = glyph_decode(p, s.n, &c);
	size_t before = out->n;
	if (len > 0 && (c < 0x80 || !ascii) && !glyph_is_unsafe(c)) {
		buf_put(out, p, len);
		*columns += glyph_width(c);
		return len;
	}
	if (len == 0 || c < 0x20 || c == 0x7f)
		buf_printf(out, "\\x%02x", p[0]);
	else
		buf_printf(out, "<U+%04X>", c);
	*columns += (unsigned)(out->n - before);
	return len ? len : 1;
}

unsigned print_safe(struct buf *out, const struct look *look, struct slice s)
{
	unsigned columns = 0;
	while (s.n) {
		size_t used = print_glyph(out, look->ascii, s, &columns);
		s = slice_of(s.p + used, s.n - used);
	}
	return columns;
}

unsigned print_columns(const struct look *look, struct slice s)
{
	struct buf scratch = {0};
	unsigned columns = print_safe(&scratch, look, s);
	buf_release(&scratch);
	return columns;
}

bool print_is_utf8(struct slice s)
{
	uint32_t c;
	while (s.n) {
		size_t len = glyph_decode((const unsigned char *)s.p, s.n, &c);
		if (len == 0)
			return false;
		s = slice_of(s.p + len, s.n - len);
	}
	return true;
}

void print_blanks(struct buf *out, unsigned n)
{
	while (n--)
		buf_put_byte(out, ' ');
}

/* The line being filled: whole words move to the next line, a word wider than a line is cut. */
struct wrap {
	struct buf *out;
	const struct look *look;
	struct buf word;
	unsigned indent, column, word_columns;
	bool is_open; /* something stands on this line */
};

static void wrap_newline(struct wrap *w)
{
	if (w->is_open)
		buf_put_byte(w->out, '\n');
	print_blanks(w->out, w->indent);
	w->column = w->indent;
	w->is_open = true;
}

static void wrap_word(struct wrap *w)
{
	if (w->word.n == 0)
		return;
	bool is_first = !w->is_open || w->column == w->indent;
	unsigned need = w->word_columns + (is_first ? 0 : 1);
	if (!w->is_open || (!is_first && w->look->width && w->column + need > w->look->width)) {
		wrap_newline(w);
	} else if (!is_first) {
		buf_put_byte(w->out, ' ');
		w->column++;
	}
	buf_put_slice(w->out, buf_slice(&w->word));
	w->column += w->word_columns;
	w->word_columns = 0;
	buf_clear(&w->word);
}

static void wrap_sign(struct wrap *w, const char *bracket, bool is_start)
{
	if (is_start)
		print_style(&w->word, w->look, STYLE_BOLD);
	buf_put_str(&w->word, bracket);
	w->word_columns++;
	if (!is_start)
		print_plain(&w->word, w->look);
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space before a closing bracket or after an opening one stays outside the brackets' word:
 * a mark that begins or ends with blanks still closes. */
void print_wrapped(struct buf *out, const struct look *look, unsigned indent, struct slice text,
	const struct print_mark *marks, size_t n_marks)
{
	struct wrap w = {.out = out, .look = look, .indent = indent};
	size_t m = 0;
	bool is_inside = false;
	for (size_t i = 0; i < text.n;) {
		while (!is_inside && m < n_marks && marks[m].end <= i)
			m++;
		if (is_inside && i >= marks[m].end) {
			wrap_sign(&w, "]", false);
			is_inside = false;
			m++;
			continue;
		}
		if (!is_inside && m < n_marks && i >= marks[m].start) {
			wrap_sign(&w, "[", true);
			is_inside = true;
		}
		if (is_blank(text.p[i])) {
			wrap_word(&w);
			i++;
			continue;
		}
		i += print_glyph(
			&w.word, look->ascii, slice_of(text.p + i, text.n - i), &w.word_columns);
		if (look->width && w.word_columns + indent >= look->width)
			wrap_word(&w);
	}
	if (is_inside)
		wrap_sign(&w, "]", false);
	wrap_word(&w);
	buf_put_byte(out, '\n');
	buf_release(&w.word);
}

static void begin_part(struct print_row *row, unsigned gap, unsigned columns)
{
	unsigned width = row->look->width;
	if (row->column > row->indent && width && row->column + gap + columns > width) {
		while (row->out->n && row->out->p[row->out->n - 1] == ' ')
			row->out->n--;
		/* Nothing but the blanks of empty columns so far: the line is still free. */
		if (row->out->n && row->out->p[row->out->n - 1] != '\n')
			buf_put_byte(row->out, '\n');
		print_blanks(row->out, row->indent);
		row->column = row->indent;
	} else if (row->column > 0) {
		print_blanks(row->out, gap);
		row->column += gap;
	}
	row->column += columns;
}

void print_part(struct print_row *row, unsigned gap, unsigned pad, struct slice safe_text)
{
	unsigned columns = print_columns(row->look, safe_text);
	begin_part(row, gap, columns);
	buf_put_slice(row->out, safe_text);
	if (columns < pad) {
		print_blanks(row->out, pad - columns);
		row->column += pad - columns;
	}
}

void print_part_styled(
	struct print_row *row, unsigned gap, enum style style, struct slice safe_text)
{
	begin_part(row, gap, print_columns(row->look, safe_text));
	print_style(row->out, row->look, style);
	buf_put_slice(row->out, safe_text);
	print_plain(row->out, row->look);
}

void print_count(struct buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_put_byte(out, ',');
		buf_put_byte(out, (uint8_t)digits[i]);
	}
}

void print_duration(struct buf *out, uint64_t us)
{
	double ms = (double)us / 1000.0;
	if (us < 1000)
		buf_printf(out, "%.2f ms", ms);
	else if (us < 10000)
		buf_printf(out, "%.1f ms", ms);
	else if (us < 1000000)
		buf_printf(out, "%.0f ms", ms);
	else
		buf_printf(out, "%.1f s", ms / 1000.0);
}

void print_bytes(struct buf *out, double n)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	unsigned unit = 0;
	while (n >= 1000 && unit < 4) {
		n /= 1000;
		unit++;
	}
	buf_printf(out, unit ? "%.1f %s" : "%.0f %s", n, units[unit]);
}

/* Outside strings JSON is ASCII, so what is unsafe here stands inside one (or is not JSON). */
void print_json_safe(struct buf *out, struct slice json)
{
	while (json.n) {
		uint32_t c;
		size_t len = glyph_decode((const unsigned char *)json.p, json.n, &c);
		if (len == 0)
			buf_put_str(out, "\\ufffd");
		else if (!glyph_is_unsafe(c) || c == '\n' || c == '\t' || c == '\r')
			buf_put(out, json.p, len);
		else if (c > 0xffff)
			buf_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
		else
			buf_printf(out, "\\u%04x", c);
		len = len ? len : 1;
		json = slice_of(json.p + len, json.n - len);
	}
}

__attribute__((format(printf, 2, 0))) static void say(
	enum log_level level, const char *fmt, va_list ap)
{
	static const struct look look = {.ascii = false};
	struct buf safe = {0};
	char *text = NULL;
	if (vasprintf(&text, fmt, ap) < 0)
		return;
	print_safe(&safe, &look, slice_str(text));
	log_line(level, "%.*s", (int)(safe.n > 900 ? 900 : safe.n), safe.p ? safe.p : "");
	free(text);
	buf_release(&safe);
}

void print_failure(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(LOG_ERROR_, fmt, ap);
	va_end(ap);
}

void print_warning(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(LOG_WARN_, fmt, ap);
	va_end(ap);
}

void print_note(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(LOG_INFO_, fmt, ap);
	va_end(ap);
}

int print_out(struct slice s, struct err *e)
{
	while (s.n) {
		ssize_t n = write(STDOUT_FILENO, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, LODE_IO, "cannot write the output: %s", strerror(errno));
		s = slice_of(s.p + n, s.n - (size_t)n);
	}
	return 0;
}
