#!/bin/sh
# The first process of the new namespaces: makes a root of this machine's /usr and what the test has laid out, and becomes systemd.
set -eu
folder=$1
root=$folder/root
echo >"$folder/here"
read -r _ <"$folder/go" # now we are alone in our control group

mount --make-rprivate /
mount -t tmpfs -o mode=755 root "$root"
cd "$root"
mkdir -p usr etc run var/tmp var/log tmp proc sys dev old
for name in bin sbin lib lib32 lib64; do [ ! -L "/$name" ] || ln -s "usr/$name" $name; done
mount --rbind /usr usr
mount -o remount,bind,ro usr
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys # the kernel's variables are those of the machine outside
mount -t sysfs sysfs sys
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
else
    mount -t tmpfs -o mode=755 groups sys/fs/cgroup
    mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified sys/fs/cgroup/memory sys/fs/cgroup/pids
    mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
    mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
    for controller in memory pids; do
        mount -t cgroup -o $controller cgroup sys/fs/cgroup/$controller
    done
    # What systemd does not see it does not mount: it would be that of the machine outside.
    grep -E '^(#|memory|pids)' proc/cgroups >"$folder/cgroups"
    mount --bind "$folder/cgroups" proc/cgroups
fi
mount -o remount,bind,ro sys
mount -t tmpfs -o mode=755 dev dev
mkdir dev/pts dev/shm
for name in null zero full random urandom tty; do
    touch dev/$name
    mount --bind "/dev/$name" dev/$name
done
ln -s /proc/self/fd dev/fd
ln -s pts/ptmx dev/ptmx
mount -t tmpfs run run
mount -t tmpfs -o mode=1777 tmp tmp
cp -R --preserve=mode "$folder/files/." .
while read -r source target; do
    mkdir -p "./$target"
    mount --rbind "$source" "./$target"
    mount -o remount,bind,ro "./$target"
done <"$folder/bind"

pivot_root . old
cd /
umount -l /old
mount --make-rshared / # as systemd does where it is not in a container: LoadCredential= needs it
exec env -i container=test PATH=/usr/sbin:/usr/bin /usr/lib/systemd/systemd \
    --unit=test.target --show-status=false </dev/null
