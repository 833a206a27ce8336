// The C ABI between Thaw.Torch and libtorch.
//
// Every function returns 0, or 1 when it failed; thaw_last_error() then holds libtorch's own message. Results come last.
// Nothing throws across this boundary. A tensor is an opaque pointer to one heap-allocated at::Tensor, owned by the caller.
#pragma once
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

// One argument or result of an operator. `tag` says which member counts; lists have `count` elements.
typedef enum {
  THAW_NONE = 0,
  THAW_TENSOR = 1,
  THAW_INT = 2,  // also dtype, layout and memory format, which the dispatcher sees as integers
  THAW_FLOAT = 3,
  THAW_BOOL = 4,
  THAW_INTS = 5,
  THAW_TENSORS = 6,  // a null pointer inside is an absent optional tensor
  THAW_FLOATS = 7,
  THAW_DEVICE = 8,  // integer = type * 256 + (index + 1)
  THAW_STRING = 9,
} thaw_tag;

typedef struct {
  int32_t tag;
  int32_t count;
  union {
    void* tensor;
    int64_t integer;
    double real;
    const int64_t* integers;
    void* const* tensors;
    const double* reals;
    const char* string;
  };
} thaw_value;

const char* thaw_last_error(void);

// dispatch.cpp: all of ATen through one door.
int32_t thaw_operator_find(const char* name, const char* overload, void** op);  // *op = NULL when there is none
int32_t thaw_operator_call(void* op, const thaw_value* args, int32_t count, thaw_value* results, int32_t capacity, int32_t* produced);

// tensor.cpp: what the dispatcher cannot do to a tensor.
int32_t thaw_tensor_from_memory(const void* data, int64_t bytes, int32_t dtype, const int64_t* shape, int32_t rank, void** tensor);
int32_t thaw_tensor_to_memory(void* tensor, void* data, int64_t bytes);  // contiguous, in the tensor's own dtype
// Overwrites with row-major elements of another dtype from memory that is only read, such as a mapped file; no copy is made in between.
int32_t thaw_tensor_fill(void* tensor, const void* data, int64_t bytes, int32_t dtype);
int32_t thaw_tensor_describe(void* tensor, int32_t* dtype, int32_t* device, int32_t* rank, int64_t* shape, int32_t capacity);
int32_t thaw_tensor_version(void* tensor, int64_t* version);  // grows with every change in place
void thaw_tensor_free(void* tensor);
int64_t thaw_tensor_live_count(void);

// autograd.cpp
int32_t thaw_requires_grad(void* tensor, int32_t enabled);
int32_t thaw_backward(void* tensor, void* gradient);  // gradient may be NULL for a scalar
int32_t thaw_gradient(void* tensor, void** gradient);  // NULL when there is none
int32_t thaw_set_gradient(void* tensor, void* gradient);  // NULL clears it
int32_t thaw_grad_mode(int32_t enabled, int32_t* before);  // -1 only asks
int32_t thaw_backward_all(void* const* tensors, void* const* gradients, int32_t count);  // one gradient for each tensor

// recompute.cpp: outputs become results of one node of the graph, whose backward is the caller's.
// Gradients of outputs may be NULL, so may those of inputs that come back; the former belong to the callee, the latter stay its own
// until release. On failure it returns 1 and writes why. Release is called once, when the node is done with.
typedef int32_t (*thaw_recompute_backward)(
    void* state, void* const* gradients, int32_t outputs, void** results, int32_t inputs, char* problem, int32_t capacity);
typedef void (*thaw_recompute_release)(void* state);
int32_t thaw_recompute(
    void* const* inputs, int32_t input_count, void* const* outputs, int32_t output_count, thaw_recompute_backward backward, thaw_recompute_release release, void* state);

// runtime.cpp
int32_t thaw_manual_seed(uint64_t seed);
int32_t thaw_threads(int32_t wanted, int32_t* now);  // wanted 0 only asks
int32_t thaw_threads_of_caller(int32_t wanted);      // of operators that the calling thread starts
int32_t thaw_cuda_devices(int32_t* count);
void thaw_quit(int32_t code);  // ends the process at once: nothing is run or freed, whatever other threads compute
int32_t thaw_describe_build(char* text, int32_t capacity);  // version, then the build configuration

// process_group.cpp: several processes. Tensors are float32, float64, int64 or uint8, and contiguous where they are written.
// `serves` says whether this process hosts the store at host:port in which the ranks find each other; `timeout` is in milliseconds.
int32_t thaw_group_create(const char* backend, const char* host, int32_t port, int32_t serves, const char* prefix, int32_t rank, int32_t size,
                          int64_t timeout, void** group);
int32_t thaw_group_sum(void* group, void* const* tensors, int32_t count);  // in place, over all ranks
int32_t thaw_group_broadcast(void* group, void* const* tensors, int32_t count, int32_t from);  // in place
int32_t thaw_group_gather(void* group, void* tensor, void** all);  // [size, ...], in the order of the ranks
void thaw_group_abort(void* group);  // from any thread: collectives that wait, and all later ones, fail
void thaw_group_free(void* group);
int32_t thaw_group_backends(int32_t* gloo, int32_t* nccl);  // 1 for those that are compiled in

#if defined(__cplusplus)
}
#endif
