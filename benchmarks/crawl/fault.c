/* Fault: lets the writes of one process below one folder go wrong at a given point. For LD_PRELOAD.

   FAULT_FOLDER  the folder that is watched, an absolute path; what is written elsewhere passes
   FAULT_MODE    kill   the write at the point is done in part, then SIGKILL
                 power  as kill, but before it changes that no fsync has made safe are undone, as in a power cut
                 full   from the point on, whatever makes a file longer fails with ENOSPC
   FAULT_POINT   the point: bytes written below the folder. A step that is no write (fsync, rename, new file ...) counts
                 as STEP bytes, so that a random point may lie at one too
   FAULT_SEED    seeds the choice of what a power cut takes
   FAULT_SPARE   a folder on the same file system, where names that may have to come back wait
   FAULT_REPORT  a file that tells at the end how many bytes were counted, or what was struck

   SQLite and Python call write, pwrite64, fsync and the like of libc through the dynamic linker, so these stand between.
   SQLite's -shm file is written through memory. It is not watched in a power cut: nobody reads it after one, since the
   first to open a database makes it anew (https://sqlite.org/walformat.html, section 2.3). */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define STEP 4096
#define MOST_FDS 4096
#define MOST_FILES 65536
#define REAL(name) ((__typeof__(&name))real(#name))

enum mode { OFF, KILL, POWER, FULL };
enum kind { WRITTEN, NEW_NAME, NEW_FOLDER, RENAMED, REMOVED };

/* A file or folder, known by its inode. `fd` is our own, to put bytes back through. */
struct file { dev_t dev; ino_t ino; int fd; int changes, kept; };

/* One change that is not on the disk yet: of a file's bytes, or of a folder's names. */
struct change {
    enum kind kind;
    int file; /* whose fsync makes it safe: the file, or the folder of the name */
    off_t offset, size;
    size_t length;
    char *bytes; /* what stood at offset */
    char *path, *to, *spare;
    struct change *older;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static enum mode mode;
static char folder[4096];
static long long point, counted;
static int struck;
static struct file files[MOST_FILES];
static int known, spares;
static short of_fd[MOST_FDS]; /* number of the file + 1; 0 for one that is not watched */
static struct change *newest;

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

__attribute__((constructor)) static void begin(void) {
    const char *wanted = getenv("FAULT_MODE"), *where = getenv("FAULT_FOLDER"), *when = getenv("FAULT_POINT");
    if (!wanted || !where || !when) return;
    snprintf(folder, sizeof folder, "%s", where);
    point = atoll(when);
    srandom((unsigned)atoi(getenv("FAULT_SEED") ? getenv("FAULT_SEED") : "0"));
    mode = !strcmp(wanted, "kill") ? KILL : !strcmp(wanted, "power") ? POWER : !strcmp(wanted, "full") ? FULL : OFF;
    if (mode == OFF) { fprintf(stderr, "fault: unknown FAULT_MODE %s\n", wanted); abort(); }
}

static void report(const char *what, const char *where) {
    const char *path = getenv("FAULT_REPORT");
    int out = path ? REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;
    char line[8192];
    if (out < 0) return;
    int length = snprintf(line, sizeof line, "%lld %s %s\n", counted, what, where ? where : "-");
    if (REAL(write)(out, line, (size_t)length) < 0) abort();
    REAL(close)(out);
}

__attribute__((destructor)) static void end(void) {
    if (mode != OFF && !struck) report("passed", NULL);
}

static int ends_with(const char *path, const char *tail) {
    size_t length = strlen(path), most = strlen(tail);
    return length >= most && !strcmp(path + length - most, tail);
}

static int watched(const char *path) {
    size_t length = strlen(folder);
    if (mode == OFF || strncmp(path, folder, length) || (path[length] && path[length] != '/')) return 0;
    return !(mode == POWER && ends_with(path, "-shm"));
}

/* -- files and folders that are known */

static int number_of(const struct stat *found) {
    for (int i = 0; i < known; i++)
        if (files[i].ino == found->st_ino && files[i].dev == found->st_dev) return i;
    if (known == MOST_FILES) abort();
    files[known] = (struct file){.dev = found->st_dev, .ino = found->st_ino, .fd = -1};
    return known++;
}

static int folder_of(const char *path) {
    char name[4096];
    struct stat found;
    snprintf(name, sizeof name, "%s", path);
    char *slash = strrchr(name, '/');
    if (slash && slash != name) *slash = 0;
    if (stat(name, &found)) abort();
    return number_of(&found);
}

static void watch(int fd, int flags) {
    struct stat found;
    char name[64];
    if (fd < 0 || fd >= MOST_FDS || fstat(fd, &found)) return;
    if (!S_ISDIR(found.st_mode) && (!S_ISREG(found.st_mode) || (flags & O_ACCMODE) == O_RDONLY)) return;
    int number = number_of(&found);
    of_fd[fd] = (short)(number + 1);
    if (mode != POWER || S_ISDIR(found.st_mode) || files[number].fd >= 0) return;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    files[number].fd = REAL(open)(name, O_RDWR | O_CLOEXEC);
    if (files[number].fd < 0) abort();
}

static int file_of(int fd) { return fd >= 0 && fd < MOST_FDS ? of_fd[fd] - 1 : -1; }

/* -- changes that a power cut may undo */

static struct change *note(enum kind kind, int file, const char *path) {
    struct change *one = calloc(1, sizeof *one);
    if (!one) abort();
    one->kind = kind, one->file = file, one->path = path ? strdup(path) : NULL, one->older = newest;
    return newest = one;
}

static char *spare_name(void) {
    char *name = NULL;
    if (asprintf(&name, "%s/%d-%d", getenv("FAULT_SPARE"), (int)getpid(), spares++) < 0) abort();
    return name;
}

static void note_bytes(int fd, off_t offset, size_t length) {
    int number = file_of(fd);
    struct stat found;
    if (mode != POWER) return;
    if (fstat(fd, &found)) abort();
    struct change *one = note(WRITTEN, number, NULL);
    one->offset = offset, one->size = found.st_size;
    if (offset < found.st_size) {
        size_t there = (size_t)(found.st_size - offset);
        one->length = there < length ? there : length;
        one->bytes = malloc(one->length + 1);
        if (!one->bytes || pread(files[number].fd, one->bytes, one->length, offset) != (ssize_t)one->length) abort();
    }
}

/* An fsync: the bytes of this file, or the names in this folder, are safe. */
static void forget(int number) {
    for (struct change **at = &newest; *at;) {
        struct change *one = *at;
        if (one->file != number) { at = &one->older; continue; }
        if (one->spare) REAL(unlink)(one->spare);
        *at = one->older;
        free(one->bytes), free(one->path), free(one->to), free(one->spare), free(one);
    }
}

static void undo(struct change *one) {
    switch (one->kind) {
    case WRITTEN:
        if (one->length && pwrite(files[one->file].fd, one->bytes, one->length, one->offset) < 0) abort();
        if (REAL(ftruncate)(files[one->file].fd, one->size)) abort();
        break;
    case NEW_NAME:
    case NEW_FOLDER: /* with all that is in it, safe or not: without its name nobody finds it */
        if (REAL(rename)(one->path, spare_name())) abort();
        break;
    case RENAMED:
        if (REAL(rename)(one->to, one->path)) abort();
        if (one->spare && REAL(rename)(one->spare, one->to)) abort();
        break;
    case REMOVED:
        if (REAL(rename)(one->spare, one->path)) abort();
        break;
    }
}

/* A disk keeps no order between files: one time everything goes, one time the last changes of all go, and one time
   each file and folder loses as many of its own last changes as it happens. */
static void cut_power(void) {
    long count = 0, kept = 0, style = random() % 3;
    for (struct change *one = newest; one; one = one->older) count++, files[one->file].changes++;
    if (style == 1) kept = random() % (count + 1);
    for (int i = 0; i < known && style == 2; i++) files[i].kept = (int)(random() % (files[i].changes + 1));
    for (struct change *one = newest; one; one = one->older) {
        int *left = &files[one->file].changes;
        if (style == 2 ? *left > files[one->file].kept : count > kept) undo(one);
        count--, (*left)--;
    }
}

static void strike(const char *what, const char *where) {
    struck = 1;
    if (mode == POWER) cut_power();
    report(what, where);
    kill(getpid(), SIGKILL);
    pause();
}

/* A step that is no write. Its caller takes it before or after the deed, by chance. */
static void step(const char *what, const char *where) {
    if (mode == FULL) return;
    counted += STEP;
    if (counted > point) strike(what, where);
}

/* -- what is intercepted: with the mutex for what is watched, so that a pipe that blocks holds nothing up */

#define GUARDED(call) \
    ({ pthread_mutex_lock(&mutex); __auto_type result_ = (call); int kept_ = errno; \
       pthread_mutex_unlock(&mutex); errno = kept_; result_; })
#define OF(fd, ours, theirs) (file_of(fd) < 0 ? (theirs) : GUARDED(ours))

typedef ssize_t (*writer)(int fd, const void *data, size_t length, off_t offset);

static ssize_t plain(int fd, const void *data, size_t length, off_t offset) {
    (void)offset;
    return REAL(write)(fd, data, length);
}

static ssize_t placed(int fd, const void *data, size_t length, off_t offset) {
    return REAL(pwrite)(fd, data, length, offset);
}

static ssize_t write_some(writer call, int fd, const void *data, size_t length, off_t offset) {
    struct stat found;
    if (fstat(fd, &found)) abort();
    off_t at = call == placed ? offset : fcntl(fd, F_GETFL) & O_APPEND ? found.st_size : lseek(fd, 0, SEEK_CUR);
    if (mode == FULL) {
        long long longer = at + (off_t)length - found.st_size, room = point - counted;
        if (longer > 0 && longer > room) {
            long long part = (long long)length - longer + (room > 0 ? room : 0);
            if (!struck) struck = 1, report("full", NULL);
            if (part <= 0) { errno = ENOSPC; return -1; }
            length = (size_t)part, longer = room > 0 ? room : 0;
        }
        if (longer > 0) counted += longer;
        return call(fd, data, length, offset);
    }
    int last = counted + (long long)length > point;
    if (last) length = (size_t)(point > counted ? point - counted : 0);
    note_bytes(fd, at, length);
    ssize_t done = length ? call(fd, data, length, offset) : 0;
    counted += done > 0 ? done : 0;
    if (last) strike("write", NULL);
    return done;
}

static ssize_t write_parts(int fd, const struct iovec *parts, int count) {
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t done = write_some(plain, fd, parts[i].iov_base, parts[i].iov_len, 0);
        if (done < 0) return total ? total : done;
        total += done;
        if ((size_t)done < parts[i].iov_len) break;
    }
    return total;
}

static int truncate_to(int fd, off_t length) {
    struct stat found;
    if (fstat(fd, &found)) abort();
    int first = random() % 2;
    if (first) step("ftruncate", NULL);
    note_bytes(fd, length, length < found.st_size ? (size_t)(found.st_size - length) : 0);
    int done = REAL(ftruncate)(fd, length);
    if (mode == FULL && !done && length < found.st_size) counted -= found.st_size - length; /* room again */
    if (!first) step("ftruncate", NULL);
    return done;
}

static int sync_it(int (*call)(int), int fd) {
    int number = file_of(fd), first = random() % 2;
    if (first) step("fsync", NULL);
    int done = call(fd);
    if (!done && mode == POWER) forget(number);
    if (!first) step("fsync", NULL);
    return done;
}

static int is_parent(const char *path) {
    size_t length = strlen(path);
    return mode != OFF && !strncmp(path, folder, length) && folder[length] == '/' && !strchr(folder + length + 1, '/');
}

static int open_it(int at, const char *path, int flags, mode_t rights) {
    int ours = watched(path), fresh = 0, emptied = 0;
    if (ours && (flags & O_TMPFILE) != O_TMPFILE) {
        fresh = (flags & O_CREAT) && access(path, F_OK);
        emptied = !fresh && (flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY;
    }
    int fd = REAL(openat)(at, path, emptied ? flags & ~O_TRUNC : flags, rights);
    if (fd < 0 || !(ours || is_parent(path))) return fd;
    watch(fd, flags);
    if (fresh && mode == POWER) note(NEW_NAME, folder_of(path), path);
    if (fresh) step("open", path);
    if (emptied) truncate_to(fd, 0);
    return fd;
}

static int close_it(int fd) {
    of_fd[fd] = 0;
    return REAL(close)(fd);
}

static int rename_it(const char *path, const char *to) {
    struct stat found;
    if (!watched(path) || !watched(to)) return REAL(rename)(path, to);
    int first = random() % 2, there = !stat(to, &found);
    if (first) step("rename", to);
    char *spare = mode == POWER && there ? spare_name() : NULL;
    if (spare && link(to, spare)) abort();
    int done = REAL(rename)(path, to);
    if (!done && mode == FULL && there) counted -= found.st_size;
    if (!done && mode == POWER) {
        struct change *one = note(RENAMED, folder_of(to), path);
        one->to = strdup(to), one->spare = spare;
    }
    if (!first) step("rename", to);
    return done;
}

static int unlink_it(const char *path) {
    struct stat found;
    if (!watched(path) || lstat(path, &found)) return REAL(unlink)(path);
    int first = random() % 2, done;
    if (first) step("unlink", path);
    if (mode == POWER) {
        char *spare = spare_name();
        done = REAL(rename)(path, spare);
        if (!done) note(REMOVED, folder_of(path), path)->spare = spare;
    } else {
        done = REAL(unlink)(path);
    }
    if (!done && mode == FULL) counted -= found.st_size;
    if (!first) step("unlink", path);
    return done;
}

static int mkdir_it(const char *path, mode_t rights) {
    int done = REAL(mkdir)(path, rights);
    if (done || !watched(path)) return done;
    if (mode == POWER) note(NEW_FOLDER, folder_of(path), path);
    step("mkdir", path);
    return done;
}

static mode_t rights_of(int flags, va_list more) {
    return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(more, int) : 0;
}

#define OPENED(at, path, flags) \
    va_list more; va_start(more, flags); mode_t rights = rights_of(flags, more); va_end(more); \
    return GUARDED(open_it(at, path, flags, rights))

int open(const char *path, int flags, ...) { OPENED(AT_FDCWD, path, flags); }
int open64(const char *path, int flags, ...) { OPENED(AT_FDCWD, path, flags); }
int openat(int at, const char *path, int flags, ...) { OPENED(at, path, flags); }
int openat64(int at, const char *path, int flags, ...) { OPENED(at, path, flags); }
int close(int fd) { return OF(fd, close_it(fd), REAL(close)(fd)); }
ssize_t write(int fd, const void *data, size_t length) {
    return OF(fd, write_some(plain, fd, data, length, 0), plain(fd, data, length, 0));
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return OF(fd, write_some(placed, fd, data, length, offset), placed(fd, data, length, offset));
}
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) { return pwrite(fd, data, length, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    return OF(fd, write_parts(fd, parts, count), REAL(writev)(fd, parts, count));
}
int ftruncate(int fd, off_t length) { return OF(fd, truncate_to(fd, length), REAL(ftruncate)(fd, length)); }
int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }
int fsync(int fd) { return OF(fd, sync_it(REAL(fsync), fd), REAL(fsync)(fd)); }
int fdatasync(int fd) { return OF(fd, sync_it(REAL(fdatasync), fd), REAL(fdatasync)(fd)); }
int rename(const char *path, const char *to) { return GUARDED(rename_it(path, to)); }
int unlink(const char *path) { return GUARDED(unlink_it(path)); }
int mkdir(const char *path, mode_t rights) { return GUARDED(mkdir_it(path, rights)); }
