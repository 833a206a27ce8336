// Matrix products whose rows do not know each other. Each number of the result is one chain of multiply-adds over k, from the first to
// the last, whatever the number of rows, the blocking or the threads; so a row decoded alone and in a batch of 64 is the same bit for
// bit, which a BLAS, choosing its kernel by shape, does not promise. Weights are packed once: panels of kPanel columns, k outermost.
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "lanes.h"
#include "rows.h"

#if defined(__AVX512BF16__)
#include <immintrin.h>
#endif

namespace thaw {
namespace {

#if defined(__AVX512F__)
constexpr int kVectors = 4;
#else
constexpr int kVectors = 2;
#endif
constexpr int kPanel = kVectors * kLanes;
constexpr int kTile = 6;              // rows that are multiplied at once: kTile * kVectors sums and kVectors columns fill the registers
constexpr int64_t kBlock = 8 * kTile;  // rows of a task
constexpr int64_t kGrain = 1 << 18;   // multiply-adds that are worth a thread

// One step over k: a float of the row times a panel's columns.
struct Single {
  using Stored = float;
  static constexpr int kStep = 1;
  static void load_row(const float* from, float* to, int64_t n) { std::copy(from, from + n, to); }
  static Lanes add(Lanes sum, const float* a, const float* b) { return sum + load_lanes(b) * *a; }
};

#if defined(__AVX512BF16__)
// Two steps over k at once: a pair of bfloat16 of the row times pairs of the columns, summed in float32 by the processor.
struct Pair {
  using Stored = c10::BFloat16;
  static constexpr int kStep = 2;
  static void load_row(const float* from, c10::BFloat16* to, int64_t n) {
    for (int64_t i = 0; i < n; ++i) to[i] = from[i];
  }
  static Lanes add(Lanes sum, const c10::BFloat16* a, const c10::BFloat16* b) {
    int32_t pair;
    std::memcpy(&pair, a, sizeof pair);
    return (Lanes)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32(pair), (__m512bh)_mm512_loadu_si512(b));
  }
};
#endif

template <typename Step, int R>
inline void multiply(const typename Step::Stored* a, int64_t stride, const typename Step::Stored* panel, int64_t k, Lanes (&sums)[R][kVectors]) {
  for (int64_t i = 0; i < k; i += Step::kStep, panel += kPanel * Step::kStep) {
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) sums[r][v] = Step::add(sums[r][v], a + r * stride + i, panel + v * kLanes * Step::kStep);
    }
  }
}

// y = sums (+ bias) (+ residual), the first `columns` of a panel.
struct Sum {
  const float *bias, *residual;
  float* y;
  int64_t n;

  void operator()(int64_t row, int64_t panel, const Lanes (&sums)[kVectors]) const {
    const int64_t first = panel * kPanel, columns = std::min<int64_t>(kPanel, n - first);
    float out[kPanel];
    for (int v = 0; v < kVectors; ++v) store_lanes(out + v * kLanes, sums[v]);
    const int64_t at = row * n + first;
    for (int64_t j = 0; j < columns; ++j) {
      float value = out[j];
      if (bias != nullptr) value += bias[first + j];
      if (residual != nullptr) value += residual[at + j];
      y[at + j] = value;
    }
  }
};

// y = silu(gate) * up, where a panel holds the same columns of both. A bias has all of the gate's numbers first.
struct Gate {
  const float* bias;
  float* y;
  int64_t n;

  void operator()(int64_t row, int64_t panel, const Lanes (&sums)[kVectors]) const {
    const int64_t first = panel * (kPanel / 2), columns = std::min<int64_t>(kPanel / 2, n - first);
    float out[kPanel], added[kPanel] = {};
    if (bias != nullptr) {
      std::copy(bias + first, bias + first + columns, added);
      std::copy(bias + n + first, bias + n + first + columns, added + kPanel / 2);
    }
    for (int v = 0; v < kVectors / 2; ++v) {
      const Lanes gate = sums[v] + load_lanes(added + v * kLanes);
      const Lanes up = sums[v + kVectors / 2] + load_lanes(added + kPanel / 2 + v * kLanes);
      store_lanes(out + v * kLanes, gate / (exp_lanes(-gate) + 1.0f) * up);
    }
    std::copy(out, out + columns, y + row * n + first);
  }
};

template <typename Step, int R, typename Finish>
inline void tile(const typename Step::Stored* a, int64_t stride, const typename Step::Stored* panel, int64_t k, int64_t row, int64_t at,
                 const Finish& finish) {
  Lanes sums[R][kVectors] = {};
  multiply<Step, R>(a, stride, panel, k, sums);
  for (int r = 0; r < R; ++r) finish(row + r, at, sums[r]);
}

template <typename Step, typename Finish>
void tiles(const typename Step::Stored* x, int64_t stride, const typename Step::Stored* panel, int64_t k, int64_t first, int64_t last, int64_t at,
           const Finish& finish) {
  int64_t row = first;
  for (; row + kTile <= last; row += kTile) tile<Step, kTile>(x + row * stride, stride, panel, k, row, at, finish);
  switch (last - row) {
    case 5: return tile<Step, 5>(x + row * stride, stride, panel, k, row, at, finish);
    case 4: return tile<Step, 4>(x + row * stride, stride, panel, k, row, at, finish);
    case 3: return tile<Step, 3>(x + row * stride, stride, panel, k, row, at, finish);
    case 2: return tile<Step, 2>(x + row * stride, stride, panel, k, row, at, finish);
    case 1: return tile<Step, 1>(x + row * stride, stride, panel, k, row, at, finish);
  }
}

// The rows as they are multiplied: normed where there is a weight, in the element type of the product, padded to whole steps of k.
template <typename Step>
Tensor prepare(const Tensor& x, const c10::optional<Tensor>& norm, double eps, int64_t stride) {
  const int64_t rows = x.size(0), k = x.size(1);
  Tensor ready = at::empty({rows, stride}, c10::CppTypeToScalarType<typename Step::Stored>::value);
  const float *from = x.data_ptr<float>(), *weight = norm ? norm->data_ptr<float>() : nullptr;
  auto* to = ready.data_ptr<typename Step::Stored>();
  at::parallel_for(0, rows, std::max<int64_t>(1, kGrain / 4 / k), [&](int64_t first, int64_t last) {
    std::vector<float> normed(k);
    for (int64_t row = first; row < last; ++row) {
      const float* source = from + row * k;
      if (weight != nullptr) {
        const float inverse = 1.0f / std::sqrt(dot(source, source, k) / static_cast<float>(k) + static_cast<float>(eps));
        for (int64_t i = 0; i < k; ++i) normed[i] = source[i] * inverse * weight[i];
        source = normed.data();
      }
      Step::load_row(source, to + row * stride, k);
      std::fill(to + row * stride + k, to + (row + 1) * stride, typename Step::Stored(0));
    }
  });
  return ready;
}

template <typename Step, typename Finish>
void product(const Tensor& x, const Tensor& packed, const c10::optional<Tensor>& norm, double eps, const Finish& finish) {
  const int64_t rows = x.size(0), k = x.size(1), stride = (k + Step::kStep - 1) / Step::kStep * Step::kStep;
  const int64_t panels = packed.numel() / (stride * kPanel), blocks = (rows + kBlock - 1) / kBlock;
  TORCH_CHECK(panels * stride * kPanel == packed.numel(), "a matrix packed for another width than ", k);
  const bool as_is = Step::kStep == 1 && !norm;
  const Tensor ready = as_is ? x : prepare<Step>(x, norm, eps, stride);
  const auto* a = ready.data_ptr<typename Step::Stored>();
  const auto* b = packed.data_ptr<typename Step::Stored>();
  const int64_t work = std::max<int64_t>(1, std::min(rows, kBlock) * stride * kPanel);
  at::parallel_for(0, blocks * panels, std::max<int64_t>(1, kGrain / work), [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t block = task / panels, panel = task % panels;
      tiles<Step>(a, stride, b + panel * stride * kPanel, stride, block * kBlock, std::min(rows, (block + 1) * kBlock), panel, finish);
    }
  });
}

template <typename Finish>
void any_product(const Tensor& x, const Tensor& packed, const c10::optional<Tensor>& norm, double eps, const Finish& finish) {
  TORCH_CHECK(x.dim() == 2 && x.scalar_type() == at::kFloat && x.is_contiguous(), "rows must be a contiguous float32 matrix");
  TORCH_CHECK(!norm || (norm->numel() == x.size(1) && norm->scalar_type() == at::kFloat), "the norm's weight does not fit the rows");
#if defined(__AVX512BF16__)
  if (packed.scalar_type() == at::kBFloat16) return product<Pair>(x, packed, norm, eps, finish);
#endif
  product<Single>(x, packed, norm, eps, finish);
}

template <typename Step>
Tensor pack(const Tensor& weight, bool gated) {
  const int64_t n = weight.size(0), k = weight.size(1), stride = (k + Step::kStep - 1) / Step::kStep * Step::kStep;
  const int64_t half = n / 2, width = gated ? kPanel / 2 : kPanel, panels = ((gated ? half : n) + width - 1) / width;
  Tensor packed = at::zeros({panels * stride * kPanel}, c10::CppTypeToScalarType<typename Step::Stored>::value);
  const float* from = weight.data_ptr<float>();
  auto* to = packed.data_ptr<typename Step::Stored>();
  at::parallel_for(0, panels, std::max<int64_t>(1, kGrain / 4 / (stride * kPanel)), [&](int64_t first, int64_t last) {
    for (int64_t panel = first; panel < last; ++panel) {
      for (int64_t j = 0; j < kPanel; ++j) {
        const int64_t column = panel * width + j % width, row = column + (j / width) * half;
        if (column >= (gated ? half : n)) continue;
        for (int64_t i = 0; i < k; ++i) {
          to[((panel * (stride / Step::kStep) + i / Step::kStep) * kPanel + j) * Step::kStep + i % Step::kStep] = from[row * k + i];
        }
      }
    }
  });
  return packed;
}

}  // namespace

Tensor pack_rows(const Tensor& weight, bool gated, int64_t dtype) {
  const auto w = weight.detach().to(at::kFloat).contiguous();
  TORCH_CHECK(w.dim() == 2 && (!gated || w.size(0) % 2 == 0), "a matrix is packed, and a gated one has two halves");
  if (static_cast<at::ScalarType>(dtype) == at::kBFloat16) {
#if defined(__AVX512BF16__)
    return pack<Pair>(w, gated);
#else
    return pack<Single>(w.to(at::kBFloat16).to(at::kFloat), gated);
#endif
  }
  return pack<Single>(w, gated);
}

Tensor row_linear(const Tensor& x, const Tensor& packed, int64_t n, const c10::optional<Tensor>& bias, const c10::optional<Tensor>& residual,
                  const c10::optional<Tensor>& norm, double eps) {
  auto y = at::empty({x.size(0), n}, at::kFloat);
  TORCH_CHECK(!bias || (bias->numel() == n && bias->scalar_type() == at::kFloat), "the bias must be ", n, " float32");
  TORCH_CHECK(!residual || (residual->sizes() == y.sizes() && residual->scalar_type() == at::kFloat && residual->is_contiguous()),
              "the residual must be shaped like the result");
  any_product(x, packed, norm, eps, Sum{bias ? bias->data_ptr<float>() : nullptr, residual ? residual->data_ptr<float>() : nullptr,
                                        y.data_ptr<float>(), n});
  return y;
}

Tensor row_swiglu(const Tensor& x, const Tensor& packed, int64_t n, const Tensor& norm, double eps, const c10::optional<Tensor>& bias) {
  auto y = at::empty({x.size(0), n}, at::kFloat);
  TORCH_CHECK(!bias || (bias->numel() == 2 * n && bias->scalar_type() == at::kFloat), "the bias must be ", 2 * n, " float32");
  any_product(x, packed, norm, eps, Gate{bias ? bias->data_ptr<float>() : nullptr, y.data_ptr<float>(), n});
  return y;
}

}  // namespace thaw
