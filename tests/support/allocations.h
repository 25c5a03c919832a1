// Counts heap allocations, to prove that a stretch of code makes none.
//
// Include in one file of a test program only: it replaces operator new of the whole program. Other
// files of it include allocation_count.h.
#pragma once

#include <cstdlib>
#include <new>

#include "tests/support/allocation_count.h"

namespace tutti::tests {

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
