#include <cstring>

#include "inflate.h"

namespace gtk {
namespace {

template <size_t kItem>
void interleave(const uint8_t* from, size_t items, uint8_t* to) {
  for (size_t i = 0; i < items; i++) {
    for (size_t byte = 0; byte < kItem; byte++) to[i * kItem + byte] = from[byte * items + i];
  }
}

}  // namespace

void unshuffle_bytes(const uint8_t* from, size_t bytes, size_t item_bytes, uint8_t* to) {
  const size_t items = bytes / item_bytes;
  switch (item_bytes) {
    case 2: interleave<2>(from, items, to); break;
    case 4: interleave<4>(from, items, to); break;
    case 8: interleave<8>(from, items, to); break;
    default:
      for (size_t i = 0; i < items; i++) {
        for (size_t byte = 0; byte < item_bytes; byte++) to[i * item_bytes + byte] = from[byte * items + i];
      }
  }
  const size_t whole = items * item_bytes;
  if (whole < bytes) memcpy(to + whole, from + whole, bytes - whole);
}

}  // namespace gtk
