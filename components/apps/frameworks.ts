import {
  type Connection,
  callback,
  clientAuthenticationOf,
  firstOf,
  onlyRs256,
  quoted,
  SECRET,
  type Snippet,
  scopeOf,
} from './connection';

export function spring(connection: Connection): Snippet {
  const { issuer, clientId, authMethod } = connection;
  return {
    title: 'Spring Boot',
    file: 'application.yml',
    redirectUri: callback(connection, '/login/oauth2/code/latchkey'),
    note: onlyRs256(connection),
    text: `spring:
  security:
    oauth2:
      client:
        registration:
          latchkey:
            client-id: ${clientId}
            client-secret: ${SECRET}
            client-authentication-method: ${authMethod}
            scope: ${scopeOf(connection).split(' ').join(', ')}
        provider:
          latchkey:
            issuer-uri: ${issuer}`,
    and: {
      file: 'Pkce.java',
      text: `// Spring Security 6.5 sends PKCE for an app with a secret only with this bean; 7 does it by itself.
@Bean
OAuth2AuthorizationRequestResolver pkce(ClientRegistrationRepository registrations) {
  var resolver = new DefaultOAuth2AuthorizationRequestResolver(registrations, "/oauth2/authorization");
  resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
  return resolver;
}`,
    },
  };
}

export function django(connection: Connection): Snippet {
  const { issuer, clientId, authMethod, signingAlg } = connection;
  return {
    title: 'Django (python-social-auth)',
    file: 'settings.py',
    redirectUri: callback(connection, '/complete/oidc/'),
    text: `AUTHENTICATION_BACKENDS = [
    'social_core.backends.open_id_connect.OpenIdConnectAuth',
    'django.contrib.auth.backends.ModelBackend',
]
SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = '${issuer}'
SOCIAL_AUTH_OIDC_KEY = '${clientId}'
SOCIAL_AUTH_OIDC_SECRET = '${SECRET}'
SOCIAL_AUTH_OIDC_SCOPE = ${list(scopeOf(connection).split(' '))}
SOCIAL_AUTH_OIDC_TOKEN_ENDPOINT_AUTH_METHOD = '${authMethod}'
SOCIAL_AUTH_OIDC_JWT_ALGORITHMS = ['${signingAlg}']
# It sends no PKCE unless it is told to.
SOCIAL_AUTH_OIDC_USE_PKCE = True`,
  };
}

const list = (texts: string[]) => `[${texts.map(quoted).join(', ')}]`;

export function passport(connection: Connection): Snippet {
  const { issuer, clientId } = connection;
  return {
    title: 'Passport',
    file: 'sign-in.js',
    text: `// passport-openidconnect sends no PKCE, and the secret in the form. The strategy of openid-client does better.
import { env } from 'node:process';
import * as oidc from 'openid-client';
import { Strategy } from 'openid-client/passport';
import passport from 'passport';

const config = await oidc.discovery(
  new URL('${issuer}'), '${clientId}', undefined,
  ${clientAuthenticationOf(connection)},
);
const callbackURL = ${quoted(firstOf(connection))};
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
passport.use('latchkey', new Strategy(
  { config, callbackURL, scope: '${scopeOf(connection)}' },
  (tokens, done) => done(null, tokens.claims()),
));

// app uses express-session. Where somebody is sent to sign in, and where they come back to:
app.use(passport.session());
app.get('/sign-in', passport.authenticate('latchkey'));
app.get(new URL(callbackURL).pathname, passport.authenticate('latchkey', { successRedirect: '/' }));`,
  };
}
