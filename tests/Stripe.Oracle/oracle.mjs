// Stripe's own library as a judge: signs events and gives its verdict on signatures. One JSON object per line in, one per line out.
import { createInterface } from 'node:readline';
import Stripe from 'stripe';

const stripe = new Stripe('sk_test_oracle');

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
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(answers[request.op](request))}\n`);
}
