#include "napi_values.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <string>

namespace gtk {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;

bool fail(napi_env env, const char* name, const char* expected) {
  napi_throw_type_error(env, nullptr, (std::string(name) + " must be " + expected).c_str());
  return false;
}

const char* error_code(int error_number) {
  switch (error_number) {
    case EACCES: return "EACCES";
    case EBADF: return "EBADF";
    case EINVAL: return "EINVAL";
    case EIO: return "EIO";
    case EISDIR: return "EISDIR";
    case ENOMEM: return "ENOMEM";
    case EOVERFLOW: return "EOVERFLOW";
    case ESPIPE: return "ESPIPE";
    case ESTALE: return "ESTALE";
    case ETIMEDOUT: return "ETIMEDOUT";
    default: return "EIO";
  }
}

napi_value system_error(napi_env env, const char* code, const std::string& reason, int error_number) {
  const std::string message = std::string(code) + ": " + reason + ", read";
  napi_value error;
  napi_create_error(env, string(env, code, strlen(code)), string(env, message.data(), message.size()), &error);
  set(env, error, "errno", number(env, -error_number));
  set(env, error, "syscall", string(env, "read", 4));
  return error;
}

}  // namespace

bool get_arguments(napi_env env, napi_callback_info info, size_t n, napi_value* arguments, napi_value* self) {
  size_t given = n;
  if (napi_get_cb_info(env, info, &given, arguments, self, nullptr) != napi_ok) return false;
  if (given >= n) return true;
  return fail(env, "the number of arguments", std::to_string(n).c_str());
}

bool get_integer(napi_env env, napi_value value, const char* name, uint64_t* out) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= 0 && number <= kMaxSafeInteger) ||
      number != std::floor(number)) {
    return fail(env, name, "a whole number");
  }
  *out = static_cast<uint64_t>(number);
  return true;
}

bool get_limit(napi_env env, napi_value value, uint64_t* out) {
  double number;
  if (napi_get_value_double(env, value, &number) == napi_ok && std::isinf(number) && number > 0) {
    *out = UINT64_MAX;
    return true;
  }
  return get_integer(env, value, "limit", out);
}

bool get_file(napi_env env, napi_value value, int* fd) {
  uint64_t number = 0;
  if (!get_integer(env, value, "fd", &number)) return false;
  if (number > INT32_MAX) return fail(env, "fd", "a file descriptor");
  *fd = static_cast<int>(number);
  return true;
}

bool get_boolean(napi_env env, napi_value value, const char* name, bool* out) {
  return napi_get_value_bool(env, value, out) == napi_ok || fail(env, name, "a boolean");
}

bool get_bytes(napi_env env, napi_value value, const uint8_t** bytes, size_t* n) {
  bool is_array = false;
  napi_is_typedarray(env, value, &is_array);
  if (!is_array) return fail(env, "bytes", "a Uint8Array");
  napi_typedarray_type type;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, n, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array) {
    return fail(env, "bytes", "a Uint8Array");
  }
  *bytes = static_cast<const uint8_t*>(data);
  if (data == nullptr) *n = 0;
  return true;
}

void set(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

napi_value number(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

napi_value string(napi_env env, const char* text, size_t n) {
  napi_value result;
  napi_create_string_utf8(env, text, n, &result);
  return result;
}

napi_value undefined(napi_env env) {
  napi_value result;
  napi_get_undefined(env, &result);
  return result;
}

napi_value typed_array(napi_env env, napi_typedarray_type type, const void* data, size_t n, size_t item_bytes) {
  void* copy;
  napi_value buffer, result;
  if (napi_create_arraybuffer(env, n * item_bytes, &copy, &buffer) != napi_ok) return nullptr;
  if (n > 0) memcpy(copy, data, n * item_bytes);
  return napi_create_typedarray(env, type, n, buffer, 0, &result) == napi_ok ? result : nullptr;
}

napi_value read_error(napi_env env, int error_number) {
  return system_error(env, error_code(error_number), strerror(error_number), error_number);
}

napi_value end_of_file_error(napi_env env, uint64_t found, uint64_t expected) {
  const std::string reason =
      "the file ends at byte " + std::to_string(found) + ", before byte " + std::to_string(expected);
  return system_error(env, "EOF", reason, 4095);
}

}  // namespace gtk
