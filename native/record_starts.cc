// Finds where records begin, on a thread of the libuv pool.
#include "record_starts.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "file_reader.h"
#include "levels.h"
#include "napi_values.h"

namespace gtk {
namespace {

struct Search {
  int fd;
  uint64_t start, end;
  const Kernels* kernels;

  std::vector<double> found;
  int error_number = 0;
  bool truncated = false;
  uint64_t reached = 0;

  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
};

// Whether bytes 0 to 3 are a byte order mark and a '>', which begins a record though no newline precedes it.
bool marked_record(int fd) {
  uint8_t first[4];
  return read_at(fd, 0, first, sizeof first) == sizeof first && memcmp(first, "\xef\xbb\xbf>", sizeof first) == 0;
}

void run(Search& search) {
  // One byte in front holds the last of the piece before.
  std::unique_ptr<uint8_t[]> buffer(new uint8_t[kReadBytes + 1]);
  uint8_t* text = buffer.get() + 1;
  text[-1] = '\n';
  if (search.start > 0 && read_at(search.fd, search.start - 1, text - 1, 1) < 0) search.error_number = errno;
  if (search.start <= 3 && search.end > 3 && marked_record(search.fd)) search.found.push_back(3);
  uint64_t at = search.start;
  while (at < search.end && search.error_number == 0) {
    const size_t wanted = search.end - at < kReadBytes ? static_cast<size_t>(search.end - at) : kReadBytes;
    const ptrdiff_t got = read_at(search.fd, at, text, wanted);
    if (got < 0) {
      search.error_number = errno;
      return;
    }
    const size_t n = static_cast<size_t>(got);
    for (size_t i = search.kernels->find_record(text, n, 0); i < n; i = search.kernels->find_record(text, n, i + 1)) {
      search.found.push_back(static_cast<double>(at + i));
    }
    at += n;
    if (n < wanted) {
      search.truncated = true;
      search.reached = at;
      return;
    }
    text[-1] = text[n - 1];
  }
}

void execute(napi_env, void* data) {
  Search& search = *static_cast<Search*>(data);
  try {
    run(search);
  } catch (const std::bad_alloc&) {
    search.error_number = ENOMEM;
  }
}

void complete(napi_env env, napi_status, void* data) {
  std::unique_ptr<Search> search(static_cast<Search*>(data));
  napi_value result = nullptr;
  if (search->error_number != 0) {
    napi_reject_deferred(env, search->deferred, read_error(env, search->error_number));
  } else if (search->truncated) {
    napi_reject_deferred(env, search->deferred, end_of_file_error(env, search->reached, search->end));
  } else if ((result = typed_array(env, napi_float64_array, search->found.data(), search->found.size(), 8)) != nullptr) {
    napi_resolve_deferred(env, search->deferred, result);
  } else {
    napi_reject_deferred(env, search->deferred, read_error(env, ENOMEM));
  }
  napi_delete_async_work(env, search->work);
}

}  // namespace

napi_value record_starts(napi_env env, napi_callback_info info) {
  napi_value arguments[4], promise, name;
  std::unique_ptr<Search> search(new Search());
  if (!get_arguments(env, info, 4, arguments) || !get_file(env, arguments[0], &search->fd) ||
      !get_integer(env, arguments[1], "start", &search->start) ||
      !get_integer(env, arguments[2], "end", &search->end)) {
    return nullptr;
  }
  search->kernels = get_level(env, arguments[3]);
  if (search->kernels == nullptr) return nullptr;
  napi_create_promise(env, &search->deferred, &promise);
  name = string(env, "gtk.recordStarts", NAPI_AUTO_LENGTH);
  napi_create_async_work(env, nullptr, name, execute, complete, search.get(), &search->work);
  napi_queue_async_work(env, search->work);
  search.release();
  return promise;
}

}  // namespace gtk
