/* One NDJSON line per request, appended to DIR/audit.ndjson (mode 0600): who, when, which route and
 * patient, how it ended.  Never note text or question text: a question appears as its digest. */
#ifndef LODESTONE_DAEMON_AUDIT_H
#define LODESTONE_DAEMON_AUDIT_H

#include "base/err.h"

struct audit;
struct request;

int audit_open(const char *dir, struct audit **out, struct err *e);
void audit_close(struct audit *a);
/* A line that cannot be written is an error in the log and in audit_failures. */
void audit_request(struct audit *a, const struct request *r);
unsigned long audit_failures(const struct audit *a);

#endif
