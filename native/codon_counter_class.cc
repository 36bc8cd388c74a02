// The class CodonCounter as JavaScript sees it: new CodonCounter(frame, rows, keepAmbiguous, level).
#include "codon_counter_class.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>

#include "codon_batch.h"
#include "codon_counter.h"
#include "file_reader.h"
#include "levels.h"
#include "napi_values.h"
#include "wrapped.h"

namespace gtk {
namespace {

constexpr napi_type_tag kTag = {0x67746b20636f646full, 0x6e20636f756e7465ull};

struct Instance {
  CodonCounter counter;
  std::unique_ptr<uint8_t[]> buffer;
  Instance(const CounterOptions& options, const Kernels& kernels) : counter(options, kernels) {}
  static int64_t external_bytes() { return static_cast<int64_t>(CodonCounter::fixed_bytes() + kReadBytes); }
};

Instance* unwrap(napi_env env, napi_value self) {
  return instance_of<Instance>(env, self, kTag, "not a codon counter");
}

napi_value construct(napi_env env, napi_callback_info info) {
  napi_value arguments[4], self, target;
  CounterOptions options;
  uint64_t frame;
  if (napi_get_new_target(env, info, &target) != napi_ok || target == nullptr) {
    napi_throw_type_error(env, nullptr, "CodonCounter must be called with new");
    return nullptr;
  }
  if (!get_arguments(env, info, 4, arguments, &self)) return nullptr;
  if (!get_integer(env, arguments[0], "frame", &frame)) return nullptr;
  if (!get_boolean(env, arguments[1], "rows", &options.rows)) return nullptr;
  if (!get_boolean(env, arguments[2], "keepAmbiguous", &options.keep_ambiguous)) return nullptr;
  const Kernels* kernels = get_level(env, arguments[3]);
  if (kernels == nullptr) return nullptr;
  if (frame > 2) {
    napi_throw_range_error(env, nullptr, "frame must be 0, 1 or 2");
    return nullptr;
  }
  options.frame = static_cast<unsigned>(frame);
  Instance* instance = nullptr;
  try {
    instance = new Instance(options, *kernels);
  } catch (const std::exception& error) {
    napi_throw_error(env, "ENOMEM", error.what());
    return nullptr;
  }
  return wrap_instance(env, self, instance, kTag) ? self : nullptr;
}

napi_value push(napi_env env, napi_callback_info info) {
  napi_value arguments[2], self;
  const uint8_t* bytes;
  size_t n;
  uint64_t limit;
  if (!get_arguments(env, info, 2, arguments, &self)) return nullptr;
  Instance* instance = unwrap(env, self);
  if (instance == nullptr || !get_bytes(env, arguments[0], &bytes, &n) || !get_limit(env, arguments[1], &limit)) {
    return nullptr;
  }
  try {
    return number(env, static_cast<double>(instance->counter.push(bytes, n, limit)));
  } catch (const std::exception& error) {
    napi_throw_range_error(env, nullptr, error.what());
    return nullptr;
  }
}

napi_value push_file(napi_env env, napi_callback_info info) {
  napi_value arguments[4], self;
  int fd;
  uint64_t start, end, limit;
  if (!get_arguments(env, info, 4, arguments, &self)) return nullptr;
  Instance* instance = unwrap(env, self);
  if (instance == nullptr || !get_file(env, arguments[0], &fd) || !get_integer(env, arguments[1], "start", &start) ||
      !get_integer(env, arguments[2], "end", &end) || !get_limit(env, arguments[3], &limit)) {
    return nullptr;
  }
  CodonCounter& counter = instance->counter;
  // A problem may lie before the piece in which it shows, so the place is told from the offsets.
  const uint64_t before = counter.offset();
  try {
    if (!instance->buffer) instance->buffer.reset(new uint8_t[kReadBytes]);
    uint64_t at = start;
    while (at < end) {
      const size_t wanted = end - at < kReadBytes ? static_cast<size_t>(end - at) : kReadBytes;
      const ptrdiff_t got = read_at(fd, at, instance->buffer.get(), wanted);
      if (got < 0) {
        napi_throw(env, read_error(env, errno));
        return nullptr;
      }
      const size_t read = counter.push(instance->buffer.get(), static_cast<size_t>(got), limit);
      at += read;
      if (read < static_cast<size_t>(got)) break;
      if (read < wanted) {
        napi_throw(env, end_of_file_error(env, at, end));
        return nullptr;
      }
    }
    const TextProblem& problem = counter.problem();
    if (problem.kind != TextProblem::none) at = start + (problem.offset > before ? problem.offset - before : 0);
    return number(env, static_cast<double>(at));
  } catch (const std::exception& error) {
    napi_throw_range_error(env, nullptr, error.what());
    return nullptr;
  }
}

napi_value take(napi_env env, napi_callback_info info) {
  napi_value self;
  if (!get_arguments(env, info, 0, nullptr, &self)) return nullptr;
  Instance* instance = unwrap(env, self);
  if (instance == nullptr) return nullptr;
  try {
    instance->counter.finish();
    napi_value batch = codon_batch(env, instance->counter);
    instance->counter.reset();
    return batch;
  } catch (const std::exception& error) {
    napi_throw_error(env, "ENOMEM", error.what());
    return nullptr;
  }
}

napi_value problem(napi_env env, napi_callback_info info) {
  napi_value self;
  if (!get_arguments(env, info, 0, nullptr, &self)) return nullptr;
  Instance* instance = unwrap(env, self);
  return instance == nullptr ? nullptr : text_problem(env, instance->counter.problem());
}

}  // namespace

napi_value codon_counter_class(napi_env env) {
  const napi_property_descriptor members[] = {
      {"push", nullptr, push, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"pushFile", nullptr, push_file, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"take", nullptr, take, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"problem", nullptr, nullptr, problem, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_value result;
  napi_define_class(env, "CodonCounter", NAPI_AUTO_LENGTH, construct, nullptr, 4, members, &result);
  return result;
}

}  // namespace gtk
