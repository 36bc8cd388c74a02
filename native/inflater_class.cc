// The class Inflater as JavaScript sees it: new Inflater(level).
#include "inflater_class.h"

#include <memory>
#include <new>

#include "inflater.h"
#include "levels.h"
#include "napi_values.h"
#include "wrapped.h"

namespace gtk {
namespace {

constexpr napi_type_tag kTag = {0x67746b20696e666cull, 0x61746572206f6e65ull};

struct Instance {
  Inflater inflater;
  bool wide;
  static int64_t external_bytes() { return static_cast<int64_t>(sizeof(Instance)); }
};

Instance* unwrap(napi_env env, napi_value self) {
  return instance_of<Instance>(env, self, kTag, "not an inflater");
}

napi_value construct(napi_env env, napi_callback_info info) {
  napi_value arguments[1], self, target;
  if (napi_get_new_target(env, info, &target) != napi_ok || target == nullptr) {
    napi_throw_type_error(env, nullptr, "Inflater must be called with new");
    return nullptr;
  }
  if (!get_arguments(env, info, 1, arguments, &self)) return nullptr;
  const Kernels* const level = get_level(env, arguments[0]);
  if (level == nullptr) return nullptr;
  Instance* const instance = new (std::nothrow) Instance();
  if (instance == nullptr) {
    napi_throw_error(env, "ENOMEM", "no memory for an inflater");
    return nullptr;
  }
  instance->wide = level != scalar_kernels();
  return wrap_instance(env, self, instance, kTag) ? self : nullptr;
}

napi_value step(napi_env env, napi_callback_info info) {
  napi_value arguments[3], self;
  const uint8_t *in, *window;
  size_t n, size;
  bool last;
  if (!get_arguments(env, info, 3, arguments, &self)) return nullptr;
  Instance* const instance = unwrap(env, self);
  if (instance == nullptr || !get_bytes(env, arguments[0], &in, &n) ||
      !get_boolean(env, arguments[1], "last", &last) || !get_bytes(env, arguments[2], &window, &size)) {
    return nullptr;
  }
  Inflater& inflater = instance->inflater;
  // Offsets into the window are kept from step to step.
  if (size < Inflater::kLeastWindow || (inflater.window_size() != 0 && inflater.window_size() != size)) {
    napi_throw_range_error(env, nullptr, "the window must have 262,144 bytes at least, and stay the same");
    return nullptr;
  }
  InflateStep result;
  const char* const wrong =
      inflater.step(in, n, last, const_cast<uint8_t*>(window), size, instance->wide, &result);
  if (wrong != nullptr) {
    napi_throw_error(env, nullptr, wrong);
    return nullptr;
  }
  napi_value object, ended;
  napi_create_object(env, &object);
  set(env, object, "consumed", number(env, static_cast<double>(result.consumed)));
  set(env, object, "start", number(env, static_cast<double>(result.start)));
  set(env, object, "end", number(env, static_cast<double>(result.end)));
  napi_get_boolean(env, result.ended, &ended);
  set(env, object, "ended", ended);
  return object;
}

napi_value restart(napi_env env, napi_callback_info info) {
  napi_value self;
  if (!get_arguments(env, info, 0, nullptr, &self)) return nullptr;
  Instance* const instance = unwrap(env, self);
  if (instance != nullptr) instance->inflater.restart();
  return nullptr;
}

}  // namespace

napi_value inflater_class(napi_env env) {
  const napi_property_descriptor members[] = {
      {"step", nullptr, step, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"restart", nullptr, restart, nullptr, nullptr, nullptr, napi_default_method, nullptr},
  };
  napi_value result;
  napi_define_class(env, "Inflater", NAPI_AUTO_LENGTH, construct, nullptr, 2, members, &result);
  return result;
}

}  // namespace gtk
