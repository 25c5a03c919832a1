#include "engine/compose/composer.h"

#include <algorithm>
#include <cmath>

#include "engine/compose/form.h"
#include "engine/compose/harmony.h"
#include "engine/compose/parts.h"
#include "engine/compose/tune.h"

namespace tutti::compose {
namespace {

// What a plan was made for; when a bar asks for something else, the rest of the section is planned
// anew.
struct Asked {
  int tonic = -1;
  double mode = -1, style = -1, intensity = 0, density = 0;
  Voice singer = Voice::piano;

  static Asked of(const Settings& s) {
    return {s.tonic(),           s[Setting::mode], s[Setting::style], s[Setting::intensity],
            s[Setting::density], Voice::piano};
  }
  bool same_harmony(const Asked& b) const {
    return mode == b.mode && style == b.style && std::fabs(intensity - b.intensity) < 0.25;
  }
  bool same_tune(const Asked& b) const {
    return tonic == b.tonic && singer == b.singer && std::fabs(intensity - b.intensity) < 0.15 &&
           std::fabs(density - b.density) < 0.12;
  }
};

Chord transposed(Chord chord, int tonic) {
  chord.root = (chord.root + tonic) % 12;
  chord.bass = (chord.bass + tonic) % 12;
  return chord;
}

}  // namespace

struct Composer::State {
  std::uint64_t seed = 1;
  std::int64_t chapter = 0;
  int index = 0;
  std::shared_ptr<const MelodyModel> model;

  Form form;
  Memory memory;
  Asked asked, asked_tune;
  std::vector<PlannedChord> harmony;  // of the section
  std::vector<LineNote> tune, counter;
  std::vector<LineNote> theme;  // the chapter's first, to be recalled
  int theme_tonic = 0;
  std::array<bool, kVoices> present{};  // in this section, by chance
  std::array<bool, kVoices> was_on{};   // in the last bar
  std::array<int, kVoices> invited{};   // first bar in which an invitation is over
  Step last_step{-1, Family::minor};
  int last_bass = -1;

  void begin_chapter() {
    Random random = random_for(seed, chapter, 0, Draw::form);
    form = form_of(random);
    memory = {};
    asked = asked_tune = {};
    harmony.clear();
    tune.clear();
    counter.clear();
    theme.clear();
    was_on = {};
    invited = {};
    last_step = {-1, Family::minor};
    last_bass = -1;
  }

  FormSection section() const { return form[static_cast<std::size_t>(index / kSectionBars)]; }

  std::vector<ChordAt> chords_between(Ticks from, Ticks to, int tonic) const {
    std::vector<ChordAt> out;
    for (const PlannedChord& c : harmony) {
      const Ticks begin = std::max(c.at, from), end = std::min(c.at + c.duration, to);
      if (end > begin) out.push_back({begin, end - begin, transposed(c.chord, tonic)});
    }
    return out;
  }

  void plan_chords(const Settings& s, const StyleRow& style, double tension) {
    const int bar = index % kSectionBars, number = index / kSectionBars;
    HarmonyRequest r;
    r.mode = s.key().mode;
    r.style = &style;
    r.section = section();
    r.first_bar = bar;
    r.intensity = s[Setting::intensity];
    r.density = s[Setting::density];
    r.tension = tension;
    r.opens = number == 0;
    r.closes = number == kSections - 1;
    for (const PlannedChord& c : harmony)
      if (bar == 0 || c.at < kBarTicks * bar) last_step = c.step, last_bass = c.chord.bass;
    r.before = last_step;
    r.bass_before = last_bass;
    Random random = random_for(seed, chapter, index, Draw::harmony);
    std::vector<PlannedChord> kept;
    if (bar > 0)
      for (PlannedChord c : harmony)
        if (c.at < kBarTicks * bar) {
          c.duration = std::min(c.duration, kBarTicks * bar - c.at);
          kept.push_back(c);
        }
    for (const PlannedChord& c : plan_harmony(r, random)) kept.push_back(c);
    harmony = std::move(kept);
  }

  // Who may play in this section: drawn once for each voice, the same for any settings.
  void draw_presence(const StyleRow& style) {
    Random random = random_for(seed, chapter, index / kSectionBars, Draw::presence);
    for (int v = 0; v < kVoices; ++v)
      present[static_cast<std::size_t>(v)] =
          random.uniform() >= style.voice[static_cast<std::size_t>(v)].sits_out;
  }

  std::array<bool, kVoices> players(const Settings& s, const StyleRow& style, double tension) {
    std::array<bool, kVoices> plays{};
    bool any = false;
    for (std::size_t v = 0; v < kVoices; ++v) {
      const auto voice = static_cast<Voice>(v);
      // Somebody who has just been switched on is heard for eight bars at least.
      if (s.on(voice) && !was_on[v] && index > 0) invited[v] = index + kSectionBars;
      plays[v] =
          s.on(voice) && (index < invited[v] || (present[v] && tension >= style.voice[v].enters));
      was_on[v] = s.on(voice);
      any = any || (plays[v] && voice != Voice::texture);
    }
    for (std::size_t v = 0; v < kVoices && !any; ++v)
      if (s.on(static_cast<Voice>(v))) any = plays[v] = true;
    // Chords need somebody: pad, choir, piano, pluck.
    const auto on = [&](Voice v) { return plays[static_cast<std::size_t>(v)]; };
    if (!on(Voice::pad) && !on(Voice::choir) && !on(Voice::piano) && !on(Voice::pluck))
      for (const Voice v : {Voice::pad, Voice::choir, Voice::piano, Voice::pluck})
        if (s.on(v)) {
          plays[static_cast<std::size_t>(v)] = true;
          break;
        }
    return plays;
  }

  Voice singer(const Settings& s, const StyleRow& style,
               const std::array<bool, kVoices>& plays) const {
    // Rather somebody who is not there yet than the one whose arpeggio carries the style.
    const auto carries = [&](Voice v) {
      return v == Voice::pluck && style.pluck == Figure::arpeggio;
    };
    for (const Voice v : style.melody)
      if (plays[static_cast<std::size_t>(v)] && !carries(v)) return v;
    for (const Voice v : style.melody)
      if (s.on(v) && !carries(v)) return v;
    for (const Voice v : style.melody)
      if (s.on(v)) return v;
    return style.melody[0];
  }

  void plan_tune(const Settings& s, const StyleRow& style, double tension, Voice voice,
                 Voice second) {
    const int bar = index % kSectionBars, number = index / kSectionBars;
    TuneRequest r;
    r.key = s.key();
    r.style = &style;
    r.chords = chords_between({0}, kBarTicks * kSectionBars, r.key.tonic);
    r.section = section().section;
    r.first_bar = bar;
    r.density = s[Setting::density];
    r.intensity = s[Setting::intensity];
    r.tension = tension;
    r.before = memory.melody;
    // What was sung last: of the section before, or of this one when the rest is made anew.
    for (LineNote n : tune) {
      if (bar == 0) n.start = n.start - kBarTicks * kSectionBars;
      if (n.start < kBarTicks * bar) r.history.push_back(n);
    }
    r.closes = number == kSections - 1;
    Random signature = random_for(seed, 0, 0, Draw::signature);
    Random own = random_for(seed, chapter, 0, Draw::second);
    r.signature = make_motif(signature, style.cells, 7, style.reach);
    r.second = make_motif(own, style.cells, 8, style.reach);
    set_range(r, style, voice);

    Random random = random_for(seed, chapter, number, Draw::tune);
    tune.clear();
    // The learned melodist takes themes, variations and lifts; openings, calms and closes are
    // memories of the motifs.
    const bool may =
        model != nullptr && (r.section == Section::theme || r.section == Section::variation ||
                             r.section == Section::lift);
    if (theme.size() >= 4 && r.section == Section::theme) {
      tune = recalled_tune(r, theme, theme_tonic, random);
    } else {
      if (may) tune = model_tune(r, *model, random_for(seed, chapter, number, Draw::model).next());
      if (tune.empty()) {
        tune = rule_tune(r, random);
      } else {
        if (random.uniform() < 0.75) tune = with_return(r, std::move(tune), random);
        tune = with_rests(r, std::move(tune), random);
      }
      // The chapter's first theme is the one that comes back.
      if (r.section == Section::theme && bar == 0) theme = tune, theme_tonic = r.key.tonic;
    }

    counter.clear();
    const bool joins = tension > 0.42 && (r.section == Section::variation ||
                                          r.section == Section::lift || tension > 0.62);
    if (joins && second != voice) {
      TuneRequest under = r;
      set_range(under, style, second);
      Random other = random_for(seed, chapter, index, Draw::counter);
      counter = counter_tune(under, tune, other);
    }
  }

  static void set_range(TuneRequest& r, const StyleRow& style, Voice voice) {
    const VoiceRow& row = style.row(voice);
    r.lowest = std::max(style.melody_lowest, row.lowest);
    r.highest = std::min(style.melody_highest, row.highest);
    if (r.highest - r.lowest < 14) {
      r.highest = row.highest;
      r.lowest = std::max(row.lowest, row.highest - 18);
    }
  }

  Bar compose(const Settings& s) {
    const StyleRow& style = style_row(s.style());
    const int in_section = index % kSectionBars;
    const double intensity = s[Setting::intensity];
    const double tension = tension_at(form, index, intensity);
    const Asked now = Asked::of(s);

    bool fresh_tune = in_section == 0;
    if (in_section == 0 || !now.same_harmony(asked)) {
      plan_chords(s, style, tension);
      asked = now;
      fresh_tune = true;
    }
    draw_presence(style);

    Bar bar;
    bar.chapter = chapter;
    bar.index = index;
    bar.section = section().section;
    bar.tension = tension;
    bar.key = s.key();
    bar.settings = s;

    const Ticks from = kBarTicks * in_section;
    bar.chords = chords_between(from, from + kBarTicks, bar.key.tonic);
    for (auto& c : bar.chords) c.at = c.at - from;

    BarContext c;
    c.seed = seed;
    c.chapter = chapter;
    c.index = index;
    c.settings = &s;
    c.style = &style;
    c.key = bar.key;
    c.section = bar.section;
    c.tension = tension;
    c.intensity = intensity;
    c.density = s[Setting::density];
    c.chords = bar.chords;
    auto ahead = chords_between(from + kBarTicks, kBarTicks * kSectionBars, bar.key.tonic);
    for (auto& next : ahead) next.at = next.at - from;
    c.ahead = ahead;
    c.next = ahead.empty() ? bar.chords.back().chord : ahead.front().chord;
    for (const PlannedChord& p : harmony)
      if (p.at < from && p.at + p.duration > from) c.carries = true;
    c.plays = players(s, style, tension);
    c.melody = singer(s, style, c.plays);
    c.memory = &memory;
    c.notes = &bar.notes;

    Voice second = c.melody;
    for (const Voice v : style.counter)
      if (v != c.melody && c.on(v)) {
        second = v;
        break;
      }
    Asked tune_now = now;
    tune_now.singer = c.melody;
    if (fresh_tune || !tune_now.same_tune(asked_tune)) {
      plan_tune(s, style, tension, c.melody, second);
      asked_tune = tune_now;
    }
    const auto of_bar = [&](const std::vector<LineNote>& line) {
      std::vector<LineNote> out;
      for (LineNote n : line)
        if (n.start >= from && n.start < from + kBarTicks) {
          n.start = n.start - from;
          out.push_back(n);
        }
      return out;
    };
    const auto tune_here = of_bar(tune), counter_here = of_bar(counter);
    c.tune = tune_here;
    // The singer sings even where its style would have it wait, if it was asked for.
    c.plays[static_cast<std::size_t>(c.melody)] =
        c.on(c.melody) || (s.on(c.melody) && !tune_here.empty());

    write_pad(c);
    // A choir that has the second voice sings that and no chords.
    if (second != Voice::choir || counter.empty()) write_choir(c);
    write_bass(c);
    write_piano(c);
    write_pluck(c);
    write_bell(c);
    write_melody(c);
    if (second != c.melody) write_counter(c, second, counter_here);
    write_drums(c);
    write_texture(c);

    untangle(bar.notes, index, memory);
    return bar;
  }
};

Composer::Composer(std::uint64_t seed, std::int64_t chapter,
                   std::shared_ptr<const MelodyModel> model)
    : state_(std::make_unique<State>()) {
  state_->seed = seed;
  state_->chapter = chapter;
  state_->model = std::move(model);
  state_->begin_chapter();
}
Composer::Composer(const Composer& other) : state_(std::make_unique<State>(*other.state_)) {}
Composer& Composer::operator=(const Composer& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}
Composer::Composer(Composer&&) noexcept = default;
Composer& Composer::operator=(Composer&&) noexcept = default;
Composer::~Composer() = default;

Bar Composer::next(const Settings& settings) {
  Bar bar = state_->compose(settings);
  if (++state_->index == kChapterBars) {
    state_->index = 0;
    ++state_->chapter;
    state_->begin_chapter();
  }
  return bar;
}

std::int64_t Composer::chapter() const noexcept {
  return state_->chapter;
}

int Composer::index() const noexcept {
  return state_->index;
}

}  // namespace tutti::compose
