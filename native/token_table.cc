#include "token_table.h"

#include <algorithm>
#include <cstring>

namespace gtk {

TokenTable::TokenTable(const uint8_t* bytes, const uint32_t* offsets, size_t width)
    : bytes_(bytes), offsets_(offsets), sizes_(width), slots_(width) {
  for (size_t column = 0; column < width; column++) {
    const uint32_t length = offsets[column + 1] - offsets[column];
    if (length == 0) continue;
    sizes_[column] = length + 1;
    longest_ = std::max(longest_, length + 1);
    uint8_t* const slot = slots_[column].bytes;
    slot[kSlot - 1] = kLong;
    if (length + 1 >= kSlot) continue;
    memcpy(slot, bytes + offsets[column], length);
    slot[length] = ' ';
    slot[kSlot - 1] = static_cast<uint8_t>(length + 1);
  }
}

uint64_t TokenTable::room(const uint32_t* columns, size_t n, size_t limit, uint64_t enough) const {
  const uint64_t most = static_cast<uint64_t>(std::min(n, limit)) * longest_;
  if (most + kSlot <= enough) return most + kSlot;
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += sizes_[columns[i]];
  return std::min(sum, most) + kSlot;
}

TokenTable::Put TokenTable::put(uint8_t* to, const uint32_t* columns, size_t n, size_t limit,
                                uint32_t* passed) const {
  const Slot* const slots = slots_.data();
  size_t i = 0, tokens = 0;
  while (i < n && tokens < limit) {
    // So many at least come before the limit.
    const size_t end = i + std::min(n - i, limit - tokens);
    for (; i < end; i++) {
      const uint32_t column = columns[i];
      const Slot& slot = slots[column];
      const uint8_t size = slot.bytes[kSlot - 1];
      passed[column]++;
      tokens += size != 0;
      if (size == kLong) {
        to = put_long(to, column);
      } else {
        // Always the whole slot: a copy of a known length is one load and one store.
        memcpy(to, slot.bytes, kSlot);
        to += size;
      }
    }
  }
  return {to, tokens};
}

uint8_t* TokenTable::put_long(uint8_t* to, uint32_t column) const {
  const size_t length = sizes_[column] - 1;
  memcpy(to, bytes_ + offsets_[column], length);
  to[length] = ' ';
  return to + length + 1;
}

}  // namespace gtk
