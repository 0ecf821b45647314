/* Lucene 8: StandardAnalyzer, positions, stored text, one commit a batch.
 *
 *   Lucene ingest FILE DIR NOTES_A_COMMIT
 *   Lucene query DIR QUERIES PASSES
 *   Lucene merge DIR
 *
 * CPU is the thread's own, merges included, the JIT's and the garbage collector's threads left out; an ingest begins
 * after 2,000 notes went into an index in memory that is thrown away.  process_cpu_s is that of all threads. */
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

public class Lucene {
	static final int TOP = 20, WARM_NOTES = 2000;

	/** Notes of an NDJSON file: flat objects of strings, of our own making. */
	static class Notes implements AutoCloseable {
		private final InputStream in;
		private byte[] block = new byte[1 << 20];
		private int at, end;
		private byte[] room = new byte[1 << 16];

		Notes(String path) throws IOException {
			in = new BufferedInputStream(new FileInputStream(path), 1 << 16);
		}

		private int read() throws IOException {
			if (at == end) {
				end = in.read(block);
				at = 0;
				if (end <= 0) {
					end = 0;
					return -1;
				}
			}
			return block[at++];
		}

		private String string() throws IOException {
			int n = 0, c;
			while ((c = read()) != '"') {
				if (n + 8 > room.length)
					room = java.util.Arrays.copyOf(room, room.length * 2);
				if (c != '\\') {
					room[n++] = (byte) c;
					continue;
				}
				c = read();
				if (c == 'u') {
					int point = 0;
					for (int i = 0; i < 4; i++)
						point = point * 16 + Character.digit(read(), 16);
					byte[] utf8 = String.valueOf((char) point).getBytes(StandardCharsets.UTF_8);
					System.arraycopy(utf8, 0, room, n, utf8.length);
					n += utf8.length;
				} else {
					room[n++] = (byte) (c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
				}
			}
			return new String(room, 0, n, StandardCharsets.UTF_8);
		}

		/** {patient, note_id, date, type, text}; null at the end. */
		String[] next() throws IOException {
			String[] note = {"", "", "", "", ""};
			int c;
			while ((c = read()) != '\n') {
				if (c == -1)
					return null;
				if (c != '"')
					continue;
				String key = string();
				while (read() != '"') {
				}
				String value = string();
				switch (key) {
				case "patient" -> note[0] = value;
				case "note_id" -> note[1] = value;
				case "date" -> note[2] = value;
				case "type" -> note[3] = value;
				case "text" -> note[4] = value;
				default -> { }
				}
			}
			return note;
		}

		@Override
		public void close() throws IOException {
			in.close();
		}
	}

	static IndexWriter writer(Directory directory) throws IOException {
		IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer());
		config.setRAMBufferSizeMB(256);
		config.setMergeScheduler(new SerialMergeScheduler());
		return new IndexWriter(directory, config);
	}

	static Document document(String[] note) {
		Document doc = new Document();
		doc.add(new StringField("patient", note[0], Field.Store.NO));
		doc.add(new StoredField("note_id", note[1]));
		doc.add(new StoredField("date", note[2]));
		doc.add(new StoredField("type", note[3]));
		doc.add(new TextField("text", note[4], Field.Store.YES));
		return doc;
	}

	static void warm(String file) throws IOException {
		try (Directory memory = new ByteBuffersDirectory(); IndexWriter w = writer(memory);
				Notes notes = new Notes(file)) {
			String[] note;
			for (int i = 0; i < WARM_NOTES && (note = notes.next()) != null; i++)
				w.addDocument(document(note));
			w.commit();
		}
	}

	static void ingest(String file, String dir, long batch) throws IOException {
		OperatingSystemMXBean system =
			(OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		warm(file);
		ThreadMXBean thread = ManagementFactory.getThreadMXBean();
		long process = system.getProcessCpuTime(), cpu = thread.getCurrentThreadCpuTime();
		long wall = System.nanoTime(), begun = wall;
		long count = 0, bytes = 0;
		try (IndexWriter w = writer(FSDirectory.open(Path.of(dir))); Notes notes = new Notes(file)) {
			for (String[] note; (note = notes.next()) != null; count++) {
				if (count % batch == 0)
					begun = System.nanoTime();
				w.addDocument(document(note));
				bytes += note[4].length();
				if (count % batch == batch - 1) {
					w.commit();
					if (batch == 1)
						System.out.printf("%.1f%n", (System.nanoTime() - begun) / 1e3);
				}
			}
			w.commit();
		}
		System.out.printf(
			"{\"notes\":%d,\"bytes\":%d,\"cpu_s\":%.3f,\"process_cpu_s\":%.3f,\"wall_s\":%.3f}%n", count,
			bytes, (thread.getCurrentThreadCpuTime() - cpu) / 1e9,
			(system.getProcessCpuTime() - process) / 1e9, (System.nanoTime() - wall) / 1e9);
	}

	static Query makeQuery(String name, String patient, String[] words) {
		Query query;
		if (name.endsWith("phrase")) {
			query = new PhraseQuery("text", words);
		} else {
			BooleanQuery.Builder any = new BooleanQuery.Builder();
			for (String word : words)
				any.add(new TermQuery(new Term("text", word)), BooleanClause.Occur.SHOULD);
			query = any.build();
		}
		if (patient.isEmpty())
			return query;
		return new BooleanQuery.Builder()
			.add(query, BooleanClause.Occur.MUST)
			.add(new TermQuery(new Term("patient", patient)), BooleanClause.Occur.FILTER)
			.build();
	}

	static String numbers(double[] values) {
		StringBuilder s = new StringBuilder();
		for (double v : values)
			s.append(s.length() > 0 ? "," : "").append(String.format("%.1f", v));
		return s.toString();
	}

	static void query(String dir, String file, int passes) throws IOException {
		ThreadMXBean thread = ManagementFactory.getThreadMXBean();
		List<String> lines = Files.readAllLines(Path.of(file));
		double[][] cpu = new double[lines.size()][passes], wall = new double[lines.size()][passes];
		List<List<String>> ids = new ArrayList<>();
		long opened = System.nanoTime();
		DirectoryReader reader = DirectoryReader.open(FSDirectory.open(Path.of(dir)));
		IndexSearcher searcher = new IndexSearcher(reader);
		searcher.setQueryCache(null);
		System.out.printf("{\"open_us\":%.1f}%n", (System.nanoTime() - opened) / 1e3);
		for (int pass = 0; pass < passes; pass++) {
			for (int i = 0; i < lines.size(); i++) {
				String[] part = lines.get(i).split("\t");
				long wallBegun = System.nanoTime(), cpuBegun = thread.getCurrentThreadCpuTime();
				ScoreDoc[] hits =
					searcher.search(makeQuery(part[0], part[1], part[2].split(" ")), TOP).scoreDocs;
				cpu[i][pass] = (thread.getCurrentThreadCpuTime() - cpuBegun) / 1e3;
				wall[i][pass] = (System.nanoTime() - wallBegun) / 1e3;
				if (pass < passes - 1)
					continue;
				List<String> names = new ArrayList<>();
				for (ScoreDoc hit : hits)
					names.add("\"" + searcher.doc(hit.doc).get("note_id") + "\"");
				ids.add(names);
			}
		}
		for (int i = 0; i < lines.size(); i++)
			System.out.println("{\"q\":" + i + ",\"cpu_us\":[" + numbers(cpu[i]) + "],\"wall_us\":["
				+ numbers(wall[i]) + "],\"hits\":" + ids.get(i).size() + ",\"ids\":[" + String.join(",", ids.get(i)) + "]}");
		reader.close();
	}

	public static void main(String[] argv) throws IOException {
		if (argv.length == 4 && argv[0].equals("ingest")) {
			ingest(argv[1], argv[2], Long.parseLong(argv[3]));
		} else if (argv.length == 4 && argv[0].equals("query")) {
			query(argv[1], argv[2], Integer.parseInt(argv[3]));
		} else if (argv.length == 2 && argv[0].equals("merge")) {
			try (IndexWriter w = writer(FSDirectory.open(Path.of(argv[1])))) {
				w.forceMerge(1);
				w.commit();
			}
		} else {
			System.err.println(
				"Lucene ingest FILE DIR NOTES | query DIR QUERIES PASSES | merge DIR");
			System.exit(2);
		}
	}
}
