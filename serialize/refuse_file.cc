#include "cresset/serialize/refuse_file.h"

#include <string>
#include <string_view>

#include "cresset/serialize/file_kind.h"
#include "cresset/serialize/value.h"
#include "cresset/tensor/base/error.h"

namespace cresset::serialize {

void refuse_file(const InputFile& file) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()),
                               file.size());
  ErrorCode code = ErrorCode::kFormat;
  std::string what;
  switch (file_kind(bytes)) {
    case FileKind::kEmpty:
      what = "the file is empty; the save or the download was interrupted";
      break;
    case FileKind::kGitLfs:
      what =
          "the file is a Git LFS pointer, not the weights; run 'git lfs pull' "
          "in its repository";
      break;
    case FileKind::kHtml:
      what =
          "the file is a web page, not weights; the download was answered by "
          "a login or error page";
      break;
    case FileKind::kGzip:
      code = ErrorCode::kUnsupported;
      what = "the file is compressed with gzip; unpack it with gunzip first";
      break;
    case FileKind::kHdf5:
      code = ErrorCode::kUnsupported;
      what =
          "the file is not one of torch.save; load it in Python and save it "
          "with torch.save";
      break;
    default:
      what = "the file is no PyTorch file; it begins with " +
             quoted(bytes.substr(0, 16));
      break;
  }
  internal::throw_error(code, internal::concat(file.path(), ": ", what));
}

}  // namespace cresset::serialize
