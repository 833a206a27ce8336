// The softmax of attention: scaled, causal, and aware of prefix trees.
#include "fused.h"

namespace thaw {
namespace {

// The columns that a query sees: [0, stem) and [own, self]. A plain row is all stem: own is 0.
struct Sight {
  int64_t stem, own, self;
};

// What each query of a batch of B rows sees; see causal_softmax.
struct Visibility {
  const int64_t *stem, *own, *self;
  int64_t rows_per_batch, s, t;

  // row: index among the R * G * S queries.
  Sight of(int64_t row) const {
    const int64_t place = row % s, batch = row / rows_per_batch;
    const int64_t column = self == nullptr ? t - s + place : self[batch * s + place];
    if (own == nullptr) return {0, 0, column};
    const int64_t first = own[batch * s + place];
    return {first == 0 ? 0 : std::min(stem[batch], first), first, column};
  }
};

// Softmax of scale * scores over the columns that a row may see, the rest becomes 0. scores is [B * K, G * S, T]; query s stands in
// column self [B, S], without it in T - S + s. Without `own` it sees all columns up to its own. With it, own [B, S] names the first
// column of the branch of a prefix tree that the query is on (0: it is on the stem) and stem [B] the length of the stem, which every
// branch sees.
struct CausalSoftmax : Function<CausalSoftmax> {
  static Tensor forward(AutogradContext* context, const Tensor& scores_in, double scale, int64_t s, const Tensor& stem, const Tensor& own,
                        const Tensor& self) {
    const auto scores = scores_in.contiguous();
    const int64_t t = scores.size(2), rows = scores.size(0) * scores.size(1);
    const auto sight = visibility(scores, s, stem, own, self);
    auto y = at::empty_like(scores);
    THAW_DISPATCH(scores.scalar_type(), "causal_softmax", [&] {
      const auto* from = scores.data_ptr<scalar_t>();
      auto* to = y.data_ptr<scalar_t>();
      for_chunks(rows, [&](int64_t first, int64_t last, int64_t) {
        std::vector<float> row(t);
        for (int64_t i = first; i < last; ++i) {
          const auto see = sight.of(i);
          const int64_t seen = see.stem + see.self - see.own + 1;
          load(from + i * t, row.data(), see.stem);
          load(from + i * t + see.own, row.data() + see.stem, see.self - see.own + 1);
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
          spread(row.data(), to + i * t, see, t);
        }
      });
    });
    context->save_for_backward({y, stem, own, self});
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
    const auto sight = visibility(y, s, saved[1], saved[2], saved[3]);
    auto gx = at::empty_like(y);
    THAW_DISPATCH(y.scalar_type(), "causal_softmax_backward", [&] {
      const auto *p = y.data_ptr<scalar_t>(), *g = gy.data_ptr<scalar_t>();
      auto* to = gx.data_ptr<scalar_t>();
      for_chunks(rows, [&](int64_t first, int64_t last, int64_t) {
        std::vector<float> probability(t), grad(t);
        for (int64_t i = first; i < last; ++i) {
          const auto see = sight.of(i);
          const int64_t branch = see.self - see.own + 1, seen = see.stem + branch;
          load(p + i * t, probability.data(), see.stem);
          load(p + i * t + see.own, probability.data() + see.stem, branch);
          load(g + i * t, grad.data(), see.stem);
          load(g + i * t + see.own, grad.data() + see.stem, branch);
          float dot = 0;
          for (int64_t j = 0; j < seen; ++j) dot += probability[j] * grad[j];
          for (int64_t j = 0; j < seen; ++j) grad[j] = scale * probability[j] * (grad[j] - dot);
          spread(grad.data(), to + i * t, see, t);
        }
      });
    });
    return {gx, Tensor(), Tensor(), Tensor(), Tensor(), Tensor()};
  }

 private:
  static Visibility visibility(const Tensor& scores, int64_t s, const Tensor& stem, const Tensor& own, const Tensor& self) {
    const auto places = [](const Tensor& x) { return x.numel() > 0 ? x.data_ptr<int64_t>() : nullptr; };
    const int64_t batches = own.numel() > 0 ? own.size(0) : self.numel() > 0 ? self.size(0) : 1;
    return {places(stem), places(own), places(self), scores.size(0) * scores.size(1) / batches, s, scores.size(2)};
  }

  // Puts the seen values back to their columns and 0 everywhere else.
  template <typename T>
  static void spread(const float* from, T* to, const Sight& see, int64_t t) {
    store(from, to, see.stem);
    std::fill(to + see.stem, to + see.own, static_cast<T>(0));
    store(from + see.stem, to + see.own, see.self - see.own + 1);
    std::fill(to + see.self + 1, to + t, static_cast<T>(0));
  }
};

}  // namespace

Tensor causal_softmax(const Tensor& scores, double scale, int64_t s, const c10::optional<Tensor>& stem, const c10::optional<Tensor>& own,
                      const c10::optional<Tensor>& self) {
  const auto none = at::empty({0}, at::kLong);
  return CausalSoftmax::apply(scores, scale, s, stem ? *stem : none, own ? *own : none, self ? *self : none);
}

}  // namespace thaw
