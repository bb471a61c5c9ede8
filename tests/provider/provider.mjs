// A provider of accounts (OpenID Connect) that nobody here wrote: the certified `oidc-provider`, with one client and
// one account. Usage: node provider.mjs PORT REDIRECT_URI; says "up" when it listens. Whoever signs in there is asked
// for a login and any password on its own pages.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, redirect] = process.argv.slice(2);
const resolve = createRequire(pathToFileURL(process.env.FOREWORD_TEST_PROVIDER + "/")).resolve;
const { default: Provider } = await import(pathToFileURL(resolve("oidc-provider")));

const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "foreword",
      client_secret: "a-secret-of-the-house",
      redirect_uris: [redirect],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  // As nearly all providers do: claims of the profile stand in the token itself.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: ["only for this test"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
});
provider.on("server_error", (_, error) => console.error(error));
provider.listen(Number(port), "127.0.0.1", () => console.log("up"));
// It ends with whoever started it.
process.stdin.on("end", () => process.exit(0)).resume();
