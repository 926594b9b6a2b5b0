#!/usr/bin/env bash
# Builds everything and runs every test: .NET, then the dashboard. Needs the .NET SDK and Node.js; PostgreSQL, Redis and Chromium are found on the
# machine or brought. Ends with "N passed, N failed, N skipped"; exit code 1 when anything failed. The results stay in artifacts/test-results.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 CI=true
results=$PWD/artifacts/test-results logs=$PWD/artifacts/test-results/logs
configuration=${CONFIGURATION:-Debug}
passed=0 failed=0 skipped=0
broken=()

rm -rf "$results"
mkdir -p "$logs"

finish() {
  if ((${#broken[@]} > 0)); then
    echo
    echo "Failed:"
    printf '  %s\n' "${broken[@]}"
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0)) && exit 0 || exit 1
}

# A step that is no test counts only when it fails.
step() {
  local name=$1
  shift
  echo "== $name"
  if ! "$@"; then
    failed=$((failed + 1))
    broken+=("$name")
    return 1
  fi
}

counter() { grep -o "<Counters [^>]*" "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*' || echo 0; }

dotnet_tests() {
  local project=$1 name
  name=$(basename "$project" .csproj)
  echo "== $name"
  dotnet test "$project" --no-build -c "$configuration" --nologo -v q --logger "trx;LogFileName=$results/$name.trx" --logger "console;verbosity=minimal" \
    --blame-hang-timeout 6m --blame-hang-dump-type none --results-directory "$results"
}

count() {
  local name=$1 code=$2 report=$results/$1.trx p=0 f=0 t=0
  if [ -f "$report" ]; then
    p=$(counter "$report" passed) f=$(counter "$report" failed) t=$(counter "$report" total)
  fi
  # A run that broke off, or found nothing to run, is a failure too.
  if ((code != 0 && f == 0)) || [ ! -f "$report" ]; then f=$((f + 1)); fi
  ((f > 0)) && broken+=("$name")
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + (t > p + f ? t - p - f : 0)))
}

one_by_one() {
  local project code
  for project; do
    code=0
    dotnet_tests "$project" || code=$?
    count "$(basename "$project" .csproj)" "$code"
  done
}

side_by_side() {
  local project name
  for project; do
    while (($(jobs -rp | wc -l) >= 4)); do wait -n; done
    name=$(basename "$project" .csproj)
    { dotnet_tests "$project" && echo 0 >"$logs/$name.code" || echo $? >"$logs/$name.code"; } >"$logs/$name.log" 2>&1 </dev/null &
  done
  wait
  for project; do
    name=$(basename "$project" .csproj)
    cat "$logs/$name.log"
    count "$name" "$(cat "$logs/$name.code")"
  done
}

# Runs beside others: what failed is told by lines in $logs/dashboard.broken, not by this shell's counts.
dashboard_tests() {
  cd src/TradeFlow.Dashboard || return
  local report=$results/dashboard.json
  dashboard_step "npm ci" npm ci --no-audit --no-fund || return
  dashboard_step "types" npm run --silent typecheck
  dashboard_step "lint" npm run --silent lint
  dashboard_step "tests" npm test --silent -- --reporter=default --reporter=json --outputFile.json="$report"
  dashboard_step "build" npm run --silent build
}

dashboard_step() {
  local name="dashboard: $1"
  shift
  echo "== $name"
  "$@" || { echo "$name" >>"$logs/dashboard.broken"; return 1; }
}

count_dashboard() {
  cat "$logs/dashboard.log"
  local sums p f s name
  sums=$(node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(r.numPassedTests, r.numFailedTests, r.numPendingTests + (r.numTodoTests ?? 0))' "$results/dashboard.json") || sums="0 1 0"
  read -r p f s <<<"$sums"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  [ -f "$logs/dashboard.broken" ] || return 0
  while read -r name; do
    broken+=("$name")
    # Tests that failed are counted already, one by one.
    if [ "$name" != "dashboard: tests" ] || ((f == 0)); then failed=$((failed + 1)); fi
  done <"$logs/dashboard.broken"
}

step "restore" dotnet restore TradeFlow.sln -v q || finish
step "build" dotnet build TradeFlow.sln --no-restore -c "$configuration" -v q -clp:NoSummary || finish

# The browser tests ask for it again; a missing one is better told here than in twenty failures.
step "Chromium" ./eng/bring-chromium.sh

projects() { find tests plugins -name '*.Tests.csproj' -not -path '*/bin/*' -not -path '*/obj/*' | sort | grep "$@"; }
waiting='^plugins/\|/BrokerSdk\|/Simulators'
longest='/BrokerSdk\.Tests\|/Topstep'

# Connectors and the SDK mostly wait, for brokers that answer late and for builds of what partners write, and share nothing. The longest begin. The
# dashboard beside them is built when the end-to-end tests look at it.
dashboard_tests >"$logs/dashboard.log" 2>&1 </dev/null &
mapfile -t together < <(projects "$waiting" | grep "$longest"; projects "$waiting" | grep -v "$longest")
side_by_side "${together[@]}"
count_dashboard
# The others start servers of their own, one after the other: timing on a small machine is fragile enough. The whole system comes last.
mapfile -t alone < <(projects -v "$waiting" | awk '{ print (/EndToEnd/ ? 1 : 0), $0 }' | sort | cut -d' ' -f2-)
one_by_one "${alone[@]}"

step "security evidence" node eng/security-evidence.mjs --check

finish
