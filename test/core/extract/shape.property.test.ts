import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shapeOfBody, Shapes } from '../../../src/core/extract/shape.ts';

const piece = fc.constantFrom(
  'a',
  '1',
  '22',
  ' ',
  '<<"',
  '">>',
  '"',
  '\\',
  '<0.1.2>',
  '#Ref<',
  '<<1,2>>',
  'token=',
  'secret: x9',
  '.',
  '>',
  'é',
);
const body = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
/** The same statement with other numbers, as a log repeats it. */
const again = (text: string, add: number) => text.replaceAll(/\d+/g, (digits) => String(Number(digits) * 7 + add));

test('what is known of a like body gives the same shape as looking at it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(body, fc.nat(5000)), { minLength: 1, maxLength: 20 }), (bodies) => {
      const shapes = new Shapes();
      for (const text of bodies.flatMap(([text, add]) => [text, again(text, add), text])) expect(shapes.of(text)).toBe(shapeOfBody(text));
    }),
    { numRuns: 500 },
  );
});
