# How an answer differs from what is wanted ($want), a line each; nothing where it is the same: the same members, of the same types, with the same
# values. "{{like v}}" is any text that has digits where v has them, "{{number like v}}" any whole number. "..." says that there may be more.
def pattern: gsub("(?<c>[^A-Za-z0-9])"; "\\\(.c)") | gsub("[0-9]"; "[0-9]");
def differs($want; $at):
  "\($at) is \(tojson)" as $is
  | if $want | type == "string" and startswith("{{number like ") then
      select((type == "number" and . > 0 and . == floor) | not) | "\($is), which is nothing like \($want)"
    elif $want | type == "string" and startswith("{{like ") then
      select((type == "string" and test("^" + ($want[7:-2] | pattern) + "$")) | not) | "\($is), which is nothing like \($want)"
    elif type != ($want | type) then "\($is) and not \($want | tojson)"
    elif type == "object" then
      (if $want | has("...") then empty else keys - ($want | keys) | .[] | "\($at).\(.) is too much" end),
      ($want | del(.["..."]) | keys[]) as $key
      | if has($key) then .[$key] | differs($want[$key]; "\($at).\($key)") else "\($at).\($key) is missing" end
    elif type == "array" then
      ($want - ["..."]) as $all
      | if length < ($all | length) or (length > ($all | length) and $all == $want) then "\($at) has \(length) elements and not \($all | length)"
        else range($all | length) as $i | .[$i] | differs($all[$i]; "\($at)[\($i)]") end
    else select(. != $want) | "\($is) and not \($want | tojson)" end;
differs($want; "the answer")
