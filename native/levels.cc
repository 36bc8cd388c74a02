#include "levels.h"

#include <cstring>

#include "napi_values.h"

namespace gtk {

napi_value level_names(napi_env env) {
  const Kernels* levels[kMaxLevels];
  const size_t n = available_kernels(levels);
  napi_value list;
  napi_create_array_with_length(env, n, &list);
  for (size_t i = 0; i < n; i++) {
    napi_set_element(env, list, static_cast<uint32_t>(i), string(env, levels[i]->name, strlen(levels[i]->name)));
  }
  return list;
}

const Kernels* get_level(napi_env env, napi_value name) {
  char text[16] = "";
  size_t length;
  const Kernels* levels[kMaxLevels];
  const size_t n = available_kernels(levels);
  if (napi_get_value_string_utf8(env, name, text, sizeof text, &length) == napi_ok) {
    for (size_t i = 0; i < n; i++) {
      if (strcmp(text, levels[i]->name) == 0) return levels[i];
    }
  }
  napi_throw_range_error(env, nullptr, "level must be one of levels()");
  return nullptr;
}

}  // namespace gtk
