// Memory and results of a module (exports.h).
#include <cstdlib>

#include "wasm/exports.h"

namespace tutti::wasm {
namespace {
std::vector<std::byte> result;
}

int give(std::vector<std::byte> bytes) {
  result = std::move(bytes);
  return 0;
}

int give(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  result.assign(bytes.begin(), bytes.end());
  return 0;
}

int give(const Error& error) {
  std::string text(name_of(error.code));
  text += '\0';
  text += error.message;
  text += '\0';
  text += error.next;
  give(std::string_view(text));
  return 1;
}

}  // namespace tutti::wasm

// Null when there is no memory left. The engine's vectors want 16 bytes for their lanes; so does
// malloc.
TUTTI_EXPORT(alloc) void* tutti_alloc(std::size_t size) {
  return std::malloc(size);
}
TUTTI_EXPORT(release) void tutti_release(void* pointer) {
  std::free(pointer);
}
TUTTI_EXPORT(result_data) const std::byte* tutti_result_data() {
  return tutti::wasm::result.data();
}
TUTTI_EXPORT(result_size) std::size_t tutti_result_size() {
  return tutti::wasm::result.size();
}
