#include "engine/separate/htdemucs.h"

#include <algorithm>
#include <charconv>

#include "engine/separate/htdemucs_network.h"

namespace tutti::separate {

namespace {

// A whole number from the metadata, or what it is otherwise.
long number_of(const nn::Safetensors& file, std::string_view key, long otherwise) {
  const std::string_view text = file.metadata(key);
  long value = otherwise;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() ? value : otherwise;
}

// "0.2" and the like: from_chars of floats is not everywhere.
float fraction_of(const nn::Safetensors& file, std::string_view key, float otherwise) {
  const std::string_view text = file.metadata(key);
  double value = 0, unit = 1;
  bool digits = false, point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      digits = true;
      value = value * 10 + (c - '0');
      if (point) unit *= 10;
    } else {
      return otherwise;
    }
  }
  return digits ? static_cast<float>(value / unit) : otherwise;
}

}  // namespace

HtDemucs::HtDemucs() = default;
HtDemucs::~HtDemucs() = default;

Result<std::unique_ptr<HtDemucs>> HtDemucs::load(std::span<const std::byte> weights,
                                                 const Options& options) {
  const auto file = nn::Safetensors::read(weights);
  if (!file) return file.error();
  htdemucs::Settings settings;
  settings.kernels = {options.gemm != nullptr ? options.gemm : &nn::gemm_kernels(),
                      options.norms != nullptr ? options.norms : &nn::norm_kernels()};
  settings.heads = static_cast<int>(std::clamp(number_of(*file, "heads", 8), 0L, 64L));
  settings.segment = number_of(*file, "segment", settings.segment);
  settings.frequency_embedding = fraction_of(*file, "freq_emb", settings.frequency_embedding);
  if (options.numbers != Numbers::f32 && settings.kernels.gemm->multiply_bf16 != nullptr)
    settings.precisions = htdemucs::half_precisions();
  auto network = htdemucs::Network::load(*file, settings);
  if (!network) return network.error();
  std::unique_ptr<HtDemucs> made(new HtDemucs);
  made->network_ = std::move(*network);
  made->name_ = options.name;
  const std::string_view version = file->metadata("version");
  made->version_ = std::string(version.empty() ? std::string_view("4") : version);
  if (made->uses_bf16()) made->version_.append("-bf16");
  return made;
}

std::int64_t HtDemucs::segment() const {
  return network_->segment();
}

std::int64_t HtDemucs::overlap() const {
  // The authors' stride is (1 - 0.25) of a segment, rounded down.
  return segment() - segment() * 3 / 4;
}

float HtDemucs::weight(std::int64_t at, std::int64_t) const {
  const std::int64_t half = segment() / 2, peak = segment() - half;
  const std::int64_t height = at < half ? at + 1 : segment() - at;
  return static_cast<float>(height) / static_cast<float>(peak);
}

std::size_t HtDemucs::workspace_bytes() const {
  return network_->workspace_bytes();
}

std::unique_ptr<Workspace> HtDemucs::make_workspace() const {
  return network_->make_workspace();
}

bool HtDemucs::uses_bf16() const {
  return network_->settings().precisions.linear == nn::Precision::bf16;
}

std::size_t HtDemucs::weight_bytes() const {
  return network_->weight_bytes();
}

Result<void> HtDemucs::run(StereoIn mixture, StemsOut stems, unsigned wanted, Workspace& workspace,
                           const SongLevel& level) const {
  const std::size_t frames = mixture[0].size(), whole = htdemucs::size(segment());
  bool fits = frames > 0 && frames <= whole && mixture[1].size() == frames;
  for (std::size_t s = 0; s < kStems; ++s)
    for (const auto& channel : stems[s])
      fits = fits && ((wanted >> s & 1u) == 0 || channel.size() == frames);
  if (!fits) {
    return Error{Code::wrong_usage, "A segment of this length cannot be separated.",
                 "Cut the song into segments of at most segment() frames."};
  }
  // As the authors do: (x - mean) / (deviation + 1e-8), and back.
  SongLevel own = level;
  own.deviation += 1e-8f;
  const std::size_t before = (whole - frames) / 2;
  const StereoOut in = network_->mixture(workspace);
  for (std::size_t c = 0; c < kChannels; ++c) {
    std::fill(in[c].begin(), in[c].end(), 0.0f);
    for (std::size_t i = 0; i < frames; ++i)
      in[c][before + i] = (mixture[c][i] - own.mean) / own.deviation;
  }
  network_->run(workspace, stems, static_cast<long>(before), wanted, own);
  return {};
}

Result<void> HtDemucs::separate(StereoIn mixture, StemsOut stems, Workspace& workspace,
                                const SongLevel& level) const {
  return run(mixture, stems, (1u << kStems) - 1, workspace, level);
}

Result<void> HtDemucs::separate_stem(Stem stem, StereoIn mixture, StereoOut out,
                                     Workspace& workspace, const SongLevel& level) const {
  StemsOut stems;
  const auto own = static_cast<std::size_t>(stem);
  stems[own] = out;
  return run(mixture, stems, 1u << own, workspace, level);
}

}  // namespace tutti::separate
