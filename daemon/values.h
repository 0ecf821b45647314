/* ask with "value": dated values of a laboratory test, vital sign or score, instead of a verdict. */
#ifndef LODESTONE_DAEMON_VALUES_H
#define LODESTONE_DAEMON_VALUES_H

#include "base/json.h"
#include "daemon/request.h"

/* Reads a body that has the member "value" into r->state, on the loop.  LODE_BADREQ. */
int values_parse(struct request *r, const struct json *body, struct err *e);
/* A worker's step: finds the values and writes the answer. */
enum next values_step(struct request *r);

#endif
