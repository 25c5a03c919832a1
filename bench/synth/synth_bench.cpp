// A dense song of ten tracks through our Player, beside `fluidsynth -F` on the same notes.
//
// User CPU seconds of a child process each, one core, reverb and chorus off on both, 4-point
// interpolation on both, 48 kHz; turn and turn about, medians of five. "net" has the time for
// opening the SoundFont and starting taken out (a run over an empty song). Ours is the whole road:
// plan, one sampler node per track, mix, limiter, meters. Arguments: SoundFonts; otherwise the
// installed ones.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "engine/base/random.h"
#include "engine/graph/render.h"
#include "engine/instruments/sampler.h"
#include "engine/registry/registry.h"

namespace {

using namespace tutti;

constexpr int kSeconds = 120, kRuns = 5, kTicks = 480;
constexpr std::array<int, 10> kPrograms = {0, 4, 16, 24, 33, 48, 56, 65, 81, 89};

struct Hit {
  int track, at, status, data1, data2;  // at in 1/480 quarters, 120 quarters a minute
};

// Two notes held at all times on each of ten tracks: some 100 voices with their releases.
std::vector<Hit> dense_song(int seconds) {
  Random random(7);
  std::vector<Hit> song;
  const int lengths[] = {240, 240, 480, 480, 960}, steps[] = {0, 2, 4, 5, 7, 9, 11};
  for (int track = 0; track < 10; ++track) {
    const int channel = track < 9 ? track : 10;
    song.push_back({track, 0, 0xc0 | channel, kPrograms[static_cast<std::size_t>(track)], 0});
    for (int voice = 0; voice < 2; ++voice) {
      for (int at = 0; at < seconds * 2 * kTicks;) {
        const int length = lengths[random.below(5)];
        const int key =
            steps[random.below(7)] + 12 * (3 + static_cast<int>(random.below(4))) + voice * 7;
        song.push_back({track, at, 0x90 | channel, key, 60 + static_cast<int>(random.below(51))});
        song.push_back({track, at + length - 5, 0x80 | channel, key, 0});
        at += length;
      }
    }
  }
  std::stable_sort(song.begin(), song.end(),
                   [](const Hit& a, const Hit& b) { return a.at < b.at; });
  return song;
}

void put(std::string& out, unsigned value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 255);
}

void write_midi(const std::string& path, const std::vector<Hit>& song) {
  std::string file = "MThd";
  put(file, 6, 4), put(file, 1, 2), put(file, 10, 2), put(file, kTicks, 2);
  for (int track = 0; track < 10; ++track) {
    std::string body;
    int last = 0;
    for (const Hit& h : song) {
      if (h.track != track) continue;
      const auto wait = static_cast<unsigned>(h.at - last);
      last = h.at;
      if (wait >> 14) body += static_cast<char>((wait >> 14 & 127) | 128);
      if (wait >> 7) body += static_cast<char>((wait >> 7 & 127) | 128);
      body += static_cast<char>(wait & 127);
      body += static_cast<char>(h.status);
      body += static_cast<char>(h.data1);
      if ((h.status & 0xf0) != 0xc0) body += static_cast<char>(h.data2);
    }
    body += std::string("\0\xff\x2f\0", 4);
    file += "MTrk";
    put(file, static_cast<unsigned>(body.size()), 4);
    file += body;
  }
  std::ofstream(path, std::ios::binary) << file;
}

graph::Plan plan_of(const std::vector<Hit>& song, const std::string& font) {
  graph::Plan plan;
  for (std::uint64_t track = 0; track < 10; ++track) {
    graph::PlanNode node;
    node.id = track + 1;
    node.kind = "sampler";
    node.resource = font;
    plan.nodes.push_back(std::move(node));
  }
  for (const Hit& h : song) {
    const Ticks at{h.at * kTicksPerQuarter / kTicks};
    plan.events.push_back({at, static_cast<std::uint32_t>(h.track),
                           static_cast<std::uint8_t>(h.status), static_cast<std::uint8_t>(h.data1),
                           static_cast<std::uint8_t>(h.data2)});
    plan.end = std::max(plan.end, at);
  }
  return plan;
}

std::vector<std::byte> read(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::vector<std::byte> bytes(in ? static_cast<std::size_t>(in.tellg()) : 0);
  in.seekg(0);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

// User seconds of a child that does `work`; negative if it failed.
double child_seconds(const std::function<int()>& work) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  rusage use{};
  if (child < 0 || wait4(child, &status, 0, &use) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0)
    return -1;
  return static_cast<double>(use.ru_utime.tv_sec) +
         static_cast<double>(use.ru_utime.tv_usec) * 1e-6;
}

int render_ours(const std::string& font, const std::vector<Hit>& song) {
  graph::Player player(registry::factory());
  if (!player.prepare(48000, 1024)) return 1;
  if (!player.add_resource("sf:font", read(font))) return 1;
  if (!player.adopt(plan_of(song, "font"))) return 1;
  double sum = 0;
  const auto report =
      graph::render_offline(player, 48000, {}, [&](const float* l, const float* r, int n) {
        for (int i = 0; i < n; ++i) sum += l[i] * r[i];
        return true;
      });
  return report.ok() && (song.empty() || sum != 0) ? 0 : 1;
}

int render_theirs(const std::string& font, const std::string& midi) {
  if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) return 1;
  execlp("fluidsynth", "fluidsynth", "-ni", "-q", "-F", "/dev/null", "-T", "raw", "-O", "float",
         "-r", "48000", "-R", "0", "-C", "0", "-o", "synth.cpu-cores=1", font.c_str(), midi.c_str(),
         static_cast<char*>(nullptr));
  return 127;
}

// Mean number of voices that sound at once in our sampler, all tracks together.
double mean_voices(const std::string& font, const std::vector<Hit>& song) {
  auto bank = std::make_shared<instruments::SoundBank>();
  const auto bytes = read(font);
  auto parsed = instruments::read_soundfont(std::span(bytes));
  if (!parsed) return 0;
  bank->add(std::make_shared<const instruments::SoundFont>(std::move(*parsed)), true);
  instruments::Sampler sampler;
  Arena arena;
  sampler.prepare(48000, 4096, arena);
  sampler.set_bank(bank);
  std::array<float, 4096> left, right;
  double sum = 0;
  std::size_t next = 0;
  const int total = kSeconds * 48000;
  for (int at = 0; at < total; at += 64) {
    for (; next < song.size() && song[next].at * 50 <= at; ++next) {
      const Hit& h = song[next];
      sampler.event(static_cast<std::uint8_t>(h.status), static_cast<std::uint8_t>(h.data1),
                    static_cast<std::uint8_t>(h.data2));
    }
    sampler.process({left.data(), right.data(), 64});
    sum += sampler.active_voices() * 64.0;
  }
  return sum / total;
}

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> fonts(argv + 1, argv + argc);
  for (const char* path :
       {"/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/sounds/sf2/FluidR3_GM.sf2"}) {
    if (argc == 1 && std::filesystem::exists(path)) fonts.emplace_back(path);
  }
  if (fonts.empty()) {
    std::fprintf(stderr, "There is no SoundFont to play. Install timgm6mb-soundfont.\n");
    return 4;
  }
  const std::string midi = (std::filesystem::temp_directory_path() /
                            ("tutti-bench-" + std::to_string(getpid()) + ".mid"))
                               .string();
  const std::string empty = midi + ".empty";
  const std::vector<Hit> song = dense_song(kSeconds);
  write_midi(midi, song);
  write_midi(empty, {});
  std::printf("%-14s %7s %12s %12s %10s %10s %8s %8s %22s\n", "font", "voices", "ours s",
              "theirs s", "ours net", "theirs net", "ratio", "net", "ours, times real time");
  for (const std::string& font : fonts) {
    std::array<std::vector<double>, 4> times;
    for (int run = 0; run < kRuns; ++run) {
      times[0].push_back(child_seconds([&] { return render_ours(font, song); }));
      times[1].push_back(child_seconds([&] { return render_theirs(font, midi); }));
      times[2].push_back(child_seconds([&] { return render_ours(font, {}); }));
      times[3].push_back(child_seconds([&] { return render_theirs(font, empty); }));
    }
    const double ours = median(times[0]), theirs = median(times[1]);
    const double ours_net = ours - median(times[2]), theirs_net = theirs - median(times[3]);
    if (ours < 0) return std::fprintf(stderr, "Our own render of %s failed.\n", font.c_str()), 1;
    const double voices = mean_voices(font, song);
    const std::string name = std::filesystem::path(font).stem().string();
    if (theirs < 0) {
      std::printf("%-14s %7.1f %12.3f %12s (fluidsynth is not installed)\n", name.c_str(), voices,
                  ours, "-");
    } else {
      std::printf("%-14s %7.1f %12.3f %12.3f %10.3f %10.3f %7.2fx %7.2fx %21.1fx\n", name.c_str(),
                  voices, ours, theirs, ours_net, theirs_net, theirs / ours, theirs_net / ours_net,
                  kSeconds / ours);
    }
    std::printf("%-14s ours net: %.2f ns a voice and frame\n", "",
                ours_net * 1e9 / (voices * kSeconds * 48000));
  }
  std::filesystem::remove(midi);
  std::filesystem::remove(empty);
  return 0;
}
