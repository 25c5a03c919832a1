// The whole road on the command line: a hum to notes, notes to sound, and every form between.
#include <cmath>
#include <csignal>
#include <gtest/gtest.h>

#include "engine/base/math.h"
#include "engine/score/midi_file.h"
#include "engine/score/midi_score.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/files/soundfonts.h"
#include "tests/cli/hum.h"
#include "tests/cli/program.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using test::run;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string text_in(const std::string& path) {
  const auto bytes = test::slurp(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

double number(const json::value& object, std::string_view key) {
  double value = NAN;
  EXPECT_TRUE(json_get(json_find(object, key), value)) << key;
  return value;
}

score::Score score_in(const std::string& path) {
  const auto bytes = test::slurp(path);
  auto file = score::read_midi(bytes);
  EXPECT_TRUE(file.ok());
  if (!file) return {};
  auto score = score::score_from_midi(*file);
  EXPECT_TRUE(score.ok());
  return score ? std::move(score).value() : score::Score{};
}

std::vector<score::Note> notes_in(const std::string& path) {
  std::vector<score::Note> all;
  for (const auto& part : score_in(path).parts)
    all.insert(all.end(), part.notes.begin(), part.notes.end());
  return all;
}

class Flow : public testing::Test {
 protected:
  Flow() { EXPECT_TRUE(files::encode(hum_, test::hum(test::little_tune(), 44100, 5.5), {}).ok()); }
  test::TempFolder folder_;
  std::string hum_ = folder_ / "hum.wav";
};

TEST_F(Flow, AHumBecomesMidiBecomesFlacOnPitch) {
  const auto tune = test::little_tune();
  const auto heard = run({"transcribe", hum_, "-o", folder_ / "melody.mid", "--free"});
  ASSERT_EQ(heard.code, 0) << heard.err;
  EXPECT_TRUE(heard.out.empty());
  const auto score = score_in(folder_ / "melody.mid");
  const auto notes = notes_in(folder_ / "melody.mid");
  ASSERT_EQ(notes.size(), tune.size());
  const double first = score.tempo.seconds(notes[0].start);
  for (std::size_t i = 0; i < notes.size(); ++i) {
    EXPECT_EQ(notes[i].key, tune[i].key) << i;
    EXPECT_NEAR(score.tempo.seconds(notes[i].start) - first, tune[i].start - tune[0].start, 0.05)
        << i;
  }
  const auto rendered = run({"render", folder_ / "melody.mid", "-o", folder_ / "melody.flac",
                             "--program", "73", "--json"});
  ASSERT_EQ(rendered.code, 0) << rendered.err;
  auto sound = files::decode(files::AudioSource::path(folder_ / "melody.flac"),
                             {.limits = {}, .mono = true});
  ASSERT_TRUE(sound.ok());
  // In the middle of each note its own frequency is far louder than its neighbours'.
  const double rate = sound->audio.rate;
  for (const auto& note : notes) {
    const double middle = score.tempo.seconds({note.start.value + note.duration.value / 2});
    const auto from = static_cast<std::size_t>((middle - 0.1) * rate);
    const auto window =
        std::span(sound->audio.channels[0]).subspan(from, static_cast<std::size_t>(0.2 * rate));
    const double own = test::level_at(window, rate, math::midi_to_hz(note.key));
    EXPECT_GT(own, 0.003) << note.key;
    for (const int away : {-2, -1, 1, 2})
      EXPECT_GT(own, 3 * test::level_at(window, rate, math::midi_to_hz(note.key + away)))
          << note.key << " " << away;
  }
}

TEST_F(Flow, TranscribeAnswersTheContractsJson) {
  const auto outcome = run({"transcribe", hum_, "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto answer = outcome.json();
  const auto tune = test::little_tune();
  const auto* notes = json_find(answer, "notes");
  ASSERT_TRUE(notes != nullptr && notes->is_array());
  ASSERT_EQ(notes->as_array().size(), tune.size());
  for (std::size_t i = 0; i < tune.size(); ++i) {
    const auto& note = notes->as_array()[i];
    EXPECT_NEAR(number(note, "start"), tune[i].start, 0.05);
    EXPECT_NEAR(number(note, "duration"), tune[i].duration, 0.12);
    EXPECT_NEAR(number(note, "pitch"), tune[i].key, 0.3);
    for (const char* key : {"velocity", "confidence"}) {
      EXPECT_GE(number(note, key), 0);
      EXPECT_LE(number(note, key), 1);
    }
  }
  const auto* quantised = json_find(answer, "quantised");
  ASSERT_TRUE(quantised != nullptr && quantised->is_array());
  EXPECT_EQ(quantised->as_array().size(), tune.size());
  EXPECT_GT(number(answer, "tempo"), 20);
  EXPECT_TRUE(json_find(answer, "key")->is_string());
  EXPECT_TRUE(holds(std::string(json_find(answer, "timeSignature")->as_string()), "/"));
  const auto* f0 = json_find(answer, "f0");
  ASSERT_NE(f0, nullptr);
  const double hop = number(*f0, "hop");
  const auto& hz = json_find(*f0, "hz")->as_array();
  EXPECT_NEAR(hop * static_cast<double>(hz.size()), 5.5, 0.3);
  double middle = 0;
  json_get(&hz[static_cast<std::size_t>(4.0 / hop)], middle);
  EXPECT_NEAR(12 * std::log2(middle / 440) + 69, 67, 0.3);
  double before = -1;
  json_get(&hz[2], before);
  EXPECT_EQ(before, 0);  // unvoiced
}

TEST_F(Flow, PipesCarryRecordingsMidiAndSound) {
  const auto wav = text_in(hum_);
  const auto by_name = run({"transcribe", hum_, "--json"});
  auto piped = run({"transcribe", "-", "--json"}, wav);
  ASSERT_EQ(piped.code, 0) << piped.err;
  EXPECT_EQ(json_find(piped.json(), "notes")->as_array(),
            json_find(by_name.json(), "notes")->as_array());

  const auto midi = run({"transcribe", "-", "-o", "-"}, wav);
  ASSERT_EQ(midi.code, 0) << midi.err;
  EXPECT_EQ(midi.out.substr(0, 4), "MThd");
  EXPECT_TRUE(midi.err.empty()) << midi.err;
  const auto flac = run({"render", "-", "-o", "-", "--format", "flac"}, midi.out);
  ASSERT_EQ(flac.code, 0) << flac.err;
  EXPECT_EQ(flac.out.substr(0, 4), "fLaC");
  const auto opus = run({"convert", "-", "-o", "-", "--format", "opus"}, flac.out);
  ASSERT_EQ(opus.code, 0) << opus.err;
  EXPECT_EQ(opus.out.substr(0, 4), "OggS");
  const auto info = run({"info", "-", "--json"}, opus.out);
  ASSERT_EQ(info.code, 0) << info.err;
  EXPECT_EQ(json_find(info.json(), "codec")->as_string(), "Opus");
  EXPECT_EQ(run({"transcribe", "-", "-o", "-", "--json"}, wav).code, 2);
}

TEST_F(Flow, RenderReportsTheContractsJson) {
  ASSERT_EQ(run({"transcribe", hum_, "-o", folder_ / "m.tutti"}).code, 0);
  const auto outcome =
      run({"render", folder_ / "m.tutti", "-o", folder_ / "m.wav", "--json", "--rate", "44100"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto answer = outcome.json();
  EXPECT_EQ(json_find(answer, "output")->as_string(), folder_ / "m.wav");
  EXPECT_GT(number(answer, "cpu_seconds"), 0);
  EXPECT_GT(number(answer, "realtime_factor"), 1);
  const auto* loud = json_find(answer, "loudness");
  ASSERT_NE(loud, nullptr);
  EXPECT_LT(number(*loud, "integrated"), -5);
  EXPECT_GT(number(*loud, "integrated"), -60);
  EXPECT_LE(number(*loud, "true_peak"), -0.9);
  EXPECT_LE(number(*loud, "sample_peak"), number(*loud, "true_peak") + 1e-3);
  auto sound = files::decode(files::AudioSource::path(folder_ / "m.wav"));
  ASSERT_TRUE(sound.ok());
  EXPECT_EQ(sound->audio.rate, 44100);
  EXPECT_NEAR(sound->audio.seconds(), number(answer, "seconds"), 1e-3);
  // The tail is silent where it ends: nothing is cut off.
  const auto& left = sound->audio.channels[0];
  EXPECT_LT(test::db(test::rms(std::span(left).last(441)) + 1e-12), -80);
}

TEST_F(Flow, ProgramsSoundDifferent) {
  ASSERT_EQ(run({"transcribe", hum_, "-o", folder_ / "m.mid"}).code, 0);
  ASSERT_EQ(run({"render", folder_ / "m.mid", "-o", folder_ / "a.wav"}).code, 0);
  ASSERT_EQ(run({"render", folder_ / "m.mid", "-o", folder_ / "b.wav", "--program", "0"}).code, 0);
  ASSERT_EQ(run({"render", folder_ / "m.mid", "-o", folder_ / "c.wav", "--program", "violin"}).code,
            0);
  ASSERT_EQ(run({"render", folder_ / "m.mid", "-o", folder_ / "d.wav", "--program", "40"}).code, 0);
  EXPECT_EQ(text_in(folder_ / "a.wav"), text_in(folder_ / "b.wav"));
  EXPECT_NE(text_in(folder_ / "b.wav"), text_in(folder_ / "c.wav"));
  EXPECT_EQ(text_in(folder_ / "c.wav"), text_in(folder_ / "d.wav"));
  EXPECT_EQ(run({"render", folder_ / "m.mid", "-o", folder_ / "e.wav", "--program", "kazoo9"}).code,
            2);
}

TEST_F(Flow, SoundConvertsThereAndBackWithoutLoss) {
  ASSERT_EQ(run({"convert", hum_, "-o", folder_ / "a.flac"}).code, 0);
  ASSERT_EQ(run({"convert", folder_ / "a.flac", "-o", folder_ / "b.wav"}).code, 0);
  EXPECT_EQ(text_in(folder_ / "b.wav"), text_in(hum_));
  // FLAC of a 16-bit recording stays 16 bit.
  EXPECT_EQ(number(run({"info", folder_ / "a.flac", "--json"}).json(), "bits"), 16);
  ASSERT_EQ(
      run({"convert", hum_, "-o", folder_ / "c.wav", "--format", "wav24", "--rate", "96000"}).code,
      0);
  const auto info = run({"info", folder_ / "c.wav", "--json"}).json();
  EXPECT_EQ(number(info, "bits"), 24);
  EXPECT_EQ(number(info, "rate"), 96000);
  EXPECT_NEAR(number(info, "seconds"), 5.5, 1e-3);
  for (const char* name : {"d.mp3", "d.ogg", "d.opus"}) {
    ASSERT_EQ(run({"convert", hum_, "-o", folder_ / name}).code, 0) << name;
    EXPECT_EQ(run({"transcribe", folder_ / name, "-o", folder_ / "d.txt"}).code, 0) << name;
  }
  EXPECT_EQ(run({"convert", hum_, "-o", folder_ / "x.mid"}).code, 2);
}

TEST_F(Flow, NotesConvertThroughEveryForm) {
  ASSERT_EQ(run({"transcribe", hum_, "-o", folder_ / "a.mid"}).code, 0);
  const auto notes = notes_in(folder_ / "a.mid");
  ASSERT_EQ(notes.size(), 6u);
  std::string last = "a.mid";
  for (const char* next : {"b.tutti", "c.mid", "d.maa", "e.tutti", "f.json", "g.mid"}) {
    const auto outcome = run({"convert", folder_ / last, "-o", folder_ / next});
    ASSERT_EQ(outcome.code, 0) << next << outcome.err;
    last = next;
  }
  const auto back = notes_in(folder_ / "g.mid");
  ASSERT_EQ(back.size(), notes.size());
  for (std::size_t i = 0; i < notes.size(); ++i) {
    EXPECT_EQ(back[i].key, notes[i].key);
    EXPECT_NEAR(static_cast<double>(back[i].start.value), static_cast<double>(notes[i].start.value),
                32);
    EXPECT_NEAR(back[i].velocity, notes[i].velocity, 1);
  }
  // MIDI to MIDI keeps everything and is stable.
  ASSERT_EQ(run({"convert", folder_ / "a.mid", "-o", folder_ / "h.mid"}).code, 0);
  ASSERT_EQ(run({"convert", folder_ / "h.mid", "-o", folder_ / "i.mid"}).code, 0);
  EXPECT_EQ(text_in(folder_ / "h.mid"), text_in(folder_ / "i.mid"));
  EXPECT_EQ(notes_in(folder_ / "h.mid"), notes);
  EXPECT_EQ(run({"convert", folder_ / "a.mid", "-o", folder_ / "x.wav"}).code, 2);
  // The same conversion twice gives the same file.
  ASSERT_EQ(run({"convert", folder_ / "a.mid", "-o", folder_ / "j.tutti"}).code, 0);
  EXPECT_EQ(text_in(folder_ / "j.tutti"), text_in(folder_ / "b.tutti"));
}

TEST_F(Flow, InfoKnowsEveryKind) {
  ASSERT_EQ(run({"transcribe", hum_, "-o", folder_ / "a.mid"}).code, 0);
  ASSERT_EQ(run({"transcribe", hum_, "-o", folder_ / "a.tutti"}).code, 0);
  const auto audio = run({"info", hum_, "--json"}).json();
  EXPECT_EQ(json_find(audio, "kind")->as_string(), "audio");
  EXPECT_EQ(number(audio, "rate"), 44100);
  EXPECT_NEAR(number(audio, "seconds"), 5.5, 1e-6);
  const auto midi = run({"info", folder_ / "a.mid", "--json"}).json();
  EXPECT_EQ(json_find(midi, "kind")->as_string(), "midi");
  EXPECT_EQ(number(midi, "notes"), 6);
  const auto project = run({"info", folder_ / "a.tutti", "--json"}).json();
  EXPECT_EQ(json_find(project, "kind")->as_string(), "project");
  EXPECT_EQ(json_find(project, "format")->as_string(), "tutti");
  EXPECT_EQ(number(project, "notes"), 6);
  const auto font = files::choose_soundfont();
  ASSERT_TRUE(font.ok());
  const auto bank = run({"info", font->path, "--json"}).json();
  EXPECT_EQ(json_find(bank, "kind")->as_string(), "soundfont");
  EXPECT_GT(json_find(bank, "presets")->as_array().size(), 0u);
  for (const auto& path : {hum_, folder_ / "a.mid", folder_ / "a.tutti", font->path}) {
    const auto plain = run({"info", path});
    EXPECT_EQ(plain.code, 0);
    EXPECT_TRUE(holds(plain.out, "kind")) << plain.out;
  }
}

TEST_F(Flow, EvaluateScoresATranscriptionAgainstTheTruth) {
  std::string truth;
  for (const auto& note : test::little_tune()) {
    char line[80];
    std::snprintf(line, sizeof line, "%.4f\t%.4f\t%.4f\n", note.start, note.start + note.duration,
                  math::midi_to_hz(note.key));
    truth += line;
  }
  test::spill(folder_ / "truth.txt", test::bytes_of(truth));
  ASSERT_EQ(run({"transcribe", hum_, "-o", folder_ / "est.txt"}).code, 0);
  const auto scores =
      run({"evaluate", "notes", folder_ / "truth.txt", folder_ / "est.txt", "--json"}).json();
  EXPECT_EQ(number(scores, "F-measure_no_offset"), 1);
  const auto same = run({"evaluate", "notes", folder_ / "truth.txt", "-", "--json"}, truth).json();
  EXPECT_EQ(number(same, "F-measure"), 1);
  EXPECT_TRUE(holds(run({"evaluate", "onsets", folder_ / "truth.txt", folder_ / "est.txt"}).out,
                    "F-measure"));
  test::spill(folder_ / "bad.txt", test::bytes_of("0 1 440\none two three\n"));
  EXPECT_EQ(run({"evaluate", "notes", folder_ / "truth.txt", folder_ / "bad.txt"}).code, 3);
}

TEST_F(Flow, BadInputIsThreeAndLeavesNothing) {
  const auto wav = text_in(hum_);
  const struct {
    const char* name;
    std::string content;
  } files[] = {{"empty.wav", ""},
               {"short.wav", wav.substr(0, 30)},
               {"text.wav", "la la la\n"},
               {"silent.wav", wav.substr(0, 44) + std::string(wav.size() - 44, '\0')},
               {"head.mid", "MThd"},
               {"broken.tutti", "{\"tutti\": 1, \"entities\": ["}};
  for (const auto& [name, content] : files) {
    test::spill(folder_ / name, test::bytes_of(content));
    const bool sound = holds(name, ".wav");
    const auto before = folder_.names();
    const auto outcome = sound ? run({"transcribe", folder_ / name, "-o", folder_ / "out.mid"})
                               : run({"render", folder_ / name, "-o", folder_ / "out.wav"});
    EXPECT_EQ(outcome.code, 3) << name << outcome.err;
    EXPECT_FALSE(outcome.err.empty());
    EXPECT_EQ(folder_.names(), before) << name;
  }
}

// Ten thousand notes over hours: work for long enough to be interrupted.
std::string long_song() {
  std::string text =
      R"({"metadata":{"tempo":120},"tracks":[{"id":"a","instrument":"acoustic_grand_piano","notes":[)";
  for (int i = 0; i < 12000; ++i) {
    text += (i == 0 ? "" : ",");
    text += R"({"pitch":)" + std::to_string(40 + i % 40) + R"(,"start":)" + std::to_string(i) +
            R"(,"duration":4,"velocity":0.8})";
  }
  return text + "]}]}";
}

TEST_F(Flow, ControlCEndsWith130AndLeavesNothing) {
  test::spill(folder_ / "long.json", test::bytes_of(long_song()));
  test::spill(folder_ / "out.flac", test::bytes_of("what was there before"));
  const auto before = folder_.names();
  for (const int number : {SIGINT, SIGTERM}) {
    test::Running rendering({"render", folder_ / "long.json", "-o", folder_ / "out.flac"});
    // The output has been begun when a file without a name in this folder is open.
    const bool begun = rendering.wait_until([&] {
      for (const auto& name : rendering.open_files())
        if (holds(name, folder_.path()) && !holds(name, "long.json")) return true;
      return false;
    });
    ASSERT_TRUE(begun);
    rendering.signal(number);
    EXPECT_EQ(rendering.exit_code(), 130);
    EXPECT_EQ(folder_.names(), before);
    EXPECT_EQ(text_in(folder_ / "out.flac"), "what was there before");
  }
}

TEST_F(Flow, ControlCEndsTheWaitForASilentPipe) {
  test::Running waiting({"transcribe", "-", "-o", folder_ / "out.mid"});
  ASSERT_TRUE(waiting.wait_until([&] {
    const auto files = waiting.open_files();
    return files.size() >= 3 && waiting.state() == 'S';
  }));
  // The program may still be loading its libraries: it then ends by the signal itself.
  waiting.signal(SIGINT);
  EXPECT_EQ(waiting.exit_code(), 130);
}

}  // namespace
}  // namespace tutti
