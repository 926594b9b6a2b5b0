#!/bin/sh
# MQL to C++: what the two write differently. Line for line, so that the compiler names the lines of the program.
#   translate.sh TradeFlow.mq5 > TradeFlow.mq5.cpp
set -e
tr -d '\r' < "$1" |
awk '
# Texts become objects, so that + joins them; characters stay as they are, and comments go.
/^#property/ { print ""; next }
{
   out = ""; inside = ""
   for(i = 1; i <= length($0); i++) {
      c = substr($0, i, 1)
      if(inside == "" && substr($0, i, 2) == "//") break
      if(inside != "" && c == "\\") { out = out substr($0, i, 2); i++; continue }
      if(inside == "" && (c == "\"" || c == "\047")) inside = c
      else if(c == inside) { inside = ""; if(c == "\"") c = "\"_s" }
      out = out c
   }
   print out
}' |
# T name[] is array<T> name, and an input is a constant that the terminal fills.
sed -E -e 's/([A-Za-z_]+) +(&?)([A-Za-z_]+)\[\]/array<\1> \2\3/g' \
       -e 's/^input +([a-z]+) +([A-Za-z]+) *= *([^;]*);.*/const \1 \2 = Input<\1>("\2", \3);/' |
# MQL knows a function before it is written: the declarations stand before the first one.
awk -v file="$1" '
{ lines[NR] = $0 }
/^[A-Za-z_]+ +[A-Za-z]+\([^;]*\) *$/ { if(!first) first = NR; text = $0; gsub(/ = [^,)]*/, "", text); declarations[++count] = text ";" }
END {
   for(i = 1; i <= NR; i++) {
      if(i == first) for(k = 1; k <= count; k++) print declarations[k]
      if(i == 1 || i == first) print "#line " i " \"" file "\""
      print lines[i]
   }
}'
