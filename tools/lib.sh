# Shell functions that tools/test and tools/quickstart share. Sourced, not run.

CRESSET_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$CRESSET_ROOT" || exit 1

# Bazel wants a home; a service account or a bare container may lack one.
if [[ -z ${HOME:-} ]]; then
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
  export HOME
fi
if [[ -z ${HOME:-} || ! -w ${HOME:-/nonexistent} ]]; then
  HOME=${TMPDIR:-/tmp}/cresset-home-$(id -u)
  export HOME
  mkdir -p "$HOME"
fi

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# "3 min 12 s" from a number of seconds.
duration() {
  if (( $1 >= 60 )); then echo "$(( $1 / 60 )) min $(( $1 % 60 )) s"
  else echo "$1 s"; fi
}

# --- Packages -----------------------------------------------------------------

# What shows that a package is there: a file pattern, a command or a module.
probe() {
  case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null ;;
    inc:*) compgen -G "/usr/include/${1#inc:}" >/dev/null ||
           compgen -G "/usr/local/include/${1#inc:}" >/dev/null ;;
    py:*)  /usr/bin/python3 -c "import importlib.util as u, sys
sys.exit(u.find_spec('${1#py:}') is None)" 2>/dev/null ;;
    *)     compgen -G "$1" >/dev/null ;;
  esac
}

readonly BUILD_PACKAGES=(
  bazel-bootstrap=cmd:bazel
  g++=cmd:g++
  python3=cmd:python3
  libeigen3-dev=inc:eigen3/Eigen/Core
  zlib1g-dev=inc:zlib.h
  libcli11-dev=inc:CLI/CLI.hpp
  nlohmann-json3-dev=inc:nlohmann/json.hpp
)
readonly TEST_PACKAGES=(
  catch2='inc:catch2/catch*.hpp'
)
readonly FAULT_PACKAGES=(
  strace=cmd:strace
)
readonly CLANG_PACKAGES=(
  clang-14=cmd:clang-14
  libclang-rt-14-dev='/usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.asan*'
)
readonly INTEROP_PACKAGES=(
  python3-torch=py:torch
  python3-torchvision=py:torchvision
)
readonly DATA_PACKAGES=(
  dataset-fashion-mnist='/usr/share/datasets/fashion-mnist/*'
)

# Runs a command as root, asking for a password only where someone can type it.
as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"
  elif [[ -t 0 && -t 2 ]]; then sudo "$@"
  else sudo -n "$@"; fi
}

can_be_root() {
  [[ $(id -u) == 0 ]] && return 0
  command -v sudo >/dev/null || return 1
  [[ -t 0 && -t 2 ]] || sudo -n true 2>/dev/null
}

# need PACKAGE=PROBE...: installs the packages whose probes fail, or says which
# to install, with the caller's $need_hint, and ends the script.
need_hint=""
need() {
  local entry missing=()
  for entry in "$@"; do
    probe "${entry#*=}" || missing+=("${entry%%=*}")
  done
  (( ${#missing[@]} )) || return 0

  local advice="Cresset needs these packages: ${missing[*]}"
  if command -v apt-get >/dev/null; then
    advice+=$'\n'"Install them as root:  apt-get update && apt-get install ${missing[*]}"
  else
    advice+=$'\n'"There is no apt-get here, and these are Debian's names."
  fi
  [[ -z $need_hint ]] || advice+=$'\n'$need_hint
  if ! command -v apt-get >/dev/null || ! can_be_root; then
    die "$advice"
  fi

  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y
                 --no-install-recommends "${missing[@]}")
  # The package lists of a bare machine are absent or stale; fetch them then.
  if ! as_root "${install[@]}" >"$log" 2>&1 </dev/null; then
    if ! { as_root apt-get update && as_root "${install[@]}"; } \
        >"$log" 2>&1 </dev/null; then
      tail -n 15 "$log" >&2
      rm -f "$log"
      die "$advice"
    fi
  fi
  rm -f "$log"
  for entry in "$@"; do
    probe "${entry#*=}" ||
      die "${entry%%=*} was installed, but ${entry#*=} is still not found"
  done
}

# --- Bazel --------------------------------------------------------------------

# Prints what Bazel says, less its chatter: errors and compiler messages stay,
# progress becomes one line that is redrawn on a terminal and is rare elsewhere.
bazel_filter() {
  local tty=0 awk=(awk)
  [[ -t 1 ]] && tty=1
  # Debian's awk waits for whole blocks of input unless it is told otherwise.
  [[ $(awk -W version 2>/dev/null </dev/null) == mawk* ]] && awk+=(-W interactive)
  "${awk[@]}" -v tty="$tty" '
    function wipe() { if (tty && shown) printf "\r\033[K"; shown = 0 }
    /^\(?[0-9:]*\)? ?(Loading|Analyzing|Computing main repo)[: ]/ { next }
    /^(INFO|DEBUG|WARNING|Starting local Bazel|\$TEST_TMPDIR|Extracting|Killed non-resp)/ { next }
    /^(Target |  bazel-bin|  bazel-out|Test cases:|Executed [0-9]|There were tests whose|FAILED: Build did NOT|Use --verbose_failures|Another command)/ { next }
    /^\/\/[^ ]+ +(\(cached\) )?(PASSED|FAILED|TIMEOUT|FLAKY|NO STATUS|INCOMPLETE|REMOTE)/ { next }
    /^  \/.*\/test(_attempts\/attempt_[0-9]+)?\.(log|xml)$/ { next }
    /^(FAIL|TIMEOUT|FLAKY|PASS): \/\// { next }
    /^\[[0-9,]+ \/ [0-9,]+\]/ {
      if (!tty && /^\[0 \//) next
      line = substr($0, 1, 78)
      if (tty) { printf "\r\033[K  %s", line; shown = 1 } else print "  " line
      fflush(); next
    }
    /ld.gold: warning: Cannot export local symbol/ { next }
    /^$/ || /^Use --sandbox_debug/ { next }
    /^ERROR: .* error executing command/ { sub(/: error executing command.*/, "") }
    { wipe(); print; fflush() }
    END { wipe() }'
}

# Where Bazel's sandboxes, a tree of links for each action, are quick to make:
# on a disk they take as long as half of the compilations. Binaries pass through
# them as well, so a small one, such as a container's, will not do.
sandbox_base() {
  local free
  free=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
  [[ -w /dev/shm && ${free:-0} -ge 2000000 ]] && echo --sandbox_base=/dev/shm
}

# bazel_quiet LOG COMMAND ARGS...: runs Bazel, keeps all it says in LOG, shows
# the part a reader wants, and returns Bazel's own status.
bazel_quiet() {
  local log=$1 every=60
  shift
  [[ -t 1 ]] && every=1
  bazel "$1" --curses=no --color=no --show_progress --noshow_loading_progress \
    --show_progress_rate_limit="$every" $(sandbox_base) "${@:2}" </dev/null 2>&1 |
    tee "$log" | bazel_filter
  return "${PIPESTATUS[0]}"
}
