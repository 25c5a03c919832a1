#include "engine/separate/band_split.h"

#include <algorithm>
#include <cstring>

namespace tutti::separate {
namespace {

constexpr int kBandFrames =
    8;  // frames side by side along the bands: what AVX-512 works on at once

std::size_t product(int a, int b, int c = 1) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

}  // namespace

BandSplit::Scratch::Scratch(const BandSplit& net, int most_frames) {
  const auto& s = net.shape();
  const int rows = s.bands() * kBandFrames;
  forward.resize(product(std::max(most_frames, kBandFrames), s.bands(), s.hidden));
  backward.resize(product(2, std::max(s.bands(), kBandFrames), s.hidden));
  norm.resize(product(std::max(rows, kFramesAtOnce), s.width));
  gates.resize(product(rows, 3, s.hidden));
  zeros.resize(static_cast<std::size_t>(s.hidden));
  feature.resize(product(kFramesAtOnce, 4, s.bins()));
  hidden.resize(product(kFramesAtOnce, nn::padded(s.head)));
  planes.resize(static_cast<std::size_t>(s.spectra()));
  std::size_t most = 64;
  for (const auto& m : net.splits_) most = std::max(most, m.scratch_bytes(nn::After::nothing));
  for (const auto& head : net.heads_) {
    most = std::max(most, head.in.scratch_bytes(nn::After::nothing));
    most = std::max(most, head.out.scratch_bytes(nn::After::glu));
  }
  for (const auto& block : net.blocks_) {
    for (const auto* path : {&block.time, &block.band}) {
      most = std::max({most, path->forward.scratch_bytes(), path->backward.scratch_bytes(),
                       path->out.scratch_bytes(nn::After::add)});
    }
  }
  gemm.resize(most);
}

std::size_t BandSplit::Scratch::bytes() const {
  return sizeof(float) * (forward.size() + backward.size() + norm.size() + gates.size() +
                          zeros.size() + feature.size() + hidden.size() + planes.size()) +
         gemm.size();
}

BandSplit::State::State(const BandSplit& net)
    : h(product(net.shape().blocks, net.shape().bands(), net.shape().hidden)) {}

void BandSplit::State::reset() noexcept {
  std::fill(h.begin(), h.end(), 0.0f);
}

void BandSplit::split(const float* spectra, int frames, float* x, Scratch& w) const noexcept {
  const int bins = shape_.bins(), plane = shape_.plane();
  for (int t = 0; t < frames; ++t) {
    const float* own = spectra + static_cast<long>(t) * shape_.spectra();
    float* const bent = w.planes.data();
    for (int c = 0; c < kChannels; ++c)
      kernels_.spectrum->compress(own + 2 * c * plane, own + (2 * c + 1) * plane,
                                  1.0f / shape_.scale, plane, bent + 2 * c * plane,
                                  bent + (2 * c + 1) * plane);
    float* to = w.feature.data() + static_cast<long>(t) * 4 * bins;
    for (int b = 0; b < shape_.bands(); ++b) {
      const auto first = shape_.edges[static_cast<std::size_t>(b)];
      const auto count = static_cast<std::size_t>(shape_.band_bins(b));
      for (int part = 0; part < 4; ++part, to += count)
        std::memcpy(to, bent + part * plane + first, count * sizeof(float));
    }
  }
  for (int b = 0; b < shape_.bands(); ++b)
    nn::gemm(splits_[static_cast<std::size_t>(b)],
             w.feature.data() + 4 * shape_.edges[static_cast<std::size_t>(b)], 4 * bins, frames,
             x + b * shape_.width, shape_.state(), nn::After::nothing, w.gemm.data(),
             *kernels_.recurrent.gemm);
}

void BandSplit::run(float* x, int frames, bool causal, Scratch& w) const noexcept {
  for (const Block& block : blocks_) {
    time_path(block.time, x, frames, causal, w);
    for (int t = 0; t < frames; t += kBandFrames)
      band_path(block.band, x + static_cast<long>(t) * shape_.state(),
                std::min(kBandFrames, frames - t), w);
  }
}

void BandSplit::advance(float* x, State& state, Scratch& w) const noexcept {
  float* h = state.h.data();
  for (const Block& block : blocks_) {
    time_step(block.time, x, h, w);
    band_path(block.band, x, 1, w);
    h += shape_.bands() * shape_.hidden;
  }
}

void BandSplit::normalise(const Norm& norm, const float* x, nn::Stride stride, int rows,
                          float* out) const noexcept {
  kernels_.recurrent.gru->layer_norm(x, stride, rows, norm.gain.data(), norm.bias.data(),
                                     shape_.width, out, shape_.width);
}

// The bands of a frame are the sequences side by side. The states of the forward GRU wait in
// w.forward for those of the backward one.
void BandSplit::time_path(const Path& path, float* x, int frames, bool causal,
                          Scratch& w) const noexcept {
  const int bands = shape_.bands(), hidden = shape_.hidden;
  const long frame = static_cast<long>(bands) * hidden;
  const auto& k = kernels_.recurrent;
  for (int t = 0; t < frames; ++t) {
    normalise(path.norm, x + static_cast<long>(t) * shape_.state(), shape_.width, bands,
              w.norm.data());
    path.forward.inputs(k, w.norm.data(), shape_.width, bands, w.gates.data(), w.gemm.data());
    float* const own = w.forward.data() + t * frame;
    path.forward.step(k, w.gates.data(), path.forward.gates(), t > 0 ? own - frame : w.zeros.data(),
                      t > 0 ? hidden : 0, bands, own, hidden);
  }
  for (int t = frames - 1; t >= 0; --t) {
    float* const at = x + static_cast<long>(t) * shape_.state();
    const nn::GemmInput both[2] = {{w.forward.data() + t * frame, 0, hidden},
                                   {w.backward.data() + (t & 1) * frame, hidden, hidden}};
    if (!causal) {
      const bool first = t == frames - 1;
      normalise(path.norm, at, shape_.width, bands, w.norm.data());
      path.backward.inputs(k, w.norm.data(), shape_.width, bands, w.gates.data(), w.gemm.data());
      path.backward.step(k, w.gates.data(), path.backward.gates(),
                         first ? w.zeros.data() : w.backward.data() + (~t & 1) * frame,
                         first ? 0 : hidden, bands, w.backward.data() + (t & 1) * frame, hidden);
    }
    nn::gemm(path.out, {both, causal ? 1u : 2u}, hidden, bands, at, shape_.width, nn::After::add,
             w.gemm.data(), *k.gemm);
  }
}

void BandSplit::time_step(const Path& path, float* x, float* h, Scratch& w) const noexcept {
  const int bands = shape_.bands(), hidden = shape_.hidden;
  const auto& k = kernels_.recurrent;
  normalise(path.norm, x, shape_.width, bands, w.norm.data());
  path.forward.inputs(k, w.norm.data(), shape_.width, bands, w.gates.data(), w.gemm.data());
  path.forward.step(k, w.gates.data(), path.forward.gates(), h, hidden, bands, w.backward.data(),
                    hidden);
  std::memcpy(h, w.backward.data(), product(bands, hidden) * sizeof(float));
  const nn::GemmInput only{h, 0, hidden};
  nn::gemm(path.out, {&only, 1}, hidden, bands, x, shape_.width, nn::After::add, w.gemm.data(),
           *k.gemm);
}

// Up to kBandFrames frames are the sequences side by side; each goes through its bands.
void BandSplit::band_path(const Path& path, float* x, int frames, Scratch& w) const noexcept {
  const int bands = shape_.bands(), hidden = shape_.hidden, gates = 3 * hidden;
  const long step = static_cast<long>(frames) * hidden;
  const auto& k = kernels_.recurrent;
  normalise(path.norm, x, shape_.width, frames * bands, w.norm.data());
  path.forward.inputs(k, w.norm.data(), shape_.width, frames * bands, w.gates.data(),
                      w.gemm.data());
  for (int b = 0; b < bands; ++b) {
    float* const own = w.forward.data() + b * step;
    path.forward.step(k, w.gates.data() + b * gates, bands * gates,
                      b > 0 ? own - step : w.zeros.data(), b > 0 ? hidden : 0, frames, own, hidden);
  }
  path.backward.inputs(k, w.norm.data(), shape_.width, frames * bands, w.gates.data(),
                       w.gemm.data());
  for (int b = bands - 1; b >= 0; --b) {
    const bool first = b == bands - 1;
    float* const own = w.backward.data() + (b & 1) * step;
    path.backward.step(k, w.gates.data() + b * gates, bands * gates,
                       first ? w.zeros.data() : w.backward.data() + (~b & 1) * step,
                       first ? 0 : hidden, frames, own, hidden);
    const nn::GemmInput both[2] = {{w.forward.data() + b * step, 0, hidden}, {own, hidden, hidden}};
    nn::gemm(path.out, both, hidden, frames, x + b * shape_.width, shape_.state(), nn::After::add,
             w.gemm.data(), *k.gemm);
  }
}

void BandSplit::mask(const float* x, const float* spectra, int frames, int stem, float* out,
                     Scratch& w) const noexcept {
  const int bins = shape_.bins(), plane = shape_.plane(), head = nn::padded(shape_.head);
  for (int b = 0; b < shape_.bands(); ++b) {
    const Head& own = heads_[product(stem, shape_.bands()) + static_cast<std::size_t>(b)];
    normalise(own.norm, x + b * shape_.width, shape_.state(), frames, w.norm.data());
    nn::gemm(own.in, w.norm.data(), shape_.width, frames, w.hidden.data(), head, nn::After::nothing,
             w.gemm.data(), *kernels_.recurrent.gemm);
    kernels_.recurrent.gru->tanh(w.hidden.data(), frames * head);
    nn::gemm(own.out, w.hidden.data(), head, frames,
             w.feature.data() + 4 * shape_.edges[static_cast<std::size_t>(b)], 4 * bins,
             nn::After::glu, w.gemm.data(), *kernels_.recurrent.gemm);
  }
  for (int t = 0; t < frames; ++t) {
    float* const planes = w.planes.data();
    const float* from = w.feature.data() + static_cast<long>(t) * 4 * bins;
    for (int b = 0; b < shape_.bands(); ++b) {
      const auto first = shape_.edges[static_cast<std::size_t>(b)];
      const auto count = static_cast<std::size_t>(shape_.band_bins(b));
      for (int part = 0; part < 4; ++part, from += count)
        std::memcpy(planes + part * plane + first, from, count * sizeof(float));
    }
    const float* const own = spectra + static_cast<long>(t) * shape_.spectra();
    float* const to = out + static_cast<long>(t) * shape_.spectra();
    for (int c = 0; c < 4; c += 2)
      kernels_.spectrum->apply(planes + c * plane, planes + (c + 1) * plane, own + c * plane,
                               own + (c + 1) * plane, plane, to + c * plane, to + (c + 1) * plane);
  }
}

void BandSplit::estimate(const float* x, const float* spectra, int frames,
                         float* const stems[kStems], Scratch& w) const noexcept {
  for (int s = 0; s < kStems; ++s) mask(x, spectra, frames, s, stems[s], w);
  const int plane = shape_.plane();
  for (int t = 0; t < frames; ++t) {
    const long at = static_cast<long>(t) * shape_.spectra();
    for (int c = 0; c < 4; c += 2) {
      float *re[kStems], *im[kStems];
      for (int s = 0; s < kStems; ++s) {
        re[s] = stems[s] + at + c * plane;
        im[s] = re[s] + plane;
      }
      kernels_.spectrum->share(spectra + at + c * plane, spectra + at + (c + 1) * plane, plane, re,
                               im);
    }
  }
}

}  // namespace tutti::separate
