// Creating, copying, describing, freeing and counting tensors.
#include "bridge.h"

#include <cstring>

namespace thaw {
thread_local std::string last_error;
std::atomic<int64_t> live_tensors{0};
}  // namespace thaw

using namespace thaw;

const char* thaw_last_error(void) { return last_error.c_str(); }

int32_t thaw_tensor_from_memory(const void* data, int64_t bytes, int32_t dtype, const int64_t* shape, int32_t rank, void** tensor) {
  return guard([&] {
    auto made = at::empty(at::IntArrayRef(shape, rank), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
    TORCH_CHECK(static_cast<int64_t>(made.nbytes()) == bytes, bytes, " bytes cannot fill a tensor of ", made.nbytes());
    std::memcpy(made.data_ptr(), data, bytes);
    *tensor = give(std::move(made));
  });
}

int32_t thaw_tensor_to_memory(void* tensor, void* data, int64_t bytes) {
  return guard([&] {
    const auto plain = ref(tensor).detach().cpu().contiguous();
    TORCH_CHECK(static_cast<int64_t>(plain.nbytes()) == bytes, "a tensor of ", plain.nbytes(), " bytes cannot fill ", bytes);
    std::memcpy(data, plain.data_ptr(), bytes);
  });
}

int32_t thaw_tensor_fill(void* tensor, const void* data, int64_t bytes, int32_t dtype) {
  return guard([&] {
    auto& target = ref(tensor);
    const auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
    const auto size = static_cast<int64_t>(options.dtype().itemsize());
    TORCH_CHECK(target.numel() * size == bytes, bytes, " bytes cannot fill ", target.numel(), " elements of ", size);
    const at::NoGradGuard no_grad;
    if (reinterpret_cast<uintptr_t>(data) % size == 0) {
      target.copy_(at::from_blob(const_cast<void*>(data), target.sizes(), options));
      return;
    }
    // A file whose header has an odd length: kernels may load whole elements only from where they belong.
    auto aligned = at::empty(target.sizes(), options);
    std::memcpy(aligned.data_ptr(), data, bytes);
    target.copy_(aligned);
  });
}

int32_t thaw_tensor_describe(void* tensor, int32_t* dtype, int32_t* device, int32_t* rank, int64_t* shape, int32_t capacity) {
  return guard([&] {
    const auto& described = ref(tensor);
    *dtype = static_cast<int32_t>(described.scalar_type());
    *device = static_cast<int32_t>(described.device().type()) * 256 + described.device().index() + 1;
    *rank = static_cast<int32_t>(described.dim());
    TORCH_CHECK(described.dim() <= capacity, "a tensor of ", described.dim(), " dimensions");
    std::copy(described.sizes().begin(), described.sizes().end(), shape);
  });
}

int32_t thaw_tensor_version(void* tensor, int64_t* version) {
  return guard([&] { *version = ref(tensor)._version(); });
}

void thaw_tensor_free(void* tensor) {
  delete static_cast<at::Tensor*>(tensor);
  --live_tensors;
}

int64_t thaw_tensor_live_count(void) { return live_tensors.load(); }
