/** An expected outcome. Whatever is not expected throws. */
export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E };

export const ok = <T>(value: T) => ({ ok: true, value }) as const;

export const fail = <const E>(error: E) => ({ ok: false, error }) as const;
