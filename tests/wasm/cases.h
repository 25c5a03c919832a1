// The cases on which native and WASM must agree bit for bit. Each writes its inputs and the native
// engine's outputs as files; all inputs are made here.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tutti::reference {

// Ends the program with a message when the file cannot be written.
void write(const std::filesystem::path&, std::span<const std::byte>);
inline void write_text(const std::filesystem::path& path, std::string_view text) {
  write(path, std::as_bytes(std::span(text)));
}
template <class T>
void write_values(const std::filesystem::path& path, const std::vector<T>& values) {
  write(path, std::as_bytes(std::span(values)));
}

// hum.f32 (48 kHz mono), hum.bin (hum_bytes.h), hum44.f32 and hum44.bin (the same at 44.1 kHz).
void hum_case(const std::filesystem::path& out);

// tune.tutti, tune.plan, font.sf2, clip.f32 (44.1 kHz mono), tune.f32 (planar stereo, 48 kHz, from
// blocks of 128), moved.f32 (the same with jumps, live notes and a change of tempo on the way).
void tune_case(const std::filesystem::path& out);

// gm.tutti, gm-BANK-PROGRAM.sf2 (subsets), gm.f32 (planar stereo, rendered from the whole font).
void general_midi_case(const std::filesystem::path& out, const std::filesystem::path& soundfont);

// mix.tutti, mix.plan, voice.f32 (48 kHz stereo, planar), mix.f32 (planar stereo, 48 kHz): groups,
// sends, a side-chain, automation, every synthesiser, and every effect there is with values off
// their defaults. Wants font.sf2 and clip.f32 of tune_case. effects/ID.f32: each effect alone on
// effects/in.f32, with effects/ID.values (doubles).
void mix_case(const std::filesystem::path& out);

// stream.json (a control log), stream.weights (of the melody model; empty where there is none),
// stream-start.f32 and stream-chapter.f32: 6 s of the channel from its start, and 8 s from second
// 81 on, with a chapter's end in it (planar stereo, 48 kHz).
void stream_case(const std::filesystem::path& out, const std::filesystem::path& weights);

// separate-left.f32, separate-right.f32 (44.1 kHz), separate.weights (a small network of random
// weights), separate-instant.f32 and separate-classical.f32: planes of drums left, drums right,
// bass, other, vocals.
void separate_case(const std::filesystem::path& out);

}  // namespace tutti::reference
