import { AsyncLocalStorage } from 'node:async_hooks';

// As Next's server does before anything of it is loaded; without it `headers()` and `cookies()` have no scope to live in.
(globalThis as { AsyncLocalStorage?: unknown }).AsyncLocalStorage ??= AsyncLocalStorage;
