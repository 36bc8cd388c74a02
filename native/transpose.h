#pragma once
#include <node_api.h>

namespace gtk {

// transpose(matrix, width): the columns of a Uint32Array that holds rows of so many values.
napi_value transpose(napi_env env, napi_callback_info info);

}  // namespace gtk
