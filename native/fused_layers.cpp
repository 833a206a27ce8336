// Norms, rotation and SwiGLU in one pass each, and the registration of all fused operators in libtorch's dispatcher.
#include <torch/library.h>

#include "fused.h"

namespace thaw {
namespace {

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

Tensor sum_chunks(const std::vector<float>& partial, int64_t n) {
  auto total = at::zeros({n}, at::kFloat);
  auto* out = total.data_ptr<float>();
  for (int64_t chunk = 0; chunk < kChunks; ++chunk) {
    for (int64_t i = 0; i < n; ++i) out[i] += partial[chunk * n + i];
  }
  return total;
}

// y = x / rms(x) * weight over the last dimension (arXiv:1910.07467, eq. 4), in the element type dtype.
struct RmsNorm : Function<RmsNorm> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, double eps, at::ScalarType dtype) {
    const auto x = input.contiguous();
    const int64_t d = x.size(-1), rows = x.numel() / d;
    auto y = at::empty(x.sizes(), x.options().dtype(dtype));
    auto inverse = at::empty({rows}, at::kFloat);
    const float* w = weight.data_ptr<float>();
    THAW_DISPATCH(x.scalar_type(), "rms_norm", [&] {
      const auto* from = x.data_ptr<scalar_t>();
      THAW_DISPATCH(dtype, "rms_norm", [&] {
        auto* to = y.data_ptr<scalar_t>();
        for_chunks(rows, [&](int64_t first, int64_t last, int64_t) {
          std::vector<float> row(d);
          for (int64_t i = first; i < last; ++i) {
            load(from + i * d, row.data(), d);
            const float r = inverse_rms(row.data(), d, eps);
            inverse.data_ptr<float>()[i] = r;
            for (int64_t j = 0; j < d; ++j) row[j] *= r * w[j];
            store(row.data(), to + i * d, d);
          }
        });
      });
    });
    context->save_for_backward({x, weight, inverse});
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &inverse = saved[2];
    const auto gy = gradients[0].contiguous();
    const int64_t d = x.size(-1), rows = x.numel() / d;
    auto gx = at::empty_like(x);
    std::vector<float> partial(kChunks * d);
    const float* w = weight.data_ptr<float>();
    THAW_DISPATCH(x.scalar_type(), "rms_norm_backward", [&] {
      const auto* from = x.data_ptr<scalar_t>();
      auto* to = gx.data_ptr<scalar_t>();
      THAW_DISPATCH(gy.scalar_type(), "rms_norm_backward", [&] {
        const auto* g = gy.data_ptr<scalar_t>();
        for_chunks(rows, [&](int64_t first, int64_t last, int64_t chunk) {
          std::vector<float> normal(d), grad(d);
          float* gw = partial.data() + chunk * d;
          for (int64_t i = first; i < last; ++i) {
            const float r = inverse.data_ptr<float>()[i];
            load(from + i * d, normal.data(), d);
            load(g + i * d, grad.data(), d);
            for (int64_t j = 0; j < d; ++j) {
              normal[j] *= r;
              gw[j] += grad[j] * normal[j];
              grad[j] *= w[j];
            }
            norm_gradient(grad.data(), normal.data(), r, d);
            store(grad.data(), to + i * d, d);
          }
        });
      });
    });
    return {gx, sum_chunks(partial, d), Tensor(), Tensor()};
  }
};

// Heads of queries or keys made ready: [B, S, N, H] is normed over H where there is a weight, rotated (half-split layout) and laid
// out as [B, N, S, H]. cos and sin are [1 or B, S, 1, H]; sin carries the sign of the first half.
struct HeadRotary : Function<HeadRotary> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, double eps, const Tensor& cos_in, const Tensor& sin_in) {
    const auto x = input.contiguous(), cosine = cos_in.contiguous(), sine = sin_in.contiguous();
    const int64_t b = x.size(0), s = x.size(1), n = x.size(2), h = x.size(3), half = h / 2;
    const int64_t stride = cosine.size(0) == 1 ? 0 : s * h;
    auto y = at::empty({b, n, s, h}, x.options());
    auto inverse = at::empty({weight.numel() > 0 ? b * s * n : 0}, at::kFloat);
    const float* w = weight.numel() > 0 ? weight.data_ptr<float>() : nullptr;
    THAW_DISPATCH(x.scalar_type(), "head_rotary", [&] {
      const auto* from = x.data_ptr<scalar_t>();
      auto* to = y.data_ptr<scalar_t>();
      for_chunks(b * s, [&](int64_t first, int64_t last, int64_t) {
        std::vector<float> row(h), turned(h);
        for (int64_t i = first; i < last; ++i) {
          const int64_t at_b = i / s, at_s = i % s;
          const float* c = cosine.data_ptr<float>() + at_b * stride + at_s * h;
          const float* z = sine.data_ptr<float>() + at_b * stride + at_s * h;
          for (int64_t k = 0; k < n; ++k) {
            load(from + (i * n + k) * h, row.data(), h);
            if (w != nullptr) {
              const float r = inverse_rms(row.data(), h, eps);
              inverse.data_ptr<float>()[i * n + k] = r;
              for (int64_t j = 0; j < h; ++j) row[j] *= r * w[j];
            }
            for (int64_t j = 0; j < half; ++j) {
              turned[j] = row[j] * c[j] + row[j + half] * z[j];
              turned[j + half] = row[j + half] * c[j + half] + row[j] * z[j + half];
            }
            store(turned.data(), to + ((at_b * n + k) * s + at_s) * h, h);
          }
        }
      });
    });
    context->save_for_backward({x, weight, inverse, cosine, sine});
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &inverse = saved[2], &cosine = saved[3], &sine = saved[4];
    const auto gy = gradients[0].contiguous();
    const int64_t b = x.size(0), s = x.size(1), n = x.size(2), h = x.size(3), half = h / 2;
    const int64_t stride = cosine.size(0) == 1 ? 0 : s * h;
    auto gx = at::empty_like(x);
    std::vector<float> partial(kChunks * h);
    const float* w = weight.numel() > 0 ? weight.data_ptr<float>() : nullptr;
    THAW_DISPATCH(x.scalar_type(), "head_rotary_backward", [&] {
      const auto* from = x.data_ptr<scalar_t>();
      const auto* g = gy.data_ptr<scalar_t>();
      auto* to = gx.data_ptr<scalar_t>();
      for_chunks(b * s, [&](int64_t first, int64_t last, int64_t chunk) {
        std::vector<float> normal(h), grad(h), turned(h);
        float* gw = partial.data() + chunk * h;
        for (int64_t i = first; i < last; ++i) {
          const int64_t at_b = i / s, at_s = i % s;
          const float* c = cosine.data_ptr<float>() + at_b * stride + at_s * h;
          const float* z = sine.data_ptr<float>() + at_b * stride + at_s * h;
          for (int64_t k = 0; k < n; ++k) {
            load(g + ((at_b * n + k) * s + at_s) * h, turned.data(), h);
            for (int64_t j = 0; j < half; ++j) {
              grad[j] = turned[j] * c[j] + turned[j + half] * z[j + half];
              grad[j + half] = turned[j + half] * c[j + half] + turned[j] * z[j];
            }
            if (w != nullptr) {
              const float r = inverse.data_ptr<float>()[i * n + k];
              load(from + (i * n + k) * h, normal.data(), h);
              for (int64_t j = 0; j < h; ++j) {
                normal[j] *= r;
                gw[j] += grad[j] * normal[j];
                grad[j] *= w[j];
              }
              norm_gradient(grad.data(), normal.data(), r, h);
            }
            store(grad.data(), to + (i * n + k) * h, h);
          }
        }
      });
    });
    return {gx, weight.numel() > 0 ? sum_chunks(partial, h) : Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

// silu(gate) * up, elementwise.
struct SwiGlu : Function<SwiGlu> {
  static Tensor forward(AutogradContext* context, const Tensor& gate_in, const Tensor& up_in) {
    const auto gate = gate_in.contiguous(), up = up_in.contiguous();
    auto y = at::empty_like(gate);
    THAW_DISPATCH(gate.scalar_type(), "swiglu", [&] {
      const auto *g = gate.data_ptr<scalar_t>(), *u = up.data_ptr<scalar_t>();
      auto* to = y.data_ptr<scalar_t>();
      for_chunks(gate.numel(), [&](int64_t first, int64_t last, int64_t) {
        for (int64_t i = first; i < last; ++i) {
          const float a = static_cast<float>(g[i]);
          to[i] = static_cast<scalar_t>(a / (1.0f + std::exp(-a)) * static_cast<float>(u[i]));
        }
      });
    });
    context->save_for_backward({gate, up});
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &gate = saved[0], &up = saved[1];
    const auto gy = gradients[0].contiguous();
    auto ggate = at::empty_like(gate), gup = at::empty_like(up);
    THAW_DISPATCH(gate.scalar_type(), "swiglu_backward", [&] {
      const auto *g = gate.data_ptr<scalar_t>(), *u = up.data_ptr<scalar_t>(), *d = gy.data_ptr<scalar_t>();
      auto *to_g = ggate.data_ptr<scalar_t>(), *to_u = gup.data_ptr<scalar_t>();
      for_chunks(gate.numel(), [&](int64_t first, int64_t last, int64_t) {
        for (int64_t i = first; i < last; ++i) {
          const float a = static_cast<float>(g[i]), grad = static_cast<float>(d[i]);
          const float sigmoid = 1.0f / (1.0f + std::exp(-a));
          to_g[i] = static_cast<scalar_t>(grad * static_cast<float>(u[i]) * sigmoid * (1.0f + a * (1.0f - sigmoid)));
          to_u[i] = static_cast<scalar_t>(grad * a * sigmoid);
        }
      });
    });
    return {ggate, gup};
  }
};

Tensor rms_norm(const Tensor& x, const Tensor& weight, double eps, int64_t dtype) {
  return RmsNorm::apply(x, weight, eps, static_cast<at::ScalarType>(dtype));
}

Tensor head_rotary(const Tensor& x, const c10::optional<Tensor>& weight, double eps, const Tensor& cos, const Tensor& sin) {
  // Autograd wants every input defined: an empty weight stands for none.
  return HeadRotary::apply(x, weight ? *weight : at::empty({0}), eps, cos, sin);
}

Tensor swiglu(const Tensor& gate, const Tensor& up) { return SwiGlu::apply(gate, up); }

}  // namespace

TORCH_LIBRARY(thaw, library) {
  library.def("rms_norm(Tensor x, Tensor weight, float eps, int dtype) -> Tensor", rms_norm);
  library.def("head_rotary(Tensor x, Tensor? weight, float eps, Tensor cos, Tensor sin) -> Tensor", head_rotary);
  library.def("swiglu(Tensor gate, Tensor up) -> Tensor", swiglu);
  library.def("causal_softmax(Tensor scores, float scale, int s, Tensor? self=None) -> Tensor", causal_softmax);
  library.def("tree_attention(Tensor q, Tensor k, Tensor v, Tensor positions, Tensor? places, float scale) -> Tensor", tree_attention);
}

}  // namespace thaw
