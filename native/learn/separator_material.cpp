#include "native/learn/separator_material.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "engine/dsp/resample.h"
#include "native/files/audio_reader.h"
#include "native/files/audio_writer.h"
#include "native/learn/separator_songs.h"

namespace tutti::learn {
namespace {

namespace fs = std::filesystem;

// Decoded to stereo at 44.1 kHz; empty if it cannot be read.
std::vector<std::vector<float>> stereo(const std::string& path) {
  auto decoded = files::decode(files::AudioSource::path(path));
  if (!decoded) return {};
  auto& audio = decoded->audio;
  std::vector<std::vector<float>> both;
  for (std::size_t c = 0; c < 2; ++c) {
    const auto& channel = audio.channels[std::min(c, audio.channels.size() - 1)];
    both.push_back(audio.rate == kSeparatorRate
                       ? channel
                       : dsp::Resampler(audio.rate, kSeparatorRate).convert(channel));
  }
  return both;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error))
    if (entry.is_regular_file()) names.push_back(entry.path().string());
  std::sort(names.begin(), names.end());
  return names;
}

// The General MIDI key that a file's name tells; 0: none.
int key_of(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  static const std::pair<const char*, int> kWords[] = {
      {"bass_drum", 36}, {"kick", 36},    {"bassdrum", 36}, {"drum_bass", 36}, {"heavy_kick", 36},
      {"bd", 36},        {"rim", 37},     {"snare", 38},    {"snr", 38},       {"sn_", 38},
      {"sd", 38},        {"clap", 39},    {"pedal", 44},    {"hihat_o", 46},   {"open", 46},
      {"hh_o", 46},      {"hihat", 42},   {"hat", 42},      {"hh", 42},        {"closed", 42},
      {"floor", 43},     {"tom_lo", 43},  {"tom_mid", 47},  {"tom_hi", 50},    {"tom", 47},
      {"ride", 51},      {"rd", 51},      {"splash", 55},   {"crash", 49},     {"cymbal", 49},
      {"cr_", 49},       {"cowbell", 56}, {"tamb", 54},     {"shak", 70},      {"conga", 63},
      {"bongo", 60}};
  for (const auto& [word, key] : kWords)
    if (name.find(word) != std::string::npos) return key;
  return 0;
}

std::vector<DrumHit> read_kit(const std::string& folder) {
  std::vector<DrumHit> kit;
  for (const auto& path : files_in(folder)) {
    const int key = key_of(fs::path(path).stem().string());
    if (key == 0 || fs::path(path).stem().string().find("loop") != std::string::npos) continue;
    auto both = stereo(path);
    if (both.empty() || both[0].size() > 5 * kSeparatorRate || both[0].size() < 500) continue;
    DrumHit hit;
    hit.key = key;
    float peak = 1e-4f;
    for (std::size_t c = 0; c < 2; ++c)
      for (const float v : both[c]) peak = std::max(peak, std::abs(v));
    for (std::size_t c = 0; c < 2; ++c) {
      for (float& v : both[c]) v *= (key > 41 ? 0.4f : 0.8f) / peak;
      hit.samples[c] = std::move(both[c]);
    }
    kit.push_back(std::move(hit));
  }
  return kit;
}

std::shared_ptr<const instruments::SoundFont> read_font(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<char> text{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::byte> bytes(text.size());
  std::copy_n(reinterpret_cast<const std::byte*>(text.data()), text.size(), bytes.begin());
  auto font = instruments::read_soundfont(std::move(bytes));
  if (!font) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), font.error().message.c_str());
    return nullptr;
  }
  return std::make_shared<const instruments::SoundFont>(std::move(*font));
}

// Words that are sung, so that vowels and consonants of songs are there.
const char* const kLines[] = {
    "Oh my darling, stay with me tonight, under the silver moon we will be alright",
    "Love is a river, running so deep, carry me over before I fall asleep",
    "Baby, baby, do not let me go, hold me closer, take it slow, yeah yeah yeah",
    "I was walking down the long road home, thinking of you, singing all alone",
    "Fire in the heart, fire in the sky, nobody ever told us how to say goodbye",
    "La la la, na na na, oh oh oh, hey hey, every little thing is gonna be okay",
    "Summer rain is falling on the window pane, and I keep on calling out your name",
    "We are young and we are free, shining like stars over the open sea",
    "Give me one more reason, give me one more day, wash it all away, away, away",
    "Time goes by so slowly, time can do so much, I have been waiting for your touch",
    "Dance with me, move your feet, feel the music, feel the beat, everybody in the street",
    "Who knows where the wind will blow, who cares what they say, I believe in yesterday"};

bool run(const std::string& command) {
  return std::system(command.c_str()) == 0;
}

}  // namespace

int speech_command(const char* folder) {
  fs::create_directories(folder);
  std::string text;
  for (const char* line : kLines) text += std::string(line) + ". ";
  const std::string words = std::string(folder) + "/lyrics.txt";
  std::ofstream(words) << text;
  int spoken = 0;
  const auto say = [&](const std::string& name, const std::string& command) {
    const std::string out = std::string(folder) + "/" + name + ".wav";
    if (fs::exists(out) || run(command + " '" + out + "' < '" + words + "' > /dev/null 2>&1"))
      ++spoken;
  };
  for (const char* voice : {"kal16", "awb", "rms", "slt"})
    say(std::string("flite_") + voice, std::string("flite -voice ") + voice + " -f '" + words +
                                           "' --setf duration_stretch=1.2 -o");
  for (const char* voice : {"kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts", "lp_diphone",
                            "pc_diphone", "czech_dita", "czech_krb", "czech_machac", "czech_ph",
                            "hy_fi_mv_diphone", "suo_fi_lj_diphone", "upc_ca_ona_hts"})
    say(std::string("festival_") + voice,
        std::string("text2wave -eval '(voice_") + voice + ")' -o");
  for (const char* voice : {"en-us", "en-us+f2", "en-us+f4", "en-gb+m3", "en-us+m7", "es+f1",
                            "it+f3", "fr+m1", "de+f5", "en-us+croak", "pt+m4", "sv+f2"})
    say(std::string("espeak_") + voice,
        std::string("espeak-ng -s 120 -v ") + voice + " -f '" + words + "' -w");
  std::printf("%d voices in %s\n", spoken, folder);
  return spoken > 0 ? 0 : 3;
}

int songs_command(int argc, char** argv) {
  std::multimap<std::string, std::string> options;
  for (int i = 2; i + 1 < argc; i += 2) options.emplace(argv[i], argv[i + 1]);
  const auto option = [&](const char* name, const char* otherwise) {
    const auto found = options.find(name);
    return found == options.end() ? std::string(otherwise) : found->second;
  };
  const std::string out = option("--out", ""), speech = option("--speech", "");
  if (argc % 2 != 0 || out.empty() || options.count("--font") == 0) {
    std::fputs(kSongsUsage, stderr);
    return 2;
  }
  const bool voice_only = option("--voice-only", "0") == "1";
  const bool held_out = option("--held-out", "0") == "1";
  SongMaterial m;
  for (auto [at, end] = options.equal_range("--font"); at != end; ++at) {
    if (auto font = read_font(at->second)) {
      m.fonts.push_back(font);
      m.kits.push_back(font);
    }
  }
  for (auto [at, end] = options.equal_range("--kit"); at != end; ++at)
    if (auto font = read_font(at->second)) m.kits.push_back(font);
  for (auto [at, end] = options.equal_range("--hits"); at != end; ++at) {
    auto kit = read_kit(at->second);
    int parts = 0;
    for (const int key : {36, 38, 42})
      parts += std::any_of(kit.begin(), kit.end(), [&](const DrumHit& h) { return h.key == key; });
    std::printf("%s: %zu hits\n", at->second.c_str(), kit.size());
    if (parts >= 2) m.hits.push_back(std::move(kit));
  }
  for (const auto& path : files_in(option("--loops", ""))) {
    if (fs::path(path).stem().string().rfind("loop", 0) != 0) continue;
    auto both = stereo(path);
    if (both.empty() || both[0].size() < kSeparatorRate) continue;
    // Its beats: the power of two that gives the most usual tempo.
    const double seconds = static_cast<double>(both[0].size()) / kSeparatorRate;
    DrumLoop loop;
    for (loop.beats = 2; loop.beats / seconds * 60 < 80; loop.beats *= 2) {
    }
    for (std::size_t c = 0; c < 2; ++c) loop.samples[c] = std::move(both[c]);
    m.loops.push_back(std::move(loop));
  }
  const auto add_speaker = [&](const std::string& path, std::size_t most) {
    auto decoded = files::decode(files::AudioSource::path(path));
    if (!decoded) return;
    auto mono = files::mix_to_mono(decoded->audio);
    mono.resize(std::min(mono.size(), most * static_cast<std::size_t>(decoded->audio.rate)));
    auto speaker = make_speaker(fs::path(path).stem().string(), mono, decoded->audio.rate);
    std::printf("%s: %zu syllables, %s\n", speaker.name.c_str(), speaker.syllables.size(),
                speaker.female ? "high" : "low");
    if (speaker.syllables.size() >= 10) m.speakers.push_back(std::move(speaker));
  };
  // Voices that training never hears: one speaker under two programs, and some others.
  static const char* const kHeldOut[] = {"slt", "ked_diphone", "espeak_es", "espeak_en-us+m7",
                                         "czech_krb"};
  for (const auto& path : files_in(speech)) {
    bool test = false;
    for (const char* word : kHeldOut) test |= path.find(word) != std::string::npos;
    if (test == held_out && path.find(".wav") != std::string::npos) add_speaker(path, 75);
  }
  for (auto [at, end] = options.equal_range("--singer"); at != end; ++at)
    for (int copies = 0; copies < 3; ++copies) {
      add_speaker(at->second, 60);
      if (!m.speakers.empty()) m.speakers.back().recorded = true;
    }
  const std::string data = option("--data", "");
  if (!data.empty()) {
    auto tunes = read_corpus(data);
    if (!tunes) {
      std::fprintf(stderr, "%s %s\n", tunes.error().message.c_str(), tunes.error().next.c_str());
      return 3;
    }
    // A tenth of the tunes is for the held-out songs alone.
    for (std::size_t i = 0; i < tunes->size(); ++i)
      if ((i % 10 == 3) == held_out) m.tunes.push_back(std::move((*tunes)[i]));
  }
  std::printf("%zu fonts, %zu kits, %zu hit kits, %zu loops, %zu speakers, %zu tunes\n",
              m.fonts.size(), m.kits.size(), m.hits.size(), m.loops.size(), m.speakers.size(),
              m.tunes.size());
  std::fflush(stdout);
  const int first = std::atoi(option("--first", "0").c_str());
  const int count = std::atoi(option("--count", "10").c_str());
  const double seconds = std::atof(option("--seconds", "24").c_str());
  for (int i = first; i < first + count; ++i) {
    char name[64];
    std::snprintf(name, sizeof name, "%s-%05d", option("--name", "song").c_str(), i);
    const std::string folder = out + "/" + name, fresh = out + "/." + name;
    if (fs::exists(folder)) continue;
    const FourStems song =
        make_song(m, static_cast<std::uint64_t>(i) + (held_out ? 1000000 : 0), seconds, voice_only);
    fs::create_directories(fresh);
    static const char* const kNames[4] = {"drums", "bass", "other", "vocals"};
    for (int s = voice_only ? 3 : 0; s < 4; ++s) {
      files::AudioBuffer audio;
      audio.rate = kSeparatorRate;
      audio.channels = {song.samples[s][0], song.samples[s][1]};
      files::EncodeOptions wav;
      const auto written = files::encode(fresh + "/" + kNames[s] + ".wav", audio, wav);
      if (!written) {
        std::fprintf(stderr, "%s %s\n", written.error().message.c_str(),
                     written.error().next.c_str());
        return 1;
      }
    }
    fs::rename(fresh, folder);
  }
  return 0;
}

}  // namespace tutti::learn
