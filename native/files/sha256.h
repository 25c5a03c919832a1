// The name of a blob: SHA-256 of its bytes (FIPS 180-4, by libsodium), written as 64 hex digits.
//
// A hasher belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace tutti::files {

struct Sha256 {
  std::array<std::byte, 32> bytes{};
  std::string hex() const;  // lower case
  static std::optional<Sha256> from_hex(std::string_view);
  friend bool operator==(const Sha256&, const Sha256&) = default;
};

class Sha256Hasher {
 public:
  Sha256Hasher();
  void update(std::span<const std::byte>);
  Sha256 finish();  // once

 private:
  alignas(8) std::array<std::byte, 128> state_{};
};

Sha256 sha256(std::span<const std::byte>);
Result<Sha256> sha256_of_file(const std::string& path);

}  // namespace tutti::files
