// The operators of decoding: each row of a pass is computed by itself, so its numbers depend on nothing else in the pass. Registered
// under "thaw::" by row_attention.cpp; see RowOperators.cs for shapes.
#pragma once
#include "bridge.h"

namespace thaw {

using at::Tensor;

Tensor pack_rows(const Tensor& weight, bool gated, int64_t dtype);

Tensor row_linear(const Tensor& x, const Tensor& packed, int64_t n, const c10::optional<Tensor>& bias, const c10::optional<Tensor>& residual,
                  const c10::optional<Tensor>& norm, double eps);

Tensor row_swiglu(const Tensor& x, const Tensor& packed, int64_t n, const Tensor& norm, double eps, const c10::optional<Tensor>& bias);

}  // namespace thaw
