# Refusals of each minute and of each client.
/can't auth|due to keepalive expired/ {
  minutes[substr($0, 1, 16)]++
  rest = substr($0, index($0, "<<\"") + 3)
  clients[substr(rest, 1, index(rest, "\">>") - 1)]++
}

END {
  for (minute in minutes) print "minute", minute, minutes[minute]
  for (client in clients) print "client", client, clients[client]
}
