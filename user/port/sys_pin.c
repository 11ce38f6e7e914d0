/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* The bpffs half of sys.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_link.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>
#include <port/sys_pin.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

static int close_after(int fd, int err)
{
	close(fd);
	return err;
}

int xeap_sys_pin_dir(const char *path, bool make)
{
	bool made = make && !mkdir(path, 0700);
	struct statfs fs;
	int fd;

	if (make && !made && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstatfs(fd, &fs))
		return close_after(fd, -errno);
	if (fs.f_type == BPF_FS_MAGIC)
		return fd;
	if (made)
		rmdir(path);
	return close_after(fd, -EMEDIUMTYPE);
}

int xeap_sys_pin_lock(int dir)
{
	if (!flock(dir, LOCK_EX | LOCK_NB))
		return 0;
	return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

void xeap_sys_pin_dir_remove(const char *path)
{
	rmdir(path);
}

int xeap_sys_pin_list(const char *dir, void (*found)(void *arg, const char *name), void *arg)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	if (!d)
		return -errno;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			found(arg, e->d_name);
	closedir(d);
	return 0;
}

int xeap_sys_pin(int fd, const char *path)
{
	return bpf_obj_pin(fd, path) ? -errno : 0;
}

int xeap_sys_pin_get(const char *path)
{
	int fd = bpf_obj_get(path);

	return fd < 0 ? -errno : fd;
}

int xeap_sys_pin_remove(const char *path)
{
	return unlink(path) ? -errno : 0;
}

static int map_path(char path[PATH_MAX], const char *dir, const struct bpf_map *map)
{
	int n = snprintf(path, PATH_MAX, "%s/%s", dir, bpf_map__name(map));

	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int read_map(int fd, struct bpf_map_info *ret_info)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	*ret_info = info;
	return 0;
}

/* Of flags only those count that the object asks for: the kernel adds some to a DEVMAP's. */
static bool is_same(const struct bpf_map *map, const struct bpf_map_info *info)
{
	uint32_t flags = bpf_map__map_flags(map);

	return info->type == bpf_map__type(map) && info->key_size == bpf_map__key_size(map) &&
	       info->value_size == bpf_map__value_size(map) &&
	       info->max_entries == bpf_map__max_entries(map) && (info->map_flags & flags) == flags;
}

static int reuse(struct bpf_map *map, const char *dir)
{
	struct bpf_map_info info;
	char path[PATH_MAX];
	int fd, err = map_path(path, dir, map);

	if (err)
		return err;
	fd = xeap_sys_pin_get(path);
	if (fd < 0)
		return fd == -ENOENT ? -EPROTO : fd;
	err = read_map(fd, &info);
	if (!err && !is_same(map, &info))
		err = -EPROTO;
	if (!err)
		err = bpf_map__reuse_fd(map, fd);
	return close_after(fd, err);
}

int xeap_sys_pin_reuse(struct bpf_object *object, const char *dir)
{
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, object) if (!err && !bpf_map__is_internal(map))
		err = reuse(map, dir);
	return err;
}

int xeap_sys_program_pin(const struct xeap_sys_program *program, const char *dir)
{
	const struct bpf_map *map;
	char path[PATH_MAX];
	int err = 0;

	for (map = bpf_object__next_map(program->object, NULL); map && !err;
	     map = bpf_object__next_map(program->object, map)) {
		if (bpf_map__is_internal(map))
			continue;
		err = map_path(path, dir, map);
		if (!err)
			err = xeap_sys_pin(bpf_map__fd(map), path);
	}
	return err;
}

int xeap_sys_single_make(const char *name, uint32_t value_size)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, sizeof(uint32_t), value_size, 1, NULL);

	return fd < 0 ? -errno : fd;
}

#define SINGLE_MAX 1024

int xeap_sys_single_read(int map, void *ret_value, size_t size)
{
	struct bpf_map_info info;
	char value[SINGLE_MAX] = { 0 };
	uint32_t zero = 0;
	int err = read_map(map, &info);

	if (err)
		return err;
	if (info.type != BPF_MAP_TYPE_ARRAY || info.key_size != sizeof(zero) ||
	    info.value_size > sizeof(value) || size > sizeof(value))
		return -EPROTO;
	if (bpf_map_lookup_elem(map, &zero, value))
		return -errno;
	memcpy(ret_value, value, size);
	return 0;
}

int xeap_sys_map_next(int map, const void *key, void *ret_next)
{
	return bpf_map_get_next_key(map, key, ret_next) ? -errno : 0;
}

#define PROGRAM_MAPS 64

static int map_ids(uint32_t program_id, uint32_t ret_ids[PROGRAM_MAPS], uint32_t *ret_count)
{
	struct bpf_prog_info info = { .nr_map_ids = PROGRAM_MAPS, .map_ids = (uintptr_t)ret_ids };
	uint32_t size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(program_id);

	if (fd < 0)
		return -errno;
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return close_after(fd, -errno);
	*ret_count = info.nr_map_ids < PROGRAM_MAPS ? info.nr_map_ids : PROGRAM_MAPS;
	return close_after(fd, 0);
}

int xeap_sys_program_map(uint32_t program_id, const char *name, uint32_t value_size)
{
	uint32_t ids[PROGRAM_MAPS], count = 0;
	struct bpf_map_info info;
	int err = map_ids(program_id, ids, &count);

	for (uint32_t i = 0; !err && i < count; i++) {
		int fd = bpf_map_get_fd_by_id(ids[i]);

		if (fd < 0)
			return -errno;
		err = read_map(fd, &info);
		if (!err && !strcmp(info.name, name))
			return info.value_size == value_size ? fd : close_after(fd, -EPROTO);
		close(fd);
	}
	return err ? err : -ENOENT;
}

int xeap_sys_link_read(int link, struct xeap_sys_link *ret_link)
{
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof(info);

	if (bpf_obj_get_info_by_fd(link, &info, &size))
		return -errno;
	if (info.type != BPF_LINK_TYPE_XDP)
		return -EPROTO;
	ret_link->ifindex = (int)info.xdp.ifindex;
	ret_link->program = info.prog_id;
	return 0;
}

int xeap_sys_link_update(int link, int program)
{
	return bpf_link_update(link, program, NULL) ? -errno : 0;
}

void xeap_sys_link_detach(int link)
{
	bpf_link_detach(link);
}

uint32_t xeap_sys_xdp_flags(int ifindex, uint32_t program)
{
	struct xeap_sys_xdp x;

	if (!program || xeap_sys_xdp_read(ifindex, &x))
		return 0;
	if (x.native == program)
		return XDP_FLAGS_DRV_MODE;
	return x.generic == program ? XDP_FLAGS_SKB_MODE : 0;
}

int xeap_sys_netdevs(void (*found)(void *arg, int ifindex, const char *name), void *arg)
{
	struct if_nameindex *all = if_nameindex();

	if (!all)
		return -errno;
	for (const struct if_nameindex *i = all; i->if_index; i++)
		found(arg, (int)i->if_index, i->if_name);
	if_freenameindex(all);
	return 0;
}

uint64_t xeap_sys_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* The cookie needs Linux 5.14; the inode before that may be another namespace's one day. */
uint64_t xeap_sys_network_namespace(void)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);
	struct stat st;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = -1;

	if (fd >= 0) {
		err = getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len);
		close(fd);
	}
	if (!err)
		return cookie;
	return stat("/proc/thread-self/ns/net", &st) ? 0 : st.st_ino;
}
