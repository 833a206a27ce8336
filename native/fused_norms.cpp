// Norms and the residual stream in one pass each.
#include "fused.h"

namespace thaw {
namespace {

// y = x / rms(x) * weight over the last dimension (arXiv:1910.07467, eq. 4), in the element type dtype.
struct RmsNorm : Function<RmsNorm> {
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight, double eps, at::ScalarType dtype) {
    const auto x = input.contiguous();
    const int64_t d = x.size(-1), rows = x.numel() / d;
    auto y = at::empty(x.sizes(), x.options().dtype(dtype));
    auto inverse = at::empty({rows}, at::kFloat);
    const float* w = weight.data_ptr<float>();
    float* rms = inverse.data_ptr<float>();
    THAW_DISPATCH(x.scalar_type(), "rms_norm", [&] {
      const auto* from = x.data_ptr<scalar_t>();
      THAW_DISPATCH(dtype, "rms_norm", [&] {
        auto* to = y.data_ptr<scalar_t>();
        for_chunks(rows, d, [&](int64_t first, int64_t last, int64_t) {
          std::vector<float> row(d);
          for (int64_t i = first; i < last; ++i) {
            load(from + i * d, row.data(), d);
            const float r = inverse_rms(row.data(), d, eps);
            rms[i] = r;
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
    const float *w = weight.data_ptr<float>(), *rms = inverse.data_ptr<float>();
    THAW_DISPATCH(x.scalar_type(), "rms_norm_backward", [&] {
      const auto* from = x.data_ptr<scalar_t>();
      auto* to = gx.data_ptr<scalar_t>();
      THAW_DISPATCH(gy.scalar_type(), "rms_norm_backward", [&] {
        const auto* g = gy.data_ptr<scalar_t>();
        for_chunks(rows, d, [&](int64_t first, int64_t last, int64_t chunk) {
          std::vector<float> normal(d), grad(d);
          float* gw = partial.data() + chunk * d;
          for (int64_t i = first; i < last; ++i) {
            const float r = rms[i];
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

// The sum x + delta, in float32, and its norm as above: the residual stream between two halves of a layer.
struct AddRmsNorm : Function<AddRmsNorm> {
  static variable_list forward(AutogradContext* context, const Tensor& x_in, const Tensor& delta_in, const Tensor& weight, double eps) {
    const auto x = x_in.contiguous(), delta = delta_in.contiguous();
    const int64_t d = x.size(-1), rows = x.numel() / d;
    auto sum = at::empty(x.sizes(), x.options());
    auto y = at::empty(x.sizes(), delta.options());
    auto inverse = at::empty({rows}, at::kFloat);
    const float *from = x.data_ptr<float>(), *w = weight.data_ptr<float>();
    float *total = sum.data_ptr<float>(), *rms = inverse.data_ptr<float>();
    THAW_DISPATCH(delta.scalar_type(), "add_rms_norm", [&] {
      const auto* change = delta.data_ptr<scalar_t>();
      auto* to = y.data_ptr<scalar_t>();
      for_chunks(rows, d, [&](int64_t first, int64_t last, int64_t) {
        std::vector<float> row(d);
        for (int64_t i = first; i < last; ++i) {
          load(change + i * d, row.data(), d);
          float* out = total + i * d;
          for (int64_t j = 0; j < d; ++j) out[j] = from[i * d + j] + row[j];
          const float r = inverse_rms(out, d, eps);
          rms[i] = r;
          for (int64_t j = 0; j < d; ++j) row[j] = out[j] * r * w[j];
          store(row.data(), to + i * d, d);
        }
      });
    });
    context->save_for_backward({sum, weight, inverse});
    context->saved_data["dtype"] = static_cast<int64_t>(delta.scalar_type());
    return {sum, y};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &sum = saved[0], &weight = saved[1], &inverse = saved[2];
    const auto dtype = static_cast<at::ScalarType>(context->saved_data["dtype"].toInt());
    const auto gsum = gradients[0].contiguous(), gy = gradients[1].contiguous();
    const int64_t d = sum.size(-1), rows = sum.numel() / d;
    auto gx = at::empty_like(sum), gdelta = at::empty(sum.sizes(), sum.options().dtype(dtype));
    std::vector<float> partial(kChunks * d);
    const float *w = weight.data_ptr<float>(), *rms = inverse.data_ptr<float>(), *x = sum.data_ptr<float>(), *straight = gsum.data_ptr<float>();
    float* to = gx.data_ptr<float>();
    THAW_DISPATCH(dtype, "add_rms_norm_backward", [&] {
      const auto* g = gy.data_ptr<scalar_t>();
      auto* to_delta = gdelta.data_ptr<scalar_t>();
      for_chunks(rows, d, [&](int64_t first, int64_t last, int64_t chunk) {
        std::vector<float> normal(d), grad(d);
        float* gw = partial.data() + chunk * d;
        for (int64_t i = first; i < last; ++i) {
          const float r = rms[i];
          load(g + i * d, grad.data(), d);
          for (int64_t j = 0; j < d; ++j) {
            normal[j] = x[i * d + j] * r;
            gw[j] += grad[j] * normal[j];
            grad[j] *= w[j];
          }
          norm_gradient(grad.data(), normal.data(), r, d);
          for (int64_t j = 0; j < d; ++j) grad[j] += straight[i * d + j];
          std::copy(grad.begin(), grad.end(), to + i * d);
          store(grad.data(), to_delta + i * d, d);
        }
      });
    });
    return {gx, gdelta, sum_chunks(partial, d), Tensor()};
  }
};

// x + delta in float32, in one pass where ATen first makes a copy of another type.
struct AddResidual : Function<AddResidual> {
  static Tensor forward(AutogradContext* context, const Tensor& x_in, const Tensor& delta_in) {
    const auto x = x_in.contiguous(), delta = delta_in.contiguous();
    context->saved_data["dtype"] = static_cast<int64_t>(delta.scalar_type());
    auto sum = at::empty_like(x);
    const float* from = x.data_ptr<float>();
    float* to = sum.data_ptr<float>();
    THAW_DISPATCH(delta.scalar_type(), "add_residual", [&] {
      const auto* change = delta.data_ptr<scalar_t>();
      for_chunks(x.numel(), 1, [&](int64_t first, int64_t last, int64_t) {
        for (int64_t i = first; i < last; ++i) to[i] = from[i] + static_cast<float>(change[i]);
      });
    });
    return sum;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    return {gradients[0], gradients[0].to(static_cast<at::ScalarType>(context->saved_data["dtype"].toInt()))};
  }
};

}  // namespace

Tensor rms_norm(const Tensor& x, const Tensor& weight, double eps, int64_t dtype) {
  return RmsNorm::apply(x, weight, eps, static_cast<at::ScalarType>(dtype));
}

std::tuple<Tensor, Tensor> add_rms_norm(const Tensor& x, const Tensor& delta, const Tensor& weight, double eps) {
  const auto both = AddRmsNorm::apply(x, delta, weight, eps);
  return {both[0], both[1]};
}

Tensor add_residual(const Tensor& x, const Tensor& delta) { return AddResidual::apply(x, delta); }

}  // namespace thaw
