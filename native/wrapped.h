// Objects of JavaScript that own an Instance of C++, told from all others by a tag.
// Instance::external_bytes() is what the garbage collector is told that one weighs.
#pragma once
#include <node_api.h>

#include <cstdint>

namespace gtk {

// Makes `self` the owner of an instance, which is deleted with it, or at once where that cannot be: then an
// exception is pending, and false is returned.
template <typename Instance>
bool wrap_instance(napi_env env, napi_value self, Instance* instance, const napi_type_tag& tag) {
  const auto release = [](napi_env released_env, void* data, void*) {
    int64_t total;
    napi_adjust_external_memory(released_env, -Instance::external_bytes(), &total);
    delete static_cast<Instance*>(data);
  };
  if (napi_type_tag_object(env, self, &tag) != napi_ok ||
      napi_wrap(env, self, instance, release, nullptr, nullptr) != napi_ok) {
    delete instance;
    napi_throw_type_error(env, nullptr, "a class of the addon must be called with new");
    return false;
  }
  int64_t total;
  napi_adjust_external_memory(env, Instance::external_bytes(), &total);
  return true;
}

// The instance that `self` owns; throws a TypeError and returns nullptr where it is of another class.
template <typename Instance>
Instance* instance_of(napi_env env, napi_value self, const napi_type_tag& tag, const char* problem) {
  bool ours = false;
  void* instance = nullptr;
  if (napi_check_object_type_tag(env, self, &tag, &ours) == napi_ok && ours &&
      napi_unwrap(env, self, &instance) == napi_ok) {
    return static_cast<Instance*>(instance);
  }
  napi_throw_type_error(env, nullptr, problem);
  return nullptr;
}

}  // namespace gtk
