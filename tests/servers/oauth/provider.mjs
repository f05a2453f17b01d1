// `oidc-provider` playing two providers on loopback: Google with opaque tokens, and Microsoft with JWTs and answers by form.
// usage: node provider.mjs CERT KEY KEYS     prints one line of JSON with its ports, and ends with its standard input
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [certFile, keyFile, keysFolder] = process.argv.slice(2);
const tls = { cert: fs.readFileSync(certFile), key: fs.readFileSync(keyFile) };
const TENANT = '11111111-2222-3333-4444-555555555555';
const MAIL = 'https://mail.google.com/';
const USERINFO = 'https://www.googleapis.com/auth/userinfo.email';
const OUTLOOK = 'https://outlook.office.com';
const OUTLOOK_SCOPES = [`${OUTLOOK}/IMAP.AccessAsUser.All`, `${OUTLOOK}/SMTP.Send`];

const state = { lasts: 3600, refusal: null, log: [], grants: [] };

// Dovecot checks Microsoft's tokens by this key alone, as a mail server would
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
fs.mkdirSync(path.join(keysFolder, 'default/RS256'), { recursive: true });
fs.writeFileSync(path.join(keysFolder, 'default/RS256/k1'), publicKey.export({ type: 'spki', format: 'pem' }));

const account = (_ctx, id) => ({
  accountId: id,
  claims: () => ({
    sub: id, email: id, email_verified: true, [USERINFO]: true, preferred_username: id, name: id.split('@')[0],
    oid: '00000000-0000-0000-0000-0000000000aa', tid: TENANT,
  }),
});

const common = {
  jwks: { keys: [jwk] },
  findAccount: account,
  cookies: { keys: ['for tests'] },
  responseTypes: ['code'],
  pkce: { required: () => true },
  rotateRefreshToken: () => true,
  conformIdTokenClaims: false,
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: {
    AccessToken: () => state.lasts, RefreshToken: () => 86400, IdToken: 3600, Interaction: 600, Session: 3600, Grant: 86400,
    AuthorizationCode: 60,
  },
};

async function listen(server) {
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server.address().port;
}

// --- the pages --------------------------------------------------------------------------------------------------

function page(title, scopes) {
  const boxes = scopes.map((s) => `<label><input type="checkbox" name="scope" value="${s}" checked> ${s}</label><br>`).join('');
  return `<!doctype html><title>${title}</title><form id="consent" method="post"><h1>${title}</h1>
    <input name="login" placeholder="address"><br>${boxes}
    <button name="act" value="allow">Allow</button> <button name="act" value="deny">Cancel</button></form>`;
}

async function body(req) {
  const pieces = [];
  for await (const piece of req) pieces.push(piece);
  return new URLSearchParams(Buffer.concat(pieces).toString());
}

async function interact(provider, title, boxes, grantScopes, req, res) {
  const { params } = await provider.interactionDetails(req, res);
  if (req.method === 'GET') {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    res.end(page(title, boxes));
    return;
  }
  const given = await body(req);
  let result;
  if (given.get('act') === 'deny') {
    result = { error: 'access_denied', error_description: 'The user pressed Cancel.' };
  } else if (state.refusal) {
    result = state.refusal;
  } else {
    const grant = new provider.Grant({ accountId: given.get('login'), clientId: params.client_id });
    grantScopes(grant, params.scope.split(' '), given.getAll('scope'));
    result = { login: { accountId: given.get('login') }, consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
}

// --- Google -----------------------------------------------------------------------------------------------------

const offline = new Set();
const googleServer = https.createServer(tls);
const googlePort = await listen(googleServer);
const google = new Provider(`https://127.0.0.1:${googlePort}`, {
  ...common,
  clients: [
    {
      client_id: 'desktop.apps.googleusercontent.test', client_secret: 'not-really-secret', application_type: 'native',
      redirect_uris: ['http://127.0.0.1/', 'http://localhost/'], grant_types: ['authorization_code', 'refresh_token'],
    },
    { client_id: 'dovecot', client_secret: 'dovecot-secret', redirect_uris: [], response_types: [], grant_types: [] },
  ],
  scopes: ['openid', 'email', MAIL, USERINFO],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], [USERINFO]: ['email', 'email_verified'] },
  extraParams: ['access_type', 'include_granted_scopes', 'login_hint'],
  routes: {
    authorization: '/o/oauth2/v2/auth', token: '/token', userinfo: '/v1/userinfo', revocation: '/revoke',
    introspection: '/introspect', jwks: '/oauth2/v3/certs',
  },
  issueRefreshToken: async (ctx, client) =>
    client.grantTypeAllowed('refresh_token') && offline.has(ctx.oidc.params?.code ?? ctx.oidc.body?.code),
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
  },
  extraTokenClaims: (_ctx, token) => ({ email: token.accountId }),
});
google.on('authorization.success', (ctx, out) => {
  if (ctx.oidc.params?.access_type === 'offline') offline.add(out.code);
});
google.use(async (ctx, next) => {
  // Google revokes for everyone who holds the token, without a client's name
  if (ctx.path === '/revoke' && ctx.method === 'POST' && !ctx.headers.authorization) {
    const who = Buffer.from('desktop.apps.googleusercontent.test:not-really-secret').toString('base64');
    ctx.req.headers.authorization = `Basic ${who}`;
  }
  await next();
  // Dovecot takes anything else for a fault of the provider, not for a token that is none
  if (ctx.path === '/introspect' && !ctx.body?.active) {
    ctx.status = 200;
    ctx.body = { active: false, email: 'nobody' };
  }
});
const googleAnswers = google.callback();
googleServer.on('request', (req, res) => {
  if (!req.url.startsWith('/interaction/')) { googleAnswers(req, res); return; }
  interact(google, 'Google for tests', [MAIL], (grant, asked, ticked) => {
    const wanted = asked.filter((scope) => scope !== MAIL || ticked.includes(MAIL));
    grant.addOIDCScope(wanted.join(' '));
    const refused = asked.filter((scope) => !wanted.includes(scope));
    if (refused.length) grant.rejectOIDCScope(refused.join(' '));
  }, req, res).catch((error) => { res.statusCode = 500; res.end(String(error)); });
});

// --- Microsoft --------------------------------------------------------------------------------------------------

const prefix = `/${TENANT}/v2.0`;
const microsoftServer = https.createServer(tls);
const microsoftPort = await listen(microsoftServer);
const microsoft = new Provider(`https://127.0.0.1:${microsoftPort}${prefix}`, {
  ...common,
  clients: [{
    client_id: '99999999-aaaa-bbbb-cccc-dddddddddddd', token_endpoint_auth_method: 'none', application_type: 'native',
    redirect_uris: ['http://localhost', 'http://localhost/'], grant_types: ['authorization_code', 'refresh_token'],
  }],
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'oid', 'tid'], email: ['email'] },
  extraParams: ['client_info', 'domain_hint', 'x-client-sku', 'login_hint'],
  issueRefreshToken: async (_ctx, client, source) =>
    client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
  routes: { authorization: '/authorize', token: '/token', jwks: '/keys' },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => OUTLOOK,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: OUTLOOK_SCOPES.join(' '), audience: OUTLOOK, accessTokenFormat: 'jwt', accessTokenTTL: state.lasts,
        jwt: { sign: { alg: 'RS256', kid: 'k1' } },
      }),
    },
  },
  formats: { customizers: { jwt: (_ctx, _token, parts) => { parts.header = { typ: 'JWT' }; } } },
  // Microsoft's tokens are long
  extraTokenClaims: (_ctx, token) => ({
    upn: token.accountId, email: token.accountId, scp: [...(token.scopes ?? [])].join(' '), padding: 'x'.repeat(1500),
  }),
});
microsoft.use(async (ctx, next) => {
  await next();
  if (ctx.path.endsWith('/token') && ctx.body?.access_token) {
    const who = { uid: '00000000-0000-0000-0000-0000000000aa', utid: TENANT };
    ctx.body.client_info = Buffer.from(JSON.stringify(who)).toString('base64url');
  }
});
const microsoftAnswers = microsoft.callback();
microsoftServer.on('request', (req, res) => {
  if (req.url.startsWith('/interaction/')) {
    interact(microsoft, 'Microsoft for tests', OUTLOOK_SCOPES, (grant, asked, ticked) => {
      grant.addOIDCScope(asked.filter((scope) => !scope.startsWith(OUTLOOK)).join(' '));
      const taken = OUTLOOK_SCOPES.filter((scope) => ticked.includes(scope));
      if (taken.length) grant.addResourceScope(OUTLOOK, taken.join(' '));
      const refused = OUTLOOK_SCOPES.filter((scope) => !ticked.includes(scope));
      if (refused.length) grant.rejectResourceScope(OUTLOOK, refused.join(' '));
    }, req, res).catch((error) => { res.statusCode = 500; res.end(String(error)); });
    return;
  }
  if (!req.url.startsWith(prefix)) { res.statusCode = 404; res.end(); return; }
  if (req.url.startsWith(`${prefix}/authorize?`)) { // Entra gives offline_access without prompt=consent
    const url = new URL(req.url, 'http://x');
    url.searchParams.set('prompt', 'consent');
    req.url = url.pathname + url.search;
  }
  req.originalUrl = req.url;
  req.url = req.url.slice(prefix.length) || '/';
  microsoftAnswers(req, res);
});

// --- for the test -----------------------------------------------------------------------------------------------

for (const [name, provider] of [['google', google], ['microsoft', microsoft]]) {
  for (const event of ['grant.success', 'grant.error', 'grant.revoked', 'authorization.error', 'server_error']) {
    provider.on(event, (ctx, error) => {
      state.log.push({ name, event, kind: ctx?.oidc?.params?.grant_type ?? '', error: error?.error ?? error?.message ?? '' });
    });
  }
  provider.on('grant.success', (ctx) => {
    const grant = ctx.oidc.entities.Grant?.jti;
    if (grant) state.grants.push([provider, grant]);
  });
}
const admin = http.createServer(async (req, res) => {
  const url = new URL(req.url, 'http://x');
  if (url.pathname === '/lasts') state.lasts = Number(url.searchParams.get('seconds'));
  if (url.pathname === '/refuse') state.refusal = JSON.parse(url.searchParams.get('with'));
  if (url.pathname === '/revoke-all') {
    for (const [provider, grant] of state.grants.splice(0)) {
      await provider.RefreshToken.revokeByGrantId(grant);
      await provider.AccessToken.revokeByGrantId(grant);
      await (await provider.Grant.find(grant))?.destroy();
    }
  }
  res.end(JSON.stringify(url.pathname === '/log' ? state.log.splice(0) : {}));
});
const adminPort = await listen(admin);
console.log(JSON.stringify({ google: googlePort, microsoft: microsoftPort, admin: adminPort, tenant: TENANT }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
