// A transcribed hum as flat bytes, between the module that heard it and the one that writes it
// down.
//
// Little-endian, in this order: "HUM1", counts of notes and of pitches (u32), the numbers of the
// Hum (f64), the key's name (u32 length, bytes), heard notes (5 × f64), quantised notes (6 × f64),
// pitches (f32). Equal Hums give equal bytes, so tests compare native and WASM by them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/transcribe/hum.h"

namespace tutti::wasm {

std::vector<std::byte> encode_hum(const transcribe::Hum&);
Result<transcribe::Hum> decode_hum(std::span<const std::byte>);  // bad_input

}  // namespace tutti::wasm
