#!/bin/bash
# The requests of the *.http files beside this script, one after the other, with curl; what comes back is held against what the files say.
#   run.sh [NAME=VALUE …] URL USER:PASSWORD
# NAME=VALUE gives a file's variable (@name = value) another value. README.md in the folder above tells what the files hold.
set -uo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "rest: $1" >&2; exit 1; }

declare -A variables given
while [ $# -gt 2 ]; do
  [[ $1 =~ ^([A-Za-z_]+)=(.*)$ ]] || fail "$1 is no NAME=VALUE"
  given[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
  shift
done
[ $# = 2 ] || fail "run.sh [NAME=VALUE …] URL USER:PASSWORD"
given[host]=${1#http://} given[user]=${2%%:*} given[password]=${2#*:}

fill() { # TEXT: in $filled, with its {{places}} filled in; {{like …}} is a pattern and stays, one that stands for a number in quotes
  local rest=$1 place
  filled=
  while [[ $rest =~ \{\{([^{}]*)\}\} ]]; do
    place=${BASH_REMATCH[1]}
    filled+=${rest%%"{{$place}}"*} rest=${rest#*"{{$place}}"}
    if [[ $place = like\ * ]]; then
      if [[ $filled = *\" ]]; then filled+="{{$place}}"; else filled+="\"{{number $place}}\""; fi
      continue
    fi
    if [[ -z ${variables[$place]+is} && $place =~ ^([A-Za-z]+)\.response\.body\.\$(.+)$ ]]; then
      # A member of the answer to the request of that @name.
      variables[$place]=$(jq -er "${BASH_REMATCH[2]}" "$work/${BASH_REMATCH[1]}") || fail "$file, $title: there is no {{$place}}"
    fi
    [ -n "${variables[$place]+is}" ] || fail "$file, $title: there is no {{$place}}"
    filled+=${variables[$place]}
  done
  filled+=$rest
}

play() { # the request that was read, if one was
  [ -n "$method" ] || return 0
  local answer=$work/${name:-answer} header answered differences
  local arguments=(-sS --max-time 15 -X "$method" -o "$answer" -w '%{http_code} %{content_type}')
  for header in "${headers[@]}"; do
    fill "$header"
    case $filled in
      Authorization:\ Basic\ *\ *) header=${filled#Authorization: Basic }; arguments+=(-u "${header%% *}:${header#* }") ;;
      Host:\ *) [[ $url = http* ]] || url="http://${filled#Host: }$url" ;;
      *) arguments+=(-H "$filled") ;;
    esac
  done
  fill "$body"
  [ -z "$filled" ] || arguments+=(--data-binary "$filled")
  fill "$url"
  url=$filled
  answered=$(curl "${arguments[@]}" "$url") || fail "$file, $title: curl $method $url: exit code $?"
  [ "${answered%% *}" = "$status" ] || differs "the status is ${answered%% *} and not $status"
  case $status in
    2*) [[ $answered = *\ application/json* ]] ;;
    *) [[ $answered = *\ application/problem+json* ]] ;;
  esac || differs "it comes as '${answered#* }'"
  fill "$expected"
  differences=$(jq -r --argjson want "$filled" -f same.jq "$answer" 2>&1) || differences=${differences:-"it cannot be compared with $filled"}
  [ -z "$differences" ] || differs "$differences"
  played+=${played:+,}"\"$method $status\""
}
differs() { fail "$file, $title: $1"$'\n'"$method $url answers $(head -c 2000 "$answer")"; }

begin() { title=$1 name='' status='' expected='' method='' url='' headers=() body='' part=head; }

read_line() { # LINE
  case $part in
    head)
      if [[ $1 =~ ^@([A-Za-z]+)\ =\ (.*)$ ]]; then variables[${BASH_REMATCH[1]}]=${given[${BASH_REMATCH[1]}]-${BASH_REMATCH[2]}}
      elif [[ $1 =~ ^#\ @name\ ([A-Za-z]+)$ ]]; then name=${BASH_REMATCH[1]}
      elif [[ $1 =~ ^#\ ([1-5][0-9][0-9])$ ]]; then status=${BASH_REMATCH[1]}
      elif [[ $1 = '# '* ]]; then expected+=${1#\# }$'\n'
      elif [[ $1 =~ ^([A-Z]+)\ ([^ ]+)(\ HTTP/1\.1)?$ ]]; then method=${BASH_REMATCH[1]} url=${BASH_REMATCH[2]} part=headers
      elif [[ $1 != '//'* && -n $1 ]]; then fail "$file, $title: what is '$1'?"
      fi ;;
    headers) if [ -n "$1" ]; then headers+=("$1"); else part=body; fi ;;
    body) body+=${body:+$'\n'}$1 ;;
  esac
}

played=
for file in dialer lists outgoingcalls dynamicforms; do
  file+=.http
  begin ''
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '### '*) play; begin "${line#\#\#\# }" ;;
      *) read_line "$line" ;;
    esac
  done <"$file"
  play
done
echo "{\"played\":[$played]}"
