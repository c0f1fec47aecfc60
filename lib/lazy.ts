/**
 * A value made when it is first asked for, and kept: what a function may never need, or not at its start, costs its
 * cold start nothing.
 */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
