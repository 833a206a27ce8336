// Vectors of float32 in the widest registers of the machine that compiles, and the few functions on them that the row kernels need.
// Every lane is computed alike, and every sum has one fixed order: a result depends on its own operands only. The files that include
// this are compiled without -ffast-math.
#pragma once
#include <c10/util/BFloat16.h>

#include <cstdint>
#include <cstring>

namespace thaw {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

using Lanes = float __attribute__((vector_size(kLanes * 4)));
using Words = int32_t __attribute__((vector_size(kLanes * 4)));
using Halves = uint16_t __attribute__((vector_size(kLanes * 2)));

inline Lanes load_lanes(const float* from) {
  Lanes v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

// The upper half of a float32 is a bfloat16.
inline Lanes load_lanes(const c10::BFloat16* from) {
  Halves half;
  std::memcpy(&half, from, sizeof half);
  const Words wide = __builtin_convertvector(half, Words) << 16;
  Lanes v;
  std::memcpy(&v, &wide, sizeof v);
  return v;
}

inline void store_lanes(float* to, Lanes v) { std::memcpy(to, &v, sizeof v); }

// Rounded to the nearest, ties to even; any NaN becomes the quiet one, as in c10::BFloat16.
inline void store_lanes(c10::BFloat16* to, Lanes v) {
  Words bits;
  std::memcpy(&bits, &v, sizeof v);
  bits += 0x7fff + ((bits >> 16) & 1);
  bits = v != v ? Words{} + 0x7fc00000 : bits;
  const Halves half = __builtin_convertvector(bits >> 16, Halves);
  std::memcpy(to, &half, sizeof half);
}

// n numbers from or to another element type.
template <typename T>
inline void load_row(const T* from, float* to, int64_t n) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store_lanes(to + i, load_lanes(from + i));
  for (; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

template <typename T>
inline void store_row(const float* from, T* to, int64_t n) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store_lanes(to + i, load_lanes(from + i));
  for (; i < n; ++i) to[i] = static_cast<T>(from[i]);
}

inline void load_row(const double* from, float* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

inline void store_row(const float* from, double* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = from[i];
}

inline float sum_lanes(Lanes v) {
  float lanes[kLanes];
  store_lanes(lanes, v);
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

template <typename A, typename B>
inline float dot(const A* a, const B* b, int64_t n) {
  Lanes sum = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) sum += load_lanes(a + i) * load_lanes(b + i);
  float total = sum_lanes(sum);
  for (; i < n; ++i) total += static_cast<float>(a[i]) * static_cast<float>(b[i]);
  return total;
}

// e^x within two units in the last place, 0 below -87.3 and 1.7e38 above 88 (Cephes' expf: S. Moshier, netlib.org/cephes).
inline Lanes exp_lanes(Lanes x) {
  const Lanes low = Lanes{} - 87.3f, high = Lanes{} + 88.0f;
  const Words underflow = x < low;
  x = x > high ? high : x;
  x = underflow ? low : x;
  // Adding 1.5 * 2^23 rounds to an integer.
  const Lanes n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
  const Lanes r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  Lanes p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  const Words power = (__builtin_convertvector(n, Words) + 127) << 23;
  Lanes scale;
  std::memcpy(&scale, &power, sizeof scale);
  return underflow ? Lanes{} : p * scale;
}

}  // namespace thaw
