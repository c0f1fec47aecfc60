import fc from 'fast-check';

/** Code points that are no halves of a surrogate pair, which stand from here on in the place of some. */
const [SURROGATES, THEIR_NUMBER, CODE_POINTS] = [0xd800, 0x800, 0x110000];

const character = fc
  .nat(CODE_POINTS - THEIR_NUMBER - 1)
  .map((index) => String.fromCodePoint(index < SURROGATES ? index : index + THEIR_NUMBER));

/**
 * Texts of any characters at all, as fast-check's `binary` strings are. Those keep a map of all 1,112,064 characters to
 * shrink by, which takes a second to make in each process.
 */
export function anyText(constraints: Omit<fc.StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), character) });
}
