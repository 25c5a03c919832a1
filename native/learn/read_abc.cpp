// ABC notation, as far as melodies with chord symbols use it.
#include <array>
#include <cctype>
#include <map>
#include <optional>

#include "native/learn/tunes.h"

namespace tutti::learn {
namespace {

constexpr int kWhole = 4 * melody::kStepsPerQuarter;

// Pitch class of a letter, or -1.
int letter_class(char c) {
  constexpr int kClass[] = {9, 11, 0, 2, 4, 5, 7};
  const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper >= 'A' && upper <= 'G' ? kClass[upper - 'A'] : -1;
}

struct Fraction {
  int over = 1, under = 1;
};

std::optional<Fraction> read_fraction(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  Fraction f{std::atoi(std::string(text.substr(0, slash)).c_str()),
             std::atoi(std::string(text.substr(slash + 1)).c_str())};
  if (f.over < 1 || f.over > 64 || f.under < 1 || f.under > 64) return std::nullopt;
  return f;
}

// "A7", "F#m", "D/f+", "Gd", "Ca": roots and the usual kinds; nothing for anything else.
std::optional<Chord> read_chord(std::string text) {
  while (!text.empty() && (text.front() == '(' || text.front() == ' ')) text.erase(0, 1);
  while (!text.empty() && (text.back() == ')' || text.back() == ' ')) text.pop_back();
  if (const auto slash = text.find('/'); slash != std::string::npos) text.resize(slash);
  if (text.empty() || text[0] < 'A' || text[0] > 'G') return std::nullopt;
  Chord chord;
  chord.root = letter_class(text[0]);
  std::size_t at = 1;
  if (at < text.size() && (text[at] == '#' || text[at] == 'b'))
    chord.root += text[at++] == '#' ? 1 : 11;
  chord.root %= 12;
  static const std::map<std::string, int> kinds = {
      {"", 0x091},     {"m", 0x089},   {"7", 0x491},   {"m7", 0x489}, {"6", 0x291},
      {"m6", 0x289},   {"d", 0x049},   {"dim", 0x049}, {"a", 0x111},  {"aug", 0x111},
      {"maj7", 0x891}, {"7b9", 0x493}, {"a7", 0x511},  {"9", 0x495},  {"sus4", 0x0a1}};
  const auto kind = kinds.find(text.substr(at));
  if (kind == kinds.end()) return std::nullopt;
  chord.tones = static_cast<std::uint16_t>(kind->second);
  return chord;
}

class Reader {
 public:
  Reader(std::string_view book, std::string name) : text_(book), name_(std::move(name)) {}

  std::vector<Tune> run() {
    while (at_ < text_.size()) {
      const auto end = std::min(text_.find('\n', at_), text_.size());
      std::string_view line = text_.substr(at_, end - at_);
      at_ = end + 1;
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      take_line(line);
    }
    finish_tune();
    return std::move(tunes_);
  }

 private:
  void take_line(std::string_view line) {
    if (line.empty()) return finish_tune();
    if (line[0] == '%') return;
    if (line.size() > 1 && line[1] == ':' && std::isalpha(static_cast<unsigned char>(line[0])))
      return take_field(line[0], line.substr(2));
    if (in_body_) take_music(line);
  }

  void take_field(char field, std::string_view value) {
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    switch (field) {
      case 'X':
        finish_tune();
        id_ = name_ + ":" + std::string(value);
        break;
      case 'T':
        if (title_.empty())
          for (const char c : value)
            if (std::isalpha(static_cast<unsigned char>(c)))
              title_ += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        break;
      case 'M':
        finish_part();
        take_metre(value);
        break;
      case 'L':
        if (const auto f = read_fraction(value)) unit_ = *f;
        break;
      case 'K':
        finish_part();
        take_key(value);
        in_body_ = true;
        break;
      default:
        break;
    }
  }

  void take_metre(std::string_view value) {
    if (!read_metre(value, metre_, bar_)) return;
    if (!in_body_) unit_ = bar_ * 4 < kWhole * 3 ? Fraction{1, 16} : Fraction{1, 8};
  }

  void take_key(std::string_view value) {
    if (value.empty() || letter_class(value[0]) < 0) return;
    tonic_ = letter_class(value[0]);
    std::size_t at = 1;
    if (at < value.size() && (value[at] == '#' || value[at] == 'b'))
      tonic_ = (tonic_ + (value[at++] == '#' ? 1 : 11)) % 12;
    minor_ = at < value.size() && value[at] == 'm' && value.substr(at, 3) != "maj";
    const int major = (tonic_ + (minor_ ? 3 : 0)) % 12;
    int sharps = major * 7 % 12;
    if (sharps > 6) sharps -= 12;
    signs_.fill(0);
    constexpr int kOrder[] = {5, 0, 7, 2, 9, 4, 11};  // F C G D A E B
    for (int i = 0; i < sharps; ++i) signs_[static_cast<std::size_t>(kOrder[i])] = 1;
    for (int i = 0; i < -sharps; ++i) signs_[static_cast<std::size_t>(kOrder[6 - i])] = -1;
  }

  // A number; 1 where there is none.
  int number(std::string_view line, std::size_t& i) {
    int n = 0;
    bool any = false;
    while (i < line.size() && std::isdigit(static_cast<unsigned char>(line[i])) && n < 1000) {
      n = n * 10 + (line[i++] - '0');
      any = true;
    }
    return any ? n : 1;
  }
  // A length in steps, times 3 so that broken triplets stay whole.
  double length(std::string_view line, std::size_t& i) {
    double n = number(line, i);
    while (i < line.size() && line[i] == '/') {
      ++i;
      const bool digits = i < line.size() && std::isdigit(static_cast<unsigned char>(line[i]));
      n /= digits ? number(line, i) : 2;
    }
    return n * kWhole * unit_.over / unit_.under;
  }

  void take_music(std::string_view line) {
    std::size_t i = 0;
    while (i < line.size()) {
      const char c = line[i];
      if (c == '%') return;
      if (c == '"') {
        const auto end = line.find('"', i + 1);
        if (end == std::string_view::npos) return;
        if (!skipping_) {
          if (auto chord = read_chord(std::string(line.substr(i + 1, end - i - 1)))) {
            chord->start = static_cast<int>(now_ + 0.5);
            bar_chords_.push_back(*chord);
          }
        }
        i = end + 1;
      } else if (c == '{' || c == '!') {
        const auto end = line.find(c == '{' ? '}' : '!', i + 1);
        if (end == std::string_view::npos) return;
        i = end + 1;
      } else if (c == '|' || c == ':' ||
                 (c == '[' && i + 1 < line.size() && (line[i + 1] == '1' || line[i + 1] == '2'))) {
        take_bar_line(line, i);
      } else if (c == '[' && i + 2 < line.size() && line[i + 2] == ':') {
        const auto end = line.find(']', i);
        if (end == std::string_view::npos) return;
        take_field(line[i + 1], line.substr(i + 3, end - i - 3));
        i = end + 1;
      } else if (c == '(' && i + 1 < line.size() && line[i + 1] >= '2' && line[i + 1] <= '9') {
        ++i;
        const int n = number(line, i);
        tuplet_left_ = n;
        tuplet_ = n == 2 ? 1.5 : n == 3 || n == 6 ? 2.0 / 3 : n == 4 ? 0.75 : 2.0 / n;
        while (i < line.size() &&
               (line[i] == ':' || std::isdigit(static_cast<unsigned char>(line[i]))))
          ++i;
      } else if (c == '<' || c == '>') {
        int n = 0;
        while (i < line.size() && line[i] == c) ++i, ++n;
        break_rhythm(c == '>', n);
      } else if (c == '-') {
        tied_ = true;
        ++i;
      } else if (c == '[') {
        take_stack(line, i);
      } else if (!take_note(line, i)) {
        ++i;
      }
    }
  }

  // Of simultaneous notes the highest.
  void take_stack(std::string_view line, std::size_t& i) {
    ++i;
    int highest = -1;
    double steps = 0;
    while (i < line.size() && line[i] != ']') {
      int key = -1;
      double found = 0;
      if (!read_pitch(line, i, key)) {
        ++i;
        continue;
      }
      found = length(line, i);
      if (key > highest) highest = key, steps = found;
    }
    if (i < line.size()) ++i;
    if (highest >= 0) add(highest, steps);
  }

  bool read_pitch(std::string_view line, std::size_t& i, int& key) {
    std::size_t j = i;
    int sign = 0;
    bool natural = false, any = false;
    while (j < line.size() && (line[j] == '^' || line[j] == '_' || line[j] == '=')) {
      any = true;
      if (line[j] == '^') ++sign;
      if (line[j] == '_') --sign;
      natural = line[j] == '=';
      ++j;
    }
    if (j >= line.size()) return false;
    const int pitch = letter_class(line[j]);
    if (pitch < 0) return false;
    int octave = line[j] >= 'a' ? 6 : 5;
    ++j;
    while (j < line.size() && (line[j] == '\'' || line[j] == ','))
      octave += line[j++] == '\'' ? 1 : -1;
    const int natural_key = 12 * octave + pitch;
    if (natural_key < 12 || natural_key > 115) return false;
    auto& own = accidentals_[natural_key];
    if (any)
      own = natural ? 0 : sign;
    else if (accidentals_seen_.count(natural_key) == 0)
      own = signs_[static_cast<std::size_t>(pitch)];
    accidentals_seen_[natural_key] = true;
    key = natural_key + own;
    i = j;
    return true;
  }

  bool take_note(std::string_view line, std::size_t& i) {
    if (line[i] == 'z' || line[i] == 'x') {
      ++i;
      add(-1, length(line, i));
      return true;
    }
    int key = -1;
    if (!read_pitch(line, i, key)) return false;
    add(key, length(line, i));
    return true;
  }

  void add(int key, double steps) {
    if (tuplet_left_ > 0) {
      steps *= tuplet_;
      --tuplet_left_;
    }
    if (skipping_) {
      tied_ = false;
      return;
    }
    if (broken_ != 0) {
      steps *= broken_;
      broken_ = 0;
    }
    if (tied_ && !bar_notes_.empty() && bar_notes_.back().key == key) {
      bar_notes_.back().steps += steps;
    } else if (tied_ && bar_notes_.empty() && !tune_.notes.empty() &&
               tune_.notes.back().key == key) {
      tie_over_ = true;
      bar_notes_.push_back({now_, steps, key});
    } else {
      bar_notes_.push_back({now_, steps, key});
    }
    tied_ = false;
    now_ += steps;
  }

  void break_rhythm(bool longer, int n) {
    if (bar_notes_.empty() || skipping_) return;
    const double less = 1.0 / (1 << n), more = 2 - less;
    const double change = longer ? more : less;
    const double old = bar_notes_.back().steps;
    bar_notes_.back().steps = old * change;
    now_ += old * change - old;
    broken_ = longer ? less : more;
  }

  void take_bar_line(std::string_view line, std::size_t& i) {
    end_bar();
    bool repeat_end = false;
    int ending = 0;
    while (i < line.size() && (line[i] == '|' || line[i] == ':' || line[i] == ']')) {
      repeat_end = repeat_end || line[i] == ':';
      ++i;
    }
    std::size_t j = i;
    while (j < line.size() && line[j] == ' ') ++j;
    if (j < line.size() && line[j] == '[') ++j;
    if (j < line.size() && (line[j] == '1' || line[j] == '2') && (j > i || line[i - 1] == '|')) {
      ending = line[j] - '0';
      i = j + 1;
    }
    if (skipping_ && (repeat_end || ending == 2)) skipping_ = false;
    if (ending == 1) skipping_ = true;
  }

  void end_bar() {
    accidentals_.clear();
    accidentals_seen_.clear();
    if (now_ <= 0 || skipping_) return;
    const int steps = static_cast<int>(now_ + 0.5);
    int start = next_bar_;
    if (steps < bar_ && !begun_) {
      start = -steps;  // pick-up
      next_bar_ = 0;
    } else if (steps < bar_) {
      if (short_ > 0 && short_ + steps == bar_) {
        start = next_bar_ - bar_ + short_;
        short_ = 0;
      } else {
        short_ = steps;
        next_bar_ += bar_;
      }
    } else {
      short_ = 0;
      next_bar_ += (steps + bar_ - 1) / bar_ * bar_;
    }
    begun_ = true;
    for (std::size_t k = 0; k < bar_notes_.size(); ++k) {
      const auto& note = bar_notes_[k];
      const int from = static_cast<int>(note.start + 0.5);
      const int to = static_cast<int>(note.start + note.steps + 0.5);
      if (note.key < 0 || to <= from) continue;
      if (k == 0 && tie_over_ && !tune_.notes.empty() &&
          tune_.notes.back().start + tune_.notes.back().duration == start) {
        tune_.notes.back().duration += to - from;
      } else {
        tune_.notes.push_back({start + from, to - from, note.key});
      }
    }
    for (Chord& chord : bar_chords_) {
      chord.start += start;
      tune_.chords.push_back(chord);
    }
    bar_notes_.clear();
    bar_chords_.clear();
    tie_over_ = false;
    now_ = 0;
  }

  void finish_part() {
    end_bar();
    if (tune_.notes.size() >= 8) {
      tune_.id = id_ + "#" + std::to_string(parts_++);
      tune_.title = title_;
      tune_.manner = melody::Manner::folk;
      tune_.metre = metre_;
      tune_.bar = bar_;
      tune_.tonic = tonic_;
      tune_.minor = minor_;
      tunes_.push_back(std::move(tune_));
    }
    tune_ = {};
    bar_notes_.clear();
    bar_chords_.clear();
    now_ = 0;
    next_bar_ = short_ = 0;
    begun_ = tied_ = tie_over_ = skipping_ = false;
    broken_ = 0;
    tuplet_left_ = 0;
  }

  void finish_tune() {
    finish_part();
    in_body_ = false;
    title_.clear();
    parts_ = 0;
  }

  struct Sounding {
    double start, steps;
    int key;  // -1: rest
  };

  std::string_view text_;
  std::string name_, id_, title_;
  std::size_t at_ = 0;
  std::vector<Tune> tunes_;
  Tune tune_;
  melody::Metre metre_ = melody::Metre::four_four;
  int bar_ = kWhole, tonic_ = 0, parts_ = 0;
  bool minor_ = false, in_body_ = false;
  Fraction unit_{1, 8};
  std::array<int, 12> signs_{};
  std::map<int, int> accidentals_;  // by natural key, until the bar's end
  std::map<int, bool> accidentals_seen_;
  std::vector<Sounding> bar_notes_;
  std::vector<Chord> bar_chords_;
  double now_ = 0, broken_ = 0, tuplet_ = 1;
  int tuplet_left_ = 0, next_bar_ = 0, short_ = 0;
  bool begun_ = false, tied_ = false, tie_over_ = false, skipping_ = false;
};

}  // namespace

std::vector<Tune> read_abc(std::string_view book, const std::string& name) {
  return Reader(book, name).run();
}

}  // namespace tutti::learn
