#include "engine/nn/gru.h"

#include "engine/base/cpu.h"

namespace tutti::nn {

const GruKernels& gru_kernels() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  if (has_bf16()) return kGruBf16;
  if (has_fma()) return isa() == Isa::avx512 ? kGruFma512 : kGruFma;
#endif
  return kGruGeneric;
}

Result<Gru> Gru::load(const Safetensors& file, const std::string& name, int in, int hidden,
                      Precision precision) {
  const auto h = static_cast<std::size_t>(hidden), columns = static_cast<std::size_t>(in);
  const std::size_t input_shape[] = {3 * h, columns}, state_shape[] = {3 * h, h},
                    bias_shape[] = {3 * h};
  const auto w_ih = file.require(name + ".w_ih", input_shape);
  if (!w_ih) return w_ih.error();
  const auto w_hh = file.require(name + ".w_hh", state_shape);
  if (!w_hh) return w_hh.error();
  const auto b_ih = file.require(name + ".b_ih", bias_shape);
  if (!b_ih) return b_ih.error();
  const auto b_hh = file.require(name + ".b_hh", bias_shape);
  if (!b_hh) return b_hh.error();

  // Gate by gate becomes group by group (gru_kernels.h). What r and z add to both sides is added
  // once.
  Gru gru;
  gru.hidden_ = hidden;
  const bool half = precision == Precision::bf16 && hidden <= kMostBf16Hidden &&
                    gru_kernels().step_bf16 != nullptr;
  std::vector<float> inputs(3 * h * columns), bias(3 * h), row_of(h);
  (half ? gru.halves_.resize(3 * h * h) : gru.recurrent_.resize(3 * h * h));
  gru.candidate_bias_.resize(h);
  for (std::size_t gate = 0; gate < 3; ++gate) {
    for (std::size_t unit = 0; unit < h; ++unit) {
      const std::size_t row = gate * h + unit;
      const std::size_t panel = unit / kLanes * 3 + gate, lane = unit % kLanes;
      const std::size_t place = panel * kLanes + lane;
      for (std::size_t k = 0; k < columns; ++k)
        inputs[place * columns + k] = w_ih->at(row * columns + k);
      for (std::size_t k = 0; k < h; ++k) {
        const float weight = w_hh->at(row * h + k);
        if (half) {
          gemm_kernels().to_bf16(
              &weight, &gru.halves_[(panel * h + k / 2 * 2) * kLanes + 2 * lane + k % 2], 1);
        } else {
          gru.recurrent_[(panel * h + k) * kLanes + lane] = weight;
        }
      }
      bias[place] = gate < 2 ? b_ih->at(row) + b_hh->at(row) : b_ih->at(row);
      if (gate == 2) gru.candidate_bias_[unit] = b_hh->at(row);
    }
  }
  gru.inputs_ = GemmMatrix::pack(inputs, bias, 3 * hidden, in, precision);
  return gru;
}

std::size_t Gru::bytes() const {
  return inputs_.bytes() + (recurrent_.size() + candidate_bias_.size()) * sizeof(float) +
         halves_.size() * sizeof(std::uint16_t);
}

}  // namespace tutti::nn
