// tutti_reference OUT SOUNDFONT: what the native engine makes, for the page's tests to compare
// with.
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/wasm/cases.h"

namespace tutti::reference {

void write(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (file.flush()) return;
  std::fprintf(stderr, "%s could not be written.\n", path.c_str());
  std::exit(1);
}

}  // namespace tutti::reference

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: tutti_reference OUT_FOLDER GENERAL_MIDI_SOUNDFONT\n");
    return 2;
  }
  const std::filesystem::path out = argv[1];
  std::filesystem::create_directories(out);
  tutti::reference::hum_case(out);
  tutti::reference::tune_case(out);
  tutti::reference::mix_case(out);
  tutti::reference::general_midi_case(out, argv[2]);
  tutti::reference::stream_case(out, TUTTI_SOURCE "/models/melody.safetensors");
  tutti::reference::separate_case(out);
}
