// Requests to our own server from a page's script.

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Post fields as a form does; gives the Response. signal: an AbortSignal. */
export function post(url, fields, { signal } = {}) {
  return fetch(url, {
    method: "POST",
    body: fields instanceof URLSearchParams ? fields : new URLSearchParams(fields),
    headers: { "X-CSRF-Token": token() },
    credentials: "same-origin",
    redirect: "follow",
    signal,
  });
}
