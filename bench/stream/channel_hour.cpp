#include "bench/stream/channel_hour.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <unistd.h>

#include "engine/analysis/key.h"
#include "engine/compose/setting_text.h"
#include "engine/dsp/fft.h"
#include "engine/dsp/loudness.h"

namespace tutti::bench {
namespace {

using compose::Setting;

constexpr int kBlock = 4800, kMinutes = 60, kRate = 48000;
constexpr int kWindow = 8192, kHop = 480;

std::span<const std::string_view> styles_there_are() {
  return compose::setting_table()[static_cast<std::size_t>(Setting::style)].choices;
}

double resident_megabytes() {
  long whole = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// Key and tempo as the sound has them: pitch classes from spectral peaks, given to the analysis'
// key finder; and the pulse that the rises of loudness beat in, by a Fourier tempogram (Grosche and
// Müller, ISMIR 2010).
class Ear {
 public:
  void hear(const float* left, const float* right, int frames) {
    for (int f = 0; f < frames; ++f) {
      mono_.push_back(0.5f * (left[f] + right[f]));
      const double x = mono_.back(), rise = x - before_;  // rises of the high end count more
      before_ = x;
      energy_ += rise * rise;
      if (++count_ == kHop) {
        const double loud = std::log(energy_ + 1e-9);
        flux_.push_back(std::max(0.0, loud - loud_));
        loud_ = loud;
        energy_ = 0;
        count_ = 0;
      }
    }
    if (mono_.size() < kWindow) return;
    look();
    mono_.clear();  // one window out of each block or two is plenty over an hour
  }

  std::string key() const {
    std::vector<analysis::KeyNote> notes;
    for (int p = 0; p < 12; ++p)
      notes.push_back({60.0 + p, pitch_classes_[static_cast<std::size_t>(p)], 1});
    return analysis::estimate_key(notes).name();
  }

  // The nearest to `asked` of the strongest pulse and its simple parts.
  double tempo() const {
    const std::size_t count = std::min<std::size_t>(flux_.size(), 60000);
    double mean = 0;
    for (std::size_t i = 0; i < count; ++i) mean += flux_[i] / static_cast<double>(count);
    double best = 0, found = 0;
    for (double bpm = 60; bpm < 120; bpm += 0.01) {
      // Beats, and quavers on them.
      double score = 0;
      for (const double part : {1.0, 2.0}) {
        const double turn = 2 * 3.14159265358979 * bpm * part / 60 * kHop / kRate;
        const double c = std::cos(turn), s = std::sin(turn);
        double re = 0, im = 0, x = 1, y = 0;
        for (std::size_t i = 0; i < count; ++i) {
          re += (flux_[i] - mean) * x;
          im += (flux_[i] - mean) * y;
          const double next = x * c - y * s;
          y = x * s + y * c;
          x = next;
        }
        score += std::sqrt(re * re + im * im);
      }
      if (score > best) best = score, found = bpm;
    }
    return found;
  }

 private:
  void look() {
    std::vector<float> x(mono_.end() - kWindow, mono_.end());
    for (std::size_t i = 0; i < kWindow; ++i)
      x[i] *= static_cast<float>(
          0.5 - 0.5 * std::cos(2 * 3.14159265358979 * static_cast<double>(i) / kWindow));
    fft_.forward(x.data(), re_.data(), im_.data());
    const auto size = [&](std::size_t i) { return std::hypot(double{re_[i]}, double{im_[i]}); };
    for (std::size_t i = 16; i < 400; ++i) {
      const double a = size(i - 1), b = size(i), c = size(i + 1);
      if (b < a || b < c || b < 1e-3) continue;
      const double offset = 0.5 * (a - c) / (a - 2 * b + c);
      const double note =
          69 + 12 * std::log2((static_cast<double>(i) + offset) * kRate / kWindow / 440);
      const auto p = static_cast<std::size_t>((static_cast<int>(std::lround(note)) % 12 + 12) % 12);
      pitch_classes_[p] += std::sqrt(b);
    }
  }

  std::vector<float> mono_;
  std::vector<double> flux_;
  std::array<double, 12> pitch_classes_{};
  double before_ = 0, energy_ = 0, loud_ = 0;
  int count_ = 0;
  dsp::RealFft fft_{kWindow};
  std::vector<float> re_ = std::vector<float>(kWindow / 2 + 1), im_ = re_;
};

std::string words_of(const compose::Bar& bar) {
  std::string out;
  for (const auto& n : bar.notes)
    out += std::to_string(static_cast<int>(n.voice)) + "," + std::to_string(n.key) + "," +
           std::to_string(n.start.value) + "," + std::to_string(n.duration.value) + ";";
  return out;
}

}  // namespace

int print_levels(const stream::Materials& materials) {
  const auto styles = styles_there_are();
  for (std::size_t s = 0; s < styles.size(); ++s) {
    stream::ControlLog log;
    log.seed = 7;
    log.start.set(Setting::style, static_cast<double>(s));
    log.start.set(Setting::intensity, 0.55);
    stream::Channel channel(materials, log, true);
    std::vector<std::vector<float>> stems(2 * compose::kVoices, std::vector<float>(kBlock));
    std::vector<stream::Channel::Stem> to;
    for (std::size_t v = 0; v < compose::kVoices; ++v)
      to.push_back({stems[2 * v].data(), stems[2 * v + 1].data()});
    std::vector<float> left(kBlock), right(kBlock);
    std::vector<dsp::LoudnessMeter> meters(compose::kVoices);
    dsp::LoudnessMeter mix, master;
    for (int i = 0; i < 220 * kRate / kBlock; ++i) {
      channel.render_stems(to, left.data(), right.data(), kBlock);
      master.add(left.data(), right.data(), kBlock);
      std::fill(left.begin(), left.end(), 0.0f);
      std::fill(right.begin(), right.end(), 0.0f);
      for (std::size_t v = 0; v < compose::kVoices; ++v) {
        meters[v].add(to[v].left, to[v].right, kBlock);
        for (std::size_t f = 0; f < kBlock; ++f)
          left[f] += to[v].left[f], right[f] += to[v].right[f];
      }
      mix.add(left.data(), right.data(), kBlock);
    }
    std::printf("%-8s mix %6.1f master %6.1f", std::string(styles[s]).c_str(), mix.integrated(),
                master.integrated());
    for (int v = 0; v < compose::kVoices; ++v)
      std::printf("  %s %.1f", std::string(name_of(static_cast<compose::Voice>(v))).c_str(),
                  meters[static_cast<std::size_t>(v)].integrated());
    std::printf("\n");
  }
  return 0;
}

int print_hours(const stream::Materials& materials, const std::vector<std::string>& wanted) {
  std::vector<std::string> styles = wanted;
  if (styles.empty())
    for (const auto name : styles_there_are()) styles.emplace_back(name);
  for (const std::string& name : styles) {
    const auto style = compose::style_from_name(name);
    if (!style) return std::fprintf(stderr, "%s\n", style.error().message.c_str()), 2;
    stream::ControlLog log;
    log.seed = 7;
    log.start.set(Setting::style, static_cast<double>(*style));
    stream::Channel channel(materials, log);
    std::vector<float> left(kBlock), right(kBlock);
    dsp::LoudnessScan scan(kRate, 2);
    dsp::LoudnessMeter minute;
    Ear ear;
    double softest = 0, loudest = -200, offset = 0, sum = 0, early = 0;
    std::int64_t bad = 0;
    std::vector<std::size_t> bars;
    for (int block = 0; block < kMinutes * 60 * kRate / kBlock; ++block) {
      channel.render(left.data(), right.data(), kBlock);
      const float* both[] = {left.data(), right.data()};
      scan.add(both, kBlock);
      minute.add(left.data(), right.data(), kBlock);
      ear.hear(left.data(), right.data(), kBlock);
      for (const float x : left) {
        if (!std::isfinite(x)) ++bad;
        sum += x;
      }
      for (const auto& bar : channel.take_bars())
        bars.push_back(std::hash<std::string>{}(words_of(bar.bar)));
      if ((block + 1) % (60 * kRate / kBlock) != 0) continue;
      softest = std::min(softest, minute.integrated());
      loudest = std::max(loudest, minute.integrated());
      offset = std::max(offset, std::fabs(sum) / (60.0 * kRate));
      sum = 0;
      minute.reset();
      if (block / (60 * kRate / kBlock) == 4) early = resident_megabytes();
    }
    const double late = resident_megabytes();
    std::map<std::string, int> seen;
    int repeated = 0;
    for (std::size_t i = 0; i + 8 <= bars.size(); ++i) {
      std::string eight;
      for (std::size_t k = 0; k < 8; ++k) eight += std::to_string(bars[i + k]) + "|";
      repeated += seen[eight]++ > 0 ? 1 : 0;
    }
    const auto report = scan.report();
    std::printf(
        "{\"style\":\"%s\",\"integrated\":%.2f,\"softest_minute\":%.2f,\"loudest_minute\":%.2f,"
        "\"true_peak\":%.2f,\"offset\":%.6f,\"not_finite\":%lld,\"key\":\"%s\",\"tempo\":%.2f,"
        "\"repeated_8_bars\":%d,\"bars\":%zu,\"memory_mb\":[%.1f,%.1f]}\n",
        name.c_str(), report.integrated, softest, loudest, report.true_peak, offset,
        static_cast<long long>(bad), ear.key().c_str(), ear.tempo(), repeated, bars.size(), early,
        late);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace tutti::bench
