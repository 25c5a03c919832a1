// What every command promises: help, exit codes, streams, suggestions, completion, the man page.
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cli/program.h"
#include "tests/native/support.h"

namespace tutti {
namespace {

using test::run;

const std::vector<std::string> kCommands = {"transcribe", "render", "convert",    "info",
                                            "evaluate",   "doctor", "completion", "version"};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Usage, HelpGoesToStandardOutputAndHasExamples) {
  const auto all = run({"--help"});
  EXPECT_EQ(all.code, 0);
  EXPECT_TRUE(all.err.empty());
  for (const auto& name : kCommands) {
    EXPECT_TRUE(holds(all.out, "  " + name)) << name;
    const auto one = run({name, "--help"});
    EXPECT_EQ(one.code, 0) << name;
    EXPECT_TRUE(holds(one.out, "Examples:\n  ")) << name;
    EXPECT_TRUE(holds(one.out, "tutti " + name)) << name;
    EXPECT_TRUE(one.err.empty()) << name;
  }
  EXPECT_EQ(run(std::vector<std::string>{}).out, all.out);
}

TEST(Usage, WrongUsageIsTwoAndSuggests) {
  const struct {
    std::vector<std::string> words;
    const char* part;
  } cases[] = {
      {{"transcrib"}, "Did you mean \"transcribe\"?"},
      {{"rendre", "x.mid"}, "Did you mean \"render\"?"},
      {{"xyzzy"}, "There is no command \"xyzzy\"."},
      {{"transcribe", "x.wav", "--jsno"}, "Did you mean \"--json\"?"},
      {{"transcribe"}, "FILE"},
      {{"transcribe", "x.wav", "y.wav"}, "too many"},
      {{"render", "x.mid"}, "--output"},
      {{"render", "x.mid", "-o", "x.wav", "--rate", "7"}, "8000"},
      {{"render", "x.mid", "-o", "x"}, "--format"},
      {{"convert", "x.wav", "-o", "x.doc"}, "ending"},
      {{"evaluate", "nots", "a", "b"}, "Did you mean \"notes\"?"},
      {{"completion", "tcsh"}, "bash, zsh or fish"},
  };
  for (const auto& [words, part] : cases) {
    const auto outcome = run(words);
    EXPECT_EQ(outcome.code, 2) << words[0] << outcome.err;
    EXPECT_TRUE(holds(outcome.err, part)) << outcome.err;
    EXPECT_TRUE(outcome.out.empty()) << outcome.out;
  }
}

TEST(Usage, VersionInBothForms) {
  const auto flag = run({"--version"});
  EXPECT_EQ(flag.code, 0);
  EXPECT_EQ(flag.out.substr(0, 6), "tutti ");
  const auto command = run({"version", "--json"}).json();
  EXPECT_TRUE(holds(flag.out, std::string(json_find(command, "version")->as_string())));
}

TEST(Usage, MissingFilesAreThreeAndJsonErrorsAreJson) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"transcribe", "/no/such.wav"},
        {"info", "/no/such.wav"},
        {"render", "/no/such.mid", "-o", "/tmp/x.wav"},
        {"convert", "/no/such.wav", "-o", "/tmp/x.flac"},
        {"evaluate", "notes", "/no/such", "/no/such"}}) {
    auto outcome = run(words);
    EXPECT_EQ(outcome.code, 3) << words[0];
    EXPECT_TRUE(holds(outcome.err, "/no/such")) << outcome.err;
    auto with_json = words;
    with_json.push_back("--json");
    outcome = run(with_json);
    EXPECT_EQ(outcome.code, 3);
    EXPECT_TRUE(outcome.out.empty());
    const auto error = parse_json(outcome.err);
    ASSERT_TRUE(error.ok()) << outcome.err;
    const auto* inside = json_find(*error, "error");
    ASSERT_NE(inside, nullptr);
    EXPECT_EQ(json_find(*inside, "code")->as_string(), "not_found");
    EXPECT_NE(json_find(*inside, "message"), nullptr);
    EXPECT_NE(json_find(*inside, "next"), nullptr);
  }
}

TEST(Usage, DoctorListsEveryPart) {
  const auto outcome = run({"doctor", "--json"});
  EXPECT_TRUE(outcome.code == 0 || outcome.code == 4);
  const auto answer = outcome.json();
  const auto* findings = json_find(answer, "findings");
  ASSERT_NE(findings, nullptr);
  EXPECT_GE(findings->as_array().size(), 5u);
  for (const auto& finding : findings->as_array()) {
    const auto state = json_find(finding, "state")->as_string();
    EXPECT_TRUE(state == "ok" || state == "advice" || state == "missing");
    if (state == "missing") {
      EXPECT_TRUE(holds(std::string(json_find(finding, "next")->as_string()), "apt install"));
    }
  }
  EXPECT_EQ(json_find(answer, "ok")->as_bool(), outcome.code == 0);
}

TEST(Usage, WithoutASoundFontRenderSaysHowToGetOne) {
  // A folder without fonts stands in for a computer without them only where none is installed;
  // a named font that is not there always answers.
  test::TempFolder folder;
  test::spill(
      folder / "x.json",
      test::bytes_of(
          R"({"metadata":{"tempo":120},"tracks":[{"id":"a","notes":[{"pitch":60,"start":0,"duration":1,"velocity":0.8}]}]})"));
  const auto outcome =
      run({"render", folder / "x.json", "-o", folder / "x.wav", "--soundfont", "nowhere"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_TRUE(holds(outcome.err, "nowhere")) << outcome.err;
  EXPECT_EQ(folder.names(), std::set<std::string>{"x.json"});
}

TEST(Usage, BashCompletesCommandsAndOptions) {
  const auto script = run({"completion", "bash"});
  ASSERT_EQ(script.code, 0);
  test::TempFolder folder;
  test::spill(
      folder / "c",
      test::bytes_of(
          script.out +
          "\nCOMP_WORDS=(tutti tran); COMP_CWORD=1; _tutti; echo \"${COMPREPLY[@]}\"\n"
          "COMP_WORDS=(tutti render --so); COMP_CWORD=2; _tutti; echo \"${COMPREPLY[@]}\"\n"));
  FILE* shell = ::popen(("bash " + (folder / "c")).c_str(), "r");
  char text[400] = {};
  const auto got = ::fread(text, 1, sizeof text - 1, shell);
  ::pclose(shell);
  EXPECT_EQ(std::string(text, got), "transcribe\n--soundfont\n");
  EXPECT_TRUE(holds(run({"completion", "zsh"}).out, "#compdef tutti"));
  EXPECT_TRUE(holds(run({"completion", "fish"}).out, "complete -c tutti"));
}

TEST(Usage, TheManPageHoldsEveryCommand) {
  const auto page = run({"man"});
  ASSERT_EQ(page.code, 0);
  EXPECT_EQ(page.out.substr(0, 10), ".TH TUTTI ");
  for (const auto& name : kCommands) EXPECT_TRUE(holds(page.out, ".SS tutti " + name)) << name;
  EXPECT_TRUE(holds(page.out, "\\-\\-soundfont"));
  EXPECT_FALSE(holds(run({"--help"}).out, "  man"));
}

// What a person at a terminal sees, both streams together.
std::string on_terminal(const std::vector<std::string>& words, const char* no_color) {
  int main = -1;
  const pid_t pid = ::forkpty(&main, nullptr, nullptr, nullptr);
  if (pid == 0) {
    if (no_color != nullptr) ::setenv("NO_COLOR", no_color, 1);
    ::setenv("TERM", "xterm", 1);
    std::vector<char*> argv = {const_cast<char*>(TUTTI_BINARY)};
    for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execv(TUTTI_BINARY, argv.data());
    ::_exit(127);
  }
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = ::read(main, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  int status = 0;
  ::waitpid(pid, &status, 0);
  ::close(main);
  return text;
}

TEST(Usage, ColoursOnlyOnATerminalThatWantsThem) {
  const std::vector<std::string> words = {"info", "/no/such"};
  EXPECT_TRUE(holds(on_terminal(words, nullptr), "\x1b["));
  EXPECT_FALSE(holds(on_terminal(words, "1"), "\x1b["));
  EXPECT_FALSE(holds(run(words).err, "\x1b["));
}

}  // namespace
}  // namespace tutti
