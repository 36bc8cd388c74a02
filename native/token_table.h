#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gtk {

// The tokens of all columns, laid out for copying. Reads from `bytes` as long as it lives.
class TokenTable {
 public:
  // `offsets` has width + 1 items, must not fall, and ends below 2^32 - 1.
  TokenTable(const uint8_t* bytes, const uint32_t* offsets, size_t width);

  size_t width() const { return sizes_.size(); }
  // Bytes of a column's token and the space after it; 0 where it has no token.
  uint32_t size(uint32_t column) const { return sizes_[column]; }
  // Bytes that put() may write, at most; if that is not above `enough`, perhaps more than it needs.
  uint64_t room(const uint32_t* columns, size_t n, size_t limit, uint64_t enough) const;

  struct Put {
    uint8_t* end;
    size_t tokens;
  };
  // Writes the tokens of columns, a space after each, until there are `limit` of them; `to` needs their room(). Adds 1
  // to `passed` of each column that it comes to, with a token or without.
  Put put(uint8_t* to, const uint32_t* columns, size_t n, size_t limit, uint32_t* passed) const;

 private:
  static constexpr size_t kSlot = 16;
  static constexpr uint8_t kLong = 255;
  // A token and its space, and in the last byte how long they are; kLong where they do not fit.
  struct Slot {
    uint8_t bytes[kSlot];
  };

  uint8_t* put_long(uint8_t* to, uint32_t column) const;

  const uint8_t* bytes_;
  const uint32_t* offsets_;
  uint32_t longest_ = 0;
  std::vector<uint32_t> sizes_;
  std::vector<Slot> slots_;
};

}  // namespace gtk
