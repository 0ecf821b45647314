#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *program_name = "lodestone";
static enum log_level most_level = LOG_INFO_;
static bool for_journal;

void log_init(const char *program, enum log_level most)
{
	program_name = program;
	most_level = most;
	for_journal = getenv("JOURNAL_STREAM") != NULL;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	static const char *const words[] = {"error", "warning", "info", "debug"};
	static const int syslog_number[] = {3, 4, 6, 7};
	if (level > most_level)
		return;
	/* One write per line: lines of several threads do not mix. */
	char line[1024];
	int n = for_journal ? snprintf(line, sizeof(line), "<%d>", syslog_number[level])
			    : snprintf(line, sizeof(line), "%s: %s: ", program_name, words[level]);
	va_list ap;
	va_start(ap, fmt);
	int m = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	if (m < 0)
		return;
	n += m;
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n++] = '\n';
	ssize_t put = write(STDERR_FILENO, line, (size_t)n);
	(void)put; /* nowhere left to complain */
}
