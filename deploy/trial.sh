# What nginx/try and backup/drill begin with: a folder that is gone afterwards, databases of their own in it, copies of the server, and a count
# of what was promised. Sourced from the root of the repository. Needs the SDK and PostgreSQL.
folder=$(mktemp -d)
chmod 755 "$folder"   # as root, PostgreSQL runs as another user
declare -A running
end() {
  kill "${running[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT

wait_for() {
  for ((i = 0; i < 1200; i++)); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
  echo "Waited for two minutes in vain: $*"
  exit 1
}

dotnet build --nologo -v quiet -p:RunAnalyzers=false src/ErzyCall.Local >/dev/null
local=$(echo src/ErzyCall.Local/bin/Debug/*/ErzyCall.Local.dll)
server=$(echo src/ErzyCall.Api/bin/Debug/*/ErzyCall.Api.dll)
base=$((20000 + RANDOM % 10000))

Embedded__DataDirectory="$folder/data" dotnet "$local" databases >"$folder/databases" 2>"$folder/databases.log" &
running[databases]=$!
wait_for grep -q ConnectionStrings__Redis "$folder/databases"
while IFS= read -r line; do export "${line?}"; done < <(grep ^ConnectionStrings__ "$folder/databases")
export Simulator__Speed=0
dotnet "$server" migrate >/dev/null
key=$(dotnet "$server" seed)

# A copy by its number. Each tells of its dials in a file of its own, which no database knows of.
start() {
  Simulator__JournalPath="$folder/dialled.$1" dotnet "$server" --urls "http://127.0.0.1:$((base + $1))" >>"$folder/copy.$1.log" 2>&1 &
  running[$1]=$!
  wait_for curl -fs "http://127.0.0.1:$((base + $1))/health/ready"
}

failed=0
check() {   # what is promised, what was expected, what was seen
  if [[ $2 == "$3" ]]; then echo "kept    $1"; else echo "BROKEN  $1: expected '$2', saw '$3'"; failed=1; fi
}
dialled_twice() { cut -d, -f1 "$folder"/dialled.* | sort | uniq -d | wc -l; }
