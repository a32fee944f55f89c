/** Events as the extractor hands them on. */
import type { Event } from '../../src/core/model.ts';
import { SECOND } from '../../src/core/units.ts';

/** A refused connection of pump-7, so many seconds after the beginning. */
export function event(second: number, changed: Partial<Event> = {}): Event {
  const at = Math.round(second * SECOND);
  return {
    time: at,
    timeDigits: 6,
    at,
    kind: 'connack_refused',
    pattern: 'vernemq/authenticate',
    level: 'warning',
    node: null,
    clientId: 'pump-7',
    clientIdHex: null,
    mountpoint: '',
    username: null,
    peerAddress: null,
    peerPort: null,
    topic: null,
    mqttVersion: 3,
    packet: 'CONNACK',
    direction: 'sent',
    reason: 'invalid_credentials',
    reasonCode: 4,
    reasonName: 'bad_username_or_password',
    reasonCodeFrom: 'inferred',
    cause: 'client',
    count: 1,
    place: { file: 'console.log', line: 1, offset: 0 },
    ...changed,
  };
}
