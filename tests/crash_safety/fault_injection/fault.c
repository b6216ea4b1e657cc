/* LD_PRELOAD library: fails, shortens or kills at the n-th call of the process that changes a file below a folder.
 *
 * FAULT_BELOW   the folder
 * FAULT_AT      n, from 1; 0 injects nothing and reports every call
 * FAULT_KIND    enospc | eio    that call alone fails
 *               full            that call and every later one that takes space fails with ENOSPC
 *               broken          that call and every later one fails with EIO
 *               short           that write is short: it writes half and returns that count
 *               kill            the process dies before that call
 *               torn            the process dies after half of that write, or before that call
 * FAULT_REPORT  a file outside the folder, to which the number and name of the injected call are appended
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *below, *kind, *report;
static size_t below_length;
static unsigned long at, count;

__attribute__((constructor)) static void begin(void) {
    below = getenv("FAULT_BELOW");
    kind = getenv("FAULT_KIND");
    report = getenv("FAULT_REPORT");
    const char *number = getenv("FAULT_AT");
    at = number ? strtoul(number, NULL, 10) : 0;
    below_length = below ? strlen(below) : 0;
}

static int is(const char *wanted) { return kind && strcmp(kind, wanted) == 0; }

static int inside(const char *path) {
    return below && path && strncmp(path, below, below_length) == 0;
}

static int inside_at(int folder, const char *path) {
    if (!below || !path) return 0;
    if (path[0] == '/') return inside(path);
    char link[64], base[PATH_MAX];
    if (folder == AT_FDCWD) {
        if (syscall(SYS_getcwd, base, sizeof base) < 0) return 0;
        return inside(base);
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = syscall(SYS_readlink, link, base, sizeof base - 1);
    if (length <= 0) return 0;
    base[length] = 0;
    return inside(base);
}

static int inside_fd(int fd) {
    char link[64], path[PATH_MAX];
    if (!below) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlink, link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return inside(path);
}

static void report_call(const char *name, unsigned long number) {
    char line[128];
    if (!report) return;
    int fd = syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0) return;
    int length = snprintf(line, sizeof line, "%lu %s\n", number, name);
    syscall(SYS_write, fd, line, (size_t)length);
    syscall(SYS_close, fd);
}

enum { PASS, FAIL, HALF };

/* Decides the outcome of a call; `grows` if it takes space, `halves` if half of it can be done. */
static int decide(const char *name, int grows, int halves) {
    unsigned long number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (!at) report_call(name, number);
    if (!at || number < at) return PASS;
    int later = number > at;
    if (!later) report_call(name, number);
    if (is("full") && grows) { errno = ENOSPC; return FAIL; }
    if (is("broken")) { errno = EIO; return FAIL; }
    if (later) return PASS;
    if (is("enospc")) { errno = ENOSPC; return FAIL; }
    if (is("eio")) { errno = EIO; return FAIL; }
    if ((is("short") || is("torn")) && halves) return HALF;
    if (is("kill") || is("torn")) syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    return PASS;
}

static void die_if_torn(void) {
    if (is("torn")) syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

#define REAL(name, result, ...)                                                      \
    static result (*real)(__VA_ARGS__);                                              \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *from, size_t bytes) {
    REAL("write", ssize_t, int, const void *, size_t);
    if (inside_fd(fd)) {
        int outcome = decide("write", 1, bytes > 1);
        if (outcome == FAIL) return -1;
        if (outcome == HALF) {
            ssize_t done = real(fd, from, bytes / 2);
            die_if_torn();
            return done;
        }
    }
    return real(fd, from, bytes);
}

#define PWRITE(name, offset_type)                                                    \
    ssize_t name(int fd, const void *from, size_t bytes, offset_type offset) {       \
        REAL(#name, ssize_t, int, const void *, size_t, offset_type);                \
        if (inside_fd(fd)) {                                                         \
            int outcome = decide(#name, 1, bytes > 1);                               \
            if (outcome == FAIL) return -1;                                          \
            if (outcome == HALF) {                                                   \
                ssize_t done = real(fd, from, bytes / 2, offset);                    \
                die_if_torn();                                                       \
                return done;                                                         \
            }                                                                        \
        }                                                                            \
        return real(fd, from, bytes, offset);                                        \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec *parts, int number) {
    REAL("writev", ssize_t, int, const struct iovec *, int);
    if (inside_fd(fd)) {
        int outcome = decide("writev", 1, number > 1);
        if (outcome == FAIL) return -1;
        if (outcome == HALF) {
            ssize_t done = real(fd, parts, number / 2);
            die_if_torn();
            return done;
        }
    }
    return real(fd, parts, number);
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t bytes, unsigned flags) {
    REAL("copy_file_range", ssize_t, int, off64_t *, int, off64_t *, size_t, unsigned);
    if (inside_fd(to)) {
        int outcome = decide("copy_file_range", 1, bytes > 1);
        if (outcome == FAIL) return -1;
        if (outcome == HALF) {
            ssize_t done = real(from, from_at, to, to_at, bytes / 2, flags);
            die_if_torn();
            return done;
        }
    }
    return real(from, from_at, to, to_at, bytes, flags);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t bytes) {
    REAL("sendfile64", ssize_t, int, int, off64_t *, size_t);
    if (inside_fd(to) && decide("sendfile64", 1, 0) == FAIL) return -1;
    return real(to, from, offset, bytes);
}

#define OF_FD(name)                                                                  \
    int name(int fd) {                                                               \
        REAL(#name, int, int);                                                       \
        if (inside_fd(fd) && decide(#name, 0, 0) == FAIL) return -1;                 \
        return real(fd);                                                             \
    }
OF_FD(fsync)
OF_FD(fdatasync)

#define TRUNCATE(name, offset_type)                                                  \
    int name(int fd, offset_type length) {                                           \
        REAL(#name, int, int, offset_type);                                          \
        if (inside_fd(fd) && decide(#name, length > 0, 0) == FAIL) return -1;        \
        return real(fd, length);                                                     \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
    REAL("rename", int, const char *, const char *);
    if (inside_at(AT_FDCWD, to) && decide("rename", 0, 0) == FAIL) return -1;
    return real(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    REAL("renameat", int, int, const char *, int, const char *);
    if (inside_at(to_folder, to) && decide("renameat", 0, 0) == FAIL) return -1;
    return real(from_folder, from, to_folder, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    REAL("renameat2", int, int, const char *, int, const char *, unsigned);
    if (inside_at(to_folder, to) && decide("renameat2", 0, 0) == FAIL) return -1;
    return real(from_folder, from, to_folder, to, flags);
}

int unlink(const char *path) {
    REAL("unlink", int, const char *);
    if (inside_at(AT_FDCWD, path) && decide("unlink", 0, 0) == FAIL) return -1;
    return real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL("unlinkat", int, int, const char *, int);
    if (inside_at(folder, path) && decide("unlinkat", 0, 0) == FAIL) return -1;
    return real(folder, path, flags);
}

int link(const char *from, const char *to) {
    REAL("link", int, const char *, const char *);
    if (inside_at(AT_FDCWD, to) && decide("link", 1, 0) == FAIL) return -1;
    return real(from, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    REAL("linkat", int, int, const char *, int, const char *, int);
    if (inside_at(to_folder, to) && decide("linkat", 1, 0) == FAIL) return -1;
    return real(from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    REAL("mkdir", int, const char *, mode_t);
    if (inside_at(AT_FDCWD, path) && decide("mkdir", 1, 0) == FAIL) return -1;
    return real(path, mode);
}

#define OPEN(name)                                                                   \
    int name(const char *path, int flags, ...) {                                     \
        REAL(#name, int, const char *, int, ...);                                    \
        mode_t mode = 0;                                                             \
        if (flags & (O_CREAT | O_TMPFILE)) {                                         \
            va_list rest;                                                            \
            va_start(rest, flags);                                                   \
            mode = va_arg(rest, mode_t);                                             \
            va_end(rest);                                                            \
        }                                                                            \
        if ((flags & O_CREAT) && inside_at(AT_FDCWD, path) && decide(#name, 1, 0) == FAIL) return -1; \
        return real(path, flags, mode);                                              \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                 \
    int name(int folder, const char *path, int flags, ...) {                         \
        REAL(#name, int, int, const char *, int, ...);                               \
        mode_t mode = 0;                                                             \
        if (flags & (O_CREAT | O_TMPFILE)) {                                         \
            va_list rest;                                                            \
            va_start(rest, flags);                                                   \
            mode = va_arg(rest, mode_t);                                             \
            va_end(rest);                                                            \
        }                                                                            \
        if ((flags & O_CREAT) && inside_at(folder, path) && decide(#name, 1, 0) == FAIL) return -1; \
        return real(folder, path, flags, mode);                                      \
    }
OPENAT(openat)
OPENAT(openat64)
