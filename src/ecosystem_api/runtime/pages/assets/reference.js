// Opens the reference on this service's own contract; nothing is fetched from anywhere else.
const KEPT = "token";

// A link made by `ecosystem-api token --link` carries a token behind the #, which browsers send to nobody. It is kept
// for this tab and taken out of the address at once.
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEPT);
}

function followScheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();
}

// Swagger UI takes an underscore in a link for a blank and complains of it; in the names of operations it is itself.
const plainLinks = () => ({
  statePlugins: {
    layout: {
      wrapActions: {
        parseDeepLinkHash: (_, { layoutActions, layoutSelectors }) => (hash) => {
          const key = layoutSelectors.isShownKeyFromUrlHashArray(hash.replace(/^#!?\/?/, "").split("/"));
          if (!key.length) return;
          if (key[0] === "operations") layoutActions.show(["operations-tag", key[1]], true);
          layoutActions.show(key, true);
          layoutActions.scrollTo(key);
          layoutActions.scrollToVirtualizedOperation(key);
        },
      },
    },
  },
});

// Swagger UI reads the whole contract anew for each operation that is opened, which takes it seconds. This contract
// refers to nothing but itself, so to follow its references is all there is to do. What contains itself stays a name.
const plainReferences = () => ({
  fn: {
    resolveSubtree: async (contract, path) => {
      const found = path.reduce((place, name) => place?.[name], contract);
      return { spec: followed(found, contract, []), errors: [] };
    },
  },
});

function followed(value, contract, within) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => followed(one, contract, within));
  const { $ref, ...own } = value;
  if (within.includes($ref)) return value;
  const told = Object.fromEntries(Object.entries(own).map(([name, one]) => [name, followed(one, contract, within)]));
  if ($ref === undefined) return told;
  const target = $ref.slice(2).split("/").reduce((place, name) => place[name], contract);
  return { ...followed(target, contract, [...within, $ref]), ...told, $$ref: $ref };
}

async function open() {
  const token = takeToken();
  const contract = await (await fetch("/openapi.json")).json();
  // Tried is the service this page came from, under the name by which the browser knows it.
  contract.servers = [{ url: location.origin, description: "This installation." }];
  // News has a page of its own, /docs/events; here it would be as long again as the operations.
  delete contract.webhooks;
  const { oauth2, ...others } = contract.components.securitySchemes;
  contract.components.securitySchemes = { ...others, oauth2 }; // a token is pasted more often than a credential
  oauth2.flows.clientCredentials.tokenUrl = location.origin + "/oauth/token";
  const ui = SwaggerUIBundle({
    spec: contract,
    dom_id: "#reference",
    deepLinking: true,
    plugins: [plainLinks, plainReferences],
    displayRequestDuration: true,
    docExpansion: "none",
    filter: true,
    validatorUrl: null,
    onComplete: () => token && ui.preauthorizeApiKey("token", token),
  });
}

followScheme();
open();
