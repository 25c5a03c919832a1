// Vector lanes by the compilers' own vector extensions: one source for SSE2, AVX2, AVX-512 and
// WASM.
//
// The logical width is fixed by the type, never by the machine: an f32x8 is two registers on SSE2
// and WASM and one on AVX2, with the same operations in the same order, so the bits agree. The
// usual operators (+ - * / < ? :) work on the types themselves.
#pragma once

#include <cstdint>
#include <cstring>

namespace tutti::simd {

typedef float f32x4 __attribute__((vector_size(16)));
typedef float f32x8 __attribute__((vector_size(32)));
typedef float f32x16 __attribute__((vector_size(64)));
typedef std::int32_t i32x4 __attribute__((vector_size(16)));
typedef std::int32_t i32x8 __attribute__((vector_size(32)));
typedef std::int32_t i32x16 __attribute__((vector_size(64)));

// Unaligned loads and stores.
template <class V>
inline V load(const void* p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class V>
inline void store(void* p, const V& v) {
  std::memcpy(p, &v, sizeof v);
}
// All lanes the same. (v - v is not used: it would turn an infinity into NaN.)
template <class V>
inline V all(float x) {
  V v = {};
  return v + x;
}

}  // namespace tutti::simd
