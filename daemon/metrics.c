#include "daemon/metrics.h"

#include "daemon/audit.h"
#include "daemon/request.h"
#include "daemon/route.h"
#include "daemon/service.h"

/* Upper bounds, ms; the last bucket is the rest.  Dense where answers are: 1 to 100 ms. */
static const unsigned bounds_ms[METRICS_BUCKETS - 1] = {
	1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000, 30000, 600000};

/* Every status that we answer; the last place is for any other. */
static const unsigned short codes[METRICS_CODES - 1] = {
	200, 400, 403, 404, 405, 408, 409, 411, 413, 414, 415, 422, 431, 499, 500, 503, 504, 507};

void metrics_request(struct metrics *m, size_t route, unsigned status, uint64_t ns)
{
	size_t row = route < METRICS_ROUTES && route_at(route) ? route : METRICS_ROUTES;
	size_t code = 0, bucket = 0;
	while (code < METRICS_CODES - 1 && codes[code] != status)
		code++;
	while (bucket < METRICS_BUCKETS - 1 && ns > bounds_ms[bucket] * 1000000ull)
		bucket++;
	m->requests[row][code]++;
	m->seconds[row][bucket]++;
	m->sum_ns[row] += ns;
}

void metrics_ingest(
	struct metrics *m, const struct ingest_counts *before, const struct ingest_counts *now)
{
	m->added += now->added - before->added;
	m->replaced += now->replaced - before->replaced;
	m->unchanged += now->unchanged - before->unchanged;
	m->rejected += now->rejected - before->rejected;
	m->ingest_bytes += now->bytes - before->bytes;
}

void metrics_phi(struct metrics *m, const uint64_t found[TOK_PHI_COUNT])
{
	for (unsigned i = 0; i < TOK_PHI_COUNT; i++)
		m->phi[i] += found[i];
}

/* ---- text ---- */

static void put_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP lodestone_%s %s\n# TYPE lodestone_%s %s\n", name, help, name, type);
}

static void put_one(
	struct buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
	put_head(out, name, type, help);
	buf_printf(out, "lodestone_%s %llu\n", name, (unsigned long long)value);
}

/* method="GET",route="/v1/patients": from our own table, nothing to escape. */
static void put_route(struct buf *out, size_t row)
{
	const struct route *r = row < METRICS_ROUTES ? route_at(row) : NULL;
	buf_printf(out, "method=\"%s\",route=\"%s\"", r ? route_method_name(r->method) : "",
		r ? r->path : "");
}

static void put_requests(const struct metrics *m, struct buf *out)
{
	put_head(out, "requests_total", "counter", "Requests answered, by route and status.");
	for (size_t row = 0; row <= METRICS_ROUTES; row++)
		for (size_t i = 0; i < METRICS_CODES; i++) {
			if (m->requests[row][i] == 0)
				continue;
			buf_put_str(out, "lodestone_requests_total{");
			put_route(out, row);
			if (i < METRICS_CODES - 1)
				buf_printf(out, ",code=\"%u\"", codes[i]);
			else
				buf_put_str(out, ",code=\"other\"");
			buf_printf(out, "} %llu\n", (unsigned long long)m->requests[row][i]);
		}
}

static void put_histogram(const struct metrics *m, size_t row, struct buf *out)
{
	uint64_t n = 0;
	for (size_t i = 0; i < METRICS_BUCKETS; i++) {
		n += m->seconds[row][i];
		buf_put_str(out, "lodestone_request_seconds_bucket{");
		put_route(out, row);
		if (i < METRICS_BUCKETS - 1)
			buf_printf(out, ",le=\"%g\"", bounds_ms[i] / 1000.0);
		else
			buf_put_str(out, ",le=\"+Inf\"");
		buf_printf(out, "} %llu\n", (unsigned long long)n);
	}
	buf_put_str(out, "lodestone_request_seconds_sum{");
	put_route(out, row);
	buf_printf(out, "} %.9f\nlodestone_request_seconds_count{", (double)m->sum_ns[row] / 1e9);
	put_route(out, row);
	buf_printf(out, "} %llu\n", (unsigned long long)n);
}

static bool has_requests(const struct metrics *m, size_t row)
{
	for (size_t i = 0; i < METRICS_BUCKETS; i++)
		if (m->seconds[row][i])
			return true;
	return false;
}

static void put_seconds(const struct metrics *m, struct buf *out)
{
	put_head(out, "request_seconds", "histogram",
		"From a request's first byte to its answer, queues included.");
	for (size_t row = 0; row <= METRICS_ROUTES; row++)
		if (has_requests(m, row))
			put_histogram(m, row, out);
}

static void put_ingest(const struct metrics *m, struct buf *out)
{
	put_head(out, "ingest_notes_total", "counter", "Notes taken in, by result.");
	const struct {
		const char *result;
		uint64_t n;
	} rows[] = {{"added", m->added}, {"replaced", m->replaced}, {"unchanged", m->unchanged},
		{"rejected", m->rejected}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		buf_printf(out, "lodestone_ingest_notes_total{result=\"%s\"} %llu\n",
			rows[i].result, (unsigned long long)rows[i].n);
	put_one(out, "ingest_text_bytes_total", "counter", "Bytes of text of accepted notes.",
		m->ingest_bytes);
	put_head(out, "ingest_identifiers_total", "counter",
		"Places in sent notes that look like identifiers, by type.");
	for (unsigned i = 0; i < TOK_PHI_COUNT; i++)
		buf_printf(out, "lodestone_ingest_identifiers_total{type=\"%s\"} %llu\n",
			tok_phi_name(i), (unsigned long long)m->phi[i]);
}

static void put_index(const struct index_stats *x, struct buf *out)
{
	put_one(out, "index_revision", "gauge", "Revision of the index.", x->revision);
	put_one(out, "index_patients", "gauge", "Charts in the index.", x->patients);
	put_one(out, "index_notes", "gauge", "Live notes in the index.", x->notes);
	put_one(out, "index_text_bytes", "gauge", "Bytes of the notes' text.", x->raw_bytes);
	put_one(out, "index_file_bytes", "gauge", "Size of data.mdb.", x->file_bytes);
	put_one(out, "index_used_bytes", "gauge", "Of those, in use.", x->used_bytes);
	put_one(out, "index_fresh_bundles", "gauge", "Small segments that wait for upkeep.",
		x->fresh_bundles);
	put_one(out, "index_fresh_bytes", "gauge", "Their size.", x->fresh_bytes);
	put_one(out, "index_pending_patients", "gauge",
		"Charts that the cohort index does not cover yet.", x->pending_patients);
}

static void put_lanes(const struct service *s, struct buf *out)
{
	const struct lane *lanes[] = {&s->read, &s->screen, &s->prepare, &s->write, &s->upkeep};
	const size_t n = sizeof(lanes) / sizeof(lanes[0]);
	uint64_t now = now_ns(), patience = (uint64_t)s->config->stuck_ms * 1000000u;
	put_head(out, "lane_waiting", "gauge", "Requests queued for a worker.");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "lodestone_lane_waiting{lane=\"%s\"} %u\n", lanes[i]->name,
			lanes[i]->waiting);
	put_head(out, "lane_running", "gauge", "Requests on a worker.");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "lodestone_lane_running{lane=\"%s\"} %u\n", lanes[i]->name,
			lanes[i]->running);
	put_head(out, "lane_stuck", "gauge", "Of those, over their time by stuck_ms.");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "lodestone_lane_stuck{lane=\"%s\"} %u\n", lanes[i]->name,
			lane_stuck(lanes[i], now, patience));
}

static void put_process(const struct service *s, struct buf *out)
{
	const struct metrics *m = &s->metrics;
	size_t rss = 0;
	uv_resident_set_memory(&rss);
	put_head(out, "build_info", "gauge", "Version of the daemon.");
	buf_put_str(out, "lodestone_build_info{version=\"" LODESTONE_VERSION "\"} 1\n");
	put_one(out, "resident_bytes", "gauge", "Resident memory, mapped index pages included.",
		rss);
	put_one(out, "uptime_seconds", "gauge", "Since the start.",
		(now_ns() - s->start_ns) / 1000000000u);
	put_one(out, "connections", "gauge", "Open connections.", s->connections);
	put_one(out, "ingests", "gauge", "Ingests under way.", s->ingests + s->small_ingests);
	put_one(out, "ingests_waiting", "gauge", "Ingests that wait for a place.",
		s->ingest_waiting);
	put_one(out, "damaged_total", "counter", "Requests that met damaged data.", s->damaged);
	put_one(out, "audit_failures_total", "counter", "Audit lines or syncs that failed.",
		audit_failures(s->audit));
	put_one(out, "upkeep_running", "gauge", "A pass of upkeep, or a compaction, is under way.",
		keeper_is_running(&s->keeper));
	put_one(out, "upkeep_passes_total", "counter", "Passes that came to their end.",
		s->keeper.passes);
	put_one(out, "upkeep_failures_total", "counter", "Passes that were given up.",
		s->keeper.failures);
	put_one(out, "reloads_total", "counter", "Settings read again.", m->reloads);
	put_one(out, "reload_failures_total", "counter", "Reloads that were refused.",
		m->reload_failures);
	put_one(out, "checks_total", "counter", "Checks of the index that came to their end.",
		m->checks);
	put_one(out, "check_problems_total", "counter", "Problems they found.", m->check_problems);
}

void metrics_write(const struct service *s, const struct index_stats *index, struct buf *out)
{
	put_process(s, out);
	put_requests(&s->metrics, out);
	put_seconds(&s->metrics, out);
	put_lanes(s, out);
	put_ingest(&s->metrics, out);
	put_index(index, out);
}
