// The names of Gloo that libtorch's ProcessGroupGloo.hpp mentions, for a libtorch that ships without Gloo's headers (Debian's needs
// libgloo-dev for them, PyTorch's wheels have none). Only pointers to these types cross that header, and nothing here is ever made:
// libtorch's own code, compiled with the real headers, does that. CMakeLists.txt puts this file under Gloo's names when they are missing.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gloo {
class Context;
namespace transport {
class Device;
class UnboundBuffer;
}  // namespace transport
namespace rendezvous {
class Store {
 public:
  static constexpr std::chrono::milliseconds kDefaultTimeout = std::chrono::seconds(30);
  virtual ~Store() = default;
  virtual void set(const std::string& key, const std::vector<char>& value) = 0;
  virtual std::vector<char> get(const std::string& key) = 0;
  virtual void wait(const std::vector<std::string>& keys) = 0;
  virtual void wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) { (void)timeout, wait(keys); }
#if TORCH_VERSION_MAJOR >= 2
  virtual bool has_v2_support() { return false; }
  virtual std::vector<std::vector<char>> multi_get(const std::vector<std::string>&) { return {}; }
  virtual void multi_set(const std::vector<std::string>&, const std::vector<std::vector<char>>&) {}
  virtual void append(const std::string&, const std::vector<char>&) {}
  virtual int64_t add(const std::string&, int64_t) { return 0; }
#endif
};
}  // namespace rendezvous
}  // namespace gloo
