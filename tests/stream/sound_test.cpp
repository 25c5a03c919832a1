// How a channel sounds: what is asked is heard, and nothing else is: no clicks, no overs, no
// offset.
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <set>

#include "engine/base/cpu.h"
#include "engine/compose/setting_text.h"
#include "engine/instruments/synth.h"
#include "engine/stream/master.h"
#include "engine/stream/patch.h"
#include "engine/stream/strip_kernels.h"
#include "tests/stream/rig.h"

namespace {

using namespace tutti;
using namespace tutti::test;
using compose::Style;
using compose::Voice;
using stream::Channel;
using stream::ControlLog;

double power(const std::vector<float>& x, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += static_cast<double>(x[i]) * x[i];
  return sum / static_cast<double>(to - from);
}

void only(ControlLog& log, std::initializer_list<Voice> voices) {
  for (int v = 0; v < compose::kVoices; ++v)
    log.start.set(compose::on_of(static_cast<Voice>(v)), 0);
  for (const Voice v : voices) log.start.set(compose::on_of(v), 1);
}

TEST(Patches, NameRealParametersAndLeaveNoneToTheStyleBefore) {
  for (int p = 0; p < stream::kPlayers; ++p) {
    const auto player = static_cast<stream::Player>(p);
    const auto* synth = instruments::find_synth(stream::synth_of(player));
    ASSERT_NE(synth, nullptr) << stream::synth_of(player);
    std::set<std::string_view> first;
    for (int s = 0; s < compose::kStyles; ++s) {
      std::set<std::string_view> ids;
      for (const auto& v : stream::patch_of(static_cast<Style>(s)).values[p]) {
        EXPECT_TRUE(ids.insert(v.id).second) << synth->id << " " << v.id << " twice";
        const auto found = std::find_if(synth->parameters.begin(), synth->parameters.end(),
                                        [&](const auto& d) { return d.id == v.id; });
        ASSERT_NE(found, synth->parameters.end()) << synth->id << " " << v.id;
        EXPECT_EQ(param::clamp(*found, v.value), v.value) << synth->id << " " << v.id;
      }
      if (s == 0) first = ids;
      EXPECT_EQ(ids, first) << synth->id << ", style " << s;
    }
  }
}

TEST(Strip, WideKernelsGiveTheSameBits) {
  std::vector<const stream::StripKernels*> all{&stream::kStripGeneric};
#if defined(__x86_64__)
  if (isa() != Isa::base) all.push_back(&stream::kStripAvx2);
  if (isa() == Isa::avx512) all.push_back(&stream::kStripAvx512);
#endif
  Random random(3);
  std::vector<float> x(300), start(300);
  for (auto* list : {&x, &start})
    for (float& v : *list) v = static_cast<float>(random.uniform(-1.2, 1.2));
  for (const int frames : {1, 15, 16, 100, 256}) {
    for (const stream::GainRamp gain : {stream::GainRamp{0.3f, 0}, {0.3f, 0.001f}}) {
      std::vector<float> expected;
      for (const auto* k : all) {
        std::vector<float> to = start;
        k->mix(x.data(), to.data(), gain, 7, frames);
        k->scale(to.data(), gain, 3, frames);
        k->bend(to.data(), 0.2f, 0.3f, frames);
        if (expected.empty()) expected = to;
        EXPECT_EQ(to, expected);
        EXPECT_EQ(k->peak(x.data(), frames), all[0]->peak(x.data(), frames));
      }
      for (int f = 0; f < frames; ++f)
        EXPECT_LE(std::fabs(expected[static_cast<std::size_t>(f)]), 0.3f);
    }
  }
}

TEST(Sound, IntensityBrightnessSpaceAndLevelsAreHeardWithin400Milliseconds) {
  for (const Setting setting :
       {Setting::intensity, Setting::brightness, Setting::space, Setting::pad_level}) {
    ControlLog log = quick_log(5, Style::ambient);
    log.start.set(Setting::bpm, 40);  // the next bar is far away
    log.start.set(Setting::intensity, 0.3);
    log.start.set(Setting::transition, 2);
    only(log, {Voice::pad});
    Channel asked({}, log), left_alone({}, log);
    const std::int64_t before = 4 * log.rate;
    play(asked, before, 1000);
    play(left_alone, before, 1000);
    const double now = log.start[setting];
    const stream::Change change{setting, setting == Setting::pad_level ? -12.0
                                         : now < 0.6                   ? 1.0
                                                                       : 0.0};
    asked.control({&change, 1});
    ASSERT_GT(asked.next_bar(), before + log.rate / 2);
    const Sound a = play(asked, log.rate / 2, 1000), b = play(left_alone, log.rate / 2, 1000);
    // What changed between 300 and 400 ms after the wish, against the sound itself.
    const auto from = static_cast<std::size_t>(0.3 * log.rate),
               to = static_cast<std::size_t>(0.4 * log.rate);
    std::vector<float> change_heard(a.left.size());
    for (std::size_t i = 0; i < a.left.size(); ++i) change_heard[i] = a.left[i] - b.left[i];
    EXPECT_GT(power(change_heard, from, to), power(b.left, from, to) * 0.003)
        << compose::setting_table()[static_cast<std::size_t>(setting)].id;
  }
}

TEST(Sound, StaysWithinBoundsForAnySettings) {
  Random random(17);
  for (int round = 0; round < 12; ++round) {
    ControlLog log = quick_log(random.next(), Style::ambient);
    for (int s = 0; s < compose::kSettings; ++s) {
      const auto& d = compose::setting_table()[static_cast<std::size_t>(s)];
      log.start.set(static_cast<Setting>(s), random.uniform(d.min, d.max));
    }
    if (round == 0)
      for (int v = 0; v < compose::kVoices; ++v) {
        log.start.set(compose::on_of(static_cast<Voice>(v)), 1);
        log.start.set(compose::level_of(static_cast<Voice>(v)), 6);
      }
    log.entries.push_back({6 * log.rate, {{Setting::intensity, random.uniform()}}, random.next()});
    Channel channel({}, log);
    const Sound sound = play(channel, 14 * log.rate, 2000);
    for (const auto* side : {&sound.left, &sound.right}) {
      double sum = 0;
      for (const float x : *side) {
        ASSERT_TRUE(std::isfinite(x));
        ASSERT_LT(std::fabs(x), 0.8913f);  // -1 dBFS
        sum += x;
      }
      EXPECT_LT(std::fabs(sum / static_cast<double>(side->size())), 1e-3) << round;
    }
  }
}

TEST(Sound, VoicesSwitchedOffFallSilent) {
  ControlLog log = quick_log(6, Style::pulse);
  log.entries.push_back({5 * log.rate, {}, {}});
  for (int v = 0; v < compose::kVoices; ++v)
    log.entries[0].changes.push_back({compose::on_of(static_cast<Voice>(v)), 0});
  Channel channel({}, log);
  const Sound sound = play(channel, 60 * log.rate, 4000);
  EXPECT_GT(power(sound.left, static_cast<std::size_t>(3 * log.rate),
                  static_cast<std::size_t>(5 * log.rate)),
            1e-5);
  EXPECT_LT(power(sound.left, static_cast<std::size_t>(59 * log.rate), sound.left.size()), 1e-20);
  EXPECT_EQ(channel.take_levels().size(), static_cast<std::size_t>(compose::kVoices));
}

// The measure: the largest second difference within 2 ms of a border is at most three times the
// largest in the 50 ms before and after. Sustained voices only, so that no note's own attack is
// taken for a click.
double click_at(const std::vector<float>& x, std::int64_t border, int rate) {
  const auto bend = [&](std::int64_t from, std::int64_t to) {
    double most = 0;
    for (std::int64_t i = std::max<std::int64_t>(from, 2); i < to; ++i) {
      const auto at = static_cast<std::size_t>(i);
      most = std::max(most, std::fabs(static_cast<double>(x[at]) - 2.0 * x[at - 1] + x[at - 2]));
    }
    return most;
  };
  const std::int64_t near = rate / 500, far = rate / 20;
  const double around =
      std::max(bend(border - far, border - near), bend(border + near, border + far));
  return bend(border - near, border + near) / std::max(around, 1e-6);
}

TEST(Sound, NoClickAtBarsChaptersOrWishes) {
  for (const Style style : {Style::ambient, Style::choir, Style::drift}) {
    ControlLog log = quick_log(12, style);
    log.rate = 48000;
    log.start.set(Setting::transition, 0);
    only(log, {Voice::pad, Voice::choir, Voice::bass, Voice::texture});
    const std::int64_t second = log.rate;
    log.entries = {{3 * second + 17, {{Setting::intensity, 0.1}}, {}},
                   {4 * second + 517, {{Setting::brightness, 1}}, {}},
                   {5 * second + 17, {{Setting::space, 0}}, {}},
                   {6 * second + 33, {{Setting::pad_level, -20}}, {}},
                   {7 * second, {}, 99},
                   {9 * second, {{Setting::pad_on, 0}, {Setting::bpm, 90}}, {}},
                   {12 * second, {{Setting::style, 3}}, 98}};
    Channel channel({}, log);
    const Sound sound = play(channel, 18 * second, 4000);
    std::vector<std::int64_t> borders;
    for (const auto& bar : channel.take_bars()) borders.push_back(bar.frame);
    for (const auto& entry : log.entries) borders.push_back(entry.frame);
    for (const std::int64_t border : borders) {
      if (border < second || border > 17 * second) continue;
      EXPECT_LT(click_at(sound.left, border, log.rate), 3) << name_of(Voice::pad) << border;
      EXPECT_LT(click_at(sound.right, border, log.rate), 3) << border;
    }
  }
}

TEST(Sound, StemsAddUpToTheMixBeforeTheMaster) {
  for (const Style style : {Style::night, Style::ambient}) {
    const ControlLog log = quick_log(31, style);
    Channel channel({}, log, true);
    const auto frames = static_cast<std::size_t>(12 * log.rate);
    std::vector<std::vector<float>> parts(2 * compose::kVoices, std::vector<float>(frames));
    std::vector<Channel::Stem> to;
    for (std::size_t v = 0; v < compose::kVoices; ++v)
      to.push_back({parts[2 * v].data(), parts[2 * v + 1].data()});
    std::vector<float> left(frames), right(frames);
    channel.render_stems(to, left.data(), right.data(), static_cast<int>(frames));
    std::vector<float> sum_left(frames), sum_right(frames);
    int heard = 0;
    for (std::size_t v = 0; v < compose::kVoices; ++v) {
      if (power(parts[2 * v], 0, frames) > 0) ++heard;
      for (std::size_t i = 0; i < frames; ++i) {
        sum_left[i] += parts[2 * v][i];
        sum_right[i] += parts[2 * v + 1][i];
      }
    }
    EXPECT_GE(heard, 3);
    // The same master over their sum gives the mix.
    stream::Master master;
    Arena arena;
    master.prepare(log.rate, arena);
    for (std::size_t at = 0; at < frames; at += stream::kStep) {
      const int count = static_cast<int>(std::min<std::size_t>(stream::kStep, frames - at));
      master.begin_step();
      master.process({sum_left.data() + at, sum_right.data() + at, count}, 0);
    }
    for (std::size_t i = 0; i < frames; ++i) sum_left[i] -= left[i];
    EXPECT_LT(power(sum_left, 0, frames), power(left, 0, frames) * 1e-8);  // -80 dB
  }
}

TEST(Score, HoldsTheNotesThatWereHeard) {
  ControlLog log = quick_log(77, Style::piano);
  log.entries.push_back({7 * log.rate, {{Setting::bpm, 100}, {Setting::key, 2}}, {}});
  log.entries.push_back({15 * log.rate, {}, 78});
  Channel channel({}, log);
  play(channel, 25 * log.rate, 4000);
  const auto bars = channel.take_bars();
  const auto score = stream::score_of({}, log, 0, 25 * log.rate);
  std::size_t played = 0, written = 0;
  for (const auto& bar : bars) played += bar.bar.notes.size();
  for (const auto& part : score.parts) {
    written += part.notes.size();
    EXPECT_TRUE(std::is_sorted(part.notes.begin(), part.notes.end(),
                               [](const auto& a, const auto& b) { return a.start < b.start; }));
    EXPECT_EQ(part.channel == 9, part.name == "drums");
  }
  // The last bar is cut by the end.
  EXPECT_LE(written, played);
  EXPECT_GE(written + bars.back().bar.notes.size() + 2, played);
  EXPECT_NEAR(score.tempo.seconds(score.end), 25, 0.01);
  for (const auto& bar : bars) {
    const double at = static_cast<double>(bar.frame) / log.rate;
    EXPECT_NEAR(score.tempo.bpm_at(score.tempo.ticks(at + 0.5)), bar.bpm, 1e-6);
  }
  EXPECT_EQ(score.keys.size(), 2u);
  EXPECT_FALSE(score.texts.empty());
  // From the middle: nothing starts before it, and times are those of the sound from there.
  const auto later = stream::score_of({}, log, 10 * log.rate + 123, 20 * log.rate);
  EXPECT_NEAR(later.tempo.seconds(later.end), 10, 0.02);
  for (const auto& part : later.parts)
    for (const auto& note : part.notes) {
      EXPECT_GE(note.start, Ticks{});
      EXPECT_LE(note.start + note.duration, later.end);
    }
}

}  // namespace
