/* Free-text question -> the condition it asks about. */
#ifndef LODESTONE_DAEMON_QUESTION_H
#define LODESTONE_DAEMON_QUESTION_H

#include "base/buf.h"

/* The condition is a slice of the question: what is left when the words that merely ask ("does this
 * patient have a history of", "any evidence of", a closing "?") are taken away.  Text that does not
 * begin like a question is a condition as it stands.  Empty when nothing but asking is left. */
struct slice question_condition(struct slice question);
/* "MI or stroke": what stands on either side of the first "or" between words.  False: there is none. */
bool question_either(struct slice condition, struct slice *left, struct slice *right);

#endif
