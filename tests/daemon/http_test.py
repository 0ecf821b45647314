"""Black-box tests of lodestoned over its socket.  Argument: the daemon's path."""
import gzip
import json
import os
import random
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from harness import BOUND, CHUNKED, JSON, NDJSON, Client, Daemon, chunk, note, request

PROGRAM = None


def daemon(*settings, **more):
    return Daemon(PROGRAM, *settings, **more)


class Routes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.d = daemon().__enter__()
        cls.d.ingest(note("p1", "n1", "Denies chest pain.\n", date="2140-01-02", type="Progress note")
                     + note("p1", "n/2 ä", "Hx of gout – stable.", shift=3)
                     + note("p2", "n1", "x"))

    @classmethod
    def tearDownClass(cls):
        cls.d.__exit__(None, None, None)

    def problem(self, answer, status):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        body = answer.json()
        self.assertEqual(body["status"], status)
        self.assertRegex(body["id"], "^[0-9a-f]{16}$")
        self.assertTrue(body["code"] and body["message"])
        return body

    def test_healthz_says_ready(self):
        self.assertEqual(self.d.ask("GET", "/healthz").json(), {"status": "ready"})

    def test_unknown_path_is_404(self):
        for path in ("/", "/v1", "/v1/patient", "/v1/patients/", "/v1/patients//notes", "/healthz/x",
                     "/v1/patients/p1/notes/", "/v1/patients/p1/notes/n1/x"):
            self.problem(self.d.ask("GET", path), 404)

    def test_wrong_method_is_405_with_allow(self):
        answer = self.d.ask("POST", "/v1/patients/p1", b"")
        self.problem(answer, 405)
        self.assertEqual(answer.headers["allow"], "GET, DELETE")
        self.problem(self.d.ask("PATCH", "/healthz", b""), 405)

    def test_unknown_query_parameter_is_400(self):
        self.problem(self.d.ask("GET", "/v1/patients?limits=3"), 400)
        self.problem(self.d.ask("GET", "/v1/patients?limit=3&limit=4"), 400)
        self.problem(self.d.ask("GET", "/v1/patients?limit=x"), 400)
        self.problem(self.d.ask("GET", "/healthz?a"), 400)

    def test_unknown_patient_and_note_are_404(self):
        self.problem(self.d.ask("GET", "/v1/patients/nobody"), 404)
        self.problem(self.d.ask("GET", "/v1/patients/nobody/notes"), 404)
        self.problem(self.d.ask("GET", "/v1/patients/p1/notes/none"), 404)
        self.problem(self.d.ask("POST", "/v1/patients/nobody/search", b'{"query":"x"}', JSON), 404)
        self.problem(self.d.ask("POST", "/v1/patients/nobody/ask", b'{"question":"x"}', JSON), 404)

    def test_a_bad_path_id_is_400(self):
        self.problem(self.d.ask("GET", "/v1/patients/%zz"), 400)
        self.problem(self.d.ask("GET", "/v1/patients/a%00b"), 400)
        self.problem(self.d.ask("GET", "/v1/patients/%ff"), 400)
        self.problem(self.d.ask("GET", "/v1/patients/" + "a" * 257), 400)

    def test_note_comes_back_byte_for_byte(self):
        answer = self.d.ask("GET", "/v1/patients/p1/notes/n%2F2%20%C3%A4")
        self.assertEqual(answer.headers["content-type"], "text/plain; charset=utf-8")
        self.assertEqual(answer.body, "Hx of gout – stable.".encode())

    def test_note_metadata_with_accept_json(self):
        answer = self.d.ask("GET", "/v1/patients/p1/notes/n%2F2%20%C3%A4", headers={"Accept": "application/json"})
        body = answer.json()
        self.assertEqual(body["note"], "n/2 ä")
        self.assertEqual(body["meta"], {"shift": 3})
        self.assertEqual((body["text_bytes"], body["text_cp"]), (22, 20))
        self.assertRegex(body["digest"], "^[0-9a-f]{32}$")

    def test_lists_are_ndjson_with_cursor_and_limit(self):
        rows = self.d.ask("GET", "/v1/patients").lines()
        self.assertEqual([row["patient"] for row in rows], ["p1", "p2"])
        self.assertEqual(rows[0]["notes"], 2)
        self.assertEqual([r["patient"] for r in self.d.ask("GET", "/v1/patients?cursor=p1").lines()], ["p2"])
        self.assertEqual([r["patient"] for r in self.d.ask("GET", "/v1/patients?limit=1").lines()], ["p1"])
        notes = self.d.ask("GET", "/v1/patients/p1/notes").lines()
        self.assertEqual(sorted(n["note"] for n in notes), ["n/2 ä", "n1"])
        self.assertEqual(len(self.d.ask("GET", "/v1/patients/p1/notes?limit=1").lines()), 1)
        cursor = "?cursor=%s%%0A%s" % (notes[0].get("date", ""), "n%2F2%20%C3%A4" if "/" in notes[0]["note"] else "n1")
        rest = self.d.ask("GET", "/v1/patients/p1/notes" + cursor).lines()
        self.assertEqual(self.d.ask("GET", "/v1/patients/p1/notes?cursor=n1").status, 400)
        self.assertEqual([n["note"] for n in rest], [notes[1]["note"]])

    def test_chart_counts(self):
        body = self.d.ask("GET", "/v1/patients/p1").json()
        self.assertEqual((body["notes_total"], body["notes_readable"], body["complete"]), (2, 2, True))

    def test_http10_gets_lists_unchunked(self):
        with self.d.client() as c:
            c.send(b"GET /v1/patients HTTP/1.0\r\n\r\n")
            answer = c.answer()
            self.assertNotIn("transfer-encoding", answer.headers)
            self.assertEqual(len(answer.lines()), 2)
            self.assertTrue(c.is_closed())

    def test_search_finds_words_with_offsets(self):
        answer = self.d.ask("POST", "/v1/patients/p1/search", b'{"query":"gout"}', JSON).json()
        hit = answer["hits"][0]
        self.assertEqual(hit["note"], "n/2 ä")
        self.assertEqual((hit["start"], hit["end"], hit["start_cp"], hit["end_cp"]), (6, 10, 6, 10))
        self.assertIn("gout", hit["text"])
        self.assertEqual(hit["matches"], [{"start": 6, "end": 10}])
        self.assertTrue(answer["search"]["complete"])

    def test_ask_answers_with_a_verdict(self):
        answer = self.d.ask("POST", "/v1/patients/p1/ask", b'{"question":"history of gout?"}', JSON)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.json()["verdict"], "present")
        absent = self.d.ask("POST", "/v1/patients/p1/ask", b'{"condition":"chest pain"}', JSON).json()
        self.assertEqual(absent["verdict"], "absent")

    def test_bad_search_bodies_are_400(self):
        for body in (b"", b"[]", b"{", b'{"query":3}', b'{"query":""}', b'{}', b'{"query":"x","zz":1}',
                     b'{"query":"x","limit":0}', b'{"query":"x","limit":1.5}', b'{"query":"x","any":1}', b'{"query":"x","synonyms":"yes"}', b'{"query":"x OR"}',
                     b'{"query":"x","from":"yesterday"}', b'{"query":"x","types":"a"}',
                     b'{"query":"x","sections":["nowhere"]}', b'{"query":"x","query":"y"}',
                     b'{"query":"x"} {}', b'{"query":"\xff"}', b'{"query":"a\\u0000"}'):
            self.problem(self.d.ask("POST", "/v1/patients/p1/search", body, JSON), 400)

    def test_own_members_are_allowed_with_x_prefix(self):
        answer = self.d.ask("POST", "/v1/patients/p1/search", b'{"query":"gout","x-why":1}', JSON)
        self.assertEqual(answer.status, 200)

    def test_problems_do_not_echo_the_question(self):
        for body in (b'{"query":"zebraword","zebrakey":1}', b'{"query":"zebraword","limit":"zebra"}',
                     b'{"query":"zebraword'):
            answer = self.d.ask("POST", "/v1/patients/p1/search", body, JSON)
            self.assertNotIn(b"zebra", answer.body)

    def test_content_type_is_checked(self):
        url = "/v1/patients/p1/search"
        self.problem(self.d.ask("POST", url, b'{"query":"x"}', {"Content-Type": "text/plain"}), 415)
        self.problem(self.d.ask("POST", url, b'{"query":"x"}'), 415)
        self.problem(self.d.ask("POST", url, b"x", dict(JSON, **{"Content-Encoding": "gzip"})), 415)
        self.problem(self.d.ask("POST", "/v1/notes", b"{}", JSON), 415)
        self.problem(self.d.ask("POST", "/v1/notes", b"{}", dict(NDJSON, **{"Content-Encoding": "br"})), 415)

    def test_post_without_length_is_411(self):
        with self.d.client() as c:
            c.send(b"POST /v1/patients/p1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\r\n")
            self.problem(c.answer(), 411)

    def test_large_query_body_is_413(self):
        body = b'{"query":"' + b"a" * 70000 + b'"}'
        self.problem(self.d.ask("POST", "/v1/patients/p1/search", body, JSON), 413)
        with self.d.client() as c:
            c.send(request("POST", "/v1/patients/p1/search", None,
                           dict(JSON, **{"Transfer-Encoding": "chunked"})) + chunk(body) + chunk(b""))
            self.problem(c.answer(), 413)

    def test_long_url_is_414_and_long_head_431(self):
        self.problem(self.d.ask("GET", "/v1/patients/" + "a" * 5000), 414)
        self.problem(self.d.ask("GET", "/healthz", headers={"X-Long": "a" * 20000}), 431)

    def test_broken_http_is_400_and_closed(self):
        for text in (b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00\x01\x02\r\n\r\n",
                     b"POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"):
            with self.d.client() as c:
                c.send(text)
                self.assertEqual(c.answer().status, 400)
                c.sock.shutdown(socket.SHUT_WR)
                self.assertTrue(c.is_closed())

    def test_body_on_get_is_refused(self):
        self.problem(self.d.ask("GET", "/healthz", b"hello"), 400)

    def test_keep_alive_serves_many_requests(self):
        with self.d.client() as c:
            for _ in range(50):
                self.assertEqual(c.ask("GET", "/healthz").status, 200)
            self.problem(c.ask("GET", "/v1/patients/nobody"), 404)
            self.assertEqual(c.ask("GET", "/healthz").status, 200)
            self.assertEqual(c.ask("GET", "/healthz", headers={"Connection": "close"}).headers["connection"], "close")
            self.assertTrue(c.is_closed())

    def test_pipelined_requests_are_answered_in_order(self):
        with self.d.client() as c:
            c.send(request("GET", "/v1/patients/p1/notes/n1") + request("GET", "/healthz")
                   + request("POST", "/v1/patients/p1/search", b'{"query":"gout"}', JSON)
                   + request("GET", "/v1/patients/p2/notes/n1"))
            self.assertEqual(c.answer().body, b"Denies chest pain.\n")
            self.assertEqual(c.answer().json(), {"status": "ready"})
            self.assertEqual(len(c.answer().json()["hits"]), 1)
            self.assertEqual(c.answer().body, b"x")

    def test_requests_in_single_bytes_are_understood(self):
        with self.d.client() as c:
            for byte in request("POST", "/v1/patients/p1/search", b'{"query":"gout"}', JSON):
                c.send(bytes([byte]))
            self.assertEqual(c.answer().status, 200)

    def test_half_closed_client_still_gets_its_answer(self):
        with self.d.client() as c:
            c.send(request("GET", "/v1/patients/p1/notes/n1"))
            c.sock.shutdown(socket.SHUT_WR)
            self.assertEqual(c.answer().body, b"Denies chest pain.\n")
            self.assertTrue(c.is_closed())

    def test_expect_100_continue_is_answered(self):
        with daemon() as d, d.client() as c:
            d.ingest(note("p1", "n1", "gout"))
            body = b'{"query":"gout"}'
            head = request("POST", "/v1/patients/p1/search", None,
                           dict(JSON, **{"Content-Length": str(len(body)), "Expect": "100-continue"}))
            c.send(head)
            self.assertEqual(c.read_head()[0], 100)
            c.send(body)
            self.assertEqual(c.answer().status, 200)
            c.send(request("POST", "/v1/notes", None, dict(CHUNKED, **{"Expect": "100-continue"})))
            self.assertEqual(c.read_head()[0], 100)
            c.send(chunk(note("p3", "n1", "later")) + chunk(b""))
            self.assertEqual(c.answer().lines()[-1]["summary"]["accepted"], 1)

    def test_expect_100_continue_is_refused_before_the_body(self):
        with self.d.client() as c:
            c.send(request("POST", "/v1/notes", None, {"Content-Type": "text/csv", "Content-Length": "99999999",
                                                       "Expect": "100-continue"}))
            self.problem(c.answer(), 415)

    def test_stats_and_model(self):
        stats = self.d.ask("GET", "/v1/stats").json()
        self.assertGreaterEqual(stats["index"]["notes"], 3)
        self.assertGreaterEqual(stats["daemon"]["requests"], 1)
        self.assertRegex(self.d.ask("GET", "/v1/model").json()["model"], "^[0-9a-f]{32}$")

    def test_audit_has_one_line_per_request_without_text(self):
        before = len(self.d.audit())
        self.d.ask("POST", "/v1/patients/p1/search", b'{"query":"zebraword"}', JSON)
        self.d.ask("GET", "/v1/patients/p1/notes/n1")
        lines = self.d.audit()[before:]
        self.assertEqual(len(lines), 2)
        self.assertEqual([line["patient"] for line in lines], ["p1", "p1"])
        self.assertEqual(lines[0]["uid"], os.getuid())
        self.assertEqual(lines[0]["pid"], os.getpid())
        self.assertIn("query_digest", lines[0])
        self.assertEqual(lines[1]["seq"], lines[0]["seq"] + 1)
        path = os.path.join(self.d.data, "audit.ndjson")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, "rb") as f:
            text = f.read()
        self.assertNotIn(b"zebra", text)
        self.assertNotIn(b"chest", text)


class Ingest(unittest.TestCase):
    def test_bad_lines_are_named_and_the_rest_is_taken(self):
        secret = "zebrafish"
        bad = {
            2: b'{"patient":"p","note_id":"2","text":"' + secret.encode(),  # cut off
            3: b'{"patient":"p","note_id":3,"text":"' + secret.encode() + b'"}',
            4: b'{"patient":"p","note_id":"4","text":"' + secret.encode() + b'\xff\xfe"}',
            5: b'{"patient":"p","note_id":"5","text":"' + secret.encode() + b'","text":"b"}',
            6: b'{"patient":"p","note_id":"6","text":"' + secret.encode() + b'\\u0000"}',
            7: b'{"patient":"p","note_id":"7","text":"' + secret.encode() + b'\x00"}',
            8: b'{"note_id":"8","text":"' + secret.encode() + b'"}',
            9: b'{"patient":"","note_id":"9","text":"' + secret.encode() + b'"}',
            10: b'{"patient":"p","note_id":"10","text":"' + secret.encode() + b'","date":"' + secret.encode() + b'"}',
            11: b'["' + secret.encode() + b'"]',
            12: b'{"patient":"' + b"a" * 300 + b'","note_id":"12","text":"' + secret.encode() + b'"}',
            13: b'{"patient":"p","note_id":"13","text":"\\ud800' + secret.encode() + b'"}',
            14: b'{"patient":"p","note_id":"14","text":null}',
        }
        lines = [note("p", "1", "first")] + [bad[i] + b"\n" for i in sorted(bad)] + [note("p", "15", "last")]
        with daemon() as d:
            answer = d.ingest(b"".join(lines))
            self.assertEqual(answer.status, 200)
            self.assertNotIn(secret.encode(), answer.body)
            rows = answer.lines()
            self.assertEqual([row["line"] for row in rows[:-1]], sorted(bad))
            self.assertTrue(all(row["error"] for row in rows[:-1]))
            summary = rows[-1]["summary"]
            self.assertEqual((summary["lines"], summary["accepted"], summary["added"], summary["rejected"]),
                             (15, 2, 2, len(bad)))
            self.assertEqual(d.ask("GET", "/v1/patients/p/notes/15").body, b"last")
            self.assertNotIn(secret, d.read_log())

    def test_a_200_mb_line_is_one_reject(self):
        with daemon() as d, d.client() as c:
            c.send(request("POST", "/v1/notes", None, CHUNKED))
            c.send(chunk(note("p", "1", "before") + b'{"patient":"p","note_id":"2","text":"'))
            piece = chunk(b"a" * (1 << 20))
            for _ in range(200):
                c.send(piece)
            c.send(chunk(b'"}\n' + note("p", "3", "after")) + chunk(b""))
            rows = c.answer().lines()
            self.assertEqual([row["line"] for row in rows[:-1]], [2])
            self.assertEqual(rows[-1]["summary"]["accepted"], 2)
            self.assertEqual(d.ask("GET", "/v1/patients/p/notes/3").body, b"after")

    def test_a_thousand_rejects_are_told_and_the_rest_counted(self):
        with daemon() as d:
            rows = d.ingest(b"{}\n" * 1500).lines()
            self.assertEqual(len(rows), 1001)
            self.assertEqual(rows[-1]["summary"]["rejected"], 1500)

    def test_sending_again_changes_nothing(self):
        with daemon() as d:
            body = b"".join(note("p%d" % (i % 3), str(i), "text %d" % i) for i in range(30))
            self.assertEqual(d.ingest(body).lines()[-1]["summary"]["added"], 30)
            again = d.ingest(body).lines()[-1]["summary"]
            self.assertEqual((again["added"], again["unchanged"]), (0, 30))
            changed = d.ingest(note("p0", "0", "other")).lines()[-1]["summary"]
            self.assertEqual(changed["replaced"], 1)
            self.assertEqual(d.ask("GET", "/v1/patients/p0/notes/0").body, b"other")

    def test_gzip_and_zstd_bodies(self):
        plain = b"".join(note("p", str(i), "text %d " % i * 50) for i in range(200))
        packed = subprocess.run(["zstd", "-q", "-c"], input=plain, stdout=subprocess.PIPE, check=True).stdout
        with daemon() as d:
            for encoding, body in (("gzip", gzip.compress(plain)), ("zstd", packed)):
                answer = d.ingest(body, {"Content-Encoding": encoding})
                self.assertEqual(answer.lines()[-1]["summary"]["accepted"], 200, encoding)
                answer = d.ingest(body[:-9], {"Content-Encoding": encoding})
                self.assertEqual(answer.status, 400, encoding)
                self.assertEqual(d.ingest(plain[:500], {"Content-Encoding": encoding}).status, 400)
            self.assertEqual(d.ask("GET", "/v1/patients/p").json()["notes_total"], 200)

    def test_a_compressed_bomb_stays_small(self):
        bomb = subprocess.run("head -c 400000000 /dev/zero | zstd -q -c", shell=True,
                              stdout=subprocess.PIPE, check=True).stdout
        with daemon() as d:
            rows = d.ingest(bomb, {"Content-Encoding": "zstd"}).lines()
            self.assertEqual(rows[-1]["summary"]["rejected"], 1)

    def test_chunked_body_commits_batch_by_batch_with_progress(self):
        with daemon("ingest_batch=64K") as d, d.client() as c:
            c.send(request("POST", "/v1/notes?progress=1", None, CHUNKED))
            big = "word " * 15000
            for i in range(4):
                c.send(chunk(note("p", str(i), big)))
                if i == 0:
                    self.assertEqual(c.read_head()[0], 200)
                row = json.loads(c.read_chunk())
                self.assertEqual(row["progress"]["committed_through"], i + 1)
                self.assertEqual(d.ask("GET", "/v1/patients/p").json()["notes_total"], i + 1)
            c.send(chunk(b""))
            tail = b""
            while True:
                piece = c.read_chunk()
                if not piece:
                    break
                tail += piece
            self.assertEqual(json.loads(tail.splitlines()[-1])["summary"]["accepted"], 4)

    def test_a_client_that_reads_no_progress_does_not_block_itself(self):
        with daemon("ingest_batch=1K", "out_high_water=4K") as d, d.client() as c:
            c.send(request("POST", "/v1/notes?progress=1", None, CHUNKED))
            for i in range(400):
                c.send(chunk(note("p%d" % i, "n", "word " * 300)))
            c.send(chunk(b""))
            self.assertEqual(c.answer().lines()[-1]["summary"]["accepted"], 400)

    def test_a_slow_ingest_is_committed_by_age(self):
        with daemon("ingest_commit_ms=50") as d, d.client() as c:
            c.send(request("POST", "/v1/notes?progress=1", None, CHUNKED) + chunk(note("p", "1", "early")))
            self.assertEqual(c.read_head()[0], 200)
            self.assertEqual(json.loads(c.read_chunk())["progress"]["committed_through"], 1)

    def test_a_broken_connection_keeps_what_was_committed(self):
        with daemon("ingest_batch=64K") as d:
            with d.client() as c:
                c.send(request("POST", "/v1/notes?progress=1", None, CHUNKED))
                c.send(chunk(note("p", "1", "word " * 15000)))
                self.assertEqual(c.read_head()[0], 200)
                c.read_chunk()
                c.send(chunk(note("p", "2", "unfinished")))
            self.assertEqual(d.ask("GET", "/v1/patients/p").json()["notes_total"], 1)

    def test_an_ingest_beyond_the_limit_waits_unread(self):
        with daemon("max_ingests=1", "max_small_ingests=0", "max_waiting_ingests=1") as d:
            with d.client() as first, d.client() as second:
                first.send(request("POST", "/v1/notes?progress=1", None, CHUNKED))
                first.send(chunk(note("p", "1", "a")))
                d.await_stat("ingests", 1)
                second.send(request("POST", "/v1/notes", note("p", "2", "b"), NDJSON))
                d.await_stat("ingests_waiting", 1)
                third = d.ingest(note("p", "3", "c"))
                self.assertEqual(third.status, 503)
                self.assertIn("retry-after", third.headers)
                first.send(chunk(b""))
                self.assertEqual(first.answer().lines()[-1]["summary"]["accepted"], 1)
                self.assertEqual(second.answer().lines()[-1]["summary"]["accepted"], 1)

    def test_an_empty_body_is_an_empty_ingest(self):
        with daemon() as d:
            self.assertEqual(d.ingest(b"\n\r\n \n").lines()[-1]["summary"]["lines"], 0)
            self.assertEqual(d.ingest(b"").lines()[-1]["summary"]["lines"], 0)

    def test_a_quota_is_507_and_says_how_far_it_came(self):
        with daemon("max_db_bytes=256K", "ingest_batch=16K") as d:
            seed = 7
            body = b""
            for i in range(200):
                words = []
                for _ in range(400):
                    seed = (seed * 1103515245 + 12345) % (1 << 31)
                    words.append("w%x" % seed)
                body += note("p%d" % i, "n", " ".join(words))
            answer = d.ingest(body)
            self.assertEqual(answer.status, 507, answer.body[:300])
            through = answer.json()["committed_through"]
            self.assertLess(through, 200)
            rows = d.ask("GET", "/v1/patients").lines()
            self.assertEqual(len(rows), through)

    def test_delete_note_and_patient(self):
        with daemon() as d:
            d.ingest(note("p", "1", "a") + note("p", "2", "b"))
            self.assertEqual(d.ask("DELETE", "/v1/patients/p/notes/1").json()["notes_deleted"], 1)
            self.assertEqual(d.ask("GET", "/v1/patients/p/notes/1").status, 404)
            self.assertEqual(d.ask("GET", "/v1/patients/p/notes/2").status, 200)
            self.assertEqual(d.ask("DELETE", "/v1/patients/p/notes/1").status, 404)
            self.assertEqual(d.ask("DELETE", "/v1/patients/p").json()["notes_deleted"], 1)
            self.assertEqual(d.ask("GET", "/v1/patients/p").status, 404)
            self.assertEqual(d.ask("DELETE", "/v1/patients/p").status, 404)


class Durability(unittest.TestCase):
    def test_kill_9_loses_no_acknowledged_note(self):
        d = daemon("ingest_batch=16K")
        try:
            acknowledged = []
            for round_ in range(3):
                d.start()
                for i in range(20):
                    name = "%d-%d" % (round_, i)
                    answer = d.ingest(note("p%d" % (i % 4), name, "text " + name * 20))
                    self.assertEqual(answer.lines()[-1]["summary"]["accepted"], 1)
                    acknowledged.append(("p%d" % (i % 4), name))
                d.kill()
            with d:
                for patient, name in acknowledged:
                    answer = d.ask("GET", "/v1/patients/%s/notes/%s" % (patient, name))
                    self.assertEqual(answer.body.decode(), "text " + name * 20)
                seqs = [line["seq"] for line in d.audit()]
                self.assertEqual(seqs, sorted(set(seqs)))
        finally:
            shutil.rmtree(d.folder, ignore_errors=True)

    def test_check_finds_a_fresh_index_sound(self):
        d = daemon()
        try:
            d.start()
            d.ingest(note("p", "1", "a"))
            self.assertEqual(d.stop(), 0)
            done = subprocess.run([PROGRAM, "--data", d.data, "--check"], stdout=subprocess.PIPE, timeout=BOUND)
            self.assertEqual((done.returncode, done.stdout), (0, b"0 problems\n"))
        finally:
            shutil.rmtree(d.folder, ignore_errors=True)


def is_served(d):
    """Whether /healthz answers.  On a loaded machine our own head may come late, and is cut as it should be."""
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        try:
            answer = d.ask("GET", "/healthz")
        except (BrokenPipeError, ConnectionResetError):
            continue
        if answer.status != 408:
            return answer.status == 200
    return False


def send_some(c, data):
    """Half of something; that it was cut before it came is for the reader to see."""
    try:
        c.send(data)
    except BrokenPipeError:
        pass


class Clock(unittest.TestCase):
    def test_slow_heads_are_cut_while_others_are_served(self):
        with daemon("head_deadline_ms=300") as d:
            slow = [d.client() for _ in range(50)]
            for c in slow:
                send_some(c, b"GET /healthz HT")
            self.assertTrue(is_served(d))
            for c in slow:
                self.assertEqual(c.answer().status, 408)
                c.sock.close()

    def test_slow_heads_are_cut_while_connections_keep_coming(self):
        with daemon("head_deadline_ms=200") as d, d.client() as slow:
            send_some(slow, b"GET /healthz HT")
            slow.sock.setblocking(False)
            end = time.monotonic() + BOUND
            while time.monotonic() < end:
                self.assertTrue(is_served(d))
                try:
                    self.assertIn(b" 408 ", slow.sock.recv(1 << 16))
                    return
                except BlockingIOError:
                    pass
            self.fail("never cut")

    def test_a_slow_query_body_is_408(self):
        with daemon("query_deadline_ms=300") as d, d.client() as c:
            c.send(request("POST", "/v1/patients/p/search", None, dict(JSON, **{"Content-Length": "99"})) + b"{")
            self.assertEqual(c.answer().status, 408)

    def test_an_ingest_without_progress_is_408(self):
        with daemon("ingest_window_ms=300") as d, d.client() as c:
            c.send(request("POST", "/v1/notes", None, CHUNKED) + chunk(note("p", "1", "a")))
            answer = c.answer()
            self.assertEqual(answer.status, 408)
            self.assertIn("committed_through", answer.json())

    def test_idle_connections_are_closed(self):
        with daemon("idle_ms=200") as d:
            end = time.monotonic() + BOUND
            while True:
                with d.client() as c:
                    try:
                        answer = c.ask("GET", "/healthz")
                    except (EOFError, BrokenPipeError, ConnectionResetError):
                        self.assertLess(time.monotonic(), end)
                        continue  # we were idle for that long ourselves
                    self.assertEqual(answer.status, 200)
                    self.assertTrue(c.is_closed())
                    break

    def test_a_client_that_never_reads_is_cut(self):
        with daemon("write_stall_ms=300", "out_high_water=64K") as d:
            d.ingest(note("p", "1", "a" * 4000000))
            with d.client() as c:
                c.send(request("GET", "/v1/patients/p/notes/1"))
                d.await_stat("connections", 1)  # the watcher's own

    def test_unread_answers_have_a_limit_over_all_connections(self):
        with daemon("max_unsent=1M") as d:
            d.ingest(note("p", "1", "a" * 4000000) + note("p", "2", "b" * 4000000))
            with d.client() as greedy:
                greedy.send(request("GET", "/v1/patients/p/notes/1"))
                self.assertEqual(greedy.sock.recv(15), b"HTTP/1.1 200 OK"[:15])
                answer = d.ask("GET", "/v1/patients/p/notes/2")
                self.assertEqual(answer.status, 503)
                self.assertIn("retry-after", answer.headers)
            d.await_stat("connections", 1)
            self.assertEqual(len(d.ask("GET", "/v1/patients/p/notes/2").body), 4000000)

    def test_long_lists_are_paused_for_slow_readers_and_whole(self):
        with daemon("out_high_water=4K") as d:
            d.ingest(b"".join(note("patient-%06d" % i, "n", "x") for i in range(8000)))
            with d.client() as c:
                c.send(request("GET", "/v1/patients"))
                rows = c.answer().lines()
            self.assertEqual([row["patient"] for row in rows], ["patient-%06d" % i for i in range(8000)])

    def test_connections_over_the_limit_are_503(self):
        with daemon("max_connections=2") as d, d.client() as a:
            while True:  # until the harness's own first connection is gone
                answer = a.ask("GET", "/v1/stats")
                self.assertEqual(answer.status, 200)
                if answer.json()["daemon"]["connections"] == 1:
                    break
            with d.client() as b:
                self.assertEqual(b.ask("GET", "/healthz").status, 200)
                with d.client() as c:
                    answer = c.answer()
                    self.assertEqual(answer.status, 503)
                    self.assertIn("retry-after", answer.headers)


class Hostile(unittest.TestCase):
    def test_mutated_requests_get_4xx_or_a_closed_connection(self):
        seed = int(os.environ.get("SEED", str(int(time.time()))))
        print("seed %d" % seed, end=" ", flush=True)
        chance = random.Random(seed)
        whole = [
            request("GET", "/v1/patients/p/notes/1"),
            request("POST", "/v1/patients/p/search", b'{"query":"gout","types":["a"]}', JSON),
            request("POST", "/v1/patients/p/ask", b'{"question":"gout?","from":"2140-01-01"}', JSON),
            request("POST", "/v1/notes", None, CHUNKED) + chunk(note("q", "1", "a")) + chunk(b""),
            request("GET", "/v1/patients?limit=3") + request("GET", "/healthz"),
        ]
        with daemon("head_deadline_ms=200", "ingest_window_ms=200") as d:
            d.ingest(note("p", "1", "gout"))
            for _ in range(1500):
                text = bytearray(chance.choice(whole))
                for _ in range(chance.randint(1, 4)):
                    at = chance.randrange(len(text))
                    kind = chance.randrange(4)
                    if kind == 0:
                        text[at] = chance.randrange(256)
                    elif kind == 1:
                        del text[at:at + chance.randint(1, 9)]
                    elif kind == 2:
                        text[at:at] = bytes(text[at:at + chance.randint(1, 30)])
                    else:
                        text[at:at] = bytes(chance.randrange(256) for _ in range(3))
                    if not text:
                        break
                self.exchange(d, bytes(text))
            self.assertTrue(is_served(d))
            bad = [line for line in d.read_log().splitlines() if " status=5" in line]
            self.assertEqual(bad, [])

    def exchange(self, d, text):
        with d.client() as c:
            try:
                c.send(text)
                c.sock.shutdown(socket.SHUT_WR)
                while c.sock.recv(1 << 16):
                    pass
            except (BrokenPipeError, ConnectionResetError):
                pass

    def test_clients_that_vanish_leave_nothing_behind(self):
        with daemon("ingest_batch=16K") as d:
            d.ingest(note("p", "1", "gout " * 5000))
            for cut in range(0, 400, 7):
                with d.client() as c:
                    c.send(request("POST", "/v1/notes?progress=1", None, CHUNKED)[:cut])
                with d.client() as c:
                    c.send((request("POST", "/v1/notes?progress=1", None, CHUNKED)
                            + chunk(note("p", "2", "word " * 40)))[:cut])
                with d.client() as c:
                    c.send(request("POST", "/v1/patients/p/ask", b'{"question":"gout"}', JSON)[:cut])
            d.await_stat("ingests", 0)
            d.await_stat("connections", 1)

    def test_many_slow_writers_do_not_hold_up_a_good_client(self):
        with daemon("head_deadline_ms=3600000") as d:
            slow = [d.client() for _ in range(300)]
            for c in slow:
                c.send(b"POST /v1/notes HTTP/1.1\r\nHost: x\r\n")
            with d.client() as good:
                for _ in range(200):
                    self.assertEqual(good.ask("GET", "/healthz").status, 200)
            # All of that while every one of them was being waited for.
            self.assertEqual(select.select([c.sock for c in slow], [], [], 0)[0], [])
            for c in slow:
                c.sock.close()


class Stop(unittest.TestCase):
    def test_sigterm_closes_idle_connections_and_exits_0(self):
        with daemon() as d:
            with d.client() as c:
                self.assertEqual(c.ask("GET", "/healthz").status, 200)
                d.process.send_signal(signal.SIGTERM)
                self.assertTrue(c.is_closed())
                self.assertEqual(d.wait(), 0)
                self.assertNotIn("work did not end in time", d.log)
            self.assertFalse(os.path.exists(d.socket))

    def test_sigterm_lets_an_ingest_say_how_far_it_came(self):
        with daemon("ingest_batch=64K") as d, d.client() as c:
            c.send(request("POST", "/v1/notes", None, CHUNKED) + chunk(note("p", "1", "kept")))
            d.await_stat("ingests", 1)
            d.process.send_signal(signal.SIGTERM)
            answer = c.answer()
            self.assertEqual(answer.status, 503)
            through = answer.json()["committed_through"]
            self.assertEqual(d.wait(), 0)
            d.start()
            found = d.ask("GET", "/v1/patients/p/notes/1").status
            self.assertEqual(found, 200 if through == 1 else 404)

    def test_sigterm_under_load_leaves_no_half_answer(self):
        with daemon() as d:
            d.ingest(b"".join(note("p", str(i), "gout and more words " * 100) for i in range(50)))
            failures, answered = [], []

            def client():
                try:
                    with d.client() as c:
                        while True:
                            c.send(request("POST", "/v1/patients/p/search", b'{"query":"gout"}', JSON))
                            try:
                                status, headers = c.read_head()
                            except (EOFError, OSError):
                                return  # closed between messages: fine
                            body = c._take(int(headers["content-length"]))
                            if status not in (200, 503) or not json.loads(body):
                                failures.append(status)
                            answered.append(status)
                except OSError:
                    return  # refused after the drain began
                except Exception as e:  # a half answer
                    failures.append(repr(e))

            threads = [threading.Thread(target=client) for _ in range(8)]
            for t in threads:
                t.start()
            while len(answered) < 20:
                time.sleep(0.001)
            self.assertEqual(d.stop(), 0)
            for t in threads:
                t.join(BOUND)
            self.assertEqual(failures, [])

    def test_second_sigterm_exits_at_once(self):
        with daemon("drain_ms=9000") as d:
            with d.client() as c:
                c.send(request("GET", "/healthz") + b"GET /he")
                self.assertEqual(c.answer().status, 200)
                holder = d.client()
                holder.send(request("POST", "/v1/patients/p/search", None, dict(JSON, **{"Content-Length": "9"})))
                d.await_stat("connections", 3)
                d.process.send_signal(signal.SIGTERM)
                self.assertTrue(c.is_closed())
                d.process.send_signal(signal.SIGTERM)
                self.assertEqual(d.wait(), 1)
                holder.sock.close()
            d.start()


class Access(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lode-")

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def refused(self, d, word):
        d.spawn()
        self.assertEqual(d.wait(), 1)
        self.assertIn(word, d.log)

    def test_data_folder_is_made_0700_and_socket_0660(self):
        with daemon() as d:
            self.assertEqual(stat.S_IMODE(os.stat(d.data).st_mode), 0o700)
            self.assertEqual(stat.S_IMODE(os.stat(d.socket).st_mode), 0o660)

    def test_open_data_folder_is_refused(self):
        for mode in (0o750, 0o701, 0o770):
            d = daemon(folder=self.folder)
            os.makedirs(d.data, exist_ok=True)
            os.chmod(d.data, mode)
            self.refused(d, "0700")
            self.assertEqual(stat.S_IMODE(os.stat(d.data).st_mode), mode)

    def test_socket_folder_that_others_may_write_is_refused(self):
        d = daemon(folder=self.folder)
        open_folder = os.path.join(self.folder, "open")
        os.mkdir(open_folder)
        os.chmod(open_folder, 0o777)
        d.socket = os.path.join(open_folder, "socket")
        self.refused(d, "refused")
        os.chmod(open_folder, 0o1777)
        with d:
            self.assertEqual(d.ask("GET", "/healthz").status, 200)
        self.assertEqual(stat.S_IMODE(os.stat(open_folder).st_mode), 0o1777)

    def test_missing_socket_folder_is_refused(self):
        d = daemon(folder=self.folder)
        d.socket = os.path.join(self.folder, "no", "socket")
        self.refused(d, "No such file")

    def test_long_socket_path_is_refused(self):
        d = daemon(folder=self.folder)
        d.socket = os.path.join(self.folder, "a" * 120)
        self.refused(d, "107")

    def test_a_dead_daemons_socket_is_taken_over(self):
        d = daemon(folder=self.folder)
        d.start()
        d.kill()
        self.assertTrue(os.path.exists(d.socket))
        with d:
            self.assertEqual(d.ask("GET", "/healthz").status, 200)

    def test_a_live_daemons_socket_is_not(self):
        other = tempfile.mkdtemp(prefix="lode-")
        try:
            with daemon() as first:
                second = daemon(folder=other)
                second.socket = first.socket
                self.refused(second, "already listens")
                self.assertEqual(first.ask("GET", "/healthz").status, 200)
        finally:
            shutil.rmtree(other)

    def test_two_daemons_do_not_share_a_data_folder(self):
        with daemon() as first:
            second = daemon(folder=first.folder)
            second.socket = first.socket + "2"
            self.refused(second, "another daemon")
            self.assertEqual(first.ask("GET", "/healthz").status, 200)

    def test_a_file_in_place_of_the_socket_is_kept(self):
        d = daemon(folder=self.folder)
        with open(d.socket, "w") as f:
            f.write("precious")
        self.refused(d, "no socket")
        with open(d.socket) as f:
            self.assertEqual(f.read(), "precious")

    @unittest.skipIf(os.getuid() != 0, "needs root to become another user")
    def test_the_sockets_group_reads_and_no_more(self):
        with daemon() as d:
            d.ingest(note("p", "1", "a"))
            answers = self.as_other(d, [os.stat(d.socket).st_gid])
            self.assertEqual(answers, {"GET /v1/patients": 200, "POST /v1/notes": 403, "DELETE /v1/patients/p": 403,
                                       "GET /healthz": 200})

    @unittest.skipIf(os.getuid() != 0, "needs root to become another user")
    def test_groups_of_the_config_are_granted(self):
        with daemon("ingest_groups=54321", "admin_groups=54322, 54323") as d:
            d.ingest(note("p", "1", "a"))
            os.chmod(d.socket, 0o666)
            self.assertEqual(self.as_other(d, []), {"GET /v1/patients": 403, "POST /v1/notes": 403,
                                                    "DELETE /v1/patients/p": 403, "GET /healthz": 200})
            self.assertEqual(self.as_other(d, [54321])["POST /v1/notes"], 200)
            self.assertEqual(self.as_other(d, [54323])["DELETE /v1/patients/p"], 200)

    def as_other(self, d, groups):
        """Statuses that uid 65534 gets, one process, one connection each."""
        script = """
import sys, json
sys.path.insert(0, sys.argv[1])
from harness import Client, request, note, NDJSON
out = {}
for method, url, body, headers in (("GET", "/healthz", None, {}), ("GET", "/v1/patients", None, {}),
        ("POST", "/v1/notes", note("p", "2", "b"), NDJSON), ("DELETE", "/v1/patients/p", None, {})):
    with Client(sys.argv[2]) as c:
        out[method + " " + url] = c.ask(method, url, body, headers).status
print(json.dumps(out))
"""
        home = tempfile.mkdtemp(prefix="lode-")
        try:
            os.chmod(home, 0o755)
            shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "harness.py"), home)
            done = subprocess.run(["/usr/bin/env", "PYTHONDONTWRITEBYTECODE=1", other_python(), "-c", script, home, d.socket],
                                  stdout=subprocess.PIPE, user=65534, group=65534, extra_groups=groups, timeout=BOUND)
            return json.loads(done.stdout)
        finally:
            shutil.rmtree(home)


def other_python():
    """An interpreter that another user may run: not one in root's home."""
    return "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable


class Arguments(unittest.TestCase):
    def run_it(self, *args):
        return subprocess.run([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=BOUND)

    def test_version_and_help(self):
        self.assertTrue(self.run_it("--version").stdout.startswith(b"lodestoned "))
        text = self.run_it("--help").stdout
        for name in (b"max_connections", b"ingest_groups", b"--config"):
            self.assertIn(name, text)

    def test_missing_arguments_are_usage_errors(self):
        self.assertEqual(self.run_it().returncode, 2)
        self.assertEqual(self.run_it("--data", "/tmp/x").returncode, 2)
        self.assertEqual(self.run_it("--nonsense").returncode, 2)

    def test_unknown_keys_of_the_config_are_refused_with_line_number(self):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write("# a comment\n\nmax_connections = 5\nmax_conections = 6\n")
            f.flush()
            done = self.run_it("--config", f.name, "--data", "/tmp/x", "--socket", "/tmp/y")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"line 4", done.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
