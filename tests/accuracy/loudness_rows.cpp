// The published cases for loudness meters: EBU Tech 3341 and 3342, ITU-R BS.2217, each with the
// tolerance its document states; beside libebur128 on the same files and on music.
#include <cmath>
#include <ebur128.h>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>

#include "engine/dsp/loudness.h"
#include "native/files/audio_reader.h"
#include "tests/accuracy/rows.h"

namespace tutti::accuracy {
namespace {

namespace fs = std::filesystem;

struct Measured {
  dsp::LoudnessReport ours;
  // Momentary loudness stays within these bounds after the first second.
  double momentary_low = 1e9, momentary_high = -1e9;
  // libebur128's; maxima over steps of 10 ms.
  double integrated = dsp::kSilence, range = 0, momentary_max = dsp::kSilence,
         short_term_max = dsp::kSilence, true_peak = dsp::kSilence;
  bool ok = false;
};

double or_silence(double value) {
  return std::isfinite(value) ? value : dsp::kSilence;
}

Measured measure_file(const fs::path& path) {
  Measured m;
  const auto decoded = files::decode(files::AudioSource::path(path.string()));
  if (!decoded) return m;
  const auto& audio = decoded->audio;
  const auto channels = audio.channels.size();
  dsp::LoudnessScan scan(audio.rate, static_cast<int>(channels));
  dsp::LoudnessMeter meter(audio.rate, static_cast<int>(channels));
  ebur128_state* oracle =
      ebur128_init(static_cast<unsigned>(channels), static_cast<unsigned long>(audio.rate),
                   EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_S | EBUR128_MODE_TRUE_PEAK);
  const auto step = static_cast<std::size_t>(audio.rate / 100);
  std::vector<float> interleaved(step * channels);
  std::vector<const float*> at(channels);
  for (std::size_t done = 0; done < audio.frames(); done += step) {
    const std::size_t n = std::min(step, audio.frames() - done);
    for (std::size_t c = 0; c < channels; ++c) {
      at[c] = audio.channels[c].data() + done;
      for (std::size_t i = 0; i < n; ++i) interleaved[i * channels + c] = at[c][i];
    }
    scan.add(at, static_cast<int>(n));
    meter.add(at, static_cast<int>(n));
    if (done + n >= static_cast<std::size_t>(audio.rate)) {
      m.momentary_low = std::min(m.momentary_low, meter.momentary());
      m.momentary_high = std::max(m.momentary_high, meter.momentary());
    }
    ebur128_add_frames_float(oracle, interleaved.data(), n);
    double value = 0;
    ebur128_loudness_momentary(oracle, &value);
    m.momentary_max = std::max(m.momentary_max, or_silence(value));
    ebur128_loudness_shortterm(oracle, &value);
    m.short_term_max = std::max(m.short_term_max, or_silence(value));
  }
  m.ours = scan.report();
  double value = 0;
  ebur128_loudness_global(oracle, &value);
  m.integrated = or_silence(value);
  ebur128_loudness_range(oracle, &m.range);
  for (unsigned c = 0; c < channels; ++c) {
    ebur128_true_peak(oracle, c, &value);
    m.true_peak = std::max(m.true_peak, value > 0 ? 20 * std::log10(value) : dsp::kSilence);
  }
  ebur128_destroy(&oracle);
  m.ok = true;
  return m;
}

enum class Kind { integrated, range, momentary, momentary_max, short_term_max, true_peak };

struct Case {
  const char* file;
  Kind kind;
  double wanted, under, over;
};

constexpr Case kCases[] = {
    {"ebu_flac/seq-3341-1-16bit.flac", Kind::integrated, -23, 0.1, 0.1},
    {"ebu_flac/seq-3341-1-16bit.flac", Kind::momentary_max, -23, 0.1, 0.1},
    {"ebu_flac/seq-3341-1-16bit.flac", Kind::short_term_max, -23, 0.1, 0.1},
    {"ebu_flac/seq-3341-2-16bit.flac", Kind::integrated, -33, 0.1, 0.1},
    {"ebu_flac/seq-3341-2-16bit.flac", Kind::momentary_max, -33, 0.1, 0.1},
    {"ebu_flac/seq-3341-2-16bit.flac", Kind::short_term_max, -33, 0.1, 0.1},
    {"ebu_flac/seq-3341-3-16bit-v02.flac", Kind::integrated, -23, 0.1, 0.1},
    {"ebu_flac/seq-3341-4-16bit-v02.flac", Kind::integrated, -23, 0.1, 0.1},
    {"ebu_flac/seq-3341-5-16bit-v02.flac", Kind::integrated, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-10-1-24bit.flac", Kind::short_term_max, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-10-7-24bit.flac", Kind::short_term_max, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-10-13-24bit.flac", Kind::short_term_max, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-10-20-24bit.flac", Kind::short_term_max, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-12-24bit.flac", Kind::momentary, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-13-1-24bit.flac", Kind::momentary_max, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-13-7-24bit.flac", Kind::momentary_max, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-13-13-24bit.flac", Kind::momentary_max, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-13-20-24bit.flac", Kind::momentary_max, -23, 0.1, 0.1},
    {"ebu_v05/seq-3341-15-24bit.wav.flac", Kind::true_peak, -6, 0.4, 0.2},
    {"ebu_v05/seq-3341-16-24bit.wav.flac", Kind::true_peak, -6, 0.4, 0.2},
    {"ebu_v05/seq-3341-17-24bit.wav.flac", Kind::true_peak, -6, 0.4, 0.2},
    {"ebu_v05/seq-3341-18-24bit.wav.flac", Kind::true_peak, -6, 0.4, 0.2},
    {"ebu_v05/seq-3341-19-24bit.wav.flac", Kind::true_peak, 3, 0.4, 0.2},
    {"ebu_v05/seq-3341-20-24bit.wav.flac", Kind::true_peak, 0, 0.4, 0.2},
    {"ebu_v05/seq-3341-21-24bit.wav.flac", Kind::true_peak, 0, 0.4, 0.2},
    {"ebu_v05/seq-3341-22-24bit.wav.flac", Kind::true_peak, 0, 0.4, 0.2},
    {"ebu_v05/seq-3341-23-24bit.wav.flac", Kind::true_peak, 0, 0.4, 0.2},
    {"ebu_flac/seq-3342-1-16bit.flac", Kind::range, 10, 1, 1},
    {"ebu_flac/seq-3342-2-16bit.flac", Kind::range, 5, 1, 1},
    {"ebu_flac/seq-3342-3-16bit.flac", Kind::range, 20, 1, 1},
    {"ebu_flac/seq-3342-4-16bit.flac", Kind::range, 15, 1, 1},
    {"ebu_flac/1kHz_sine_-20LUFS-16bit.flac", Kind::integrated, -20, 0.1, 0.1},
    {"ebu_flac/1kHz_sine_-26LUFS-16bit.flac", Kind::integrated, -26, 0.1, 0.1},
    {"ebu_flac/1kHz_sine_-40LUFS-16bit.flac", Kind::integrated, -40, 0.1, 0.1},
    {"pyloudnorm/data/1770-2_Comp_AbsGateTest.wav", Kind::integrated, -69.5, 0.1, 0.1},
    {"pyloudnorm/data/1770-2_Comp_RelGateTest.wav", Kind::integrated, -10, 0.1, 0.1},
    {"pyloudnorm/data/sine_1000.wav", Kind::integrated, -3.0523438444331137, 0.05, 0.05},
};

void check_case(const Case& c, const Measured& m, Report& report) {
  double low = 0, high = 0;
  const char* what = "";
  switch (c.kind) {
    case Kind::integrated:
      low = high = m.ours.integrated, what = "integrated, LUFS";
      break;
    case Kind::range:
      low = high = m.ours.range, what = "range, LU";
      break;
    case Kind::momentary:
      low = m.momentary_low, high = m.momentary_high, what = "momentary throughout, LUFS";
      break;
    case Kind::momentary_max:
      low = high = m.ours.momentary_max, what = "highest momentary, LUFS";
      break;
    case Kind::short_term_max:
      low = high = m.ours.short_term_max, what = "highest short-term, LUFS";
      break;
    case Kind::true_peak:
      low = high = m.ours.true_peak, what = "true peak, dBTP";
      break;
  }
  std::ostringstream detail;
  detail.precision(4);
  detail << low;
  if (high > low + 0.005) detail << " to " << high;
  detail << " where " << c.wanted << " is meant";
  report.check(fs::path(c.file).stem().string() + ": " + what,
               low >= c.wanted - c.under && high <= c.wanted + c.over, detail.str());
}

void measure(const fs::path& data, Report& report) {
  const fs::path folder = data / "loudness";
  std::map<std::string, Measured> measured;
  const auto look = [&](const std::string& file) -> const Measured& {
    auto [at, fresh] = measured.try_emplace(file);
    if (fresh) at->second = measure_file(data / file);
    return at->second;
  };
  for (const Case& c : kCases) {
    const auto& m = look(std::string("loudness/") + c.file);
    if (m.ok)
      check_case(c, m, report);
    else
      report.missing(c.file, "cannot be read");
  }
  // Every file of the reference table, which has music too.
  std::ifstream table(folder / "ffmpeg_ebur128_reference.csv");
  std::string line;
  std::getline(table, line);
  int files = 0;
  double integrated = 0, range = 0, momentary = 0, short_term = 0, true_peak = 0, ffmpeg = 0;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string file, number;
    std::getline(fields, file, ',');
    std::getline(fields, number, ',');
    const double seconds = std::stod(number);
    std::getline(fields, number, ',');
    const auto& m = look(file);
    if (!m.ok) {
      report.missing(file, "cannot be read");
      continue;
    }
    ++files;
    const auto apart = [](double a, double b) { return std::fabs(a - b); };
    integrated = std::max(integrated, apart(m.ours.integrated, m.integrated));
    momentary = std::max(momentary, apart(m.ours.momentary_max, m.momentary_max));
    short_term = std::max(short_term, apart(m.ours.short_term_max, m.short_term_max));
    true_peak = std::max(true_peak, apart(m.ours.true_peak, m.true_peak));
    range = std::max(range, apart(m.ours.range, m.range));
    // Printed to a tenth; of the shortest recordings it leaves out the end.
    if (seconds >= 2) ffmpeg = std::max(ffmpeg, apart(m.ours.integrated, std::stod(number)));
  }
  if (files == 0) report.missing("reference table", "ffmpeg_ebur128_reference.csv has no rows");
  const auto figure = [&](const char* name, double value) {
    report.figure(name, value, 0.05, Better::lower);
  };
  figure("beside libebur128: integrated, largest difference, LU", integrated);
  figure("beside libebur128: range, largest difference, LU", range);
  figure("beside libebur128: highest momentary, largest difference, LU", momentary);
  figure("beside libebur128: highest short-term, largest difference, LU", short_term);
  figure("beside libebur128: true peak, largest difference, dB", true_peak);
  report.figure("beside ffmpeg (printed to 0.1): integrated, largest difference, LU", ffmpeg, 0.1,
                Better::lower);
  report.info("loudness files beside libebur128", files, "files");
}

const Registration registered{"loudness", measure};

}  // namespace
}  // namespace tutti::accuracy
