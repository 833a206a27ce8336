// Process-wide state: seed, threads, devices, build.
#include <ATen/Config.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#if AT_PARALLEL_OPENMP
#ifndef _OPENMP
#error "Compiled without OpenMP, every at::parallel_for of the bridge would run on one thread."
#endif
#include <omp.h>
#endif
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

// OpenMP keeps the number for each thread that starts a region. libtorch's own setter besides stops and starts the threads of a pool that
// nothing here uses, which wait for work by spinning, and forgets the kernels that oneDNN has made: too much for every step.
int32_t thaw_threads_of_caller(int32_t wanted) {
  return guard([&] {
    at::get_num_threads();  // libtorch sets a thread's number when it first meets it
#if AT_PARALLEL_OPENMP
    omp_set_num_threads(wanted);
#else
    at::set_num_threads(wanted);
#endif
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
