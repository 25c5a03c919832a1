#include "native/files/sha256.h"

#include <cerrno>
#include <fcntl.h>
#include <new>
#include <sodium.h>
#include <unistd.h>
#include <vector>

#include "native/files/system_error.h"

namespace tutti::files {
namespace {

crypto_hash_sha256_state* state_of(std::array<std::byte, 128>& memory) {
  static_assert(sizeof(crypto_hash_sha256_state) <= 128);
  static_assert(alignof(crypto_hash_sha256_state) <= 8);
  return std::launder(reinterpret_cast<crypto_hash_sha256_state*>(memory.data()));
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Sha256::hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(64);
  for (std::byte b : bytes) {
    text += kDigits[std::to_integer<int>(b >> 4)];
    text += kDigits[std::to_integer<int>(b & std::byte{15})];
  }
  return text;
}

std::optional<Sha256> Sha256::from_hex(std::string_view text) {
  if (text.size() != 64) return std::nullopt;
  Sha256 hash;
  for (std::size_t i = 0; i < 32; ++i) {
    const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash.bytes[i] = static_cast<std::byte>(high * 16 + low);
  }
  return hash;
}

Sha256Hasher::Sha256Hasher() {
  new (state_.data()) crypto_hash_sha256_state;
  crypto_hash_sha256_init(state_of(state_));
}

void Sha256Hasher::update(std::span<const std::byte> bytes) {
  crypto_hash_sha256_update(state_of(state_), reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

Sha256 Sha256Hasher::finish() {
  Sha256 hash;
  crypto_hash_sha256_final(state_of(state_), reinterpret_cast<unsigned char*>(hash.bytes.data()));
  return hash;
}

Sha256 sha256(std::span<const std::byte> bytes) {
  Sha256Hasher hasher;
  hasher.update(bytes);
  return hasher.finish();
}

Result<Sha256> sha256_of_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error(errno, path, "opened");
  Sha256Hasher hasher;
  std::vector<std::byte> buffer(1 << 18);
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got > 0) {
      hasher.update({buffer.data(), static_cast<std::size_t>(got)});
    } else if (got == 0) {
      ::close(fd);
      return hasher.finish();
    } else if (errno != EINTR) {
      const int number = errno;
      ::close(fd);
      return system_error(number, path, "read");
    }
  }
}

}  // namespace tutti::files
