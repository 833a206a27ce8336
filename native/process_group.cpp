// Processes that compute one thing together: libtorch's c10d with Gloo between CPUs and NCCL between GPUs.
//
// Every function but the first and the last two is a collective: all ranks call it, in the same order, with tensors of the same shapes.
#include <ATen/ATen.h>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include "bridge.h"
#include "compat.h"
#if defined(THAW_GLOO) || defined(THAW_NCCL)
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif
#ifdef THAW_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#ifdef THAW_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

using namespace thaw;

#if defined(THAW_GLOO) || defined(THAW_NCCL)
namespace {

// Tensors travel joined into buffers of about this many bytes: one message costs as much time as some hundred kilobytes.
constexpr int64_t kBucketBytes = 32 << 20;

struct Group {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<Collectives> collectives;
  int size;
  std::atomic<bool> aborted{false};
};

Group& group_of(void* group) { return *static_cast<Group*>(group); }

// Waits as long as the group's timeout says, but no longer than until another thread gives the group up: Work::wait could not be woken.
// The pauses are a twentieth of the time waited so far, so that looking costs little of it and delays it little.
void finish(Group& group, const c10::intrusive_ptr<c10d::Work>& work) {
  using namespace std::chrono;
  const auto start = steady_clock::now();
  steady_clock::time_point given_up{};
  while (!work->isCompleted()) {
    // Half a second more: where all ranks stop for the same reason, what they were told last may still be on its way to this one.
    if (group.aborted && given_up == steady_clock::time_point{}) {
      given_up = steady_clock::now();
    }
    TORCH_CHECK(!group.aborted || steady_clock::now() - given_up < milliseconds(500), "the process group was given up");
    const auto waited = duration_cast<microseconds>(steady_clock::now() - start);
    if (waited > microseconds(100)) {
      std::this_thread::sleep_for(std::min(waited / 20, microseconds(20000)));
    }
  }
  work->wait();
}

// Calls body(first, last) for runs of tensors that fit a bucket; they have one element type.
template <typename Body>
void for_buckets(void* const* tensors, int32_t count, const Body& body) {
  for (int32_t first = 0; first < count;) {
    auto last = first;
    int64_t bytes = 0;
    while (last < count && (last == first || (bytes + static_cast<int64_t>(ref(tensors[last]).nbytes()) <= kBucketBytes &&
                                              ref(tensors[last]).scalar_type() == ref(tensors[first]).scalar_type()))) {
      bytes += static_cast<int64_t>(ref(tensors[last++]).nbytes());
    }
    body(first, last);
    first = last;
  }
}

// One vector with the elements of all, and back.
at::Tensor join(void* const* tensors, int32_t first, int32_t last) {
  std::vector<at::Tensor> parts;
  for (auto i = first; i < last; ++i) parts.push_back(ref(tensors[i]).detach().reshape({-1}));
  return at::cat(parts);
}

void part(const at::Tensor& joined, void* const* tensors, int32_t first, int32_t last) {
  int64_t at = 0;
  for (auto i = first; i < last; ++i) {
    auto target = ref(tensors[i]).detach();
    target.copy_(joined.narrow(0, at, target.numel()).view(target.sizes()));
    at += target.numel();
  }
}

#ifdef THAW_GLOO
// The interface named by GLOO_SOCKET_IFNAME, as PyTorch has it; the loopback where all ranks meet there; else that of this machine's name.
std::shared_ptr<gloo::transport::Device> device_for(const std::string& host) {
  if (const auto* name = std::getenv("GLOO_SOCKET_IFNAME"); name != nullptr && *name != '\0') {
    return c10d::ProcessGroupGloo::createDeviceForInterface(name);
  }
  return host == "127.0.0.1" || host == "localhost" ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                                    : c10d::ProcessGroupGloo::createDefaultDevice();
}
#endif

// Returns when all ranks have come; names those that have not when the time is over.
void meet(c10d::Store& store, int rank, int size, std::chrono::milliseconds timeout) {
  store.set("here/" + std::to_string(rank), std::vector<uint8_t>{1});
  std::vector<std::string> all;
  for (int i = 0; i < size; ++i) all.push_back("here/" + std::to_string(i));
  try {
    store.wait(all, timeout);
  } catch (const std::exception&) {
    std::string missing;
    for (int i = 0; i < size; ++i) {
      if (!store.check({all[i]})) missing += (missing.empty() ? "" : ", ") + std::to_string(i);
    }
    TORCH_CHECK(false, "rank ", missing, " of ", size, " did not come within ", timeout.count() / 1000, " s");
  }
}

c10::intrusive_ptr<Collectives> make(const std::string& backend, const std::string& host, const c10::intrusive_ptr<c10d::Store>& store,
                                     int rank, int size, std::chrono::milliseconds timeout) {
#ifdef THAW_GLOO
  if (backend == "gloo") {
    auto options = c10d::ProcessGroupGloo::Options::create(timeout);
    options->devices.push_back(device_for(host));
    options->threads = 2;
    return c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options);
  }
#endif
#ifdef THAW_NCCL
  if (backend == "nccl") {
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = timeout;
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
  }
#endif
  (void)host, (void)store, (void)rank, (void)size, (void)timeout;
  TORCH_CHECK(false, "this libtorch was built without the backend ", backend);
}

}  // namespace

int32_t thaw_group_create(const char* backend, const char* host, int32_t port, int32_t serves, const char* prefix, int32_t rank, int32_t size,
                          int64_t timeout, void** group) {
  return guard([&] {
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(port);
    options.isServer = serves != 0;
    options.numWorkers = static_cast<std::size_t>(size);
    options.waitWorkers = false;  // meet() waits, and can say for whom
    options.timeout = std::chrono::milliseconds(timeout);
    auto made = std::make_unique<Group>();
    made->size = size;
    made->store = c10::make_intrusive<c10d::PrefixStore>(prefix, c10::make_intrusive<c10d::TCPStore>(host, options));
    made->store->setTimeout(options.timeout);
    meet(*made->store, rank, size, options.timeout);
    made->collectives = make(backend, host, made->store, rank, size, options.timeout);
    *group = made.release();
  });
}

int32_t thaw_group_sum(void* group, void* const* tensors, int32_t count) {
  return guard([&] {
    const at::NoGradGuard no_grad;
    auto& own = group_of(group);
    for_buckets(tensors, count, [&](int32_t first, int32_t last) {
      std::vector<at::Tensor> joined{join(tensors, first, last)};
      finish(own, own.collectives->allreduce(joined));
      part(joined[0], tensors, first, last);
    });
  });
}

int32_t thaw_group_broadcast(void* group, void* const* tensors, int32_t count, int32_t from) {
  return guard([&] {
    const at::NoGradGuard no_grad;
    auto& own = group_of(group);
    c10d::BroadcastOptions options;
    options.rootRank = from;
    for_buckets(tensors, count, [&](int32_t first, int32_t last) {
      std::vector<at::Tensor> joined{join(tensors, first, last)};
      finish(own, own.collectives->broadcast(joined, options));
      part(joined[0], tensors, first, last);
    });
  });
}

int32_t thaw_group_gather(void* group, void* tensor, void** all) {
  return guard([&] {
    const at::NoGradGuard no_grad;
    auto& own = group_of(group);
    std::vector<at::Tensor> inputs{ref(tensor).detach().contiguous()};
    std::vector<std::vector<at::Tensor>> outputs(1);
    for (int i = 0; i < own.size; ++i) outputs[0].push_back(at::empty_like(inputs[0]));
    finish(own, own.collectives->allgather(outputs, inputs));
    *all = give(at::stack(outputs[0]));
  });
}

void thaw_group_abort(void* group) { group_of(group).aborted = true; }

void thaw_group_free(void* group) {
  auto* own = &group_of(group);
  if (!own->aborted) {
    delete own;
    return;
  }

  // Work that was given up still runs on Gloo's threads until a peer or the clock ends it, and the destructor waits for them. Kept for good
  // the group would cost a processor: TCPStore's client looks at a connection that its server has closed again and again.
  std::thread([own] { delete own; }).detach();
}

#else

namespace {
int32_t missing() {
  return guard([] { TORCH_CHECK(false, "this libtorch was built without c10d: several processes cannot compute together"); });
}
}  // namespace

int32_t thaw_group_create(const char*, const char*, int32_t, int32_t, const char*, int32_t, int32_t, int64_t, void**) { return missing(); }
int32_t thaw_group_sum(void*, void* const*, int32_t) { return missing(); }
int32_t thaw_group_broadcast(void*, void* const*, int32_t, int32_t) { return missing(); }
int32_t thaw_group_gather(void*, void*, void**) { return missing(); }
void thaw_group_abort(void*) {}
void thaw_group_free(void*) {}

#endif

int32_t thaw_group_backends(int32_t* gloo, int32_t* nccl) {
  return guard([&] {
    *gloo = *nccl = 0;
#ifdef THAW_GLOO
    *gloo = 1;
#endif
#ifdef THAW_NCCL
    *nccl = 1;
#endif
  });
}
