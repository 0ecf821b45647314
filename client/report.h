/* What ingest tells the person: the progress line, rejected lines with their place, the summary. */
#ifndef LODESTONE_CLIENT_REPORT_H
#define LODESTONE_CLIENT_REPORT_H

#include "client/args.h"
#include "client/print.h"

#include <stdio.h>

struct report {
	struct look look;
	bool is_dry;
	bool has_bar; /* stderr is a terminal */
	bool bar_drawn;
	FILE *file; /* --rejects, or NULL */
	const char *file_name;
	uint64_t start_us, drawn_us;
	/* totals of what the daemon said */
	uint64_t lines, added, replaced, unchanged, rejected, unlisted;
	uint64_t phi_notes;   /* that look identified */
	uint64_t text_bytes;  /* decompressed */
	uint64_t read_bytes;  /* of the files, as they lie there */
	uint64_t total_bytes; /* of all files; 0: not known */
	uint64_t sent_lines;
};

int report_open(struct report *r, const struct args *a, struct err *e);
void report_bar(struct report *r, bool is_forced);
/* Counts it, and says it: to the --rejects file, the first ones also to stderr. */
void report_reject(struct report *r, const char *file, uint64_t line, struct slice reason);
void report_note(struct report *r, const char *file, const char *text); /* a fault of a file */
/* The summary to stdout as --format wants it.  LODE_IO when it or the rejects cannot be written. */
int report_close(struct report *r, enum format format, bool is_whole, struct err *e);

#endif
