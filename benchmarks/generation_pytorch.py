"""Batched decoding of a Qwen3 model with a key/value cache in plain eager PyTorch: the rival of `benchmarks/run generation`.

    python3 generation_pytorch.py JOB.json

JOB.json comes from the benchmark and holds cases: prompts as token ids, limits of new tokens, the batch size. For each line
"CASE greedy" or "CASE sampled" on stdin the rows of the case are decoded, batch after batch, and one JSON object is printed: the ids of
every row, the seconds and the processor seconds. As a careful user would write it: rows padded on the left, the cache allocated once
and written in place, no head repeated, logits of the last position only, a batch given up as soon as its last row has ended.
Runs on PyTorch 1.13 (Debian 12's python3-torch) and later.
"""

import json
import math
import os
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from sft_pytorch import FeedForward, RmsNorm, read_safetensors, rotate


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads, self.kv_heads, self.width = c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"]
        self.q_proj = nn.Linear(c["hidden_size"], self.heads * self.width, bias=False)
        self.k_proj = nn.Linear(c["hidden_size"], self.kv_heads * self.width, bias=False)
        self.v_proj = nn.Linear(c["hidden_size"], self.kv_heads * self.width, bias=False)
        self.o_proj = nn.Linear(self.heads * self.width, c["hidden_size"], bias=False)
        self.q_norm, self.k_norm = RmsNorm(self.width, c["rms_norm_eps"]), RmsNorm(self.width, c["rms_norm_eps"])

    def forward(self, x, cos, sin, mask, keys, values, start):
        b, s, _ = x.shape
        end = start + s
        q = rotate(self.q_norm(self.q_proj(x).view(b, s, self.heads, self.width)), cos, sin).transpose(1, 2)
        k = rotate(self.k_norm(self.k_proj(x).view(b, s, self.kv_heads, self.width)), cos, sin)
        keys[:, :, start:end] = k.transpose(1, 2)
        values[:, :, start:end] = self.v_proj(x).view(b, s, self.kv_heads, self.width).transpose(1, 2)
        q = q.reshape(b, self.kv_heads, self.heads // self.kv_heads * s, self.width)
        scores = q @ keys[:, :, :end].transpose(2, 3) / math.sqrt(self.width)
        scores = scores.view(b, self.heads, s, end) + mask
        weights = F.softmax(scores, dim=-1).view(b, self.kv_heads, -1, end)
        return self.o_proj((weights @ values[:, :, :end]).view(b, self.heads, s, self.width).transpose(1, 2).reshape(b, s, -1))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.input_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        self.self_attn = Attention(c)
        self.post_attention_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        self.mlp = FeedForward(c)

    def forward(self, x, *context):
        x = x + self.self_attn(self.input_layernorm(x), *context)
        return x + self.mlp(self.post_attention_layernorm(x))


class Model(nn.Module):
    """Names of modules are those of the checkpoint, without its leading "model."."""

    def __init__(self, c):
        super().__init__()
        if c["model_type"] != "qwen3" or not c["tie_word_embeddings"] or c.get("rope_scaling"):
            sys.exit("generation_pytorch.py: only Qwen3 with a tied output and plain rotary embedding.")
        self.config = c
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList([Block(c) for _ in range(c["num_hidden_layers"])])
        self.norm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        half = c["head_dim"] // 2
        frequencies = c["rope_theta"] ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = torch.outer(torch.arange(c["max_position_embeddings"], dtype=torch.float32), torch.cat((frequencies, frequencies)))
        self.cos, self.sin = angles.cos(), angles.sin()

    def forward(self, ids, positions, mask, cache, start):
        """Logits after the last column."""
        x = self.embed_tokens(ids)
        cos, sin = self.cos[positions].unsqueeze(2), self.sin[positions].unsqueeze(2)
        for layer, (keys, values) in zip(self.layers, cache):
            x = layer(x, cos, sin, mask, keys, values, start)
        return F.linear(self.norm(x[:, -1]), self.embed_tokens.weight)


def choose(logits, sampled):
    return torch.multinomial(F.softmax(logits, dim=-1), 1).squeeze(1) if sampled else logits.argmax(-1)


def decode(model, rows, stops, sampled):
    """The ids that follow each row, without the stop token."""
    c = model.config
    width, limit = max(len(row["ids"]) for row in rows), max(row["new_tokens"] for row in rows)
    shape = (len(rows), c["num_key_value_heads"], width + limit, c["head_dim"])
    cache = [(torch.empty(shape), torch.empty(shape)) for _ in model.layers]
    padding = torch.tensor([width - len(row["ids"]) for row in rows])
    ids = torch.tensor([[0] * (width - len(row["ids"])) + row["ids"] for row in rows])
    columns = torch.arange(width + limit)
    hidden = torch.where(columns < padding[:, None], -math.inf, 0.0)[:, None, None]
    causal = torch.full((width, width), -math.inf).triu(1)
    # A column of padding sees itself, so that its softmax is a number.
    mask = torch.maximum(hidden[..., :width] + causal, torch.where(torch.eye(width, dtype=torch.bool), 0.0, -math.inf))
    logits = model(ids, (columns[:width] - padding[:, None]).clamp(min=0), mask, cache, 0)
    written, is_open = [[] for _ in rows], [True] * len(rows)
    for step in range(limit):
        tokens = choose(logits, sampled)
        for i, token in enumerate(tokens.tolist()):
            if is_open[i]:
                if token in stops and not rows[i]["ignore_stops"]:
                    is_open[i] = False
                else:
                    written[i].append(token)
                    is_open[i] = len(written[i]) < rows[i]["new_tokens"]
        if not any(is_open):
            break
        start = width + step
        logits = model(tokens[:, None], (start - padding)[:, None], hidden[..., : start + 1], cache, start)
    return written


def run(model, case, stops, sampled):
    start, cpu_start, written = time.perf_counter(), time.process_time(), []
    for first in range(0, len(case["rows"]), case["batch"]):
        written += decode(model, case["rows"][first : first + case["batch"]], stops, sampled)
    return {"ids": written, "seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu_start}


def main():
    with open(sys.argv[1]) as file:
        job = json.load(file)
    with open(os.path.join(job["model"], "config.json")) as file:
        model = Model(json.load(file))
    weights = read_safetensors(os.path.join(job["model"], "model.safetensors"))
    model.load_state_dict({name[len("model.") :]: tensor for name, tensor in weights.items() if name.startswith("model.")})
    torch.set_num_threads(job["threads"])
    torch.manual_seed(1)
    for line in sys.stdin:
        name, mode = line.split()
        with torch.inference_mode():
            answer = run(model, job["cases"][name], set(job["stops"]), mode == "sampled")
        print(json.dumps({**answer, "version": torch.__version__}), flush=True)


if __name__ == "__main__":
    main()
