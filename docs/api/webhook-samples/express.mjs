// A receiver with Express: npm install express standardwebhooks
// WEBHOOK_SECRET=whsec_… PORT=3000 node express.mjs
import express from "express";
import { Webhook } from "standardwebhooks";

const secret = process.env.WEBHOOK_SECRET ?? "";

// The library takes the key of nobody for a key.
if (secret.length < "whsec_".length + 32) {
  throw new Error("WEBHOOK_SECRET is not set");
}

const webhook = new Webhook(secret);
const app = express();

// The signature is over the bytes as they came: express.raw on this route, and no express.json before it.
app.post("/hooks", express.raw({ type: "application/json", limit: "1mb" }), (request, response) => {
  let event;
  try {
    event = webhook.verify(request.body, request.headers);
  } catch {
    return response.sendStatus(400);
  }

  // The same delivery may come again: keep its id together with what you do, and do nothing where it is known.
  console.log(request.get("webhook-id"), event.event, event.data.id);
  response.sendStatus(204);
});

app.listen(process.env.PORT);
