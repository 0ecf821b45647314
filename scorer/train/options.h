/* "--name VALUE" options of a verb, by a table: each knows its type, where it goes and what it is for. */
#ifndef LODESTONE_TRAIN_OPTIONS_H
#define LODESTONE_TRAIN_OPTIONS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_kind {
	OPTION_FLAG,   /* bool, takes no value */
	OPTION_TEXT,   /* const char * */
	OPTION_FLOAT,  /* float */
	OPTION_U32,    /* uint32_t */
	OPTION_U64,    /* uint64_t */
	OPTION_CHOICE, /* unsigned-sized enum: index in choices */
};

struct option_row {
	const char *name; /* without the dashes */
	enum option_kind kind;
	size_t at;                  /* offset of where it goes in the caller's struct */
	const char *const *choices; /* n_choices of them */
	unsigned n_choices;
	const char *what; /* for --help */
};

/* argv[1..]; values stay in argv.  LODE_BADREQ names the option that is unknown, lacks its value or has a wrong
 * one. */
int options_parse(
	int argc, char **argv, const struct option_row *rows, unsigned n, void *to, struct err *e);
/* One line per option with the value it has now. */
void options_help(FILE *out, const struct option_row *rows, unsigned n, const void *to);

#endif
