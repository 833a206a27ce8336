// A part of the graph whose inner values are not kept: backward asks the caller to compute it again (arXiv:1604.06174).
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/variable.h>

#include <stdexcept>
#include <vector>

#include "bridge.h"

using namespace thaw;

namespace {

class Recomputed : public torch::autograd::Node {
 public:
  Recomputed(torch::autograd::edge_list&& next, thaw_recompute_backward backward, thaw_recompute_release release, void* state)
      : Node(std::move(next)), inputs_(num_outputs()), backward_(backward), release_(release), state_(state) {}

  ~Recomputed() override { drop(); }

  void release_variables() override { drop(); }

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    if (state_ == nullptr) {
      throw std::runtime_error("backward through a recomputed part for the second time");
    }
    // The boxes of the gradients belong to the callee; those that come back stay its own until it is released.
    std::vector<void*> given, wanted(inputs_, nullptr);
    for (auto& gradient : gradients) {
      given.push_back(gradient.defined() ? give(std::move(gradient)) : nullptr);
    }
    std::vector<char> problem(1024, '\0');
    if (backward_(state_, given.data(), static_cast<int32_t>(given.size()), wanted.data(), static_cast<int32_t>(wanted.size()), problem.data(), static_cast<int32_t>(problem.size())) != 0) {
      throw std::runtime_error(problem.data());
    }
    torch::autograd::variable_list result;
    for (auto* gradient : wanted) {
      result.push_back(gradient == nullptr ? at::Tensor() : ref(gradient));
    }
    return result;
  }

 private:
  void drop() {
    if (state_ != nullptr) {
      release_(state_);
      state_ = nullptr;
    }
  }

  size_t inputs_;
  thaw_recompute_backward backward_;
  thaw_recompute_release release_;
  void* state_;
};

}  // namespace

int32_t thaw_recompute(
    void* const* inputs, int32_t input_count, void* const* outputs, int32_t output_count, thaw_recompute_backward backward, thaw_recompute_release release, void* state) {
  return guard([&] {
    torch::autograd::edge_list next;
    for (int32_t i = 0; i < input_count; ++i) {
      const auto& input = ref(inputs[i]);
      next.push_back(input.requires_grad() ? torch::autograd::impl::gradient_edge(input) : torch::autograd::Edge());
    }
    std::shared_ptr<torch::autograd::Node> node(new Recomputed(std::move(next), backward, release, state), torch::autograd::deleteNode);
    for (int32_t i = 0; i < output_count; ++i) {
      torch::autograd::set_history(ref(outputs[i]), node);
    }
  });
}
