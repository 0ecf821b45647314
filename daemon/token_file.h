/* The tokenizer.json by which context counts, from start to end: what the setting context_tokenizer names. */
#ifndef LODESTONE_DAEMON_TOKEN_FILE_H
#define LODESTONE_DAEMON_TOKEN_FILE_H

#include "base/json.h"
#include "tokenizer/tokenizer.h"

struct token_file {
	struct tok_counter *counter; /* NULL: none is attached */
	char name[64]; /* the file's; of one that is called tokenizer.json its folder's */
};

/* path: NULL or empty: none.  LODE_* with the path, the place in the file and what is wrong there. */
int token_file_open(const char *path, struct token_file *out, struct err *e);
void token_file_close(struct token_file *f);
/* Its name, digest, model and number of ids as an object; null when there is none. */
void token_file_put(struct json_writer *w, const struct token_file *f);

#endif
