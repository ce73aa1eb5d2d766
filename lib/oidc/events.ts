import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { AuditEvent, PlainEvent } from '@/lib/audit';
import { log } from '@/lib/log';
import { MINUTES } from '@/lib/time';
import { hintedSubject, NOT_FOR_ACCOUNT, subjectFor } from './accounts';
import { currentEngineContext } from './engine-context';
import { POLL_EVERY } from './lifetimes';

/**
 * How long others may keep what we publish, in seconds. A key is published an hour before it signs, so that nobody misses
 * one, and one that leaked is gone everywhere after this.
 */
const PUBLISHED_FOR = 5 * MINUTES;
const isPublished = (route: string) => route === 'jwks' || route === 'discovery';

type EngineEvent =
  | Pick<PlainEvent, 'type' | 'reason'>
  | Pick<Extract<AuditEvent, { type: 'client.token-issued' }>, 'type' | 'details'>;

/** A sentence of the engine's as a code: `authorization code not found` becomes `authorization_code_not_found`. */
const codeOf = (sentence: string) => sentence.toLowerCase().replace(/[^a-z0-9]+/g, '_');

/** Collects the audit events of a request, which are recorded before the response is sent. */
export function listen(provider: Provider) {
  const addEvent = (event: EngineEvent, ctx: KoaContextWithOIDC) => {
    const call = currentEngineContext();
    const { client, account, entities } = ctx.oidc;
    const subjectId = account?.accountId ?? entities.Account?.accountId ?? call?.presented?.userId;
    const sessionId = call?.session?.id ?? call?.presented?.sessionId;
    call?.events.push({ ...event, clientId: client?.clientId, subjectId, actorId: subjectId, sessionId });
  };

  provider.on('device_authorization.success', (_, answer) => Object.assign(answer, { interval: POLL_EVERY }));
  provider.on('authorization.success', (ctx) => addEvent({ type: 'client.authorized' }, ctx));
  provider.on('grant.success', (ctx) => {
    const grantType = String(ctx.oidc.params?.grant_type);
    if (grantType === 'refresh_token') addEvent({ type: 'client.token-refreshed' }, ctx);
    else addEvent({ type: 'client.token-issued', details: { grantType } }, ctx);
  });
  provider.on('grant.error', (ctx, error) => {
    const detail = String(error.error_detail);
    if (/already (consumed|used)$/.test(detail)) addEvent({ type: 'client.replay', reason: codeOf(detail) }, ctx);
    else if (error.error === 'invalid_grant') addEvent({ type: 'client.grant-refused', reason: codeOf(detail) }, ctx);
  });
  provider.on('authorization.error', (ctx, error) => {
    if (error.error_detail === NOT_FOR_ACCOUNT) addEvent({ type: 'client.refused' }, ctx);
    if (error.error === 'invalid_redirect_uri') addEvent({ type: 'client.address-refused' }, ctx);
  });
  provider.on('end_session.success', (ctx) => {
    const call = currentEngineContext();
    addEvent({ type: 'client.logout' }, ctx);
    if (call && ctx.oidc.params?.logout) call.ended = true;
  });
  provider.on('server_error', (_, err) =>
    log.error({ err, requestId: currentEngineContext()?.context?.requestId }, 'the provider failed'),
  );

  provider.use(async (ctx, next) => {
    // The engine adds the hash of the one script that it has, which posts an answer to the client (requirement H27).
    ctx.set('content-security-policy', "default-src 'none'; script-src; base-uri 'none'; frame-ancestors 'none'");
    await next();
    const { oidc } = ctx as unknown as KoaContextWithOIDC;
    // Without a referrer browsers send `Origin: null` with the form, which the client's own check refuses.
    if (oidc?.params?.response_mode === 'form_post' && ctx.type === 'text/html') ctx.set('referrer-policy', 'origin');
    const call = currentEngineContext();
    if (!call || !oidc) return;
    if (isPublished(oidc.route) && ctx.status === 200) ctx.set('cache-control', `public, max-age=${PUBLISHED_FOR}`);
    const { error } = (ctx.body ?? {}) as { error?: string };
    if (error === 'invalid_client') addEvent({ type: 'client.auth-failure' }, ctx as never);
    if (oidc.route === 'revocation' && ctx.status === 200) addEvent({ type: 'client.token-revoked' }, ctx as never);
    if (oidc.route === 'end_session' && ctx.status === 200 && oidc.session) {
      const { session } = oidc;
      const hinted = hintedSubject(oidc);
      const isHint = hinted !== undefined && hinted === (await subjectFor(oidc.client, session.accountId));
      const { secret } = session.state as { secret: string };
      call.logout = { xsrf: secret, needsConsent: Boolean(session.accountId) && !isHint };
    }
  });
}

/** Stores what our page of a device's sign-in needs, in place of the engine's page. */
export function storeDevice(ctx: KoaContextWithOIDC, problem?: string) {
  const call = currentEngineContext();
  const state = ctx.oidc.session?.state as { secret: string } | undefined;
  if (call) call.device = { xsrf: state?.secret, problem };
  ctx.body = '';
}
