// Products of small float32 matrices that lie in the caches, a tile of sums in registers at a time. Each sum is one chain over m.
#pragma once
#include "lanes.h"

namespace thaw {

// C[R, n] = A[R, m] B[m, n], added to C where it says so. Element (r, i) of A is a[r * row + i * step]; n is whole vectors of B and C.
template <int R, int V, bool kAdds>
inline void multiply_tile(const float* a, int64_t row, int64_t step, const float* b, int64_t ldb, float* c, int64_t ldc, int64_t m) {
  Lanes sum[R][V];
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < V; ++v) sum[r][v] = kAdds ? load_lanes(c + r * ldc + v * kLanes) : Lanes{};
  }
  for (int64_t i = 0; i < m; ++i) {
    Lanes right[V];
    for (int v = 0; v < V; ++v) right[v] = load_lanes(b + i * ldb + v * kLanes);
    for (int r = 0; r < R; ++r) {
      const Lanes left = Lanes{} + a[r * row + i * step];
      for (int v = 0; v < V; ++v) sum[r][v] += left * right[v];
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < V; ++v) store_lanes(c + r * ldc + v * kLanes, sum[r][v]);
  }
}

template <int R, bool kAdds>
inline void multiply_rows(const float* a, int64_t row, int64_t step, const float* b, int64_t ldb, float* c, int64_t ldc, int64_t n, int64_t m) {
  int64_t j = 0;
  for (; j + 4 * kLanes <= n; j += 4 * kLanes) multiply_tile<R, 4, kAdds>(a, row, step, b + j, ldb, c + j, ldc, m);
  for (; j + 2 * kLanes <= n; j += 2 * kLanes) multiply_tile<R, 2, kAdds>(a, row, step, b + j, ldb, c + j, ldc, m);
  for (; j < n; j += kLanes) multiply_tile<R, 1, kAdds>(a, row, step, b + j, ldb, c + j, ldc, m);
}

template <bool kAdds>
void multiply(const float* a, int64_t row, int64_t step, const float* b, int64_t ldb, float* c, int64_t ldc, int64_t rows, int64_t n, int64_t m) {
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) multiply_rows<4, kAdds>(a + r * row, row, step, b, ldb, c + r * ldc, ldc, n, m);
  for (; r < rows; ++r) multiply_rows<1, kAdds>(a + r * row, row, step, b, ldb, c + r * ldc, ldc, n, m);
}

}  // namespace thaw
