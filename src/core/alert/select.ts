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

/** All that `takes` asks of an event but its pattern, and what was chosen for such events. */
type Variant<Choice> = Pick<Event, 'kind' | 'packet' | 'direction' | 'reasonCode' | 'mqttVersion'> & { readonly choice: Choice };

/** Of one pattern; a log can hold any number as a code, and more of them take longer to find than to choose for. */
const MOST_VARIANTS = 32;

/** What is chosen for an event by what rules ask of it. Choices are kept: events are many, kinds of them few. */
export class Selector<Choice> {
  private readonly choose: (event: Event) => Choice;
  private readonly byPattern = new Map<string, Variant<Choice>[]>();

  constructor(choose: (event: Event) => Choice) {
    this.choose = choose;
  }

  for(event: Event): Choice {
    const variants = this.byPattern.get(event.pattern);
    if (variants === undefined) {
      const variant = this.variant(event);
      this.byPattern.set(event.pattern, [variant]);
      return variant.choice;
    }
    for (const variant of variants) if (isOf(variant, event)) return variant.choice;
    const variant = this.variant(event);
    if (variants.length < MOST_VARIANTS) variants.push(variant);
    return variant.choice;
  }

  private variant(event: Event): Variant<Choice> {
    const { kind, packet, direction, reasonCode, mqttVersion } = event;
    return { kind, packet, direction, reasonCode, mqttVersion, choice: this.choose(event) };
  }
}

function isOf(variant: Variant<unknown>, event: Event): boolean {
  return (
    variant.reasonCode === event.reasonCode &&
    variant.mqttVersion === event.mqttVersion &&
    variant.packet === event.packet &&
    variant.direction === event.direction &&
    variant.kind === event.kind
  );
}
