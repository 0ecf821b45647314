#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *e, int code, const char *fmt, ...)
{
	if (!e)
		return code;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	e->code = code;
	return code;
}

const char *err_name(int code)
{
	switch (code) {
#define X(name, number, words) \
	case LODE_##name: return #name;
		ERR_LIST(X)
#undef X
	default: return code == 0 ? "OK" : "UNKNOWN";
	}
}

const char *err_words(int code)
{
	switch (code) {
#define X(name, number, words) \
	case LODE_##name: return words;
		ERR_LIST(X)
#undef X
	default: return code == 0 ? "ok" : "unknown error";
	}
}
