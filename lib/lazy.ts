/**
 * Makes a value on first use and keeps one per process. `next build` imports every module without wanting its effects,
 * and every route bundle has a copy of the module but must share the value.
 */
export function lazy<T extends object>(name: string, make: () => T): T {
  const kept = globalThis as Record<symbol, unknown>;
  const key = Symbol.for(`latchkey.${name}`);
  const value = () => {
    kept[key] ??= make();
    return kept[key] as T;
  };

  return new Proxy({} as T, {
    get: (_, property) => {
      const found = Reflect.get(value(), property, value());
      return typeof found === 'function' ? found.bind(value()) : found;
    },
  });
}

/** Tells whether this process has made the value of that name. */
export const isMade = (name: string) =>
  Boolean((globalThis as Record<symbol, unknown>)[Symbol.for(`latchkey.${name}`)]);
