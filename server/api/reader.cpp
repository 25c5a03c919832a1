// The page at /docs. It reads /api/openapi.json and needs nothing from outside.
#include "server/api/openapi.h"

namespace tutti::api {

std::string_view reader_html() {
  return R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tutti: the server's interface</title>
<link rel="stylesheet" href="/docs/reader.css">
<script type="module" src="/docs/reader.js"></script>
</head>
<body>
<header>
<h1>Tutti <small id="version"></small></h1>
<p id="about"></p>
<label>Find <input id="find" type="search" placeholder="path, word" autocomplete="off"></label>
<a href="/api/openapi.json">OpenAPI as JSON</a>
</header>
<nav id="groups" aria-label="Groups"></nav>
<main id="routes" aria-live="polite"><p>Reading the interface …</p></main>
<noscript><p>This page needs JavaScript; the same is in <a href="/api/openapi.json">/api/openapi.json</a>.</p></noscript>
</body>
</html>
)html";
}

std::string_view reader_css() {
  return R"css(:root { color-scheme: dark light; --back: #15171c; --card: #1d2028; --line: #31353f; --text: #e8eaf0; --soft: #a3a9b8; --accent: #7cc4ff; }
@media (prefers-color-scheme: light) { :root { --back: #f6f7f9; --card: #fff; --line: #d8dbe2; --text: #1b1d22; --soft: #565c6b; --accent: #0b63b0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; } h1 small { color: var(--soft); font-size: 1rem; font-weight: normal; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; } a { color: var(--accent); }
header p, .soft { color: var(--soft); } header label { margin-right: 1rem; }
input { padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); color: inherit; font: inherit; }
nav { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
details { margin: .4rem 0; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
summary { display: flex; flex-wrap: wrap; gap: .75rem; padding: .6rem .8rem; cursor: pointer; }
summary:focus-visible, input:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
summary b { min-width: 5.5rem; color: var(--accent); font-family: ui-monospace, monospace; }
summary code { overflow-wrap: anywhere; }
.inside { padding: 0 .8rem .8rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
h3 { margin: .8rem 0 .2rem; font-size: 1rem; }
)css";
}

std::string_view reader_js() {
  return R"js(const make = (tag, text, parent) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
};
const api = await (await fetch("/api/openapi.json")).json();
const schemas = api.components.schemas;
const words = (schema) => {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.oneOf) return schema.oneOf.map(words).join(", ");
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.type === "array") return `list of ${words(schema.items)}`;
  if (schema.format === "binary") return "bytes";
  return schema.type ?? "anything";
};
const named = (schema, into = new Map()) => {
  const name = schema?.$ref?.split("/").pop();
  if (name && !into.has(name)) {
    into.set(name, schemas[name]);
    for (const field of Object.values(schemas[name].properties ?? {})) named(field, into);
  }
  for (const one of schema?.oneOf ?? []) named(one, into);
  if (schema?.items) named(schema.items, into);
  return into;
};
const table = (parent, title, rows) => {
  if (rows.length === 0) return;
  make("h3", title, parent);
  const body = make("tbody", undefined, make("table", undefined, parent));
  for (const row of rows) {
    const line = make("tr", undefined, body);
    row.forEach((cell, index) => (index === 0 ? make("code", cell, make("td", undefined, line)) : make("td", cell, line)));
  }
};
const shapes = (parent, schema) => {
  for (const [name, shape] of named(schema)) {
    const needed = new Set(shape.required ?? []);
    table(parent, name, Object.entries(shape.properties ?? {}).map(([field, value]) =>
      [field, words(value), `${value.description ?? ""}${needed.has(field) ? "" : " (optional)"}`]));
  }
};
document.querySelector("#version").textContent = api.info.version;
document.querySelector("#about").textContent = api.info.description;
const main = document.querySelector("#routes");
main.replaceChildren();
const groups = new Map();
for (const [path, methods] of Object.entries(api.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const group = operation.tags[0];
    if (!groups.has(group)) {
      const section = make("section", undefined, main);
      make("h2", group, section).id = group;
      const link = make("a", group, document.querySelector("#groups"));
      link.href = `#${group}`;
      groups.set(group, section);
    }
    const details = make("details", undefined, groups.get(group));
    details.id = operation.operationId;
    const summary = make("summary", undefined, details);
    make("b", operation["x-websocket"] ? "WS" : method.toUpperCase(), summary);
    make("code", path, summary);
    make("span", operation.summary, summary).className = "soft";
    const inside = make("div", undefined, details);
    inside.className = "inside";
    if (operation.description) make("p", operation.description, inside);
    table(inside, "Parameters", (operation.parameters ?? []).map((one) => [one.name, words(one.schema), one.description ?? ""]));
    const used = [];
    for (const [type, content] of Object.entries(operation.requestBody?.content ?? {})) {
      make("p", `Takes ${type}: ${words(content.schema)}`, inside);
      used.push(content.schema);
    }
    const socket = operation["x-websocket"];
    if (socket?.send) { make("p", `Send: ${words(socket.send)}`, inside); used.push(socket.send); }
    if (socket?.receive) { make("p", `Receive: ${words(socket.receive)}`, inside); used.push(socket.receive); }
    const rows = [];
    for (const [status, response] of Object.entries(operation.responses)) {
      const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
      rows.push([status, response.description, type ? `${type}: ${words(content.schema)}` : ""]);
      if (status.startsWith("2") && content) used.push(content.schema);
    }
    table(inside, "Answers", rows);
    for (const schema of used) shapes(inside, schema);
    details.dataset.text = `${method} ${path} ${operation.summary} ${operation.description ?? ""}`.toLowerCase();
  }
}
document.querySelector("#find").addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const details of document.querySelectorAll("details")) details.hidden = !details.dataset.text.includes(wanted);
});
if (location.hash) document.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`)?.scrollIntoView();
)js";
}

}  // namespace tutti::api
