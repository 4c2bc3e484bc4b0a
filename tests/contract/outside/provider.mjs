// A certified OpenID provider (oidc-provider) with one frontend and one user, who signs in without being asked anything.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [resource] = process.argv.slice(2);
const accountId = "248289761001";
const claims = {
  email: "jane@vendor.example",
  email_verified: true,
  name: "Jane Doe",
  groups: ["everyone", "channel-managers"],
};

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    { client_id: "partner-portal", client_secret: "portal-secret", redirect_uris: ["http://127.0.0.1:1/callback"] },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
  extraTokenClaims: () => claims,
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      getResourceServerInfo: () => ({ scope: "api", audience: resource, accessTokenFormat: "jwt" }),
    },
  },
});
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  if (params.resource) grant.addResourceScope(params.resource, "api");
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(ctx.req, ctx.res, result);
});
server.on("request", provider.callback());
console.log(issuer);
