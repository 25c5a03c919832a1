#include "engine/effects/equaliser/section_effect.h"

#include <algorithm>

namespace tutti::effects {

void CascadeEffect::process_many(Effect* const* effects, const dsp::Block* blocks,
                                 int count) noexcept {
  constexpr int kMost = 16;
  dsp::Cascade::Job jobs[kMost];
  int waiting = 0;
  const auto play = [&](int frames) {
    dsp::Cascade::process_many(jobs, waiting, frames);
    waiting = 0;
  };
  for (int i = 0; i < count; ++i) {
    auto& effect = static_cast<CascadeEffect&>(*effects[i]);
    const dsp::Block& b = blocks[i];
    if (!effect.steady()) {
      effect.process(b);
      continue;
    }
    effect.pass(b.frames);
    jobs[waiting++] = {&effect.cascade_, b.left, b.right};
    if (waiting == (b.right ? kMost / 2 : kMost)) play(b.frames);
  }
  if (waiting > 0) play(blocks[0].frames);
}

std::int64_t ring(const Sections& list) noexcept {
  double frames = 0;
  for (int i = 0; i < list.size(); ++i) frames += dsp::ring_frames(list[i], 80);
  return static_cast<std::int64_t>(std::min(frames, 1e9)) + (list.size() > 0 ? 1 : 0);
}

}  // namespace tutti::effects
