// Verifies a delivery with the library of Standard Webhooks: npm install standardwebhooks
import { Webhook } from "standardwebhooks";

export function verify(secret: string, headers: Record<string, string>, body: Buffer): unknown {
  // The library takes the key of nobody for a key.
  if (secret.length < "whsec_".length + 32) {
    throw new Error("the secret is not set");
  }

  return new Webhook(secret).verify(body, headers);
}
