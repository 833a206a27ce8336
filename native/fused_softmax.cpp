// The softmax of attention: scaled and causal.
#include "fused.h"

namespace thaw {
namespace {

// How many columns a query sees, by its index among the B * K * G * S queries.
auto visibility(const Tensor& scores, int64_t s, const Tensor& self) {
  const auto* columns = self.numel() > 0 ? self.data_ptr<int64_t>() : nullptr;
  const int64_t t = scores.size(2), rows_per_batch = scores.size(0) * scores.size(1) / (columns == nullptr ? 1 : self.size(0));
  return [=](int64_t row) { return (columns == nullptr ? t - s + row % s : columns[row / rows_per_batch * s + row % s]) + 1; };
}

// Softmax of scale * scores over the columns that a row may see, the rest becomes 0. scores is [B * K, G * S, T]; query s stands in
// column self [B, S], without it in T - S + s, and sees all columns up to its own.
struct CausalSoftmax : Function<CausalSoftmax> {
  static Tensor forward(AutogradContext* context, const Tensor& scores_in, double scale, int64_t s, const Tensor& self) {
    const auto scores = scores_in.contiguous();
    const int64_t t = scores.size(2), rows = scores.size(0) * scores.size(1);
    const auto seen_of = visibility(scores, s, self);
    auto y = at::empty_like(scores);
    THAW_DISPATCH(scores.scalar_type(), "causal_softmax", [&] {
      const auto* from = scores.data_ptr<scalar_t>();
      auto* to = y.data_ptr<scalar_t>();
      for_chunks(rows, t, [&](int64_t first, int64_t last, int64_t) {
        std::vector<float> row(t);
        for (int64_t i = first; i < last; ++i) {
          const int64_t seen = seen_of(i);
          load(from + i * t, row.data(), seen);
          float greatest = row[0];
          for (int64_t j = 1; j < seen; ++j) greatest = std::max(greatest, row[j]);
          float sum = 0;
          const float factor = static_cast<float>(scale);
          for (int64_t j = 0; j < seen; ++j) {
            row[j] = std::exp((row[j] - greatest) * factor);
            sum += row[j];
          }
          const float inverse = 1.0f / sum;
          for (int64_t j = 0; j < seen; ++j) row[j] *= inverse;
          spread(row.data(), to + i * t, seen, t);
        }
      });
    });
    context->save_for_backward({y, self});
    context->saved_data["scale"] = scale;
    context->saved_data["s"] = s;
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto& y = saved[0];
    const auto gy = gradients[0].contiguous();
    const auto scale = static_cast<float>(context->saved_data["scale"].toDouble());
    const int64_t s = context->saved_data["s"].toInt(), t = y.size(2), rows = y.size(0) * y.size(1);
    const auto seen_of = visibility(y, s, saved[1]);
    auto gx = at::empty_like(y);
    THAW_DISPATCH(y.scalar_type(), "causal_softmax_backward", [&] {
      const auto *p = y.data_ptr<scalar_t>(), *g = gy.data_ptr<scalar_t>();
      auto* to = gx.data_ptr<scalar_t>();
      for_chunks(rows, t, [&](int64_t first, int64_t last, int64_t) {
        std::vector<float> probability(t), grad(t);
        for (int64_t i = first; i < last; ++i) {
          const int64_t seen = seen_of(i);
          load(p + i * t, probability.data(), seen);
          load(g + i * t, grad.data(), seen);
          float dot = 0;
          for (int64_t j = 0; j < seen; ++j) dot += probability[j] * grad[j];
          for (int64_t j = 0; j < seen; ++j) grad[j] = scale * probability[j] * (grad[j] - dot);
          spread(grad.data(), to + i * t, seen, t);
        }
      });
    });
    return {gx, Tensor(), Tensor(), Tensor()};
  }

 private:
  // Puts the seen values back to their columns and 0 everywhere else.
  template <typename T>
  static void spread(const float* from, T* to, int64_t seen, int64_t t) {
    store(from, to, seen);
    std::fill(to + seen, to + t, static_cast<T>(0));
  }
};

}  // namespace

Tensor causal_softmax(const Tensor& scores, double scale, int64_t s, const c10::optional<Tensor>& self) {
  return CausalSoftmax::apply(scores, scale, s, self ? *self : at::empty({0}, at::kLong));
}

}  // namespace thaw
