/** Which events a rule takes. */
import type { AlertDefinition, Event } from '../model.ts';
import { isUnsuccessful } from '../mqtt/reason-codes.ts';

export function takes({ select }: AlertDefinition, event: Event): boolean {
  if (select === null) return false;
  if (select.events !== null && !select.events.includes(event.kind)) return false;
  if (select.patterns !== null && !select.patterns.includes(event.pattern)) return false;
  if (select.packet !== null && select.packet !== event.packet) return false;
  if (select.direction !== null && select.direction !== event.direction) return false;
  if (select.codes === null) return true;
  if (event.reasonCode === null) return false;
  if (select.codes === 'unsuccessful') return isUnsuccessful(event.reasonCode, event.packet, event.mqttVersion);
  return select.codes.includes(event.reasonCode);
}
