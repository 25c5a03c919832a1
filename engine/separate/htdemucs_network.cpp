#include "engine/separate/htdemucs_network.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>

namespace tutti::separate::htdemucs {

using nn::After;
using nn::padded;

namespace {

constexpr int kSpectrumWidth = 2 * kChannels;           // real and imaginary parts of the channels
constexpr int kSpectraWidth = kStems * kSpectrumWidth;  // of all stems
constexpr int kWavesWidth = kStems * kChannels;
constexpr float kEmbeddingScale = 10.0f;  // the published embeddings are stored divided by this

std::string numbered(const char* name, std::size_t i) {
  return name + std::to_string(i);
}

// Mean and deviation (over n - 1) of n numbers.
struct Spread {
  double mean = 0, deviation = 0;
};
Spread spread_of(const nn::Moments& m, double n) {
  const double mean = m.sum / n;
  return {mean, std::sqrt(std::max(0.0, (m.squares - n * mean * mean) / (n - 1)))};
}
constexpr double kSmall = 1e-5;  // against division by a silent segment

}  // namespace

// Places in the block of floats, all counted in floats.
struct Network::Plan {
  std::size_t mixture = 0, spectrum = 0, wave = 0;
  std::vector<std::size_t> skips, time_skips;
  std::size_t rows[2] = {}, row_hidden = 0, row_wide = 0;
  std::size_t time_work = 0, time_hidden = 0, time_wide = 0;
  CrossTransformer::Scratch::Places transformer{};
  std::size_t spectra = 0, waves = 0, synthesis = 0, gemm = 0;
  std::size_t floats = 0;
};

struct Network::Memory final : Workspace {
  struct Free {
    void operator()(float* p) const { ::operator delete[](p, std::align_val_t{64}); }
  };
  explicit Memory(const Network& network, std::size_t floats)
      : block(static_cast<float*>(::operator new[](floats * sizeof(float), std::align_val_t{64}))),
        transform(network.nfft_) {
    std::fill_n(block.get(), floats, 0.0f);
  }
  float* at(std::size_t place) { return block.get() + place; }
  std::byte* bytes(std::size_t place) { return reinterpret_cast<std::byte*>(at(place)); }

  std::unique_ptr<float[], Free> block;
  DemucsSpectrum transform;
  Spread spectrum_spread, wave_spread;
};

Network::Network() = default;
Network::~Network() = default;

Result<std::unique_ptr<Network>> Network::load(const nn::Safetensors& tensors,
                                               const Settings& settings) {
  Weights file(tensors);
  std::unique_ptr<Network> made(new Network);
  Network& n = *made;
  n.settings_ = settings;
  const Precisions& precisions = settings.precisions;
  while (file.has(numbered("encoder.", size(n.depth_)) + ".conv.weight") && n.depth_ < 8) {
    n.channels_.push_back(file.extent(numbered("encoder.", size(n.depth_)) + ".conv.weight", 0));
    ++n.depth_;
  }
  const int rows = file.extent("freq_emb.embedding.weight", 0);
  if (rows > 0) n.nfft_ = 2 * kStride * rows;
  int bins = n.nfft_ / 2;
  long length = settings.segment;
  n.bins_ = {bins};
  n.lengths_ = {length};
  bool fits = n.depth_ > 0 && bins >= 16 && (n.nfft_ & (n.nfft_ - 1)) == 0 && n.nfft_ <= 65536 &&
              length > 2 * n.nfft_ && length <= 1 << 24 && !file.has("encoder.0.norm1.weight");
  for (int i = 0; i < n.depth_ && fits; ++i) {
    fits = bins > kKernel && n.channels_[size(i)] >= 1 && n.channels_[size(i)] <= 1024;
    bins /= kStride;
    length = (length + kStride - 1) / kStride;
    n.bins_.push_back(bins);
    n.lengths_.push_back(length);
  }
  const int deepest = fits ? n.channels_.back() : 0;
  n.bottom_ = file.extent("channel_upsampler.weight", 0);
  const int dim = n.bottom_ > 0 ? n.bottom_ : deepest;
  if (!fits || dim < nn::kLanes || dim % nn::kLanes != 0 || dim > CrossTransformer::kMostDim ||
      settings.heads < 1 || dim % settings.heads != 0) {
    return Error{Code::bad_input, "These weights are not those of an HTDemucs that can be run.",
                 "Use the weights of htdemucs or htdemucs_ft ('tutti models fetch htdemucs')."};
  }
  n.frames_ = DemucsSpectrum(n.nfft_).frames(size(settings.segment));
  for (std::size_t i = 0; i < size(n.depth_) && !file.error(); ++i) {
    const auto own = i == 0 ? precisions.outer : precisions.conv;
    const int out = n.channels_[i], in = i == 0 ? 0 : n.channels_[i - 1];
    const std::string decoder = std::to_string(size(n.depth_) - 1 - i);
    n.encoders_.push_back(
        Encoder::load(file, numbered("encoder.", i), true, i == 0 ? kSpectrumWidth : in,
                      i == 0 ? kSpectrumWidth : padded(in), out, precisions, own));
    n.time_encoders_.push_back(
        Encoder::load(file, numbered("tencoder.", i), false, i == 0 ? kChannels : in,
                      i == 0 ? kChannels : padded(in), out, precisions, own));
    n.decoders_.push_back(Decoder::load(file, "decoder." + decoder, true, out,
                                        i == 0 ? kSpectraWidth : in, i == 0, precisions, own));
    n.time_decoders_.push_back(Decoder::load(file, "tdecoder." + decoder, false, out,
                                             i == 0 ? kWavesWidth : in, i == 0, precisions, own));
  }
  if (rows > 0) {
    const int channels = n.channels_[0], wide = padded(channels);
    const auto table = file.take("freq_emb.embedding.weight", {rows, channels});
    n.embedding_.resize(size(rows) * size(wide));
    for (int f = 0; f < rows; ++f)
      for (int c = 0; c < channels; ++c)
        n.embedding_[size(f * wide + c)] =
            settings.frequency_embedding * (kEmbeddingScale * table[size(f * channels + c)]);
  }
  for (int branch = 0; branch < 2 && n.bottom_ > 0; ++branch) {
    const std::string ending = branch == 0 ? "" : "_t";
    const int wide = padded(deepest);
    const auto load = [&](const std::string& name, int out, int in, int in_width) {
      const auto w = file.take(name + ending + ".weight", {out, in, 1});
      const auto b = file.take(name + ending + ".bias", {out});
      return pack(
          out, in_width, [&](int o, int k) { return k < in ? w[size(o * in + k)] : 0.0f; },
          [&](int o) { return b[size(o)]; }, precisions.conv);
    };
    n.up_[branch] = load("channel_upsampler", dim, deepest, wide);
    n.down_[branch] = load("channel_downsampler", deepest, dim, dim);
  }
  n.transformer_ = CrossTransformer::load(file, dim, settings.heads, n.bins_.back(), n.frames_,
                                          static_cast<int>(n.lengths_.back()), precisions);
  if (file.error()) return *file.error();
  n.plan();
  return made;
}

void Network::plan() {
  auto p = std::make_shared<Plan>();
  Layout all;
  const auto segment = size(settings_.segment);
  p->mixture = all.take(kChannels * segment);
  p->spectrum = all.take(size(bins_[0]) * size(frames_) * kSpectrumWidth);
  p->wave = all.take(sequence_floats(kChannels, settings_.segment));
  p->waves = all.take(sequence_floats(time_decoders_[0].out_width(), settings_.segment));
  std::size_t row = 0, row_hidden = 0, row_wide = 0, work = 0, hidden = 0, wide = 0, gemm = 64;
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    const int width = padded(channels_[i]);
    const auto steps = size(lengths_[i + 1]);
    p->skips.push_back(all.take(size(bins_[i + 1]) * sequence_floats(width, frames_)));
    p->time_skips.push_back(all.take(sequence_floats(width, lengths_[i + 1])));
    row = std::max(row, sequence_floats(width, frames_));
    work = std::max(work, sequence_floats(width, lengths_[i + 1]));
    row_wide = std::max(row_wide, size(frames_) * 2 * size(width));
    wide = std::max(wide, steps * 2 * size(width));
    for (const Residual* r : {&encoders_[i].residual(), &decoders_[i].residual()})
      row_hidden = std::max(row_hidden, size(frames_) * size(r->hidden_width()));
    for (const Residual* r : {&time_encoders_[i].residual(), &time_decoders_[i].residual()})
      hidden = std::max(hidden, steps * size(r->hidden_width()));
    gemm =
        std::max({gemm, encoders_[i].gemm_scratch_bytes(), decoders_[i].gemm_scratch_bytes(),
                  time_encoders_[i].gemm_scratch_bytes(), time_decoders_[i].gemm_scratch_bytes()});
  }
  for (int branch = 0; branch < 2 && bottom_ > 0; ++branch)
    gemm = std::max(
        {gemm, up_[branch].scratch_bytes(After::nothing), down_[branch].scratch_bytes(After::add)});
  gemm = std::max(gemm, transformer_.gemm_scratch_bytes());
  p->rows[0] = all.take(row);
  p->rows[1] = all.take(row);
  p->row_hidden = all.take(row_hidden);
  p->row_wide = all.take(row_wide);
  p->gemm = all.take(gemm / sizeof(float) + 1);
  p->synthesis = all.take(segment);
  // One region, three users, one after the other.
  Layout time = all, middle = all, last = all;
  p->time_work = time.take(work);
  p->time_hidden = time.take(hidden);
  p->time_wide = time.take(wide);
  p->transformer = transformer_.plan(middle);
  p->spectra = last.take(size(bins_[0]) * size(frames_) * kSpectraWidth);
  p->floats = std::max({time.end(), middle.end(), last.end()});
  plan_ = p;
}

std::size_t Network::workspace_bytes() const {
  return plan_->floats * sizeof(float);
}

std::unique_ptr<Workspace> Network::make_workspace() const {
  return std::make_unique<Memory>(*this, plan_->floats);
}

std::size_t Network::weight_bytes() const {
  std::size_t sum = transformer_.bytes() + embedding_.size() * sizeof(float);
  for (std::size_t i = 0; i < channels_.size(); ++i)
    sum += encoders_[i].bytes() + time_encoders_[i].bytes() + decoders_[i].bytes() +
           time_decoders_[i].bytes();
  for (const auto& matrices : {std::span(up_), std::span(down_)})
    for (const nn::GemmMatrix& m : matrices) sum += m.out() > 0 ? m.bytes() : 0;
  return sum;
}

StereoOut Network::mixture(Workspace& workspace) const {
  float* const first = static_cast<Memory&>(workspace).at(plan_->mixture);
  const auto frames = size(settings_.segment);
  return {std::span<float>(first, frames), std::span<float>(first + frames, frames)};
}

Sequence Network::time_skip(Memory& m, std::size_t layer) const {
  const int width = padded(channels_[layer]);
  return {m.at(plan_->time_skips[layer]) + static_cast<long>(kHalo) * width, width,
          lengths_[layer + 1]};
}
long Network::skip_pitch(std::size_t layer) const {
  return static_cast<long>(sequence_floats(padded(channels_[layer]), frames_));
}
Sequence Network::skip(Memory& m, std::size_t layer, int f) const {
  const int width = padded(channels_[layer]);
  return {m.at(plan_->skips[layer]) + f * skip_pitch(layer) + static_cast<long>(kHalo) * width,
          width, frames_};
}

void Network::run(Workspace& workspace, const StemsOut& stems, long first, unsigned wanted,
                  const SongLevel& level, const Watch* watch) const {
  auto& m = static_cast<Memory&>(workspace);
  encode_time(m, watch);
  encode_frequency(m, watch);
  transform(m, watch);
  decode_time(m);
  decode_frequency(m);
  write(m, stems, first, wanted, level);
}

void Network::encode_time(Memory& m, const Watch* watch) const {
  const Plan& p = *plan_;
  const auto frames = settings_.segment;
  const float* const left = m.at(p.mixture);
  const float* const right = left + frames;
  nn::Moments moments;
  settings_.kernels.norms->moments(left, kChannels * frames, moments);
  m.wave_spread = spread_of(moments, static_cast<double>(kChannels * frames));
  const auto shift = static_cast<float>(m.wave_spread.mean);
  const auto scale = static_cast<float>(1.0 / (kSmall + m.wave_spread.deviation));
  const Sequence wave = sequence_in(m.at(p.wave), kChannels, frames);
  for (long i = 0; i < frames; ++i) {
    wave.data[2 * i] = (left[i] - shift) * scale;
    wave.data[2 * i + 1] = (right[i] - shift) * scale;
  }
  Sequence in = wave;
  for (std::size_t i = 0; i < time_encoders_.size(); ++i) {
    const Sequence out = time_skip(m, i);
    const Sequence work = sequence_in(m.at(p.time_work), out.width, out.count);
    time_encoders_[i].over_time(in, work, out,
                                {m.at(p.time_hidden), m.at(p.time_wide), m.bytes(p.gemm)},
                                settings_.kernels);
    if (watch != nullptr)
      (*watch)({numbered("tencoder.", i), out.data, channels_[i], out.width, out.count, 1, 0});
    in = out;
  }
}

void Network::encode_frequency(Memory& m, const Watch* watch) const {
  const Plan& p = *plan_;
  const Kernels& kernels = settings_.kernels;
  const auto frames = size(settings_.segment);
  const long row = static_cast<long>(frames_) * kSpectrumWidth;
  float* const spectrum = m.at(p.spectrum);
  for (int c = 0; c < kChannels; ++c)
    m.transform.forward({m.at(p.mixture) + static_cast<std::size_t>(c) * frames, frames},
                        spectrum + 2 * c, row, kSpectrumWidth);
  const long count = row * bins_[0];
  nn::Moments moments;
  kernels.norms->moments(spectrum, count, moments);
  m.spectrum_spread = spread_of(moments, static_cast<double>(count));
  float scale[nn::kLanes], shift[nn::kLanes];
  const double factor = 1.0 / (kSmall + m.spectrum_spread.deviation);
  std::fill_n(scale, nn::kLanes, static_cast<float>(factor));
  std::fill_n(shift, nn::kLanes, static_cast<float>(-m.spectrum_spread.mean * factor));
  // bins is a multiple of 16: so is the number of all numbers.
  kernels.norms->scale_shift(spectrum, nn::kLanes, count / nn::kLanes, scale, shift, nn::kLanes);
  const float* in = spectrum;
  long pitch = row;
  for (std::size_t i = 0; i < encoders_.size(); ++i) {
    const int width = padded(channels_[i]);
    const Sequence work = sequence_in(m.at(p.rows[0]), width, frames_);
    for (int f = 0; f < bins_[i + 1]; ++f) {
      const Sequence out = skip(m, i, f);
      encoders_[i].over_frequency(in, pitch, bins_[i], f, work, out,
                                  {m.at(p.row_hidden), m.at(p.row_wide), m.bytes(p.gemm)}, kernels);
      if (i > 0 || embedding_.empty()) continue;
      for (long t = 0; t < frames_; ++t)
        kernels.gemm->add(embedding_.data() + f * width, out.at(t), width);
    }
    in = skip(m, i, 0).data;
    pitch = skip_pitch(i);
    if (watch != nullptr)
      (*watch)({numbered("encoder.", i), in, channels_[i], width, frames_, bins_[i + 1], pitch});
  }
}

void Network::transform(Memory& m, const Watch* watch) const {
  const Kernels& kernels = settings_.kernels;
  const CrossTransformer::Scratch scratch =
      transformer_.scratch(plan_->transformer, m.at(0), m.bytes(plan_->gemm));
  const std::size_t deepest = channels_.size() - 1;
  const int dim = transformer_.width(), rows = bins_.back();
  // Each row of the spectrogram, and the waveform as one more, to tokens and back.
  const auto each = [&](auto&& move) {
    for (int f = 0; f < rows; ++f)
      move(0, skip(m, deepest, f), scratch.tokens[0] + static_cast<long>(f) * frames_ * dim);
    move(1, time_skip(m, deepest), scratch.tokens[1]);
  };
  each([&](int branch, const Sequence& in, float* tokens) {
    if (bottom_ > 0) {
      nn::gemm(up_[branch], in.data, in.width, static_cast<int>(in.count), tokens, dim,
               After::nothing, scratch.gemm, *kernels.gemm);
    } else {
      std::copy_n(in.data, in.count * dim, tokens);
    }
  });
  transformer_.run(scratch, kernels);
  if (watch != nullptr) {
    (*watch)({"crosstransformer#0", scratch.tokens[0], dim, dim, frames_, rows,
              static_cast<long>(frames_) * dim});
    (*watch)({"crosstransformer#1", scratch.tokens[1], dim, dim, lengths_.back(), 1, 0});
  }
  each([&](int branch, const Sequence& out, const float* tokens) {
    if (bottom_ > 0) {
      nn::gemm(down_[branch], tokens, dim, static_cast<int>(out.count), out.data, out.width,
               After::add, scratch.gemm, *kernels.gemm);
    } else {
      kernels.gemm->add(tokens, out.data, out.count * dim);
    }
  });
}

void Network::decode_time(Memory& m) const {
  const Plan& p = *plan_;
  const int width = time_decoders_[0].out_width();
  for (std::size_t i = time_decoders_.size(); i-- > 0;) {
    const Sequence in = time_skip(m, i);
    const Sequence work = sequence_in(m.at(p.time_work), in.width, in.count);
    const Sequence out =
        i > 0 ? time_skip(m, i - 1) : sequence_in(m.at(p.waves), width, settings_.segment);
    time_decoders_[i].over_time(in, work, out,
                                {m.at(p.time_hidden), m.at(p.time_wide), m.bytes(p.gemm)},
                                settings_.kernels);
    clear_halo(out);
  }
}

void Network::decode_frequency(Memory& m) const {
  const Plan& p = *plan_;
  for (std::size_t i = decoders_.size(); i-- > 0;) {
    const int rows = bins_[i + 1];
    const Sequence in = skip(m, i, 0);
    const Sequence works[2] = {sequence_in(m.at(p.rows[0]), in.width, frames_),
                               sequence_in(m.at(p.rows[1]), in.width, frames_)};
    float* const out = i > 0 ? skip(m, i - 1, 0).data : m.at(p.spectra);
    const long pitch = i > 0 ? skip_pitch(i - 1) : static_cast<long>(frames_) * kSpectraWidth;
    for (int f = 0; f <= rows; ++f)
      decoders_[i].over_frequency(in, skip_pitch(i), rows, f, f > 0 ? &works[(f - 1) % 2] : nullptr,
                                  works[f % 2], out, pitch, bins_[i],
                                  {m.at(p.row_hidden), m.at(p.row_wide), m.bytes(p.gemm)},
                                  settings_.kernels);
  }
}

void Network::write(Memory& m, const StemsOut& stems, long first, unsigned wanted,
                    const SongLevel& level) const {
  const Plan& p = *plan_;
  float* const spectra = m.at(p.spectra);
  float scale[nn::kLanes], shift[nn::kLanes];
  std::fill_n(scale, nn::kLanes, static_cast<float>(m.spectrum_spread.deviation));
  std::fill_n(shift, nn::kLanes, static_cast<float>(m.spectrum_spread.mean));
  const long row = static_cast<long>(frames_) * kSpectraWidth;
  settings_.kernels.norms->scale_shift(spectra, nn::kLanes, row * bins_[0] / nn::kLanes, scale,
                                       shift, nn::kLanes);
  const auto wave_scale = static_cast<float>(m.wave_spread.deviation);
  const auto wave_shift = static_cast<float>(m.wave_spread.mean);
  const int width = time_decoders_[0].out_width();
  const float* const waves = m.at(p.waves) + static_cast<long>(kHalo) * width;
  const std::span<float> synthesis(m.at(p.synthesis), size(settings_.segment));
  for (std::size_t s = 0; s < kStems; ++s) {
    if ((wanted >> s & 1u) == 0) continue;
    for (std::size_t c = 0; c < kChannels; ++c) {
      const std::size_t channel = s * kChannels + c;
      m.transform.inverse(spectra + 2 * channel, row, kSpectraWidth, synthesis);
      const std::span<float> out = stems[s][c];
      for (std::size_t i = 0; i < out.size(); ++i) {
        const std::size_t at = size(first) + i;
        const float wave = waves[at * size(width) + channel] * wave_scale + wave_shift;
        out[i] = (wave + synthesis[at]) * level.deviation + level.mean;
      }
    }
  }
}

}  // namespace tutti::separate::htdemucs
