// How a module meets its host: flat exports, bytes in through alloc(), bytes out through give().
//
// A call that may fail answers 0 when it is done and 1 when it is not; either way result_data() and
// result_size() then hold what it gave: the bytes asked for, or the error as three texts parted by
// a zero byte (code, message, next). They stay valid until the next call that gives anything. A
// module is one instance in one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

#define TUTTI_EXPORT(name) extern "C" __attribute__((export_name(#name), visibility("default")))

namespace tutti::wasm {

int give(std::vector<std::byte> bytes);
int give(std::string_view text);
int give(const Error& error);

template <class T>
int give(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return give(std::vector<std::byte>(bytes.begin(), bytes.end()));
}
template <class T>
int give(const Result<T>& result) {
  return result ? give(result.value()) : give(result.error());
}
inline int give(const Result<void>& result) {
  return result ? give(std::string_view()) : give(result.error());
}

inline std::span<const std::byte> bytes_at(const std::byte* data, std::size_t size) {
  return {data, size};
}
inline std::string_view text_at(const char* data, std::size_t size) {
  return {data, size};
}

}  // namespace tutti::wasm
