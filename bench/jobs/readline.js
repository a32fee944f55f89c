/** Refusals of each minute and of each client, as Node's documentation reads a file line by line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const REFUSAL = /^(.{16}).*(?:can't auth|due to keepalive expired)/;
const CLIENT = /<<"([^"]*)">>/;
const minutes = new Map();
const clients = new Map();

for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const minute = REFUSAL.exec(line)?.[1];
  if (minute === undefined) continue;
  const client = CLIENT.exec(line)?.[1];
  minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  clients.set(client, (clients.get(client) ?? 0) + 1);
}
for (const [minute, count] of minutes) console.log('minute', minute, count);
for (const [client, count] of clients) console.log('client', client, count);
