/** One button of the login page. */
export interface LoginChoice {
  sub: string;
  displayName: string;
  isAdmin: boolean;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem;color:#1f2937;background:#f8fafc}
h1{font-size:1.3rem}button{display:flex;justify-content:space-between;width:100%;padding:.8rem 1rem;margin:.5rem 0;font:inherit;
border:1px solid #cbd5e1;border-radius:.6rem;background:#fff;cursor:pointer}button:hover,button:focus{border-color:#2563eb}
small{color:#64748b}@media(prefers-color-scheme:dark){body{background:#0f172a;color:#e2e8f0}button{background:#1e293b;color:inherit;border-color:#334155}}`;

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style><main><h1>${escapeHtml(title)}</h1>${body}</main></html>`;
}

/** The page on which one click logs somebody in; each button is a form of its own, so it works without script. */
export function loginPage({ tenant, action, choices }: { tenant: string; action: string; choices: LoginChoice[] }): string {
  const forms = choices.map(({ sub, displayName, isAdmin }) =>
    `<form method="post" action="${escapeHtml(`${action}?as=${encodeURIComponent(sub)}`)}"><button>Log in as ${escapeHtml(displayName)}<small>${isAdmin ? 'admin' : 'user'}</small></button></form>`);
  return page(`Log in to ${tenant}`, `${forms.join('')}<p><small>Development login: no passwords, for this machine only.</small></p>`);
}

/** What somebody sees who opens the provider itself. */
export function peoplePage(choices: LoginChoice[]): string {
  const rows = choices.map(({ sub, displayName, isAdmin }) =>
    `<li>${escapeHtml(displayName)}${isAdmin ? ' (admin)' : ''}: <a href="/token?user=${encodeURIComponent(sub)}">token for ${escapeHtml(sub)}</a></li>`);
  return page('ScaiWave demo logins', `<ul>${rows.join('')}</ul>`);
}
