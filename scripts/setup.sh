# Sourced by ./thaw and ./test: installs what is missing, builds what changed, makes the CPU settings.
# Needs $root, the folder of the repository. Everything it says goes to stderr; the whole output of the tools is in $log.

state=$root/.setup
log=$state/setup.log
bridge=$root/native/build/libthaw_torch.so
program=$root/src/Thaw.Cli/bin/Release/net10.0/thaw.dll
benchmarks=$root/benchmarks/Thaw.Benchmarks/bin/Release/net10.0/Thaw.Benchmarks.dll
openblas_openmp=/usr/lib/$(uname -m)-linux-gnu/openblas-openmp
LIBTORCH=${LIBTORCH:-}
# The copy beside a program is only as new as that program's last build; the bridge may have been built since.
export THAW_NATIVE=${THAW_NATIVE:-$bridge}

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

has_gpu() { [[ -e /dev/nvidiactl || -e /dev/nvidia0 ]]; }

# Where there is a GPU and no LIBTORCH is named: the libtorch inside a PyTorch with CUDA, if python3 has one. It is asked where the
# package lies, not to load it, which would take seconds at every start. LIBTORCH=system keeps to Debian's.
find_libtorch() {
  local folder
  if [[ $LIBTORCH == system ]]; then
    export LIBTORCH=
    return 0
  fi
  [[ -z $LIBTORCH ]] && has_gpu || return 0
  folder=$("${PYTHON:-python3}" -c '
import importlib.util, os
spec = importlib.util.find_spec("torch")
print(os.path.dirname(spec.origin) if spec and spec.origin else "")' 2>/dev/null) || return 0
  if [[ -n $folder && -e $folder/lib/libtorch_cuda.so && -d $folder/include ]]; then
    export LIBTORCH=$folder
  fi
}

say() { printf '%s\n' "$*" >&2; }

# fail REASON: one line, as the program itself would say it.
fail() {
  say "thaw: $*"
  exit 1
}

# --- what is missing -------------------------------------------------------------------------------------------------------

# Debian packages whose files are not there. Files are asked for, not dpkg: a tool installed in another way is as good.
# missing_packages [EXTRA]: EXTRA is "with-browser" (and Node.js, for the tests), "with-pytorch", or "without-engine" for what needs neither compiler nor libtorch;
# "with-numpy" does not need these either.
missing_packages() {
  [[ ${1:-} != with-numpy ]] || missing_module numpy
  if without_engine "${1:-}"; then return 0; fi
  command -v g++ >/dev/null || echo g++
  command -v cmake >/dev/null || echo cmake
  command -v make >/dev/null || echo make
  if [[ -z $LIBTORCH ]]; then
    [[ -e /usr/include/torch/csrc/api/include/torch/version.h ]] || echo libtorch-dev
    [[ -e $openblas_openmp/libopenblas.so.0 ]] || echo libopenblas0-openmp
  fi
  if [[ ${1:-} == with-browser ]]; then
    command -v chromium >/dev/null || command -v google-chrome >/dev/null || echo chromium
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
  fi
  if [[ ${1:-} == with-pytorch ]]; then
    missing_module torch
  fi
}

without_engine() { [[ $1 == without-engine || $1 == with-numpy ]]; }

missing_module() { "$PYTHON" -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('$1') is None)" 2>/dev/null || echo "python3-$1"; }

install_packages() {
  local packages=("$@") as_root=()
  command -v apt-get >/dev/null || fail "missing: ${packages[*]}. Only Debian and Ubuntu are set up automatically; install these" \
    "with your own package manager, name a libtorch folder in LIBTORCH where there is no package of it, then run the same command again."
  if [[ $(id -u) != 0 ]]; then
    if ! sudo -n true 2>/dev/null; then
      say "thaw: ${packages[*]} must be installed, which needs root. Run this, then the same command again:"
      say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
      exit 1
    fi
    as_root=(sudo -n)
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300)

  # A fresh container has no lists; lists of last week name files that the mirror no longer has.
  if [[ -z $(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mtime -1 -print -quit 2>/dev/null) ]] ||
    ! step "[1/3] installing ${packages[*]}" "${as_root[@]}" install --no-install-recommends "${packages[@]}"; then
    step "[1/3] reading the package lists" "${as_root[@]}" update || fail_with_apt "apt-get update failed"
    step "[1/3] installing ${packages[*]}" "${as_root[@]}" install --no-install-recommends "${packages[@]}" ||
      fail_with_apt "apt-get could not install ${packages[*]}"
  fi
}

fail_with_apt() { fail "$1: $(grep -a '^E: ' "$log" | tail -n 1) (the whole output is in $log)"; }

# --- what has changed ------------------------------------------------------------------------------------------------------

# One word that changes with the name or content of any file below the given paths that a build reads.
fingerprint() {
  (cd "$root" && find "$@" \( -name bin -o -name obj -o -name build -o -name node_modules \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-40)
}

# Which libtorch: another one means another bridge.
libtorch_identity() {
  local folder=${LIBTORCH:-/usr/include/torch/csrc/api}
  echo "$root $LIBTORCH $(cat "$folder/include/torch/version.h" "$folder/include/torch/csrc/api/include/torch/version.h" \
    "$folder/build-version" 2>/dev/null | sha256sum | cut -c1-40)"
}

bridge_stamp() { echo "$(libtorch_identity) $(fingerprint native)"; }
program_stamp() { fingerprint src Directory.Build.props Directory.Packages.props global.json; }
benchmarks_stamp() { fingerprint src tests/Thaw.Testing benchmarks/Thaw.Benchmarks benchmarks/sft_pytorch.py benchmarks/generation_pytorch.py Directory.Build.props Directory.Packages.props global.json; }
solution_stamp() { fingerprint src tests docs/examples benchmarks/Thaw.Benchmarks Thaw.slnx Directory.Build.props Directory.Packages.props global.json; }

# is_current NAME STAMP: the last finished build of NAME was made from exactly this.
is_current() { [[ -e $state/$1.stamp && $(<"$state/$1.stamp") == "$2" ]]; }

write_stamp() {
  printf '%s\n' "$2" >"$state/$1.stamp.new"
  mv "$state/$1.stamp.new" "$state/$1.stamp"
}

# --- building --------------------------------------------------------------------------------------------------------------

# step TITLE COMMAND...: says the title, runs the command with its output in the log, says every ten seconds that it still runs.
step() {
  local title=$1 status=0 heart
  shift
  say "$title ..."
  printf '\n== %s\n' "$*" >>"$log"
  (
    # The lock belongs to the builders, not to this loop, which must also end when the launcher was killed.
    exec 9>&-
    for ((seconds = 10; ; seconds += 10)); do
      sleep 10
      kill -0 $$ 2>/dev/null || exit 0
      say "$title ... $seconds s"
    done
  ) &
  heart=$!
  "$@" >>"$log" 2>&1 || status=$?
  kill $heart 2>/dev/null || true
  wait $heart 2>/dev/null || true
  return $status
}

# A build that was killed may leave half-written files that look newer than their sources: only a clean start is safe.
discard_interrupted_build() {
  [[ -e $state/building ]] || return 0
  say "an earlier build was interrupted: starting it from scratch"
  if [[ $(<"$state/building") == bridge ]]; then
    rm -rf "$state/bridge.stamp" "$root/native/build"
  else
    rm -rf "$state"/{program,solution,benchmarks}.stamp "$root"/{src,tests,benchmarks}/*/{bin,obj}
  fi
  end_build
}

begin_build() {
  rm -f "$state/$1.stamp"
  echo "$1" >"$state/building"
}

end_build() { rm -f "$state/building"; }

build_bridge() {
  local stamp=$1 build=$root/native/build abi=()
  begin_build bridge
  if [[ ! -e $build/libtorch || $(<"$build/libtorch") != "$(libtorch_identity)" ]]; then
    rm -rf "$build"
  fi
  # Older PyTorch wheels were built with the C++ ABI before C++11; their own symbols say so.
  if [[ -n $LIBTORCH ]] && ! nm -D "$LIBTORCH/lib/libc10.so" 2>/dev/null | grep -q __cxx11; then
    abi=(-DTHAW_CXX11_ABI=0)
  fi
  step "[2/3] building the bridge to libtorch" make_bridge "$build" "${abi[@]}" || {
    end_build
    show_errors
    fail "the bridge in native/ did not compile against ${LIBTORCH:-Debian's libtorch}; the whole output is in $log" \
      "${LIBTORCH:+(LIBTORCH=system takes Debian's libtorch, which computes on the CPU)}"
  }
  libtorch_identity >"$build/libtorch"
  end_build
  write_stamp bridge "$stamp"
}

make_bridge() {
  local build=$1 jobs
  shift
  jobs=$(nproc)
  # One translation unit of libtorch's headers takes about 1.5 GB.
  cmake -S "$root/native" -B "$build" -DCMAKE_BUILD_TYPE=Release -DLIBTORCH="$LIBTORCH" "$@" &&
    cmake --build "$build" -j $((jobs < 4 ? jobs : 4))
}

# build_managed NAME STAMP PROJECT...: without build servers, which would outlive the launcher and hold memory and the lock.
build_managed() {
  local name=$1 stamp=$2 project=$3
  begin_build "$name"
  step "[3/3] building $name" dotnet build "$root/$project" -c Release -v quiet -nologo --disable-build-servers || {
    end_build
    show_errors
    fail "$project did not build; the whole output is in $log"
  }
  end_build
  write_stamp "$name" "$stamp"
}

# The lines of the last step that say what was wrong; its last lines where none does.
show_errors() {
  local errors
  errors=$(grep -a -E '(error [A-Z]+[0-9]+:|: (fatal )?error:|^CMake Error|No space left)' "$log" | sed "s|$root/||g; s|^ *|  |" | sort -u | head -n 10)
  say "${errors:-$(tail -n 5 "$log")}"
}

# --- all of it -------------------------------------------------------------------------------------------------------------

# The two builds share their output, so a build of the solution is also one of the program.
program_is_current() { [[ -e $program ]] && is_current program "$1"; }
solution_is_current() { [[ -e $program ]] && is_current solution "$1"; }
benchmarks_is_current() { [[ -e $benchmarks ]] && is_current benchmarks "$1"; }
bridge_is_current() { [[ -e $bridge ]] && is_current bridge "$1"; }

# setup WHAT [EXTRA]: WHAT is "program", "benchmarks" or "solution" (all of it, and a browser for the report test).
setup() {
  local what=$1 extra=${2:-} packages bridge_now what_now
  [[ $what == solution ]] && extra=with-browser
  [[ $(uname -s) == Linux ]] || fail "runs on Linux; this is $(uname -s)."
  command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
  find_libtorch
  if [[ -n $LIBTORCH && ! -d $LIBTORCH/include ]]; then
    fail "LIBTORCH is '$LIBTORCH', which has no include/ folder; name an unpacked libtorch or the torch folder of a PyTorch."
  fi

  packages=$(missing_packages $extra)
  bridge_now=$(bridge_stamp)
  what_now=$("${what}_stamp")
  if [[ -z $packages ]] && { without_engine "$extra" || bridge_is_current "$bridge_now"; } && "${what}_is_current" "$what_now"; then
    return
  fi

  { mkdir -p "$state" && [[ -w $state && (! -e $state/lock || -w $state/lock) ]]; } 2>/dev/null ||
    fail "$state: cannot be written; set-up and builds are kept there."
  exec 9>"$state/lock"
  if ! flock -n 9; then
    say "another thaw is being set up here: waiting for it ..."
    flock 9
  fi
  # What was missing or stale before the wait may be there now.
  : >"$log"
  discard_interrupted_build
  packages=$(missing_packages $extra)
  if [[ -n $packages ]]; then
    # shellcheck disable=SC2086  # one word a package
    install_packages $packages 9>&-
  fi
  dotnet --version >>"$log" 2>&1 || fail "the .NET 10 SDK is needed, and this dotnet has another: $(dotnet --list-sdks | tr '\n' ' ')"
  bridge_now=$(bridge_stamp)
  without_engine "$extra" || bridge_is_current "$bridge_now" || build_bridge "$bridge_now"
  what_now=$("${what}_stamp")
  if ! "${what}_is_current" "$what_now"; then
    if [[ $what == solution ]]; then
      local program_now
      program_now=$(program_stamp)
      rm -f "$state/program.stamp"
      build_managed solution "$what_now" Thaw.slnx
      write_stamp program "$program_now"
    elif [[ $what == benchmarks ]]; then
      build_managed benchmarks "$what_now" benchmarks/Thaw.Benchmarks
    else
      rm -f "$state/solution.stamp"
      build_managed program "$what_now" src/Thaw.Cli
    fi
  fi
  exec 9>&-
}

# --- CPU settings (each costs a factor of two or more where it is not made; see `thaw doctor`) ---------------------------------

# Physical cores that this process may use: neither hyper-threads, nor cores that a container or taskset keeps from it.
physical_cores() {
  local allowed quota period cores
  allowed=$(awk '/^Cpus_allowed_list/ { print $2 }' /proc/self/status)
  cores=$(awk -v allowed="$allowed" '
    BEGIN { n = split(allowed, parts, ","); for (i = 1; i <= n; i++) { m = split(parts[i], ends, "-")
              for (c = ends[1] + 0; c <= ends[m] + 0; c++) may[c] = 1 } }
    function count() { if (cpu != "" && (cpu + 0) in may) seen[core == "" ? "cpu " cpu : socket " " core] = 1; cpu = socket = core = "" }
    /^processor/ { count(); cpu = $NF }
    /^physical id/ { socket = $NF }
    /^core id/ { core = $NF }
    END { count(); total = 0; for (s in seen) total++; print (total > 0 ? total : 1) }' /proc/cpuinfo)
  if read -r quota period 2>/dev/null </sys/fs/cgroup/cpu.max && [[ $quota != max ]]; then
    quota=$(((quota + period - 1) / period))
    cores=$((quota < cores ? quota : cores))
  fi
  echo "$cores"
}

cpu_settings() {
  export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$(physical_cores)}
  # OpenBLAS 0.3.21 takes AMD cores that are younger than itself for old ones.
  if [[ -z ${OPENBLAS_CORETYPE:-} ]] && grep -q -m 1 '^flags.* avx512f .*avx512vl' /proc/cpuinfo; then
    export OPENBLAS_CORETYPE=SkylakeX
  fi
  # What c10d would say in its own words beside ours.
  export GLOG_minloglevel=${GLOG_minloglevel:-3}
  # Activations are tens of megabytes. By default glibc gives each back to the kernel when it is freed and faults it in again a
  # moment later, which costs a third of a training step.
  export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-4000000000} MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-8000000000}
  export MALLOC_TOP_PAD_=${MALLOC_TOP_PAD_:-200000000}
  # Debian prefers the pthread variant where both are installed; two thread pools then fight for the same cores.
  if [[ -z $LIBTORCH && -d $openblas_openmp ]]; then
    export LD_LIBRARY_PATH=$openblas_openmp${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  fi
}
