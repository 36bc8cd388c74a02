// A counter's results as JavaScript objects (CodonBatch and TextProblem in src/kernels/codons/types.ts).
#pragma once
#include <node_api.h>

#include "codon_counter.h"

namespace gtk {

napi_value codon_batch(napi_env env, const CodonCounter& counter);
// undefined if there is none.
napi_value text_problem(napi_env env, const TextProblem& problem);

}  // namespace gtk
