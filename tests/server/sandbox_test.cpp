// A decoder that has been taken over by its file tries to get out: everything is denied, and the
// process that started it learns what became of it.
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <new>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "server/jobs/confine.h"
#include "tests/server/scratch.h"

namespace tutti::jobs {
namespace {

ChildNews run(const ChildWork& work, const Limits& limits = {}) {
  auto child = Child::start(work, limits);
  EXPECT_TRUE(child);
  for (;;) {
    const ChildNews news = child->news();
    if (news.ended) return news;
    pollfd wait{child->fd(), POLLIN, 0};
    poll(&wait, 1, 1000);
  }
}

// Each answers true if it got what it wanted.
struct Attempt {
  const char* name;
  bool (*act)();
};
int other_fd = -1;  // open in the parent, not handed over

const Attempt kAttempts[] = {
    {"read a file", [] { return open("/etc/passwd", O_RDONLY) >= 0; }},
    {"read a file by openat",
     [] { return syscall(SYS_openat, AT_FDCWD, "/etc/hostname", O_RDONLY) >= 0; }},
    {"open with openat2", [] { return syscall(437, AT_FDCWD, "/etc/passwd", nullptr, 0) >= 0; }},
    {"make a file", [] { return open("/tmp/escaped", O_CREAT | O_WRONLY, 0600) >= 0; }},
    {"read its own memory map", [] { return open("/proc/self/maps", O_RDONLY) >= 0; }},
    {"list a folder", [] { return open("/", O_RDONLY | O_DIRECTORY) >= 0; }},
    {"delete", [] { return unlink("/etc/passwd") == 0; }},
    {"rename", [] { return rename("/etc/passwd", "/etc/passwd2") == 0; }},
    {"make a link", [] { return symlink("/etc/passwd", "/tmp/escaped") == 0; }},
    {"change rights", [] { return chmod("/etc/passwd", 0777) == 0; }},
    {"make a folder", [] { return mkdir("/tmp/escaped", 0700) == 0; }},
    {"change folder", [] { return chdir("/tmp") == 0; }},
    {"use a descriptor that it was not given",
     [] {
       char c;
       return read(other_fd, &c, 1) >= 0;
     }},
    {"open a TCP socket", [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
    {"open a local socket", [] { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
    {"make a socket pair",
     [] {
       int two[2];
       return socketpair(AF_UNIX, SOCK_STREAM, 0, two) == 0;
     }},
    {"fork", [] { return syscall(SYS_fork) >= 0; }},
    {"clone", [] { return syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr) >= 0; }},
    {"clone3", [] { return syscall(435, nullptr, 0) >= 0; }},
    {"execute",
     [] {
       char* none[] = {nullptr};
       return execve("/bin/true", none, none) == 0;
     }},
    {"trace its parent", [] { return ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0; }},
    {"read its parent's memory",
     [] { return syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0) >= 0; }},
    {"signal its parent", [] { return kill(static_cast<pid_t>(syscall(SYS_getppid)), 0) == 0; }},
    {"signal everybody", [] { return kill(-1, 0) == 0; }},
    {"make executable memory",
     [] {
       return mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                   -1, 0) != MAP_FAILED;
     }},
    {"make its memory executable",
     [] {
       void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
     }},
    {"raise its limits",
     [] {
       rlimit more{RLIM_INFINITY, RLIM_INFINITY};
       return setrlimit(RLIMIT_CPU, &more) == 0;
     }},
    {"become root", [] { return setuid(0) == 0; }},
    {"mount", [] { return syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, nullptr) == 0; }},
    {"leave its namespaces", [] { return unshare(CLONE_NEWUSER) == 0; }},
    {"load a BPF program", [] { return syscall(SYS_bpf, 0, nullptr, 0) >= 0; }},
    {"use io_uring", [] { return syscall(425, 1, nullptr) >= 0; }},
    {"make shared memory", [] { return shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) >= 0; }},
    {"make a memory file", [] { return syscall(SYS_memfd_create, "x", 0) >= 0; }},
    {"change the process's name rules", [] { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0; }},
};

// Threads for those who compute with several, and still no way out.
TEST(Sandbox, AllowsThreadsWhereTheyAreAskedFor) {
  test::Scratch scratch;
  other_fd = open("/etc/hostname", O_RDONLY);
  ChildWork work;
  work.work = [](const Progress&) -> Result<std::string> {
    int sum = 0;
    std::string escaped;
    std::thread first([&] { sum += 1; });
    first.join();
    std::thread second([&] {
      for (const Attempt& attempt : kAttempts)
        if (attempt.act()) escaped += std::string(attempt.name) + "; ";
    });
    second.join();
    return std::to_string(sum) + (escaped.empty() ? " all denied" : " escaped: " + escaped);
  };
  Limits limits;
  limits.threads = true;
  const ChildNews news = run(work, limits);
  close(other_fd);
  ASSERT_TRUE(news.result) << news.result.error().message;
  EXPECT_EQ(*news.result, "1 all denied");
  // Whoever did not ask for them gets none.
  work.work = [](const Progress&) -> Result<std::string> {
    try {
      std::thread([] {}).join();
    } catch (const std::system_error&) {
      return std::string("none");
    }
    return std::string("a thread");
  };
  const ChildNews alone = run(work);
  ASSERT_TRUE(alone.result) << alone.result.error().message;
  EXPECT_EQ(*alone.result, "none");
}

TEST(Sandbox, DeniesEveryWayOut) {
  test::Scratch scratch;
  other_fd = open("/etc/hostname", O_RDONLY);
  ChildWork work;
  work.work = [](const Progress&) -> Result<std::string> {
    std::string escaped;
    for (const Attempt& attempt : kAttempts)
      if (attempt.act()) escaped += std::string(attempt.name) + "; ";
    return escaped.empty() ? std::string("all denied") : "escaped: " + escaped;
  };
  const ChildNews news = run(work);
  close(other_fd);
  ASSERT_TRUE(news.result) << news.result.error().message;
  EXPECT_EQ(*news.result, "all denied");
  EXPECT_GE(std::size(kAttempts), 30u);
}

TEST(Sandbox, LetsHonestWorkThrough) {
  test::Scratch scratch;
  const std::string path = (scratch / "out").string();
  const int fd = open(path.c_str(), O_CREAT | O_RDWR, 0600);
  ChildWork work;
  work.keep = {fd};
  work.work = [fd](const Progress& progress) -> Result<std::string> {
    progress(0.5, "Half");
    std::vector<double> memory(1 << 20, 1.5);
    if (write(fd, memory.data(), 1000) != 1000) return Error{Code::io, "write", ""};
    if (lseek(fd, 0, SEEK_SET) != 0) return Error{Code::io, "seek", ""};
    struct stat status {};
    if (fstat(fd, &status) != 0 || status.st_size != 1000) return Error{Code::io, "stat", ""};
    return std::string("done");
  };
  const ChildNews news = run(work);
  close(fd);
  ASSERT_TRUE(news.result) << news.result.error().message;
  EXPECT_EQ(*news.result, "done");
  EXPECT_EQ(news.progress, 0.5);
  EXPECT_EQ(news.sentence, "Half");
}

TEST(Sandbox, EndsAnEndlessLoopByItsProcessorTime) {
  Limits limits;
  limits.cpu_seconds = 1;
  ChildWork work;
  work.work = [](const Progress&) -> Result<std::string> {
    volatile unsigned long n = 0;
    for (;;) n = n + 1;
  };
  const ChildNews news = run(work, limits);
  ASSERT_FALSE(news.result);
  EXPECT_EQ(news.result.error().code, Code::too_large);
  EXPECT_LT(news.cpu_seconds, 10);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Sandbox, DeniesHugeMemoryAndSaysSo) {
  Limits limits;
  limits.memory_bytes = 256 << 20;
  ChildWork work;
  work.work = [](const Progress&) -> Result<std::string> {
    std::vector<std::vector<char>> hoard;
    for (;;) hoard.emplace_back(16 << 20, 'x');
  };
  const ChildNews news = run(work, limits);
  ASSERT_FALSE(news.result);
  EXPECT_EQ(news.result.error().code, Code::too_large);
  EXPECT_NE(news.result.error().message.find("memory"), std::string::npos);
}

TEST(Sandbox, SaysThatTheFileBrokeItsDecoder) {
  ChildWork work;
  work.work = [](const Progress&) -> Result<std::string> { std::abort(); };
  const ChildNews news = run(work);
  ASSERT_FALSE(news.result);
  EXPECT_EQ(news.result.error().code, Code::bad_input);
}
#endif

TEST(Sandbox, StopsAFloodOfOutput) {
  test::Scratch scratch;
  const int fd = open((scratch / "out").c_str(), O_CREAT | O_RDWR, 0600);
  Limits limits;
  limits.file_bytes = 1'000'000;
  ChildWork work;
  work.keep = {fd};
  work.work = [fd](const Progress&) -> Result<std::string> {
    const std::string block(100'000, 'f');
    for (;;) (void)!write(fd, block.data(), block.size());
  };
  const ChildNews news = run(work, limits);
  ASSERT_FALSE(news.result);
  EXPECT_EQ(news.result.error().code, Code::too_large);
  EXPECT_LE(lseek(fd, 0, SEEK_END), 1'000'000);
  close(fd);
}

TEST(Sandbox, DoesNotTrustWhatTheChildSays) {
  // It knows the pipe: it writes rubbish, claims progress beyond all bounds, and closes it.
  ChildWork work;
  work.work = [](const Progress& progress) -> Result<std::string> {
    progress(1e300, std::string(5000, 's'));
    for (int fd = 3; fd < 100; ++fd) {
      (void)!write(fd, "{\"progress\":\"x\"}\nnonsense\n{\"progress\":-5}\n{", 43);
      close(fd);
    }
    for (;;) sched_yield();
  };
  const ChildNews news = run(work);
  ASSERT_FALSE(news.result);
  EXPECT_LE(news.progress, 1);
  EXPECT_LE(news.sentence.size(), 200u);
}

TEST(Sandbox, DiesWithItsParent) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    close(ends[0]);
    ChildWork work;
    work.keep = {ends[1]};
    work.work = [](const Progress&) -> Result<std::string> {
      for (;;) sched_yield();
    };
    auto child = Child::start(work, {});
    const pid_t pid = child->pid();
    // Confined by now, or not yet: either way it must go.
    (void)!write(ends[1], &pid, sizeof pid);
    kill(getpid(), SIGKILL);
  }
  close(ends[1]);
  pid_t child = 0;
  ASSERT_EQ(read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  waitpid(parent, nullptr, 0);
  // The child holds the pipe's other end as long as it lives.
  char nothing;
  EXPECT_EQ(read(ends[0], &nothing, 1), 0);
  close(ends[0]);
}

}  // namespace
}  // namespace tutti::jobs
