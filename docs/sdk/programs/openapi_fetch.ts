// What a user of openapi-typescript and openapi-fetch writes: `node program.ts http://127.0.0.1:8000`.
import createClient from "openapi-fetch";
import type { components, paths } from "./openapi.ts";

declare const process: { argv: string[] };
type Meeting = components["schemas"]["Meeting"];

const api = createClient<paths>({ baseUrl: process.argv[2] });
const now = new Date().toISOString();

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

function same(one: Iterable<string>, other: Iterable<string>): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}

type Query = NonNullable<paths["/api/v1/meetings"]["get"]["parameters"]["query"]>;

async function page(query: Query): Promise<components["schemas"]["MeetingPage"]> {
  const { data, error } = await api.GET("/api/v1/meetings", { params: { query } });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
}

async function slugs(query: Query): Promise<Set<string>> {
  return new Set((await page({ ...query, limit: 200 })).results.map((one) => one.slug));
}

const walked: Meeting[] = [];
let cursor: string | undefined;
do {
  const got = await page({ limit: 5, cursor });
  walked.push(...got.results);
  cursor = got.next === null ? undefined : (new URL(got.next).searchParams.get("cursor") ?? undefined);
} while (cursor);
const all = walked.map((one) => one.slug);
check(new Set(all).size === all.length && all.length > 10, "pages");

const [russia, turkey] = [await slugs({ participant: ["RUS"] }), await slugs({ participant: ["TUR"] })];
const both = [...russia].filter((slug) => turkey.has(slug));
check(both.length > 0 && same(await slugs({ participant: ["RUS", "TUR"] }), both), "all of");
check(same(await slugs({ participant: ["RUS,TUR"] }), new Set([...russia, ...turkey])), "any of");
check((await slugs({ participant_role: ["host", "mediator"] })).size > 0, "any of some words");
const geneva = (await page({ near: [46.2, 6.15, 50] })).results;
check(geneva.length > 0 && geneva.every((one) => one.place?.country?.slug === "CHE"), "near");

// `fields` is for plain JSON: its answers lack keys that a Meeting has.
const some = (await page({ fields: ["slug", "name"], limit: 2 })).results as Partial<Meeting>[];
check(some.every((one) => same(Object.keys(one), ["name", "slug"])), "fields");

check((await slugs({ updated_after: now })).size === 0, "updated_after");
check(same(await slugs({ known_at: now }), all), "known_at");

const counts = await api.GET("/api/v1/meetings/counts", { params: { query: { by: ["year", "mode"] } } });
const years: (number | null | undefined)[] | undefined = counts.data?.groups.map((group) => group.year);
check(years !== undefined && years.length > 0 && counts.data?.total === all.length, "counts");

const wrong = await api.GET("/api/v1/meetings", { params: { query: { cursor: "nowhere" } } });
check(wrong.error?.errors[0]?.code === "invalid_cursor" && wrong.response.status === 400, "problem");

const file = await api.GET("/api/v1/exports/meetings", { parseAs: "text" });
const lines = (file.data as unknown as string).trimEnd().split("\n");
const last = JSON.parse(lines.pop() ?? "{}") as { complete?: boolean; count?: number };
check(same(lines.map((line) => (JSON.parse(line) as Meeting).slug), all), "export");
check(last.complete === true && last.count === all.length, "whole export");
console.log(`openapi-fetch: ${all.length} meetings walked, filtered, counted and exported`);
