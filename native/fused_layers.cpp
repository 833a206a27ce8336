// Rotation and SwiGLU in one pass each, and the registration of all fused operators in libtorch's dispatcher.
#include <torch/library.h>

#include "fused.h"

namespace thaw {
namespace {

// Heads of queries or keys made ready: [B, S, N, H] is normed over H where there is a weight, rotated (half-split layout) and laid
// out as [B, N, S, H]. cos and sin are [1 or B, S, 1, H]; sin carries the sign of the first half.
struct HeadRotary : Function<HeadRotary> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, double eps, const Tensor& cos_in, const Tensor& sin_in) {
    const auto x = input.contiguous(), cosine = cos_in.contiguous(), sine = sin_in.contiguous();
    const int64_t b = x.size(0), s = x.size(1), n = x.size(2), h = x.size(3), half = h / 2;
    const int64_t stride = cosine.size(0) == 1 ? 0 : s * h;
    auto y = at::empty({b, n, s, h}, x.options());
    auto inverse = at::empty({weight.numel() > 0 ? b * s * n : 0}, at::kFloat);
    const float *w = weight.numel() > 0 ? weight.data_ptr<float>() : nullptr, *cosines = cosine.data_ptr<float>(), *sines = sine.data_ptr<float>();
    float* rms = inverse.data_ptr<float>();
    THAW_DISPATCH(x.scalar_type(), "head_rotary", [&] {
      const auto* from = x.data_ptr<scalar_t>();
      auto* to = y.data_ptr<scalar_t>();
      for_chunks(b * s, n * h, [&](int64_t first, int64_t last, int64_t) {
        std::vector<float> row(h), turned(h);
        for (int64_t i = first; i < last; ++i) {
          const int64_t at_b = i / s, at_s = i % s;
          const float* c = cosines + at_b * stride + at_s * h;
          const float* z = sines + at_b * stride + at_s * h;
          for (int64_t k = 0; k < n; ++k) {
            load(from + (i * n + k) * h, row.data(), h);
            if (w != nullptr) {
              const float r = inverse_rms(row.data(), h, eps);
              rms[i * n + k] = r;
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
    const float *w = weight.numel() > 0 ? weight.data_ptr<float>() : nullptr, *cosines = cosine.data_ptr<float>(), *sines = sine.data_ptr<float>();
    const float* rms = inverse.data_ptr<float>();
    THAW_DISPATCH(x.scalar_type(), "head_rotary_backward", [&] {
      const auto* from = x.data_ptr<scalar_t>();
      const auto* g = gy.data_ptr<scalar_t>();
      auto* to = gx.data_ptr<scalar_t>();
      for_chunks(b * s, n * h, [&](int64_t first, int64_t last, int64_t chunk) {
        std::vector<float> normal(h), grad(h), turned(h);
        float* gw = partial.data() + chunk * h;
        for (int64_t i = first; i < last; ++i) {
          const int64_t at_b = i / s, at_s = i % s;
          const float* c = cosines + at_b * stride + at_s * h;
          const float* z = sines + at_b * stride + at_s * h;
          for (int64_t k = 0; k < n; ++k) {
            load(g + ((at_b * n + k) * s + at_s) * h, turned.data(), h);
            for (int64_t j = 0; j < half; ++j) {
              grad[j] = turned[j] * c[j] + turned[j + half] * z[j + half];
              grad[j + half] = turned[j + half] * c[j + half] + turned[j] * z[j];
            }
            if (w != nullptr) {
              const float r = rms[i * n + k];
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
      for_chunks(gate.numel(), 1, [&](int64_t first, int64_t last, int64_t) {
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
      for_chunks(gate.numel(), 1, [&](int64_t first, int64_t last, int64_t) {
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

Tensor head_rotary(const Tensor& x, const c10::optional<Tensor>& weight, double eps, const Tensor& cos, const Tensor& sin) {
  // Autograd wants every input defined: an empty weight stands for none.
  return HeadRotary::apply(x, weight ? *weight : at::empty({0}), eps, cos, sin);
}

Tensor swiglu(const Tensor& gate, const Tensor& up) { return SwiGlu::apply(gate, up); }

}  // namespace

TORCH_LIBRARY(thaw, library) {
  library.def("rms_norm(Tensor x, Tensor weight, float eps, int dtype) -> Tensor", rms_norm);
  library.def("add_rms_norm(Tensor x, Tensor delta, Tensor weight, float eps) -> (Tensor, Tensor)", add_rms_norm);
  library.def("add_residual(Tensor x, Tensor delta) -> Tensor", add_residual);
  library.def("head_rotary(Tensor x, Tensor? weight, float eps, Tensor cos, Tensor sin) -> Tensor", head_rotary);
  library.def("swiglu(Tensor gate, Tensor up) -> Tensor", swiglu);
  library.def("causal_softmax(Tensor scores, float scale, int s, Tensor? self=None) -> Tensor", causal_softmax);
  library.def("tree_attention(Tensor q, Tensor k, Tensor v, Tensor positions, Tensor? places, float scale) -> Tensor", tree_attention);
}

}  // namespace thaw
