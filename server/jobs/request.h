// What a job is asked to do, as it is kept in the queue.
//
// Plain data with its JSON form. Bytes are named by their SHA-256 (server/store/blobs.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace tutti::jobs {

enum class Kind { transcribe, render, convert };

struct JobRequest {
  Kind kind = Kind::transcribe;
  std::string input;               // blob: a recording, a MIDI file or a project as text
  std::vector<std::string> clips;  // blobs that the project's takes play
  std::string format;     // wav16, wav24, wav32f, flac16, flac, mp3, ogg, opus, mid, tutti, maa
  int rate = 48000;       // of sound that is made
  std::string soundfont;  // id; empty: the best installed one
  double tempo = 0;       // transcribe: if known, else 0
  int numerator = 0;
  int denominator = 0;
  double grid = 0.25;  // transcribe: quarter notes
  std::string name;    // of the result's file, without ending
};

std::string_view name_of(Kind);
bool kind_named(std::string_view name, Kind& kind);

std::string to_text(const JobRequest&);
Result<JobRequest> request_from_text(std::string_view);  // bad_input

// One thing that a job made.
struct Made {
  std::string format;  // "json", "mid", "wav16" …
  std::string sha256;
  long long size = 0;
  std::string type;  // media type
  std::string name;  // file name to offer
};
std::string made_to_text(const std::vector<Made>&);
std::vector<Made> made_from_text(std::string_view);  // empty if damaged

std::string error_to_text(const Error&);
Error error_from_text(std::string_view);

}  // namespace tutti::jobs
