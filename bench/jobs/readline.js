/** Refused clients of VerneMQ: how many each minute, who, and why; as Node's documentation reads a file line by line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const REFUSAL =
  /^(.{16}).*(?:can't authenticate|can't register client|invalid client id|empty client id|invalid protocol version|can't continue enhanced auth|can't auth publish|can't authorize SUBSCRIBE|keepalive expired|stopped abnormally|unexpected frame type|multiple sessions not allowed)/;
const CLIENT = /<<"([^"]*)">>/;
const REASON = /due to (.*)$/;
const minutes = new Map();
const clients = new Map();
const reasons = new Map();

for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const minute = REFUSAL.exec(line)?.[1];
  if (minute === undefined) continue;
  const client = CLIENT.exec(line)?.[1];
  minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  clients.set(client, (clients.get(client) ?? 0) + 1);
  const pair = `${client} ${REASON.exec(line)?.[1]}`;
  reasons.set(pair, (reasons.get(pair) ?? 0) + 1);
}
for (const [minute, count] of minutes) console.log('minute', minute, count);
for (const [client, count] of clients) console.log('client', client, count);
for (const [pair, count] of reasons) console.log('reason', pair, count);
