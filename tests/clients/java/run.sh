#!/bin/bash
# Makes stubs of the WSDL with Axis 1.4 (Debian's libaxis-java), compiles them with the client and runs it:
#   run.sh WSDL KEY [SRC DST SILENT]
# Stubs of ?wsdl send rpc/literal; those of ?wsdl=rpc-encoded send integers as multiRef.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
wsdl=$1 key=$2
jars=/usr/share/java
[ -e $jars/axis.jar ] || { echo "java: Axis 1.4 is missing (package libaxis-java)" >&2; exit 1; }
classpath=$(printf "$jars/%s.jar:" axis axis-jaxrpc axis-saaj wsdl4j commons-logging commons-discovery javax.activation javax.mail)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
java -cp "$classpath" org.apache.axis.wsdl.WSDL2Java -o "$work/stubs" -p apiws "$wsdl"
javac -nowarn -Xlint:none -encoding UTF-8 -cp "$classpath" -d "$work/classes" "$work"/stubs/apiws/*.java "$here/Client.java" 2>"$work/javac.log" ||
  { cat "$work/javac.log" >&2; exit 1; }
java -cp "$classpath$work/classes" Client "${wsdl%%\?*}" "$key" "${@:3}"
