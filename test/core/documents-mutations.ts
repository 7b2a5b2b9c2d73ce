/** Values that differ from a good one at one place, with what was done: most of them are wrong. */
export function* mutations(value: unknown, path = ""): Generator<{ what: string; value: unknown; adds: boolean }> {
  for (const other of [null, 17.5, "", "a b\u0000", [], {}, true])
    yield { what: `${path} is ${JSON.stringify(other)}`, value: other, adds: false };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const inner of mutations(item, `${path}.${index}`))
        yield { ...inner, value: value.with(index, inner.value) };
  } else if (typeof value === "object" && value !== null) {
    yield { what: `${path} has one more field`, value: { ...value, notInTheSchema: 1 }, adds: true };
    for (const [key, field] of Object.entries(value)) {
      const others = Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
      yield { what: `${path} has no ${key}`, value: others, adds: false };
      for (const inner of mutations(field, `${path}.${key}`))
        yield { ...inner, value: { ...value, [key]: inner.value } };
    }
  }
}
