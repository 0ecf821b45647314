/* What the network has answered for windows that it has read, in bounded memory: the answer to one window depends on
 * nothing but the window.  Shared between threads without a lock.  Private to the scorer. */
#ifndef LODESTONE_SCORER_KEPT_H
#define LODESTONE_SCORER_KEPT_H

#include "base/digest.h"
#include "scorer/network.h"
#include "scorer/scorer.h"

struct kept;
/* As many windows as fit in so many bytes, a power of two.  LODE_NOMEM; LODE_BADREQ: not even a few. */
int kept_create(struct kept **out, size_t bytes);
void kept_destroy(struct kept *k); /* NULL is fine */

/* Of ids and read position.  XXH3, as for stored records: two windows of one key are not to be expected in texts, but
 * can be made by whoever writes notes for it, and would then share an answer. */
struct digest128 kept_key(const struct network_input *in);
/* Logits: those of the four axes. */
bool kept_find(struct kept *k, struct digest128 key, float logits[SCORER_LOGITS]);
/* May put something else out, or not keep it, where two threads meet. */
void kept_put(struct kept *k, struct digest128 key, const float logits[SCORER_LOGITS]);
void kept_count(const struct kept *k, struct scorer_kept *out);

#endif
