/* Xapian (glass): one document a note, positions, text stored as document data.
 *
 *   xapian ingest FILE DIR NOTES_A_COMMIT
 *   xapian query DIR QUERIES PASSES
 *   xapian compact DIR INTO */
#include "ndjson.h"

#include <string>
#include <vector>
#include <xapian.h>

static void ingest(const char *file, const char *dir, long batch)
{
	double cpu = cpu_seconds(), wall = seconds(CLOCK_MONOTONIC), begun = wall;
	FILE *f = fopen(file, "r");
	char *line = NULL;
	size_t room = 0, bytes = 0;
	long notes = 0;
	struct note note;
	Xapian::WritableDatabase db(dir, Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
	Xapian::TermGenerator generator;
	if (!f)
		fail(file, "cannot read");
	for (; next_note(f, &line, &room, &note); notes++) {
		if (notes % batch == 0)
			begun = seconds(CLOCK_MONOTONIC);
		Xapian::Document doc;
		generator.set_document(doc);
		generator.set_termpos(0);
		generator.index_text(std::string(note.text.p, note.text.n));
		doc.add_boolean_term("XP" + std::string(note.patient.p, note.patient.n));
		doc.add_value(0, std::string(note.note_id.p, note.note_id.n));
		doc.add_value(1, std::string(note.date.p, note.date.n));
		doc.set_data(std::string(note.text.p, note.text.n));
		db.add_document(doc);
		bytes += note.text.n;
		if (notes % batch == batch - 1) {
			db.commit();
			if (batch == 1)
				printf("%.1f\n", (seconds(CLOCK_MONOTONIC) - begun) * 1e6);
		}
	}
	db.commit();
	db.close();
	printf("{\"notes\":%ld,\"bytes\":%zu,\"cpu_s\":%.3f,\"wall_s\":%.3f}\n", notes, bytes,
		cpu_seconds() - cpu, seconds(CLOCK_MONOTONIC) - wall);
	free(line);
	fclose(f);
}

static Xapian::Query make_query(const struct query *q)
{
	std::vector<std::string> terms;
	std::string words = q->words;
	for (size_t at = 0; at < words.size();) {
		size_t end = words.find(' ', at);
		end = end == std::string::npos ? words.size() : end;
		terms.push_back(words.substr(at, end - at));
		at = end + 1;
	}
	Xapian::Query query(strstr(q->name, "phrase") ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_OR,
		terms.begin(), terms.end());
	if (*q->patient)
		query = Xapian::Query(
			Xapian::Query::OP_FILTER, query, Xapian::Query("XP" + std::string(q->patient)));
	return query;
}

static void query(const char *dir, const char *file, int passes)
{
	struct query *q;
	int n = read_queries(file, &q);
	std::vector<struct timing> all((size_t)n);
	double opened = seconds(CLOCK_MONOTONIC);
	Xapian::Database db(dir);
	printf("{\"open_us\":%.1f}\n", (seconds(CLOCK_MONOTONIC) - opened) * 1e6);
	for (int pass = 0; pass < passes; pass++) {
		for (int i = 0; i < n; i++) {
			if (pass == 0)
				timing_init(&all[(size_t)i], passes);
			struct timing *t = &all[(size_t)i];
			timing_begin(t);
			Xapian::Enquire enquire(db);
			enquire.set_query(make_query(&q[i]));
			Xapian::MSet found = enquire.get_mset(0, TOP);
			timing_end(t, pass);
			for (auto hit = found.begin(); pass == passes - 1 && hit != found.end(); ++hit) {
				std::string id = hit.get_document().get_value(0);
				timing_id(t, id.data(), id.size());
			}
		}
	}
	for (int i = 0; i < n; i++)
		timing_print(&all[(size_t)i], i, passes);
}

int main(int argc, char **argv)
{
	std::string verb = argc > 1 ? argv[1] : "";
	try {
		if (verb == "ingest" && argc == 5 && atol(argv[4]) > 0)
			ingest(argv[2], argv[3], atol(argv[4]));
		else if (verb == "query" && argc == 5 && atoi(argv[4]) > 0)
			query(argv[2], argv[3], atoi(argv[4]));
		else if (verb == "compact" && argc == 4)
			Xapian::Database(argv[2]).compact(argv[3]);
		else
			fail("xapian", "ingest FILE DIR NOTES | query DIR QUERIES PASSES | compact DIR INTO");
	} catch (const Xapian::Error &e) {
		fail("xapian", e.get_description().c_str());
	}
	return 0;
}
