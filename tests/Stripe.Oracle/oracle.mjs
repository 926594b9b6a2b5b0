// Stripe's own library as a judge: signs events, gives its verdict on signatures, and shows the request that it would send. One JSON object per line in, one per line out.
import { createInterface } from 'node:readline';
import Stripe from 'stripe';

let sent;
class Recorder extends Stripe.HttpClient {
  getClientName() {
    return 'recorder';
  }

  async makeRequest(host, port, path, method, headers, body) {
    sent = { method, path, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), `${value}`])), body: body ?? '' };
    return { getStatusCode: () => 200, getHeaders: () => ({}), getRawResponse: () => ({}), toStream: (done) => done(), toJSON: async () => ({ object: 'list', data: [] }) };
  }
}

const stripe = new Stripe('sk_test_fake', { httpClient: new Recorder(), telemetry: false });

const answers = {
  sign: ({ payload, secret, timestamp }) => stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }),
  verify: ({ payload, secret, header }) => {
    try {
      stripe.webhooks.signature.verifyHeader(payload, header, secret, 300);
      return true;
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
      throw error;
    }
  },
  request: async ({ call, args, key }) => {
    const path = call.split('.');
    await path.slice(0, -1).reduce((at, name) => at[name], stripe)[path.at(-1)](...args, ...(key ? [{ idempotencyKey: key }] : []));
    return sent;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await answers[request.op](request))}\n`);
}
