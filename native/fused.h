// What the fused operators share. Each does in one pass over memory what takes ATen four to eight, in float32 whatever the element
// type; C# keeps the plain ATen form beside each as its slow twin and for other devices. Sums over rows run over a fixed number of
// chunks, so they do not depend on the thread count.
#pragma once
#include <torch/csrc/autograd/custom_function.h>

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "bridge.h"

namespace thaw {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

constexpr int64_t kChunks = 16;

// Numbers that are worth a thread: waking one costs microseconds.
constexpr int64_t kGrain = 1 << 15;

// Runs body(first, last, chunk) over [0, count) in kChunks fixed pieces, where one of count is `width` numbers.
template <typename Body>
void for_chunks(int64_t count, int64_t width, const Body& body) {
  const int64_t size = (count + kChunks - 1) / kChunks;
  at::parallel_for(0, kChunks, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, size * width)), [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk) {
      body(std::min(count, chunk * size), std::min(count, (chunk + 1) * size), chunk);
    }
  });
}

template <typename T>
inline void load(const T* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

template <typename T>
inline void store(const float* from, T* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<T>(from[i]);
}

// The gradient of y = x r with r = 1 / rms(x), in place on g: r (g - x^ mean(g x^)), where normal is x^ = x r.
inline void norm_gradient(float* g, const float* normal, float r, int64_t n) {
  float dot = 0;
  for (int64_t i = 0; i < n; ++i) dot += g[i] * normal[i];
  dot /= static_cast<float>(n);
  for (int64_t i = 0; i < n; ++i) g[i] = r * (g[i] - normal[i] * dot);
}

inline float inverse_rms(const float* x, int64_t n, double eps) {
  float sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += x[i] * x[i];
  return 1.0f / std::sqrt(sum / static_cast<float>(n) + static_cast<float>(eps));
}

inline Tensor sum_chunks(const std::vector<float>& partial, int64_t n) {
  auto total = at::zeros({n}, at::kFloat);
  auto* out = total.data_ptr<float>();
  for (int64_t chunk = 0; chunk < kChunks; ++chunk) {
    for (int64_t i = 0; i < n; ++i) out[i] += partial[chunk * n + i];
  }
  return total;
}

#define THAW_DISPATCH(TYPE, NAME, ...) AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, TYPE, NAME, __VA_ARGS__)

// Registered under "thaw::" by fused_layers.cpp; see FusedOperators.cs for shapes.
Tensor rms_norm(const Tensor& x, const Tensor& weight, double eps, int64_t dtype);
std::tuple<Tensor, Tensor> add_rms_norm(const Tensor& x, const Tensor& delta, const Tensor& weight, double eps);
Tensor add_residual(const Tensor& x, const Tensor& delta);
Tensor causal_softmax(const Tensor& scores, double scale, int64_t s, const c10::optional<Tensor>& self);
Tensor tree_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& positions, const c10::optional<Tensor>& places, double scale);

}  // namespace thaw
