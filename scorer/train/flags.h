/* "--name VALUE" in a verb's arguments. */
#ifndef LODESTONE_TRAIN_FLAGS_H
#define LODESTONE_TRAIN_FLAGS_H

#include <stdbool.h>

/* The value behind the last --name, or otherwise. */
const char *flag_text(int argc, char **argv, const char *name, const char *otherwise);
/* The same as a number; *is_bad is set when it is none. */
double flag_number(int argc, char **argv, const char *name, double otherwise, bool *is_bad);
bool flag_given(int argc, char **argv, const char *name);
/* The first argument that begins with "--" and is not among names (NULL at the end); NULL: none. */
const char *flag_unknown(int argc, char **argv, const char *const *names);

#endif
