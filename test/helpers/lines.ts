/** Lines as brokers write them, on the evening of 2026-11-20, each with its line break. */

interface Written {
  readonly pid?: string;
  readonly level?: string;
  /** Module and function. */
  readonly at?: string;
}

/** 2.x, text. @param time `22:13:04` or with digits behind the second. */
export function otp(
  time: string,
  body: string,
  { pid = '<0.174.0>', level = 'warning', at = 'vmq_mqtt_fsm:check_user' }: Written = {},
): string {
  return `2026-11-20T${micros(time)}+00:00 [${level}] ${pid} ${at}/2:739: ${body}\n`;
}

/** 2.x, JSON. */
export function json(
  time: string,
  body: string,
  { pid = '<0.174.0>', level = 'warning', at = 'vmq_mqtt_fsm:check_user' }: Written = {},
): string {
  const [module, name] = at.split(':');
  const us = Date.parse('2026-11-20T00:00:00Z') * 1000 + secondsOf(time);
  return `{"level":"${level}","mfa":["${module!}","${name!}",2],"msg":${JSON.stringify(body)},"pid":"${pid}","time":${us}}\n`;
}

/** 1.x, file. */
export function lager(
  time: string,
  body: string,
  { pid = '<0.174.0>', level = 'warning', at = 'vmq_mqtt_fsm:check_user' }: Written = {},
): string {
  return `2026-11-20 ${micros(time).slice(0, 12)} [${level}] ${pid}@${at}:739 ${body}\n`;
}

/** 1.x, standard output. */
export function stdout(time: string, body: string, level = 'warning'): string {
  return `${micros(time).slice(0, 12)} [${level}] ${body}\r\n`;
}

export function refused(client: string, reason = 'invalid_credentials'): string {
  return `can't authenticate client {[],<<"${client}">>} from 192.0.2.17:51234 due to ${reason}`;
}

export function denied(client: string, topic = 'plant'): string {
  return `can't auth publish for client {[],<<"${client}">>} (user undefined) on topic [<<"${topic}">>] due to not_authorized`;
}

/** The second of the evening as a time of day, exact to the microsecond: 0 is 22:00:00. */
export function clock(second: number): string {
  const us = Math.round(second * 1e6) + 22 * 3_600_000_000;
  const part = (unit: number, of: number, width = 2) => String(Math.floor(us / unit) % of).padStart(width, '0');
  return `${part(3_600_000_000, 24)}:${part(60_000_000, 60)}:${part(1_000_000, 60)}.${part(1, 1_000_000, 6)}`;
}

function micros(time: string): string {
  const [whole, fraction = ''] = time.split('.');
  return `${whole!}.${fraction.padEnd(6, '0')}`;
}

function secondsOf(time: string): number {
  const [hours, minutes, seconds] = micros(time).split(':');
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6);
}
