#include "cresset/serialize/input_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/io_error.h"
#include "cresset/tensor/base/error.h"
#include "cresset/tensor/core/parallel.h"

namespace cresset::serialize {
namespace {

constexpr int64_t kReadBlock = 32 << 20;
constexpr size_t kStreamBlock = 1 << 20;
constexpr size_t kEnough = 512;  // bytes to know what a file is
constexpr int kPatience = 1000;  // ms for somebody to write into a pipe

void open_file(const std::string& path, Descriptor& fd, struct stat& info) {
  // A named pipe into which nobody writes would keep the program waiting for
  // ever; opened this way, it can be asked.
  do {
    fd.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  } while (fd.get() < 0 && errno == EINTR);
  if (fd.get() < 0) throw_io(path, "opening", errno);
  if (::fstat(fd.get(), &info) != 0) throw_io(path, "reading its state", errno);
  if (S_ISDIR(info.st_mode)) throw_io(path, "opening", EISDIR);
}

// Reads what has no known size: pipes and the like. A pipe without a writer
// looks empty; then one gets a second to come.
std::string read_stream(const std::string& path, int fd, bool is_pipe) {
  std::string bytes;
  std::string block(kStreamBlock, '\0');
  for (int waited = 0;;) {
    const ssize_t count = ::read(fd, block.data(), block.size());
    if (count > 0) {
      bytes.append(block.data(), static_cast<size_t>(count));
      // What has no end (/dev/zero) is not read to it: its beginning says
      // that it is no checkpoint.
      if (bytes.size() >= kEnough && file_kind(bytes) == FileKind::kUnknown) {
        return bytes;
      }
    } else if (count == 0) {
      if (!bytes.empty() || !is_pipe || waited >= kPatience) return bytes;
      waited += 10;
      ::poll(nullptr, 0, 10);
    } else if (errno == EAGAIN) {
      pollfd ready = {fd, POLLIN, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      throw_io(path, "reading", errno);
    }
  }
}

void read_range(const std::string& path, int fd, uint8_t* data, int64_t first,
                int64_t last) {
  while (first < last) {
    const ssize_t count =
        ::pread(fd, data + first, static_cast<size_t>(last - first), first);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_io(path, "reading", errno);
    CRESSET_CHECK(count != 0, kIo, path, ": reading failed: the file ends at ",
                  first, " bytes, while it had ", last,
                  " or more when it was opened; it was changed meanwhile");
    first += count;
  }
}

}  // namespace

std::shared_ptr<InputFile> InputFile::map(const std::string& path) {
  Descriptor fd;
  struct stat info = {};
  open_file(path, fd, info);
  if (!S_ISREG(info.st_mode) || info.st_size == 0) {
    return from_bytes(read_stream(path, fd.get(), S_ISFIFO(info.st_mode)),
                      path);
  }
  std::shared_ptr<InputFile> file(new InputFile);
  file->path_ = path;
  file->size_ = static_cast<size_t>(info.st_size);
  void* memory = ::mmap(nullptr, file->size_, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_NORESERVE, fd.get(), 0);
  if (memory == MAP_FAILED) throw_io(path, "mapping", errno);
  file->mapped_ = file->size_;
  file->data_ = static_cast<uint8_t*>(memory);
  file->guard_.emplace(path, memory, file->size_);
  return file;
}

std::shared_ptr<InputFile> InputFile::read(const std::string& path) {
  Descriptor fd;
  struct stat info = {};
  open_file(path, fd, info);
  if (!S_ISREG(info.st_mode) || info.st_size == 0) {
    return from_bytes(read_stream(path, fd.get(), S_ISFIFO(info.st_mode)),
                      path);
  }
  std::shared_ptr<InputFile> file(new InputFile);
  file->path_ = path;
  const size_t size = static_cast<size_t>(info.st_size);
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw_io(path, "reading into memory", errno);
  file->size_ = size;
  file->mapped_ = size;
  file->data_ = static_cast<uint8_t*>(memory);
  // Large pages cost a third of the page faults' time.
  ::madvise(memory, size, MADV_HUGEPAGE);
  parallel_for(0, static_cast<int64_t>(size), kReadBlock,
               [&](int64_t first, int64_t last) {
                 read_range(path, fd.get(), file->data_, first, last);
               });
  return file;
}

std::shared_ptr<InputFile> InputFile::from_bytes(std::string bytes,
                                                 std::string name) {
  std::shared_ptr<InputFile> file(new InputFile);
  file->path_ = std::move(name);
  file->bytes_ = std::move(bytes);
  file->data_ = reinterpret_cast<uint8_t*>(file->bytes_.data());
  file->size_ = file->bytes_.size();
  return file;
}

void InputFile::will_need(const uint8_t* data, size_t bytes) const {
  // Memory that is not the file's has addresses elsewhere.
  const uint8_t* const end = data_ + mapped_;
  if (!guard_ || data < data_ || data >= end) return;
  bytes = std::min(bytes, static_cast<size_t>(end - data));
  const size_t page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  const size_t before = reinterpret_cast<uintptr_t>(data) % page;
  // Only advice: what fails is read when it is touched.
  ::madvise(const_cast<uint8_t*>(data) - before, bytes + before, MADV_WILLNEED);
}

void InputFile::check() const {
  if (guard_) guard_->check();
}

InputFile::~InputFile() {
  guard_.reset();
  if (mapped_ != 0) ::munmap(data_, mapped_);
}

}  // namespace cresset::serialize
