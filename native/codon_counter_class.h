#pragma once
#include <node_api.h>

namespace gtk {

// The constructor of the class CodonCounter.
napi_value codon_counter_class(napi_env env);

}  // namespace gtk
