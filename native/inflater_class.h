#pragma once
#include <node_api.h>

namespace gtk {

// The constructor of the class Inflater.
napi_value inflater_class(napi_env env);

}  // namespace gtk
