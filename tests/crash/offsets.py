"""Runs offsets_test, which is C, with the number of places that belongs to the rounds."""
import os
import subprocess


def run(rig, rounds):
    places = 100000 if rounds < 100 else 5000 * rounds
    program = os.path.join(rig.build, "tests", "crash", "offsets_test")
    done = subprocess.run([program, str(places)], stdin=subprocess.DEVNULL, capture_output=True,
                          env=dict(os.environ, LODESTONE_TEST_SEED=str(rig.seed)), timeout=900)
    if done.returncode != 0:
        rig.find("offsets_test: " + done.stderr.decode("utf-8", "replace")[-500:])
    return {"evidence offsets, both units": places}
