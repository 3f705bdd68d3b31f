# What mware does on a database server: fed to a POSIX sh on standard input, with the variables that it uses before it and
# the call of one act_ or see_ function behind it. Nothing of it stays there but the folder $DATA.mware:
#   epoch        the newest controller's term; an act with an older one is refused
#   action       what is being done: name, epoch, process group, start of its leader; action.lock is held meanwhile
#   swap         how far the exchange of the data folder is, so that it can be finished or undone
#   replica.pass the password file of primary_conninfo
#   word, guard  the last word to the guard, and its process
# Acts answer lines KEY=VALUE and end with 0 done, 1 failed, 75 older epoch.
LC_ALL=C; LANG=C; PATH="$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"; export LC_ALL LANG PATH
unset PGDATA PGHOST PGPORT PGUSER PGDATABASE PGSERVICE PGOPTIONS PGPASSWORD PGPASSFILE
umask 077
cd /
# a copy goes on when the connection to its controller breaks
trap '' PIPE HUP
DATA=$(readlink -f "$DATA" 2>/dev/null || printf '%s' "$DATA")
M=$DATA.mware
VERSION=$(cat "$DATA/PG_VERSION" 2>/dev/null)
version_facts "${VERSION:-$MASTER_VERSION}"

say() { printf '%s\n' "$*" 2>/dev/null; }
fail() { say "why=$*"; exit 1; }
stale() { say "why=the lock file $M/epoch holds epoch $1, a newer one than $EPOCH"; exit 75; }
oneline() { tr '\n' ' ' | tr -s ' ' | cut -c1-600; }
number() { case ${1:-x} in *[!0-9]*) return 1 ;; esac; }

# where a command is: a path, a name, or a name or alias of the account's login shell
tool() {
  case $1 in */*) [ -x "$1" ] && printf '%s\n' "$1"; return ;; esac
  command -v "$1" 2>/dev/null | grep '^/' && return
  "${SHELL:-/bin/sh}" -ic "command -v $1" </dev/null 2>/dev/null | sed "s/^alias [^=]*='\{0,1\}\([^' ]*\).*/\1/" | grep '^/' | head -n 1
}
PG_CTL_AS_GIVEN=$PG_CTL
PG_CTL=$(tool "$PG_CTL"); BIN=$(dirname "$(readlink -f "${PG_CTL:-/nowhere/x}" 2>/dev/null || echo /nowhere/x)")
PG_BASEBACKUP_AS_GIVEN=$PG_BASEBACKUP
PG_BASEBACKUP=$(tool "$PG_BASEBACKUP")

# ------------------------------------------------------------------ what runs here

# the processes of this data folder, by folder and not by name alone
servants() {
  ls -ld /proc/[0-9]*/cwd 2>/dev/null | sed -n 's#^.* /proc/\([0-9]*\)/cwd -> \(.*\)$#\1 \2#p' |
    while read -r p d; do
      [ "$d" = "$DATA" ] || continue
      c=; read -r c 2>/dev/null <"/proc/$p/comm" || continue
      case $c in postgres | postmaster) say "$p" ;; esac
    done
}

# sets PM to runs, gone or unclear, PID to the postmaster's, ORPHANS to the number of backends without one
postmaster() {
  pids=$(servants); PID=; ORPHANS=0; first=
  [ ! -r "$DATA/postmaster.pid" ] || read -r first <"$DATA/postmaster.pid"
  for p in $pids; do
    if [ "$p" = "$first" ]; then PM=runs; PID=$p; return; fi
    ORPHANS=$((ORPHANS + 1))
  done
  PM=gone
  if [ -e "$DATA" ] && { [ ! -r "$DATA" ] || [ ! -x "$DATA" ]; }; then PM=unclear; return; fi
  number "$first" && [ -d "/proc/$first" ] && ! readlink "/proc/$first/cwd" >/dev/null 2>&1 || return 0
  s=; read -r s 2>/dev/null <"/proc/$first/stat" || return 0
  case $s in *"(postgres) Z"* | *"(postmaster) Z"*) ;; *"(postgres)"* | *"(postmaster)"*) PM=unclear ;; esac
}

started_at() { s=; read -r s 2>/dev/null <"/proc/$1/stat" && { set -- ${s##*) }; say "${20}"; }; }
group_lives() { kill -s 0 -- "-$1" 2>/dev/null; }

# what was begun here and still runs: sets A_NAME A_EPOCH A_GROUP, A_RUNS to yes or no
action() {
  A_NAME=none A_EPOCH=0 A_GROUP= A_START= A_RUNS=no
  [ -s "$M/action" ] && read -r A_NAME A_EPOCH A_GROUP A_START <"$M/action" || return 0
  number "$A_GROUP" && group_lives "$A_GROUP" || return 0
  [ ! -d "/proc/$A_GROUP" ] || [ "$(started_at "$A_GROUP")" = "$A_START" ] || return 0
  A_RUNS=yes
}

control() { "$BIN/pg_controldata" -D "$1" 2>&1; }
field() { sed -n "s/^$1: *//p" | head -n 1; }

# ------------------------------------------------------------------ who is reached from here

try_tcp() {
  if command -v bash >/dev/null 2>&1; then
    said=$(timeout "${3:-1}" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1 </dev/null) && { say reached; return; }
  elif command -v nc >/dev/null 2>&1; then
    said=$(nc -v -z -w 1 "$1" "$2" 2>&1 </dev/null) && { say reached; return; }
  else
    say unknown; return
  fi
  case $said in *refused*) say refused ;; *) say silent ;; esac
}

try_ping() {
  command -v ping >/dev/null 2>&1 || { say unknown; return; }
  said=$(timeout "${2:-2}" ping -n -c 1 -W 1 "$1" 2>&1 </dev/null) && { say reached; return; }
  case $said in *permitted* | *privilege* | *denied*) say unknown ;; *) say silent ;; esac
}

# PostgreSQL itself must answer: the kernel of a frozen one still takes connections. Asked for TLS, it says S or N
try_pg() {
  command -v bash >/dev/null 2>&1 || { try_tcp "$@"; return; }
  said=$(timeout "$3" bash -c 'exec 3<>"/dev/tcp/$0/$1" || exit 1; printf "\0\0\0\010\004\322\026\057" >&3; read -r -n 1 a <&3; [ -n "$a" ]' "$1" "$2" 2>&1 </dev/null) && { say reached; return; }
  case $said in *refused*) say refused ;; *) say silent ;; esac
}

try() { case $2 in pg*) try_pg "$1" "${2#pg}" "$3"; return ;; esac; if [ -n "$2" ]; then try_tcp "$1" "$2" "$3"; else try_ping "$1" "$3"; fi; }

# a quick answer is enough; none is one only after 2 of 3 tries
vote() {
  one=$(try "$1" "${2:-}" 0.4)
  case $one in reached | unknown) say "$one"; return ;; esac
  rest=$( { try "$1" "${2:-}" 1 & try "$1" "${2:-}" 1 & try "$1" "${2:-}" 1 & wait; } )
  case $(say "$rest" | tr '\n' ' ') in
  *reached*reached*) say reached ;;
  *refused*refused*) say refused ;;
  *) say silent ;;
  esac
}

# REFEREES is words HOST or HOST,PORT; one that answers is enough
referee() {
  [ -n "$REFEREES" ] || { say unknown; return; }
  all=$( { for r in $REFEREES; do
    h=${r%,*} p=; case $r in *,*) p=${r##*,} ;; esac
    vote "$h" "$p" &
  done; wait; } )
  case $(say "$all" | tr '\n' ' ') in
  *reached*) say reached ;;
  *silent*) say silent ;;
  *refused*) say refused ;;
  *) say unknown ;;
  esac
}

# ------------------------------------------------------------------ the look

# from the first look of a new term on, older ones are refused here
claim() (
  mkdir -p "$M" && exec 8<>"$M/epoch.lock" && flock -w 1 8 || exit 0
  [ -s "$M/epoch" ] || say "0                  " >"$M/epoch"
  have=0; read -r have <"$M/epoch"; number "$have" || have=0
  [ "$EPOCH" -le "$have" ] || printf '%-19s\n' "$EPOCH" 1<>"$M/epoch"
) 2>/dev/null

see() {
  uptime=; read -r uptime rest </proc/uptime
  epoch=0; [ ! -r "$M/epoch" ] || read -r epoch <"$M/epoch"
  number "$epoch" || epoch=0
  if [ "$EPOCH" -gt "$epoch" ] && [ -e "$DATA" ]; then claim; [ ! -r "$M/epoch" ] || read -r epoch <"$M/epoch"; fi
  say "epoch=$epoch"
  [ "$EPOCH" -lt "$epoch" ] || [ ! -e "$M/guard" ] || say "${uptime%.*}" 2>/dev/null >"$M/word"
  { r=$(referee); say "referee=$r"; } &
  { r=$(vote "$PEER_HOST" "pg$PEER_PORT"); say "peer=$r"; } &
  say "now=$(date +%s.%N)"
  postmaster
  say "postmaster=$PM"; say "orphans=$ORPHANS"
  action
  running=no; [ "$A_RUNS" = no ] || running=yes
  kind=none
  case $A_NAME in clone | rewind) [ "$A_RUNS" = no ] || kind=$A_NAME ;; esac
  if [ $kind = none ] && [ ! -e "$DATA" ] && [ -s "$M/swap" ]; then kind=moved_away
  elif [ $kind = none ] && { [ -e "$DATA.new" ] || [ -s "$M/swap" ]; }; then kind=clone; fi
  progress="-1 0"; [ $kind = none ] || [ ! -s "$M/progress" ] || read -r progress <"$M/progress"
  say "work=$kind $A_EPOCH $running $progress"
  guard_is
  say "guard=$G_RUNS $G_PATIENCE"
  [ ! -s "$M/guard.stopped" ] || { read -r s <"$M/guard.stopped"; say "stopped=$s"; }
  [ ! -e "$DATA/standby.signal" ] || say standby=yes
  [ -z "$SIGNAL" ] || [ ! -e "$SIGNAL" ] || say promote=yes
  if [ ! -e "$DATA/global/pg_control" ] && { [ ! -e "$DATA" ] || [ -x "$DATA" ]; }; then
    say state=missing
  else
    c=$(control "$DATA")
    s=$(say "$c" | field 'Database cluster state')
    if [ -n "$s" ]; then say "state=$s"; else say "state=unreadable"; say "reason=$(say "$c" | oneline)"; fi
    say "system=$(say "$c" | field 'Database system identifier')"
    say "timeline=$(say "$c" | field "Latest checkpoint's TimeLineID")"
    say "checkpoint=$(say "$c" | field 'Latest checkpoint location')"
  fi
  wait
}

# ------------------------------------------------------------------ one at a time, and only the newest

end_group() {
  kill -s TERM -- "-$1" 2>/dev/null
  n=0; while group_lives "$1" && [ $n -lt 20 ]; do sleep 0.1; n=$((n + 1)); done
  kill -s KILL -- "-$1" 2>/dev/null
  n=0; while group_lives "$1" && [ $n -lt 30 ]; do sleep 0.1; n=$((n + 1)); done
  ! group_lives "$1"
}

# takes this server for an act of this epoch; ends what was left running here
fence() {
  mkdir -p "$M" 2>/dev/null || [ -d "$M" ] ||
    fail "the folder $M cannot be made: let ssh_user $(id -un) write in $(dirname "$M")"
  command -v flock >/dev/null 2>&1 || fail "flock is missing: install util-linux"
  [ -e "$M/epoch" ] || say "0                  " >"$M/epoch" 2>/dev/null || fail "$M cannot be written: $(df -Pk "$M" | tail -n 1 | oneline)"
  exec 8<>"$M/epoch.lock" 9<>"$M/action.lock" || fail "the locks in $M cannot be opened"
  flock -w 10 8 || fail "the lock $M/epoch.lock is held by another: see who with fuser"
  have=0; read -r have <"$M/epoch"; number "$have" || have=0
  [ "$EPOCH" -ge "$have" ] || stale "$have"
  # in place, so that a full disk does not keep it from being written
  printf '%-19s\n' "$EPOCH" 1<>"$M/epoch" || fail "$M/epoch cannot be written"
  action
  me=$(read -r s </proc/$$/stat; set -- ${s##*) }; say "$3")
  if [ "$A_RUNS" = yes ] && [ "$A_GROUP" != "$me" ]; then
    say "ended=$A_NAME of epoch $A_EPOCH"
    end_group "$A_GROUP" || fail "process group $A_GROUP ($A_NAME of epoch $A_EPOCH) does not end"
  fi
  flock -w 10 9 || fail "another act goes on here ($A_NAME of epoch $A_EPOCH)"
  printf '%s %s %s %-25s\n' "$1" "$EPOCH" "$me" "$(started_at "$me")" 1<>"$M/action"
  printf '%-30s\n' "-1 0" 1<>"$M/progress" 2>/dev/null
  exec 8>&-
  trap done_here EXIT
}
done_here() { : >"$M/action" 2>/dev/null; }
still() { have=0; read -r have <"$M/epoch"; [ "$have" = "$EPOCH" ] || stale "$have"; }

# ------------------------------------------------------------------ stop and start

kill_all() {
  n=0
  while :; do
    left=$(servants)
    [ -n "$left" ] || return 0
    [ $n -lt 50 ] || return 1
    for p in $left; do kill -s KILL "$p" 2>/dev/null; done
    sleep 0.1; n=$((n + 1))
  done
}

# $1 fast or immediate, $2 seconds for it; sets STOPPED to how it ended
stop_all() {
  postmaster
  STOPPED="was stopped"
  if [ "$PM" = unclear ]; then fail "it cannot be seen whether PostgreSQL runs: ssh_user $(id -un) must be the account that runs it"; fi
  for mode in $1 immediate; do
    [ "$PM" = runs ] || break
    # a frozen one hears no signal but KILL
    s=; read -r s 2>/dev/null <"/proc/$PID/stat"; case $s in *") T "*) break ;; esac
    case $mode in fast) sig=INT wait=$2 STOPPED="stopped cleanly" ;; *) sig=QUIT wait=5 STOPPED="stopped at once" ;; esac
    "$PG_CTL" -D "$DATA" -m "$mode" -W stop >/dev/null 2>&1 8>&- 9>&- || kill -s $sig "$PID" 2>/dev/null
    n=0
    while [ $n -lt $((wait * 20)) ]; do
      readlink "/proc/$PID/cwd" >/dev/null 2>&1 || break
      sleep 0.05; n=$((n + 1))
    done
    postmaster
  done
  if [ -n "$(servants)" ]; then
    n=0; while [ -n "$(servants)" ] && [ "$PM" = gone ] && [ $n -lt 5 ]; do sleep 0.1; n=$((n + 1)); done
    [ -z "$(servants)" ] || STOPPED="ended by kill -9"
    kill_all || fail "processes of $DATA do not end: $(servants | oneline)"
  fi
}

drop_signals() { [ -z "$SIGNAL" ] || rm -f "$SIGNAL"; rm -f "$DATA/promote" "$DATA/recovery.signal"; }

log_end() { tail -n 40 "$RUN_LOG" 2>/dev/null | grep -E 'FATAL|PANIC|ERROR|LOG:|could not|No space' | tail -n 4 | oneline; cat "$M/start.out" 2>/dev/null | tail -n 2 | oneline; }

log_file() {
  RUN_LOG=$LOG
  [ -n "$RUN_LOG" ] && { [ -w "$RUN_LOG" ] || { [ ! -e "$RUN_LOG" ] && [ -w "$(dirname "$RUN_LOG")" ]; }; } || RUN_LOG=$M/postgresql.log
}

# starts PostgreSQL as what its folder says; gives up when it ended, or 60 s after the last sign of recovery
start_here() {
  log_file
  [ -e "$DATA/global/pg_control" ] || fail "there is no data in $DATA"
  tries=0
  while :; do
    postmaster
    [ "$PM" != unclear ] || fail "it cannot be seen whether PostgreSQL runs: ssh_user $(id -un) must be the account that runs it"
    if [ "$PM" = gone ]; then
      [ "$ORPHANS" = 0 ] || { kill_all || fail "backends of $DATA do not end: $(servants | oneline)"; }
      still
      config=
      if [ -n "$CONFIG" ] && [ "$(readlink -f "$CONFIG")" != "$DATA" ]; then config="-c config_file='$CONFIG/postgresql.conf'"; fi
      if [ -z "$config" ] && [ ! -e "$DATA/postgresql.conf" ] && [ -s "$DATA/postmaster.opts" ]; then
        set -- restart
      else
        set -- ${config:+-o "$config"} start
      fi
      rm -f "$M/start.out"
      say "log=$(stat -c %s "$RUN_LOG" 2>/dev/null || say 0) $RUN_LOG"
      setsid "$PG_CTL" -D "$DATA" -s -W -l "$RUN_LOG" "$@" </dev/null >"$M/start.out" 2>&1 8>&- 9>&- 7>&-
      sleep 0.1
    fi
    n=0; quiet=0; seen=
    while :; do
      postmaster
      [ "$PM" = runs ] || [ $n -lt 10 ] || break
      ready=; [ ! -r "$DATA/postmaster.pid" ] || ready=$(sed -n 8p "$DATA/postmaster.pid" | tr -d ' ')
      case $PM.$ready in runs.ready | runs.standby) return 0 ;; esac
      n=$((n + 1)); quiet=$((quiet + 1))
      if [ $((n % 10)) = 0 ]; then
        # the title of the startup process names the WAL file that is replayed
        s=$(control "$DATA" | cksum; ls -l "$RUN_LOG" 2>/dev/null | cksum; for p in $(servants); do cat "/proc/$p/cmdline" 2>/dev/null; done | cksum)
        [ "$s" = "$seen" ] || { seen=$s; quiet=0; say "progress=starting -1 0"; }
      fi
      [ $quiet -lt 600 ] || fail "PostgreSQL recovers, with no sign of going on for 60 s; it was left running: $(log_end)"
      sleep 0.1
    done
    tries=$((tries + 1))
    [ $tries -lt 4 ] || fail "PostgreSQL does not start: $(log_end)"
    sleep 1
  done
}

# what the log said since then about why it cannot follow
see_log() {
  tail -c "+$((LOG_FROM + 1))" "$LOG_PATH" 2>/dev/null | grep -E 'already been removed|forked off|system identifier|highest timeline|insufficient parameter|invalid (record|magic)|no pg_hba.conf entry|authentication failed' | tail -n 1 | sed 's/^/log=/'
}

act_start() { fence start; mend; [ ! -e "$DATA/standby.signal" ] || drop_signals; start_here; say "words=started"; }
act_fence() {
  fence fence
  stop_all immediate 0
  mend
  say "state=$(control "$DATA" | field 'Database cluster state')"
  say "words=$STOPPED, no process of $DATA is left"
}
act_stop() { fence stop; stop_all fast "$STOP_SECONDS"; say "checkpoint=$(control "$DATA" | field 'Latest checkpoint location')"; say "state=$(control "$DATA" | field 'Database cluster state')"; say "words=$STOPPED"; }
act_end_work() { fence end_work; mend; say "words=${MENDED:-nothing was left}"; }

# ------------------------------------------------------------------ promote

in_production() { [ "$(control "$DATA" | field 'Database cluster state')" = "in production" ]; }
act_promote() {
  fence promote
  [ -z "$SIGNAL" ] || rm -f "$SIGNAL"
  postmaster
  [ "$PM" = runs ] || fail "no PostgreSQL runs here that could be promoted"
  if [ -e "$DATA/standby.signal" ] || ! in_production; then
    still
    if ! said=$("$PG_CTL" -D "$DATA" -W promote 2>&1 8>&- 9>&-); then
      # it is no standby any more where a promotion came to its end just now
      if ! in_production; then
        [ -n "$SIGNAL" ] && [ "$HAS_TRIGGER_FILE" = yes ] || fail "pg_ctl promote: $(say "$said" | oneline)"
        : >"$SIGNAL" || fail "pg_ctl promote: $(say "$said" | oneline); and $SIGNAL cannot be written"
      fi
    fi
    n=0
    while ! in_production; do
      postmaster
      [ "$PM" = runs ] || { log_file; fail "PostgreSQL ended while it was promoted: $(log_end)"; }
      n=$((n + 1)); [ $n -lt 500 ] || { log_file; fail "it was told to take over and has not within 25 s: $(log_end)"; }
      sleep 0.05
    done
  fi
  [ -z "$SIGNAL" ] || rm -f "$SIGNAL"
  say "words=promoted"
}

# ------------------------------------------------------------------ follow

# a value between the quotes of a setting, or of a connection string within one
in_quotes() { sed "s/\\\\/\\\\\\\\/g; s/'/''/g"; }
in_conninfo() { say "$1" | sed "s/[\\\\']/\\\\&/g; s/.*/'&'/"; }
CONNINFO="host=$(in_conninfo "$PEER_HOST") port=$PEER_PORT user=$(in_conninfo "$REPLICA_USER") passfile=$(in_conninfo "$M/replica.pass") connect_timeout=5 keepalives=1 keepalives_idle=5 keepalives_interval=3 keepalives_count=3 tcp_user_timeout=15000"
# what copies is no standby
COPY_CONNINFO="$CONNINFO application_name=mware_copy"
CONNINFO="$CONNINFO application_name=$(in_conninfo "$NAME")"

# its own settings last, for the last line counts
in_auto_conf() {
  f=$1/postgresql.auto.conf; key=$2; value=$3
  text=$(grep -v "^[[:space:]]*$key[[:space:]=]" "$f" 2>/dev/null; [ -z "$value" ] || say "$key = '$(say "$value" | in_quotes)'")
  say "$text" >"$f.new" && mv "$f.new" "$f" || fail "$f cannot be written: $(df -Pk "$1" | tail -n 1 | oneline)"
}
replica_pass() { say "$PASS_LINE" >"$M/replica.pass.new" && mv "$M/replica.pass.new" "$M/replica.pass" || fail "$M cannot be written: $(df -Pk "$M" | tail -n 1 | oneline)"; }
write_follow() {
  in_auto_conf "$1" recovery_target_timeline latest
  in_auto_conf "$1" primary_conninfo "$CONNINFO"
  # a name of its own would hold its commits up as soon as it is promoted
  in_auto_conf "$1" synchronous_standby_names ""
  : >"$1/standby.signal" || fail "$1/standby.signal cannot be written"
  rm -f "$1/recovery.signal" "$1/promote" "$1/backup_label.old"
  [ -z "$SIGNAL" ] || rm -f "$SIGNAL" "$1/${SIGNAL##*/}"
}
act_follow() {
  fence follow
  mend
  [ "$(control "$DATA" | field 'Database system identifier')" = "$SYSTEM" ] ||
    fail "system identifier $(control "$DATA" | field 'Database system identifier') here and $SYSTEM on the master: these are two unrelated clusters"
  replica_pass
  postmaster
  if [ "$PM" = runs ] && [ -e "$DATA/standby.signal" ] && [ "$RELOADS_CONNINFO" = yes ]; then
    write_follow "$DATA"
    "$PG_CTL" -D "$DATA" reload >/dev/null 2>&1 8>&- 9>&- || fail "pg_ctl reload failed"
    say "words=its source was changed"
  else
    stop_all fast 10
    write_follow "$DATA"
    start_here
    say "words=started as a standby"
  fi
}

# ------------------------------------------------------------------ rewind

act_rewind() {
  fence rewind
  mend
  replica_pass
  stop_all fast 10
  keep_note rewind "$DATA" "" >"$M/rewind.note"
  log_file
  for f in postgresql.conf pg_hba.conf pg_ident.conf; do [ ! -e "$DATA/$f" ] || cp -p "$DATA/$f" "$M/keep.$f"; done
  # rewinding wants a clean stop
  case $(control "$DATA" | field 'Database cluster state') in
  "shut down"*) ;;
  *) rm -f "$DATA/standby.signal"; drop_signals; start_here; stop_all fast 30 ;;
  esac
  still
  watched rewinding "$BIN/pg_rewind" --target-pgdata="$DATA" --source-server="$COPY_CONNINFO dbname=$(in_conninfo "$DATABASE")" -P ||
    fail "pg_rewind: $(tail -n 3 "$M/work.out" | oneline)"
  for f in postgresql.conf pg_hba.conf pg_ident.conf; do [ ! -e "$M/keep.$f" ] || mv "$M/keep.$f" "$DATA/$f"; done
  write_follow "$DATA"
  mkdir -p "$BACKUPS" && cp "$M/rewind.note" "$BACKUPS/${DATA##*/}-$(date -u +%Y%m%dT%H%M%SZ)-rewound.txt"
  start_here
  say "words=rewound, started as a standby"
}

# ------------------------------------------------------------------ copy

# runs a command with its output in a file, says how far it is, ends it when it stands still
watched() {
  what=$1; shift
  "$@" >"$M/work.out" 2>&1 </dev/null 8>&- &
  child=$!; last=-1; quiet=0; n=0
  say "progress=$what -1 0"
  while kill -s 0 $child 2>/dev/null; do
    sleep 0.2; n=$((n + 1))
    [ $((n % 5)) = 0 ] || continue
    line=$(tail -c 400 "$M/work.out" | tr '\r' '\n' | sed -n 's#^ *\([0-9]*\)/\([0-9]*\) kB.*#\1 \2#p' | tail -n 1)
    have=${line% *} all=${line#* }
    number "$have" || { have=-1 all=0; }
    if [ "$have" = "$last" ] && [ "$what" != verifying ]; then quiet=$((quiet + 1)); else quiet=0; fi
    percent=-1; [ "$all" = 0 ] || percent=$((have * 100 / all))
    [ $percent -le 100 ] || percent=100
    speed=0; [ "$last" = -1 ] || speed=$(((have - last) * 1024))
    last=$have
    printf '%-30s\n' "$percent $speed" 1<>"$M/progress" 2>/dev/null
    say "progress=$what $percent $speed"
    if [ $quiet -ge 60 ]; then
      kill -s TERM $child; sleep 1; kill -s KILL $child 2>/dev/null
      say "$what stood still for 60 s" >>"$M/work.out"
    fi
  done
  wait $child
}

free_kb() { df -Pk "$1" | awk 'NR == 2 { print $4 }'; }

keep_note() {
  say "kept=$(date -u +%Y-%m-%dT%H:%M:%SZ)"; say "why=$1 from $MASTER, epoch $EPOCH"
  c=$(control "$2")
  say "system=$(say "$c" | field 'Database system identifier')"
  say "state=$(say "$c" | field 'Database cluster state')"
  tli=$(say "$c" | field "Latest checkpoint's TimeLineID"); say "timeline=$tli"
  end=$(say "$c" | field 'Latest checkpoint location'); say "checkpoint=$end"
  [ -n "$3" ] || return 0
  fork=$(cat "$3"/pg_wal/*.history 2>/dev/null | awk -v t="$tli" '$1 == t { print $2 }' | tail -n 1)
  [ -z "$fork" ] || say "alone=what was written after $fork on timeline $tli, up to $end or more, is only in this folder"
}

# what a copy that was cut off left: finished where the new folder was complete, else put back as it was
mend() {
  MENDED=
  [ -d "$M" ] || return 0
  if [ -s "$M/swap" ]; then
    read -r stage old <"$M/swap"
    if [ -e "$DATA" ]; then
      MENDED="a copy was cut off; the data folder is in its place"
    elif [ "$stage" = verified ] && [ -e "$DATA.new" ]; then
      mv "$DATA.new" "$DATA" && MENDED="a copy was complete and was put in place"
    elif [ -e "$old" ]; then
      rm -rf "$DATA.new"
      move "$old" "$DATA" && MENDED="a copy was cut off; the old data folder was put back"
    else
      fail "neither $DATA nor $old nor a complete $DATA.new is there: put the data folder back by hand and remove $M/swap"
    fi
    [ -e "$DATA" ] || fail "$old cannot be put back to $DATA"
    rm -f "$M/swap"
  fi
  if [ -e "$DATA.new" ] && [ -e "$DATA" ]; then rm -rf "$DATA.new"; MENDED="${MENDED:+$MENDED; }$DATA.new of a copy that was cut off was removed"; fi
}

same_disk() { [ "$(stat -c %d "$1")" = "$(stat -c %d "$2")" ]; }
# a rename, or a copy that is complete before the original goes
move() {
  if same_disk "$1" "$(dirname "$2")"; then mv "$1" "$2"; else
    rm -rf "$2.part"; cp -a "$1" "$2.part" && mv "$2.part" "$2" && rm -rf "$1" || { rm -rf "$2.part"; return 1; }
  fi
}

obstacles() {
  [ -n "$PG_BASEBACKUP" ] || say "pg_basebackup_command: no such command as $PG_BASEBACKUP_AS_GIVEN"
  [ ! -L "$DATA/pg_wal" ] || say "pg_wal is a link to another folder, which a copy would not keep: put it into $DATA"
  [ ! -d "$DATA/pg_tblspc" ] || [ -z "$(ls "$DATA/pg_tblspc")" ] || say "tablespaces in $DATA/pg_tblspc lie in folders that both copies would share: pg_controller cannot copy such a cluster"
  ! mountpoint -q "$DATA" 2>/dev/null || say "$DATA is a mount point, which cannot be moved: use a folder below it as pg_data_folder"
  [ -w "$(dirname "$DATA")" ] || say "$(dirname "$DATA") cannot be written by $(id -un): let it, for the copy is made beside the data folder"
}

act_clone() {
  fence clone
  mend
  o=$(obstacles); [ -z "$o" ] || fail "$(say "$o" | head -n 1)"
  replica_pass
  mkdir -p "$BACKUPS" 2>/dev/null || [ -d "$BACKUPS" ] || fail "pg_backup_folder $BACKUPS cannot be made by $(id -un)"
  [ -w "$BACKUPS" ] || fail "pg_backup_folder $BACKUPS cannot be written by $(id -un)"
  need=$NEED_KB; [ "$need" -gt 0 ] || need=$(du -sk "$DATA" 2>/dev/null | awk '{ print $1 }'); need=$((need + need / 20 + 32768))
  prune "$need"
  have=$(free_kb "$(dirname "$DATA")")
  early=no
  if [ "$have" -lt "$need" ]; then
    old_kb=$(du -sk "$DATA" 2>/dev/null | awk '{ print $1 }')
    { [ -e "$DATA" ] && ! same_disk "$DATA" "$BACKUPS" && [ "$(free_kb "$BACKUPS")" -gt "$old_kb" ] && [ $((have + old_kb)) -gt "$need" ]; } ||
      fail "no room for a copy: $((need / 1024)) MB are needed beside $DATA and $((have / 1024)) MB are free; make room, or put pg_backup_folder on another disk"
    early=yes
  fi
  # the master lets us in before anything is stopped
  ask_master || fail "the master $MASTER does not let the copy in: $(tail -n 2 "$M/work.out" | oneline)"
  still
  stop_all fast 10
  stamp=$(date -u +%Y%m%dT%H%M%SZ)
  old=$BACKUPS/${DATA##*/}-$stamp
  [ ! -e "$old" ] || old=$old-$$
  if [ ! -e "$DATA" ]; then
    early=new where=/nowhere
  elif [ $early = yes ]; then
    say "moved $old" >"$M/swap" || fail "$M cannot be written"
    say "progress=moving -1 0"
    move "$DATA" "$old" || { mend; fail "$DATA cannot be moved to $old first, for there is no room for two: $(free_kb "$BACKUPS") KB are free there"; }
    where=$old
  else
    where=$DATA
  fi
  give_up() { rm -rf "$DATA.new"; mend; fail "$*${MENDED:+; $MENDED}"; }
  watched copying "$PG_BASEBACKUP" -D "$DATA.new" -d "$COPY_CONNINFO" -c fast -X stream -P --no-password ||
    { why=$(grep -v ' kB (' "$M/work.out" | tail -n 3 | oneline); give_up "pg_basebackup: $why"; }
  still
  if [ "$HAS_MANIFEST" = yes ] && [ -x "$BIN/pg_verifybackup" ]; then
    watched verifying "$BIN/pg_verifybackup" -q "$DATA.new" || { why=$(tail -n 3 "$M/work.out" | oneline); give_up "the copy is not as the master sent it: $why"; }
  fi
  got=$(control "$DATA.new" | field 'Database system identifier')
  [ "$got" = "$SYSTEM" ] || give_up "the copy is of system $got, the master of $SYSTEM"
  for f in postgresql.conf pg_hba.conf pg_ident.conf conf.d; do
    if [ -e "$where/$f" ]; then rm -rf "$DATA.new/$f"; cp -pR "$where/$f" "$DATA.new/$f" || give_up "$f cannot be copied"; fi
  done
  [ -e "$DATA.new/postgresql.conf" ] || [ ! -e "$where/postmaster.opts" ] || cp -p "$where/postmaster.opts" "$DATA.new/"
  for k in port listen_addresses unix_socket_directories cluster_name archive_command; do
    v=$(sed -n "s/^[[:space:]]*$k[[:space:]=]*'\(.*\)'[[:space:]]*$/\1/p" "$where/postgresql.auto.conf" 2>/dev/null | tail -n 1)
    in_auto_conf "$DATA.new" "$k" "$v"
  done
  write_follow "$DATA.new"
  still
  if [ $early = no ]; then
    keep_note clone "$DATA" "$DATA.new" >"$M/note"
    if same_disk "$DATA" "$BACKUPS"; then to=$old; else to=$DATA.old-$stamp; fi
    cp "$M/note" "$to.txt" 2>/dev/null
    say "verified $to" >"$M/swap" || give_up "$M cannot be written"
    mv "$DATA" "$to" || give_up "$DATA cannot be moved to $to"
  elif [ $early = yes ]; then
    keep_note clone "$old" "$DATA.new" >"$M/note"
    cp "$M/note" "$old.txt" 2>/dev/null
    say "verified $old" >"$M/swap"; to=$old
  else
    : >"$M/note"; to=
  fi
  mv "$DATA.new" "$DATA" || { mend; fail "the copy cannot be put in place"; }
  rm -f "$M/swap"
  say "alone=$(sed -n 's/^alone=//p' "$M/note")"
  start_here
  if [ -n "$to" ] && [ "$to" != "$old" ]; then
    say "progress=moving -1 0"
    if [ "$(free_kb "$BACKUPS")" -gt "$(du -sk "$to" | awk '{ print $1 }')" ] && move "$to" "$old"; then mv "$to.txt" "$old.txt" 2>/dev/null; to=$old; fi
  fi
  say "kept=$to"
  say "words=copied and started as a standby${to:+, the old data is in $to}"
}

# whether the replication log-in works, in the words of libpq
ask_master() {
  PGPASSFILE=$M/replica.pass timeout 10 "$BIN/psql" -X -w -At -c IDENTIFY_SYSTEM "$COPY_CONNINFO replication=true" >"$M/work.out" 2>&1 </dev/null && return 0
  [ -x "$BIN/psql" ] || return 0
  return 1
}

# the folders that were kept, oldest first
kept() { ls -1 "$BACKUPS" 2>/dev/null | grep "^${DATA##*/}-[0-9]\{8\}T[0-9]\{6\}Z\(-[0-9]*\)\{0,1\}$" | sort; }

# those that may go: never the newest; those with rows that are nowhere else go last
may_go() {
  all=$(kept | sed '$d')
  for d in $all; do grep -q '^alone=' "$BACKUPS/$d.txt" 2>/dev/null || say "$d"; done
  for d in $all; do ! grep -q '^alone=' "$BACKUPS/$d.txt" 2>/dev/null || say "$d"; done
}

# old copies go by count, and where there is no room for $1 KB, as far as that helps
prune() {
  over=$(($(kept | wc -l) - KEEP_OLD))
  for d in $(may_go); do
    [ $over -gt 0 ] || { [ "$1" -gt 0 ] && same_disk "$BACKUPS" "$(dirname "$DATA")" && [ "$(free_kb "$BACKUPS")" -lt "$1" ]; } || break
    rm -rf "${BACKUPS:?}/${d:?}" "$BACKUPS/$d.txt"; say "pruned=$d"
    over=$((over - 1))
  done
}
act_prune() { fence prune; prune 0; say "words=pruned"; }

# ------------------------------------------------------------------ names of synchronous standbys

act_synchronous() {
  fence synchronous
  postmaster
  [ "$PM" = runs ] || fail "no PostgreSQL runs here"
  in_auto_conf "$DATA" synchronous_standby_names "$NAMES"
  "$PG_CTL" -D "$DATA" reload >/dev/null 2>&1 8>&- 9>&- || fail "pg_ctl reload failed"
  say "words=set"
}

# ------------------------------------------------------------------ guard

guard_is() {
  G_RUNS=no G_PATIENCE=0 G_PID= G_START=
  [ -s "$M/guard" ] && read -r G_PID G_START G_PATIENCE_WAS <"$M/guard" || return 0
  number "$G_PID" && [ "$(started_at "$G_PID")" = "$G_START" ] && G_RUNS=yes G_PATIENCE=$G_PATIENCE_WAS
  return 0
}
end_guard() { guard_is; [ "$G_RUNS" = no ] || end_group "$G_PID"; rm -f "$M/guard" "$M/guard.sh"; }
act_start_guard() {
  fence guard
  end_guard
  rm -f "$M/guard.stopped"
  read -r uptime rest </proc/uptime; say "${uptime%.*}" >"$M/word" || fail "$M/word cannot be written"
  say "$GUARD_TEXT" >"$M/guard.sh" || fail "$M/guard.sh cannot be written"
  setsid sh "$M/guard.sh" </dev/null >/dev/null 2>&1 8>&- 9>&- 7>&- &
  n=0; while [ $n -lt 50 ]; do guard_is; [ "$G_RUNS" = no ] || { say "words=the guard runs, with a patience of $G_PATIENCE s"; return; }; sleep 0.1; n=$((n + 1)); done
  fail "the guard does not run"
}
act_stop_guard() { fence guard; end_guard; say "words=the guard was ended"; }

# the loop itself: stops PostgreSQL when for PATIENCE seconds there was no word, and neither the peer nor the referee answers
guard_loop() {
  say "$$ $(started_at $$) $PATIENCE" >"$M/guard"
  read -r last rest </proc/uptime; last=${last%.*}
  while [ -e "$M/guard" ]; do
    word=0; read -r word 2>/dev/null <"$M/word"; number "$word" || word=0
    [ "$word" -le "$last" ] || last=$word
    read -r now rest </proc/uptime; now=${now%.*}
    if [ $((now - last)) -ge 2 ]; then
      { r=$(try "$PEER_HOST" "$PEER_PORT" 1); p=$(referee_once); case "$r $p" in *reached* | refused*) exit 0 ;; esac; exit 1; } &
      if wait $!; then
        read -r last rest </proc/uptime; last=${last%.*}
      else
        read -r now rest </proc/uptime; now=${now%.*}
        if [ $((now - last)) -ge "$PATIENCE" ]; then
          stop_all immediate 0
          date +%s >"$M/guard.stopped"
          rm -f "$M/guard"
          exit 0
        fi
      fi
    fi
    sleep 0.5
  done
}
referee_once() { for r in $REFEREES; do h=${r%,*} p=; case $r in *,*) p=${r##*,} ;; esac; try "$h" "$p" 1 & done; wait; }

# ------------------------------------------------------------------ preflight

see_check() {
  say "user=$(id -un)"; say "now=$(date +%s.%N)"
  say "pg_ctl=$PG_CTL"; say "pg_basebackup=$PG_BASEBACKUP"
  for t in pg_controldata pg_rewind pg_verifybackup psql; do [ -x "$BIN/$t" ] && say "tool=$t"; done
  for t in flock setsid timeout ping bash nc mountpoint; do command -v $t >/dev/null 2>&1 && say "tool=$t"; done
  say "ctl_version=$([ -z "$PG_CTL" ] || "$PG_CTL" --version 2>&1 | sed 's/^[^0-9]*//')"
  say "basebackup_version=$([ -z "$PG_BASEBACKUP" ] || "$PG_BASEBACKUP" --version 2>&1 | sed 's/^[^0-9]*//')"
  [ ! -r "$DATA/PG_VERSION" ] || say "data_version=$(cat "$DATA/PG_VERSION")"
  [ -e "$DATA" ] && say data=yes
  say "owner=$(stat -c %U "$DATA" 2>/dev/null)"
  obstacles | sed 's/^/obstacle=/'
  say "free_kb=$(free_kb "$(dirname "$DATA")")"; say "data_kb=$(du -sk "$DATA" 2>/dev/null | awk '{ print $1 }')"
  b=$BACKUPS; while [ ! -e "$b" ]; do b=$(dirname "$b"); done
  [ -w "$b" ] && say backups=writable
  same_disk "$b" "$(dirname "$DATA")" && say backups=same
  say "backups_kb=$(free_kb "$b")"
  [ -z "$SIGNAL" ] || [ ! -e "$SIGNAL" ] || say promote=yes
  [ ! -e "$DATA/backup_label" ] || say backup_label=yes
  conf=$DATA; [ -z "$CONFIG" ] || conf=$CONFIG
  [ -r "$conf/postgresql.conf" ] || say "no_config=$conf/postgresql.conf"
  for k in promote_trigger_file wal_keep_segments primary_conninfo; do
    v=$(cat "$conf/postgresql.conf" "$DATA/postgresql.auto.conf" 2>/dev/null | sed -n "s/^[[:space:]]*$k[[:space:]]*=[[:space:]]*//p" | tail -n 1)
    [ -z "$v" ] || case $k in primary_conninfo) case $v in *password*) say "setting=password in primary_conninfo" ;; esac ;; *) say "setting=$k" ;; esac
  done
  postmaster; say "postmaster=$PM"
  if [ "$PM" = runs ]; then
    unit=$(sed -n 's#.*/\([^/]*\.service\)$#\1#p' "/proc/$PID/cgroup" 2>/dev/null | head -n 1)
    case $unit in ssh* | session* | user* | '') ;; *)
      say "unit=$unit"
      command -v systemctl >/dev/null 2>&1 && say "restart=$(systemctl show -p Restart --value "$unit" 2>/dev/null)" ;;
    esac
  fi
  r=$(referee); say "referee=$r"
  r=$(vote "$PEER_HOST" "pg$PEER_PORT"); say "peer=$r"
  # the peer lets us replicate; the password goes through a file that is gone at once
  f=$(mktemp) && { say "$PASS_LINE" >"$f"; said=$(PGPASSFILE=$f timeout 8 "$BIN/psql" -X -w -At -c IDENTIFY_SYSTEM "host=$(in_conninfo "$PEER_HOST") port=$PEER_PORT user=$(in_conninfo "$REPLICA_USER") connect_timeout=5 passfile=$f replication=true" 2>&1 </dev/null) || say "replication=$(say "$said" | oneline)"; rm -f "$f"; }
}
