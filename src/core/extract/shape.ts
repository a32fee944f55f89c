/** The shape of a message: its words without ids, numbers and terms, so that like lines can be counted together. */

/** Long enough to recognise a statement, short enough to keep many. */
const LONGEST = 160;

/** Hostile text (inside quotes) is gone from the shape, so that it cannot make one statement look like many. */
export function shapeOfBody(body: string): string {
  return body
    .slice(0, 2000)
    .replaceAll(/<<(?:"(?:[^"\\]|\\.)*(?:">>|$)|[\d,.\s]*>>)/gs, '<<…>>')
    .replaceAll(/"(?:[^"\\]|\\.)*(?:"|$)/gs, '"…"')
    .replaceAll(/(pass(?:word|wd|phrase)?|secret|token)(\s{0,4}[:=]\s{0,4})[^\s,;…"<]+/gi, '$1$2…')
    .replaceAll(/#(?:Ref|Port|Fun)?<[^>]*>|<[\d.]+>/g, '<…>')
    .replaceAll(/\d+/g, 'N')
    .slice(0, LONGEST);
}
