#include "cresset/serialize/atomic_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <string_view>

#include "cresset/tensor/core/lost_memory.h"

namespace cresset::serialize {
namespace {

constexpr size_t kBuffer = 1 << 18;
constexpr std::string_view kPrefix = ".cresset-save-";
constexpr std::string_view kSuffix = ".tmp";
constexpr std::string_view kUnchanged = "the file on disk is unchanged";

std::string random_name() {
  std::random_device source;
  char digits[17];
  std::snprintf(digits, sizeof(digits), "%08x%08x", source(), source());
  return std::string(kPrefix) + digits + std::string(kSuffix);
}

// What the last component of `path` leads to when it is a symbolic link.
std::string follow_links(const std::string& path) {
  std::string target = path;
  for (int hops = 0; hops < 40; ++hops) {
    struct stat info = {};
    if (::lstat(target.c_str(), &info) != 0 || !S_ISLNK(info.st_mode)) {
      return target;
    }
    std::string link(4096, '\0');
    const ssize_t length = ::readlink(target.c_str(), link.data(), link.size());
    if (length < 0) throw_io(path, "following the symbolic link", errno);
    link.resize(static_cast<size_t>(length));
    const size_t slash = target.rfind('/');
    if (link.front() != '/' && slash != std::string::npos) {
      link = target.substr(0, slash + 1) + link;
    }
    target = std::move(link);
  }
  throw_io(path, "following the symbolic link", ELOOP);
}

bool is_temporary(std::string_view name) {
  return name.size() > kPrefix.size() + kSuffix.size() &&
         name.starts_with(kPrefix) && name.ends_with(kSuffix);
}

// Removes temporary files whose writers are dead. A writer holds a lock on its
// file, which the kernel gives back when the process ends in whatever way.
void sweep(int folder) noexcept {
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return;
  DIR* list = ::fdopendir(copy);
  if (list == nullptr) {
    ::close(copy);
    return;
  }
  while (const dirent* entry = ::readdir(list)) {
    if (!is_temporary(entry->d_name)) continue;
    Descriptor file(::openat(folder, entry->d_name,
                             O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (file.get() >= 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
      ::unlinkat(folder, entry->d_name, 0);
    }
  }
  ::closedir(list);
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : path_(path) {
  if (path.empty()) throw_io(path, "creating", ENOENT);
  const std::string target = follow_links(path);
  const size_t slash = target.rfind('/');
  name_ = slash == std::string::npos ? target : target.substr(slash + 1);
  if (name_.empty()) throw_io(path, "creating", EISDIR);
  const std::string folder =
      slash == std::string::npos ? "." : target.substr(0, slash + 1);

  folder_.reset(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder_.get() < 0) {
    throw_io(path, "opening its folder", errno,
             errno == ENOENT ? "create the folder first" : "");
  }
  struct stat info = {};
  const bool replaces =
      ::fstatat(folder_.get(), name_.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (!replaces && errno != ENOENT) {
    throw_io(path, "looking at the file", errno);
  }
  if (replaces) {
    if (S_ISDIR(info.st_mode)) throw_io(path, "replacing", EISDIR);
    if (!S_ISREG(info.st_mode)) {
      throw_io(path, "replacing", EINVAL, "it is a pipe, socket or device");
    }
    if (::faccessat(folder_.get(), name_.c_str(), W_OK, AT_EACCESS) != 0) {
      throw_io(path, "replacing", errno, kUnchanged);
    }
  }
  rlimit size_limit = {};
  limit_ = ::getrlimit(RLIMIT_FSIZE, &size_limit) == 0 &&
                   size_limit.rlim_cur != RLIM_INFINITY
               ? size_limit.rlim_cur
               : UINT64_MAX;
  buffer_.reserve(kBuffer);
  sweep(folder_.get());
  open_temporary(replaces, info.st_mode & 07777);
  if (replaces && ::fchown(file_.get(), info.st_uid, info.st_gid) == 0) {
    // A change of owner clears the set-id bits, so the mode is set again.
    ::fchmod(file_.get(), info.st_mode & 07777);
  }
}

void AtomicFile::open_temporary(bool replaces, mode_t mode) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string name = random_name();
    file_.reset(::openat(folder_.get(), name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                         replaces ? 0600 : 0666));
    if (file_.get() < 0) {
      if (errno == EEXIST || errno == EINTR) continue;
      throw_io(path_, "creating a temporary file in its folder", errno,
               kUnchanged);
    }
    temporary_ = std::move(name);
    // A sweep may have come between the two calls and taken the file away;
    // file systems without locks are never swept.
    ::flock(file_.get(), LOCK_EX);
    struct stat info = {};
    if (::fstat(file_.get(), &info) == 0 && info.st_nlink == 0) continue;
    if (replaces && ::fchmod(file_.get(), mode) != 0) {
      const int error = errno;
      discard();
      throw_io(path_, "keeping the file's mode", error, kUnchanged);
    }
    return;
  }
  throw_io(path_, "creating a temporary file in its folder", EEXIST,
           kUnchanged);
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() noexcept {
  if (!temporary_.empty()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
  temporary_.clear();
  file_.reset();
}

void AtomicFile::write(const void* data, size_t bytes) {
  const char* from = static_cast<const char*>(data);
  if (buffer_.size() + bytes < kBuffer) {
    buffer_.insert(buffer_.end(), from, from + bytes);
    return;
  }
  flush();
  if (bytes >= kBuffer / 2) {
    write_through(from, bytes);
  } else {
    buffer_.insert(buffer_.end(), from, from + bytes);
  }
}

void AtomicFile::flush() {
  write_through(buffer_.data(), buffer_.size());
  buffer_.clear();
}

void AtomicFile::write_through(const char* data, size_t bytes) {
  // The kernel would send SIGXFSZ, which ends the process.
  if (bytes > limit_ - std::min(limit_, written_)) {
    throw_io(path_, "writing", EFBIG, kUnchanged);
  }
  while (bytes != 0) {
    const ssize_t count =
        ::write(file_.get(), data, std::min<size_t>(bytes, 1 << 30));
    if (count < 0 && errno == EINTR) continue;
    // A broken file system may claim to have written more than it was given.
    if (count <= 0 || static_cast<size_t>(count) > bytes) {
      throw_io(path_, "writing at byte " + std::to_string(written_),
               count < 0 ? errno : EIO, kUnchanged);
    }
    data += count;
    bytes -= static_cast<size_t>(count);
    written_ += static_cast<uint64_t>(count);
  }
}

void AtomicFile::commit(bool durable) {
  // Values that were lost while they were written must not replace the file.
  internal::check_lost_memory();
  flush();
  // A file system that lied about a write is noticed before the old file goes.
  struct stat info = {};
  if (::fstat(file_.get(), &info) != 0) {
    throw_io(path_, "checking the written file", errno, kUnchanged);
  }
  if (static_cast<uint64_t>(info.st_size) != written_) {
    throw_io(path_, "checking the written file", EIO, kUnchanged);
  }
  if (durable && ::fsync(file_.get()) != 0) {
    throw_io(path_, "fsync", errno, kUnchanged);
  }
  // The lock goes with the descriptor; a second one keeps the file from being
  // swept before it has its name.
  Descriptor lock(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  if (::close(file_.release()) != 0 && errno != EINTR) {
    throw_io(path_, "closing", errno, kUnchanged);
  }
  if (::renameat(folder_.get(), temporary_.c_str(), folder_.get(),
                 name_.c_str()) != 0) {
    throw_io(path_, "renaming the finished file", errno, kUnchanged);
  }
  temporary_.clear();
  if (durable && ::fsync(folder_.get()) != 0 && errno != EINVAL &&
      errno != ENOTSUP) {
    throw_io(path_, "fsync of its folder", errno,
             "the file is complete, but a loss of power may undo the save");
  }
}

}  // namespace cresset::serialize
