"use strict";

// The secret stands after the `#`, which browsers send to nobody.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
const part = (id) => document.getElementById(id);
const form = part("form");
const problem = part("problem");
const button = form.querySelector("button");
const fields = [...form.querySelectorAll("input[name]")];

const AWAY = "The server could not be reached. Try again in a moment.";
const FAILED = "Something went wrong on our side. Try again in a moment.";

function show(id) {
  for (const section of document.querySelectorAll("section")) {
    section.hidden = section.id !== id;
  }
  const heading = part(id).querySelector("h1[tabindex]");
  if (heading) heading.focus();
}

function complain(messages, wrong = []) {
  problem.replaceChildren(
    ...messages.map((message) => {
      const line = document.createElement("p");
      line.textContent = message;
      return line;
    }),
  );
  problem.hidden = messages.length === 0;
  for (const field of fields) {
    field.setAttribute("aria-invalid", String(wrong.includes(field.name)));
  }
  if (messages.length > 0) problem.focus();
}

function faultOf(error) {
  const { code, retryAfter } = error.extensions ?? {};
  if (code === "RATE_LIMITED") {
    return retryAfter
      ? `There were too many tries. Try again in ${retryAfter} seconds.`
      : "There were too many tries. Try again later.";
  }
  return code === "SERVER_BUSY" ? AWAY : FAILED;
}

async function send(input) {
  const answer = await fetch(new URL("../graphql", location.href), {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
      "x-azora-client": "account-pages",
    },
    body: JSON.stringify({
      query: form.dataset.document,
      operationName: form.dataset.operation,
      variables: { input },
    }),
    // Whoever is signed in here is not who the link is for.
    credentials: "omit",
    cache: "no-store",
  });
  return answer.json();
}

function settle({ data, errors }) {
  const payload = data && Object.values(data)[0];
  if (errors || !payload) {
    complain([errors ? faultOf(errors[0]) : FAILED]);
    return;
  }
  const refusals = payload.userErrors;
  if (refusals.length > 0) {
    complain(
      refusals.map((refusal) => refusal.message),
      refusals.map((refusal) => refusal.path.at(-1)),
    );
    return;
  }
  // What was used up is of no use in the history either.
  history.replaceState(null, "", location.pathname);
  form.reset();
  show("done");
}

async function submit(event) {
  event.preventDefault();
  const { repeated, ...input } = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  if (repeated !== undefined && repeated !== input.newPassword) {
    complain(["The two passwords differ."], ["repeated"]);
    return;
  }
  complain([]);
  button.disabled = true;
  try {
    settle(await send({ token, ...input }));
  } catch {
    complain([AWAY]);
  } finally {
    button.disabled = false;
  }
}

function reveal({ target }) {
  for (const field of fields) field.type = target.checked ? "text" : "password";
}

form.addEventListener("submit", submit);
part("reveal")?.addEventListener("change", reveal);
// Another link opened in the same tab changes no more than what stands after the `#`.
addEventListener("hashchange", () => location.reload());
show(token ? "ask" : "incomplete");
