#include "cresset/tests/cuda_sim/symbols.h"

#include <cxxabi.h>
#include <elf.h>
#include <link.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

namespace cuda_sim {
namespace {

// How far the executable was moved when it was loaded.
uintptr_t load_offset() {
  uintptr_t offset = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        *static_cast<uintptr_t*>(out) = info->dlpi_addr;
        return 1;  // the executable comes first
      },
      &offset);
  return offset;
}

std::string demangle(const char* name) {
  int status = 0;
  char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string out = status == 0 ? text : name;
  std::free(text);
  // Every kernel lives in the same namespaces.
  for (const char* part :
       {"cresset::internal::cuda::", "cuda_sim::", "(anonymous namespace)::"}) {
    for (size_t at; (at = out.find(part)) != std::string::npos;) {
      out.erase(at, std::strlen(part));
    }
  }
  return out;
}

template <class T>
bool read_at(std::ifstream& file, uint64_t offset, T* to, size_t count = 1) {
  file.seekg(static_cast<std::streamoff>(offset));
  return static_cast<bool>(
      file.read(reinterpret_cast<char*>(to),
                static_cast<std::streamsize>(count * sizeof(T))));
}

std::string find(uintptr_t address) {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  Elf64_Ehdr header;
  if (!read_at(file, 0, &header)) return "";
  std::vector<Elf64_Shdr> sections(header.e_shnum);
  if (!read_at(file, header.e_shoff, sections.data(), sections.size())) {
    return "";
  }
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_SYMTAB) continue;
    std::vector<Elf64_Sym> symbols(section.sh_size / sizeof(Elf64_Sym));
    const Elf64_Shdr& text = sections.at(section.sh_link);
    std::vector<char> names(text.sh_size);
    if (!read_at(file, section.sh_offset, symbols.data(), symbols.size()) ||
        !read_at(file, text.sh_offset, names.data(), names.size())) {
      return "";
    }
    for (const Elf64_Sym& symbol : symbols) {
      if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC &&
          symbol.st_value == address) {
        return demangle(&names.at(symbol.st_name));
      }
    }
  }
  return "";
}

}  // namespace

std::string function_name(const void* function) {
  const auto address = reinterpret_cast<uintptr_t>(function);
  std::string name = find(address - load_offset());
  if (!name.empty()) return name;
  char text[32];
  std::snprintf(text, sizeof(text), "at 0x%llx",
                static_cast<unsigned long long>(address));
  return text;
}

}  // namespace cuda_sim
