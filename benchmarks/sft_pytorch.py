"""Fine-tuning steps of a Qwen3 model in plain eager PyTorch, as a careful user would write them: the rival of `benchmarks/run sft`.

    python3 sft_pytorch.py JOB.json

JOB.json comes from the benchmark and holds settings and token ids. For each line "round" on stdin the weights are read anew, every
batch of the job is one optimiser step, and one JSON object is printed: the loss, the seconds,
the processor seconds and the computed places of each step, and the memory.
Runs on PyTorch 1.13 (Debian 12's python3-torch) and later.
"""

import json
import math
import os
import struct
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

# Rows that are computed at once: the fastest here on the base model of 8, 16, 32 and 128, which also takes the least memory.
MICRO_BATCH_SIZE = 32

DTYPES = {"F32": torch.float32, "BF16": torch.bfloat16}


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), bytearray(file.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=DTYPES[entry["dtype"]], count=math.prod(entry["shape"]), offset=first)
        tensors[name] = flat.view(entry["shape"]).float()
    return tensors


class RmsNorm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x):
        wide = x.float()
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * wide.to(x.dtype)


def rotate(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads, self.kv_heads, self.width = c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"]
        self.q_proj = nn.Linear(c["hidden_size"], self.heads * self.width, bias=False)
        self.k_proj = nn.Linear(c["hidden_size"], self.kv_heads * self.width, bias=False)
        self.v_proj = nn.Linear(c["hidden_size"], self.kv_heads * self.width, bias=False)
        self.o_proj = nn.Linear(self.heads * self.width, c["hidden_size"], bias=False)
        self.q_norm, self.k_norm = RmsNorm(self.width, c["rms_norm_eps"]), RmsNorm(self.width, c["rms_norm_eps"])

    def forward(self, x, cos, sin, mask):
        b, t, _ = x.shape
        q = rotate(self.q_norm(self.q_proj(x).view(b, t, self.heads, self.width)).transpose(1, 2), cos, sin)
        k = rotate(self.k_norm(self.k_proj(x).view(b, t, self.kv_heads, self.width)).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(b, t, self.kv_heads, self.width).transpose(1, 2)
        k = k.repeat_interleave(self.heads // self.kv_heads, dim=1)
        v = v.repeat_interleave(self.heads // self.kv_heads, dim=1)
        weights = F.softmax((q @ k.transpose(2, 3)) / math.sqrt(self.width) + mask, dim=-1)
        return self.o_proj((weights @ v).transpose(1, 2).reshape(b, t, self.heads * self.width))


class FeedForward(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gate_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.up_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.down_proj = nn.Linear(c["intermediate_size"], c["hidden_size"], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.input_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        self.self_attn = Attention(c)
        self.post_attention_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        self.mlp = FeedForward(c)

    def forward(self, x, cos, sin, mask):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask)
        return x + self.mlp(self.post_attention_layernorm(x))


class Model(nn.Module):
    """Names of modules are those of the checkpoint, without its leading "model."."""

    def __init__(self, c):
        super().__init__()
        if c["model_type"] != "qwen3" or not c["tie_word_embeddings"] or c.get("rope_scaling"):
            sys.exit("sft_pytorch.py: only Qwen3 with a tied output and plain rotary embedding.")
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList([Block(c) for _ in range(c["num_hidden_layers"])])
        self.norm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        half = c["head_dim"] // 2
        frequencies = c["rope_theta"] ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = torch.outer(torch.arange(c["max_position_embeddings"], dtype=torch.float32), torch.cat((frequencies, frequencies)))
        self.cos, self.sin = angles.cos(), angles.sin()

    def forward(self, ids, scored):
        """Logits of the scored places only: the projection to the vocabulary is a large part of a small model."""
        t = ids.shape[1]
        # Rows are padded on the right, so the causal mask hides the padding too.
        mask = torch.full((t, t), -math.inf).triu(1)
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, self.cos[:t], self.sin[:t], mask)
        return F.linear(self.norm(x)[scored], self.embed_tokens.weight)


def collate(rows):
    """Padded ids, the places that predict a token of a completion, and those tokens."""
    length = max(len(row["ids"]) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    targets = torch.full((len(rows), length), -1)
    for i, row in enumerate(rows):
        tokens = torch.tensor(row["ids"])
        ids[i, : len(tokens)] = tokens
        targets[i, row["prompt"] - 1 : len(tokens) - 1] = tokens[row["prompt"] :]
    scored = targets >= 0
    return ids, scored, targets[scored]


def step(model, optimizer, rows, job, bfloat16):
    total = sum(len(row["ids"]) - row["prompt"] for row in rows)
    optimizer.zero_grad(set_to_none=True)
    loss_sum, tokens = 0.0, 0
    for first in range(0, len(rows), MICRO_BATCH_SIZE):
        ids, scored, targets = collate(rows[first : first + MICRO_BATCH_SIZE])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            logits = model(ids, scored)
        loss = F.cross_entropy(logits.float(), targets, reduction="sum") / total
        loss.backward()
        loss_sum += loss.item()
        tokens += ids.numel()
    trainable = [p for p in model.parameters() if p.requires_grad]
    torch.nn.utils.clip_grad_norm_(trainable, job["max_grad_norm"])
    optimizer.step()
    return loss_sum, tokens


def run_round(job, config):
    model = Model(config)
    weights = read_safetensors(os.path.join(job["model"], "model.safetensors"))
    model.load_state_dict({name[len("model.") :]: tensor for name, tensor in weights.items() if name.startswith("model.")})
    model.embed_tokens.weight.requires_grad_(not job["freeze_embeddings"])
    optimizer = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=job["learning_rate"], betas=(job["beta1"], job["beta2"]),
        eps=job["epsilon"], weight_decay=job["weight_decay"], foreach=True)
    losses, seconds, cpu_seconds, computed = [], [], [], []
    for rows in job["batches"]:
        start, cpu_start = time.perf_counter(), time.process_time()
        loss, tokens = step(model, optimizer, rows, job, job["dtype"] == "bfloat16")
        losses.append(loss)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - cpu_start)
        computed.append(tokens)
    return {"losses": losses, "seconds": seconds, "cpu_seconds": cpu_seconds, "computed_tokens": computed}


def peak_megabytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main():
    with open(sys.argv[1]) as file:
        job = json.load(file)
    with open(os.path.join(job["model"], "config.json")) as file:
        config = json.load(file)
    torch.set_num_threads(job["threads"])
    for line in sys.stdin:
        if line.strip() != "round":
            sys.exit(f"sft_pytorch.py: '{line.strip()}' is no command; the only one is 'round'.")
        answer = run_round(job, config)
        print(json.dumps({**answer, "peak_megabytes": peak_megabytes(), "version": torch.__version__}), flush=True)


if __name__ == "__main__":
    main()
