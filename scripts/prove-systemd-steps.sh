#!/usr/bin/env bash
# What is proved of the service; run by prove-systemd.sh inside its container. Every line of output is a claim about the unit.
set -u -o pipefail

readonly CONFIG=/etc/vernewatch/vernewatch.yaml DROP_IN=/run/systemd/system/vernewatch.service.d LOGS=/var/log/vernemq
readonly RULE=vernemq_mqtt_connack_sent_reason_unsuccessful
passed=0 failed=0 connection=100

main() {
  prepare
  unit_is_sound
  active_only_after_ready
  reads_the_log_and_little_else
  alert_has_its_priority
  reload_takes_effect
  reload_with_mistakes_changes_nothing
  watchdog_ends_a_hang
  stop_is_quick
  restart_goes_on_where_it_was
  bad_configuration_is_not_tried_again
  [ "$failed" = 0 ] || journalctl --unit vernewatch --no-pager --output short-precise | cut -c 1-240 >&2
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}

# --- the steps; each has a log and node of its own, so that an alert says which step raised it ---

prepare() {
  local node
  install -d -m 0750 -g vernemq "$LOGS"
  for node in console reload mistake hang restart; do
    install -m 0640 -g vernemq /dev/null "$LOGS/$node.log"
  done
  configure 5
}

unit_is_sound() {
  prove 'systemd-analyze verify has nothing to say' silent systemd-analyze verify vernewatch.service
  prove 'systemd-analyze security: at most 1.5' systemd-analyze security --offline=yes --threshold=15 vernewatch.service
}

active_only_after_ready() {
  drop_in ExecStart= 'ExecStart=/usr/bin/env --unset=NOTIFY_SOCKET /usr/bin/vernewatch follow'
  systemctl start --no-block vernewatch
  sleep 3
  prove 'a program that tells nothing does not become active' is ActiveState activating
  systemctl stop vernewatch
  drop_in
  prove 'systemctl start returns' timeout 30 systemctl start vernewatch
  prove 'it is active, by its own word' is ActiveState active
  prove 'its status can be read in systemctl status' isnt StatusText ''
  prove 'it tells signs of life' eventually 15 isnt WatchdogTimestampMonotonic "$(value WatchdogTimestampMonotonic)"
}

reads_the_log_and_little_else() {
  local pid
  pid=$(value MainPID)
  prove 'it holds the log open, mode 0640, as another user than root' open_by_another_user "$pid" "$LOGS/console.log"
  prove 'its state is in /var/lib/vernewatch' test -n "$(ls /var/lib/vernewatch/)"
  # systemd leaves out what the kernel refuses, with hardly a word; so look whether the sandbox is there.
  prove 'network, users, mounts and IPC are its own' own_namespaces "$pid" net user mnt ipc
  prove 'no capability, and system calls are filtered' status_says "$pid" 'CapEff:0000000000000000 CapBnd:0000000000000000 NoNewPrivs:1 Seccomp:2'
  prove 'it cannot write to /' grep -E '^[^ ]+ / [^ ]+ ro,' "/proc/$pid/mounts"
}

alert_has_its_priority() {
  refused console 5
  sleep 1
  prove 'five refused connects are not enough' raised console ''
  refused console 1
  prove 'the sixth is an alert in the journal, PRIORITY=4' eventually 10 raised console '4:6'
}

reload_takes_effect() {
  configure 2
  prove 'systemctl reload returns' timeout 10 systemctl reload vernewatch
  sleep 2
  refused reload 3
  prove 'after a reload the new rule holds' eventually 10 raised reload '4:3'
}

reload_with_mistakes_changes_nothing() {
  local pid before
  pid=$(value MainPID)
  before=$(date +%s)
  echo 'logs: {' >"$CONFIG"
  timeout 10 systemctl reload vernewatch
  prove 'a reload with mistakes: an error in the journal, with its place' eventually 10 complained "$before" "$CONFIG:"
  refused mistake 3
  prove 'the old configuration stays in force' eventually 10 raised mistake '4:3'
  prove 'in the same process, which is active' is 'MainPID ActiveState' "$pid active"
  configure 2
}

watchdog_ends_a_hang() {
  local pid
  pid=$(value MainPID)
  kill -STOP "$pid"
  refused hang 3
  prove 'a hang ends in a restart by the watchdog' eventually 45 other_process "$pid"
  prove 'the journal says that it was the watchdog' journal_has 'Watchdog timeout'
  prove 'lines of the time of the hang are not lost' eventually 15 raised hang '4:3'
}

stop_is_quick() {
  refused restart 2
  sleep 2
  local before after
  before=$(date +%s%3N)
  systemctl stop vernewatch
  after=$(date +%s%3N)
  prove "systemctl stop returns within 1.5 s ($((after - before)) ms)" test $((after - before)) -le 1500
  prove 'stopped with success' is 'ActiveState Result ExecMainStatus' 'inactive success 0'
}

restart_goes_on_where_it_was() {
  refused restart 1
  timeout 30 systemctl start vernewatch
  prove 'two lines before the stop and one after are three: none lost, none doubled' eventually 15 raised restart '4:3'
  sleep 1
  prove 'no alert is raised a second time' raised 'console reload mistake hang restart' '4:6 4:3 4:3 4:3 4:3'
  systemctl stop vernewatch
}

bad_configuration_is_not_tried_again() {
  local before
  before=$(date +%s)
  echo 'logs: {' >"$CONFIG"
  timeout 30 systemctl start vernewatch 2>/dev/null
  sleep 3
  prove 'a bad configuration at the start: exit 78, failed, not tried again' is 'ActiveState ExecMainStatus NRestarts' 'failed 78 0'
  prove 'and it says why, PRIORITY=3, with the place' complained "$before" "$CONFIG:"
}

# --- what they are made of ---

configure() {
  local node
  {
    echo 'logs:'
    for node in console reload mistake hang restart; do
      echo "  - { path: $LOGS/$node.log, node: $node }"
    done
    echo "alerts: { $RULE: { raise_above: $1 } }"
  } >"$CONFIG"
}

drop_in() {
  rm -rf "$DROP_IN"
  if [ $# -gt 0 ]; then
    mkdir -p "$DROP_IN"
    printf '%s\n' '[Service]' "$@" >"$DROP_IN/proof.conf"
  fi
  systemctl daemon-reload
}

# As many refused connects as said, now, each by a connection of its own.
refused() {
  local end=$((connection + $2))
  while ((connection < end)); do
    connection=$((connection + 1))
    printf "%s [warning] <0.%d.0> vmq_mqtt_fsm:check_user/2:739: can't authenticate client {[],<<\"sensor-042\">>} from 127.0.0.1:49464 due to invalid_credentials\n" \
      "$(date +%Y-%m-%dT%H:%M:%S.%6N%:z)" "$connection"
  done >>"$LOGS/$1.log"
}

prove() {
  local claim=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
    echo "PASS  $claim"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n%s\n' "$claim" "$(tail -n 5 <<<"$output" | sed 's/^/      /')"
  fi
}

eventually() {
  local end=$((SECONDS + $1)) output
  shift
  until output=$("$@" 2>&1); do
    [ "$SECONDS" -lt "$end" ] || { echo "$output" && return 1; }
    sleep 0.2
  done
}

# Properties of the unit, all of one moment, in the order asked for.
value() {
  local shown property
  shown=$(systemctl show vernewatch --property "${1// /,}")
  for property in $1; do
    sed -n "s/^$property=//p" <<<"$shown"
  done | paste -s -d ' '
}

is() {
  local found
  found=$(value "$1")
  echo "$1: $found, not $2"
  [ "$found" = "$2" ]
}

isnt() {
  local found
  found=$(value "$1")
  echo "$1: $found"
  [ "$found" != "$2" ]
}

silent() {
  local output
  output=$("$@" 2>&1)
  echo "$output"
  [ -z "$output" ]
}

other_process() {
  local found
  found=$(value 'ActiveState MainPID')
  echo "$found"
  [[ $found = 'active '[1-9]* && $found != "active $1" ]]
}

open_by_another_user() {
  ls -l "/proc/$1/fd"
  stat -c %U "/proc/$1"
  find "/proc/$1/fd" -lname "$2" | grep -q . && [ "$(stat -c %u "/proc/$1")" != 0 ]
}

own_namespaces() {
  local pid=$1 kind
  shift
  for kind in "$@"; do
    [ "$(readlink "/proc/$pid/ns/$kind")" != "$(readlink "/proc/1/ns/$kind")" ] || { echo "$kind is that of everybody" && return 1; }
  done
}

status_says() {
  local line
  for line in $2; do
    tr -d '\t' <"/proc/$1/status" | grep -xF "$line" || { grep "^${line%%:*}:" "/proc/$1/status" && return 1; }
  done
}

journal_has() {
  journalctl --unit vernewatch --no-pager --output cat --grep "$1" | grep -q .
}

complained() {
  journalctl --unit vernewatch --no-pager --output cat --since "@$1" --priority err | grep -F -- "$2"
}

# PRIORITY and number of events of each alert raised on these nodes, in their order: "4:6 4:3".
raised() {
  local found
  found=$(journalctl --unit vernewatch --no-pager --output json | node -e '
    const entries = require("node:fs").readFileSync(0, "utf8").split("\n").filter((line) => line.includes("raised"));
    const changes = entries.map((line) => JSON.parse(line)).flatMap(({ MESSAGE, PRIORITY }) => {
      try { return [{ ...JSON.parse(MESSAGE), PRIORITY }]; } catch { return []; }
    });
    const of = (node) => changes.filter((it) => it.change === "raised" && it.alert === process.argv[1] && it.node === node);
    console.log(process.argv[2].split(" ").flatMap(of).map((it) => `${it.PRIORITY}:${it.events}`).join(" "));
  ' "$RULE" "$1")
  echo "raised on $1: '$found', not '$2'"
  [ "$found" = "$2" ]
}

main
