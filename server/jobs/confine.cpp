#include "server/jobs/confine.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tutti::jobs {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // shadow memory needs terabytes of address space
#else
constexpr bool kSanitized = false;
#endif

[[noreturn]] void refuse(const char* what) {
  std::fprintf(stderr, "tutti: the sandbox cannot be made (%s): %s\n", what, std::strerror(errno));
  _exit(120);
}

void limit(int resource, std::uint64_t value, const char* what) {
  rlimit now{};
  getrlimit(static_cast<__rlimit_resource>(resource), &now);
  const rlimit wanted{std::min<rlim_t>(value, now.rlim_max), std::min<rlim_t>(value, now.rlim_max)};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &wanted) != 0) refuse(what);
}

std::uint64_t address_space_in_use() {
  unsigned long pages = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%lu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Beyond the filter: nothing to see and nobody to be. Each step may be refused by the system.
void leave_the_world() {
  int flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  if (geteuid() != 0) flags |= CLONE_NEWUSER;
  (void)unshare(flags);
  // A process's fdinfo folder becomes an empty, unwritable root when its process ends; the kernel's
  // own proc files of this process stay without power, since opening is refused anyway.
  if (chroot("/proc/self/fdinfo") == 0 && chdir("/") != 0) refuse("chdir");
  if (geteuid() == 0) {
    const gid_t nobody = 65534;
    if (setgroups(0, nullptr) != 0 && errno != EPERM) refuse("setgroups");
    if (setresgid(nobody, nobody, nobody) != 0 && errno != EINVAL && errno != EPERM)
      refuse("setgid");
    if (setresuid(nobody, nobody, nobody) != 0 && errno != EINVAL && errno != EPERM)
      refuse("setuid");
  }
}

void keep_only(std::vector<int> keep) {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing >= 0) {
    dup2(nothing, 0);
    dup2(nothing, 1);
    // Messages of libraries would mix with the worker's own log; a sanitizer's report must be seen.
    if (!kSanitized) dup2(nothing, 2);
  }
  std::sort(keep.begin(), keep.end());
  unsigned first = 3;
  for (const int fd : keep) {
    if (fd < 3) continue;
    if (static_cast<unsigned>(fd) > first) close_range(first, static_cast<unsigned>(fd) - 1, 0);
    first = static_cast<unsigned>(fd) + 1;
  }
  close_range(first, ~0u, 0);
}

void load_filter(bool threads) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (!filter) refuse("seccomp_init");
  const int plain[] = {SCMP_SYS(read),
                       SCMP_SYS(write),
                       SCMP_SYS(pread64),
                       SCMP_SYS(pwrite64),
                       SCMP_SYS(readv),
                       SCMP_SYS(writev),
                       SCMP_SYS(lseek),
                       SCMP_SYS(fstat),
                       SCMP_SYS(ftruncate),
                       SCMP_SYS(fsync),
                       SCMP_SYS(fdatasync),
                       SCMP_SYS(close),
                       SCMP_SYS(dup),
                       SCMP_SYS(munmap),
                       SCMP_SYS(mremap),
                       SCMP_SYS(madvise),
                       SCMP_SYS(brk),
                       SCMP_SYS(exit),
                       SCMP_SYS(exit_group),
                       SCMP_SYS(rt_sigreturn),
                       SCMP_SYS(rt_sigaction),
                       SCMP_SYS(rt_sigprocmask),
                       SCMP_SYS(sigaltstack),
                       SCMP_SYS(clock_gettime),
                       SCMP_SYS(clock_nanosleep),
                       SCMP_SYS(nanosleep),
                       SCMP_SYS(gettimeofday),
                       SCMP_SYS(time),
                       SCMP_SYS(getrandom),
                       SCMP_SYS(futex),
                       SCMP_SYS(sched_yield),
                       SCMP_SYS(sched_getaffinity),
                       SCMP_SYS(getpid),
                       SCMP_SYS(gettid),
                       SCMP_SYS(getrusage),
                       SCMP_SYS(restart_syscall),
                       SCMP_SYS(getuid),
                       SCMP_SYS(geteuid),
                       SCMP_SYS(getgid),
                       SCMP_SYS(getegid),
                       SCMP_SYS(set_robust_list),
                       SCMP_SYS(rseq),
                       SCMP_SYS(membarrier),
                       SCMP_SYS(uname),
                       SCMP_SYS(poll),
                       SCMP_SYS(sysinfo),
                       SCMP_SYS(clock_getres)};
  int code = 0;
  for (const int call : plain) code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
  // Memory may not be executed.
  code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  // fstat() of glibc is newfstatat(fd, "", …, AT_EMPTY_PATH).
  code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                           SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0));
  for (const int command : {F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC})
    code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                             SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(command), 0));
  if (threads) {
    // A thread of this process in the namespaces it has, nothing else. What clone3 is asked for
    // lies in memory, where a filter cannot look: the C library takes ENOSYS for "use clone".
    constexpr int kNamespaces = CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    constexpr int kThread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;
    code |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                             SCMP_A0(SCMP_CMP_MASKED_EQ, kThread | kNamespaces, kThread));
    code |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  }
  // abort() signals the process itself, nobody else.
  const auto self = static_cast<scmp_datum_t>(getpid());
  code |=
      seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, self, 0));
  if (code != 0) refuse("seccomp_rule_add");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) refuse("no_new_privs");
  code = seccomp_load(filter);
  if (code != 0) {
    errno = -code;
    refuse("seccomp_load");
  }
  seccomp_release(filter);
}

}  // namespace

void confine_this_process(const Limits& limits, const std::vector<int>& keep) {
  (void)setpriority(PRIO_PROCESS, 0, limits.niceness);
  keep_only(keep);
  limit(RLIMIT_CORE, 0, "no core file");
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu_seconds), "processor time");
  limit(RLIMIT_FSIZE, limits.file_bytes, "file size");
  limit(RLIMIT_MEMLOCK, 0, "locked memory");
  if (!kSanitized) limit(RLIMIT_AS, address_space_in_use() + limits.memory_bytes, "memory");
  leave_the_world();
  (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  // After the change of user, which clears it.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) refuse("parent's death");
  load_filter(limits.threads);
}

}  // namespace tutti::jobs
