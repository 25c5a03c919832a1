// tutti-train: trains the models of the program from public-domain collections
// (training/README.md).
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>

#include "native/learn/separator_command.h"
#include "native/learn/separator_material.h"
#include "native/learn/train.h"

namespace {

const char kUsage[] =
    "tutti-train melody --data DIR [--out FILE] [--state DIR] [--steps N] [--batch N]\n"
    "                   [--length TOKENS] [--width N] [--layers N] [--heads N] [--rate X]\n"
    "                   [--decay X] [--dropout X] [--seed N]\n"
    "Goes on from --state DIR where it holds an unfinished training.\n\n"
    "tutti-train melody-probe MODEL OUT\n"
    "What the model answers, for the test that holds engine/nn to it.\n";

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "melody-probe")
    return tutti::learn::probe_melody(argv[2], argv[3]);
  if (argc == 3 && std::string(argv[1]) == "separator-probe")
    return tutti::learn::probe_separator(argv[2]);
  if (argc == 3 && std::string(argv[1]) == "separator-speech")
    return tutti::learn::speech_command(argv[2]);
  if (argc >= 2 && std::string(argv[1]) == "separator-songs")
    return tutti::learn::songs_command(argc, argv);
  if (argc >= 2 && std::string(argv[1]) == "separator") {
    try {
      return tutti::learn::separator_command(argc, argv);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      return 1;
    }
  }
  if (argc < 2 || std::string(argv[1]) != "melody") {
    std::fputs(kUsage, stderr);
    std::fputs(tutti::learn::kSeparatorUsage, stderr);
    std::fputs(tutti::learn::kSongsUsage, stderr);
    return 2;
  }
  tutti::learn::MelodyTraining training;
  const std::map<std::string, std::string*> texts = {
      {"--data", &training.data}, {"--out", &training.out}, {"--state", &training.state}};
  const std::map<std::string, int*> whole = {
      {"--steps", &training.steps}, {"--batch", &training.batch},   {"--length", &training.length},
      {"--width", &training.width}, {"--layers", &training.layers}, {"--heads", &training.heads}};
  const std::map<std::string, double*> numbers = {
      {"--rate", &training.rate}, {"--decay", &training.decay}, {"--dropout", &training.dropout}};
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (value == nullptr) {
      std::fputs(kUsage, stderr);
      return 2;
    }
    if (texts.count(name) != 0) {
      *texts.at(name) = value;
    } else if (whole.count(name) != 0) {
      *whole.at(name) = std::atoi(value);
    } else if (numbers.count(name) != 0) {
      *numbers.at(name) = std::atof(value);
    } else if (name == "--seed") {
      training.seed = std::strtoull(value, nullptr, 10);
    } else {
      std::fprintf(stderr, "tutti-train has no option %s.\n%s", name.c_str(), kUsage);
      return 2;
    }
  }
  if (training.data.empty() || training.width < 8 || training.heads < 1 ||
      training.width / training.heads != 2 * 16 || training.width % training.heads != 0 ||
      training.layers < 1 || training.steps < 1 || training.batch < 1 || training.length < 16 ||
      training.length % 2 != 0) {
    std::fprintf(stderr, "Name --data; heads must be 32 wide and the length even.\n%s", kUsage);
    return 2;
  }
  try {
    return tutti::learn::train_melody(training);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
