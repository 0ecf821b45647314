/* Any body of ask, timeline, context and search of a chart, walked through all steps as the lanes would: the answer
 * is whole JSON lines with status 200, or a problem of the client's making; a context fits its budget.
 * Byte 0: route, and whether a tokenizer is attached. */
#include "base/log.h"
#include "daemon/ask_state.h"
#include "daemon/lexicons.h"
#include "daemon/models.h"
#include "daemon/route.h"
#include "daemon/service.h"
#include "daemon/token_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MOST = 20000, SECONDS = 5, WITH_TOKENIZER = 4 };

static const char *const paths[] = {"/v1/patients/p/ask", "/v1/patients/p/timeline",
	"/v1/patients/p/context", "/v1/patients/p/search"};

static const struct {
	const char *id, *date, *type, *text;
} notes[] = {
	{"n1", "2150-01-02", "Progress note",
		"HISTORY OF PRESENT ILLNESS:\nSlept well. Concern for gout of the left foot. Walks "
		"with a stick.\n\nFAMILY HISTORY:\nHer brother has gout, her mother asthma.\n"},
	{"n2", "2150-01-05", "Consult",
		"Crystals seen in the left knee: gout is confirmed by aspiration today. No asthma. "
		"Ejection fraction 55 %, blood pressure 120/80.\n\nPLAN:\nAllopurinol 100 mg daily."},
	{"n3", "2150-01-05", "Consult",
		"Crystals seen in the left knee: gout is confirmed by aspiration today. No asthma."},
	{"n4", "", "",
		"If gout recurs, call. \xc3\x96"
		"dem beidseits. [**Name**] denies pain."},
	{"n5", "2150-03-01T10:00:00Z", "Progress note",
		"Denies gout. COPD, atrial fibrillation on apixaban; EF of 35 to 40%. h/o MI in 2144."},
};

static char folder[] = "/tmp/lodestone-body-XXXXXX";
static struct config config;
static struct lexicons lexicons;
static struct models models;
static struct token_file letters;
static const struct token_file none;
static struct service service = {
	.config = &config, .lexicons = &lexicons, .tokens = &none, .models = &models};
static struct worker worker;

static void must(int rc, const struct err *e)
{
	if (rc < 0) {
		fprintf(stderr, "%d: %s\n", rc, e->text);
		abort();
	}
}

static void clean(void)
{
	static const char *const parts[] = {"/index/data.mdb", "/index/lock.mdb"};
	char path[sizeof(folder) + 20];
	index_close(service.index);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", folder, parts[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/index", folder);
	rmdir(path);
	rmdir(folder);
}

static void fill(struct err *e)
{
	struct batch *batch;
	struct batch_result result;
	must(batch_create(service.index, &batch), e);
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		struct note_in note = {.patient = SLICE("p"),
			.note_id = slice_str(notes[i].id),
			.text = slice_str(notes[i].text),
			.date = slice_str(notes[i].date),
			.type = slice_str(notes[i].type)};
		must(batch_add(batch, worker.tok, &note, e), e);
	}
	must(batch_seal(batch, e), e);
	must(batch_commit(batch, &result, e), e);
	batch_destroy(batch);
}

static void start(void)
{
	struct err e = {0};
	struct index_options options = {.map_bytes = 1 << 26};
	if (service.index)
		return;
	log_init("body_fuzz", LOG_ERROR_);
	if (!mkdtemp(folder))
		abort();
	must(config_init(&config), &e);
	must(cue_engine_create(&service.cues, &e), &e);
	must(lexicons_open(NULL, &lexicons, &e), &e);
	must(token_file_open(LODESTONE_SOURCE_DIR "/fixtures/tokenizers/letters/tokenizer.json",
		     &letters, &e),
		&e);
	must(tok_create(&worker.tok, &e), &e);
	arena_init(&worker.scratch, 64 << 20);
	must(index_open(folder, &options, &service.index, &e), &e);
	fill(&e);
	atexit(clean);
}

static void close_request(struct request *r)
{
	if (r->release)
		r->release(r);
	snapshot_end(r->snapshot);
	arena_release(&r->arena);
	buf_release(&r->body);
	buf_release(&r->out);
}

/* The driver's part, without its queues. */
static enum next walk(struct request *r)
{
	enum next next = NEXT_JUMP;
	r->step = r->route->steps;
	for (unsigned i = 0; i < STEPS_MOST; i++) {
		r->worker = r->step->place == ON_LOOP ? NULL : &worker;
		next = r->step->run(r);
		arena_release(&worker.scratch);
		if (next == NEXT_STEP)
			r->step++;
		else if (next != NEXT_JUMP)
			break;
	}
	r->worker = NULL;
	return next;
}

static int64_t number(const struct json *line, const char *key)
{
	const struct json *v = json_get(line, key);
	int64_t n;
	if (!v || json_int(v, 0, INT64_MAX, &n) != 0)
		abort();
	return n;
}

static void look_at(struct slice out, bool is_context)
{
	struct arena a;
	while (out.n) {
		const char *end = memchr(out.p, '\n', out.n);
		struct json *line;
		struct err e = {0};
		if (!end)
			abort();
		arena_init(&a, 64 << 20);
		must(json_parse(slice_of(out.p, (size_t)(end - out.p)), &a, &line, &e), &e);
		if (line->type != JSON_OBJECT)
			abort();
		if (is_context && number(line, "tokens") > number(line, "budget"))
			abort();
		arena_release(&a);
		out.n -= (size_t)(end - out.p) + 1;
		out.p = end + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct route_match m;
	if (size < 1)
		return 0;
	start();
	const char *path = paths[data[0] % 4];
	if (!route_find(HTTP_M_POST, slice_str(path), &m))
		abort();
	service.tokens = data[0] & WITH_TOKENIZER ? &letters : &none;
	struct request r = {.magic = REQUEST_MAGIC,
		.service = &service,
		.route = m.route,
		.patient = SLICE("p"),
		.start_ns = now_ns()};
	r.deadline_ns = r.start_ns + SECONDS * 1000000000ULL;
	arena_init(&r.arena, (size_t)config.request_memory);
	buf_put(&r.body, data + 1, size - 1);
	enum next next = walk(&r);
	if (next == NEXT_DONE && r.status == 200)
		look_at(buf_slice(&r.out), path == paths[2]);
	else if (next != NEXT_FAIL || !r.err.text[0] ||
		 (r.status / 100 != 4 && r.err.code != LODE_TIMEOUT))
		abort();
	close_request(&r);
	return 0;
}
