// One program for both ends of the listeners' benchmark; listeners.mjs runs it.
//
//   bench_listeners ours MESSAGE_MS PHASES          the server of Tutti with a feed of its own
//   bench_listeners raw LISTENERS MESSAGE_MS PHASES a loop of send() over plain sockets
//   bench_listeners listen PORT LISTENERS ws|plain PATH
//
// Each prints a line when it is ready. A line on its input begins the measurement, the next ends it
// and has one line of JSON printed.
#include <cstdlib>
#include <iostream>

#include "bench/stream/listeners_common.h"

int main(int count, char** words) {
  using namespace tutti::bench;
  raise_descriptors();
  const std::string what = count > 1 ? words[1] : "";
  const auto number = [&](int at) { return std::atoi(words[at]); };
  if (what == "ours" && count == 4) return serve_ours(number(2), number(3));
  if (what == "raw" && count == 5) return serve_raw(number(2), number(3), number(4));
  if (what == "listen" && count == 6)
    return tutti::bench::listen(number(2), number(3), std::string(words[4]) == "plain", words[5]);
  std::cerr << "see the top of listeners_bench.cpp\n";
  return 2;
}
