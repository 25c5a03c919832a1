// Every command of the program, in the order of `tutti --help`.
#pragma once

namespace CLI {
class App;
}

namespace tutti::cli {

class Session;

void add_transcribe(CLI::App&, Session&);
void add_analyse(CLI::App&, Session&);
void add_separate(CLI::App&, Session&);
void add_evaluate(CLI::App&, Session&);
void add_compose(CLI::App&, Session&);
void add_stream(CLI::App&, Session&);
void add_render(CLI::App&, Session&);
void add_mixdown(CLI::App&, Session&);
void add_fx(CLI::App&, Session&);
void add_loudness(CLI::App&, Session&);
void add_convert(CLI::App&, Session&);
void add_info(CLI::App&, Session&);
void add_models(CLI::App&, Session&);
void add_train(CLI::App&, Session&);
void add_doctor(CLI::App&, Session&);
void add_completion(CLI::App&, Session&);
void add_man(CLI::App&, Session&);  // hidden: the man page, made from the help itself
void add_version(CLI::App&, Session&);

}  // namespace tutti::cli
