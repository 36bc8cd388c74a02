#include "token_text.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace gtk {

TokenTable::TokenTable(const uint8_t* bytes, const uint32_t* offsets, size_t width)
    : bytes_(bytes), offsets_(offsets), sizes_(width), slots_(width) {
  for (size_t column = 0; column < width; column++) {
    const uint32_t length = offsets[column + 1] - offsets[column];
    if (length == 0) continue;
    sizes_[column] = length + 1;
    if (length + 1 >= kSlot) continue;
    uint8_t* const slot = slots_[column].bytes;
    memcpy(slot, bytes + offsets[column], length);
    slot[length] = ' ';
    slot[kSlot - 1] = static_cast<uint8_t>(length + 1);
  }
}

uint8_t* TokenTable::put(uint8_t* to, const uint32_t* columns, size_t n) const {
  for (size_t i = 0; i < n; i++) {
    const Slot& slot = slots_[columns[i]];
    const uint8_t size = slot.bytes[kSlot - 1];
    if (size != 0) {
      memcpy(to, slot.bytes, kSlot);
      to += size;
    } else {
      to = put_exactly(to, columns + i, 1);
      *to++ = ' ';
    }
  }
  return to;
}

uint8_t* TokenTable::put_exactly(uint8_t* to, const uint32_t* columns, size_t n) const {
  for (size_t i = 0; i < n; i++) {
    if (i > 0) *to++ = ' ';
    const uint32_t start = offsets_[columns[i]];
    const uint32_t length = offsets_[columns[i] + 1] - start;
    memcpy(to, bytes_ + start, length);
    to += length;
  }
  return to;
}

uint32_t* TokenRows::next_row(size_t most) {
  if (capacity_ - used_ < most) {
    const size_t capacity = std::max(used_ + most, capacity_ + capacity_ / 2);
    // Large blocks are moved by the page table and not byte by byte.
    void* larger = realloc(columns_.get(), capacity * sizeof(uint32_t));
    if (larger == nullptr) throw std::bad_alloc();
    columns_.release();
    columns_.reset(static_cast<uint32_t*>(larger));
    capacity_ = capacity;
  }
  return columns_.get() + used_;
}

void TokenRows::end_row(size_t n, uint64_t sizes) {
  used_ += n;
  length_ += n == 0 ? 0 : sizes - 1;
  counts_.push_back(static_cast<uint32_t>(n));
  ends_.push_back(length_);
}

void TokenRows::write(const TokenTable& tokens, uint8_t* text, uint32_t* offsets) const {
  const uint32_t* columns = columns_.get();
  uint64_t start = 0;
  for (size_t row = 0; row < counts_.size(); row++) {
    offsets[row] = static_cast<uint32_t>(start);
    // What is written beyond a row's end is written over by the next.
    if (ends_[row] + TokenTable::kSlot <= length_) tokens.put(text + start, columns, counts_[row]);
    else tokens.put_exactly(text + start, columns, counts_[row]);
    columns += counts_[row];
    start = ends_[row];
  }
  offsets[counts_.size()] = static_cast<uint32_t>(start);
}

}  // namespace gtk
