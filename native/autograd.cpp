// Gradients: what autograd offers outside the dispatcher.
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include "bridge.h"

using namespace thaw;

int32_t thaw_requires_grad(void* tensor, int32_t enabled) {
  return guard([&] { ref(tensor).requires_grad_(enabled != 0); });
}

int32_t thaw_backward(void* tensor, void* gradient) {
  return guard([&] {
    torch::autograd::backward({ref(tensor)}, gradient == nullptr ? torch::autograd::variable_list{} : torch::autograd::variable_list{ref(gradient)});
  });
}

int32_t thaw_gradient(void* tensor, void** gradient) {
  return guard([&] {
    const auto& found = ref(tensor).grad();
    *gradient = found.defined() ? give(found) : nullptr;
  });
}

int32_t thaw_set_gradient(void* tensor, void* gradient) {
  return guard([&] { ref(tensor).mutable_grad() = gradient == nullptr ? at::Tensor() : ref(gradient); });
}

int32_t thaw_grad_mode(int32_t enabled, int32_t* before) {
  return guard([&] {
    *before = at::GradMode::is_enabled() ? 1 : 0;
    if (enabled >= 0) {
      at::GradMode::set_enabled(enabled != 0);
    }
  });
}

int32_t thaw_backward_all(void* const* tensors, void* const* gradients, int32_t count) {
  return guard([&] {
    torch::autograd::variable_list roots, given;
    for (int32_t i = 0; i < count; ++i) {
      roots.push_back(ref(tensors[i]));
      given.push_back(ref(gradients[i]));
    }
    torch::autograd::backward(roots, given);
  });
}
