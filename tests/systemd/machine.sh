#!/usr/bin/env bash
# Boots systemd as PID 1 of namespaces of its own, prints its process id, and ends it when standard input is closed.
#   machine.sh FOLDER     FOLDER has `files/` (laid over the new root), `bind` (lines of: source target) and `root/`, empty
set -eu
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
name=clova-gateway-test-$$

# A control group of its own in every hierarchy that systemd is to see: one, or those of version 1 and the empty one beside them.
groups=
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    groups=/sys/fs/cgroup/$name
else
    for folder_of in systemd:name=systemd unified: memory:memory pids:pids; do
        own=$(sed -n "s/^[0-9]*:${folder_of#*:}://p" /proc/self/cgroup)
        groups="$groups /sys/fs/cgroup/${folder_of%%:*}${own%/}/$name"
    done
fi

outer=
leave() {
    trap - EXIT
    [ -z "$outer" ] || kill -KILL "$outer" 2>/dev/null || true
    { wait; } 2>/dev/null
    for group in $groups; do
        tries=0
        while [ -d "$group" ] && [ $tries -lt 100 ]; do
            find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.05
            tries=$((tries + 1))
        done
    done
}
trap leave EXIT
trap 'exit 1' INT TERM HUP

for group in $groups; do mkdir "$group"; done
mkfifo "$folder/here" "$folder/go"
exec 3<>"$folder/here" 4<>"$folder/go"
# shellcheck disable=SC2016
sh -c 'for group in $1; do echo $$ >"$group/cgroup.procs"; done
    exec unshare --mount --pid --uts --ipc --net --cgroup --fork --kill-child sh "$2/inside.sh" "$3"' \
    sh "$groups" "$here" "$folder" >"$folder/console" 2>&1 </dev/null 3>&- 4>&- &
outer=$!
read -r -t 15 _ <&3
# A group that passes its controllers on may hold no process itself: unshare goes back to where we are.
for group in $groups; do echo "$outer" >"$(dirname "$group")/cgroup.procs"; done
echo >&4
tr -d ' ' <"/proc/$outer/task/$outer/children"
echo
cat >/dev/null
