// Writes a SoundFont of one looped sine, so that the examples have something to play.
#include <fstream>

#include "tests/support/tiny_font.h"

int main(int count, char** words) {
  if (count != 2) return 2;
  tutti::tests::FontMaker font;
  font.simple(0, 0, font.sine());
  const auto bytes = font.bytes();
  std::ofstream file(words[1], std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return file ? 0 : 1;
}
