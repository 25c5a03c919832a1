// Our HTDemucs against vectors of the reference implementation: transform, stages, stems, a song in
// segments, bf16 against float32, and a network of the public model's size.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>

#include "engine/base/cpu.h"
#include "engine/base/json.h"
#include "engine/nn/safetensors.h"
#include "engine/separate/htdemucs.h"
#include "engine/separate/htdemucs_network.h"
#include "rows.h"
#include "tests/support/htdemucs_weights.h"

namespace tutti::accuracy {
namespace {

using separate::HtDemucs;

constexpr std::size_t kSegment = 343980;
const char* const kPlaces[] = {"output_source0_drums", "", "", "output_source3_vocals"};

std::vector<float> floats_of(const std::string& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

// 10 log10 of the power of the reference over that of the difference.
double snr(std::span<const float> reference, std::span<const float> ours) {
  double signal = 0, noise = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double difference = static_cast<double>(ours[i]) - static_cast<double>(reference[i]);
    signal += static_cast<double>(reference[i]) * static_cast<double>(reference[i]);
    noise += difference * difference;
  }
  return 10 * std::log10(signal / (noise + 1e-300));
}

// Stems as [stem][channel][frame].
struct Stems {
  explicit Stems(std::size_t length) : frames(length), data(8 * length) {}
  separate::StemsOut spans(std::size_t from, std::size_t count) {
    separate::StemsOut out;
    for (std::size_t s = 0; s < 4; ++s)
      for (std::size_t c = 0; c < 2; ++c)
        out[s][c] = std::span(data).subspan((2 * s + c) * frames + from, count);
    return out;
  }
  std::span<const float> stem(std::size_t s) const {
    return std::span(data).subspan(2 * s * frames, 2 * frames);
  }
  std::size_t frames;
  std::vector<float> data;
};

separate::StereoIn stereo(std::span<const float> planar) {
  const std::size_t frames = planar.size() / 2;
  return {planar.first(frames), planar.last(frames)};
}

// The weights beside their index as a safetensors file; empty where one cannot be read.
std::vector<std::byte> oracle_weights(const std::filesystem::path& folder, Report& report) {
  const std::string name = "HTDemucs: weights of the reference";
  std::string index, raw;
  if (!report.read(name, folder / "weights_index.json", index) ||
      !report.read(name, folder / "weights_f32.raw", raw))
    return {};
  const auto parsed = parse_json(index);
  nn::SafetensorsWriter writer;
  if (!parsed || !parsed->is_array()) {
    report.missing(name, "weights_index.json is no list");
    return {};
  }
  for (const auto& entry : parsed->get_array()) {
    std::vector<std::size_t> shape;
    for (const auto& extent : entry.at("shape").as_array())
      shape.push_back(static_cast<std::size_t>(extent.as_int64()));
    const auto offset = static_cast<std::size_t>(entry.at("offset").as_int64());
    const auto count = static_cast<std::size_t>(entry.at("count").as_int64());
    writer.add(std::string(entry.at("name").as_string()), nn::Type::f32, shape,
               std::as_bytes(std::span(raw)).subspan(offset, 4 * count));
  }
  return writer.bytes();
}

// Whether our generator makes the very tensors of the reference.
bool same_tensors(std::span<const std::byte> a, std::span<const std::byte> b) {
  const auto left = nn::Safetensors::read(a), right = nn::Safetensors::read(b);
  if (!left || !right || left->tensors().size() != right->tensors().size()) return false;
  for (const auto& [name, tensor] : left->tensors()) {
    const nn::TensorView* const other = right->find(name);
    if (other == nullptr || other->shape != tensor.shape ||
        !std::equal(tensor.bytes.begin(), tensor.bytes.end(), other->bytes.begin()))
      return false;
  }
  return true;
}

// Worst difference of the probed values of all stages that we can see, over the stage's deviation.
void compare_stages(std::span<const std::byte> weights, std::span<const float> mixture,
                    const json::array& stages, Report& report) {
  const auto file = nn::Safetensors::read(weights);
  separate::htdemucs::Settings settings;
  settings.kernels = {&nn::gemm_kernels(), &nn::norm_kernels()};
  const auto network = separate::htdemucs::Network::load(*file, settings);
  const auto workspace = (*network)->make_workspace();
  const auto in = (*network)->mixture(*workspace);
  for (std::size_t c = 0; c < 2; ++c)
    std::copy_n(mixture.begin() + static_cast<long>(c * kSegment), kSegment, in[c].begin());
  const std::vector<float> embedding = file->find("freq_emb.embedding.weight")->floats();
  double worst = 0;
  int seen = 0;
  const separate::htdemucs::Watch watch = [&](const separate::htdemucs::Stage& stage) {
    for (const auto& entry : stages) {
      if (entry.at(0).as_string() != stage.name) continue;
      ++seen;
      const auto& probe = entry.at(1);
      const auto& places = probe.at("idx").as_array();
      for (std::size_t i = 0; i < places.size(); ++i) {
        // [channel][group][position]
        const long at = places[i].as_int64(), plane = stage.groups * stage.count;
        const long channel = at / plane, group = at % plane / stage.count;
        double ours = static_cast<double>(
            stage.data[group * stage.pitch + at % stage.count * stage.width + channel]);
        // The reference's probe sits before the frequency embedding, 0.2 * 10 times the table.
        if (stage.name == "encoder.0")
          ours -= 2.0 * static_cast<double>(embedding.at(
                            static_cast<std::size_t>(group * stage.channels + channel)));
        worst = std::max(worst, std::fabs(ours - probe.at("val").at(i).to_number<double>()) /
                                    probe.at("std").to_number<double>());
      }
    }
  };
  (*network)->run(*workspace, {}, 0, 0, {}, &watch);
  report.check("HTDemucs: stages compared", seen == 10, std::to_string(seen));
  report.figure("HTDemucs: largest difference in a stage, deviations", worst, 1e-4, Better::lower);
}

void compare_stems(std::span<const std::byte> weights, std::span<const float> mixture,
                   const std::filesystem::path& folder, Report& report) {
  struct Set {
    const nn::GemmKernels* gemm;
    const nn::NormKernels* norms;
  };
  std::vector<Set> sets{{&nn::kGemmGeneric, &nn::kNormsGeneric}};
#if defined(__x86_64__)
  if (has_fma()) sets.push_back({&nn::kGemmFma, &nn::kNormsFma});
  if (has_fma() && isa() == Isa::avx512) sets.push_back({&nn::kGemmFma512, &nn::kNormsFma512});
#endif
  double worst = 1e9, largest = 0, half_worst = 1e9;
  std::vector<std::vector<float>> references(4);
  for (const std::size_t s : {0u, 3u}) {
    std::string bytes;
    if (!report.read("HTDemucs: stems of the reference",
                     folder / (std::string(kPlaces[s]) + "_f32_2x343980.raw"), bytes))
      return;
    references[s] = floats_of(bytes);
  }
  Stems stems(kSegment);
  const auto measure = [&](const HtDemucs::Options& options, double& own) {
    const auto model = HtDemucs::load(weights, options);
    const auto workspace = (*model)->make_workspace();
    const bool done =
        (*model)->separate(stereo(mixture), stems.spans(0, kSegment), *workspace).ok();
    for (const std::size_t s : {0u, 3u})
      own = std::min(own, done ? snr(references[s], stems.stem(s)) : 0.0);
  };
  for (const Set& set : sets) {
    measure({.numbers = HtDemucs::Numbers::f32, .gemm = set.gemm, .norms = set.norms}, worst);
    for (const std::size_t s : {0u, 3u})
      for (std::size_t i = 0; i < 2 * kSegment; ++i)
        largest =
            std::max(largest, static_cast<double>(std::fabs(stems.stem(s)[i] - references[s][i])));
  }
  report.figure("HTDemucs: SNR of the worst stem, float32 on every kind of kernel, dB", worst, 100);
  report.figure("HTDemucs: largest difference, float32", largest, 1e-4, Better::lower);
  if (!has_bf16()) return;
  measure({.numbers = HtDemucs::Numbers::bf16}, half_worst);
  report.figure("HTDemucs: SNR of the worst stem, bf16, dB", half_worst, 50);
}

void compare_transform(const std::filesystem::path& folder, Report& report) {
  const std::string name = "HTDemucs: spectrogram and back, largest difference";
  std::string in, spectrum, back;
  if (!report.read(name, folder / "input_f32_2x50001.raw", in) ||
      !report.read(name, folder / "spec_cac_f32_4x2048x49.raw", spectrum) ||
      !report.read(name, folder / "ispec_f32_2x50001.raw", back))
    return;
  const auto samples = floats_of(in), expected = floats_of(spectrum), waves = floats_of(back);
  separate::DemucsSpectrum transform;
  const std::size_t length = samples.size() / 2;
  const int frames = transform.frames(length);
  std::vector<float> ours(expected.size()), out(length);
  double worst = 0;
  for (std::size_t c = 0; c < 2; ++c) {
    transform.forward(std::span(samples).subspan(c * length, length), ours.data() + 2 * c,
                      4L * frames, 4);
    transform.inverse(ours.data() + 2 * c, 4L * frames, 4, out);
    for (std::size_t i = 0; i < length; ++i)
      worst = std::max(worst, static_cast<double>(std::fabs(out[i] - waves[c * length + i])));
  }
  const auto plane = static_cast<std::size_t>(2048 * frames);
  for (std::size_t c = 0; c < 4; ++c)
    for (std::size_t i = 0; i < plane; ++i)
      worst = std::max(worst,
                       static_cast<double>(std::fabs(ours[4 * i + c] - expected[c * plane + i])));
  report.figure(name, worst, 1e-5, Better::lower);
}

// As the authors' apply_model does it: offsets a stride apart, a short last chunk in the middle of
// a whole segment of the song, triangular weights.
void compare_song(std::span<const std::byte> weights, const std::filesystem::path& folder,
                  Report& report) {
  const std::string name = "HTDemucs: SNR of a song in segments, dB";
  std::string in, out;
  if (!report.read(name, folder / "input_f32_2x586530.raw", in) ||
      !report.read(name, folder / "output_source3_vocals_f32_2x586530.raw", out))
    return;
  const auto song = floats_of(in), expected = floats_of(out);
  const auto length = static_cast<long>(song.size() / 2);
  const auto model = HtDemucs::load(weights, {.numbers = HtDemucs::Numbers::f32});
  const auto workspace = (*model)->make_workspace();
  const long whole = (*model)->segment(), stride = whole - (*model)->overlap();
  std::vector<float> sum(song.size()), total(static_cast<std::size_t>(length)),
      mixture(2 * kSegment);
  Stems stems(kSegment);
  for (long at = 0; at < length; at += stride) {
    const long chunk = std::min(whole, length - at), before = (whole - chunk) / 2;
    for (long c = 0; c < 2; ++c)
      for (long i = 0; i < whole; ++i) {
        const long from = at - before + i;
        mixture[static_cast<std::size_t>(c * whole + i)] =
            from < 0 || from >= length ? 0.0f : song[static_cast<std::size_t>(c * length + from)];
      }
    if (!(*model)->separate(stereo(mixture), stems.spans(0, kSegment), *workspace).ok()) {
      report.missing(name, "a segment failed");
      return;
    }
    for (long i = 0; i < chunk; ++i) {
      const float weight = (*model)->weight(i, chunk);
      total[static_cast<std::size_t>(at + i)] += weight;
      for (long c = 0; c < 2; ++c)
        sum[static_cast<std::size_t>(c * length + at + i)] +=
            weight * stems.stem(3)[static_cast<std::size_t>(c * whole + before + i)];
    }
  }
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] /= total[i % total.size()];
  report.figure(name, snr(expected, sum), 100);
}

double seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// As large as the public model, with weights by the recipe: no reference output is kept for it.
void measure_full(std::span<const float> mixture, Report& report) {
  const auto weights = tests::HtDemucsWeights::make({});
  Stems whole(kSegment), half(kSegment);
  const auto run = [&](HtDemucs::Numbers numbers, Stems& stems, const char* unit) {
    const auto model = HtDemucs::load(weights, {.numbers = numbers});
    const auto workspace = (*model)->make_workspace();
    const double start = seconds();
    const bool done =
        (*model)->separate(stereo(mixture), stems.spans(0, kSegment), *workspace).ok();
    report.info(std::string("HTDemucs of full size: CPU time of a segment of 7.8 s, ") + unit,
                seconds() - start, "s");
    return done;
  };
  bool good = run(HtDemucs::Numbers::f32, whole, "float32");
  double power = 0;
  for (const float v : whole.data) {
    good = good && std::isfinite(v);
    power += static_cast<double>(v) * static_cast<double>(v);
  }
  const double level = std::sqrt(power / static_cast<double>(whole.data.size()));
  report.check("HTDemucs of full size gives music's levels", good && level > 0.03 && level < 0.12,
               "RMS " + std::to_string(level));
  if (!has_bf16()) return;
  run(HtDemucs::Numbers::bf16, half, "bf16");
  double worst = 1e9;
  for (std::size_t s = 0; s < 4; ++s) worst = std::min(worst, snr(whole.stem(s), half.stem(s)));
  report.figure("HTDemucs of full size: SNR of bf16 against float32, worst stem, dB", worst, 50);
}

void measure(const std::filesystem::path& data, Report& report) {
  const auto folder = data / "oracle_htdemucs", small = folder / "small_c16_b48_dconv3";
  compare_transform(folder / "stft", report);
  const auto weights = oracle_weights(small, report);
  std::string in, stages;
  if (weights.empty() || !report.read("HTDemucs: input", small / "input_f32_2x343980.raw", in) ||
      !report.read("HTDemucs: stages", small / "stages.json", stages))
    return;
  const auto mixture = floats_of(in);
  report.check("HTDemucs: weights by our recipe are those of the reference",
               same_tensors(weights, tests::HtDemucsWeights::make({.channels = 16, .bottom = 48})));
  compare_stems(weights, mixture, small, report);
  const auto probes = parse_json(stages);
  if (probes && probes->is_array()) {
    compare_stages(weights, mixture, probes->get_array(), report);
  } else {
    report.missing("HTDemucs: stages", "stages.json is no list");
  }
  compare_song(weights, folder / "apply_split", report);
  measure_full(mixture, report);
}

const Registration registered{"Separation by HTDemucs", measure};

}  // namespace
}  // namespace tutti::accuracy
