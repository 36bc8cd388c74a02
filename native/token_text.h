#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace gtk {

// The tokens of all columns, laid out for copying. Reads from `bytes` as long as it lives.
class TokenTable {
 public:
  // `offsets` has width + 1 items, must not fall, and ends below 2^32 - 1.
  TokenTable(const uint8_t* bytes, const uint32_t* offsets, size_t width);

  size_t width() const { return sizes_.size(); }
  // Bytes of each token with the space after it; 0 where there is no token.
  const uint32_t* sizes() const { return sizes_.data(); }

  static constexpr size_t kSlot = 16;
  // Writes tokens with a space after each; returns where the last space ends. Of the kSlot bytes after the last
  // token, any may be overwritten.
  uint8_t* put(uint8_t* to, const uint32_t* columns, size_t n) const;
  // The same without the last space, and without a byte more.
  uint8_t* put_exactly(uint8_t* to, const uint32_t* columns, size_t n) const;

 private:
  // A token and its space where they are shorter than the slot, and then in the last byte how long; else 0 there.
  struct Slot {
    uint8_t bytes[kSlot];
  };

  const uint8_t* bytes_;
  const uint32_t* offsets_;
  std::vector<uint32_t> sizes_;
  std::vector<Slot> slots_;
};

// The columns whose tokens make each row of a text, and so how long it will be before a byte of it is written.
class TokenRows {
 public:
  // Room for the columns of the next row, at most `most`. Throws std::bad_alloc.
  uint32_t* next_row(size_t most);
  // The next row is the first n of them; `sizes` is the sum of their sizes.
  void end_row(size_t n, uint64_t sizes);

  // Bytes of all rows.
  uint64_t length() const { return length_; }
  const std::vector<uint32_t>& counts() const { return counts_; }
  // Writes length() bytes, and where each row starts and the last one ends. The length must be below 2^32.
  void write(const TokenTable& tokens, uint8_t* text, uint32_t* offsets) const;

 private:
  struct Free {
    void operator()(uint32_t* memory) const { free(memory); }
  };
  std::unique_ptr<uint32_t, Free> columns_;
  size_t used_ = 0, capacity_ = 0;
  std::vector<uint32_t> counts_;
  std::vector<uint64_t> ends_;
  uint64_t length_ = 0;
};

}  // namespace gtk
