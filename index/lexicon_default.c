/* The built-in lexicon: bytes made by the build, opened once. */
#include "index/lexicon.h"

#include <assert.h>
#include <pthread.h>

static const struct lexicon *builtin;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_builtin(void)
{
	struct lexicon *l;
	struct err e = {0};
	int rc = lexicon_view(
		slice_of(lexicon_default_bytes, lexicon_default_size), "built-in", &l, &e);
	assert(rc == 0 || rc == LODE_NOMEM); /* the bytes are ours */
	builtin = rc == 0 ? l : NULL;
}

/* Lives as long as the process, so there is nobody to close it. */
const struct lexicon *lexicon_builtin(void)
{
	pthread_once(&once, open_builtin);
	assert(builtin);
	return builtin;
}
