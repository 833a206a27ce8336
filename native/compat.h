// The only place that knows that libtorch versions differ. Written against 1.13; 2.x changes are met here.
#pragma once
#include <torch/version.h>

#if TORCH_VERSION_MAJOR < 1 || (TORCH_VERSION_MAJOR == 1 && TORCH_VERSION_MINOR < 13)
#error "Thaw needs libtorch 1.13 or newer"
#endif

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/jit_type.h>
#if defined(THAW_GLOO) || defined(THAW_NCCL)
#if TORCH_VERSION_MAJOR >= 2
#include <torch/csrc/distributed/c10d/Backend.hpp>
#else
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#endif
#endif

namespace thaw {

// From 2.0 on a schema says SymInt where it said int; a plain integer is still what a boxed caller passes.
inline bool is_integer(const c10::Type& type) {
  if (type.kind() == c10::TypeKind::IntType) {
    return true;
  }
#if TORCH_VERSION_MAJOR >= 2
  return type.kind() == c10::TypeKind::SymIntType || type.kind() == c10::TypeKind::ScalarTypeType ||
         type.kind() == c10::TypeKind::LayoutType || type.kind() == c10::TypeKind::MemoryFormatType;
#else
  return false;
#endif
}

#if defined(THAW_GLOO) || defined(THAW_NCCL)
// Up to 1.13 a backend is a process group of its own; from 2.0 on a process group holds backends, which have the same collectives.
#if TORCH_VERSION_MAJOR >= 2
using Collectives = c10d::Backend;
#else
using Collectives = c10d::ProcessGroup;
#endif
#endif

}  // namespace thaw
