// What to say about files that are not PyTorch's.

#ifndef CRESSET_SERIALIZE_REFUSE_FILE_H_
#define CRESSET_SERIALIZE_REFUSE_FILE_H_

#include "cresset/serialize/input_file.h"

namespace cresset::serialize {

/// Throws what there is to say about a file that is none of PyTorch's.
///
/// Errors: kFormat or kUnsupported, saying what the file is instead and what
///         to do.
[[noreturn]] void refuse_file(const InputFile& file);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_REFUSE_FILE_H_
