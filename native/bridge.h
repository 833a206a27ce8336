// What the .cpp files of the bridge share: the error guard and the tensor box.
#pragma once
#include <ATen/ATen.h>

#include <atomic>
#include <string>
#include <utility>

#include "thaw_torch.h"

namespace thaw {

extern thread_local std::string last_error;
extern std::atomic<int64_t> live_tensors;

inline at::Tensor& ref(void* tensor) { return *static_cast<at::Tensor*>(tensor); }

inline void* give(at::Tensor tensor) {
  auto* box = new at::Tensor(std::move(tensor));
  ++live_tensors;
  return box;
}

// Runs body and turns every C++ exception into status 1 with a thread-local message.
template <typename Body>
int32_t guard(Body&& body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& error) {
    last_error = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "unknown native exception";
  }
  return 1;
}

}  // namespace thaw
