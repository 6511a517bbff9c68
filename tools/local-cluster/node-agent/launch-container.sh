#!/bin/sh
# Builds a container's view of the file system and becomes the container's process. It runs in a mount
# namespace of its own, which ends with the process and takes all mounts with it.
#
# usage: launch-container.sh PLAN SCRATCH WORKDIR COMMAND [ARG...]
#   PLAN     folder with the files fstab, folders and links (see mount-plan.ts); a reason for which
#            the container cannot start is written to PLAN/error
#   SCRATCH  empty folder for what the mounts need; its content is not seen outside
set -u
plan=$1 scratch=$2 workdir=$3
shift 3

# The container's PATH need not hold the programs that are used here.
container_path=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin
unshare=$(command -v unshare)

fail() {
  echo "$1" >>"$plan/error"
  exit 125
}

mount -t tmpfs -o mode=0755 tmpfs "$scratch" 2>>"$plan/error" || fail 'scratch space cannot be mounted'
while IFS= read -r folder; do mkdir -p "$folder"; done <"$plan/folders"
mount --all --fstab "$plan/fstab" 2>>"$plan/error" || fail 'volumes cannot be mounted'
while IFS= read -r link; do cp -P "$link" "$scratch/root/"; done <"$plan/links"
[ -d "$scratch/root$workdir" ] || fail "working directory $workdir does not exist"

PATH=$container_path
exec "$unshare" --root "$scratch/root" --wd "$workdir" -- "$@"
