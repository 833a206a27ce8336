// All of ATen through one door: find an operator once, then call it boxed with tagged arguments.
#include "bridge.h"
#include "compat.h"

namespace thaw {
namespace {

using c10::IValue;

struct Operator {
  c10::OperatorHandle handle;
  std::string name;
};

std::string expectation(const Operator& op, size_t index) {
  const auto& argument = op.handle.schema().arguments()[index];
  return op.name + ": argument '" + argument.name() + "' must be " + argument.type()->repr_str();
}

IValue list(const Operator& op, size_t index, const thaw_value& value, const c10::Type& element) {
  if (value.tag == THAW_INTS && is_integer(element)) {
    return IValue(at::IntArrayRef(value.integers, value.count));
  }
  if (value.tag == THAW_INTS && element.kind() == c10::TypeKind::BoolType) {
    c10::List<bool> flags;
    for (int32_t i = 0; i < value.count; ++i) {
      flags.push_back(value.integers[i] != 0);
    }
    return IValue(std::move(flags));
  }
  if (value.tag == THAW_FLOATS && element.kind() == c10::TypeKind::FloatType) {
    return IValue(at::ArrayRef<double>(value.reals, value.count));
  }
  if (value.tag == THAW_TENSORS && element.kind() == c10::TypeKind::TensorType) {
    c10::List<at::Tensor> tensors;
    for (int32_t i = 0; i < value.count; ++i) {
      TORCH_CHECK(value.tensors[i] != nullptr, expectation(op, index), ", and element ", i, " is absent");
      tensors.push_back(ref(value.tensors[i]));
    }
    return IValue(std::move(tensors));
  }
  if (value.tag == THAW_TENSORS && element.kind() == c10::TypeKind::OptionalType) {
    c10::impl::GenericList tensors(c10::OptionalType::create(c10::TensorType::get()));
    for (int32_t i = 0; i < value.count; ++i) {
      tensors.push_back(value.tensors[i] == nullptr ? IValue() : IValue(ref(value.tensors[i])));
    }
    return IValue(std::move(tensors));
  }
  TORCH_CHECK(false, expectation(op, index));
}

// The dispatcher trusts a boxed caller, so every argument is checked against the schema here.
IValue convert(const Operator& op, size_t index, const thaw_value& value, const c10::Type& type) {
  using c10::TypeKind;
  if (type.kind() == TypeKind::OptionalType) {
    return value.tag == THAW_NONE ? IValue() : convert(op, index, value, *type.containedType(0));
  }
  if (type.kind() == TypeKind::ListType) {
    return list(op, index, value, *type.containedType(0));
  }
  switch (value.tag) {
    case THAW_TENSOR:
      if (type.kind() == TypeKind::TensorType) return IValue(ref(value.tensor));
      break;
    case THAW_INT:
      if (is_integer(type) || type.kind() == TypeKind::NumberType) return IValue(value.integer);
      if (type.kind() == TypeKind::FloatType) return IValue(static_cast<double>(value.integer));
      break;
    case THAW_FLOAT:
      if (type.kind() == TypeKind::FloatType || type.kind() == TypeKind::NumberType) return IValue(value.real);
      break;
    case THAW_BOOL:
      if (type.kind() == TypeKind::BoolType) return IValue(value.integer != 0);
      break;
    case THAW_DEVICE:
      if (type.kind() == TypeKind::DeviceObjType) {
        return IValue(c10::Device(static_cast<c10::DeviceType>(value.integer / 256), static_cast<c10::DeviceIndex>(value.integer % 256 - 1)));
      }
      break;
    case THAW_STRING:
      if (type.kind() == TypeKind::StringType) return IValue(std::string(value.string));
      break;
    default:
      break;
  }
  TORCH_CHECK(false, expectation(op, index));
}

void put(const IValue& value, thaw_value* results, int32_t capacity, int32_t* produced) {
  if (value.isTensorList()) {
    for (const at::Tensor& tensor : value.toTensorVector()) {
      put(IValue(tensor), results, capacity, produced);
    }
    return;
  }
  if (*produced < capacity) {
    thaw_value& result = results[*produced];
    if (value.isTensor()) {
      result.tag = value.toTensor().defined() ? THAW_TENSOR : THAW_NONE;
      result.tensor = value.toTensor().defined() ? give(value.toTensor()) : nullptr;
    } else if (value.isInt() || value.isBool()) {
      result.tag = value.isInt() ? THAW_INT : THAW_BOOL;
      result.integer = value.isInt() ? value.toInt() : value.toBool();
    } else if (value.isDouble()) {
      result.tag = THAW_FLOAT;
      result.real = value.toDouble();
    } else {
      TORCH_CHECK(false, "a result of kind ", value.tagKind(), " is not carried across the bridge");
    }
  }
  ++*produced;
}

}  // namespace
}  // namespace thaw

using namespace thaw;

int32_t thaw_operator_find(const char* name, const char* overload, void** op) {
  return guard([&] {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    *op = found ? new Operator{*found, name} : nullptr;
  });
}

int32_t thaw_operator_call(void* op, const thaw_value* args, int32_t count, thaw_value* results, int32_t capacity, int32_t* produced) {
  return guard([&] {
    const auto& target = *static_cast<Operator*>(op);
    const auto& schema = target.handle.schema();
    const auto& wanted = schema.arguments();
    TORCH_CHECK(static_cast<size_t>(count) <= wanted.size(), target.name, ": takes ", wanted.size(), " arguments, got ", count);
    torch::jit::Stack stack;
    stack.reserve(wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (i < static_cast<size_t>(count)) {
        stack.push_back(convert(target, i, args[i], *wanted[i].type()));
      } else {
        TORCH_CHECK(wanted[i].default_value().has_value(), expectation(target, i), ", and is missing");
        stack.push_back(*wanted[i].default_value());
      }
    }
    target.handle.callBoxed(&stack);
    *produced = 0;
    if (capacity > 0) {
      for (const auto& value : stack) {
        put(value, results, capacity, produced);
      }
    }
  });
}
