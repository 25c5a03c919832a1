// A whole channel: composer, synthesisers, buses and master, as fast as one core can.
//
//   bench_channel                       {"realtime":…,"rows":[{"name":…,"realtime":…}, …]}: seconds
//   of
//                                       sound a second of CPU, per style with all voices playing
//                                       (intensity 0.8); "realtime" is the slowest of them
//   bench_channel --hour [STYLE …]      an hour of each style: loudness by the minute, peaks,
//   steps,
//                                       offset, memory, key and tempo by our own analysis
//   bench_channel --raw FILE STYLE SECONDS [id=value …]   stereo float32 to listen to
//
// Three runs of 120 s each, the fastest counts. --font FILE plays the piano from a SoundFont.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "bench/stream/channel_hour.h"
#include "engine/compose/setting_text.h"
#include "engine/stream/channel.h"
#include "native/files/mapped_file.h"

namespace {

using namespace tutti;
using compose::Setting;

constexpr int kBlock = 4800;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

stream::Materials materials_from(const std::string& font) {
  stream::Materials materials;
  if (font.empty()) return materials;
  auto file = files::MappedFile::open(font);
  if (!file) std::fprintf(stderr, "%s\n", file.error().message.c_str()), std::exit(3);
  auto kept = std::make_shared<files::MappedFile>(std::move(*file));
  auto read = instruments::read_soundfont(kept->bytes());
  if (!read) std::fprintf(stderr, "%s\n", read.error().message.c_str()), std::exit(3);
  read->keep_alive = kept;
  materials.piano = std::make_shared<const instruments::SoundFont>(std::move(*read));
  return materials;
}

double realtime_of(const stream::Materials& materials, const stream::ControlLog& log) {
  constexpr int kSeconds = 120;
  std::vector<float> left(kBlock), right(kBlock);
  double best = 0;
  for (int run = 0; run < 3; ++run) {
    stream::Channel channel(materials, log);
    const double before = cpu_seconds();
    for (int i = 0; i < kSeconds * 48000 / kBlock; ++i)
      channel.render(left.data(), right.data(), kBlock);
    best = std::max(best, kSeconds / (cpu_seconds() - before));
  }
  return best;
}

int print_speed(const stream::Materials& materials) {
  std::string rows;
  double slowest = 1e9;
  const auto styles = compose::setting_table()[static_cast<std::size_t>(Setting::style)].choices;
  for (std::size_t s = 0; s < styles.size(); ++s) {
    stream::ControlLog log;
    log.seed = 7;
    log.start.set(Setting::style, static_cast<double>(s));
    log.start.set(Setting::intensity, 0.8);
    const double realtime = realtime_of(materials, log);
    slowest = std::min(slowest, realtime);
    char row[96];
    std::snprintf(row, sizeof row, "%s{\"name\":\"%s\",\"realtime\":%.1f}", s == 0 ? "" : ",",
                  std::string(styles[s]).c_str(), realtime);
    rows += row;
  }
  std::printf("{\"realtime\":%.1f,\"rows\":[%s]}\n", slowest, rows.c_str());
  return 0;
}

int usage() {
  std::fprintf(stderr,
               "usage: bench_channel [--font FILE] [--hour [STYLE …] | --raw FILE STYLE SECONDS "
               "[id=value …]]\n");
  return 2;
}

bool set_from(stream::ControlLog& log, const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos) return false;
  if (word.substr(0, equals) == "seed") {
    log.seed = std::strtoull(word.c_str() + equals + 1, nullptr, 10);
    return true;
  }
  const auto setting = compose::setting_from_id(word.substr(0, equals));
  if (!setting) return false;
  const auto value = compose::value_from_text(*setting, word.substr(equals + 1));
  if (!value) return false;
  log.start.set(*setting, *value);
  return true;
}

int write_raw(const stream::Materials& materials, const std::vector<std::string>& words) {
  if (words.size() < 3) return usage();
  stream::ControlLog log;
  log.seed = 7;
  if (!set_from(log, "style=" + words[1])) return usage();
  for (std::size_t i = 3; i < words.size(); ++i)
    if (!set_from(log, words[i])) return usage();
  std::ofstream out(words[0], std::ios::binary);
  stream::Channel channel(materials, log);
  std::vector<float> left(kBlock), right(kBlock), both(2 * kBlock);
  std::array<float, compose::kVoices> peaks{};
  for (int i = 0; i < std::atof(words[2].c_str()) * 48000 / kBlock; ++i) {
    channel.render(left.data(), right.data(), kBlock);
    const auto levels = channel.take_levels();
    for (std::size_t v = 0; v < levels.size(); ++v) peaks[v] = std::max(peaks[v], levels[v]);
    for (std::size_t f = 0; f < kBlock; ++f) both[2 * f] = left[f], both[2 * f + 1] = right[f];
    out.write(reinterpret_cast<const char*>(both.data()),
              static_cast<std::streamsize>(both.size() * sizeof(float)));
  }
  for (int v = 0; v < compose::kVoices; ++v)
    std::fprintf(stderr, "%s %.1f  ", std::string(name_of(static_cast<compose::Voice>(v))).c_str(),
                 20 * std::log10(peaks[static_cast<std::size_t>(v)] + 1e-9));
  std::fprintf(stderr, "dB peak\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  std::string font;
  if (words.size() >= 2 && words[0] == "--font") {
    font = words[1];
    words.erase(words.begin(), words.begin() + 2);
  }
  const stream::Materials materials = materials_from(font);
  if (words.empty()) return print_speed(materials);
  const std::string mode = words[0];
  words.erase(words.begin());
  if (mode == "--raw") return write_raw(materials, words);
  if (mode == "--levels") return tutti::bench::print_levels(materials);
  if (mode == "--hour") return tutti::bench::print_hours(materials, words);
  return usage();
}
