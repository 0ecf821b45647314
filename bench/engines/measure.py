"""Running a program and measuring it; results kept as files so that a run can go on where it stopped."""
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests"))
import lode  # noqa: E402

SAMPLE_SECONDS = 0.02


class Watch(threading.Thread):
    """Highest RssAnon of a process, sampled, in KiB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.done, self.peak = pid, threading.Event(), 0
        self.start()

    def run(self):
        while not self.done.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, lode.memory_kib(self.pid))

    def stop(self):
        self.done.set()
        self.join()
        return self.peak


def run(command, cwd=None):
    """Runs to the end.  Returns {out, cpu_s, wall_s, rss_anon_kib}; dies with stderr on failure."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, cwd=cwd) as process:
        watch = Watch(process.pid)
        out, complaint = process.communicate()
        peak = watch.stop()
    if process.returncode != 0:
        sys.exit("%s ended with %d:\n%s" % (" ".join(command), process.returncode, complaint[-2000:]))
    return {"out": out, "wall_s": time.monotonic() - begun, "rss_anon_kib": peak}


def child_cpu(command):
    """CPU seconds of one short program, exec to exit; its exit status is not looked at."""
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    usage = os.wait4(pid, 0)[2]
    return usage.ru_utime + usage.ru_stime


def disk_bytes(folder):
    """Blocks that the files of a folder take."""
    return sum(os.lstat(os.path.join(at, name)).st_blocks * 512
               for at, _, names in os.walk(folder) for name in names)


def sync(path):
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.close(file)


def evict(folder):
    """Puts a folder's files out of the page cache, as far as the kernel does that on request."""
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            if os.path.isfile(path):
                fd = os.open(path, os.O_RDONLY)
                os.fdatasync(fd)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(fd)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def median(values):
    return statistics.median(values) if values else None


def first_line(command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=False, cwd=ROOT)
        return done.stdout.strip().split("\n")[0]
    except OSError:
        return ""


def machine():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
        model = re.search(r"model name\s*: (.*)", info.read())
    with open("/proc/meminfo", encoding="ascii") as info:
        kib = int(info.readline().split()[1])
    return "%s, %d CPUs, %d GB, Linux %s" % (model[1] if model else os.uname().machine, os.cpu_count(),
                                             round(kib / 1e6), os.uname().release)


def commit():
    changed = first_line(["git", "status", "--porcelain", "-uno"])
    return first_line(["git", "rev-parse", "--short=10", "HEAD"]) + ("+" if changed else "")


class Store:
    """One JSON file a measurement: resuming a run, and tables without a run."""

    def __init__(self, folder):
        self.folder, self.commit = folder, commit()
        os.makedirs(folder, exist_ok=True)

    def path(self, *key):
        return os.path.join(self.folder, "--".join(map(str, key)) + ".json")

    def get(self, *key):
        """The measurement, or None."""
        if not os.path.exists(self.path(*key)):
            return None
        with open(self.path(*key), encoding="utf-8") as file:
            return json.load(file)

    def keep(self, value, *key):
        value = dict(value, commit=self.commit, at=time.strftime("%Y-%m-%d %H:%M"),
                     load=os.getloadavg()[0])
        with open(self.path(*key) + ".new", "w", encoding="utf-8") as out:
            json.dump(value, out)
        os.rename(self.path(*key) + ".new", self.path(*key))
        print("%s  %s" % (time.strftime("%H:%M:%S"), " ".join(map(str, key))), file=sys.stderr)
        return value

    def all(self, *key):
        """Measurements of all rounds: [value] of key + (1, 2, ...)."""
        found, i = [], 1
        while (value := self.get(*key, i)) is not None:
            found.append(value)
            i += 1
        return found

    def forget(self, part):
        """Results that have that engine or stage in their key; "all": all."""
        for name in os.listdir(self.folder):
            if part == "all" or part in name[:-5].split("--"):
                os.unlink(os.path.join(self.folder, name))
