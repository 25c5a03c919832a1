// Writes songs whose truth is known for run.mjs: NN.wav, NN.beats, NN.tempo, and of the melody
// alone NN.voice.wav and NN.melody (time and Hz, 0 where silent).
//
//   bench_songs DATA FOLDER COUNT
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "native/files/audio_writer.h"
#include "song_material.h"

namespace {

using namespace tutti;

bool write(const std::string& path, std::vector<const float*> planes, std::size_t frames) {
  files::EncodeOptions encode;
  encode.format = files::AudioFormat::wav16;
  auto writer = files::AudioWriter::create(path, accuracy::kMaterialRate,
                                           static_cast<int>(planes.size()), encode);
  return writer && writer->write(planes.data(), static_cast<int>(frames)) && writer->finish();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("bench_songs DATA FOLDER COUNT\n", stderr), 2;
  const auto tunes = learn::read_corpus(argv[1]);
  const auto banks = accuracy::material_banks();
  if (!tunes || banks.empty())
    return std::fputs("There are no tunes or no SoundFont.\n", stderr), 4;
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    const auto song = accuracy::make_song(*tunes, banks, 5000 + i);
    char number[16];
    std::snprintf(number, sizeof number, "/%02d", i);
    const std::string base = argv[2] + std::string(number);
    if (!write(base + ".wav", {song.left.data(), song.right.data()}, song.left.size()) ||
        !write(base + ".voice.wav", {song.voice.data()}, song.voice.size()))
      return std::fputs("The songs cannot be written.\n", stderr), 1;
    std::ofstream beats(base + ".beats"), tempo(base + ".tempo"), melody(base + ".melody");
    for (double t : song.beats) beats << t << '\n';
    tempo << song.tempo << '\n';
    std::size_t next = 0;
    double hz = 0;
    for (int k = 0; k < static_cast<int>(song.voice.size()) / 441; ++k) {
      while (next < song.melody.size() && song.melody[next].time <= k * 0.01)
        hz = song.melody[next++].hz;
      melody << k * 0.01 << '\t' << (hz > 0 ? hz : 0) << '\n';
    }
  }
}
