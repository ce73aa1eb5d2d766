/**
 * A function that makes a value at its first call and keeps one per process. `next build` imports every module without
 * wanting its effects, and every route bundle has a copy of the module but must share the value.
 */
export function lazy<T>(name: string, make: () => T): () => T {
  const store = globalThis as Record<symbol, unknown>;
  const key = Symbol.for(`latchkey.${name}`);
  return () => {
    store[key] ??= make();
    return store[key] as T;
  };
}

/** A plain object with a getter for each of these properties of a lazy value; methods stay bound to the value. */
export function lazyProperties<T extends object>(value: () => T, names: readonly (keyof T)[]): T {
  const getters = names.map((name) => {
    const get = () => {
      const property = value()[name];
      return typeof property === 'function' ? property.bind(value()) : property;
    };
    return [name, { enumerable: true, get }] as const;
  });
  return Object.defineProperties({}, Object.fromEntries(getters)) as T;
}

/** Tells whether this process has made the value of that name. */
export const isMade = (name: string) =>
  Boolean((globalThis as Record<symbol, unknown>)[Symbol.for(`latchkey.${name}`)]);
