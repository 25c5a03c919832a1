// The sampler beside FluidSynth: every General MIDI program of the installed SoundFont, same notes,
// reverb and chorus off. Pitch by the drift between the two waves, level by their power, times by
// their contours.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "engine/instruments/sampler.h"
#include "rows.h"

namespace tutti::accuracy {
namespace {

constexpr double kRate = 48000;
constexpr int kEvery = 5 * 48000, kHeld = 72000;  // frames from note to note, and held down
constexpr int kPrograms = 128;

struct Wave {
  std::vector<float> left, right;
};

void put_number(std::string& out, unsigned value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 255);
}
void put_length(std::string& out, unsigned value) {
  for (int shift = 21; shift > 0; shift -= 7) {
    if (value >> shift) out += static_cast<char>((value >> shift & 127) | 128);
  }
  out += static_cast<char>(value & 127);
}

// One note per program; a tick is a millisecond.
std::string midi_file(int key, int velocity) {
  std::string track;
  track += std::string("\0\xff\x51\x03\x0f\x42\x40", 7);  // a second a quarter, 1000 ticks each
  unsigned wait = 0;
  for (int program = 0; program < kPrograms; ++program) {
    put_length(track, wait);
    track += {static_cast<char>(0xc0), static_cast<char>(program)};
    put_length(track, 0);
    track += {static_cast<char>(0x90), static_cast<char>(key), static_cast<char>(velocity)};
    put_length(track, kHeld / 48);
    track += {static_cast<char>(0x80), static_cast<char>(key), 0};
    wait = (kEvery - kHeld) / 48;
  }
  put_length(track, wait);
  track += std::string("\xff\x2f\0", 3);
  std::string file = "MThd";
  put_number(file, 6, 4), put_number(file, 0, 2), put_number(file, 1, 2), put_number(file, 1000, 2);
  file += "MTrk";
  put_number(file, static_cast<unsigned>(track.size()), 4);
  return file + track;
}

bool run(const std::vector<std::string>& words) {
  const pid_t child = fork();
  if (child == 0) {
    std::vector<char*> argv;
    for (const std::string& w : words) argv.push_back(const_cast<char*>(w.c_str()));
    argv.push_back(nullptr);
    if (std::freopen("/dev/null", "w", stdout) && std::freopen("/dev/null", "w", stderr))
      execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

Wave theirs(const std::filesystem::path& font, int key, int velocity) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("tutti-sampler-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const auto midi = folder / "all.mid", raw = folder / "all.raw";
  const std::string bytes = midi_file(key, velocity);
  std::ofstream(midi, std::ios::binary) << bytes;
  Wave wave;
  if (run({"fluidsynth", "-ni", "-q", "-F", raw.string(), "-T", "raw", "-O", "float", "-r", "48000",
           "-R", "0", "-C", "0", font.string(), midi.string()})) {
    std::ifstream in(raw, std::ios::binary);
    float frame[2];
    while (in.read(reinterpret_cast<char*>(frame), sizeof frame))
      wave.left.push_back(frame[0]), wave.right.push_back(frame[1]);
  }
  std::filesystem::remove_all(folder);
  return wave;
}

Wave ours(std::shared_ptr<const instruments::SoundBank> bank, int key, int velocity) {
  instruments::Sampler sampler;
  Arena arena;
  sampler.prepare(kRate, 4096, arena);
  sampler.set_bank(std::move(bank));
  Wave wave;
  wave.left.resize(static_cast<std::size_t>(kPrograms) * kEvery);
  wave.right.resize(wave.left.size());
  const auto process = [&](std::size_t from, std::size_t to) {
    for (std::size_t at = from; at < to; at += 4000)
      sampler.process({wave.left.data() + at, wave.right.data() + at,
                       static_cast<int>(std::min<std::size_t>(4000, to - at))});
  };
  for (int program = 0; program < kPrograms; ++program) {
    const std::size_t at = static_cast<std::size_t>(program) * kEvery;
    sampler.event(0xc0, static_cast<std::uint8_t>(program), 0);
    sampler.event(0x90, static_cast<std::uint8_t>(key), static_cast<std::uint8_t>(velocity));
    process(at, at + kHeld);
    sampler.event(0x80, static_cast<std::uint8_t>(key), 0);
    process(at + kHeld, at + kEvery);
  }
  return wave;
}

// Both channels as one, from `at` on.
std::vector<float> part(const Wave& w, std::int64_t at, std::size_t count) {
  std::vector<float> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t k = at + static_cast<std::int64_t>(i);
    if (k >= 0 && k < static_cast<std::int64_t>(w.left.size()))
      out[i] = w.left[static_cast<std::size_t>(k)] + 0.5f * w.right[static_cast<std::size_t>(k)];
  }
  return out;
}

struct Match {
  double lag = 0, likeness = 0;
};

// Where window [at, at + count) of a lies best in b, near `guess` and at most `reach` away.
Match match(const std::vector<float>& a, const std::vector<float>& b, int at, int count,
            double guess, int reach) {
  const int centre = static_cast<int>(std::lround(guess));
  std::vector<double> scores;
  double best = -2;
  int best_at = 0;
  for (int lag = centre - reach - 1; lag <= centre + reach + 1; ++lag) {
    double xy = 0, xx = 0, yy = 0;
    for (int i = at; i < at + count; ++i) {
      const int k = i + lag;
      if (k < 0 || k >= static_cast<int>(b.size())) continue;
      const double x = a[static_cast<std::size_t>(i)], y = b[static_cast<std::size_t>(k)];
      xy += x * y, xx += x * x, yy += y * y;
    }
    scores.push_back(xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0);
    const int n = static_cast<int>(scores.size()) - 1;
    if (n > 0 && n < 2 * reach + 2 && scores.back() > best) best = scores.back(), best_at = n;
  }
  if (best_at == 0) return {guess, 0};
  const auto n = static_cast<std::size_t>(best_at);
  const double l = scores[n - 1], m = scores[n], r = n + 1 < scores.size() ? scores[n + 1] : m;
  const double bend = l - 2 * m + r;
  return {centre - reach - 1 + best_at + (bend < 0 ? 0.5 * (l - r) / bend : 0), m};
}

std::vector<double> contour(const std::vector<float>& x) {
  std::vector<double> out;
  for (std::size_t i = 0; i + 240 <= x.size(); i += 240) {
    double sum = 0;
    for (std::size_t k = i; k < i + 240; ++k) sum += static_cast<double>(x[k]) * x[k];
    out.push_back(std::sqrt(sum / 240));
  }
  // Over 20 ms, so that low tones do not ripple.
  std::vector<double> smooth(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    double sum = 0;
    int n = 0;
    for (std::size_t k = i; k < std::min(i + 4, out.size()); ++k) sum += out[k] * out[k], ++n;
    smooth[i] = std::sqrt(sum / n);
  }
  return smooth;
}

// Seconds until the contour crosses `level`, between the windows by straight line; -1 if never.
double crossing(const std::vector<double>& c, std::size_t from, double level, bool up) {
  for (std::size_t i = from + 1; i < c.size(); ++i) {
    if (up ? c[i] >= level : c[i] <= level) {
      const double step = c[i] - c[i - 1];
      const double part = step == 0 ? 0 : (level - c[i - 1]) / step;
      return (static_cast<double>(i - 1 - from) + std::clamp(part, 0.0, 1.0)) * 0.005;
    }
  }
  return -1;
}

struct Found {
  double cents = 0, db = 0, time = 0;
  bool tracked = false;
  int times = 0, times_good = 0;
};

Found compare(const std::vector<float>& a, const std::vector<float>& b, double lag) {
  Found f;
  // Pitch: how the lag drifts from window to window over 0.6 s.
  double first = 0, last = lag;
  f.tracked = true;
  for (int k = 0; k <= 12; ++k) {
    const Match m = match(a, b, 9600 + k * 2400, 4096, last, k == 0 ? 12 : 6);
    if (m.likeness < 0.5) f.tracked = false;
    last = m.lag;
    if (k == 0) first = last;
  }
  f.cents = (last - first) / (12 * 2400) * 1200 / std::log(2.0);
  double pa = 0, pb = 0;
  const int shift = static_cast<int>(std::lround(lag));
  for (int i = 2400; i < 60000; ++i) {
    pa += static_cast<double>(a[static_cast<std::size_t>(i)]) * a[static_cast<std::size_t>(i)];
    const double y =
        b[static_cast<std::size_t>(std::clamp(i + shift, 0, static_cast<int>(b.size()) - 1))];
    pb += y * y;
  }
  f.db = 10 * std::log10((pa + 1e-12) / (pb + 1e-12));
  const std::vector<double> ca = contour(a), cb = contour(std::vector<float>(
                                                 b.begin() + std::max(0, shift), b.end()));
  const std::size_t off = kHeld / 240;
  const double top_a = *std::max_element(ca.begin(), ca.begin() + off),
               top_b = *std::max_element(cb.begin(), cb.begin() + off);
  // 5 ms windows: times under 100 ms are held to 5 ms.
  const auto judge = [&](double ta, double tb) {
    ++f.times;
    const double error = std::fabs(ta - tb) / std::max(tb, 0.1);
    f.times_good += error <= 0.05;
    f.time = std::max(f.time, error);
  };
  const auto time = [&](std::size_t from, double ref_a, double ref_b, double db, bool up) {
    const double gain = std::pow(10, db / 20);
    const double ta = crossing(ca, from, ref_a * gain, up),
                 tb = crossing(cb, from, ref_b * gain, up);
    if (ta >= 0 && tb >= 0 && ref_a > 3e-5) judge(ta, tb);
  };
  time(0, top_a, top_b, -6, true);
  const std::size_t peak =
      static_cast<std::size_t>(std::max_element(cb.begin(), cb.begin() + off) - cb.begin());
  if (peak + 20 < off && cb[off - 1] < top_b * 0.2) time(peak, top_a, top_b, -12, false);
  // The release between two of its levels, since FluidSynth's own player rounds when it begins.
  const double from_a = crossing(ca, off, ca[off - 1] * 0.5, false),
               to_a = crossing(ca, off, ca[off - 1] * 0.02, false);
  const double from_b = crossing(cb, off, cb[off - 1] * 0.5, false),
               to_b = crossing(cb, off, cb[off - 1] * 0.02, false);
  if (from_a >= 0 && to_a >= 0 && from_b >= 0 && to_b >= 0 && ca[off - 1] > 3e-5)
    judge(to_a - from_a, to_b - from_b);
  return f;
}

void measure(const std::filesystem::path&, Report& report) {
  const char* names[] = {"/usr/share/sounds/sf2/TimGM6mb.sf2",
                         "/usr/share/sounds/sf2/FluidR3_GM.sf2"};
  for (const char* path : names) {
    const std::string font_name = std::filesystem::path(path).stem().string();
    std::string bytes;
    if (!std::filesystem::exists(path) && font_name != "TimGM6mb")
      continue;  // the large one is a plus
    if (!report.read("sampler: " + font_name, path, bytes)) continue;
    auto font = instruments::read_soundfont(std::as_bytes(std::span(bytes)));
    if (!font) {
      report.check("sampler: " + font_name + " opens", false, font.error().message);
      continue;
    }
    auto bank = std::make_shared<instruments::SoundBank>();
    bank->add(std::make_shared<const instruments::SoundFont>(std::move(*font)), true);
    double cents = 0, level = 0;
    int tracked = 0, times = 0, times_good = 0, notes = 0, level_good = 0;
    for (const auto& [key, velocity] : {std::pair{60, 100}, {43, 64}, {76, 30}}) {
      const Wave b = theirs(path, key, velocity), a = ours(bank, key, velocity);
      if (b.left.empty())
        return report.missing("sampler beside fluidsynth",
                              "fluidsynth did not run; install it (./dev setup bench)");
      for (int program = 0; program < kPrograms; ++program) {
        const std::int64_t at = static_cast<std::int64_t>(program) * kEvery;
        const std::vector<float> x = part(a, at, kEvery), y = part(b, at, kEvery + 4000);
        const Match start = match(x, y, 0, 9600, 64, 1500);
        const Found f = compare(x, y, start.lag);
        ++notes;
        if (f.tracked) ++tracked, cents = std::max(cents, std::fabs(f.cents));
        level = std::max(level, std::fabs(f.db));
        level_good += std::fabs(f.db) <= 1;
        times += f.times, times_good += f.times_good;
        if (std::getenv("TUTTI_VERBOSE")) {
          std::fprintf(stderr,
                       "%s %3d key %d lag %.1f like %.4f cents %+.3f%s level %+.3f dB times %d/%d "
                       "worst %.1f %%\n",
                       font_name.c_str(), program, key, start.lag, start.likeness, f.cents,
                       f.tracked ? "" : " (untracked)", f.db, f.times_good, f.times, 100 * f.time);
        }
      }
    }
    const std::string head = font_name + " beside fluidsynth: ";
    report.figure(head + "pitch, largest difference, cents", cents, 3, Better::lower);
    report.figure(head + "notes whose pitch can be compared, share",
                  static_cast<double>(tracked) / notes, 0.9);
    report.figure(head + "level, largest difference, dB", level, 1, Better::lower);
    report.figure(head + "level within 1 dB, share", static_cast<double>(level_good) / notes, 1);
    report.figure(head + "envelope times within 5 %, share",
                  static_cast<double>(times_good) / std::max(times, 1), 1);
  }
}

const Registration registered{"Sampler", measure};

}  // namespace
}  // namespace tutti::accuracy
