// Verifies a delivery without a library: Node 20 and later.
import { createHmac, timingSafeEqual } from "node:crypto";

const toleranceSeconds = 5 * 60;

export function verify(secret: string, headers: Record<string, string | undefined>, body: Buffer): unknown {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) {
    throw new Error("webhook-timestamp is not of now");
  }

  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  if (key.length < 24) {
    throw new Error("the secret is not set");
  }

  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  const given = (headers["webhook-signature"] ?? "")
    .split(" ")
    .filter((signature) => signature.startsWith("v1,"))
    .map((signature) => Buffer.from(signature.slice("v1,".length), "base64"));
  if (!given.some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected))) {
    throw new Error("webhook-signature is not ours");
  }

  return JSON.parse(body.toString("utf8"));
}
