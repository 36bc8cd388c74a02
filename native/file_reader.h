// Reads a range of an open file piece by piece, without moving its position.
#pragma once
#include <cstddef>
#include <cstdint>

namespace gtk {

// Large enough to make system calls rare, small enough for the L2 cache.
constexpr size_t kReadBytes = 128 * 1024;

// Fills `bytes` from the offset, as far as the file goes. Returns the bytes read, or -1 with errno set.
ptrdiff_t read_at(int fd, uint64_t offset, uint8_t* bytes, size_t n);

}  // namespace gtk
