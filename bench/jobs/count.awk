# Refused clients of VerneMQ: how many each minute, who, and why.
/can't authenticate|can't register client|invalid client id|empty client id|invalid protocol version|can't continue enhanced auth|can't auth publish|can't authorize SUBSCRIBE|keepalive expired|stopped abnormally|unexpected frame type|multiple sessions not allowed/ {
  minutes[substr($0, 1, 16)]++
  client = match($0, /<<"[^"]*">>/) ? substr($0, RSTART + 3, RLENGTH - 6) : "nobody"
  clients[client]++
  reason = match($0, /due to .*$/) ? substr($0, RSTART + 7) : "no reason"
  reasons[client, reason]++
}

END {
  for (minute in minutes) print "minute", minute, minutes[minute]
  for (client in clients) print "client", client, clients[client]
  for (pair in reasons) {
    split(pair, both, SUBSEP)
    print "reason", both[1], both[2], reasons[pair]
  }
}
