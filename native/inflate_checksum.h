#pragma once
#include <cstddef>
#include <cstdint>

namespace gtk {

// Adler-32 (RFC 1950, section 8.2). `wide`: with AVX2, which the processor must have.
uint32_t adler32(const uint8_t* bytes, size_t n, bool wide);

}  // namespace gtk
