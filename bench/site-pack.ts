/**
 * A pack such as a site with many plugins would have: all patterns different, each with an example that it takes.
 *
 * Their literals share words with each other and with the broker's own lines, as those of real plugins do, but no line of the generator is
 * one of theirs: what is found stays the same, only the search has more to look for.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { place } from './store.ts';

interface Wording {
  readonly event: string;
  readonly level: string;
  readonly regex: (service: string, fault: string) => string;
  readonly body: (service: string, fault: string) => string;
  readonly expect: string;
}

const SERVICES = [
  ['inventory', 'fleet', 'billing', 'ldap', 'vault', 'geofence', 'quota', 'audit', 'firmware', 'tenant'],
  ['gate', 'bridge', 'cache', 'webhook', 'policy'],
] as const;
const FAULTS = ['expired certificate', 'unknown device', 'rate limit', 'revoked token', 'missing scope'];
const ID = '(?<client_id><<"[^"]*">>)';
const PEER = String.raw`(?<peer>[\d.]+:\d+)`;

const WORDINGS: readonly Wording[] = [
  {
    event: 'connack_refused',
    level: 'warning',
    regex: (service, fault) => `${service} refused ${ID} from ${PEER} due to ${fault}`,
    body: (service, fault) => `${service} refused <<"pump-7">> from 10.0.0.7:5123 due to ${fault}`,
    expect: 'client_id: pump-7, peer_address: 10.0.0.7',
  },
  {
    event: 'publish_denied',
    level: 'error',
    regex: (service, fault) => String.raw`${service}: publish by ${ID} to (?<topic>\S+) blocked, ${fault} \(code \d+\)`,
    body: (service, fault) => `${service}: publish by <<"pump-7">> to site/4/level blocked, ${fault} (code 17)`,
    expect: 'client_id: pump-7',
  },
];

/** @returns its directory, for --patterns. */
export function sitePack(): string {
  const patterns = SERVICES[0].flatMap((first) =>
    SERVICES[1].flatMap((second) => FAULTS.flatMap((fault) => WORDINGS.map((wording) => entry(`${first}_${second}`, fault, wording)))),
  );
  const directory = place('site-pack');
  writeFileSync(join(directory, 'site.yaml'), `pack: site\npatterns:\n${patterns.join('')}`);
  return directory;
}

function entry(service: string, fault: string, { event, level, regex, body, expect }: Wording): string {
  const line = `2026-11-20T22:02:54.798813+00:00 [${level}] <0.830.0> ${service}:check/3:74: ${body(service, fault)}`;
  return `  - id: ${[service.replace('_', '-'), fault.replace(' ', '-'), event.split('_')[0]].join('-')}
    event: ${event}
    regex: '${regex(service, fault)}'
    examples:
      - line: '${line}'
        expect: { ${expect} }
`;
}
