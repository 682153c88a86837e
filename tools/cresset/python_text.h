// Python's own texts of numbers and strings, exact to the character.

#ifndef CRESSET_TOOLS_CRESSET_PYTHON_TEXT_H_
#define CRESSET_TOOLS_CRESSET_PYTHON_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace cresset::cli {

/// float.hex(): "0x1.8000000000000p+1", "nan", "-inf".
std::string float_hex(double value);

/// str() of an int that is given as little-endian two's complement.
std::string twos_complement_text(std::string_view bytes);

/// json.dumps() of a string: quoted and pure ASCII. `text` is UTF-8; lone
/// surrogates, which Python allows, may be in it.
std::string json_text(std::string_view text);

/// Number of characters of a text in UTF-8.
size_t text_length(std::string_view text);

/// bytes.hex().
std::string hex_text(std::string_view bytes);

}  // namespace cresset::cli

#endif  // CRESSET_TOOLS_CRESSET_PYTHON_TEXT_H_
