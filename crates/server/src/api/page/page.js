// Shows the document of the API, and lets one try each route. All text goes in as text, never as markup.
"use strict";

const make = (tag, text, ...children) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};

// Words in which `code` is marked as such.
const words = (tag, text) =>
  make(tag, "", ...(text || "").split("`").map((part, at) => (at % 2 ? make("code", part) : document.createTextNode(part))));

let components = {};

// A schema with what it refers to in its place, a few levels deep.
const resolved = (schema, depth = 0) => {
  if (!schema || typeof schema !== "object" || depth > 6) return schema;
  if (schema.$ref) return resolved(components[schema.$ref.split("/").pop()], depth + 1);
  if (Array.isArray(schema)) return schema.map((part) => resolved(part, depth + 1));
  return Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, resolved(part, depth + 1)]));
};

const pretty = (value) => JSON.stringify(value, null, 2);

const content = (part) => Object.entries((part && part.content) || {})[0];

const attempt = (method, path, route) => {
  const fields = (route.parameters || []).map((parameter) => {
    const input = make("input");
    input.placeholder = parameter.required ? "required" : "";
    return { parameter, input, row: make("label", `${parameter.name} `, input) };
  });
  const body = content(route.requestBody);
  const area = body ? make("textarea") : null;
  if (path.endsWith("/screen")) area.value = '{"name": "Jong In Chol"}';
  if (path.endsWith("/stream")) {
    area.value = '{"id": "1", "schema": "Person", "properties": {"name": ["Jong In Chol"]}}\n';
  }
  const button = make("button", "Send");
  const out = make("pre");
  out.hidden = true;
  button.addEventListener("click", async () => {
    let target = path;
    const query = new URLSearchParams();
    for (const { parameter, input } of fields) {
      if (parameter.in === "path") target = target.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (input.value) query.set(parameter.name, input.value);
    }
    const headers = {};
    const key = document.getElementById("key").value;
    if (key) headers.Authorization = `Bearer ${key}`;
    if (area) headers["Content-Type"] = body[0];
    out.hidden = false;
    out.textContent = "…";
    try {
      const asked = query.size ? `${target}?${query}` : target;
      const answer = await fetch(asked, { method: method.toUpperCase(), headers, body: area ? area.value : undefined });
      const text = await answer.text();
      let shown = text;
      try { shown = pretty(JSON.parse(text)); } catch { /* lines, or no JSON at all: shown as they are */ }
      out.textContent = `${answer.status} ${answer.statusText}\n\n${shown}`;
    } catch (error) {
      out.textContent = String(error);
    }
  });
  return [...fields.map((field) => field.row), ...(area ? [area] : []), button, out];
};

const show = (method, path, route) => {
  const head = make("summary", "", make("span", method.toUpperCase()), make("code", path), " ", words("span", route.summary));
  head.firstChild.className = "method";
  const parts = [head];
  if (route.description) parts.push(words("p", route.description));
  if (route.parameters) {
    const rows = route.parameters.map((parameter) =>
      make("tr", "", make("td", "", make("code", parameter.name)), make("td", parameter.in), words("td", parameter.description)));
    parts.push(make("table", "", ...rows));
  }
  const body = content(route.requestBody);
  if (body) parts.push(make("h4", `Body: ${body[0]}`), make("pre", pretty(resolved(body[1].schema))));
  for (const [status, answer] of Object.entries(route.responses || {})) {
    const given = content(answer);
    parts.push(make("h4", `${status} ${given ? given[0] : ""}`));
    if (given) parts.push(make("pre", pretty(resolved(given[1].schema))));
  }
  parts.push(make("h4", "Try it"), ...attempt(method, path, route));
  return make("details", "", ...parts);
};

fetch("/openapi.json").then((answer) => answer.json()).then((api) => {
  components = (api.components && api.components.schemas) || {};
  document.getElementById("about").replaceWith(words("p", `${api.info.description} Version ${api.info.version}.`));
  const groups = new Map();
  for (const [path, routes] of Object.entries(api.paths)) {
    for (const [method, route] of Object.entries(routes)) {
      const tag = (route.tags || ["other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(show(method, path, route));
    }
  }
  // What is there for users of another service comes last.
  const sorted = [...groups].sort(([one], [other]) => (one === "yente") - (other === "yente"));
  const sections = sorted.map(([tag, shown]) => make("section", "", make("h2", tag), ...shown));
  document.getElementById("routes").replaceChildren(...sections);
}).catch((error) => {
  document.getElementById("routes").textContent = String(error);
});
