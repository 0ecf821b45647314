/* Lines to stderr: "<6>text key=value" under systemd (JOURNAL_STREAM set), "info: text" otherwise.
 * daemon and client only.  Never note text, question text or patient ids above debug. */
#ifndef LODESTONE_BASE_LOG_H
#define LODESTONE_BASE_LOG_H

enum log_level { LOG_ERROR_, LOG_WARN_, LOG_INFO_, LOG_DEBUG_ };

void log_init(const char *program, enum log_level most); /* call once, before threads */
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERROR_, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN_, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO_, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG_, __VA_ARGS__)

#endif
