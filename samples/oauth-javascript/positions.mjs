// A program on somebody's machine that looks at their positions:
//   npm ci && node positions.mjs http://localhost:8080 <client_id> 8124
// The app was made with redirect_uris ["http://127.0.0.1:8124/callback"] and scopes openid, profile, offline_access, read (docs/oauth.md).
import { createServer } from 'node:http';
import { createInterface } from 'node:readline/promises';
import * as oidc from 'openid-client';

const [address, clientId, port] = process.argv.slice(2);
if (port === undefined) {
  console.error('usage: node positions.mjs <address of TradeFlow> <client_id> <port of this machine>');
  process.exit(2);
}
const redirectUri = `http://127.0.0.1:${port}/callback`;

/** Waits for the browser to come back with the code. */
const comeBack = () =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', redirectUri);
      if (url.pathname !== '/callback') return void response.writeHead(404).end();
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end('<!doctype html><title>Done</title><link rel="icon" href="data:,"><p>You can close this page and go back to the program.');
      server.close();
      resolve(url);
    }).listen(Number(port), '127.0.0.1');
  });

const insecure = new URL(address).protocol === 'http:'; // a TradeFlow on this machine
const config = await oidc.discovery(new URL(address), clientId, undefined, oidc.None(), insecure ? { execute: [oidc.allowInsecureRequests] } : undefined);

const verifier = oidc.randomPKCECodeVerifier();
const state = oidc.randomState();
const nonce = oidc.randomNonce();
const start = oidc.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile offline_access read',
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
});
const back = comeBack();
console.log(`Open ${start.href}`);

let tokens;
try {
  tokens = await oidc.authorizationCodeGrant(config, await back, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce });
} catch (error) {
  console.log(`Not let in: ${error.error ?? error.message}`);
  process.exit(1);
}
const person = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
console.log(`Let in by ${person.name}`);

/** Access tokens live for ten minutes: on a 401 another one is asked for, once. The refresh token changes with it. */
async function call(path, init = {}) {
  const send = () => fetch(new URL(path, address), { ...init, headers: { ...init.headers, Authorization: `Bearer ${tokens.access_token}` } });
  const first = await send();
  if (first.status !== 401) return first;
  try {
    tokens = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  } catch {
    return first;
  }
  return send();
}

const trade = await call('/api/orders/cancel', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ order_id: '00000000-0000-0000-0000-000000000000' }),
});
console.log(`Trading is answered with ${trade.status}`);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (;;) {
  const positions = await call('/api/positions');
  if (!positions.ok) {
    console.log(`Cut off: ${positions.status}`);
    break;
  }
  console.log(`Positions: ${await positions.text()}`);
  console.log('Enter looks again.');
  if ((await lines.next()).done) break;
}
process.exit(0);
