// Memory that is handed out once, at prepare time, and never returned piece by piece.
//
// A processor takes all its buffers here in prepare(), so that process() never allocates. The
// memory is zeroed and 64-byte aligned (a full AVX-512 vector). Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace tutti {

class Arena {
 public:
  // Room for `count` values of T, zeroed, valid until reset() or destruction. T must be trivial.
  template <class T>
  std::span<T> take(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kAlign);
    return {static_cast<T*>(take_bytes(count * sizeof(T))), count};
  }

  // Gives everything back; earlier spans are dead.
  void reset() { blocks_.clear(); }

 private:
  static constexpr std::size_t kAlign = 64;
  struct Free {
    void operator()(std::byte* p) const { ::operator delete[](p, std::align_val_t{kAlign}); }
  };
  void* take_bytes(std::size_t size) {
    if (size == 0) size = 1;
    auto* raw = static_cast<std::byte*>(::operator new[](size, std::align_val_t{kAlign}));
    for (std::size_t i = 0; i < size; ++i) raw[i] = std::byte{0};
    blocks_.emplace_back(raw);
    return raw;
  }
  std::vector<std::unique_ptr<std::byte[], Free>> blocks_;
};

}  // namespace tutti
