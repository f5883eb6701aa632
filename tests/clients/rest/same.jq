# How an answer differs from what is wanted ($want), a line each; nothing where it is the same. The same members, of the same types, with the
# same values; {"like": v} is any whole number, or any text that has digits where v has them. "..." says that there may be more.
def pattern: gsub("(?<c>[^A-Za-z0-9])"; "\\\(.c)") | gsub("[0-9]"; "[0-9]");
def differs($want; $at):
  if ($want | type) == "object" and ($want | has("like")) then
    if ($want.like | type) == "number" then select((type == "number" and . > 0 and . == floor) | not)
    else select((type == "string" and test("^" + ($want.like | pattern) + "$")) | not) end
    | "\($at) is \(tojson), which is nothing like \($want.like | tojson)"
  elif type != ($want | type) then "\($at) is \(tojson) and not \($want | tojson)"
  elif type == "object" then
    (if $want | has("...") then empty else keys - ($want | keys) | .[] | "\($at).\(.) is too much" end),
    ($want | del(.["..."]) | keys[]) as $key
    | if has($key) then .[$key] | differs($want[$key]; "\($at).\($key)") else "\($at).\($key) is missing" end
  elif type == "array" then
    ($want - ["..."]) as $all
    | if length < ($all | length) or (length > ($all | length) and $all == $want) then "\($at) has \(length) elements and not \($all | length)"
      else range($all | length) as $i | .[$i] | differs($all[$i]; "\($at)[\($i)]") end
  else select(. != $want) | "\($at) is \(tojson) and not \($want | tojson)" end;
differs($want; "answer")
