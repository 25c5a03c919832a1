#include "engine/compose/melody_model.h"

#include <algorithm>

#include "engine/compose/melody_choice.h"
#include "engine/compose/melody_network.h"

namespace tutti::compose {
namespace {

using namespace melody;

constexpr std::int64_t kTicksPerStep = kTicksPerQuarter / kStepsPerQuarter;
constexpr int kBar = 4 * kStepsPerQuarter;
constexpr std::size_t kMostBefore = 48;  // events that are looked back upon
constexpr int kMostEventsPerBar = 16;

int steps_from(Ticks t) {
  // To the nearest step, halves upwards, of negative times too.
  const std::int64_t up = t.value + kTicksPerStep / 2;
  return static_cast<int>(up >= 0 ? up / kTicksPerStep
                                  : -((-up + kTicksPerStep - 1) / kTicksPerStep));
}

std::uint16_t scale_of(score::Key key) {
  std::uint16_t scale = 0;
  for (int i = 0; i < 12; ++i)
    if (score::in_scale(key, key.tonic + i)) scale = static_cast<std::uint16_t>(scale | 1 << i);
  return scale;
}

// The phrase as the network sees it: bars are numbered so that its end is the end of eight.
struct Phrase {
  Surroundings around;
  int first = 0, end = 0;  // steps
  int tonic = 60;          // MIDI note number of pitch 0
  std::vector<Event> before;
  int before_from = 0;
  Standing standing;

  explicit Phrase(const PhraseRequest& request) {
    const int bars = std::clamp(request.bars, 1, 16);
    first = (8 - bars % 8) % 8 * kBar;
    end = first + bars * kBar;
    tonic = tonic_below(request.key.tonic, (request.lowest + request.highest) / 2);
    const std::uint16_t scale = scale_of(request.key);
    around.tonality =
        (scale >> 3 & 1) != 0 && (scale >> 4 & 1) == 0 ? Tonality::minor : Tonality::major;
    around.manner = Manner::lead_sheet;
    const double wanted = std::clamp(request.density, 0.0, 1.0);
    const auto density = static_cast<std::int8_t>(wanted * (kDensities - 2) + 0.5);
    around.density = {density, density, density};
    for (const ChordAt& c : request.chords) {
      TuneChord chord{first + steps_from(c.at), ((c.chord.root - request.key.tonic) % 12 + 12) % 12,
                      0};
      for (const int tone : pitch_classes(c.chord))
        chord.tones = static_cast<std::uint16_t>(chord.tones |
                                                 1 << ((tone - request.key.tonic) % 12 + 12) % 12);
      around.chords.push_back(chord);
    }
    look_back(request.before);
  }

  void look_back(std::span<const MelodyNote> notes) {
    standing.now = first;
    std::vector<TuneNote> heard = relative(notes);
    std::erase_if(
        heard, [&](const TuneNote& n) { return n.start >= first || n.start < first - 8 * kBar; });
    if (heard.size() > kMostBefore / 2) heard.erase(heard.begin(), heard.end() - kMostBefore / 2);
    if (heard.empty()) return;
    TuneNote& last = heard.back();
    last.duration = std::min(last.duration, first - last.start);
    before_from = heard.front().start;
    before = events_of(heard, before_from);
    int now = before_from;
    for (const Event& event : before) now += event.duration;
    standing.rested = first - now;
    while (now < first) {
      before.push_back({steps_of(duration_token(first - now)), kRest});
      now += before.back().duration;
    }
    standing.any = true;
    standing.last = last.pitch;
    standing.repeated = 1;
  }

  std::vector<TuneNote> relative(std::span<const MelodyNote> notes) const {
    std::vector<TuneNote> tune;
    for (const MelodyNote& note : notes) {
      const int from = first + steps_from(note.start);
      const int to = first + steps_from(note.start + note.duration);
      tune.push_back({from, std::max(to - from, 1), note.key - tonic});
    }
    std::stable_sort(tune.begin(), tune.end(),
                     [](const TuneNote& a, const TuneNote& b) { return a.start < b.start; });
    return tune;
  }

  // The beginning and what was heard before, as the network reads it.
  std::vector<Input> prompt() const {
    int now = before.empty() ? first : before_from;
    std::vector<Input> inputs{input_of(around, kBegin, now, now)};
    append(inputs, before, now);
    return inputs;
  }

  void append(std::vector<Input>& inputs, std::span<const Event> events, int now) const {
    for (const Event& event : events) {
      inputs.push_back(input_of(around, duration_token(event.duration), now, now));
      inputs.push_back(input_of(around, event.sound, now, now + event.duration));
      now += event.duration;
    }
  }
};

}  // namespace

struct MelodyModel::Impl {
  Network network;
};

MelodyModel::MelodyModel(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
MelodyModel::~MelodyModel() = default;

Result<std::shared_ptr<const MelodyModel>> MelodyModel::load(std::span<const std::byte> weights) {
  auto network = Network::load(weights);
  if (!network) return network.error();
  return std::shared_ptr<const MelodyModel>(
      new MelodyModel(std::make_unique<const Impl>(Impl{std::move(*network)})));
}

std::vector<MelodyNote> MelodyModel::compose(const PhraseRequest& request) const {
  Phrase phrase(request);
  const Rules rules{phrase.end, request.lowest - phrase.tonic, request.highest - phrase.tonic,
                    scale_of(request.key)};
  const double adventure = std::clamp(request.adventure, 0.0, 1.0);
  const double temperature = 0.75 + 0.45 * adventure, nucleus = 0.9 + 0.08 * adventure;
  Random random(request.seed);

  const auto prompt = phrase.prompt();
  const int bars = (phrase.end - phrase.first) / kBar;
  Network::Line line(impl_->network, nn::kernels(),
                     static_cast<int>(prompt.size()) + 2 * kMostEventsPerBar * bars);
  line.say(phrase.around, prompt);
  auto scores = line.scores(static_cast<int>(prompt.size()) - 1);

  Standing& standing = phrase.standing;
  std::vector<MelodyNote> notes;
  while (standing.now < phrase.end) {
    const int length =
        choose(scores, durations_allowed(rules, standing), temperature, nucleus, random);
    const int duration = steps_of(length);
    const Input first = input_of(phrase.around, length, standing.now, standing.now);
    line.say(phrase.around, {&first, 1});
    const int sound =
        choose(line.scores(0), sounds_allowed(phrase.around, rules, standing, duration),
               temperature, nucleus, random);
    const Ticks from{(standing.now - phrase.first) * kTicksPerStep},
        lasts{duration * kTicksPerStep};
    if (sound == kRest) {
      standing.sounds = false;
      standing.rested += duration;
    } else if (sound == kHold) {
      notes.back().duration += lasts;
    } else {
      const int pitch = semitones_of(sound);
      standing.repeated = standing.any && pitch == standing.last ? standing.repeated + 1 : 1;
      standing.last = pitch;
      standing.any = standing.sounds = true;
      standing.rested = 0;
      notes.push_back({from, lasts, phrase.tonic + pitch});
    }
    const Input second = input_of(phrase.around, sound, standing.now, standing.now + duration);
    standing.now += duration;
    line.say(phrase.around, {&second, 1});
    scores = line.scores(0);
  }
  return notes;
}

double MelodyModel::loss(const PhraseRequest& context, std::span<const MelodyNote> tune) const {
  const Phrase phrase(context);
  const auto events = events_of(phrase.relative(tune), phrase.first);
  auto inputs = phrase.prompt();
  const std::size_t known = inputs.size();
  phrase.append(inputs, events, phrase.first);
  Network::Line line(impl_->network, nn::kernels(), static_cast<int>(inputs.size()));
  line.say(phrase.around, inputs);
  double sum = 0;
  for (std::size_t i = known; i < inputs.size(); ++i)
    sum -= log_probability(line.scores(static_cast<int>(i) - 1), inputs[i].rows[0] - kTokenRow);
  return inputs.size() > known ? sum / static_cast<double>(inputs.size() - known) : 0;
}

}  // namespace tutti::compose
