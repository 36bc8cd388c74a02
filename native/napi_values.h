// Reading arguments and making values through Node-API. Every reader throws a TypeError in JavaScript
// and returns false when the argument is not what it should be.
#pragma once
#include <node_api.h>

#include <cstdint>

namespace gtk {

bool get_arguments(napi_env env, napi_callback_info info, size_t n, napi_value* arguments, napi_value* self = nullptr);
// A whole number from 0 to 2^53 - 1.
bool get_integer(napi_env env, napi_value value, const char* name, uint64_t* out);
// The same, or Infinity.
bool get_limit(napi_env env, napi_value value, uint64_t* out);
bool get_file(napi_env env, napi_value value, int* fd);
bool get_boolean(napi_env env, napi_value value, const char* name, bool* out);
bool get_bytes(napi_env env, napi_value value, const uint8_t** bytes, size_t* n);

void set(napi_env env, napi_value object, const char* name, napi_value value);
napi_value number(napi_env env, double value);
napi_value string(napi_env env, const char* text, size_t n);
napi_value undefined(napi_env env);
// A typed array that holds a copy.
napi_value typed_array(napi_env env, napi_typedarray_type type, const void* data, size_t n, size_t item_bytes);

// An Error like those of node:fs: code, errno, syscall 'read'.
napi_value read_error(napi_env env, int error_number);
// The same with code EOF, for a file that ends at `found` instead of `expected`.
napi_value end_of_file_error(napi_env env, uint64_t found, uint64_t expected);

}  // namespace gtk
