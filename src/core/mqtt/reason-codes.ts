/**
 * Return and reason codes of MQTT 3.1.1 and 5 with the labels of VerneMQ's metrics.
 *
 * Names and numbers are those of [MQTT-5.0 2.4, Table 2-6] and [MQTT-3.1.1 3.2.2.3]; the labels are the words of VerneMQ's counters, so that
 * log, metrics and Netdata can be compared word by word.
 */
import type { MqttVersion, Packet } from '../model.ts';

/** Labels of MQTT 5. 0x00 has another name in each packet; see `labelOf`. */
const LABELS: ReadonlyMap<number, string> = new Map([
  [0x00, 'success'],
  [0x01, 'granted_qos1'],
  [0x02, 'granted_qos2'],
  [0x04, 'disconnect_with_will_msg'],
  [0x10, 'no_matching_subscribers'],
  [0x11, 'no_subscription_existed'],
  [0x18, 'continue_authentication'],
  [0x19, 'reauthenticate'],
  [0x80, 'unspecified_error'],
  [0x81, 'malformed_packet'],
  [0x82, 'protocol_error'],
  [0x83, 'impl_specific_error'],
  [0x84, 'unsupported_protocol_version'],
  [0x85, 'client_identifier_not_valid'],
  [0x86, 'bad_username_or_password'],
  [0x87, 'not_authorized'],
  [0x88, 'server_unavailable'],
  [0x89, 'server_busy'],
  [0x8a, 'banned'],
  [0x8b, 'server_shutting_down'],
  [0x8c, 'bad_authentication_method'],
  [0x8d, 'keep_alive_timeout'],
  [0x8e, 'session_taken_over'],
  [0x8f, 'topic_filter_invalid'],
  [0x90, 'topic_name_invalid'],
  [0x91, 'packet_id_in_use'],
  [0x92, 'packet_id_not_found'],
  [0x93, 'receive_max_exceeded'],
  [0x94, 'topic_alias_invalid'],
  [0x95, 'packet_too_large'],
  [0x96, 'message_rate_too_high'],
  [0x97, 'quota_exceeded'],
  [0x98, 'administrative_action'],
  [0x99, 'payload_format_invalid'],
  [0x9a, 'retain_not_supported'],
  [0x9b, 'qos_not_supported'],
  [0x9c, 'use_another_server'],
  [0x9d, 'server_moved'],
  [0x9e, 'shared_subs_not_supported'],
  [0x9f, 'connection_rate_exceeded'],
  [0xa0, 'max_connect_time'],
  [0xa1, 'subscription_ids_not_supported'],
  [0xa2, 'wildcard_subs_not_supported'],
]);

/** CONNACK of 3.1 and 3.1.1 [MQTT-3.1.1 Table 3.1]; VerneMQ's counters give them the words of MQTT 5. */
const RETURN_CODES: readonly string[] = [
  'success',
  'unsupported_protocol_version',
  'client_identifier_not_valid',
  'server_unavailable',
  'bad_username_or_password',
  'not_authorized',
];

const CODES: ReadonlyMap<string, number> = new Map([...LABELS].map(([code, label]) => [label, code]));

/** The label of a code in a packet; null for a code that the specification does not know. */
export function labelOf(code: number, packet: Packet | null, version: MqttVersion | null): string | null {
  if (version === 3 && packet === 'CONNACK') return RETURN_CODES[code] ?? null;
  if (code === 0 && packet === 'DISCONNECT') return 'normal_disconnect';
  if (code === 0 && packet === 'SUBACK') return 'granted_qos0';
  return LABELS.get(code) ?? null;
}

/** The MQTT 5 code of a label; null for any other word. */
export function codeOf(label: string): number | null {
  return CODES.get(label) ?? null;
}

/** 0x80 and above are failures [MQTT-5.0 2.4]; in a CONNACK of 3.1.1 everything but 0 is [MQTT-3.1.1 3.2.2.3]. */
export function isUnsuccessful(code: number, packet: Packet | null, version: MqttVersion | null): boolean {
  return version === 3 && packet === 'CONNACK' ? code !== 0 : code >= 0x80;
}
