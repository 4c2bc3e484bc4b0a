// The README's first deal, by the generated TypeScript client. Reads SERVICE_URL and CALLERS from its environment.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Deal = components["schemas"]["DealCreate"];
type Credential = { client_id: string; client_secret: string };
type Answer<Data, Refusal> = { data?: Data; error?: Refusal; response: Response };

/** A word of the environment that must be there. */
function told(name: string): string {
  const value = process.env[name];
  ok(value, `${name} is not set`);
  return value;
}

const url = told("SERVICE_URL");
const callers = JSON.parse(told("CALLERS")) as Record<"admin" | "first" | "second", Credential>;

/** The data of an answer that must be a success. */
function done<Data, Refusal>(answer: Answer<Data, Refusal>): Data {
  ok(answer.data !== undefined, `${answer.response.status}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

// What a client asks for: whole records, or parts of them.
type Whole = "application/json" | "application/problem+json";
type Part = "application/vnd.ecosystem.part+json" | "application/problem+json";

/** A client that acts with a token it has bought. */
async function caller(credential: Credential) {
  const anybody = createClient<paths>({ baseUrl: url });
  const bought = await anybody.POST("/oauth/token", {
    body: { grant_type: "client_credentials", ...credential },
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  const options = { baseUrl: url, headers: { Authorization: `Bearer ${done(bought).access_token}` } };
  return Object.assign(createClient<paths, Whole>(options), { parts: createClient<paths, Part>(options) });
}

/** What a partner registers. */
function wanted(customer: NonNullable<Deal["customer"]>, amount: string, closes: string | null): Deal {
  return {
    title: "Endpoint protection for the new plant",
    customer,
    products: [{ sku: "EDR-100", quantity: 250 }],
    amount: { amount, currency: "EUR" },
    expected_close_on: closes,
  };
}

const [admin, first, second] = await Promise.all([callers.admin, callers.first, callers.second].map(caller));
ok(admin && first && second);
const desk = done(await admin.POST("/v1/clients", { body: { name: "Channel desk", role: "manager" } }));
const manager = await caller({ client_id: desk.client_id, client_secret: desk.client_secret });
const ifMatch = (version: string) => ({ header: { "If-Match": version } });

// A partner drafts a deal; the key makes the request safe to repeat.
const customer = { name: "Fabrikam Robotics GmbH", country: "DE", domains: ["fabrikam-robotics.example"] };
const draft = () =>
  first.POST("/v1/deal-registrations", {
    params: { header: { "Idempotency-Key": "my-first-deal" } },
    body: wanted(customer, "48000.00", null),
  });
const drafted = done(await draft());
strictEqual(done(await draft()).id, drafted.id);
strictEqual(drafted.status, "draft");
deepStrictEqual(drafted.missing, ["expected_close_on"]);
const path = { deal_id: drafted.id };

// It submits; the rules say at once what is missing. It completes the deal, and is approved.
const submit = "/v1/deal-registrations/{deal_id}/submit";
const returned = done(await first.POST(submit, { params: { path, ...ifMatch('"v1"') } }));
strictEqual(returned.status, "action_required");
deepStrictEqual(returned.remedies, ["Complete: expected_close_on."]);
const complete = (version: string) =>
  first.PATCH("/v1/deal-registrations/{deal_id}", {
    params: { path, ...ifMatch(version) },
    body: { expected_close_on: "2027-03-31" },
  });
strictEqual((await complete('"v1"')).error?.code, "stale_version");
done(await complete('"v2"'));
const approved = done(await first.POST(submit, { params: { path, ...ifMatch('"v3"') } }));
strictEqual(approved.status, "approved");
strictEqual(approved.protection?.basis, "90 days from approval");

// What is read whole has every field; of a part only the id is sure to be there.
const read = done(await first.GET("/v1/deal-registrations/{deal_id}", { params: { path } }));
const title: string = read.title;
const some = await first.parts.GET("/v1/deal-registrations/{deal_id}", { params: { path, query: { fields: "status" } } });
const part: { id: string; status?: string; title?: string } = done(some);
strictEqual(some.response.headers.get("Content-Type"), "application/vnd.ecosystem.part+json");
deepStrictEqual(part, { id: drafted.id, status: "approved" });
// @ts-expect-error A part may lack its title.
const missing: string = done(some).title;
ok(title && missing === undefined);

// Why? The decision can be read, and evaluated again.
const decision = done(await first.GET("/v1/deal-registrations/{deal_id}/decision", { params: { path } }));
const verify = { params: { path: { decision_id: decision.id } } };
strictEqual(done(await first.POST("/v1/decisions/{decision_id}/verify", verify)).holds, true);

// A second partner registers the same customer, spelled differently, and waits; nobody can approve it past the holder.
const spelled = { name: "FABRIKAM ROBOTICS", country: "DE" };
const rival = done(await second.POST("/v1/deal-registrations", { body: wanted(spelled, "52000.00", "2027-04-30") }));
const other = { deal_id: rival.id };
const waiting = done(await second.POST(submit, { params: { path: other, ...ifMatch('"v1"') } }));
strictEqual(waiting.status, "waiting");
strictEqual(waiting.queue?.place, 1);
const refused = await manager.POST("/v1/deal-registrations/{deal_id}/approve", {
  params: { path: other, ...ifMatch("*") },
  body: { reason: "strategic_account" },
});
strictEqual(refused.response.status, 409);
strictEqual(refused.error?.code, "claim_held");

// The first gives its claim up, and the worker serves the queue: the second waits for the news of it.
done(await first.POST("/v1/deal-registrations/{deal_id}/release", { params: { path, ...ifMatch("*") } }));
const seen: string[] = [];
for (let after = 0, turn = 0; turn < 60 && !seen.includes("deal_registration.approved"); turn += 1) {
  const query = { subject_id: rival.id, type: ["deal_registration.*"], after, wait: 1 };
  const page = done(await second.GET("/v1/events", { params: { query } }));
  seen.push(...page.data.map((event) => event.type));
  after = page.next_after;
}
const story = ["created", "submitted", "queued", "promoted", "approved"];
deepStrictEqual(seen, story.map((step) => `deal_registration.${step}`));
console.log("the first deal is told");
