#include "scorer/train/flags.h"

#include <stdlib.h>
#include <string.h>

const char *flag_text(int argc, char **argv, const char *name, const char *otherwise)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], name) == 0)
			otherwise = argv[i + 1];
	return otherwise;
}

double flag_number(int argc, char **argv, const char *name, double otherwise, bool *is_bad)
{
	const char *text = flag_text(argc, argv, name, NULL);
	char *end = NULL;
	if (!text)
		return otherwise;
	double v = strtod(text, &end);
	*is_bad = *is_bad || end == text || *end;
	return v;
}

bool flag_given(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return false;
}

const char *flag_unknown(int argc, char **argv, const char *const *names)
{
	for (int i = 1; i < argc; i++) {
		bool is_known = strncmp(argv[i], "--", 2) != 0;
		for (unsigned k = 0; !is_known && names[k]; k++)
			is_known = strcmp(argv[i], names[k]) == 0;
		if (!is_known)
			return argv[i];
	}
	return NULL;
}
