#include "engine/dsp/cascade.h"

#include <algorithm>
#include <cmath>

#include "engine/base/cpu.h"

namespace tutti::dsp {
namespace {

const CascadeKernel& kernel() noexcept {
#if defined(__x86_64__) && !defined(__wasm__)
  static const CascadeKernel& best = isa() == Isa::avx512 ? cascade_avx512
                                     : isa() == Isa::avx2 ? cascade_avx2
                                                          : cascade_generic;
  return best;
#else
  return cascade_generic;
#endif
}

constexpr int kChunk = 512;     // frames of one pass over the groups
constexpr int kLaneChunk = 64;  // of one pass over the lanes

SectionCoefficients faded(SectionCoefficients k) noexcept {
  k.p = k.r = 1;
  k.q = 0;
  return k;
}

}  // namespace

SectionCoefficients coefficients(const Section& s) noexcept {
  const double a1 = 1 / (1 + s.g * (s.g + s.k)), a2 = s.g * a1, a3 = s.g * a2;
  const double m1 = s.c1 - s.k * s.c2, m2 = s.c0 - s.c2;
  return {static_cast<float>(2 * a1 - 1),
          static_cast<float>(2 * a2),
          static_cast<float>(2 * a3),
          static_cast<float>(s.c0),
          static_cast<float>(m1 * a1 + m2 * a2),
          static_cast<float>(s.c2 + m1 * a2 + m2 * a3)};
}

void Cascade::prepare(int max_sections, Arena& arena) {
  room_ = max_sections;
  const auto groups = static_cast<std::size_t>((max_sections + 3) / 4);
  groups_ = arena.take<CascadeGroup>(groups);
  spare_ = arena.take<CascadeGroup>(groups);
  entries_ = arena.take<Entry>(static_cast<std::size_t>(max_sections));
  wanted_entries_ = arena.take<Entry>(static_cast<std::size_t>(max_sections));
  reset();
}

void Cascade::reset() noexcept {
  count_ = wanted_ = glide_left_ = 0;
  until_ = kGrid;
}

void Cascade::add(int key, const SectionCoefficients& to) noexcept {
  if (wanted_ < room_) wanted_entries_[static_cast<std::size_t>(wanted_++)] = {key, false, to};
}

SectionCoefficients Cascade::now(int i) const noexcept {
  const auto& k = groups_[static_cast<std::size_t>(i / 4)].now;
  const int lane = 2 * (i % 4);
  return {k[0][lane], k[1][lane], k[2][lane], k[3][lane], k[4][lane], k[5][lane]};
}

void Cascade::put(int i, const SectionCoefficients& c) noexcept {
  CascadeGroup& g = groups_[static_cast<std::size_t>(i / 4)];
  const float values[6] = {c.c, c.d, c.e, c.p, c.q, c.r};
  for (int lane = 2 * (i % 4), end = lane + 2; lane < end; ++lane) {
    for (int k = 0; k < 6; ++k) g.now[k][lane] = values[k], g.step[k][lane] = 0;
  }
}

// The wanted row becomes the present one; sections that stay keep state and coefficients. With
// `fade`, new ones start letting everything pass, and missing ones stay in to fade out.
void Cascade::adopt(bool fade) noexcept {
  if (fade) {  // keep what is missing, in order of keys
    for (int i = 0; i < count_; ++i) {
      const Entry& old = entries_[static_cast<std::size_t>(i)];
      int at = 0;
      while (at < wanted_ && wanted_entries_[static_cast<std::size_t>(at)].key < old.key) ++at;
      if (at < wanted_ && wanted_entries_[static_cast<std::size_t>(at)].key == old.key) continue;
      if (wanted_ >= room_) continue;
      for (int k = wanted_; k > at; --k)
        wanted_entries_[static_cast<std::size_t>(k)] =
            wanted_entries_[static_cast<std::size_t>(k - 1)];
      wanted_entries_[static_cast<std::size_t>(at)] = {old.key, true, faded(now(i))};
      ++wanted_;
    }
  }
  bool same = wanted_ == count_;
  for (int i = 0; same && i < count_; ++i)
    same = entries_[static_cast<std::size_t>(i)].key ==
           wanted_entries_[static_cast<std::size_t>(i)].key;
  if (!same) {
    std::swap(groups_, spare_);  // spare_ holds the old row from here on
    for (int i = 0, old = 0; i < (wanted_ + 3) / 4 * 4; ++i) {
      const Entry* wanted = i < wanted_ ? &wanted_entries_[static_cast<std::size_t>(i)] : nullptr;
      CascadeGroup& g = groups_[static_cast<std::size_t>(i / 4)];
      const int lane = 2 * (i % 4);
      while (wanted && old < count_ && entries_[static_cast<std::size_t>(old)].key < wanted->key)
        ++old;
      if (wanted && old < count_ && entries_[static_cast<std::size_t>(old)].key == wanted->key) {
        const CascadeGroup& from = spare_[static_cast<std::size_t>(old / 4)];
        for (int ch = 0; ch < 2; ++ch) {
          const int source = 2 * (old % 4) + ch;
          g.s1[lane + ch] = from.s1[source], g.s2[lane + ch] = from.s2[source];
          for (int k = 0; k < 6; ++k) g.now[k][lane + ch] = from.now[k][source];
          for (int k = 0; k < 6; ++k) g.step[k][lane + ch] = 0;
        }
        continue;
      }
      for (int ch = 0; ch < 2; ++ch) g.s1[lane + ch] = g.s2[lane + ch] = 0;
      put(i, !wanted ? SectionCoefficients{} : fade ? faded(wanted->to) : wanted->to);
    }
  }
  std::swap(entries_, wanted_entries_);
  count_ = wanted_;
}

void Cascade::set_now() noexcept {
  adopt(false);
  for (int i = 0; i < count_; ++i) put(i, entries_[static_cast<std::size_t>(i)].to);
  glide_left_ = 0;
}

void Cascade::glide() noexcept {
  if (glide_left_ == 0) {  // nothing new?
    bool same = wanted_ == count_;
    for (int i = 0; same && i < count_; ++i)
      same = entries_[static_cast<std::size_t>(i)].key ==
                 wanted_entries_[static_cast<std::size_t>(i)].key &&
             entries_[static_cast<std::size_t>(i)].to ==
                 wanted_entries_[static_cast<std::size_t>(i)].to;
    if (same) return;
  }
  adopt(true);
  constexpr float kPart = 1.f / kGlide;
  for (int i = 0; i < count_; ++i) {
    const SectionCoefficients from = now(i), &to = entries_[static_cast<std::size_t>(i)].to;
    const float steps[6] = {(to.c - from.c) * kPart, (to.d - from.d) * kPart,
                            (to.e - from.e) * kPart, (to.p - from.p) * kPart,
                            (to.q - from.q) * kPart, (to.r - from.r) * kPart};
    CascadeGroup& g = groups_[static_cast<std::size_t>(i / 4)];
    for (int k = 0; k < 6; ++k) {
      const int lane = 2 * (i % 4);
      g.step[k][lane] = g.step[k][lane + 1] = steps[k];
    }
  }
  glide_left_ = kGlide;
}

void Cascade::end_glide() noexcept {
  begin();
  for (int i = 0; i < count_; ++i) {
    const Entry& e = entries_[static_cast<std::size_t>(i)];
    if (!e.leaving) add(e.key, e.to);
  }
  set_now();
}

void Cascade::passed(int frames) noexcept {
  if (glide_left_ > 0 && (glide_left_ -= frames) <= 0) end_glide();
  until_ = after(until_, frames);
}

void Cascade::run(float* left, float* right, int frames) noexcept {
  if (count_ == 0) return;
  const CascadeKernel& best = kernel();
  const auto pass = glide_left_ > 0 ? best.gliding : best.still;
  alignas(64) float pairs[2 * kChunk];
  best.to_pairs(left, right ? right : left, pairs, frames);
  for (int g = 0; g < (count_ + 3) / 4; ++g) {
    CascadeGroup& group = groups_[static_cast<std::size_t>(g)];
    pass(group, pairs, frames, until_);
    if (!right) {
      for (int lane = 0; lane < 8; lane += 2)
        group.s1[lane + 1] = group.s1[lane], group.s2[lane + 1] = group.s2[lane];
    }
  }
  best.from_pairs(pairs, left, right, frames);
}

void Cascade::process(float* left, float* right, int frames) noexcept {
  for (int done = 0; done < frames;) {
    int n = std::min(frames - done, kChunk);
    if (glide_left_ > 0) n = std::min(n, glide_left_);
    run(left + done, right ? right + done : nullptr, n);
    passed(n);
    done += n;
  }
}

void Cascade::process_many(const Job* jobs, int count, int frames) noexcept {
  Job together[16];
  int many = 0;
  const auto play = [&] {
    // Too few do not fill the lanes.
    if (many * (together[0].right ? 2 : 1) >= 3) {
      run_lanes(together, many, frames);
    } else {
      for (int i = 0; i < many; ++i)
        together[i].cascade->process(together[i].left, together[i].right, frames);
    }
    many = 0;
  };
  for (int i = 0; i < count; ++i) {
    const Job& job = jobs[i];
    // Lanes share the grid on which they look for faded states.
    if (many > 0 && job.cascade->until_ != together[0].cascade->until_) {
      job.cascade->process(job.left, job.right, frames);
      continue;
    }
    together[many++] = job;
    if (many == (job.right ? 8 : 16)) play();
  }
  if (many > 0) play();
}

// Up to 16 channels side by side.
void Cascade::run_lanes(const Job* jobs, int count, int frames) noexcept {
  const int channels = jobs[0].right ? 2 : 1;
  int sections = 0;
  for (int i = 0; i < count; ++i) sections = std::max(sections, jobs[i].cascade->count_);
  if (sections > kLaneSections) {
    for (int i = 0; i < count; ++i) jobs[i].cascade->process(jobs[i].left, jobs[i].right, frames);
    return;
  }
  const CascadeKernel& best = kernel();
  alignas(64) float s1[kLaneSections * 16], s2[kLaneSections * 16], k[kLaneSections * 96];
  alignas(64) float rows[kLaneChunk * 16], nothing[kLaneChunk] = {}, waste[kLaneChunk];
  const int used = count * channels, lanes = (used + 3) / 4 * 4;
  for (int lane = 0; lane < 16; ++lane) {
    const Cascade* c = lane < used ? jobs[lane / channels].cascade : nullptr;
    const int here = c ? c->count_ : 0;
    for (int s = 0; s < here; ++s) {
      const CascadeGroup& g = c->groups_[static_cast<std::size_t>(s / 4)];
      const int from = 2 * (s % 4) + lane % channels;
      s1[s * 16 + lane] = g.s1[from], s2[s * 16 + lane] = g.s2[from];
      for (int i = 0; i < 6; ++i) k[s * 96 + i * 16 + lane] = g.now[i][from];
    }
    for (int s = here; s < sections; ++s) {  // lets everything pass
      s1[s * 16 + lane] = s2[s * 16 + lane] = 0;
      for (int i = 0; i < 6; ++i) k[s * 96 + i * 16 + lane] = i == 3 || i == 5 ? 1 : 0;
    }
  }
  int until = jobs[0].cascade->until_;
  const float* in[16];
  float* out[16];
  for (int done = 0; done < frames;) {
    const int n = std::min(frames - done, kLaneChunk);
    for (int lane = 0; lane < lanes; ++lane) {
      const Job& job = jobs[lane < used ? lane / channels : 0];
      float* data = (lane % channels == 0 ? job.left : job.right) + done;
      in[lane] = lane < used ? data : nothing;
      out[lane] = lane < used ? data : waste;
    }
    const int whole = n / 4 * 4;
    best.to_rows(in, lanes, rows, whole);
    for (int f = whole; f < n; ++f)
      for (int lane = 0; lane < lanes; ++lane) rows[f * 16 + lane] = in[lane][f];
    best.lanes(s1, s2, k, sections, rows, n, until, lanes);
    best.from_rows(rows, out, lanes, whole);
    for (int f = whole; f < n; ++f)
      for (int lane = 0; lane < lanes; ++lane) out[lane][f] = rows[f * 16 + lane];
    done += n;
    until = after(until, n);
  }
  for (int i = 0; i < count; ++i) jobs[i].cascade->until_ = until;
  for (int lane = 0; lane < used; ++lane) {
    const Cascade& c = *jobs[lane / channels].cascade;
    for (int s = 0; s < c.count_; ++s) {
      CascadeGroup& g = c.groups_[static_cast<std::size_t>(s / 4)];
      const int to = 2 * (s % 4) + lane % channels;
      g.s1[to] = s1[s * 16 + lane], g.s2[to] = s2[s * 16 + lane];
      if (channels == 1) g.s1[to + 1] = g.s1[to], g.s2[to + 1] = g.s2[to];
    }
  }
}

}  // namespace tutti::dsp
