#!/usr/bin/env python3
"""Loss and all gradients of the trainer's pass against PyTorch's autograd, to 1e-4 of each tensor's size.

usage: torch_test.py TORCH_DUMP.  Skips (77) where torch is absent (Debian: python3-torch)."""
import math
import subprocess
import sys
import tempfile

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print("skipped: no torch (apt-get install python3-torch)")
    sys.exit(77)

NONE, UNKNOWN = 0xFFFF, 255
HEADS = [("negation", 2), ("certainty", 3), ("experiencer", 2), ("temporality", 3), ("relevance", 1)]


def read(folder):
    info, tensors, windows = {}, [], []
    for line in open(folder + "/list"):
        word, *rest = line.split()
        if word == "tensor":
            tensors.append((rest[0], int(rest[1]), int(rest[2]), int(rest[3])))
        elif word == "window":
            pairs = [tuple(map(int, p.split(":"))) for p in rest[8:]]
            windows.append((int(rest[0]), float(rest[2]), list(map(int, rest[3:8])), pairs))
        else:
            info[word] = [float(v) for v in rest]
    return info, tensors, windows


def norm(x, gain):
    return gain * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)


def bucket(distance, causal):
    """T5's relative_position_bucket (Raffel et al., their code): 32 buckets, 128 the farthest."""
    n, result = 32, torch.zeros_like(distance)
    if causal:
        distance = (-distance).clamp(min=0)
    else:
        n //= 2
        result = (distance > 0).long() * n
        distance = distance.abs()
    exact = n // 2
    far = exact + (torch.log(distance.clamp(min=1).double() / exact) / math.log(128 / exact)
                   * (n - exact)).long()
    return result + torch.where(distance < exact, distance, far.clamp(max=n - 1))


def rotate(x):
    n = x.shape[1]
    angle = torch.arange(n).double()[:, None] * 10000 ** (-torch.arange(32).double() / 32)[None]
    a, b = x[..., :32], x[..., 32:]
    return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)


def run(w, info, ids):
    causal, rotary = bool(info["mask"][0]), bool(info["position"][0])
    heads, n = int(info["heads"][0]), len(ids)
    place = torch.arange(n)
    x = w["shared.weight"][ids]
    hidden = 0
    for layer in range(int(info["layers"][0])):
        at = "encoder.block.%d.layer." % layer
        y = norm(x, w[at + "0.layer_norm.weight"])
        q, k, v = ((y @ w[at + "0.SelfAttention.%s.weight" % c].T).view(n, heads, 64).transpose(0, 1)
                   for c in "qkv")
        if rotary:
            q, k = rotate(q), rotate(k)
        scores = q @ k.transpose(1, 2)
        if not rotary:
            bias = w["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
            scores = scores + bias[bucket(place[None] - place[:, None], causal)].permute(2, 0, 1)
        if causal:
            scores = scores.masked_fill(place[None] > place[:, None], -math.inf)
        mixed = (scores.softmax(-1) @ v).transpose(0, 1).reshape(n, heads * 64)
        x = x + mixed @ w[at + "0.SelfAttention.o.weight"].T
        y = norm(x, w[at + "1.layer_norm.weight"])
        h = F.relu(y @ w[at + "1.DenseReluDense.wi.weight"].T)
        if info["activation"][0] == 1:
            h = h * h
        if info["activation"][0] == 2:
            h = h * F.relu(y @ w[at + "1.DenseReluDense.wg.weight"].T)
        hidden = hidden + h.sum()
        x = x + h @ w[at + "1.DenseReluDense.wo.weight"].T
    return norm(x, w["encoder.final_layer_norm.weight"]), hidden


def loss_of(w, info, windows):
    heads, words, l1, smoothing = info["scale"]
    total = 0
    for read_at, weight, labels, pairs in windows:
        states, hidden = run(w, info, torch.tensor([p[0] for p in pairs]))
        total = total + l1 * hidden
        for (name, classes), label in zip(HEADS, labels):
            if label == UNKNOWN:
                continue
            logits = w["head.%s.weight" % name] @ states[read_at] + w["head.%s.bias" % name].view(-1)
            if classes == 1:
                logits = torch.cat([torch.zeros(1).double(), logits])
            total = total + heads * weight * F.cross_entropy(
                logits[None], torch.tensor([label]), label_smoothing=smoothing)
        for state, (_, target) in zip(states, pairs):
            if target != NONE:
                total = total + words * F.cross_entropy(
                    (w["shared.weight"] @ state)[None], torch.tensor([target]))
    return total


def check(dump, option):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([dump, folder, str(option)], check=True)
        info, tensors, windows = read(folder)
        flat = torch.frombuffer(bytearray(open(folder + "/weights", "rb").read()), dtype=torch.float32)
        have = torch.frombuffer(bytearray(open(folder + "/gradient", "rb").read()), dtype=torch.float32)
    w = {}
    for name, rows, cols, at in tensors:
        t = flat[at:at + rows * cols].double()
        w[name] = (t.view(rows, cols) if rows > 1 or name.startswith("head") else t).requires_grad_()
    total = loss_of(w, info, windows)
    total.backward()
    worst = abs(total.item() - info["loss"][0]) / abs(total.item())
    for name, rows, cols, at in tensors:
        want = w[name].grad
        want = torch.zeros(rows * cols).double() if want is None else want.reshape(-1)
        off = (have[at:at + rows * cols].double() - want).abs().max() / max(want.abs().max().item(), 1e-6)
        worst = max(worst, off.item())
        if off > 1e-4:
            print("option %d: %s is off by %.1e of its largest gradient" % (option, name, off))
    print("option %2d: loss %.6f, largest difference %.1e" % (option, total.item(), worst))
    return worst <= 1e-4


torch.set_num_threads(1)
sys.exit(0 if all([check(sys.argv[1], option) for option in range(12)]) else 1)
