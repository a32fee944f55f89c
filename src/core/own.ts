/**
 * A copy that does not hold on to the text it was cut from: V8 keeps a whole line alive as long as one cut piece of it lives, and offenders
 * live long. Asked for where a text is put away, not where it is cut.
 */
export function own<Text extends string | null>(text: Text): Text {
  // Shorter ones are copied anyway.
  return (text === null || text.length < 13 ? text : ` ${text}`.slice(1)) as Text;
}
