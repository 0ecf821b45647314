/* Between bytes and steps: a message's head becomes a request or a refusal, its body goes where the
 * route wants it. */
#ifndef LODESTONE_DAEMON_EXCHANGE_H
#define LODESTONE_DAEMON_EXCHANGE_H

#include "daemon/conn.h"

int exchange_create_parser(struct conn *c);
/* After bytes were fed: starts, wakes or refuses the request. */
void exchange_advance(struct conn *c);
/* The parser refused: answers with its status, as far as there still is somebody to answer to. */
void exchange_broken(struct conn *c, const struct err *e);
void exchange_timeout(struct conn *c);   /* 408 */
void exchange_turn_away(struct conn *c); /* 503: too many connections */
/* Sends "100 Continue" when the peer waits for it and the body is wanted. */
void exchange_continue(struct conn *c);

#endif
