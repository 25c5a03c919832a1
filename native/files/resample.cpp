#include "native/files/resample.h"

#include <algorithm>
#include <cmath>
#include <soxr.h>

namespace tutti::files {

struct Resampler::State {
  soxr_t soxr = nullptr;
  std::size_t channels = 0;
  double ratio = 1;
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  std::vector<std::vector<float>> block;
  ~State() {
    if (soxr != nullptr) soxr_delete(soxr);
  }

  // Feeds `frames` (0 with a null pointer: the end) and drains what comes.
  void run(const float* const* input, std::size_t frames, std::vector<std::vector<float>>& target) {
    std::vector<const float*> from(channels);
    std::vector<float*> to(channels);
    std::size_t used = 0;
    for (;;) {
      for (std::size_t c = 0; c < channels; ++c) {
        from[c] = input == nullptr ? nullptr : input[c] + used;
        to[c] = block[c].data();
      }
      std::size_t consumed = 0, produced = 0;
      // soxr reads "no input" as the end of the stream.
      soxr_process(soxr, input == nullptr ? nullptr : static_cast<soxr_in_t>(from.data()),
                   frames - used, &consumed, to.data(), block[0].size(), &produced);
      used += consumed;
      out += produced;
      for (std::size_t c = 0; c < channels; ++c)
        target[c].insert(target[c].end(), block[c].begin(),
                         block[c].begin() + static_cast<std::ptrdiff_t>(produced));
      if (produced < block[0].size() && (input == nullptr || used >= frames)) return;
      if (produced == 0 && consumed == 0) return;
    }
  }
};

Resampler::Resampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;
Resampler::~Resampler() = default;

Result<Resampler> Resampler::create(int input_rate, int output_rate, int channels) {
  if (input_rate < 1000 || output_rate < 1000 || input_rate > 768000 || output_rate > 768000 ||
      channels < 1 || channels > 64) {
    return Error{Code::wrong_usage,
                 "A rate of " + std::to_string(output_rate) + " Hz cannot be made from " +
                     std::to_string(input_rate) + " Hz.",
                 "Choose a rate from 8000 to 192000 Hz."};
  }
  auto state = std::make_unique<State>();
  const auto io = soxr_io_spec(SOXR_FLOAT32_S, SOXR_FLOAT32_S);
  const auto quality = soxr_quality_spec(SOXR_VHQ, 0);
  const auto runtime = soxr_runtime_spec(1);
  soxr_error_t error = nullptr;
  state->soxr = soxr_create(input_rate, output_rate, static_cast<unsigned>(channels), &error, &io,
                            &quality, &runtime);
  if (state->soxr == nullptr || error != nullptr) {
    return Error{Code::internal, "The resampler could not be started.",
                 "Free some memory and try again."};
  }
  state->channels = static_cast<std::size_t>(channels);
  state->ratio = static_cast<double>(output_rate) / input_rate;
  state->block.assign(state->channels, std::vector<float>(4096));
  return Resampler(std::move(state));
}

void Resampler::push(const float* const* channels, int frames,
                     std::vector<std::vector<float>>& out) {
  if (frames <= 0) return;
  state_->in += static_cast<std::uint64_t>(frames);
  state_->run(channels, static_cast<std::size_t>(frames), out);
}

void Resampler::finish(std::vector<std::vector<float>>& out) {
  state_->run(nullptr, 0, out);
  // The promised length exactly: soxr may be a frame off at the very end.
  const auto wanted =
      static_cast<std::uint64_t>(std::floor(static_cast<double>(state_->in) * state_->ratio + 0.5));
  for (auto& channel : out) {
    const auto now = static_cast<std::int64_t>(channel.size());
    const auto missing = static_cast<std::int64_t>(wanted) - static_cast<std::int64_t>(state_->out);
    channel.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, now + missing)));
  }
  state_->out = wanted;
}

Result<AudioBuffer> resample(const AudioBuffer& audio, int rate, const Progress& progress) {
  if (audio.rate == rate || audio.channels.empty()) return audio;
  auto resampler = Resampler::create(audio.rate, rate, static_cast<int>(audio.channels.size()));
  if (!resampler) return resampler.error();
  AudioBuffer result;
  result.rate = rate;
  result.channels.resize(audio.channels.size());
  const std::size_t total = audio.frames();
  for (auto& channel : result.channels)
    channel.reserve(static_cast<std::size_t>(static_cast<double>(total) * rate / audio.rate) + 16);
  std::vector<const float*> at(audio.channels.size());
  constexpr std::size_t kStep = 1 << 16;
  for (std::size_t start = 0; start < total; start += kStep) {
    for (std::size_t c = 0; c < at.size(); ++c) at[c] = audio.channels[c].data() + start;
    resampler->push(at.data(), static_cast<int>(std::min(kStep, total - start)), result.channels);
    if (progress && !progress(static_cast<double>(start) / static_cast<double>(total),
                              "Changing the sampling rate")) {
      return Error{Code::cancelled, "Stopped.", "Start again when you like."};
    }
  }
  resampler->finish(result.channels);
  return result;
}

}  // namespace tutti::files
