#!/bin/bash
# A CRM's calls as bytes: envelopes of real stacks sent with curl, over HTTP in all the ways that those stacks use.
#   run.sh ENDPOINT KEY
# The envelopes beside this script have @PLACES@ that are filled in; each keeps its own encoding. Answers are read with xmllint.
set -uo pipefail
export LC_ALL=C
cd "$(dirname "$0")"
endpoint=$1 key=$2 good_key=$2
run=$(od -An -N3 -tx1 /dev/urandom | tr -d ' ')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
text='Content-Type: text/xml; charset=utf-8'
text_latin='Content-Type: text/xml; charset=ISO-8859-1'
soap12='Content-Type: application/soap+xml; charset=utf-8'

fail() { echo "raw: $1" >&2; exit 1; }
expect() { [ "$1" = "$2" ] || fail "$3: '$1' and not '$2'"; } # GOT WANTED WHAT

src=705 dst=706 dstname='' info='' id='' from='' to='' operation='' name=$run
fill() { # FILE: the envelope with its places filled in
  sed -e "s/@KEY@/$key/;s/@SRC@/$src/;s/@DST@/$dst/;s/@DSTNAME@/$dstname/;s/@INFO@/$info/;s/@ID@/$id/;s/@FROM@/$from/;s/@TO@/$to/" \
    -e "s/@OPERATION@/$operation/g;s/@NAME@/$name/;s/@RUN@/$run/" "$1"
}
post() { # FILE CURL-ARGUMENT…: sends it; the HTTP status is left in $code, the answer in $work/answer
  fill "$1" >"$work/request"
  send "$work/request" "${@:2}"
}
send() { # BYTES CURL-ARGUMENT…
  code=$(curl -sS --max-time 15 -o "$work/answer" -w '%{http_code}' --data-binary "@$1" "${@:2}" "$endpoint") || fail "curl $endpoint: exit code $?"
}
value() { # WHAT-IT-WAS: the value that came back
  [ "$code" = 200 ] || fail "$1: HTTP $code, $(head -c 600 "$work/answer")"
  xmllint --xpath 'string(/*/*/*/*[local-name()="return"])' "$work/answer" || fail "$1: no XML: $(head -c 600 "$work/answer")"
}
field() { # XPATH: of the report in $report
  printf '%s' "$report" | xmllint --xpath "string($1)" -
}

# The transports: plain, gzip, chunked, HTTP/1.0, each with another operation in the course of the flow.
extensions() { post extensionPbx.xml -H "$text" -H 'SOAPAction: "urn:apiws#extensionPbx"'; report=$(value extensionPbx) || exit 1; }
status() { # chunked, as .NET and Java send; no SOAPAction
  id=$1; post originateCallStatus.xml -H "$text" -H 'Transfer-Encoding: chunked'; value originateCallStatus
}
cancel() { id=$1; post originateCallCancel.xml -H "$soap12"; value originateCallCancel; }
cdr_data() { # gzip both ways
  id=$1 from=$2 to=$3
  fill cdrData.xml | gzip >"$work/request"
  send "$work/request" -H "$text" -H 'Content-Encoding: gzip' --compressed
  report=$(value cdrData) || exit 1
}
cdr_custom() { # HTTP/1.0, as nusoap speaks
  from=$1 to=$2; post cdrCustom.xml --http1.0 -H "$text_latin" -H 'SOAPAction: ""'; report=$(value cdrCustom) || exit 1
}
originate() { # DIALECT: each stack with its own header
  case $1 in
    nusoap-iso-8859-1) post "originate-$1.xml" --http1.0 -H "$text_latin" -H 'SOAPAction: "http://tempuri.org/originateCall"' ;;
    windows-1252) post "originate-$1.xml" -H 'Content-Type: text/xml' -H 'SOAPAction: urn:apiws#originateCall' ;;
    soap12) post "originate-$1.xml" -H "$soap12" ;;
    soap-lite) post "originate-$1.xml" -H "$text" -H 'SOAPAction: "urn:apiws#originateCall"' -H 'Accept: text/xml' -H 'Accept: multipart/*' ;;
    *) post "originate-$1.xml" -H "$text" -H 'SOAPAction: "urn:apiws#originateCall"' ;;
  esac
  value "originateCall, $1"
}
follow() { # JOB WANTED: all the statuses on the way, separated by commas
  local seen='' last='' now end=$((SECONDS + 20))
  while [ $SECONDS -lt $end ]; do
    now=$(status "$1") || exit 1
    [ "$now" = "$last" ] || seen+=${seen:+,}$now
    last=$now
    [ "$now" = "$2" ] && { echo "$seen"; return; }
    sleep 0.1
  done
  fail "job $1 did not get status $2 but $seen"
}

# Extensions
extensions
extension=$(field '//extensioninfo[@extension="705"]/@calleridName')
[ -n "$extension" ] || fail "extension 705 is not in $report"

# A wrong key is -1, everywhere
key=wrong
wrong=$(originate soap12; status 12345678; cancel 12345678; for operation in extensionPbx cdrData cdrCustom; do
  post operation.xml -H "$text"; value "$operation"; done) || exit 1
key=$good_key
expect "$(echo $wrong)" '-1 -1 -1 -1 -1 -1' 'a wrong key'

# Calls of six dialects, three at a time: each rings, is answered, is cancelled
declare -A label=([php-rpc-encoded]=php [nusoap-iso-8859-1]=nusoap [windows-1252]='€' [axis-multiref]=axis [soap-lite]=perl [soap12]=1.2)
declare -A from_ext to_ext job
call_all() { # DIALECT×3
  local dialect pairs=('705 706' '707 098765432' '709 099123456') i=0 first=''
  for dialect in "$@"; do
    read -r src dst <<<"${pairs[i++]}"
    from_ext[$dialect]=$src to_ext[$dialect]=$dst
    job[$dialect]=$(originate "$dialect") || exit 1
    [[ ${job[$dialect]} =~ ^[0-9a-f]{8}$ ]] || fail "originateCall, $dialect: '${job[$dialect]}'"
    # Before the others are asked for: it may be connected by then.
    [ -n "$first" ] || first=$(status "${job[$dialect]}") || exit 1
  done
  for dialect in "$@"; do
    followed=$(follow "${job[$dialect]}" 2) || exit 1
    expect "$(cancel "${job[$dialect]}")" 1 "cancelling the connected call of $dialect"
    followed+=,$(follow "${job[$dialect]}" 3) || exit 1
    : "${statuses:=$first,$followed}"
    expect "$(cancel "${job[$dialect]}")" 0 "cancelling the ended call of $dialect"
  done
}
statuses=''
call_all php-rpc-encoded nusoap-iso-8859-1 windows-1252
call_all axis-multiref soap-lite soap12

# Another one, cancelled while its destination rings
src=705 dst=712
ringing=$(originate php-rpc-encoded) || exit 1
for _ in 1 2 3 4 5 6 7 8; do
  expect "$(status "$ringing")" 1 'a call to 712'
  sleep 0.5
done
expect "$(cancel "$ringing")" 1 'cancelling a ringing call'
follow "$ringing" 3 >/dev/null || exit 1

# No such job; and requests that would reach past their argument, in every dialect and argument, as references and as bytes
expect "$(status 00000000) $(cancel 00000000)" '0 0' 'an unknown job'
dst=706 injected=''
for line in '\&#13;\&#10;Action: Hangup' '\
Action: Hangup'; do
  for dialect in "${!label[@]}"; do
    refused=$(src=705$line; originate "$dialect"; src=705; name=A$line; originate "$dialect"; name=A; dst=706$line; originate "$dialect"
      dst=706 dstname=$line; originate "$dialect"; dstname=; info=$line; originate "$dialect") || exit 1
    for refused in $refused; do
      expect "$(status "$refused")" 6 "line breaks in an argument, $dialect"
      injected+=${injected:+,}6
    done
  done
done
name=$run

# The calls' records: by period, then by uniqueid; accents and callinfo as they were sent, whatever the encoding
yesterday=$(date -u -d yesterday +%F) tomorrow=$(date -u -d tomorrow +%F)
names=''
for dialect in "${!label[@]}"; do
  clid="Peña $run ${label[$dialect]} (${from_ext[$dialect]})" unique='' end=$((SECONDS + 20))
  while [ -z "$unique" ] && [ $SECONDS -lt $end ]; do
    cdr_data '' "$yesterday" "$tomorrow"
    unique=$(field "//call[@clid='$clid' and @dst='${to_ext[$dialect]}']/@uniqueid")
    [ -n "$unique" ] || sleep 0.2
  done
  [ -n "$unique" ] || fail "no record of '$clid' in cdrData"
  cdr_data "$unique" '' ''
  expect "$(field "//call[@dst='${to_ext[$dialect]}']/@clid")" "$clid" 'cdrData by uniqueid'
  disposition=$(field "//call[@dst='${to_ext[$dialect]}']/@disposition")
  expect "$disposition" ANSWERED "the record of $dialect"
  cdr_custom "$yesterday" "$tomorrow"
  expect "$(field "//call[@uniqueid='$unique']/@observaciones")" "año=$run" "the callinfo of $dialect"
  dnis=$(field "//call[@uniqueid='$unique']/@dnis")
  expect "$dnis" "${to_ext[$dialect]}" "the number that $dialect called"
  names+=${names:+,}\"$clid\"
done
cdr_data '' 2001-01-01 2001-01-01
expect "$(field 'count(//call)')" 0 'calls of the year 2001'

# An agent logs in, pauses and goes, whatever there was before; a wrong key is false
agent() { # OPERATION
  operation=$1; post agent.xml -H "$text"; value "$1"
}
agent logoutAgent >/dev/null || exit 1
moves=$(for move in loginAgent pauseAgent unpauseAgent logoutAgent; do
  key=wrong; agent $move; key=$good_key; agent $move
  report=$(agent getAgentLogin); [ $move = logoutAgent ] || field '//queue[@name="q_ventas"]/@pause_type'
done) || exit 1
expect "$(echo $moves)" 'false true false true Baño false true false true' 'the moves of an agent'
expect "$(agent getAgentLogin | xmllint --xpath 'count(//queue)' -)" 0 'queues of an agent who is gone'
operation=statusQueues; post operation.xml -H "$text"; report=$(value statusQueues) || exit 1
expect "$(field '//agent[.="108"]/@name')" 'Héctor Pereyra' 'the name of agent 108'

# A call that there is not has no recording
operation=recordingPbx
post operation.xml -H "$text"
expect "$code" 200 "$operation"
[[ $(<"$work/answer") == *'recording status='*'-1'* ]] || fail "$operation: $(<"$work/answer")"

# Messages: 0 where no gateway is configured
sms() { # MSGID RECIPIENTS: the job's id
  operation=sendSms name=$1 to=$2; post sendSms.xml -H "$text"; value sendSms
}
key=wrong; expect "$(sms 0 099123456)" -1 'sendSms with a wrong key'; key=$good_key
expect "$(sms 1 099123456) $(sms 0 09a)" '0 0' 'messages that cannot be sent'
id=$(sms 0 '099123456 099123457') || exit 1
[ "$id" = 0 ] || { operation=statusSms; post statusSms.xml -H "$text"; [[ $(value statusSms) == @(PENDING|SENT) ]] || fail "the status of message $id"; }

# What nobody knows is a plain fault
operation=nadie
post operation.xml -H "$text"
expect "$code" 500 'an unknown operation'
expect "$(xmllint --xpath 'string(//faultcode)' "$work/answer" | sed 's/.*://')" Client 'an unknown operation'

echo "{\"extension\":\"$extension\",\"wrongKey\":[\"${wrong//$'\n'/\",\"}\"],\"statuses\":[$statuses],\"unknown\":[0,0],\"injected\":[$injected],\"names\":[$names]}"
