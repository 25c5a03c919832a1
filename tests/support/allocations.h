// Counts heap allocations, to prove that a stretch of code makes none.
//
// Include in one file of a test program only: it replaces operator new of the whole program.
#pragma once

#include <atomic>
#include <cstdlib>
#include <new>

namespace tutti::tests {

inline std::atomic<long> allocation_count{0};
inline long allocations() {
  return allocation_count.load();
}

inline void* counted(std::size_t size, std::size_t align) {
  ++allocation_count;
  if (size == 0) size = 1;
  void* p =
      align > 0 ? std::aligned_alloc(align, (size + align - 1) / align * align) : std::malloc(size);
  if (p == nullptr) std::abort();
  return p;
}

}  // namespace tutti::tests

void* operator new(std::size_t size) {
  return tutti::tests::counted(size, 0);
}
void* operator new[](std::size_t size) {
  return tutti::tests::counted(size, 0);
}
void* operator new(std::size_t size, std::align_val_t a) {
  return tutti::tests::counted(size, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t size, std::align_val_t a) {
  return tutti::tests::counted(size, static_cast<std::size_t>(a));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return tutti::tests::counted(size, 0);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return tutti::tests::counted(size, 0);
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete[](void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::size_t) noexcept {
  std::free(p);
}
void operator delete(void* p, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}
