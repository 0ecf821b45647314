/* SQLite FTS5 through its C API.
 *
 *   fts5 ingest FILE DIR NOTES_A_TRANSACTION
 *   fts5 query DIR QUERIES PASSES column|rowid
 *   fts5 optimize DIR
 *
 * One table with text and metadata, patient an indexed column.  Settings: WAL, synchronous=FULL (each
 * transaction durable, as ours), secure_delete off (Debian's default is on), 256 MB of cache. */
#include "ndjson.h"

#include <sqlite3.h>
#include <sys/stat.h>

static const char *const PRAGMAS =
	"PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
	"PRAGMA cache_size=-262144; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16384;";

static const char *const SCHEMA =
	"CREATE VIRTUAL TABLE IF NOT EXISTS notes USING fts5(patient, text, note_id UNINDEXED,"
	" date UNINDEXED, type UNINDEXED, tokenize='unicode61');"
	"CREATE TABLE IF NOT EXISTS charts(patient TEXT PRIMARY KEY, low INTEGER, high INTEGER)"
	" WITHOUT ROWID;";

static sqlite3 *db;

static void run(const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail(sql, sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *s;
	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
		fail(sql, sqlite3_errmsg(db));
	return s;
}

static void open_database(const char *dir)
{
	char path[4096];
	mkdir(dir, 0777);
	snprintf(path, sizeof(path), "%s/notes.db", dir);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		fail(path, sqlite3_errmsg(db));
	run(PRAGMAS);
}

static void bind(sqlite3_stmt *s, int at, const char *p, size_t n)
{
	if (sqlite3_bind_text(s, at, p ? p : "", (int)n, SQLITE_STATIC) != SQLITE_OK)
		fail("bind", sqlite3_errmsg(db));
}

static void step(sqlite3_stmt *s)
{
	if (sqlite3_step(s) != SQLITE_DONE)
		fail("insert", sqlite3_errmsg(db));
	sqlite3_reset(s);
}

/* Where a chart's notes lie, so that a question can name a range of rowids. */
static void note_chart(sqlite3_stmt *s, const char *patient, sqlite3_int64 low, sqlite3_int64 high)
{
	if (!*patient)
		return;
	bind(s, 1, patient, strlen(patient));
	sqlite3_bind_int64(s, 2, low);
	sqlite3_bind_int64(s, 3, high);
	step(s);
}

static void ingest(const char *file, const char *dir, long batch)
{
	double cpu = cpu_seconds(), wall = seconds(CLOCK_MONOTONIC), begun = wall;
	FILE *f = fopen(file, "r");
	char *line = NULL, patient[256] = "";
	size_t room = 0, bytes = 0;
	long notes = 0;
	sqlite3_int64 low = 0, row = 0;
	struct note note;
	open_database(dir);
	run(SCHEMA);
	sqlite3_stmt *insert = prepare("INSERT INTO notes VALUES(?,?,?,?,?)");
	sqlite3_stmt *chart = prepare("INSERT OR IGNORE INTO charts VALUES(?,?,?)");
	if (!f)
		fail(file, "cannot read");
	for (; next_note(f, &line, &room, &note); notes++) {
		if (notes % batch == 0) {
			begun = seconds(CLOCK_MONOTONIC);
			run("BEGIN");
		}
		bind(insert, 1, note.patient.p, note.patient.n);
		bind(insert, 2, note.text.p, note.text.n);
		bind(insert, 3, note.note_id.p, note.note_id.n);
		bind(insert, 4, note.date.p, note.date.n);
		bind(insert, 5, note.type.p, note.type.n);
		step(insert);
		if (strlen(patient) != note.patient.n ||
			memcmp(patient, note.patient.p, note.patient.n)) {
			note_chart(chart, patient, low, row);
			snprintf(patient, sizeof(patient), "%.*s", (int)note.patient.n,
				note.patient.p);
			low = sqlite3_last_insert_rowid(db);
		}
		row = sqlite3_last_insert_rowid(db);
		bytes += note.text.n;
		if (notes % batch == batch - 1) {
			run("COMMIT");
			if (batch == 1)
				printf("%.1f\n", (seconds(CLOCK_MONOTONIC) - begun) * 1e6);
		}
	}
	note_chart(chart, patient, low, row);
	if (notes % batch != 0)
		run("COMMIT");
	sqlite3_finalize(insert);
	sqlite3_finalize(chart);
	if (batch > 1)
		run("PRAGMA wal_checkpoint(TRUNCATE)");
	sqlite3_close(db);
	printf("{\"notes\":%ld,\"bytes\":%zu,\"cpu_s\":%.3f,\"wall_s\":%.3f}\n", notes, bytes,
		cpu_seconds() - cpu, seconds(CLOCK_MONOTONIC) - wall);
	free(line);
	fclose(f);
}

/* text : ("a" OR "b" OR "c"), text : "a b c"; with the patient's column in front where wanted. */
static void match_text(const struct query *q, int column, char out[700])
{
	char words[300] = "";
	size_t n = 0;
	int phrase = strstr(q->name, "phrase") != NULL;
	for (const char *p = q->words; *p; p++) {
		if (*p == ' ' && !phrase)
			n += (size_t)snprintf(words + n, sizeof(words) - n, "\" OR \"");
		else if (n + 8 < sizeof(words))
			words[n++] = *p;
	}
	words[n] = '\0';
	if (column && *q->patient)
		snprintf(out, 700, "patient : \"%s\" AND text : (\"%s\")", q->patient, words);
	else
		snprintf(out, 700, "text : (\"%s\")", words);
}

static sqlite3_stmt *statements[2][2]; /* [ranked][in a range] */
static sqlite3_stmt *range, *name_of;

static int answer(const struct query *q, int column, sqlite3_int64 rows[TOP])
{
	char text[700];
	int ranked = strstr(q->name, "rare") == NULL, in_range = !column && *q->patient, n = 0;
	sqlite3_stmt *s = statements[ranked][in_range];
	match_text(q, column, text);
	sqlite3_bind_text(s, 1, text, -1, SQLITE_STATIC);
	if (in_range) {
		bind(range, 1, q->patient, strlen(q->patient));
		if (sqlite3_step(range) == SQLITE_ROW) {
			sqlite3_bind_int64(s, 2, sqlite3_column_int64(range, 0));
			sqlite3_bind_int64(s, 3, sqlite3_column_int64(range, 1));
		}
		sqlite3_reset(range);
	}
	int rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW && n < TOP)
		rows[n++] = sqlite3_column_int64(s, 0);
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		fail(text, sqlite3_errmsg(db));
	sqlite3_reset(s);
	return n;
}

static void query(const char *dir, const char *file, int passes, int column)
{
	struct query *q;
	int n = read_queries(file, &q);
	struct timing *all = (struct timing *)calloc((size_t)n, sizeof(*all));
	sqlite3_int64 rows[TOP];
	double opened = seconds(CLOCK_MONOTONIC);
	open_database(dir);
	statements[0][0] = prepare("SELECT rowid FROM notes WHERE notes MATCH ? LIMIT 20");
	statements[0][1] = prepare(
		"SELECT rowid FROM notes WHERE notes MATCH ? AND rowid BETWEEN ? AND ? LIMIT 20");
	statements[1][0] =
		prepare("SELECT rowid FROM notes WHERE notes MATCH ? ORDER BY rank LIMIT 20");
	statements[1][1] = prepare(
		"SELECT rowid FROM notes WHERE notes MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rank LIMIT 20");
	range = prepare("SELECT low, high FROM charts WHERE patient = ?");
	name_of = prepare("SELECT note_id FROM notes WHERE rowid = ?");
	printf("{\"open_us\":%.1f}\n", (seconds(CLOCK_MONOTONIC) - opened) * 1e6);
	for (int pass = 0; pass < passes; pass++) {
		for (int i = 0; i < n; i++) {
			if (pass == 0)
				timing_init(&all[i], passes);
			timing_begin(&all[i]);
			int found = answer(&q[i], column, rows);
			timing_end(&all[i], pass);
			for (int k = 0; pass == passes - 1 && k < found; k++) {
				sqlite3_bind_int64(name_of, 1, rows[k]);
				if (sqlite3_step(name_of) == SQLITE_ROW)
					timing_id(&all[i],
						(const char *)sqlite3_column_text(name_of, 0),
						(size_t)sqlite3_column_bytes(name_of, 0));
				sqlite3_reset(name_of);
			}
		}
	}
	for (int i = 0; i < n; i++)
		timing_print(&all[i], i, passes);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "ingest") && atol(argv[4]) > 0) {
		ingest(argv[2], argv[3], atol(argv[4]));
	} else if (argc == 6 && !strcmp(argv[1], "query") && atoi(argv[4]) > 0) {
		query(argv[2], argv[3], atoi(argv[4]), !strcmp(argv[5], "column"));
	} else if (argc == 3 && !strcmp(argv[1], "optimize")) {
		open_database(argv[2]);
		run("INSERT INTO notes(notes) VALUES('optimize')");
		run("VACUUM");
		run("PRAGMA wal_checkpoint(TRUNCATE)");
		sqlite3_close(db);
	} else {
		fail("fts5",
			"ingest FILE DIR NOTES | query DIR QUERIES PASSES column|rowid | optimize DIR");
	}
	return 0;
}
