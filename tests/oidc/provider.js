// A province's single sign-on on this machine: a certified OpenID Connect provider, with people that the tests name.
// node provider.js PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI PEOPLE.json
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, clientId, clientSecret, redirectUri, peopleFile] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const people = () => JSON.parse(readFileSync(peopleFile, "utf8")); // Read anew: tests change who somebody is.

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri],
    response_types: ["code"], grant_types: ["authorization_code"] }],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "one" }] },
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  ttl: { Session: 600, Interaction: 600, AuthorizationCode: 60, AccessToken: 60, IdToken: 60, Grant: 600 },
  interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
  async findAccount(_ctx, id) {
    return people()[id] && { accountId: id, claims: () => ({ sub: id, ...people()[id] }) };
  },
  async loadExistingGrant(ctx) { // Nobody is asked whether the site may know the address: the office said so.
    const grant = new ctx.oidc.provider.Grant({ clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid email");
    await grant.save();
    return grant;
  },
});

const page = `<!doctype html><title>Province</title><h1>Province</h1>
<form method="post"><label>Who <input name="who"></label><button>Enter</button></form>`;

async function signIn(request, response) {
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html");
    return response.end(page);
  }
  let body = "";
  for await (const piece of request) body += piece;
  const who = new URLSearchParams(body).get("who");
  const result = who ? { login: { accountId: who } } : { error: "access_denied" };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
createServer((request, response) => (request.url.startsWith("/sign-in/") ? signIn : answer)(request, response))
  .listen(Number(port), "127.0.0.1", () => console.log("ready"));
