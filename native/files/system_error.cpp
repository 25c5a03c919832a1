#include "native/files/system_error.h"

#include <cerrno>
#include <string_view>
#include <system_error>

namespace tutti::files {

Error system_error(int number, const std::string& name, const char* action) {
  const std::string could_not = "\"" + name + "\" could not be " + action;
  const bool writing = std::string_view(action) == "written";
  switch (number) {
    case ENOENT:
      if (writing) {
        return {Code::io, could_not + ": its folder does not exist.",
                "Make the folder first, or choose another place."};
      }
      return {Code::not_found, "There is no file or folder \"" + name + "\".",
              "Check the name and the folder, or drag the file into the terminal."};
    case EACCES:
    case EPERM:
      return {Code::io, could_not + ": permission is missing.",
              "Choose a folder of your own, or change the permissions with chmod."};
    case EROFS:
      return {Code::io, could_not + ": this disk is read only.", "Choose another folder."};
    case EISDIR:
      return {writing ? Code::wrong_usage : Code::bad_input,
              "\"" + name + "\" is a folder, not a file.", "Name a file inside it."};
    case ENOTDIR:
      return {Code::not_found, "Part of the path \"" + name + "\" is not a folder.",
              "Check the path."};
    case ENOSPC:
    case EDQUOT:
      return {Code::io, could_not + ": the disk is full.",
              "Free some space, or choose another disk, and try again."};
    case EFBIG:
      return {Code::io, could_not + ": it grew beyond the largest size allowed here.",
              "Choose a smaller format such as FLAC, or raise the limit (ulimit -f)."};
    case EMFILE:
    case ENFILE:
      return {Code::io, could_not + ": too many files are open.",
              "Close other programs, or raise the limit (ulimit -n)."};
    case EPIPE:
      return {Code::io, "Nobody reads the output any more.",
              "Check the program after the pipe sign."};
    default:
      return {Code::io, could_not + ": " + std::generic_category().message(number) + ".",
              "Check the disk and try again."};
  }
}

}  // namespace tutti::files
