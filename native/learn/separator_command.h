// The part of tutti-train's command line that is the separator's.
#pragma once

namespace tutti::learn {

inline constexpr const char* kSeparatorUsage =
    "tutti-train separator --data DIR [--data DIR]… [--out FILE] [--state DIR] [--from FILE]\n"
    "                      [--checks DIR]\n"
    "                      [--budget SECONDS] [--every SECONDS] [--items N] [--seconds X]\n"
    "                      [--width N] [--hidden N] [--blocks N] [--head N] [--rate X] [--decay "
    "X]\n"
    "                      [--clip X] [--mean X] [--causal X] [--threads N] [--seed N]\n"
    "                      [--material TEXT] [--fresh STEM]\n"
    "DIR holds songs, folders with drums.wav, bass.wav, other.wav, vocals.wav at 44.1 kHz; new\n"
    "ones are taken up while it runs. Goes on from --state. --budget 0 only scores and writes.\n\n"
    "tutti-train separator-probe OUT\n"
    "A small random network and what it answers, for the test that holds engine/separate to it.\n";

// As main: argv[1] is "separator". Answers the exit status.
int separator_command(int argc, char** argv);

}  // namespace tutti::learn
