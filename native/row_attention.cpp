// Attention over slots: keys and values of each token lie in one slot of a pool, a row's past is a list of slots in any order in memory.
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <vector>

#include "lanes.h"
#include "rows.h"

namespace thaw {
namespace {

constexpr int64_t kGrain = 1 << 15;  // multiply-adds that are worth a thread

// One head normed where there is a weight, then rotated (half-split layout). sine carries the sign of the first half.
template <typename T>
void turn(const float* x, const float* weight, float eps, const float* cosine, const float* sine, int64_t h, float* row, T* to) {
  std::copy(x, x + h, row);
  if (weight != nullptr) {
    const float inverse = 1.0f / std::sqrt(dot(x, x, h) / static_cast<float>(h) + eps);
    for (int64_t i = 0; i < h; ++i) row[i] = row[i] * inverse * weight[i];
  }
  const int64_t half = h / 2;
  for (int64_t i = 0; i < half; ++i) {
    to[i] = row[i] * cosine[i] + row[i + half] * sine[i];
    to[i + half] = row[i + half] * cosine[i + half] + row[i] * sine[i + half];
  }
}

// The softmax of a row of scores, in place; its end is filled up to whole lanes with minus infinity.
void softmax(float* scores, int64_t padded) {
  Lanes greatest = load_lanes(scores);
  for (int64_t t = kLanes; t < padded; t += kLanes) {
    const Lanes next = load_lanes(scores + t);
    greatest = next > greatest ? next : greatest;
  }
  float top = greatest[0];
  for (int i = 1; i < kLanes; ++i) top = std::max(top, greatest[i]);
  Lanes sum = {};
  for (int64_t t = 0; t < padded; t += kLanes) {
    const Lanes weight = exp_lanes(load_lanes(scores + t) - top);
    store_lanes(scores + t, weight);
    sum += weight;
  }
  const float inverse = 1.0f / sum_lanes(sum);
  for (int64_t t = 0; t < padded; t += kLanes) store_lanes(scores + t, load_lanes(scores + t) * inverse);
}

// to = sum over t of weights[t] * the values of slot t, in the order of t.
template <typename T>
void mix(const float* weights, const T* values, const int64_t* slots, int64_t length, int64_t stride, int64_t h, float* to) {
  int64_t i = 0;
  for (; i + 2 * kLanes <= h; i += 2 * kLanes) {
    Lanes first = {}, second = {};
    for (int64_t t = 0; t < length; ++t) {
      const T* v = values + slots[t] * stride + i;
      first += load_lanes(v) * weights[t];
      second += load_lanes(v + kLanes) * weights[t];
    }
    store_lanes(to + i, first);
    store_lanes(to + i + kLanes, second);
  }
  for (; i < h; ++i) {
    float sum = 0;
    for (int64_t t = 0; t < length; ++t) sum += static_cast<float>(values[slots[t] * stride + i]) * weights[t];
    to[i] = sum;
  }
}

template <typename T>
void attend(const float* q, const T* keys, const T* values, const int64_t* slots, int64_t length, int64_t kv_heads, int64_t group, int64_t h,
            float scale, std::vector<float>& scores, float* to) {
  const int64_t padded = (length + kLanes - 1) / kLanes * kLanes, stride = kv_heads * h;
  scores.resize(group * padded);
  for (int64_t k = 0; k < kv_heads; ++k) {
    const float* queries = q + k * group * h;
    for (int64_t t = 0; t < length; ++t) {
      const T* key = keys + slots[t] * stride + k * h;
      for (int64_t g = 0; g < group; ++g) scores[g * padded + t] = dot(queries + g * h, key, h) * scale;
    }
    for (int64_t g = 0; g < group; ++g) {
      float* row = scores.data() + g * padded;
      std::fill(row + length, row + padded, -std::numeric_limits<float>::infinity());
      softmax(row, padded);
      mix(row, values + k * h, slots, length, stride, h, to + (k * group + g) * h);
    }
  }
}

// Calls body with a null pointer of the pool's element type.
template <typename Body>
void with_type_of(const Tensor& pool, const Body& body) {
  if (pool.scalar_type() == at::kBFloat16) {
    body(static_cast<c10::BFloat16*>(nullptr));
  } else {
    TORCH_CHECK(pool.scalar_type() == at::kFloat, "keys and values are kept in float32 or bfloat16, not in ", pool.scalar_type());
    body(static_cast<float*>(nullptr));
  }
}

void check_pool(const Tensor& keys, const Tensor& values, int64_t width) {
  TORCH_CHECK(keys.dim() == 2 && keys.size(1) == width && keys.is_contiguous() && values.sizes() == keys.sizes() && values.is_contiguous() &&
                  values.scalar_type() == keys.scalar_type(),
              "keys and values must be alike and have ", width, " numbers a slot");
}

}  // namespace

// qkv [R, (N + 2 K) H] of tokens at `positions`: keys and values go into `slots` of the pools [S, K H]; the queries [R, N H] come back.
Tensor rotary_store(const Tensor& qkv, int64_t heads, int64_t kv_heads, const c10::optional<Tensor>& q_norm, const c10::optional<Tensor>& k_norm,
                    double eps, const Tensor& cos, const Tensor& sin, const Tensor& positions, const Tensor& slots, Tensor keys, Tensor values) {
  const int64_t rows = qkv.size(0), h = qkv.size(1) / (heads + 2 * kv_heads), width = kv_heads * h;
  check_pool(keys, values, width);
  TORCH_CHECK(cos.size(-1) == h && positions.numel() == rows && slots.numel() == rows, "a position and a slot for each row are needed");
  auto queries = at::empty({rows, heads * h}, at::kFloat);
  const auto *place = positions.data_ptr<int64_t>(), *slot_of = slots.data_ptr<int64_t>();
  const float *from = qkv.data_ptr<float>(), *cosine = cos.data_ptr<float>(), *sine = sin.data_ptr<float>();
  auto* turned = queries.data_ptr<float>();
  const auto weight_of = [](const c10::optional<Tensor>& norm) { return norm ? norm->data_ptr<float>() : nullptr; };
  const float *q_weight = weight_of(q_norm), *k_weight = weight_of(k_norm);
  with_type_of(keys, [&](auto* type) {
    using Stored = std::remove_pointer_t<decltype(type)>;
    auto *all_keys = keys.data_ptr<Stored>(), *all_values = values.data_ptr<Stored>();
    at::parallel_for(0, rows, std::max<int64_t>(1, kGrain / (heads + 2 * kv_heads) / h), [&](int64_t first, int64_t last) {
      std::vector<float> row(h);
      for (int64_t r = first; r < last; ++r) {
        const float *x = from + r * (heads + 2 * kv_heads) * h, *c = cosine + place[r] * h, *s = sine + place[r] * h;
        auto *key = all_keys + slot_of[r] * width, *value = all_values + slot_of[r] * width;
        for (int64_t n = 0; n < heads; ++n) turn(x + n * h, q_weight, eps, c, s, h, row.data(), turned + (r * heads + n) * h);
        for (int64_t n = 0; n < kv_heads; ++n) turn(x + (heads + n) * h, k_weight, eps, c, s, h, row.data(), key + n * h);
        for (int64_t i = 0; i < width; ++i) value[i] = x[(heads + kv_heads) * h + i];
      }
    });
  });
  return queries;
}

// q [R, N H] over pools [S, K H]. Row r sees the slots paths[starts[r] .. starts[r] + lengths[r]), its own the last.
Tensor slot_attention(const Tensor& q, const Tensor& keys, const Tensor& values, int64_t kv_heads, const Tensor& paths, const Tensor& starts,
                      const Tensor& lengths, double scale) {
  const int64_t rows = q.size(0), h = keys.size(1) / kv_heads, heads = q.size(1) / h;
  check_pool(keys, values, kv_heads * h);
  TORCH_CHECK(q.is_contiguous() && starts.numel() == rows && lengths.numel() == rows, "a path for each row is needed");
  auto seen = at::empty_like(q);
  const int64_t *length = lengths.data_ptr<int64_t>(), *start = starts.data_ptr<int64_t>(), *path = paths.data_ptr<int64_t>();
  int64_t total = 0;
  for (int64_t r = 0; r < rows; ++r) total += length[r];
  const int64_t work = std::max<int64_t>(1, total / std::max<int64_t>(1, rows) * heads * h * 2);
  // Rows of a prompt grow longer, so they are dealt out in small pieces: a half of the rows each would be one and three quarters of the work.
  const int64_t piece = std::max<int64_t>(1, kGrain / work);
  std::atomic<int64_t> next{0};
  with_type_of(keys, [&](auto* type) {
    using Stored = std::remove_pointer_t<decltype(type)>;
    const auto *from = q.data_ptr<float>();
    const auto *key = keys.data_ptr<Stored>(), *value = values.data_ptr<Stored>();
    auto* to = seen.data_ptr<float>();
    at::parallel_for(0, std::min<int64_t>(at::get_num_threads(), (rows + piece - 1) / piece), 1, [&](int64_t, int64_t) {
      std::vector<float> scores;
      for (int64_t first = next.fetch_add(piece); first < rows; first = next.fetch_add(piece)) {
        for (int64_t r = first; r < std::min(rows, first + piece); ++r) {
          attend(from + r * heads * h, key, value, path + start[r], length[r], kv_heads, heads / kv_heads, h, static_cast<float>(scale), scores,
                 to + r * heads * h);
        }
      }
    });
  });
  return seen;
}

TORCH_LIBRARY_FRAGMENT(thaw, library) {
  library.def("pack_rows(Tensor weight, bool gated, int dtype) -> Tensor", pack_rows);
  library.def("row_linear(Tensor x, Tensor packed, int n, Tensor? bias=None, Tensor? residual=None, Tensor? norm=None, float eps=0.0) -> Tensor", row_linear);
  library.def("row_swiglu(Tensor x, Tensor packed, int n, Tensor norm, float eps, Tensor? bias=None) -> Tensor", row_swiglu);
  library.def("rotary_store(Tensor qkv, int heads, int kv_heads, Tensor? q_norm, Tensor? k_norm, float eps, Tensor cos, Tensor sin, "
              "Tensor positions, Tensor slots, Tensor(a!) keys, Tensor(b!) values) -> Tensor", rotary_store);
  library.def("slot_attention(Tensor q, Tensor keys, Tensor values, int kv_heads, Tensor paths, Tensor starts, Tensor lengths, float scale) -> Tensor",
              slot_attention);
}

}  // namespace thaw
