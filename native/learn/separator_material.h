// Where the material of made-up songs comes from, and the program that writes them.
#pragma once

namespace tutti::learn {

inline constexpr const char* kSongsUsage =
    "tutti-train separator-songs --out DIR --speech DIR [--data DIR] [--font FILE]… [--kit FILE]…\n"
    "                      [--hits DIR]… [--loops DIR] [--singer FILE]… [--first N] [--count N]\n"
    "                      [--seconds X] [--name WORD] [--held-out 1]\n"
    "                      [--voice-only 1]\n"
    "Writes made-up songs of stems. --speech DIR holds speech (SPEAKER-*.wav), which\n"
    "tutti-train separator-speech DIR has the installed text-to-speech programs say.\n";

int songs_command(int argc, char** argv);
// Has flite, espeak-ng and festival speak into `folder`, a file a voice, as far as they are
// installed.
int speech_command(const char* folder);

}  // namespace tutti::learn
