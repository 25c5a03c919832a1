#include "native/stretch/stretch.h"
#include "server/jobs/tasks.h"

namespace tutti::jobs {

Result<void> stretch_task(const JobRequest& request, TaskFiles& task, const Progress& progress) {
  stretch::Settings settings;
  settings.ratio = request.ratio;
  settings.semitones = request.semitones;
  return stretch::stretch(files::AudioSource::descriptor(task.input, "the recording"),
                          task.outputs.at(0), settings, progress);
}

}  // namespace tutti::jobs
