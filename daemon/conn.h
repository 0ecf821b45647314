/* A connection: bytes in -> HTTP messages -> one request at a time; answers out with back-pressure. */
#ifndef LODESTONE_DAEMON_CONN_H
#define LODESTONE_DAEMON_CONN_H

#include "base/buf.h"
#include "base/http.h"
#include "daemon/access.h"

#include <stdint.h>
#include <uv.h>

struct request;
struct server;
struct service;

enum conn_state {
	CONN_OPEN,
	CONN_LINGER, /* answered and shut; reads on for a moment so that the peer sees the answer */
	CONN_CLOSED, /* uv_close was called; the memory waits for the last reference */
};

struct conn {
	unsigned magic;        /* CONN_MAGIC */
	size_t unsent_counted; /* its share of service.unsent */
	uv_pipe_t pipe;
	struct server *server;
	struct service *service;
	struct conn *prev, *next; /* the server's list */
	unsigned refs;
	enum conn_state state;
	struct peer peer;

	/* in */
	struct http_parser *parser;
	struct request *request; /* the one in flight, owned by the driver */
	struct buf in;           /* read and not yet fed to the parser: in_used..in.n */
	size_t in_used;
	bool is_reading, saw_eof, is_pumping;
	bool message_ended; /* the parser waits for http_next */
	bool is_doomed;     /* the head was refused: the request holds the problem */
	bool keep_alive, expect_continue, has_length, is_http10;

	/* out */
	struct buf out, writing; /* queued; being written by libuv */
	uv_write_t write;
	uv_shutdown_t shutdown;
	bool is_writing, close_after;

	/* clock, in the loop's milliseconds */
	uint64_t active_ms; /* last time it became idle, or lingering began */
	uint64_t head_ms;   /* first byte of the message being read; 0: none */
	uint64_t write_ms;  /* since when write_left bytes and no more wait to be taken */
	size_t write_left;
	uint64_t window_ms, window_bytes; /* of an ingest that we wait for */
};

enum { CONN_MAGIC = 0x636f6e31 };

/* Takes the pending connection of the listener; closes it at once when it must not be served. */
void conn_accept(struct server *server, uv_stream_t *listener);

struct conn *conn_ref(struct conn *c);
void conn_unref(struct conn *c);

size_t conn_pending(const struct conn *c); /* bytes the peer has not taken yet */
/* Sends what stands in c->out; c may close inside. */
void conn_flush(struct conn *c);
/* The request is answered (in c->out) and about to be freed. */
void conn_request_over(struct conn *c, bool must_close);
/* Feeds what has been read as far as the request takes it, and reads on or not. */
void conn_pump(struct conn *c);
/* At once: the request is cancelled, unsent bytes are lost. */
void conn_hang_up(struct conn *c);
/* After what is queued has been sent. */
void conn_close_soon(struct conn *c);
void conn_check_clock(struct conn *c, uint64_t now_ms, uint64_t passed_ms);

#endif
