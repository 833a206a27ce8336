// Attention over token trees: what sequences have in common is there once, and no matrix of scores is ever kept.
#include "fused.h"
#include "lanes.h"
#include "tiles.h"

namespace thaw {
namespace {

using Floats = std::vector<float>;

// Query rows that are computed together.
constexpr int64_t kBlock = 32;

inline int64_t round_up(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

// One of the four-dimensional tensors, whatever its layout is: element (b, head, place, 0).
template <typename T>
struct View {
  T* data;
  int64_t batch, head, place;

  explicit View(const Tensor& x) : data(x.data_ptr<T>()), batch(x.stride(0)), head(x.stride(1)), place(x.stride(2)) {}

  T* at(int64_t b, int64_t h, int64_t p) const { return data + b * batch + h * head + p * place; }
};

// The queries of each column of each row, and the columns in their order: what both directions walk over.
struct Queries {
  std::vector<int64_t> order, first;  // order: queries sorted by column; first [B, S + 1]: where a column's begin in it.

  Queries(const int64_t* places, int64_t rows, int64_t w, int64_t s) : order(rows * w), first(rows * (s + 1), 0) {
    for (int64_t b = 0; b < rows; ++b) {
      auto* count = first.data() + b * (s + 1);
      for (int64_t i = 0; i < w; ++i) ++count[column(places, b, w, i) + 1];
      for (int64_t j = 0; j < s; ++j) count[j + 1] += count[j];
      std::vector<int64_t> next(count, count + s);
      for (int64_t i = 0; i < w; ++i) order[b * w + next[column(places, b, w, i)]++] = i;
    }
  }

  static int64_t column(const int64_t* places, int64_t b, int64_t w, int64_t i) { return places == nullptr ? i : places[b * w + i]; }
};

// A run of columns that continue each other: the places depth, depth + 1, ... of a path.
struct Run {
  int64_t start, stop, depth;
};

std::vector<std::vector<Run>> runs_of(const Tensor& positions) {
  std::vector<std::vector<Run>> all(positions.size(0));
  const int64_t s = positions.size(1);
  for (int64_t b = 0; b < positions.size(0); ++b) {
    const auto* p = positions.data_ptr<int64_t>() + b * s;
    for (int64_t start = 0; start < s;) {
      // Anything else would read what no path has written.
      TORCH_CHECK(p[start] >= 0 && p[start] <= (start == 0 ? 0 : p[start - 1]), "positions are no tree in preorder: ", p[start], " in column ", start);
      int64_t stop = start + 1;
      while (stop < s && p[stop] == p[stop - 1] + 1) ++stop;
      all[b].push_back({start, stop, p[start]});
      start = stop;
    }
  }
  return all;
}

int64_t depth_of(const std::vector<std::vector<Run>>& runs) {
  int64_t depth = 0;
  for (const auto& row : runs) {
    for (const auto& run : row) depth = std::max(depth, run.depth + run.stop - run.start);
  }
  return depth;
}

// One query of a block: which one it is, its head among those of the key/value head, and how many places of its path it sees.
struct Asker {
  int64_t query, head, seen;
};

// Calls body(askers, count, most seen) for blocks of all queries of a run.
template <typename Body>
void for_blocks(const Queries& queries, int64_t b, int64_t s, int64_t w, const Run& run, int64_t group, const Body& body) {
  Asker askers[kBlock];
  int64_t count = 0, most = 0;
  const auto* first = queries.first.data() + b * (s + 1);
  for (int64_t column = run.start; column < run.stop; ++column) {
    for (int64_t i = first[column]; i < first[column + 1]; ++i) {
      for (int64_t g = 0; g < group; ++g) {
        most = run.depth + column - run.start + 1;
        askers[count++] = {queries.order[b * w + i], g, most};
        if (count == kBlock) {
          body(askers, count, most);
          count = 0;
        }
      }
    }
  }
  if (count > 0) body(askers, count, most);
}

// Keys or values of one path by place: rows [depth, H] and, where asked for, their transpose [H, depth].
struct Path {
  int64_t h, width, length;
  Floats rows, columns;

  Path(int64_t depth, int64_t head_width, bool with_rows, bool with_columns)
      : h(head_width), width(round_up(head_width)), length(round_up(depth)),
        rows(with_rows ? length * width : 0), columns(with_columns ? width * length : 0) {}

  template <typename T>
  void load_run(const View<T>& x, int64_t b, int64_t head, const Run& run) {
    // Columns are written some places at a time: one by one, each number would go to another line of the cache.
    Floats some(kLanes * width);
    for (int64_t column = run.start; column < run.stop;) {
      const int64_t place = run.depth + column - run.start, count = std::min<int64_t>(kLanes - place % kLanes, run.stop - column);
      for (int64_t i = 0; i < count; ++i) load_row(x.at(b, head, column + i), some.data() + i * width, h);
      if (!rows.empty()) std::copy(some.begin(), some.begin() + count * width, rows.begin() + place * width);
      if (!columns.empty()) {
        for (int64_t j = 0; j < h; ++j) {
          for (int64_t i = 0; i < count; ++i) columns[j * length + place + i] = some[i * width + j];
        }
      }
      column += count;
    }
  }
};

// Softmax of one row of scores in place, over the places that are seen; those behind become 0. Returns log(sum e^(factor score)).
inline float softmax(float* row, int64_t seen, int64_t width, float factor) {
  for (int64_t j = seen; j < width; ++j) row[j] = row[0];
  Lanes most = load_lanes(row), total = {};
  for (int64_t j = kLanes; j < width; j += kLanes) {
    const Lanes next = load_lanes(row + j);
    most = next > most ? next : most;
  }
  float greatest = most[0];
  for (int i = 1; i < kLanes; ++i) greatest = std::max(greatest, most[i]);
  const Lanes shift = Lanes{} + greatest;
  for (int64_t j = 0; j < width; j += kLanes) store_lanes(row + j, exp_lanes((load_lanes(row + j) - shift) * factor));
  for (int64_t j = seen; j < width; ++j) row[j] = 0;
  for (int64_t j = 0; j < width; j += kLanes) total += load_lanes(row + j);
  const float sum = sum_lanes(total), inverse = 1.0f / sum;
  for (int64_t j = 0; j < width; j += kLanes) store_lanes(row + j, load_lanes(row + j) * inverse);
  return greatest * factor + std::log(sum);
}

// The same from the logarithm of the sum.
inline void softmax_again(float* row, int64_t seen, int64_t width, float factor, float log_sum) {
  const Lanes shift = Lanes{} + log_sum;
  for (int64_t j = 0; j < width; j += kLanes) store_lanes(row + j, exp_lanes(load_lanes(row + j) * factor - shift));
  for (int64_t j = seen; j < width; ++j) row[j] = 0;
}

// Tasks that are worth a thread, where each multiplies so many queries with a path of keys.
inline int64_t grain(int64_t queries, int64_t depth, int64_t h) { return std::max<int64_t>(1, 8 * kGrain / std::max<int64_t>(1, queries * depth * h)); }

Tensor dense(const Tensor& x) { return x.stride(3) == 1 ? x : x.contiguous(); }

// q [B, N, W, H], k and v [B, K, S, H]; positions [B, S] are the places of the columns on their paths, which makes each row a forest in
// preorder: a column whose position is one more than the last one's continues it, any other begins a branch behind the column that was
// last at the position before. A query sees its own column and those it continues. It stands in column places [B, W], or in its own
// where that is empty. The result is [B, W, N, H].
struct TreeAttention : Function<TreeAttention> {
  static Tensor forward(AutogradContext* context, const Tensor& q_in, const Tensor& k_in, const Tensor& v_in, const Tensor& positions_in,
                        const Tensor& places_in, double scale) {
    const auto q = dense(q_in), k = dense(k_in), v = dense(v_in), positions = positions_in.contiguous(), places = places_in.contiguous();
    const int64_t rows = q.size(0), n = q.size(1), w = q.size(2), h = q.size(3), heads = k.size(1), s = k.size(2), group = n / heads;
    const auto runs = runs_of(positions);
    const int64_t depth = depth_of(runs);
    const Queries queries(places.numel() > 0 ? places.data_ptr<int64_t>() : nullptr, rows, w, s);
    auto y = at::empty({rows, w, n, h}, q.options());
    auto log_sums = at::empty({rows, n, w}, at::kFloat);
    THAW_DISPATCH(q.scalar_type(), "tree_attention", [&] {
      const View<scalar_t> from_q(q), from_k(k), from_v(v);
      auto* to = y.data_ptr<scalar_t>();
      auto* sums = log_sums.data_ptr<float>();
      at::parallel_for(0, rows * heads, grain(group * w, depth, h), [&](int64_t begin, int64_t end) {
        Path keys(depth, h, false, true), values(depth, h, true, false);
        Floats asked(kBlock * keys.width), scores(kBlock * keys.length), seen(kBlock * keys.width);
        for (int64_t task = begin; task < end; ++task) {
          const int64_t b = task / heads, head = task % heads;
          for (const auto& run : runs[b]) {
            keys.load_run(from_k, b, head, run);
            values.load_run(from_v, b, head, run);
            for_blocks(queries, b, s, w, run, group, [&](const Asker* askers, int64_t count, int64_t most) {
              const int64_t width = round_up(most);
              for (int64_t r = 0; r < count; ++r) load_row(from_q.at(b, head * group + askers[r].head, askers[r].query), asked.data() + r * keys.width, h);
              multiply<false>(asked.data(), keys.width, 1, keys.columns.data(), keys.length, scores.data(), keys.length, count, width, h);
              for (int64_t r = 0; r < count; ++r) {
                const auto& a = askers[r];
                sums[(b * n + head * group + a.head) * w + a.query] = softmax(scores.data() + r * keys.length, a.seen, width, static_cast<float>(scale));
              }
              multiply<false>(scores.data(), keys.length, 1, values.rows.data(), values.width, seen.data(), values.width, count, values.width, most);
              for (int64_t r = 0; r < count; ++r) {
                store_row(seen.data() + r * values.width, to + ((b * w + askers[r].query) * n + head * group + askers[r].head) * h, h);
              }
            });
          }
        }
      });
    });
    context->save_for_backward({q, k, v, positions, places, y, log_sums});
    context->saved_data["scale"] = scale;
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &q = saved[0], &k = saved[1], &v = saved[2], &places = saved[4], &y = saved[5], &log_sums = saved[6];
    const auto gy = gradients[0].contiguous();
    const auto factor = static_cast<float>(context->saved_data["scale"].toDouble());
    const int64_t rows = q.size(0), n = q.size(1), w = q.size(2), h = q.size(3), heads = k.size(1), s = k.size(2), group = n / heads;
    const auto runs = runs_of(saved[3]);
    const int64_t depth = depth_of(runs);
    const Queries queries(places.numel() > 0 ? places.data_ptr<int64_t>() : nullptr, rows, w, s);
    // Laid out as the projections want them: [B, places, heads, H].
    auto gq = at::empty({rows, n, w, h}, q.options()), gk = at::empty({rows, heads, s, h}, k.options());
    auto gv = at::empty({rows, s, heads, h}, v.options()).transpose(1, 2);
    THAW_DISPATCH(q.scalar_type(), "tree_attention_backward", [&] {
      const View<scalar_t> from_q(q), from_k(k), from_v(v), to_q(gq), to_k(gk), to_v(gv);
      const auto *out = y.data_ptr<scalar_t>(), *grad = gy.data_ptr<scalar_t>();
      const auto* sums = log_sums.data_ptr<float>();
      at::parallel_for(0, rows * heads, grain(group * w, depth, h), [&](int64_t begin, int64_t end) {
        Path keys(depth, h, true, true), values(depth, h, false, true);
        const int64_t width = keys.width, length = keys.length;
        Floats asked(kBlock * width), given(kBlock * width), result(width), weights(kBlock * length), slopes(kBlock * length), back(kBlock * width);
        Floats key_sums(length * width), value_sums(length * width);
        std::vector<int64_t> column_at(depth);
        for (int64_t task = begin; task < end; ++task) {
          const int64_t b = task / heads, head = task % heads;
          int64_t filled = 0;
          // What a finished piece of path has gathered goes to its columns.
          const auto finish = [&](int64_t from) {
            for (int64_t place = from; place < filled; ++place) {
              store_row(key_sums.data() + place * width, to_k.at(b, head, column_at[place]), h);
              store_row(value_sums.data() + place * width, to_v.at(b, head, column_at[place]), h);
            }
          };
          for (const auto& run : runs[b]) {
            finish(run.depth);
            filled = run.depth + run.stop - run.start;
            for (int64_t place = run.depth; place < filled; ++place) column_at[place] = run.start + place - run.depth;
            std::fill(key_sums.begin() + run.depth * width, key_sums.begin() + filled * width, 0.0f);
            std::fill(value_sums.begin() + run.depth * width, value_sums.begin() + filled * width, 0.0f);
            keys.load_run(from_k, b, head, run);
            values.load_run(from_v, b, head, run);
            for_blocks(queries, b, s, w, run, group, [&](const Asker* askers, int64_t count, int64_t most) {
              const int64_t wide = round_up(most);
              for (int64_t r = 0; r < count; ++r) {
                const auto at = ((b * w + askers[r].query) * n + head * group + askers[r].head) * h;
                load_row(from_q.at(b, head * group + askers[r].head, askers[r].query), asked.data() + r * width, h);
                load_row(grad + at, given.data() + r * width, h);
              }
              multiply<false>(asked.data(), width, 1, keys.columns.data(), length, weights.data(), length, count, wide, h);
              multiply<false>(given.data(), width, 1, values.columns.data(), length, slopes.data(), length, count, wide, h);
              for (int64_t r = 0; r < count; ++r) {
                const auto& a = askers[r];
                const int64_t n_at = head * group + a.head;
                softmax_again(weights.data() + r * length, a.seen, wide, factor, sums[(b * n + n_at) * w + a.query]);
                load_row(out + ((b * w + a.query) * n + n_at) * h, result.data(), h);
                const Lanes mean = Lanes{} + dot(result.data(), given.data() + r * width, h);
                const float *p = weights.data() + r * length;
                float* slope = slopes.data() + r * length;
                // Slopes behind what is seen may be anything finite: their weight is 0.
                for (int64_t j = 0; j < wide; j += kLanes) store_lanes(slope + j, load_lanes(p + j) * (load_lanes(slope + j) - mean) * factor);
              }
              multiply<false>(slopes.data(), length, 1, keys.rows.data(), width, back.data(), width, count, width, most);
              for (int64_t r = 0; r < count; ++r) store_row(back.data() + r * width, to_q.at(b, head * group + askers[r].head, askers[r].query), h);
              multiply<true>(slopes.data(), 1, length, asked.data(), width, key_sums.data(), width, most, width, count);
              multiply<true>(weights.data(), 1, length, given.data(), width, value_sums.data(), width, most, width, count);
            });
          }
          finish(0);
        }
      });
    });
    return {gq, gk, gv, Tensor(), Tensor(), Tensor()};
  }
};

}  // namespace

Tensor tree_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& positions, const c10::optional<Tensor>& places, double scale) {
  return TreeAttention::apply(q, k, v, positions, places ? *places : at::empty({0}, at::kLong), scale);
}

}  // namespace thaw
