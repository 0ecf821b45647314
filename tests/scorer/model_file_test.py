#!/usr/bin/env python3
"""A model file as Python sees it: the header by json and struct alone, and, where python3-torch is
installed, the network's logits by torch's own arithmetic.

  model_file_test.py MODEL_PROBE
"""

import json
import math
import os
import random
import struct
import subprocess
import sys
import tempfile

SIZES = {"F32": 4, "BF16": 2, "U8": 1}


def read(path):
    """-> metadata, {name: (dtype, shape, bytes)}"""
    with open(path, "rb") as f:
        whole = f.read()
    (n,) = struct.unpack_from("<Q", whole)
    header = json.loads(whole[8 : 8 + n])
    data = whole[8 + n :]
    metadata = header.pop("__metadata__")
    tensors, end = {}, 0
    for name, t in header.items():
        a, b = t["data_offsets"]
        assert a == end and b - a == math.prod(t["shape"]) * SIZES[t["dtype"]], name
        end = b
        tensors[name] = (t["dtype"], t["shape"], data[a:b])
    assert end == len(data)
    assert (8 + n) % 64 == 0
    return metadata, tensors


def floats(tensor):
    dtype, shape, raw = tensor
    if dtype == "BF16":
        raw = b"".join(b"\0\0" + raw[i : i + 2] for i in range(0, len(raw), 2))
    return list(struct.unpack(f"<{math.prod(shape)}f", raw))


def check_header(path, is_bf16):
    metadata, tensors = read(path)
    assert all(isinstance(v, str) for v in metadata.values())
    assert metadata["format"] == "lodestone-scorer" and metadata["version"] == "1"
    config = json.loads(metadata["config"])
    assert config["d"] == 16 and config["d_ff"] == [16, 32] and config["mask"] == "bidirectional"
    assert json.loads(metadata["stack"])["abstain"][0] < 0.5
    assert json.loads(metadata["training"])["recipe"] == "test"
    dtype, shape, raw = tensors["shared.weight"]
    assert dtype == ("BF16" if is_bf16 else "F32") and shape == [320, 16]
    assert all(map(math.isfinite, floats(tensors["shared.weight"])))
    assert tensors["firing"][1] == [48] and floats(tensors["firing"])[24] == 0.5
    assert tensors["tokenizer"][2][:8] == b"LODEVOC\0"
    return len(tensors)


def bucket(relative, causal):
    """T5's own code, in words of whole numbers and logarithms."""
    buckets, base = 32, 0
    if not causal:
        buckets //= 2
        base = buckets if relative > 0 else 0
        distance = abs(relative)
    else:
        distance = max(-relative, 0)
    exact = buckets // 2
    if distance < exact:
        return base + distance
    far = exact + int(math.log(distance / exact) / math.log(128 / exact) * (buckets - exact) + 1e-9)
    return base + min(far, buckets - 1)


class Network:
    def __init__(self, torch, path):
        self.torch = torch
        metadata, tensors = read(path)
        self.config = json.loads(metadata["config"])
        self.w = {
            name: torch.tensor(floats(t), dtype=torch.float64).reshape(t[1])
            for name, t in tensors.items()
            if t[0] != "U8"
        }

    def norm(self, x, name):
        return x / (x.pow(2).mean(-1, keepdim=True) + 1e-6).sqrt() * self.w[name]

    def turn(self, x):
        n, torch = x.shape[1], self.torch
        angle = torch.arange(n).double()[:, None] * 10000 ** (-torch.arange(32).double() / 32)
        a, b = x[..., :32], x[..., 32:]
        return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)

    def attention(self, x, layer):
        torch, heads = self.torch, self.config["heads"]
        block = f"encoder.block.{layer}.layer.0."
        x = self.norm(x, block + "layer_norm.weight")
        n = x.shape[0]
        q, k, v = (
            torch.nn.functional.linear(x, self.w[f"{block}SelfAttention.{p}.weight"])
            .reshape(n, heads, 64)
            .transpose(0, 1)
            for p in "qkv"
        )
        causal = self.config["mask"] == "causal"
        if self.config["position"] == "rotary":
            q, k = self.turn(q), self.turn(k)
        scores = q @ k.transpose(1, 2)
        if self.config["position"] == "buckets":
            table = self.w["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
            places = [[bucket(key - query, causal) for key in range(n)] for query in range(n)]
            scores = scores + table[torch.tensor(places)].permute(2, 0, 1)
        if causal:
            scores = scores.masked_fill(torch.ones(n, n).triu(1).bool(), -math.inf)
        mixed = (scores.softmax(-1) @ v).transpose(0, 1).reshape(n, heads * 64)
        return mixed @ self.w[block + "SelfAttention.o.weight"].T

    def mlp(self, x, layer):
        block = f"encoder.block.{layer}.layer.1."
        x = self.norm(x, block + "layer_norm.weight")
        h = (x @ self.w[block + "DenseReluDense.wi.weight"].T).relu()
        if self.config["activation"] == "relu_squared":
            h = h * h
        elif self.config["activation"] == "drelu":
            h = h * (x @ self.w[block + "DenseReluDense.wg.weight"].T).relu()
        return h @ self.w[block + "DenseReluDense.wo.weight"].T

    def logits(self, read_at, ids):
        x = self.w["shared.weight"][ids]
        for layer in range(len(self.config["d_ff"])):
            x = x + self.attention(x, layer)
            x = x + self.mlp(x, layer)
        x = self.norm(x, "encoder.final_layer_norm.weight")[read_at]
        heads = ["negation", "certainty", "experiencer", "temporality", "relevance"]
        return [
            float(v)
            for h in heads
            for v in x @ self.w[f"head.{h}.weight"].T + self.w[f"head.{h}.bias"]
        ]


def check_logits(torch, probe, path, rng):
    network = Network(torch, path)
    window = network.config["window"]
    lines = []
    for n in [1, 2, window] + [rng.randint(1, window) for _ in range(4)]:
        lines.append((rng.randrange(n), [rng.randrange(320) for _ in range(n)]))
    said = subprocess.run(
        [probe, "run", path],
        input="".join(f"{r} {' '.join(map(str, ids))}\n" for r, ids in lines),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    worst = 0.0
    for i, (read_at, ids) in enumerate(lines):
        want = network.logits(read_at, ids)
        for line in said[2 * i : 2 * i + 2]:
            for a, b in zip(map(float, line.split()), want):
                worst = max(worst, abs(a - b) / max(1, abs(b)))
    assert worst < 1e-4, f"{path}: off by {worst}"
    return worst


def main():
    probe = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.safetensors")
        for bf16 in (0, 1):
            subprocess.run([probe, "make", path, f"bf16={bf16}", "stack=1"], check=True)
            n = check_header(path, bf16)
        print(f"{n} tensors read with json and struct")
        try:
            import torch
        except ImportError:
            print("SKIP of the logits: python3-torch is not installed")
            return
        torch.set_num_threads(1)
        rng, worst = random.Random(7), 0.0
        for i in range(12):
            settings = {
                "seed": i, "d": 16 * rng.randint(1, 9), "heads": rng.randint(1, 3), "bf16": i % 2,
                "layers": rng.randint(1, 3), "d_ff": 16 * rng.randint(1, 12), "mask": i // 2 % 2,
                "position": i // 4 % 2, "activation": i % 3,
            }  # fmt: skip
            args = [f"{k}={v}" for k, v in settings.items()]
            subprocess.run([probe, "make", path, *args], check=True)
            worst = max(worst, check_logits(torch, probe, path, rng))
        print(f"logits within {worst:.1e} of torch's (float64)")


if __name__ == "__main__":
    main()
