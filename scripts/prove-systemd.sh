#!/usr/bin/env bash
# Proves systemd/vernewatch.service in a real systemd: boots one in a container, installs the built program there, and looks.
#
#   npm ci && npm run build && sudo scripts/prove-systemd.sh
#
# The container has a root of its own, but the programs of this machine: its /usr, read-only, with vernewatch laid over it. So nothing is
# downloaded, and what is proved is proved with this systemd and this Node. No network, inside or outside; nothing is left behind.
# Ends with 0 if all holds, 1 if not, 77 if it cannot be tried here. Takes one to two minutes, four at most.
set -u -o pipefail
cd "$(dirname "$0")/.." || exit

readonly MACHINE="vernewatch-proof-$$"
readonly BOOT_SECONDS=60 STEPS_SECONDS=180
scratch='' nspawn=''

main() {
  can_be_tried_here
  scratch=$(mktemp -d)
  trap cleanup EXIT
  trap 'exit 1' INT TERM
  make_root "$scratch/root"
  install_program "$scratch/added"
  boot
  wait_until_booted
  # In the background, so that a signal to this script is not kept waiting.
  timeout --kill-after=5 "$STEPS_SECONDS" nsenter --target "$(first_process)" --all bash /proof/steps.sh &
  wait $! && return
  [ $? != 124 ] || echo "FAIL  not done within $STEPS_SECONDS s"
  exit 1
}

skip() {
  echo "skipped: $1" >&2
  exit 77
}

can_be_tried_here() {
  [ "$(id -u)" = 0 ] || skip 'only root can start a container'
  for program in systemd-nspawn nsenter node npm; do
    command -v "$program" >/dev/null || skip "no $program here (Debian: systemd-container, util-linux, nodejs, npm)"
  done
  [ -x /usr/lib/systemd/systemd ] || skip 'no systemd in /usr/lib/systemd'
  [ -L /bin ] || skip 'here /bin is not in /usr, so the container would lack it'
  [ -f dist/cli.js ] || skip 'dist/ is missing: npm run build'
  [ -f dist/commands/follow.js ] || skip 'the command follow is missing in dist/'
}

# As much of a root as systemd needs to start with the /usr of this machine.
make_root() {
  local root=$1 name
  mkdir -p "$root"/{dev,proc,sys,run,tmp,root,home,usr,proof,var/log/journal,etc/systemd/system,etc/sysusers.d,etc/vernewatch}
  for name in bin sbin lib lib32 lib64 libx32; do
    [ -L "/$name" ] && cp -a "/$name" "$root/$name"
  done
  cp -a /etc/{alternatives,ld.so.cache,nsswitch.conf} "$root/etc/" 2>/dev/null
  cp -L /etc/os-release "$root/etc/"
  systemd-id128 new >"$root/etc/machine-id" # without one systemd takes this for the first boot and enables every unit of this machine
  echo 'g vernemq -' >"$root/etc/sysusers.d/vernemq.conf"
  printf '[Unit]\nRequires=basic.target\nAfter=basic.target\n' >"$root/etc/systemd/system/proof.target"
  ln -s proof.target "$root/etc/systemd/system/default.target"
  cp systemd/vernewatch.service "$root/etc/systemd/system/"
  cp scripts/prove-systemd-steps.sh "$root/proof/steps.sh"
}

# As `npm install --global --prefix /usr` lays it out, with the packages that npm ci has put here.
install_program() {
  local usr=$1 to=$1/lib/node_modules/vernewatch archive module
  mkdir -p "$usr/bin" "$to"
  archive=$(npm pack --silent --ignore-scripts --pack-destination "$scratch")
  tar --extract --file "$scratch/$archive" --directory "$to" --strip-components=1
  npm ls --omit=dev --all --parseable | sed "1d;s|^$PWD/||" | while read -r module; do
    mkdir -p "$to/$(dirname "$module")"
    cp -a "$module" "$to/$(dirname "$module")/"
  done
  ln -s ../lib/node_modules/vernewatch/dist/cli.js "$usr/bin/vernewatch"
  # A Node that is not in /usr cannot be seen by a service with ProtectHome= and is not in its PATH.
  [ "$(PATH=/usr/local/bin:/usr/bin command -v node)" ] || cp "$(node -p process.execPath)" "$usr/bin/node"
}

boot() {
  local options=(--quiet --boot --machine="$MACHINE" --directory="$scratch/root" --overlay-ro="/usr:$scratch/added:/usr"
    --private-network --register=no --link-journal=no --resolv-conf=off --timezone=off --console=pipe)
  export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
  if [ -d /run/systemd/system ]; then
    systemd-nspawn "${options[@]}" </dev/null >"$scratch/console" 2>&1 &
  else
    # Nobody here hands out control groups, so take one.
    unshare --mount bash -c '
      [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] || { umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; } || exit 1
      mkdir "/sys/fs/cgroup/$1" && echo $$ >"/sys/fs/cgroup/$1/cgroup.procs" || exit 1
      shift && exec systemd-nspawn --keep-unit "$@"' - "$MACHINE" "${options[@]}" </dev/null >"$scratch/console" 2>&1 &
  fi
  nspawn=$!
}

first_process() {
  pgrep --parent "$nspawn" --oldest
}

wait_until_booted() {
  local end=$((SECONDS + BOOT_SECONDS)) state=''
  while [ "$SECONDS" -lt "$end" ] && kill -0 "$nspawn" 2>/dev/null; do
    state=$(nsenter --target "$(first_process)" --all systemctl is-system-running 2>/dev/null)
    case $state in running | degraded) return ;; esac
    sleep 0.2
  done
  skip "systemd-nspawn cannot boot here (${state:-no systemd}): $(tail -n 3 "$scratch/console" | tr '\n' ' ')"
}

cleanup() {
  if [ -n "$nspawn" ] && kill -0 "$nspawn" 2>/dev/null; then
    kill -KILL "$(first_process)" 2>/dev/null || kill -KILL "$nspawn"
    wait "$nspawn" 2>/dev/null
  fi
  find /sys/fs/cgroup -depth -type d -path "*/$MACHINE*" -exec rmdir {} + 2>/dev/null
  rmdir "/run/systemd/nspawn/propagate/$MACHINE" 2>/dev/null
  rm -rf --one-file-system "$scratch"
}

main
