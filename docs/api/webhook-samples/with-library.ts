// Verifies a delivery with the library of Standard Webhooks: npm install standardwebhooks
import { Webhook } from "standardwebhooks";

export function verify(secret: string, headers: Record<string, string>, body: Buffer): unknown {
  return new Webhook(secret).verify(body, headers);
}
