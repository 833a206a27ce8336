// Process-wide state: seed, threads, devices, build.
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <unistd.h>
#include <cstring>

#include "bridge.h"

using namespace thaw;

int32_t thaw_manual_seed(uint64_t seed) {
  return guard([&] { at::manual_seed(seed); });
}

int32_t thaw_threads(int32_t wanted, int32_t* now) {
  return guard([&] {
    if (wanted > 0) {
      at::set_num_threads(wanted);
    }
    *now = at::get_num_threads();
  });
}

int32_t thaw_cuda_devices(int32_t* count) {
  return guard([&] { *count = at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0; });
}

void thaw_quit(int32_t code) { _exit(code); }

int32_t thaw_describe_build(char* text, int32_t capacity) {
  return guard([&] {
    const auto description = std::string(TORCH_VERSION) + "\n" + at::show_config();
    std::strncpy(text, description.c_str(), capacity - 1);
    text[capacity - 1] = '\0';
  });
}
