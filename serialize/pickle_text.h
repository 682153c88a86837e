// Text in pickles: UTF-8, and the escapes of protocol 0.

#ifndef CRESSET_SERIALIZE_PICKLE_TEXT_H_
#define CRESSET_SERIALIZE_PICKLE_TEXT_H_

#include <string>
#include <string_view>

#include "cresset/serialize/value.h"

namespace cresset::serialize {

/// Whether `text` is UTF-8; lone surrogates count as Python writes them.
bool is_utf8(std::string_view text);

/// Appends one code point.
void append_utf8(std::string& out, uint32_t code);

/// The bytes of a text whose code points are all below 256.
/// Errors: kFormat for any other text.
std::string latin1_bytes(std::string_view utf8);

/// The text whose code points are these bytes.
std::string latin1_text(std::string_view bytes);

/// A quoted Python 2 string with its escapes, as protocol 0 writes it.
std::string unescape_string(std::string_view line);

/// The raw-unicode-escape form of protocol 0 as UTF-8.
std::string unescape_unicode(std::string_view line);

/// A decimal int of at most 4300 digits, with or without a final "L".
Value parse_int(std::string_view line);

/// A float as Python prints it.
Value parse_float(std::string_view line);

}  // namespace cresset::serialize

#endif  // CRESSET_SERIALIZE_PICKLE_TEXT_H_
