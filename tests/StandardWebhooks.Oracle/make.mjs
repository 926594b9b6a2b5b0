// Signs messages with the library of the standard-webhooks project and notes its verdict on each: npm ci && npm run vectors. The file is committed, so that no test needs npm.
import { Webhook } from 'standardwebhooks';

const now = 1_790_000_000;
Date.now = () => now * 1000;
const secret = 'whsec_' + Buffer.from('an old secret of thirty-two byte').toString('base64');
const other = 'whsec_' + Buffer.from('a new secret of thirty-two bytes').toString('base64');
const body = '{"intent":{"side":"buy","symbol":"EURUSD","qty":1}}';
const sign = (of, id, time, text) => new Webhook(of).sign(id, new Date(time * 1000), text);

function verdict({ secrets, id, timestamp, signature, body: text }) {
  const headers = Object.fromEntries(Object.entries({ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }).filter(([, value]) => value !== null));
  return secrets.some((one) => {
    try {
      new Webhook(one).verify(text, headers, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  });
}

const good = { secrets: [secret], id: 'msg_1', timestamp: String(now), signature: sign(secret, 'msg_1', now, body), body };
const at = (time) => ({ timestamp: String(time), signature: sign(secret, 'msg_1', time, body) });
const cases = {
  'as it should be': {},
  'signed by the other secret of two': { secrets: [other, secret] },
  'several signatures, the last one good': { signature: `v1,AAAA ${sign(other, 'msg_1', now, body)} ${good.signature}` },
  'a version that is not known beside a good one': { signature: `v1a,AAAA ${good.signature}` },
  'a good signature under another version': { signature: good.signature.replace('v1,', 'v2,') },
  'a good signature without its version': { signature: good.signature.slice(3) },
  'signed by another secret': { signature: sign(other, 'msg_1', now, body) },
  'a byte of the body changed': { body: body.replace('1}}', '2}}') },
  'a line end added to the body': { body: `${body}\n` },
  'another id': { id: 'msg_2' },
  'another time': { timestamp: String(now - 1) },
  'five minutes old': at(now - 300),
  'older than five minutes': at(now - 301),
  'five minutes ahead': at(now + 300),
  'further ahead than five minutes': at(now + 301),
  'no id': { id: null },
  'no time': { timestamp: null },
  'no signature': { signature: null },
  'an empty signature': { signature: '' },
  'a time that is none': { timestamp: 'yesterday' },
  'a signature cut short': { signature: good.signature.slice(0, -4) },
  'letters of all kinds': { body: 'µ€😀', signature: sign(secret, 'msg_1', now, 'µ€😀') },
  'a dot in the id': { id: 'msg.1', signature: sign(secret, 'msg.1', now, body) },
  'an empty body': { body: '', signature: sign(secret, 'msg_1', now, '') },
};
const vectors = Object.entries(cases).map(([name, change]) => ({ name, ...good, ...change }));
process.stdout.write(`${JSON.stringify({ now, vectors: vectors.map((one) => ({ ...one, good: verdict(one) })) }, null, 2)}\n`);
