import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { config } from '@/lib/config';
import { bearsToken } from '@/lib/crypto';
import { lazy } from '@/lib/lazy';

/** What this process has counted since it started. Labels are our own words: nothing of a person is ever one (N2). */
const metrics = lazy('metrics', () => {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'latchkey_' });
  const of = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers: [register] });
  return {
    register,
    events: of('latchkey_events_total', 'Audit events by type, outcome and reason', ['type', 'outcome', 'reason']),
    refusals: of('latchkey_refusals_total', 'Refused requests by code', ['code']),
  };
});

export const countEvent = (type: string, outcome: string, reason = '') =>
  metrics().events.inc({ type, outcome, reason });

export const countRefusal = (code: string) => metrics().refusals.inc({ code });

/** The metrics as Prometheus reads them, for whoever brings `METRICS_TOKEN`; nothing for anybody else. */
export async function readMetrics(authorization: string | null) {
  if (!bearsToken(authorization, config.metricsToken)) return undefined;
  return { text: await metrics().register.metrics(), type: metrics().register.contentType };
}
