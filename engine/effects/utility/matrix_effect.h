// Effects that mix the two channels by four gains: gain, polarity, balance, pan, width, mid/side.
//
// A design is a struct with
//   static constexpr int kParameters;
//   static Matrix of(const double* values) noexcept;
// The gains glide in straight lines from one 16-frame step to the next; while they are 1, 0, 0, 1
// the sound passes untouched, bit for bit.
#pragma once

#include "engine/base/simd.h"
#include "engine/param/controls.h"
#include "engine/param/effect.h"

namespace tutti::effects {

// left' = ll left + lr right, right' = rl left + rr right.
struct Matrix {
  float ll = 1, lr = 0, rl = 0, rr = 1;
  friend bool operator==(const Matrix&, const Matrix&) = default;
};

inline Matrix operator+(const Matrix& a, const Matrix& b) noexcept {
  return {a.ll + b.ll, a.lr + b.lr, a.rl + b.rl, a.rr + b.rr};
}
inline Matrix part_of_way(const Matrix& from, const Matrix& to, float part) noexcept {
  return {(to.ll - from.ll) * part, (to.lr - from.lr) * part, (to.rl - from.rl) * part,
          (to.rr - from.rr) * part};
}

template <class Design>
class MatrixEffect final : public param::Effect {
 public:
  explicit MatrixEffect(const param::EffectInfo& info) : info_(info), controls_(info.parameters) {}

  void prepare(double, int, Arena&) override { reset(); }
  void reset() noexcept override {
    controls_.reset();
    left_ = 0;
    jumped_ = true;
  }
  void set(int index, double value, int frames) noexcept override {
    controls_.set(index, value, frames);
    jumped_ = jumped_ || frames <= 0;
  }
  void process(dsp::Block b) noexcept override {
    controls_.walk(
        b.frames, [this] { update(); },
        [this, b](int offset, int count) {
          float* left = b.left + offset;
          float* right = b.right ? b.right + offset : nullptr;
          int done = 0;
          for (; done < count && left_ > 0; ++done) {
            mix(now_, left[done], right ? &right[done] : nullptr);
            now_ = --left_ == 0 ? to_ : now_ + step_;
          }
          still(left + done, right ? right + done : nullptr, count - done);
        });
  }

 private:
  Matrix aim(int ahead) const noexcept {
    double values[Design::kParameters];
    for (int i = 0; i < Design::kParameters; ++i) {
      const bool choice =
          info_.parameters[static_cast<std::size_t>(i)].scale == param::Scale::choice;
      values[i] = choice ? controls_.target(i) : controls_.value(i, ahead);
    }
    return Design::of(values);
  }
  void update() noexcept {
    if (jumped_) {
      now_ = to_ = aim(0);
      left_ = 0;
    }
    if (!jumped_ || controls_.moving()) {
      to_ = aim(param::kControlStep);
      left_ = to_ == now_ ? 0 : param::kControlStep;
      step_ = part_of_way(now_, to_, 1.f / param::kControlStep);
    }
    jumped_ = false;
  }
  static void mix(const Matrix& m, float& left, float* right) noexcept {
    const float l = left, r = right ? *right : l;
    left = m.ll * l + m.lr * r;
    if (right) *right = m.rl * l + m.rr * r;
  }
  void still(float* left, float* right, int frames) const noexcept {
    if (now_ == Matrix{}) return;
    int i = 0;
    using V = simd::f32x4;
    for (; i + 4 <= frames; i += 4) {
      const V l = simd::load<V>(left + i), r = right ? simd::load<V>(right + i) : l;
      simd::store(left + i, now_.ll * l + now_.lr * r);
      if (right) simd::store(right + i, now_.rl * l + now_.rr * r);
    }
    for (; i < frames; ++i) mix(now_, left[i], right ? right + i : nullptr);
  }

  const param::EffectInfo& info_;
  param::Controls<Design::kParameters> controls_;
  Matrix now_, to_, step_;
  int left_ = 0;  // frames until now_ is to_
  bool jumped_ = true;
};

}  // namespace tutti::effects
