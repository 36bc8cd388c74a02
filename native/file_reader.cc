#include "file_reader.h"

#include <unistd.h>

#include <cerrno>

namespace gtk {

ptrdiff_t read_at(int fd, uint64_t offset, uint8_t* bytes, size_t n) {
  size_t done = 0;
  while (done < n) {
    const ssize_t got = pread(fd, bytes + done, n - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return static_cast<ptrdiff_t>(done);
}

}  // namespace gtk
